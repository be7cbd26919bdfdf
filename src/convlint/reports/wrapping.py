"""Words in as many lines as the output needs."""

from __future__ import annotations

import re

from convlint.reports.escape import lines as harmless

#: Prose is no wider than this, however wide the terminal.
WIDEST = 120
#: Words get so many columns at least, however narrow it is.
_LEAST = 24


def wrapped(words: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """The words in lines of at most so many columns, with what each line begins with; None is one line.

    What stands in backquotes is not broken if it has room in a line.  No line begins with what a CI would obey.
    """
    if width is None or len(first) + len(words) <= width:
        return [first + words]
    from textwrap import wrap

    width = max(min(width, WIDEST), len(rest) + _LEAST)
    room = width - len(rest)

    def keep(match: re.Match[str]) -> str:
        return match[0].replace(" ", "\0") if len(match[0]) <= room else match[0]

    whole = re.sub(r"`[^`]*`", keep, words)
    found = wrap(
        whole, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [harmless(line.replace("\0", " ")) for line in found] or [first.rstrip()]
