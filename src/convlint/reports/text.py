"""``--format full``: findings with the lines that they are about, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convlint import catalogue
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.reports.escape import escape
from convlint.reports.places import position
from convlint.reports.snippet import draw
from convlint.reports.style import Style
from convlint.reports.wrapping import wrapped
from convlint.session.outcome import Shown, Summary

_PLAIN = Style()


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """One paragraph a finding."""
    for file in shown:
        for found in file.findings:
            yield finding(file.source, found, style) + "\n"


def finding(source: Source, found: Diagnostic, style: Style = _PLAIN) -> str:
    """One finding, in several lines."""
    return "\n".join(_lines(source, found, style))


def _lines(source: Source, found: Diagnostic, style: Style) -> Iterator[str]:
    severity = found.severity or Severity.ERROR
    name = catalogue.BY_CODE[found.code].name
    tag = f"{severity}[{found.code}]"
    headline, *more = wrapped(style.writable(f"{name}: {escape(found.message)}"), style.width, f"{tag} ", "    ")
    yield style.link(style.paint(tag, severity), catalogue.BY_CODE[found.code].url) + style.paint(
        headline[len(tag) :], "bold"
    )
    yield from (style.paint(line, "bold") for line in more)
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
        lead = " " * (width + 2) + f"= {kind}: "
        first, *more = wrapped(style.writable(escape(words)), style.width, lead, " " * len(lead))
        yield f"{margin} {style.paint(f'{kind}:', 'bold')} {first[len(lead) :]}"
        yield from more
