"""``--fix``, ``--unsafe-fixes`` and ``--diff``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from convlint.cli import main

TEXT = """\
convlint: 1
input: [3, 32, 32]
layers:
  - {name: a, type: Conv2d, out_chanels: 8, kernel_size: 3}  # keep
  - {type: Conv2d, out_channels: 8, kernel_size: 3, expect: {params: 583}}
"""
SAFE = TEXT.replace("out_chanels", "out_channels")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.yaml"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    return path


def test_safe_fixes_are_written_and_the_rest_is_reported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fix", "--format", "concise", "net.yaml"]) == 1
    assert path.read_bytes() == SAFE.replace("\n", "\r\n").encode()
    assert capsys.readouterr().out == (
        "net.yaml:5:70: error: 583 parameters declared, 584 derived [CL305 parameter-count-mismatch]\n"
        "1 error in 1 file; 1 fixed; 1 fixable with --fix --unsafe-fixes\n"
    )


def test_unsafe_fixes_on_request(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fix", "--unsafe-fixes", "net.yaml"]) == 0
    assert "params: 584" in path.read_text()
    assert capsys.readouterr().out == (
        "fixed net.yaml:4: Rename to `out_channels` (CL003 unknown-key)\n"
        "fixed net.yaml:5: Write `params: 584` (CL305 parameter-count-mismatch)\n"
        "All good: 1 file checked; 2 fixed.\n"
    )


def test_fixes_are_listed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(TEXT + "# convlint: ignore-file[CL103]\n" * 12, encoding="utf-8")
    assert main(["--fix", "--unsafe-fixes", "net.yaml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12 and lines[10] == "... and 4 more (--show-fixes lists them)"
    path.write_text(TEXT, encoding="utf-8")
    assert main(["--fix", "--show-fixes", "--unsafe-fixes", "-q", "--format=concise", "net.yaml"]) == 0
    assert [line.split(":")[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["fixed net.yaml", "4"],
        ["fixed net.yaml", "5"],
    ]
    assert main(["--show-fixes", "net.yaml"]) == 2
    assert capsys.readouterr().err == "convlint: --show-fixes goes with --fix (see convlint --help)\n"


def test_a_diff_changes_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    assert main(["--diff", "net.yaml"]) == 1
    assert path.read_bytes() == before
    printed = capsys.readouterr()
    assert "-  - {name: a, type: Conv2d, out_chanels: 8" in printed.out
    assert "+  - {name: a, type: Conv2d, out_channels: 8" in printed.out
    assert printed.err == "Would fix 1 finding in 1 file.\n"


def test_nothing_to_fix(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text("convlint: 1\ninput: [3]\nlayers: [{type: ReLU}]\n")
    assert main(["--diff", "net.yaml"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["--fix", "net.yaml"]) == 0
    assert capsys.readouterr().out == "All good: 1 file checked.\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--unsafe-fixes", "net.yaml"], "--unsafe-fixes goes with --fix or --diff"),
        (["--fix", "-"], "standard input cannot be repaired in place; use --diff"),
        (["--fix", "--diff", "net.yaml"], "not allowed with argument --fix"),
        (["--diff", "--format", "json", "net.yaml"], "--diff cannot be printed as json"),
    ],
)
def test_combinations_that_make_no_sense(
    argv: list[str], message: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_a_failure(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("convlint.findings.fixing.write", refuse)
    assert main(["--fix", "net.yaml"]) == 2
    assert "net.yaml: cannot be written: " in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf# \xc3\xa9\r\nconvlint: 1\r\ninput: [3, 8, 8]\r\nlayers:\r\n  - {type: ReLU, inplce: true}\r\n",
        b"convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {type: ReLU, inplce: true}",
    ],
    ids=["mark and CRLF", "no line end"],
)
def test_git_applies_the_diff(path: Path, before: bytes, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path.write_bytes(before)
    assert main(["--diff", "net.yaml"]) == 1
    patch = capfdbinary.readouterr().out
    subprocess.run(["git", "apply", "-p0", "-"], input=patch, check=True)
    assert path.read_bytes() == before.replace(b"inplce", b"inplace")
