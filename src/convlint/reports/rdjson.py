"""``--format rdjson``: reviewdog's format, which comments on lines of a pull request wherever it is hosted.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf: columns are bytes of UTF-8 from 1, ends are exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from convlint import catalogue
from convlint.document import Source, Span
from convlint.findings import Diagnostic, Severity
from convlint.reports.escape import escape
from convlint.reports.json_report import encode
from convlint.reports.places import ends
from convlint.reports.style import Style
from convlint.session.outcome import Shown, Summary

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """One object with all diagnostics; what could not be checked is one of them."""
    found = [_diagnostic(file.source, finding) for file in shown for finding in file.findings]
    for failure in summary.failures:
        location: dict[str, Any] = {"path": failure.path}
        if failure.line is not None:
            location["range"] = {"start": {"line": failure.line}}
        found.append({"message": escape(failure.message), "location": location, "severity": "ERROR"})
    listed = ",\n".join(map(encode, found))
    source = encode({"name": "convlint", "url": catalogue.HOME})
    yield f'{{"source": {source}, "diagnostics": [{listed}]}}'


def _diagnostic(source: Source, found: Diagnostic) -> dict[str, Any]:
    words = [found.message, *found.notes, *([f"help: {found.help}"] if found.help else [])]
    diagnostic: dict[str, Any] = {
        "message": "\n".join(map(escape, words)),
        "location": {"path": source.path, "range": _range(source, found.span)},
        "severity": _SEVERITIES[found.severity or Severity.ERROR],
        "code": {"value": found.code, "url": catalogue.BY_CODE[found.code].url},
    }
    # A suggestion is one piece of text: of a fix with several edits none would be whole.
    suggestions = [
        {"range": _range(source, fix.edits[0].span), "text": fix.edits[0].text}
        for fix in found.fixes
        if len(fix.edits) == 1
    ]
    if suggestions:
        diagnostic["suggestions"] = suggestions
    related = [
        {"message": escape(label.message), "location": {"path": source.path, "range": _range(source, label.span)}}
        for label in found.labels
        if label.message
    ]
    if related:
        diagnostic["related_locations"] = related
    return diagnostic


def _range(source: Source, span: Span) -> dict[str, Any]:
    start, end = ends(source, span)
    return {"start": _position(source, *start), "end": _position(source, *end)}


def _position(source: Source, line: int, column: int) -> dict[str, int]:
    before = source.line_text(line)[: column - 1]
    return {"line": line, "column": len(before.encode("utf-8", "replace")) + 1}
