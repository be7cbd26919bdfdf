"""What came of files and of a run, for whoever reports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.document import Source
from convlint.findings import Diagnostic, Severity

if TYPE_CHECKING:
    from convlint.formats.foreign import Foreign


class Shown:
    """A file that was checked, with the findings to be shown, and the diff of what would be fixed."""

    __slots__ = ("change", "findings", "source")

    def __init__(self, source: Source, findings: list[Diagnostic], change: str | None = None) -> None:
        self.source = source
        self.findings = findings
        self.change = change


class Failure:
    """A path with which nothing could be done, and why; in which line, if it is about one."""

    __slots__ = ("line", "message", "path")

    def __init__(self, path: str, message: str, line: int | None = None) -> None:
        self.path = path
        self.message = message
        self.line = line

    @property
    def place(self) -> str:
        """The path, with the line if there is one."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


class Skipped:
    """A file that was not checked, and why, in words that follow its path; ``kind`` is what it is, if it is known."""

    __slots__ = ("kind", "path", "why")

    def __init__(self, path: str, why: str, kind: Foreign | None = None) -> None:
        self.path = path
        self.why = why
        self.kind = kind


class Summary:
    """What a run comes to; ``severities`` counts hidden findings too, ``rules`` the shown ones by code.

    ``fixable`` counts the findings with a safe fix (True) and those with unsafe ones only (False), ``fixed`` the fixes
    that were applied, ``notes`` what formats have to say of the run, ``kinds`` what skipped files look like.
    """

    __slots__ = (
        "failures", "files", "fixable", "fixed", "kinds", "notes", "rules", "severities", "skipped", "suppressed",
    )  # fmt: skip

    def __init__(self) -> None:
        self.files = 0
        self.skipped = 0
        self.fixed = 0
        self.fixable = {True: 0, False: 0}
        self.suppressed = 0
        self.severities = dict.fromkeys(Severity, 0)
        self.rules: dict[str, int] = {}
        self.failures: list[Failure] = []
        self.notes: dict[str, str] = {}
        self.kinds: dict[Foreign, int] = {}
