"""Whose code YOLO files are read with, and what the command line says of it."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import GOOD, Convlint
from tests.formats.yolo.repository import FILES, NET, TASKS, written

CHECKED = "Checked with ultralytics 8.2.50 as in {}: 3 Python files read, none run.\n"
GOOD_RUN = (0, "All good: 1 file checked.\n" + CHECKED.format("this folder"), "")
UNKNOWN = "error[CL004] unknown-layer-type: unknown module `Gate`"


def test_what_lies_beside_a_file_is_read(convlint: Convlint, folder: Path) -> None:
    written(folder)
    assert convlint("net.yaml") == convlint("--source=auto", "net.yaml") == GOOD_RUN
    run = convlint("--source", "none", "net.yaml")
    assert (run.code, run.out.partition("\n")[0]) == (1, UNKNOWN)
    assert "Checked" not in run.out


@pytest.mark.parametrize("command", [["show"], ["sizes"], ["explain", "net.yaml", "model.2"]])
def test_all_commands_take_it(convlint: Convlint, folder: Path, command: list[str]) -> None:
    written(folder)
    paths = ["net.yaml"] if len(command) == 1 else []
    assert convlint(*command, *paths).code == 0
    assert convlint(*command, *paths, "--source=none").out != convlint(*command, *paths).out
    run = convlint(*command, *paths, "--source=gone")
    assert run == (2, "", "convlint: argument --source: gone: no such file\n")


def test_a_path(convlint: Convlint, folder: Path) -> None:
    written(folder / "fork")
    (folder / "net.yaml").write_text(NET)
    assert convlint("net.yaml").code == 1
    for path in ("fork", "fork/ultralytics", "fork/ultralytics/nn/tasks.py"):
        assert convlint("--source", path, "net.yaml") == (
            0,
            "All good: 1 file checked.\n" + CHECKED.format("fork"),
            "",
        )
        assert convlint("--tasks-py", path, "net.yaml").code == (0 if path.endswith(".py") else 2)
    run = convlint("--source=.", "net.yaml")
    words = "holds neither ultralytics/nn/tasks.py nor models/yolo.py and models/common.py"
    assert run == (2, "", f"convlint: argument --source: . {words}\n")
    run = convlint("--source=fork/ultralytics/__init__.py", "net.yaml")
    words = "fork/ultralytics/__init__.py has no function parse_model"
    assert run == (2, "", f"convlint: argument --source: {words}\n")


def test_a_path_in_settings(convlint: Convlint, folder: Path) -> None:
    written(folder / "fork")
    (folder / "mine").mkdir()
    (folder / "mine" / "net.yaml").write_text(NET)
    (folder / "convlint.toml").write_text('[yolo]\nsource = "fork"\n')
    assert convlint("mine").out.splitlines()[1].startswith("Checked with ultralytics 8.2.50 as in fork: ")
    assert convlint("--source=none", "mine").code == 1
    assert convlint("--isolated", "mine").code == 1


def test_what_is_installed(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "prefix", str(folder / "nothing"))
    (folder / "net.yaml").write_text(NET)
    assert convlint("--source=installed", "net.yaml") == (
        2,
        "",
        "convlint: argument --source: no ultralytics is installed in $VIRTUAL_ENV, in $CONDA_PREFIX or beside convlint\n",
    )
    packages = written(folder / "env" / "lib" / "python3.12" / "site-packages")
    monkeypatch.setenv("VIRTUAL_ENV", str(folder / "env"))
    run = convlint("--source=installed", "net.yaml")
    assert (run.code, run.out.splitlines()[1]) == (0, CHECKED.format(packages.relative_to(folder))[:-1])
    # A file of another framework is none of its business.
    (folder / "five.yaml").write_text("anchors: [[1, 2, 3, 4]]\ndepth_multiple: 1\nwidth_multiple: 1\n" + NET)
    assert "Checked" not in convlint("--source=installed", "--dialect=yolov5", "five.yaml").out


def test_standard_input_has_no_code_beside_it(
    convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder)
    with open("net.yaml", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        run = convlint("--stdin-filename=net.yaml", "-")
    assert (run.code, run.out.partition("\n")[0]) == (1, UNKNOWN)
    with open("net.yaml", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert convlint("--stdin-filename=net.yaml", "-", "--source=.") == GOOD_RUN


def test_a_parser_alone(convlint: Convlint, folder: Path) -> None:
    # What it imports is unknown; what its tables hold is not.
    (folder / "my-tasks.py").write_text(TASKS + "\nbase_modules = {Conv, Gate}\n")
    (folder / "net.yaml").write_text(NET.replace("Gate, [4]", "Gate, [32]"))
    words = "ultralytics was not followed to its end: what ultralytics.nn.modules.Conv gives"
    for flag in ("--tasks-py=my-tasks.py", "--source=my-tasks.py"):
        run = convlint(flag, "--info", "net.yaml")
        assert (run.code, run.out.partition("\n")[0]) == (0, f"info[YO002] source-not-followed: {words}")
        assert "CL004" not in run.out and "Checked" not in run.out


def test_a_parser_that_teaches_nothing(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(NET)
    (folder / "tasks.py").write_text("base_modules = {Conv, C2f}\n")
    words = "tasks.py teaches nothing: it has no function parse_model, and no modules in base_modules"
    assert convlint("--tasks-py=tasks.py", "net.yaml") == (2, "", f"convlint: argument --tasks-py: {words}\n")
    words = "argument --tasks-py is another word for `source`; say one of them"
    (folder / "tasks.py").write_text("base_modules = {Own}\n")
    assert convlint("--tasks-py=tasks.py", "--source=none", "net.yaml") == (2, "", f"convlint: {words}\n")


def test_a_declaration_wins(convlint: Convlint, folder: Path) -> None:
    written(folder, {"net.yaml": "# convlint: module Gate()\n" + NET})
    assert convlint("net.yaml") == (0, "All good: 1 file checked.\n", "")


def test_a_row_that_gives_a_constant(convlint: Convlint, folder: Path) -> None:
    modules = FILES["ultralytics/nn/modules/__init__.py"]
    modules = modules.replace(
        "        return x * weight.view(b, c, 1, 1)\n", "        return torch.zeros(b, c, 8, 8)\n"
    )
    written(folder, {"ultralytics/nn/modules/__init__.py": modules})
    run = convlint("--format=concise", "net.yaml")
    assert run.code in (0, 1) and run.err == ""


def test_the_framework_that_the_user_says(convlint: Convlint, folder: Path) -> None:
    written(folder)
    assert "Checked" in convlint("--dialect=ultralytics", "net.yaml").out
    # Code of another framework does not say how this one builds the file.
    assert "Checked" not in convlint("--dialect=yolov5", "net.yaml").out
    assert "Checked" in convlint("--dialect=yolov5", "--source=.", "net.yaml").out


def test_the_summary(convlint: Convlint, folder: Path) -> None:
    for number in range(5):
        written(folder / f"fork{number}", {"again.yaml": NET, "deep/net.yaml": NET})
    (folder / "good.yaml").write_text(GOOD)
    lines = convlint().out.splitlines()
    assert lines == [
        "All good: 16 files checked.",
        *[CHECKED.format(f"fork{number}")[:-1] for number in range(3)],
        "... and 2 more lines like these.",
    ]
    assert convlint("--format=concise").out == convlint("--format=github").out == lines[0] + "\n"
    assert convlint("-q").out == ""
    notes = json.loads(convlint("--format=json").out)["notes"]
    assert [note["about"][-5:] for note in notes] == [f"fork{number}" for number in range(5)]
    assert {note["message"] for note in notes} == {"3 Python files read, none run"}
    assert json.loads(convlint("--format=json", "good.yaml").out)["notes"] == []


def test_folders_far_away_are_named_whole(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(folder)
    (folder / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.chdir(folder / "a")
    assert f" as in {os.pardir}: 3" in convlint("../net.yaml").out
    monkeypatch.chdir(folder / "a" / "b")
    assert f" as in {folder.resolve()}: 3" in convlint("../../net.yaml").out


def test_names_of_folders_command_no_terminal(convlint: Convlint, folder: Path) -> None:
    if os.name == "nt":
        pytest.skip("no such names")
    fork = "fork\x1b[31m\n::error::"
    written(folder / fork, {"ultralytics/__init__.py": "__version__ = '1\\n\\x1b##[error]'\n"})
    out = convlint(f"{fork}/net.yaml").out
    assert "\x1b" not in out and len(out.splitlines()) == 2
