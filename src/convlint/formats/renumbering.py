"""What a format makes of the question which row numbers and index comments of a file are to be written anew."""

from __future__ import annotations

from typing import NamedTuple

from convlint.findings import Edit


class Possibility(NamedTuple):
    """One explanation of the numbers in a file, and what is to be changed if it holds.

    ``words`` say what happened to the rows, ``reads`` what rows read then, a row each. ``edits`` are those of row
    numbers, ``comments`` those of index comments, which are certain to break nothing.
    """

    words: str
    reads: tuple[str, ...]
    edits: list[Edit]
    comments: list[Edit]
    notes: tuple[str, ...] = ()


class Renumbering(NamedTuple):
    """The explanations that a format cannot tell apart; ``refused`` says why there is none, in one line."""

    possibilities: list[Possibility]
    refused: str = ""
