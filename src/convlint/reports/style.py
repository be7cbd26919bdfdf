"""Colours, or none."""

from __future__ import annotations

import os
import re
from typing import TextIO

from convlint.findings import Severity
from convlint.reports.width import columns, width

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "bold": "1",
    "frame": "34",
    "label": "1;34",
    "good": "1;32",
    "help": "1;36",
}


class Style:
    """Paints by role: ``error``, ``warning``, ``info``, ``bold``, ``frame``, ``label``, ``good``, ``help``.

    ``encoding`` is what the output can hold: the carets must stand right although characters that it lacks are
    written as escapes.  ``width`` are the columns that it has; None is as many as are needed.
    ``links`` says that words may lead to pages.
    """

    def __init__(
        self, colour: bool = False, encoding: str = "utf-8", width: int | None = None, links: bool = False
    ) -> None:
        self.colour = colour
        self.links = links
        self.encoding = encoding
        self.width = width

    def paint(self, text: str, role: str | Severity | None) -> str:
        """The text in the colour of a role."""
        if not self.colour or role is None or not text:
            return text
        return f"\x1b[{_CODES[str(role)]}m{text}\x1b[0m"

    def link(self, text: str, address: str) -> str:
        """The text as a link, where the output is a terminal (OSC 8); those that know no links show the text."""
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if self.links else text

    def shown(self, text: str) -> int:
        """The columns that a text takes; colours take none."""
        return width(re.sub("\x1b[^m]*m", "", text) if self.colour else text)

    def writable(self, text: str) -> str:
        """The text as the output will show it."""
        if text.isascii() or self.encoding.lower().replace("-", "").startswith("utf"):
            return text
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


def chosen(choice: str | None, output: TextIO) -> Style:
    """The style for ``--color``: always, never, or auto (None), which asks NO_COLOR, FORCE_COLOR and the output."""
    if choice in (None, "auto"):
        if os.environ.get("NO_COLOR"):
            colour = False
        elif os.environ.get("FORCE_COLOR", "0") != "0":
            colour = True
        else:
            colour = output.isatty() and os.environ.get("TERM") != "dumb"
    else:
        colour = choice == "always"
    if colour and os.name == "nt":
        os.system("")  # makes the console of Windows obey colours
    links = colour and output.isatty() and os.environ.get("TERM") != "dumb"
    return Style(colour, getattr(output, "encoding", None) or "utf-8", columns(output), links)
