"""What a user may say about YOLO files beyond the file itself: what there is to say, and what was said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from convlint.formats.options import Option

if TYPE_CHECKING:
    from convlint.formats.yolo.custom import Declared
    from convlint.source.repository import Repository

#: What one of several networks in a file is called.
VARIANT = "scale"
DIALECTS = ("ultralytics", "yolov5", "yolov7", "yolov9")
#: Words in the place of the path of some code.
AUTO, NONE, INSTALLED = "auto", "none", "installed"

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
        "source",
        "whose code YOLO files are read with (nothing is run): auto (what lies beside each file, the default), none, "
        "installed (an installed ultralytics), or the PATH of a folder or of the file with parse_model",
        ("--source",),
        "CODE",
    ),
    Option(
        "tasks-py",
        "another word for --source FILE; of a FILE without parse_model, the module tables are read",
        ("--tasks-py",),
        "FILE",
    ),
    Option("modules", "custom modules by name"),
)


class Options(NamedTuple):
    """What was said.

    ``scales`` are the letters to check (empty: every one the file has), ``input`` is (channels, height, width) or None
    for 3 x 640 x 640, ``dialect`` overrides recognition, ``modules`` are custom modules by name.

    ``source`` says which code is read: ``AUTO`` (what lies beside a file), ``NONE``, ``INSTALLED``, or the one that was
    named.  ``taught`` are the modules in the tables of a named parser, for where that cannot be followed.
    """

    scales: tuple[str, ...] = ()
    input: tuple[int, int, int] | None = None
    dialect: str | None = None
    modules: Mapping[str, Declared] = MappingProxyType({})
    source: str | Repository = AUTO
    taught: Mapping[str, Declared] = MappingProxyType({})
