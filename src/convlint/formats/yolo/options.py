"""What a user may say about YOLO files beyond the file itself."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convlint.words.spelling import did_you_mean

if TYPE_CHECKING:
    from argparse import ArgumentParser, _ArgumentGroup

    from convlint.formats.yolo.custom import Declared

DIALECTS = ("ultralytics", "yolov5", "yolov7", "yolov9")
_KEYS = ("scale", "input", "dialect", "modules", "tasks-py")


@dataclass(slots=True)
class Options:
    """Command line and settings.

    ``scales`` are the letters to check (empty: every one the file has), ``input`` is (channels, height, width) or None
    for 3 x 640 x 640, ``dialect`` overrides recognition, ``modules`` are custom modules by name.  ``partial`` says that
    scales or input were chosen for one run: what suppresses nothing there may be needed at others.
    """

    scales: tuple[str, ...] = ()
    input: tuple[int, int, int] | None = None
    dialect: str | None = None
    modules: dict[str, Declared] = field(default_factory=dict)
    partial: bool = False


def parse_input(text: str) -> tuple[int, int, int]:
    """``640``, ``480x640`` or ``1x480x640`` as (channels, height, width)."""
    parts = text.lower().replace(",", "x").split("x")
    if not 1 <= len(parts) <= 3 or not all(part.strip().isdigit() and 1 <= int(part) <= 100_000 for part in parts):
        from argparse import ArgumentTypeError  # slow to load, and mostly not needed

        raise ArgumentTypeError(f"expected a size such as 640, 480x640 or 1x480x640, not {text!r}")
    sizes = [int(part) for part in parts]
    if len(sizes) == 1:
        return (3, sizes[0], sizes[0])
    return (3, sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], sizes[1], sizes[2])


def add_arguments(parser: ArgumentParser | _ArgumentGroup) -> None:
    """The options of the command line that are about YOLO files."""
    add = parser.add_argument
    add("--scale", action="append", metavar="LETTER", help="check this scale of YOLO files, or all (the default)")
    add("--input", "--imgsz", type=parse_input, metavar="SIZE", help="input of YOLO files: 640, 480x640 or 1x480x640")
    add("--dialect", choices=DIALECTS, help="the framework that YOLO files are for (default: recognised)")
    add("--tasks-py", metavar="FILE", help="a patched ultralytics tasks.py; its module tables are read, nothing is run")


def from_namespace(namespace: Any, settings: Options | None = None) -> Options:
    """The options of a command line, which win over the settings. Raises ValueError with what is wrong."""
    found = settings or Options()
    letters = getattr(namespace, "scale", None)
    size = getattr(namespace, "input", None)
    tasks = getattr(namespace, "tasks_py", None)
    return Options(
        found.scales if letters is None else _scales(letters),
        found.input if size is None else size,
        getattr(namespace, "dialect", None) or found.dialect,
        found.modules if tasks is None else _read_tasks(tasks) | found.modules,
        partial=letters is not None or size is not None,
    )


def from_settings(table: Any, folder: str) -> Options:
    """The options of ``[tool.convlint.yolo]``, paths relative to a folder. Raises ValueError with what is wrong."""
    from convlint.formats.yolo.custom import declare

    if not isinstance(table, dict):
        raise ValueError("`yolo` must be a table")
    found = Options()
    for key, value in table.items():
        if key == "scale":
            letters = [value] if isinstance(value, str) else value
            if not isinstance(letters, list) or not all(isinstance(letter, str) for letter in letters):
                raise ValueError('`yolo.scale` must be a letter, or a list such as ["n", "s"]')
            found.scales = _scales(letters)
        elif key == "input":
            sizes = value if isinstance(value, list) else [value]
            try:
                found.input = parse_input("x".join(str(size) for size in sizes))
            except Exception as error:  # what argparse wants; its name is not worth loading argparse
                raise ValueError(f"`yolo.input`: {error}") from None
        elif key == "dialect":
            if value not in DIALECTS:
                raise ValueError(f"`yolo.dialect` must be one of {', '.join(DIALECTS)}")
            found.dialect = value
        elif key == "tasks-py":
            if not isinstance(value, str):
                raise ValueError("`yolo.tasks-py` must be the path of a file")
            found.modules = _read_tasks(os.path.join(folder, value)) | found.modules
        elif key == "modules":
            if not isinstance(value, dict):
                raise ValueError('`yolo.modules` must be a table, such as {SPDConv = {kind = "base", spatial = "/2"}}')
            for name, fields in value.items():
                made = declare(name, fields)
                if isinstance(made, str):
                    raise ValueError(f"`yolo.modules`: {made}")
                found.modules[name] = made
        else:
            raise ValueError(f"unknown key `yolo.{key}`{did_you_mean(key, _KEYS)}")
    return found


def _scales(letters: list[str]) -> tuple[str, ...]:
    return () if "all" in letters else tuple(letters)


def _read_tasks(path: str) -> dict[str, Declared]:
    """The modules of a patched parser; whatever keeps it from being read is one ValueError."""
    from convlint.formats.yolo.custom import from_tasks

    try:
        with open(path, encoding="utf-8") as file:
            return from_tasks(file.read())
    except OSError as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise ValueError(f"{path}: {words[:1].lower()}{words[1:]}") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{path}: not Python: {error}") from None
