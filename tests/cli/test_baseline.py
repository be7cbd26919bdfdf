"""Known findings: how somebody adopts convlint in a repository that has many."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from convlint.session import baseline
from tests.cli.conftest import GOOD, INFORMED, Convlint

#: Ten findings a file: declared channels that do not arrive, at places that differ.
ROWS = "".join(
    f"  - {{name: conv{n}, type: Conv2d, in_channels: {n + 4}, out_channels: {n + 4}, kernel_size: 1}}\n"
    f"  - {{name: wide{n}, type: Conv2d, out_channels: 3, kernel_size: 1}}\n"
    for n in range(10)
)
NET = f"convlint: 1\ninput: [3, 8, 8]\nlayers:\n{ROWS}"
FILES = ("a.yaml", "b.yaml", "nets/c.yaml", "nets/deep/d.yaml")
MISTAKE = "  - {name: extra, type: Conv2d, in_channels: 99, out_channels: 3, kernel_size: 1}\n"


@pytest.fixture
def repository(folder: Path, convlint: Convlint) -> Path:
    """Forty findings, all known."""
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(NET, encoding="utf-8")
    assert convlint().out.endswith("40 errors in 4 files; 40 fixable with --fix --unsafe-fixes\n")
    run = convlint("--write-baseline", "known.json")
    assert run == (0, "Wrote 40 findings of 4 files to known.json.\n", "")
    (folder / "convlint.toml").write_text('baseline = "known.json"\n', encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_story(repository: Path, convlint: Convlint) -> None:
    assert convlint() == (
        0,
        "All good: 4 files checked; 40 known; 2 skipped.\n".replace(
            "; 2 skipped", "; 1 skipped (--show-files says why)"
        ),
        "",
    )
    # One mistake is added: exactly it is reported.
    edit(repository / "nets/c.yaml", "  - {name: conv5,", MISTAKE + "  - {name: conv5,")
    run = convlint("--format", "concise")
    assert run.code == 1
    first, last = run.out.splitlines()
    assert first.startswith("nets/c.yaml:14:46: error: 99 input channels declared, 3 arrive")
    assert last.startswith("1 error in 4 files; 1 fixable with --fix --unsafe-fixes; 40 known")
    edit(repository / "nets/c.yaml", MISTAKE, "")
    # One is fixed: that is told, and it can be taken out.
    edit(
        repository / "b.yaml",
        "{name: conv2, type: Conv2d, in_channels: 6,",
        "{name: conv2, type: Conv2d, in_channels: 3,",
    )
    run = convlint()
    assert run.code == 0
    told = f"{repository}/known.json: 1 finding is gone; --prune-baseline takes it out."
    assert run.out.splitlines() == ["All good: 4 files checked; 39 known; 1 skipped (--show-files says why).", told]
    run = convlint("--prune-baseline")
    assert (run.code, run.err) == (0, f"convlint: took 1 finding out of {repository}/known.json\n")
    assert convlint().out == "All good: 4 files checked; 39 known; 1 skipped (--show-files says why).\n"
    # Once taken out it is new when it comes back.
    edit(
        repository / "b.yaml",
        "{name: conv2, type: Conv2d, in_channels: 3,",
        "{name: conv2, type: Conv2d, in_channels: 6,",
    )
    assert convlint().out.endswith(
        "1 error in 4 files; 1 fixable with --fix --unsafe-fixes; 39 known; 1 skipped (--show-files says why)\n"
    )


def test_findings_survive_moves(repository: Path, convlint: Convlint) -> None:
    path = repository / "a.yaml"
    text = (
        path.read_text("utf-8")
        .replace("layers:\n", "\n# a remark\n\nlayers:\n")
        .replace("{name: conv3,", "{ name:  conv3,")
    )
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    (repository / "nets" / "c.yaml").rename(repository / "renamed.yaml")
    run = convlint()
    assert (run.code, run.out) == (0, "All good: 4 files checked; 40 known; 1 skipped (--show-files says why).\n")
    os.chdir(repository / "nets")
    assert convlint().out == "All good: 1 file checked; 10 known.\n"


def test_what_is_gone_is_told_of_checked_files_only(repository: Path, convlint: Convlint) -> None:
    assert convlint("a.yaml").out == "All good: 1 file checked; 10 known.\n"
    (repository / "b.yaml").unlink()
    # It may be called otherwise elsewhere.
    assert convlint("a.yaml").out == "All good: 1 file checked; 10 known.\n"
    assert "10 findings are gone; --prune-baseline takes them out." in convlint().out
    printed = json.loads(convlint("--format", "json", str(repository)).out)
    assert (printed["summary"]["known"], printed["summary"]["stale"], printed["findings"]) == (30, 10, [])


def test_a_known_finding_does_not_hide_another_one(repository: Path, convlint: Convlint) -> None:
    known = "  - {name: conv2, type: Conv2d, in_channels: 6, out_channels: 6, kernel_size: 1}\n"
    edit(repository / "a.yaml", known, "  - {name: conv2, type: Conv2d, out_channels: 6, kernel_size: 1}\n")
    edit(repository / "a.yaml", "  - {name: conv8,", MISTAKE + "  - {name: conv8,")
    run = convlint("a.yaml", "--format", "concise")
    assert run.code == 1 and "99 input channels" in run.out and "9 known" in run.out
    # The same text twice is two findings.
    assert convlint("--isolated", "--write-baseline", "other.json", "a.yaml").out.startswith(
        "Wrote 10 findings of 1 file"
    )
    edit(repository / "a.yaml", MISTAKE, MISTAKE + MISTAKE.replace("extra", "again"))
    run = convlint("a.yaml", "--baseline", "other.json", "--format", "concise")
    assert run.code == 1 and run.out.count("error:") == 1


def test_infos_are_known_when_they_are_shown(convlint: Convlint, folder: Path) -> None:
    (folder / "a.yaml").write_text(INFORMED, encoding="utf-8")
    assert convlint("--write-baseline", "known.json").out.startswith("Wrote 0 findings")
    assert convlint("--write-baseline", "known.json", "--info").out.startswith("Wrote 1 finding of 1 file")
    assert convlint("--baseline", "known.json", "--fail-on", "info").code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "the baseline cannot be read: no such file"),
        ("{", "this is no baseline: it is not JSON"),
        ("[" * 100_000, "this is no baseline: it is not JSON"),
        ("[]", "this is no baseline (`convlint --write-baseline FILE` makes one)"),
        ('{"version": 2, "findings": []}', "written by another version"),
        ('{"version": 1, "findings": [{"path": "a"}]}', "an entry without path"),
    ],
)
def test_what_is_no_baseline(convlint: Convlint, folder: Path, text: str | None, words: str) -> None:
    (folder / "a.yaml").write_text(GOOD, encoding="utf-8")
    if text is not None:
        (folder / "known.json").write_text(text, encoding="utf-8")
    run = convlint("--baseline", "known.json", "a.yaml")
    assert run.code == 2 and words in run.err
    (folder / "convlint.toml").write_text('baseline = "known.json"\n', encoding="utf-8")
    run = convlint("a.yaml")
    assert run.code == 2 and words in run.err
    assert convlint("--write-baseline", "known.json", "a.yaml").code == 0
    assert convlint("a.yaml").code == 0
    (folder / "convlint.toml").write_text("baseline = 1\n", encoding="utf-8")
    assert "must be the name of a file" in convlint("a.yaml").err


def test_baselines_that_cannot_be_written(
    repository: Path, convlint: Convlint, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = convlint("--write-baseline", "no/such/known.json")
    assert run.code == 2 and "no/such/known.json: cannot be written" in run.err
    edit(repository / "b.yaml", "in_channels: 6,", "in_channels: 3,")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(baseline.os, "replace", refuse)
    run = convlint("--prune-baseline")
    assert run.code == 2 and "known.json: cannot be written: permission denied" in run.err
    assert sorted(path.name for path in repository.iterdir() if "known" in path.name) == ["known.json"]


def test_wrong_usage(convlint: Convlint) -> None:
    assert "goes without --baseline" in convlint("--write-baseline", "a", "--baseline", "b").err
    assert "shows no findings" in convlint("--write-baseline", "a", "--format", "json").err
    assert "expected a FILE" in convlint("--write-baseline", "").err


def test_a_run_that_could_not_check_everything_says_so(convlint: Convlint, folder: Path) -> None:
    (folder / "a.yaml").write_text(GOOD, encoding="utf-8")
    run = convlint("--write-baseline", "known.json", "a.yaml", "gone.yaml")
    assert (run.code, run.err) == (2, "convlint: gone.yaml: no such file or directory\n")
