"""Which code belongs to a file, and that nothing else is ever read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from convlint.source import repository
from convlint.source.repository import Repository, at, find, installed

TASKS = "from .modules import *\n\n\ndef parse_model(d, ch):\n    return d\n"


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def ultralytics(root: Path, version: str = "8.2.50") -> Path:
    return write(
        root,
        {
            "ultralytics/__init__.py": f'__version__ = "{version}"\n',
            "ultralytics/nn/__init__.py": "",
            "ultralytics/nn/tasks.py": TASKS,
            "ultralytics/nn/modules/__init__.py": "from .conv import Conv\n",
            "ultralytics/nn/modules/conv.py": "class Conv: pass\n",
            "ultralytics/cfg/models/v8/x.yaml": "",
            "mine/deep/x.yaml": "",
        },
    )


def yolov5(root: Path, head: str = "Detect") -> Path:
    return write(
        root,
        {
            "models/yolo.py": f"class {head}: pass\n\n\ndef parse_model(d, ch): pass\n",
            "models/common.py": "class Conv: pass\n",
            "models/x.yaml": "",
            "utils/general.py": "x = 1\n",
        },
    )


def opened(root: Path, main: str = "ultralytics.nn.tasks") -> Repository:
    return Repository(root, main)


# Finding ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["mine/deep/x.yaml", "ultralytics/cfg/models/v8/x.yaml", "x.yaml", "ultralytics/x.yaml"]
)
def test_ultralytics_is_found_upwards(tmp_path: Path, name: str) -> None:
    found = find(ultralytics(tmp_path) / name)
    assert found is not None
    assert (found.root, found.main, found.only) == (Path(os.path.realpath(tmp_path)), "ultralytics.nn.tasks", None)
    assert (found.framework, found.version, found.title) == ("ultralytics", "8.2.50", "ultralytics 8.2.50")
    assert found.read == 1


@pytest.mark.parametrize(
    "head, framework, title",
    [
        ("Detect", "yolov5", "YOLOv5"),
        ("IDetect", "yolov7", "YOLOv7"),
        ("DualDDetect", "yolov9", "YOLOv9"),
    ],
)
def test_yolov5_and_its_kin(tmp_path: Path, head: str, framework: str, title: str) -> None:
    found = find(yolov5(tmp_path, head) / "models/x.yaml")
    assert found is not None
    assert (found.main, found.framework, found.version, found.title) == ("models.yolo", framework, None, title)
    assert found.file("utils.general") is not None


def test_the_nearest_code_counts(tmp_path: Path) -> None:
    ultralytics(tmp_path)
    yolov5(tmp_path / "mine")
    assert getattr(find(tmp_path / "mine/deep/x.yaml"), "main", None) == "models.yolo"
    assert getattr(find(tmp_path / "x.yaml"), "main", None) == "ultralytics.nn.tasks"


def test_of_two_in_one_folder_the_one_around_the_file(tmp_path: Path) -> None:
    ultralytics(yolov5(tmp_path))
    assert getattr(find(tmp_path / "models/x.yaml"), "main", None) == "models.yolo"
    assert getattr(find(tmp_path / "mine/x.yaml"), "main", None) == "ultralytics.nn.tasks"


def test_half_of_yolov5_is_nothing(tmp_path: Path) -> None:
    yolov5(tmp_path)
    (tmp_path / "models/common.py").unlink()
    (tmp_path / ".git").mkdir()
    assert find(tmp_path / "models/x.yaml") is None


def test_not_above_the_folder_with_git(tmp_path: Path) -> None:
    ultralytics(tmp_path)
    write(tmp_path, {"mine/.git": "gitdir: elsewhere\n"})
    assert find(tmp_path / "mine/deep/x.yaml") is None
    (tmp_path / ".git").mkdir()
    (tmp_path / "mine/.git").unlink()
    assert find(tmp_path / "mine/deep/x.yaml") is not None


def test_not_the_home_folder_nor_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ultralytics(tmp_path)
    for home in (tmp_path, tmp_path / "mine"):
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("USERPROFILE", str(home))
        assert find(tmp_path / "mine/deep/x.yaml") is None
    monkeypatch.setenv("HOME", str(tmp_path / "mine/deep"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "mine/deep"))
    assert find(tmp_path / "mine/x.yaml") is not None


def test_of_a_package_in_the_home_folder_no_more_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(ultralytics(tmp_path), {"secrets.py": "x = 1\n"})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    found = find(tmp_path / "ultralytics/cfg/models/v8/x.yaml")
    assert found is not None and found.only == "ultralytics"
    assert found.file("ultralytics.nn.modules.conv") is not None
    assert found.file("secrets") is None and not found.folder("mine")


def test_links_to_a_file_are_resolved_first(tmp_path: Path) -> None:
    ultralytics(tmp_path / "fork")
    link = tmp_path / "elsewhere.yaml"
    link.symlink_to(tmp_path / "fork/mine/deep/x.yaml")
    assert getattr(find(link), "root", None) == Path(os.path.realpath(tmp_path / "fork"))


def test_a_folder_by_the_name_of_the_file_is_no_code(tmp_path: Path) -> None:
    (tmp_path / "ultralytics/nn/tasks.py").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    assert find(tmp_path / "x.yaml") is None
    assert isinstance(at(tmp_path), str)
    assert isinstance(at(tmp_path / "ultralytics/nn/tasks.py"), str)


def test_code_that_is_a_link_out_is_no_code(tmp_path: Path) -> None:
    ultralytics(tmp_path / "other")
    write(tmp_path, {"mine/ultralytics/nn/__init__.py": "", "mine/.git": ""})
    (tmp_path / "mine/ultralytics/nn/tasks.py").symlink_to(tmp_path / "other/ultralytics/nn/tasks.py")
    assert find(tmp_path / "mine/x.yaml") is None


# Being pointed at it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "ultralytics", "ultralytics/nn/tasks.py"])
def test_a_path_to_ultralytics(tmp_path: Path, name: str) -> None:
    found = at(ultralytics(tmp_path) / name)
    assert isinstance(found, Repository)
    assert (found.root, found.main) == (Path(os.path.realpath(tmp_path)), "ultralytics.nn.tasks")


@pytest.mark.parametrize("name", ["", "models/yolo.py"])
def test_a_path_to_yolov5(tmp_path: Path, name: str) -> None:
    found = at(yolov5(tmp_path) / name)
    assert isinstance(found, Repository)
    assert (found.root, found.main) == (Path(os.path.realpath(tmp_path)), "models.yolo")


def test_a_parser_alone(tmp_path: Path) -> None:
    write(tmp_path, {"parser.py": TASKS, "modules.py": "x = 1\n"})
    found = at(tmp_path / "parser.py")
    assert isinstance(found, Repository)
    assert (found.main, found.framework, found.version) == ("parser", "ultralytics", None)
    assert found.file("parser") is not None and found.file("modules") is None


def test_what_nobody_can_point_at(tmp_path: Path) -> None:
    write(tmp_path, {"x.py": "x = 1\n", "x.txt": "", "empty/x": ""})
    shown = str(tmp_path)
    assert at(tmp_path / "x.py") == f"{shown}/x.py has no function parse_model"
    assert at(tmp_path / "x.txt") == f"{shown}/x.txt is neither a folder nor a Python file"
    assert at(tmp_path / "none.py") == f"{shown}/none.py: cannot be read: No such file or directory"
    assert (
        at(tmp_path / "empty")
        == f"{shown}/empty holds neither ultralytics/nn/tasks.py nor models/yolo.py and models/common.py"
    )
    assert "\n" not in str(at(tmp_path / "a\nb"))


def test_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "lib/python3.9/site-packages", tmp_path / "lib/python3.12/site-packages"
    ultralytics(old, "8.0.1")
    write(ultralytics(new, "8.4.0"), {"torch/__init__.py": "x = 1\n"})
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "nothing"))
    assert installed({}) is None and installed({"VIRTUAL_ENV": "", "CONDA_PREFIX": str(tmp_path / "x")}) is None
    for environ in ({"VIRTUAL_ENV": str(tmp_path)}, {"VIRTUAL_ENV": "/none", "CONDA_PREFIX": str(tmp_path)}):
        found = installed(environ)
        assert found is not None and found.version == "8.4.0"
        assert found.file("torch") is None and not found.folder("torch")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert installed({}) is not None
    beside = find(new / "mine/deep/x.yaml")
    assert beside is not None and beside.only == "ultralytics"


def test_installed_on_windows_or_as_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "nothing"))
    ultralytics(tmp_path / "clone")
    (tmp_path / "env/Lib/site-packages").mkdir(parents=True)
    (tmp_path / "env/Lib/site-packages/ultralytics").symlink_to(tmp_path / "clone/ultralytics")
    found = installed({"VIRTUAL_ENV": str(tmp_path / "env")})
    assert found is not None and found.root == Path(os.path.realpath(tmp_path / "clone"))


# Reading --------------------------------------------------------------------------------------------------------------


def test_modules_and_packages(tmp_path: Path) -> None:
    found = opened(ultralytics(tmp_path))
    package, inside = found.file("ultralytics.nn.modules"), found.file("ultralytics.nn.modules.conv")
    assert package is not None and package.package and package.path == "ultralytics/nn/modules/__init__.py"
    assert inside is not None and not inside.package and inside.path == "ultralytics/nn/modules/conv.py"
    assert found.file("ultralytics.nn.modules") is package
    assert found.read == 2
    for name in ("torch", "", ".", "..", "ultralytics..nn", "../x", "ultralytics/nn", "a\0b", "ultralytics.cfg"):
        assert found.file(name) is None
    assert found.folder("ultralytics.cfg") and not found.folder("ultralytics.nn.tasks") and not found.folder("..")
    assert found.read == 2 and found.problems == []


def test_a_package_goes_before_a_module(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1\n", "a/__init__.py": "y = 2\n"})
    file = opened(tmp_path).file("a")
    assert file is not None and list(file.names) == ["y"]


def test_imports_are_resolved(tmp_path: Path) -> None:
    found = opened(ultralytics(tmp_path))
    package, inside = found.file("ultralytics.nn.modules"), found.file("ultralytics.nn.modules.conv")
    assert package is not None and inside is not None
    assert found.resolve(inside, 0, "a.b") == "a.b"
    assert found.resolve(inside, 1, "block") == "ultralytics.nn.modules.block"
    assert found.resolve(inside, 1, "") == "ultralytics.nn.modules"
    assert found.resolve(inside, 2, "tasks") == "ultralytics.nn.tasks"
    assert found.resolve(package, 1, "conv") == "ultralytics.nn.modules.conv"
    assert found.resolve(package, 2, "") == "ultralytics.nn"
    assert found.resolve(package, 3, "utils") == "ultralytics.utils"
    assert found.resolve(package, 4, "x") == "" and found.resolve(inside, 4, "x") == ""


@pytest.mark.parametrize(
    "data",
    [
        "x = 'ü'\n".encode(),
        b"\xef\xbb\xbf" + "x = 'ü'\n".encode(),
        "# -*- coding: latin-1 -*-\nx = 'ü'\n".encode("latin-1"),
        "#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\nx = 'ü'\r\n".encode("cp1252"),
        "\n# coding=iso_8859_15\nx = 'ü'\n".encode("iso8859-15"),
        "x = 'ü'\n# coding: latin-1\n".encode(),
        "# 1\n# 2\n# coding: latin-1\nx = 'ü'\n".encode(),
    ],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    file = opened(write(tmp_path, {"a.py": data})).file("a")
    assert file is not None and "x = 'ü'" in file.text and list(file.names) == ["x"]


@pytest.mark.parametrize(
    "data",
    [
        "x = 'ü'\n".encode("latin-1"),
        b"# coding: nonsense\n",
        b"# coding: punycode\n",
        b"# coding: rot13\n",
        b"# coding: unicode_escape\n",
        b"\xff\xfex\x00",
        b"# coding: cp99999\n",
    ],
)
def test_other_bytes(tmp_path: Path, data: bytes) -> None:
    found = opened(write(tmp_path, {"a.py": data}))
    assert found.file("a") is None and found.file("a") is None
    assert found.problems == ["a.py: its bytes are not text in the encoding that it names"]


def test_problems_of_the_text(tmp_path: Path) -> None:
    found = opened(write(tmp_path, {"a.py": "x = (\n", "b.py": "x = 1\0\n", "c/d.py": "y = 1\n"}))
    for name in ("a", "b", "c.d"):
        assert found.file(name) is not None
    assert found.problems == ["a.py: line 1: '(' was never closed", "b.py: line 1: a null byte"]


def test_links(tmp_path: Path) -> None:
    write(tmp_path, {"secret.py": "x = 1\n", "out/y.py": "y = 1\n", "fork/a/__init__.py": "", "fork/b.py": "b = 1\n"})
    fork = tmp_path / "fork"
    (fork / "secret.py").symlink_to(tmp_path / "secret.py")
    (fork / "out").symlink_to(tmp_path / "out")
    (fork / "loop.py").symlink_to(fork / "loop.py")
    (fork / "gone.py").symlink_to(fork / "nothing.py")
    (fork / "a/c.py").symlink_to(fork / "b.py")
    found = opened(fork)
    assert [found.file(name) for name in ("secret", "out.y", "loop", "gone")] == [None] * 4
    assert not found.folder("out")
    inside = found.file("a.c")
    assert inside is not None and inside.path == "a/c.py"
    lines = found.problems
    assert lines[:2] == ["secret.py: a link out of the repository", "out/y.py: a link out of the repository"]
    assert lines[2].startswith("loop.py: cannot be read") and lines[3].startswith("gone.py: cannot be read")
    assert found.read == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    (tmp_path / "b.py").mkdir()
    (tmp_path / "c.py").symlink_to("/dev/zero")
    found = opened(tmp_path)
    assert [found.file(name) for name in "abc"] == [None] * 3
    assert found.problems == [
        "a.py: not a regular file",
        "b.py: not a regular file",
        "c.py: a link out of the repository",
    ]


def test_a_file_that_turns_into_something_else_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a.py": "x = 1\n", "b.py": "x = 1\n"})
    real = os.stat

    def stat_then_replace(path: str) -> os.stat_result:
        found = real(path)
        os.unlink(path)
        if path.endswith("a.py"):
            os.mkfifo(path)
        else:
            os.symlink("/dev/zero", path)
        return found

    monkeypatch.setattr(repository.os, "stat", stat_then_replace)
    assert repository._bytes(str(tmp_path / "a.py"), tmp_path) == "not a regular file"
    assert str(repository._bytes(str(tmp_path / "b.py"), tmp_path)).startswith("cannot be read")


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "x = 1\n" * 2
    write(tmp_path, {f"m{number}.py": text for number in range(6)} | {"big.py": "#" * 2 * 1024 * 1024 + "\n"})
    found = opened(tmp_path)
    assert found.file("big") is None and found.problems == ["big.py: more than 2 MB"]
    for name, most, words in (("MAX_FILES", 3, "3 files"), ("MAX_BYTES", 3 * len(text), "0 MB")):
        monkeypatch.undo()
        monkeypatch.setattr(repository, name, most)
        found = opened(tmp_path)
        assert [found.file(f"m{number}") is not None for number in range(6)] == [True] * 3 + [False] * 3
        assert found.problems == [f"m3.py: not read, for {words} of code were read before it"]
        assert found.read == 3 and found.file("m0") is not None


def test_lines_about_problems_are_lines(tmp_path: Path) -> None:
    root = tmp_path / "a\nb\x1b[31m"
    write(root, {"x.py": b"\xff"})
    assert opened(root).file("x") is None and opened(tmp_path).file("a\nb") is None
    assert "\\n" in str(at(root)) and "\n" not in str(at(root)) and "\x1b" not in str(at(root))
    assert repository.printable("a\nb\x1b\u202e\udc80é") == "a\\nb\\x1b\\u202e\\udc80é"


@pytest.mark.parametrize(
    "text, version",
    [
        ('__version__ = "8.0"\n__version__ = "8.1"\n', "8.1"),
        ('__version__: str = "8.1"\n', "8.1"),
        ('__version__ = "8\\n1"\n', "8\\n1"),
        ("__version__ = 8\n", None),
        ("__version__ = read()\n", None),
        ("from .x import __version__\n", None),
        ("__version__ = (\n", None),
        ("", None),
    ],
)
def test_versions(tmp_path: Path, text: str, version: str | None) -> None:
    found = opened(write(ultralytics(tmp_path), {"ultralytics/__init__.py": text}))
    assert found.version == version
    assert found.title == (f"ultralytics {version}" if version else "ultralytics")


def test_files_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    """No cache outlives a repository."""
    ultralytics(tmp_path)
    assert opened(tmp_path).read == 0
    first = opened(tmp_path).file("ultralytics.nn.tasks")
    write(tmp_path, {"ultralytics/nn/tasks.py": "z = 1\n"})
    second = opened(tmp_path).file("ultralytics.nn.tasks")
    assert first is not None and second is not None
    assert "parse_model" in first.names and list(second.names) == ["z"]


def test_code_that_did_not_change_is_kept(tmp_path: Path) -> None:
    found = opened(ultralytics(tmp_path))
    assert found.file("ultralytics.nn.tasks") is not None and found.file("ultralytics.nn.extra") is None
    assert found.renewed() is found


def test_code_that_changed_is_read_anew_and_only_that(tmp_path: Path) -> None:
    found = opened(ultralytics(tmp_path))
    tasks, package = found.file("ultralytics.nn.tasks"), found.file("ultralytics")
    write(tmp_path, {"ultralytics/nn/tasks.py": "def parse_model(d, ch): return 1, []"})
    renewed = found.renewed()
    assert renewed is not found and renewed.renewed() is renewed
    assert renewed.file("ultralytics") is package and renewed.read == 1
    changed = renewed.file("ultralytics.nn.tasks")
    assert changed is not None and changed is not tasks and "return 1" in changed.text


def test_code_that_comes_is_found(tmp_path: Path) -> None:
    found = opened(ultralytics(tmp_path))
    assert found.file("ultralytics.nn.extra") is None
    write(tmp_path, {"ultralytics/nn/extra.py": "class CBAM: ..."})
    assert found.renewed().file("ultralytics.nn.extra") is not None


def test_a_parser_alone_is_read_anew(tmp_path: Path) -> None:
    write(tmp_path, {"mine.py": "def parse_model(d, ch): ..."})
    found = at(tmp_path / "mine.py")
    assert isinstance(found, Repository)
    write(tmp_path, {"mine.py": "def parse_model(d, ch):\n    return 1"})
    renewed = found.renewed()
    file = renewed.file(renewed.main)
    assert renewed is not found and file is not None and "return 1" in file.text
