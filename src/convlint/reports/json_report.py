"""``--format json``: a contract with other programs, to which later versions only add."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from convlint import catalogue
from convlint.diagnostic import Diagnostic, Severity
from convlint.document import Source, Span
from convlint.reports.places import ends
from convlint.reports.summary import Checked, Summary

VERSION = 1


def report(checked: Iterable[Checked], summary: Summary) -> str:
    """All findings, failures and counts as one object, one finding a line."""
    findings = (encode(_finding(file.source, found)) for file in checked for found in file.findings)
    # The counts are complete only when the last finding is drawn.
    listed = _listed(findings)
    failures = _listed(encode({"path": failure.path, "message": failure.message}) for failure in summary.failures)
    severities = summary.severities
    counts = {
        "files": summary.files,
        "skipped": summary.skipped,
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "infos": severities[Severity.INFO],
        "suppressed": summary.suppressed,
    }
    return (
        f'{{"version": {VERSION},\n "findings": {listed},\n "failures": {failures},\n "summary": {json.dumps(counts)}}}'
    )


def encode(value: Any) -> str:
    """A value as JSON that every reader and every output accepts."""
    return json.dumps(_without_surrogates(value))


def _without_surrogates(value: Any) -> Any:
    """Lone surrogates stand for undecodable bytes in file names; many readers refuse them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value


def _listed(items: Iterator[str]) -> str:
    joined = ",\n  ".join(items)
    return f"[\n  {joined}]" if joined else "[]"


def _finding(source: Source, found: Diagnostic) -> dict[str, Any]:
    labels = [(found.span, found.label)] if found.label else []
    labels += [(label.span, label.message) for label in found.labels]
    return {
        "code": found.code,
        "name": catalogue.BY_CODE[found.code].name,
        "severity": str(found.severity or Severity.ERROR),
        "message": found.message,
        "path": source.path,
        **_place(source, found.span),
        "variants": found.variants,
        "layer": found.layer,
        "labels": [{"message": message, **_place(source, span)} for span, message in labels],
        "notes": found.notes,
        "help": found.help,
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [{**_place(source, edit.span), "text": edit.text} for edit in fix.edits],
            }
            for fix in found.fixes
        ],
        "url": catalogue.PAGES + found.code,
    }


def _place(source: Source, span: Span) -> dict[str, dict[str, int]]:
    start, end = ends(source, span)
    return {"start": {"line": start[0], "column": start[1]}, "end": {"line": end[0], "column": end[1]}}
