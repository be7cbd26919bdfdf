"""What a user may say about YOLO files beyond the file itself: what there is to say, and what was said."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.formats.options import Option

if TYPE_CHECKING:
    from convlint.formats.yolo.custom import Declared
    from convlint.source.repository import Repository

DIALECTS = ("ultralytics", "yolov5", "yolov7", "yolov9")

OPTIONS = (
    Option(
        "scale",
        "check this scale of YOLO files, or all (the default)",
        ("--scale",),
        "LETTER",
        several=True,
        partial=True,
    ),
    Option(
        "input",
        "input of YOLO files: 640, 480x640 or 1x480x640",
        ("--input", "--imgsz"),
        "SIZE",
        partial=True,
    ),
    Option("dialect", "the framework that YOLO files are for (default: recognised)", ("--dialect",), choices=DIALECTS),
    Option(
        "tasks-py",
        "a patched ultralytics tasks.py; its module tables are read, nothing is run",
        ("--tasks-py",),
        "FILE",
    ),
    Option("modules", "custom modules by name"),
)


@dataclass(slots=True)
class Options:
    """What was said.

    ``scales`` are the letters to check (empty: every one the file has), ``input`` is (channels, height, width) or None
    for 3 x 640 x 640, ``dialect`` overrides recognition, ``modules`` are custom modules by name.
    """

    scales: tuple[str, ...] = ()
    input: tuple[int, int, int] | None = None
    dialect: str | None = None
    modules: dict[str, Declared] = field(default_factory=dict)
    source: str = "auto"
    #: The code that was found, by the folder of the files beside it.
    found: dict[str, Repository | None] = field(default_factory=dict)

    def beside(self, path: str) -> Repository | None:
        """The framework's code beside a file."""
        if self.source == "none" or not os.path.isfile(path):
            return None
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self.found:
            from convlint.source import repository

            self.found[folder] = repository.find(Path(path))
        return self.found[folder]
