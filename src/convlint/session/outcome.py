"""What came of files and of a run, for whoever reports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


class Made(NamedTuple):
    """A fix that was made: where, as the text was before it, and what it did for which rule."""

    path: str
    line: int
    code: str
    title: str


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


class Came:
    """What came of one file, as a run counts it.

    ``shown`` has the findings to be shown; None if there is nothing to show.  ``findings`` and ``severities`` have
    hidden ones too; ``known`` are the entries of a baseline that stand for others.  ``failed`` says that something was
    found at the level that makes a run fail, ``shows_info`` that infos are shown, ``off`` which settings switch
    off how many rules.  Nothing of a ``skipped`` file is counted, and of one that could not be checked its failures
    only.
    """

    __slots__ = (
        "baseline", "checked", "failed", "failures", "findings", "fixed", "kind", "known", "made", "name", "notes",
        "off", "severities", "shown", "shows_info", "skipped", "suppressed",
    )  # fmt: skip

    def __init__(self) -> None:
        self.name = ""
        self.shown: Shown | None = None
        self.findings: list[Diagnostic] = []
        #: The path of the baseline, and its entries that were found.
        self.baseline: str | None = None
        self.known: list[int] = []
        self.checked = False
        self.skipped = False
        #: What a skipped file looks like.
        self.kind: Foreign | None = None
        self.failures: list[Failure] = []
        self.severities: dict[Severity, int] = {}
        self.suppressed = 0
        self.fixed = 0
        self.made: list[Made] = []
        self.notes: dict[str, str] = {}
        self.off: tuple[str, int] | None = None
        self.failed = False
        self.shows_info = False


class Summary:
    """What a run comes to; ``severities`` counts hidden findings too, ``rules`` the shown ones by code.

    ``fixable`` counts the findings with a safe fix (True) and those with unsafe ones only (False), ``fixed`` the fixes
    that were applied (``made`` tells them), ``notes`` what formats have to say of the run, ``kinds`` what skipped files
    look like.
    ``failed`` says whether anything was found at the level that makes the run fail, ``shows_info`` whether infos are
    shown, and not only counted.  ``known`` are the entries that were found of each baseline, ``looked_at`` the files
    that were compared with it, ``stale`` its entries that are gone.  ``omitted`` counts the findings that a report for
    machines leaves out, because a file has too many.  ``off`` is how many rules each settings file switches off.
    """

    __slots__ = (
        "failed", "failures", "files", "fixable", "fixed", "kinds", "known", "looked_at", "made", "notes", "off",
        "omitted", "rules", "severities", "shows_info", "skipped", "stale", "suppressed",
    )  # fmt: skip

    def __init__(self) -> None:
        self.files = 0
        self.skipped = 0
        self.fixed = 0
        self.made: list[Made] = []
        self.fixable = {True: 0, False: 0}
        self.suppressed = 0
        self.omitted = 0
        self.severities = dict.fromkeys(Severity, 0)
        self.rules: dict[str, int] = {}
        self.failures: list[Failure] = []
        self.notes: dict[str, str] = {}
        self.kinds: dict[Foreign, int] = {}
        self.off: dict[str, int] = {}
        self.failed = False
        self.shows_info = False
        self.known: dict[str, set[int]] = {}
        self.looked_at: dict[str, set[str]] = {}
        self.stale: dict[str, list[int]] = {}

    def add(self, came: Came) -> None:
        """Count a file."""
        self.failures += came.failures
        self.skipped += came.skipped
        if came.kind is not None:
            self.kinds[came.kind] = self.kinds.get(came.kind, 0) + 1
        if not came.checked:
            return
        self.files += 1
        self.fixed += came.fixed
        self.made += came.made
        self.suppressed += came.suppressed
        self.notes.update(came.notes)
        if came.off is not None:
            self.off[came.off[0]] = came.off[1]
        self.failed = self.failed or came.failed
        self.shows_info = self.shows_info or came.shows_info
        if came.baseline is not None:
            self.known.setdefault(came.baseline, set()).update(came.known)
            self.looked_at.setdefault(came.baseline, set()).add(came.name)
        for severity, count in came.severities.items():
            self.severities[severity] += count
        for found in came.shown.findings if came.shown is not None else ():
            self.rules[found.code] = self.rules.get(found.code, 0) + 1
            if found.fixes:
                self.fixable[any(fix.safe for fix in found.fixes)] += 1
