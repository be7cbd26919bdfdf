"""``--format full``: findings with the lines that they are about, for people."""

from __future__ import annotations

from collections.abc import Iterator

from convlint import catalogue
from convlint.diagnostic import Diagnostic, Severity
from convlint.document import Source
from convlint.reports.escape import escape
from convlint.reports.places import position
from convlint.reports.snippet import draw
from convlint.reports.style import Style
from convlint.reports.summary import Summary

_PLAIN = Style()


def finding(source: Source, found: Diagnostic, style: Style = _PLAIN) -> str:
    """One finding, in several lines."""
    return "\n".join(_lines(source, found, style))


def _lines(source: Source, found: Diagnostic, style: Style) -> Iterator[str]:
    severity = found.severity or Severity.ERROR
    name = catalogue.BY_CODE[found.code].name
    headline = style.writable(f" {name}: {escape(found.message)}")
    yield style.paint(f"{severity}[{found.code}]", severity) + style.paint(headline, "bold")
    labels = ((label.span, label.message) for label in found.labels)
    drawn, width = draw(source, found.span, found.label, labels, severity, style)
    line, column = position(source, found.span[0])
    arrow = style.paint(" " * (width + 1) + "-->", "frame")
    yield f"{arrow} {style.writable(escape(source.path))}:{line}:{column}"
    yield from drawn
    margin = style.paint(" " * (width + 2) + "=", "frame")
    remarks = [
        ("derived", note.removeprefix("derived: ")) if note.startswith("derived: ") else ("note", note)
        for note in found.notes
    ]
    if found.help:
        remarks.append(("help", found.help))
    if remarks:
        yield style.paint(" " * (width + 2) + "|", "frame")
    for kind, words in remarks:
        yield f"{margin} {style.paint(f'{kind}:', 'bold')} {style.writable(escape(words))}"


def statistics(summary: Summary) -> str:
    """How often each rule found something, the most frequent first."""
    ranked = sorted(summary.rules.items(), key=lambda item: (-item[1], item[0]))
    width = max((len(f"{count:,}") for count in summary.rules.values()), default=1)
    return "\n".join(f"{count:>{width},}  {code} {catalogue.BY_CODE[code].name}" for code, count in ranked)


def footer(summary: Summary, shows_info: bool, style: Style = _PLAIN) -> str:
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
