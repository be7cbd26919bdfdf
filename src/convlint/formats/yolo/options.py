"""What a user may say about YOLO files beyond the file itself."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _ArgumentGroup
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convlint.formats.yolo.custom import Declared

DIALECTS = ("ultralytics", "yolov5", "yolov7", "yolov9")


@dataclass(slots=True)
class Options:
    """Command line and settings.

    ``scales`` are the letters to check (empty: every one the file has), ``input`` is (channels, height, width) or None
    for 3 x 640 x 640, ``dialect`` overrides recognition, ``modules`` are custom modules by name.
    """

    scales: tuple[str, ...] = ()
    input: tuple[int, int, int] | None = None
    dialect: str | None = None
    modules: dict[str, Declared] = field(default_factory=dict)


def parse_input(text: str) -> tuple[int, int, int]:
    """``640``, ``480x640`` or ``1x480x640`` as (channels, height, width)."""
    parts = text.lower().replace(",", "x").split("x")
    if not 1 <= len(parts) <= 3 or not all(part.strip().isdigit() and 1 <= int(part) <= 100_000 for part in parts):
        raise ArgumentTypeError(f"expected a size such as 640, 480x640 or 1x480x640, not {text!r}")
    sizes = [int(part) for part in parts]
    if len(sizes) == 1:
        return (3, sizes[0], sizes[0])
    return (3, sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], sizes[1], sizes[2])


def add_arguments(parser: ArgumentParser | _ArgumentGroup) -> None:
    """The options of the command line that are about YOLO files."""
    add = parser.add_argument
    add("--scale", action="append", metavar="LETTER", help="check this scale of a YOLO file (default: all)")
    add("--input", "--imgsz", type=parse_input, metavar="SIZE", help="input of YOLO files: 640, 480x640 or 1x480x640")
    add("--dialect", choices=DIALECTS, help="the framework that YOLO files are for (default: recognised)")
    add("--tasks-py", metavar="FILE", help="a patched ultralytics tasks.py; its module tables are read, nothing is run")


def from_namespace(namespace: Namespace, modules: Mapping[str, Any] | None = None) -> Options:
    """The options as parsed, with the modules that the settings declare. OSError, SyntaxError or ValueError."""
    from convlint.formats.yolo.custom import declare, from_tasks

    declared: dict[str, Declared] = {}
    path = getattr(namespace, "tasks_py", None)
    if path is not None:
        with open(path, encoding="utf-8") as file:
            declared |= from_tasks(file.read())
    for name, fields in (modules or {}).items():
        made = declare(name, fields)
        if isinstance(made, str):
            raise ValueError(made)
        declared[name] = made
    letters = [letter for letter in getattr(namespace, "scale", None) or () if letter != "all"]
    return Options(tuple(letters), getattr(namespace, "input", None), getattr(namespace, "dialect", None), declared)
