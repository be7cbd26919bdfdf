"""The kinds of values that arguments of ``torch.nn`` take, as plain data: every format reads them in its own way."""

from __future__ import annotations

from typing import Any, NamedTuple

#: Marks an argument without a default.
REQUIRED: Any = ...


class Kind(NamedTuple):
    """A kind of value, by name.

    - ``integer``, ``number``, ``boolean``, ``integers``;
    - ``integer or integers``, ``number or numbers``: one, or a list of any length;
    - ``per axis``: an integer for each of ``axes``, or one for all; a list of one too, if ``one``.  With ``truth``
      PyTorch takes true for 1;
    - ``adaptive``: the same, and null keeps one axis of several;
    - ``sides``: how far a padding layer goes, one integer for all sides or (before, after) per axis, the last axis
      first; with ``fewer`` the list may end early;
    - ``word``: one of ``words``;
    - ``factory``: a device or a data type, which no description of a network needs.

    ``null`` may stand instead, where it is allowed, and so may ``words``.
    """

    name: str
    axes: int = 0
    null: bool = False
    one: bool = True
    fewer: bool = False
    truth: bool = False
    words: tuple[str, ...] = ()


class Argument(NamedTuple):
    """An argument of a constructor: name, kind, default, and the least and largest value that make a layer that runs.

    A ``keyword`` is never given by its position.
    """

    name: str
    kind: Kind
    default: Any = REQUIRED
    least: int | None = None
    most: int | None = None
    keyword: bool = False

    @property
    def filled(self) -> Any:
        """The default as it is lowered: one entry for each axis, where the kind has axes."""
        if self.kind.name == "per axis" and type(self.default) is int:
            return (self.default,) * self.kind.axes
        return self.default


INTEGER = Kind("integer")
OPTIONAL_INTEGER = Kind("integer", null=True)
NUMBER = Kind("number")
OPTIONAL_NUMBER = Kind("number", null=True)
BOOLEAN = Kind("boolean")
OPTIONAL_BOOLEAN = Kind("boolean", null=True)
INTEGERS = Kind("integers")
INTEGER_OR_INTEGERS = Kind("integer or integers")
OPTIONAL_SIZES = Kind("integer or integers", null=True)
OPTIONAL_NUMBERS = Kind("number or numbers", null=True)
FACTORY = Kind("factory")


def per_axis(
    axes: int, *, null: bool = False, one: bool = True, truth: bool = False, words: tuple[str, ...] = ()
) -> Kind:
    """An integer for each axis, or one for all."""
    return Kind("per axis", axes, null, one, truth=truth, words=words)


def one_of(*words: str) -> Kind:
    """One of a few words."""
    return Kind("word", words=words)
