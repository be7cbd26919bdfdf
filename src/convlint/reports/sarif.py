"""``--format sarif``: SARIF 2.1.0, as GitHub's code scanning and other services take it.

GitHub shows a result on a pull request only if all of its lines were changed, and at its first location only; so a
region is never more than one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from convlint import __version__, catalogue
from convlint.document import Source, Span
from convlint.findings import Diagnostic, Severity
from convlint.findings.fingerprints import fingerprint, line_hashes
from convlint.reports.escape import escape
from convlint.reports.json_report import encode
from convlint.reports.page import page
from convlint.reports.places import ends, position
from convlint.reports.style import Style
from convlint.reports.where import uri
from convlint.session.outcome import Failure, Shown, Summary

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
#: What GitHub takes at most: results, related locations of one, characters of a description.
MOST_RESULTS, MOST_RELATED, MOST_WORDS = 25_000, 100, 1024


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """One run with the rules that found something; the worst results stay if there are too many."""
    results: list[tuple[Severity, dict[str, Any]]] = []
    rules: dict[str, int] = {}
    for file in shown:
        hashes = line_hashes(file.source) if file.findings else []
        counts: dict[str, int] = {}
        for found in file.findings:
            index = rules.setdefault(found.code, len(rules))
            results.append((found.severity or Severity.ERROR, _result(file.source, found, index, hashes, counts)))
    left = len(results) - MOST_RESULTS
    if left > 0:
        results = sorted(results, key=lambda one: -one[0])[:MOST_RESULTS]
    notes = [_notification("error", f"{one.place}: {one.message}", one) for one in summary.failures]
    if left > 0:
        notes.append(_notification("warning", f"{left:,} more results are left out, the least severe ones"))
    run = {
        "tool": {
            "driver": {
                "name": "convlint",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": catalogue.HOME,
                "rules": [_rule(catalogue.BY_CODE[code]) for code in rules],
            }
        },
        "automationDetails": {"id": "convlint/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not summary.failures, "toolExecutionNotifications": notes}],
        "results": [one for _, one in results],
        **({"properties": {"omitted": summary.omitted}} if summary.omitted else {}),
    }
    yield encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: catalogue.Rule) -> dict[str, Any]:
    words = page(rule)
    first = " ".join(rule.page.split("\n\n")[0].split())
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.summary[0].upper()}{rule.summary[1:]}"},
        "fullDescription": {"text": first[:MOST_WORDS]},
        "helpUri": rule.url,
        "help": {"text": words, "markdown": words},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.on},
        "properties": {
            "tags": [rule.family],
            "precision": "very-high" if rule.severity is Severity.ERROR else "high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _result(source: Source, found: Diagnostic, index: int, hashes: list[str], counts: dict[str, int]) -> dict[str, Any]:
    line = position(source, found.span[0])[0]
    key = fingerprint(source, found).key
    counts[key] = counts.get(key, 0) + 1
    words = [found.message, *found.notes, *([f"help: {found.help}"] if found.help else [])]
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": _LEVELS[found.severity or Severity.ERROR],
        "message": {"text": "\n".join(map(_plain, words))},
        "locations": [{"physicalLocation": _physical(source, found.span)}],
        "partialFingerprints": {"convlint/v1": f"{key}:{counts[key]}"},
    }
    if line <= len(hashes):
        result["partialFingerprints"]["primaryLocationLineHash"] = hashes[line - 1]
    related = [
        {
            "id": number,
            "physicalLocation": _physical(source, label.span),
            "message": {"text": _plain(label.message)},
        }
        for number, label in enumerate([one for one in found.labels if one.message][:MOST_RELATED])
    ]
    if related:
        result["relatedLocations"] = related
    fixes = [
        {
            "description": {"text": _plain(fix.title)},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": uri(source.path)},
                    "replacements": [
                        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": edit.text}}
                        for edit in fix.edits
                    ],
                }
            ],
        }
        for fix in found.fixes
        if fix.edits
    ]
    if fixes:
        result["fixes"] = fixes
    return result


def _physical(source: Source, span: Span) -> dict[str, Any]:
    line, end = source.position(span[0])[0], source.position(max(span))[0]
    if end > line:
        span = (span[0], max(span[0], source.line_span(line)[1]))
    return {"artifactLocation": {"uri": uri(source.path)}, "region": _region(source, span)}


def _region(source: Source, span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = ends(source, span)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _notification(level: str, words: str, failure: Failure | None = None) -> dict[str, Any]:
    notification: dict[str, Any] = {"level": level, "message": {"text": _plain(words)}}
    if failure is not None:
        location: dict[str, Any] = {"artifactLocation": {"uri": uri(failure.path)}}
        if failure.line is not None:
            location["region"] = {"startLine": failure.line}
        notification["locations"] = [{"physicalLocation": location}]
    return notification


def _plain(words: str) -> str:
    """Words in which nothing is a link."""
    return escape(words).replace("](", "] (")
