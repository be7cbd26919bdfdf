"""What a user may say about Darknet files beyond the file itself: what there is to say, and what was said."""

from __future__ import annotations

from typing import NamedTuple

from convlint.formats.options import Option

DIALECTS = ("alexeyab", "pjreddie")

OPTIONS = (
    Option("dialect", "whose Darknet .cfg files are for (default: recognised)", ("--dialect",), choices=DIALECTS),
)


class Options(NamedTuple):
    """What was said: ``dialect`` is whose Darknet reads the file; None leaves it to what only one of them knows."""

    dialect: str | None = None
