"""``[tool.convlint.darknet]`` and the options of the command line, read by one model."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from convlint.formats.darknet.options import DIALECTS, Options
from convlint.words.tables import Table, first_error, must_be


def _dialect(value: Any) -> str:
    return str(value) if value in DIALECTS else must_be(f"one of {', '.join(DIALECTS)}")


class _Darknet(Table):
    dialect: Annotated[str | None, BeforeValidator(_dialect)] = None


def read(table: dict[str, Any], folder: str, base: Options | None = None) -> Options:
    """What a table says in place of what was said before. Raises TableError."""
    try:
        found = _Darknet.model_validate(table)
    except ValidationError as error:
        raise first_error(error, _Darknet) from None
    return Options(found.dialect if "dialect" in found.model_fields_set else (base or Options()).dialect)
