"""Help, and what is said of commands and options that do not exist."""

from pathlib import Path

import pytest

from convlint.cli import COMMANDS
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.reports import text
from convlint.reports.style import Style
from tests.cli.conftest import GOOD, Convlint


@pytest.mark.parametrize(
    ("word", "meant"),
    [("chek", "check"), ("shwo", "show"), ("explian", "explain"), ("hepl", "help"), ("Sizes", "sizes")],
)
def test_a_command_that_is_misspelt(convlint: Convlint, word: str, meant: str) -> None:
    words = f"convlint: `{word}` is neither a command nor a file; did you mean `{meant}`?\n"
    assert convlint(word, "net.yaml") == (2, "", words)


def test_a_file_that_is_called_like_a_slip(convlint: Convlint, folder: Path) -> None:
    (folder / "chek").write_text(GOOD, encoding="utf-8")
    assert convlint("chek").code == 0
    (folder / "help").write_text(GOOD, encoding="utf-8")
    assert convlint("help").out == "All good: 1 file checked.\n"


def test_options_that_are_misspelt(convlint: Convlint) -> None:
    for argv, words in (
        (["--formt", "json"], "there is no option --formt; did you mean `--format`? (see convlint --help)"),
        (
            ["--select=CL1", "--ignroe=CL2"],
            "there is no option --ignroe; did you mean `--ignore`? (see convlint --help)",
        ),
        (["--wide", "net.yaml"], "there is no option --wide (see convlint --help)"),
        (["show", "--wid", "net.yaml"], "there is no option --wid; did you mean `--wide`? (see convlint show --help)"),
        (
            ["show", "--dtype=flot32", "n"],
            "argument --dtype: `flot32` is no choice; did you mean `float32`? (see convlint show --help)",
        ),
    ):
        assert convlint(*argv) == (2, "", f"convlint: {words}\n")


def test_versions(convlint: Convlint) -> None:
    assert convlint("-V") == convlint("--version")
    assert convlint("-V").out.startswith("convlint ")


@pytest.mark.parametrize("command", COMMANDS)
def test_help(convlint: Convlint, command: str) -> None:
    long = convlint("help", command)
    assert long == convlint(command, "--help") and long.code == 0
    short = convlint(command, "-h")
    assert short.code == 0 and short.out.splitlines()[0] == long.out.splitlines()[0]
    assert len(short.out) <= len(long.out) + 60
    assert short.out.endswith("--help` tells all.\n")


def test_help_of_the_program(convlint: Convlint) -> None:
    assert convlint("help") == convlint("--help")
    short = convlint("-h").out
    assert len(short.splitlines()) < 45 and "--baseline" not in short
    assert all(f"  {command} " in short for command in COMMANDS if command != "check")
    assert convlint("help", "shwo").err == "convlint: there is no command `shwo`; did you mean `show`?\n"


def test_codes_are_links_on_a_terminal() -> None:
    found = Diagnostic("CL103", "a", (0, 1), severity=Severity.WARNING)
    line = text.finding(Source("net.yaml", "a"), found, Style(colour=True, links=True)).split("\n")[0]
    assert line.startswith("\x1b]8;;https://") and "CL103-dropped-input.md\x1b\\" in line
    assert "\x1b]8" not in text.finding(Source("net.yaml", "a"), found, Style(colour=True))


def test_how_to_read_more_is_said_once(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(GOOD + "# convlint: nonsense\n" * 2, encoding="utf-8")
    assert convlint("net.yaml").out.count("convlint explain CL024") == 1
    for argv in (["-q"], ["--format=concise"], ["--format=json"], ["--format=github"]):
        assert "convlint explain" not in convlint(*argv, "net.yaml").out


def test_topics(convlint: Convlint) -> None:
    types = convlint("help", "types")
    assert (types.code, types.err) == (0, "")
    assert "  Conv1d, Conv2d, Conv3d, " in types.out
    files = convlint("help", "formats").out
    assert "  Darknet .cfg files: the sections of a Darknet .cfg" in files
    assert "Keras models" in files and files.count("Keras models") == 1
    assert convlint("help", "type").err == "convlint: there is no command `type`; did you mean `types`?\n"
