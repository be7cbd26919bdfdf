"""``--format concise``: one line a finding, in the form that editors and ``grep`` understand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convlint import catalogue
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.reports.escape import escape, escape_path
from convlint.reports.places import position
from convlint.reports.style import Style
from convlint.session.outcome import Shown, Summary

_PLAIN = Style()


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """One line a finding."""
    for file in shown:
        for found in file.findings:
            yield finding(file.source, found, style)


def finding(source: Source, found: Diagnostic, style: Style = _PLAIN) -> str:
    """One finding in one line."""
    line, column = position(source, found.span[0])
    severity = found.severity or Severity.ERROR
    rule = f"[{found.code} {catalogue.BY_CODE[found.code].name}]"
    place = style.paint(f"{style.writable(escape_path(source.path))}:{line}:{column}:", "bold")
    word = style.paint(f"{severity}:", severity)
    return f"{place} {word} {style.writable(escape(found.message))} {style.paint(rule, 'frame')}"
