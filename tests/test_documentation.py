"""The documentation cannot lie: its commands are run, its files are linted.

A fence ``console`` holds commands behind ``$`` and their exact output; they run in the repository's folder.  A fence
``yaml`` with the key ``convlint`` is a whole file, on which convlint must be silent.
``CONVLINT_UPDATE=1 pytest tests/test_documentation.py`` writes the outputs anew: read what changed.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from convlint.catalogue import selection
from convlint.cli import main
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import lint
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
UPDATING = os.environ.get("CONVLINT_UPDATE", "") not in ("", "0")
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a documented command prints."""
    words = shlex.split(command)
    assert words[0] == "convlint", f"only convlint is run here: {command}"
    main(words[1:])
    printed = capsys.readouterr()
    return printed.out + printed.err


def session(block: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A console block with the outputs that its commands have now."""
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{run(command, capsys)}" for command in commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_blocks_are_what_the_commands_print(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for name in ("COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    text = page.read_text(encoding="utf-8")
    if UPDATING:
        text = CONSOLE.sub(lambda match: f"```console\n{session(match[1], capsys)}```", text)
        page.write_text(text, encoding="utf-8")
    for block in CONSOLE.findall(text):
        assert session(block, capsys) == block


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_in_the_documentation_are_silent(page: Path) -> None:
    for block in YAML.findall(page.read_text(encoding="utf-8")):
        if block.startswith("convlint:"):
            result = lint(Source("net.yaml", block), selection())
            assert [finding.message for finding in result.findings if finding.severity != Severity.INFO] == []


def test_pinned_commands_stand_in_the_first_screen() -> None:
    """Two commands are enough on a fresh machine: one lints an example, one runs the tests."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lint_command = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/convlint examples/alexnet-224.yaml"
    test_command = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"
    first_screen = readme.split("\n## ", 1)[0]
    assert f"\n    {lint_command}\n" in first_screen
    assert f"\n    {test_command}\n" in first_screen
