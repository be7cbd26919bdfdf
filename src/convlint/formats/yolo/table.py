"""``[tool.convlint.yolo]`` and the options of the command line, read by one model."""

from __future__ import annotations

import os
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError, ValidationInfo

from convlint.formats.yolo.custom import Declared, declare, from_tasks, shown
from convlint.formats.yolo.options import DIALECTS, Options
from convlint.words.tables import Table, first_error, must_be, wrong

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


def _tasks(value: Any, info: ValidationInfo) -> dict[str, Declared]:
    """The modules of a patched parser; whatever keeps it from being read is one sentence."""
    if not isinstance(value, str):
        must_be("the path of a file")
    path = os.path.join(info.context["folder"], value)  # type: ignore[index]  # always given
    try:
        with open(path, encoding="utf-8") as file:
            return from_tasks(file.read())
    except OSError as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        wrong(f"{path}: {words[:1].lower()}{words[1:]}")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        wrong(f"{path}: not Python: {error}")


class _Yolo(Table):
    scale: Annotated[tuple[str, ...], BeforeValidator(_scales)] = ()
    input: Annotated[tuple[int, int, int] | None, BeforeValidator(_input)] = None
    dialect: Annotated[str | None, BeforeValidator(_dialect)] = None
    tasks_py: Annotated[dict[str, Any], BeforeValidator(_tasks)] = {}
    modules: Annotated[dict[str, Any], BeforeValidator(_modules)] = {}


def read(table: dict[str, Any], folder: str, base: Options | None = None) -> Options:
    """What a table says, with paths relative to a folder, in place of what was said before. Raises TableError.

    A module that is declared is known better than one that a patched parser names.
    """
    try:
        found = _Yolo.model_validate(table, context={"folder": folder})
    except ValidationError as error:
        raise first_error(error, _Yolo) from None
    said = found.model_fields_set
    base = base or Options()
    return base._replace(
        scales=found.scale if "scale" in said else base.scales,
        input=found.input if "input" in said else base.input,
        dialect=found.dialect if "dialect" in said else base.dialect,
        modules={**found.tasks_py, **base.modules, **found.modules},
    )
