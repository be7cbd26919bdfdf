"""The options as a table."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from convlint.words.tables import Table, first_error, must_be


def _size(value: Any) -> int:
    return int(value) if str(value).isdecimal() else must_be("a number of cells, such as 64")


class _Toy(Table):
    size: Annotated[int | None, BeforeValidator(_size)] = None


def read(table: dict[str, Any], folder: str, base: int | None = None) -> int | None:
    """The size that is said, in place of what was said before."""
    try:
        return _Toy.model_validate(table).size or base
    except ValidationError as error:
        raise first_error(error, _Toy) from None
