"""How many findings of one kind are shown to people, and how many of a file are given to machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy

from convlint.findings import Diagnostic
from convlint.session.outcome import Shown, Summary

#: Findings of one file that machines get.
MOST_OF_A_FILE = 10_000
#: What differs between findings that say the same: names and numbers.
_PARTICULARS = re.compile(r"`[^`]*`|\d[\d.,x]*")


def capped(shown: Iterator[Shown], most: int) -> Iterator[Shown]:
    """The files with at most so many findings that say the same; the last that is shown says how many are left out.

    Findings say the same if their messages differ in names and numbers only. 0 is no limit.
    """
    for file in shown:
        yield Shown(file.source, _without(file.findings, most), file.change) if 0 < most < len(file.findings) else file


def _without(findings: list[Diagnostic], most: int) -> list[Diagnostic]:
    counts: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], int] = {}
    kept: list[Diagnostic] = []
    for found in findings:
        kind = found.code, _PARTICULARS.sub("", found.message)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= most:
            last[kind] = len(kept)
            kept.append(found)
    for kind, count in counts.items():
        if count > most:
            kept[last[kind]] = said = copy(kept[last[kind]])
            said.message += f" (and {count - most:,} more like this: --max-same 0 shows all)"
    return kept


def ended(shown: Iterator[Shown], summary: Summary) -> Iterator[Shown]:
    """The files with as many findings as machines get, and in the summary how many are left out."""
    for file in shown:
        left = len(file.findings) - MOST_OF_A_FILE
        summary.omitted += max(0, left)
        yield Shown(file.source, file.findings[:MOST_OF_A_FILE], file.change) if left > 0 else file
