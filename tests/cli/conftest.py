"""A folder of its own and a command line for every test."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from convlint.cli import main

GOOD = "convlint: 1\ninput: [1, 9, 9]\nlayers:\n  - {type: Conv2d, out_channels: 2, kernel_size: 3}\n"
WARNED = GOOD + "# convlint: nonsense\n"
WRONG = GOOD.replace("3}", "3, kernels: 5}")
INFORMED = GOOD + "  - {type: MaxPool2d, kernel_size: 2}\n"
OTHER = "services:\n  web: {image: nginx}\n"


class Run(NamedTuple):
    """What a command line led to."""

    code: int
    out: str
    err: str


Convlint = Callable[..., Run]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which is the root of a repository without settings."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    # Nothing is wrapped, unless a test is about that.
    monkeypatch.setenv("COLUMNS", "10000")
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def convlint(folder: Path, capsys: pytest.CaptureFixture[str]) -> Convlint:
    """Run a command line in the working directory."""

    def run(*argv: str) -> Run:
        code = main(list(argv))
        return Run(code, *capsys.readouterr())

    return run
