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
    Comments with row numbers decide; where there are none, it is the community's backbones that do so, and a module
    that nobody knows if the numbers that are read exist only then.
    """
    more = LEVELS - 1
    if claimed:
        higher = sum(number == index + more for index, number in claimed.items())
        return more if higher * 2 > len(claimed) else 0
    said = convention(rows[0].module)
    if said is None:
        return more if not _exist(rows, 0) and _exist(rows, more) else 0
    return more if said.channels == "levels" else 0


def _exist(rows: list[Row], more: int) -> bool:
    """Whether every number that a row reads is that of a row before it, if the first has so many more numbers."""
    for row in rows[1:]:
        value = row.values[0] if row.values else None
        for source in value if isinstance(value, list) else [value]:
            if type(source) is int and not -row.index - more <= source < row.index + more:
                return False
    return True
