"""What a run comes to, as every output format gets it, and in words."""

from __future__ import annotations

from convlint import catalogue
from convlint.diagnostic import Diagnostic, Severity
from convlint.document import Source
from convlint.reports.style import Style


class Checked:
    """A file that was checked, with the findings to be shown, and the diff of what would be fixed."""

    __slots__ = ("change", "findings", "source")

    def __init__(self, source: Source, findings: list[Diagnostic], change: str | None = None) -> None:
        self.source = source
        self.findings = findings
        self.change = change


class Failure:
    """A path with which nothing could be done, and why."""

    __slots__ = ("message", "path")

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message


class Summary:
    """What a run comes to; ``severities`` counts hidden findings too, ``rules`` the shown ones by code.

    ``fixable`` counts the findings with a safe fix (True) and those with unsafe ones only (False), ``fixed`` the fixes
    that were applied.
    """

    __slots__ = ("failures", "files", "fixable", "fixed", "rules", "severities", "skipped", "suppressed")

    def __init__(self) -> None:
        self.files = 0
        self.skipped = 0
        self.fixed = 0
        self.fixable = {True: 0, False: 0}
        self.suppressed = 0
        self.severities = dict.fromkeys(Severity, 0)
        self.rules: dict[str, int] = {}
        self.failures: list[Failure] = []


def statistics(summary: Summary) -> str:
    """How often each rule found something, the most frequent first."""
    ranked = sorted(summary.rules.items(), key=lambda item: (-item[1], item[0]))
    width = max((len(f"{count:,}") for count in summary.rules.values()), default=1)
    return "\n".join(f"{count:>{width},}  {code} {catalogue.BY_CODE[code].name}" for code, count in ranked)


def footer(summary: Summary, shows_info: bool, style: Style) -> str:
    """What a run comes to, in one line."""
    errors, warnings, infos = (summary.severities[severity] for severity in reversed(Severity))
    found = [
        style.paint(counted(count, str(severity)), severity)
        for severity, count in (
            (Severity.ERROR, errors),
            (Severity.WARNING, warnings),
            (Severity.INFO, infos if shows_info else 0),
        )
        if count
    ]
    rest = []
    if summary.fixed:
        rest.append(f"{summary.fixed:,} fixed")
    if summary.fixable[True]:
        rest.append(f"{summary.fixable[True]:,} fixable with --fix")
    if summary.fixable[False]:
        more = " more" if summary.fixable[True] else ""
        rest.append(f"{summary.fixable[False]:,}{more} fixable with --fix --unsafe-fixes")
    if infos and not shows_info:
        rest.append(f"{counted(infos, 'info')} (shown with --info)")
    if summary.suppressed:
        rest.append(f"{summary.suppressed:,} suppressed")
    if summary.skipped:
        rest.append(f"{summary.skipped:,} skipped")
    if summary.failures:
        rest.append(f"{len(summary.failures):,} not checked")
    files = counted(summary.files, "file")
    if found:
        return "; ".join([f"{', '.join(found)} in {files}", *rest])
    if summary.failures:
        return "; ".join([f"No findings in {files}", *rest])
    return "; ".join([f"{style.paint('All good', 'good')}: {files} checked", *rest]) + "."


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
