"""What a user may say about files of a format beyond what stands in them, as plain data: nothing is loaded for it."""

from __future__ import annotations

from typing import NamedTuple


class Option(NamedTuple):
    """One thing to say: under ``key`` in the settings of its format, and behind its ``flags`` on the command line.

    Without flags it stands in settings only.  Formats may share a flag; then it is said of the files of all of them,
    and a choice of those that know it.  ``several`` may be given more than once; ``partial`` options choose for one run
    what part of a file is looked at.
    """

    key: str
    help: str
    flags: tuple[str, ...] = ()
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    several: bool = False
    partial: bool = False
