"""Rows that take several numbers: in many forks a backbone that returns a list of maps stands for five rows."""

from __future__ import annotations

from convlint.formats.yolo.community import Convention
from convlint.formats.yolo.community_rows import LEVELS, convention
from convlint.formats.yolo.reading import Row

#: What is assumed of a module of which nothing is known but that it takes several numbers.
BACKBONE = Convention("levels", "unknown")


def spread(rows: list[Row], claimed: dict[int, int]) -> int:
    """How many numbers more than one the first row takes, of a module that the framework does not know: 4 or none.

    It has the numbers 0 to 4 then, and later rows are called by numbers that are four higher than their places.
    Comments with row numbers decide; where there are none, it is the community's backbones that do so.
    """
    more = LEVELS - 1
    if claimed:
        higher = sum(number == index + more for index, number in claimed.items())
        return more if higher * 2 > len(claimed) else 0
    said = convention(rows[0].module)
    return more if said is not None and said.channels == "levels" else 0
