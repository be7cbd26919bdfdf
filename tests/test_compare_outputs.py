"""The comparison of two commits finds what differs, and nothing stops it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import compare_outputs
from tests.compare_outputs import COMMANDS, Output, Side, kinds_of

ROOT = Path(__file__).resolve().parents[1]
#: A program that shows what is in a file, in the way of a command; some files are too much for it.
PROGRAM = """
import json, os, sys

def main(argv):
    path = next(word for word in argv if word.endswith(".yaml"))
    text = open(path).read()
    if text == "hang" and "{behaviour}" == "bad":
        while True:
            pass
    if text == "die" and "{behaviour}" == "bad":
        os._exit(3)
    if argv[0] == "show" and "json" in argv:
        print(json.dumps({{"networks": [{{"layers": [{{"line": line}} for line in (2, 3, 5, 5, 8, 9)]}}]}}))
    elif "json" in argv:
        print(json.dumps({{"findings": [{{"code": "CL101", "message": text + "{word}"}}]}}))
    elif argv[0] == "explain":
        print("layers at", argv[argv.index(path) + 1:])
    else:
        print("a line", "{word}" if text == "changed" else "", sep=chr(10))
        print("{word}" if text == "noisy" else "", file=sys.stderr)
    return 1 if text == "changed" and "{word}" == "new" else 0
"""


def program(folder: Path, word: str, behaviour: str = "good") -> Path:
    """A folder that holds a source of ``convlint`` which prints a word of its own."""
    package = folder / "src" / "convlint" / "cli"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").write_text(PROGRAM.format(word=word, behaviour=behaviour))
    return folder


def files(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    for text in texts:
        (folder / f"{text}.yaml").write_text(text)
    return folder


def compared(capsys: pytest.CaptureFixture[str], *argv: Path | str) -> tuple[int, list[str]]:
    code = compare_outputs.main([str(word) for word in argv])
    return code, capsys.readouterr().out.splitlines()


def test_same_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = program(tmp_path / "old", "same"), program(tmp_path / "new", "same")
    code, lines = compared(capsys, old, new, files(tmp_path / "files", "one", "changed"))
    assert (code, lines) == (0, [f"2 files, {2 * len(COMMANDS)} outputs: none differ"])


def test_differences_are_listed_shown_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = program(tmp_path / "old", "old"), program(tmp_path / "new", "new")
    where = files(tmp_path / "files", "changed", "noisy")
    code, lines = compared(capsys, old, new, "--commands", "check,show,explain", where)
    assert code == 1
    assert lines[:2] == [
        f"{where}/changed.yaml: show-json (exit code 0 -> 1), explain (exit code 0 -> 1), "
        "check (exit code 0 -> 1 output), show (exit code 0 -> 1 output)",
        f"{where}/noisy.yaml: check (messages), show (messages)",
    ]
    start = lines.index(f"=== check {where}/changed.yaml")
    assert lines[start + 1 : start + 7] == ["--- old out", "+++ new out", "@@ -1,2 +1,2 @@", " a line", "-old", "+new"]
    assert lines[-3:] == [
        "check          2: exit code 0 -> 1 1, output 1, messages 1",
        "show           2: exit code 0 -> 1 1, output 1, messages 1",
        "2 files, 8 outputs: 6 differ",
    ]


def test_rules_that_find_something_else_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = program(tmp_path / "old", "old"), program(tmp_path / "new", "new")
    code, lines = compared(capsys, old, new, files(tmp_path / "files", "one"), "--commands", "check-json")
    assert code == 1
    assert lines[0].endswith("one.yaml: check-json (~CL101)")


def findings(*found: tuple[str, str]) -> Output:
    listed = ", ".join(f'{{"code": "{code}", "message": "{message}"}}' for code, message in found)
    return Output(0, f'{{"findings": [{listed}]}}', "")


@pytest.mark.parametrize(
    "old, new, kinds",
    [
        (findings(("CL101", "a")), findings(("CL101", "b")), ["~CL101"]),
        (findings(("CL101", "a")), findings(("CL101", "a"), ("CL102", "b")), ["+CL102"]),
        (findings(("CL101", "a"), ("CL101", "a")), findings(("CL101", "a")), ["-CL101"]),
        (findings(("CL101", "a"), ("CL101", "c")), findings(("CL101", "b")), ["~CL101", "-CL101"]),
        (Output(0, "[", ""), Output(0, "]", ""), ["output"]),
        (Output(0, "", ""), Output(None, "", "hangs"), ["ends -> hangs"]),
        (Output(None, "", "dies"), Output(0, "", ""), ["dies -> ends"]),
    ],
)
def test_kinds(old: Output, new: Output, kinds: list[str]) -> None:
    assert kinds_of("check-json", old, new) == kinds


@pytest.mark.parametrize("file, word", [("hang", "hangs"), ("die", "dies")])
def test_one_bad_file_stops_nothing(file: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = program(tmp_path / "old", "same"), program(tmp_path / "new", "same", "bad")
    where = files(tmp_path / "files", "first", file, "last")
    code, lines = compared(capsys, old, new, where, "--seconds", "2", "--jobs", "1")
    assert code == 1
    assert lines[0] == f"{where}/{file}.yaml: show-json (ends -> {word})"
    assert lines[-1] == f"3 files, {2 * len(COMMANDS) + 1} outputs: 1 differs"


def test_what_ends_on_neither_side_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = program(tmp_path / "old", "same", "bad"), program(tmp_path / "new", "same", "bad")
    where = files(tmp_path / "files", "die")
    code, lines = compared(capsys, old, new, where)
    assert (code, lines) == (
        0,
        [f"{where}/die.yaml: show-json dies on both sides", "1 files, 1 outputs: none differ"],
    )


def test_layers_are_explained_by_their_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = program(tmp_path / "old", "old"), program(tmp_path / "new", "new")
    package = new / "src" / "convlint" / "cli" / "__init__.py"
    package.write_text(package.read_text().replace("layers at", "at"))
    _, lines = compared(capsys, old, new, files(tmp_path / "files", "one"), "--commands", "explain")
    assert "-layers at ['2', '3', '5', '9']" in lines and "+at ['2', '3', '5', '9']" in lines


def test_the_same_file_twice_counts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = program(tmp_path / "old", "same")
    folders = [files(tmp_path / name, "one") for name in ("a", "b")]
    (folders[1] / "other.yaml").write_text("one")
    _, lines = compared(capsys, source, source, *folders, "--commands", "show")
    assert lines == ["2 files, 2 outputs: none differ"]


@pytest.mark.parametrize(
    "argv, words",
    [
        (["no-such-commit", "HEAD"], "no-such-commit"),
        ([".", "tests"], "src"),
        ([".", ".", "no/such/file"], "no such file or folder: no/such/file"),
        ([".", ".", "--commands", "draw"], "no such command: draw"),
    ],
)
def test_wrong_usage(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as stop:
        compare_outputs.main(argv)
    assert stop.value.code == 2
    assert words in capsys.readouterr().err


def test_fixed_selection(tmp_path: Path) -> None:
    """Of many files each command but ``sizes`` is asked about all that are no edits, and the choice does not change."""
    stock, edited = tmp_path / "stock", tmp_path / "edited"
    for folder in (stock, edited):
        files(folder, *(f"text{number}" for number in range(400)))
    everything = sorted([*stock.iterdir(), *edited.iterdir()])
    work = compare_outputs.work_on(everything, [*COMMANDS], everything=False)
    assert work == compare_outputs.work_on(everything, [*COMMANDS], everything=False)
    of_stock = [commands for file, commands in work if file.parent == stock]
    assert len(of_stock) == 400 and all({*commands} >= {*COMMANDS} - {"sizes"} for commands in of_stock)
    assert 5 <= sum("sizes" in commands for commands in of_stock) <= 45
    assert 15 <= len(work) - 400 <= 75
    assert len(compare_outputs.work_on(everything, [*COMMANDS], everything=True)) == 800


def test_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e"]
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for word in ("old", "new"):
        program(tmp_path / word, word)
        (tmp_path / word / "src").rename(tmp_path / "src")
        subprocess.run([*git, "add", "src"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", word], check=True)
        (tmp_path / "src").rename(tmp_path / word / "src")
    monkeypatch.setattr(compare_outputs, "ROOT", tmp_path)
    where = files(tmp_path / "files", "changed")
    code, lines = compared(capsys, "HEAD~", "HEAD", where, "--commands", "check")
    assert code == 1 and "-old" in lines and "+new" in lines
    assert compared(capsys, "HEAD", tmp_path / "new", where)[0] == 0


def test_convlint_itself(tmp_path: Path) -> None:
    """Every command is one, and has something to say about an example."""
    example = str(ROOT / "examples" / "googlenet-table-1.yaml")
    side = Side(ROOT / "src", 600, tmp_path)
    try:
        outputs = {name: after for name, after, _ in compare_outputs.compare_file(side, side, example, COMMANDS)}
    finally:
        side.close()
    assert {*outputs} == {*COMMANDS}
    for name, output in outputs.items():
        assert output.code in (0, 1) and output.out, (name, output)


def test_as_it_is_called() -> None:
    example = ROOT / "examples" / "lenet-5.yaml"
    command = [sys.executable, str(ROOT / "tests" / "compare_outputs.py"), str(ROOT), str(ROOT), str(example)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"1 files, {len(COMMANDS)} outputs: none differ\n"
