"""``[tool.convlint.yolo]`` and the options of the command line, read by one model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BeforeValidator, ValidationError, ValidationInfo

from convlint.formats.yolo.custom import Declared, declare, from_tasks, shown
from convlint.formats.yolo.options import AUTO, DIALECTS, INSTALLED, NONE, Options
from convlint.words.table_errors import TableError
from convlint.words.tables import Table, first_error, must_be, wrong

if TYPE_CHECKING:
    from convlint.source.repository import Repository

#: Sizes beyond this are a slip of the hand.
_LARGEST = 100_000


def _scales(value: Any) -> tuple[str, ...]:
    letters = [value] if isinstance(value, str) else value
    if not isinstance(letters, list) or not all(isinstance(letter, str) for letter in letters):
        must_be('a letter, or a list such as ["n", "s"]')
    return () if "all" in letters else tuple(letters)


def _input(value: Any) -> tuple[int, int, int]:
    """``640``, ``480x640`` or ``1x480x640``, or a list of them, as (channels, height, width)."""
    text = "x".join(map(shown, value)) if isinstance(value, list) else shown(value)
    parts = [part.strip() for part in text.lower().replace(",", "x").split("x")]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10]
    if not 1 <= len(parts) <= 3 or len(numbers) < len(parts) or not all(1 <= size <= _LARGEST for size in numbers):
        wrong(f"expected a size such as 640, 480x640 or 1x480x640, not {text!r}")
    if len(numbers) == 1:
        return (3, numbers[0], numbers[0])
    return (3, numbers[0], numbers[1]) if len(numbers) == 2 else (numbers[0], numbers[1], numbers[2])


def _dialect(value: Any) -> str:
    return str(value) if value in DIALECTS else must_be(f"one of {', '.join(DIALECTS)}")


def _modules(value: Any) -> dict[str, Declared]:
    if not isinstance(value, dict):
        must_be('a table, such as {SPDConv = {kind = "base", spatial = "/2"}}')
    found = {}
    for name, fields in value.items():
        made = declare(name, fields)
        if isinstance(made, str):
            wrong(made)
        found[name] = made
    return found


class Code(NamedTuple):
    """Which code is read (None: not said), and the modules in the tables of a parser that was named."""

    source: str | Repository | None
    taught: Mapping[str, Declared]


def _source(value: Any, info: ValidationInfo) -> Code:
    """The code that is meant; whatever keeps it from being read is one sentence."""
    if not isinstance(value, str) or not value:
        must_be(f"{AUTO}, {NONE}, {INSTALLED} or the path of a folder or Python file")
    if value in (AUTO, NONE):
        return Code(value, {})
    from convlint.source import repository

    if value == INSTALLED:
        if repository.installed(os.environ) is None:
            wrong("no ultralytics is installed in $VIRTUAL_ENV, in $CONDA_PREFIX or beside convlint")
        return Code(value, {})
    path = _path(value, info)
    opened = repository.at(path)
    if isinstance(opened, str):
        wrong(opened)
    return Code(opened, {} if path.is_dir() else _tables(path))


def _tasks(value: Any, info: ValidationInfo) -> Code:
    """A patched parser: the code that it is part of, else the modules of its tables."""
    if not isinstance(value, str) or not value:
        must_be("the path of a file")
    from convlint.source import repository

    path = _path(value, info)
    taught = _tables(path)
    opened = repository.at(path)
    if not isinstance(opened, str):
        return Code(opened, taught)
    if not taught:
        wrong(f"{path} teaches nothing: it has no function parse_model, and no modules in base_modules")
    return Code(None, taught)


def _path(value: str, info: ValidationInfo) -> Path:
    """A path that is there, relative to the folder of the settings."""
    path = Path(os.path.join(info.context["folder"], value))  # type: ignore[index]  # always given
    try:
        path.stat()
    except (OSError, ValueError) as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else getattr(error, "strerror", str(error))
        wrong(f"{path}: {words[:1].lower()}{words[1:]}")
    return path


def _tables(path: Path) -> dict[str, Declared]:
    """The modules in the tables of a patched parser."""
    from convlint.source.repository import alone

    file = alone(path)
    if isinstance(file, str):
        wrong(f"{path}: {file}")
    if file.problem is not None:
        wrong(f"{path}: not Python: {file.problem}")
    return from_tasks(file)


class _Yolo(Table):
    scale: Annotated[tuple[str, ...], BeforeValidator(_scales)] = ()
    input: Annotated[tuple[int, int, int] | None, BeforeValidator(_input)] = None
    dialect: Annotated[str | None, BeforeValidator(_dialect)] = None
    source: Annotated[Any, BeforeValidator(_source)] = None
    tasks_py: Annotated[Any, BeforeValidator(_tasks)] = None
    modules: Annotated[dict[str, Any], BeforeValidator(_modules)] = {}


def read(table: dict[str, Any], folder: str, base: Options | None = None) -> Options:
    """What a table says, with paths relative to a folder, in place of what was said before. Raises TableError."""
    try:
        found = _Yolo.model_validate(table, context={"folder": folder})
    except ValidationError as error:
        raise first_error(error, _Yolo) from None
    said = found.model_fields_set
    if "source" in said and "tasks_py" in said:
        raise TableError(("tasks-py",), " is another word for `source`; say one of them")
    base = base or Options()
    code: Code = found.source or found.tasks_py or Code(None, base.taught)
    return base._replace(
        scales=found.scale if "scale" in said else base.scales,
        input=found.input if "input" in said else base.input,
        dialect=found.dialect if "dialect" in said else base.dialect,
        modules={**base.modules, **found.modules},
        source=base.source if code.source is None else code.source,
        taught=code.taught,
    )
