"""What came of files and of a run, for whoever reports it."""

from __future__ import annotations

from convlint.document import Source
from convlint.findings import Diagnostic, Severity


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


class Summary:
    """What a run comes to; ``severities`` counts hidden findings too, ``rules`` the shown ones by code.

    ``fixable`` counts the findings with a safe fix (True) and those with unsafe ones only (False), ``fixed`` the fixes
    that were applied, ``notes`` what formats have to say of the run.
    """

    __slots__ = ("failures", "files", "fixable", "fixed", "notes", "rules", "severities", "skipped", "suppressed")

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
