"""Tables that a user writes (settings, options of a format): pydantic models, and what is wrong in a person's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from convlint.words.spelling import did_you_mean
from convlint.words.table_errors import TableError, UnknownKey


class Table(BaseModel):
    """A table of settings, whose keys are written with dashes.

    Each kind of value is one type with one validator and no unions, so that an error has the place of the value and a
    person's words: those of ``must_be`` or ``wrong``.
    """

    model_config = ConfigDict(
        alias_generator=lambda name: name.replace("_", "-"), extra="forbid", frozen=True, arbitrary_types_allowed=True
    )


def must_be(what: str) -> NoReturn:
    """Refuse a value of the wrong kind; for validators."""
    raise PydanticCustomError("kind", "{words}", {"words": f" must be {what}"})


def wrong(sentence: str) -> NoReturn:
    """Refuse a value of the right kind; for validators."""
    raise PydanticCustomError("value", "{words}", {"words": f": {sentence}"})


def truth(value: Any) -> bool:
    """The validator of true or false."""
    return value if isinstance(value, bool) else must_be("true or false")


def strings(value: Any, what: str) -> list[str]:
    """The validator of a list of texts; ``what`` they are, as in "a list of rules"."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        must_be(f"a list of {what}")
    return value


def first_error(error: ValidationError, model: type[Table], beside: Iterable[str] = ()) -> TableError:
    """The first thing that is wrong; ``beside`` are keys that the table may have besides those of its model."""
    found = error.errors(include_url=False)[0]
    keys = tuple(str(key) for key in found["loc"])
    if found["type"] == "extra_forbidden":
        known = [*(field.alias or name for name, field in model.model_fields.items()), *beside]
        return UnknownKey(keys, did_you_mean(keys[-1], known))
    return TableError(keys, found["msg"] if found["type"] in ("kind", "value") else f": {found['msg']}")
