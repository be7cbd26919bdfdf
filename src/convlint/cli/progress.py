"""How far a long run is, on a terminal."""

from __future__ import annotations

import os
from time import monotonic
from typing import TextIO

#: Nothing is said before so many seconds, and nothing anew before so many.
_PATIENCE, _PAUSE = 1.0, 0.1
_WIDTH = 20


class Progress:
    """A line that is drawn over itself: nothing where nobody looks at a terminal, or it is done within a second."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._drawn = False
        self._watched = output.isatty() and os.environ.get("TERM") != "dumb"
        self._next = monotonic() + _PATIENCE

    def __call__(self, done: int, total: int) -> None:
        """So many of all files are done."""
        if not self._watched or monotonic() < self._next or total < 2:
            return
        filled = _WIDTH * done // total
        bar = "#" * filled + "-" * (_WIDTH - filled)
        self._output.write(f"\r[{bar}] {done:,} of {total:,} files")
        self._output.flush()
        self._drawn = True
        self._next = monotonic() + _PAUSE

    def clear(self) -> None:
        """Leave nothing of it."""
        if self._drawn:
            self._output.write("\r\x1b[K")
            self._output.flush()
            self._drawn = False
