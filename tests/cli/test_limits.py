"""How many findings of one kind are shown, and how many machines get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.reports import limits
from convlint.session.outcome import Shown, Summary
from tests.cli.conftest import Convlint


def network(tmp_path: Path, wrong: int) -> str:
    """A file with so many convolutions whose groups do not divide what they make, and one whose kernel is too large."""
    lines = ["convlint: 1", "input: [4, 8, 8]", "layers:"]
    for number in range(wrong):
        arguments = f"out_channels: {2 * number + 3}, kernel_size: 1, groups: 2"
        lines.append(f"  - {{name: n{number}, type: Conv2d, {arguments}, from: input}}")
    lines.append("  - {type: Conv2d, out_channels: 5, kernel_size: 9, from: input}")
    path = tmp_path / "net.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("format", "mark"), [("concise", "[CL203"), ("full", "error[CL203]"), ("github", "::error ")])
def test_what_is_said_again_and_again_is_shown_ten_times(
    tmp_path: Path, convlint: Convlint, format: str, mark: str
) -> None:
    file = network(tmp_path, 25)
    code, out, _ = convlint("--format", format, "--ignore", "CL014", file)
    assert code == 1
    shown = out if format != "github" else out[out.index("::stop-commands") :]
    assert shown.count("CL203 ") + shown.count("error[CL203]") == 10
    assert shown.count("CL102") == 1
    assert "(and 15 more like this: --max-same 0 shows all)" in shown
    assert "26 errors in 1 file" in out
    _, out, _ = convlint("--format", format, "--ignore", "CL014", "--max-same", "0", file)
    assert "more like this" not in out
    assert out.count(mark) >= (25 if format != "github" else 10)
    _, out, _ = convlint("--format", format, "--ignore", "CL014", "--max-same", "24", file)
    assert "(and 1 more like this" in out


def test_machines_get_all(tmp_path: Path, convlint: Convlint) -> None:
    printed = json.loads(convlint("--format", "json", "--ignore", "CL014", network(tmp_path, 25))[1])
    assert len(printed["findings"]) == 26
    assert printed["summary"]["omitted"] == 0


@pytest.mark.parametrize("format", ["json", "json-lines", "sarif"])
def test_machines_are_told_what_is_left_out(
    tmp_path: Path, convlint: Convlint, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(limits, "MOST_OF_A_FILE", 20)
    code, out, _ = convlint("--format", format, "--ignore", "CL014", network(tmp_path, 25))
    assert code == 1
    if format == "json-lines":
        lines = [json.loads(line) for line in out.splitlines()]
        assert (len(lines), lines[-1]) == (21, {"omitted": 6})
    elif format == "sarif":
        (run,) = json.loads(out)["runs"]
        assert (len(run["results"]), run["properties"]) == (20, {"omitted": 6})
    else:
        printed = json.loads(out)
        assert (len(printed["findings"]), printed["summary"]["omitted"]) == (20, 6)
        assert printed["summary"]["errors"] == 26


def test_a_wrong_number_is_refused(convlint: Convlint) -> None:
    assert "--max-same" in convlint("--max-same", "-1")[2]
    assert convlint("--max-same", "many")[0] == 2


def test_what_was_found_is_not_changed() -> None:
    findings = [Diagnostic("CL601", f"`n{n}` has {n} channels", (n, n + 1)) for n in range(3)]
    (shown,) = limits.capped(iter([Shown(Source("x", "abc"), findings)]), 1)
    assert [found.message for found in shown.findings] == [
        "`n0` has 0 channels (and 2 more like this: --max-same 0 shows all)"
    ]
    assert findings[0].message == "`n0` has 0 channels"
    (shown,) = limits.ended(iter([Shown(Source("x", "abc"), findings)]), summary := Summary())
    assert (shown.findings, summary.omitted) == (findings, 0)
