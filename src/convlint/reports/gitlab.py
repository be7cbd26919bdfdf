"""``--format gitlab``: a Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from convlint import catalogue
from convlint.findings import Severity
from convlint.findings.fingerprints import digest, fingerprint
from convlint.reports.escape import escape
from convlint.reports.json_report import encode
from convlint.reports.places import ends
from convlint.reports.style import Style
from convlint.reports.where import from_root
from convlint.session.outcome import Shown, Summary

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """A list of issues; equal fingerprints would be shown once, so each is given once."""
    seen: set[str] = set()
    issues = []
    for file in shown:
        path = from_root(file.source.path)
        for found in file.findings:
            (line, column), (end_line, end_column) = ends(file.source, found.span)
            rule = catalogue.BY_CODE[found.code]
            issues.append(
                _issue(
                    rule.name,
                    f"{found.code}: {found.message}",
                    _unused(f"{path}\n{fingerprint(file.source, found).key}", seen),
                    _SEVERITIES[found.severity or Severity.ERROR],
                    path,
                    {
                        "begin": {"line": line, "column": column},
                        "end": {"line": end_line, "column": end_column},
                    },
                )
            )
    for failure in summary.failures:
        begin = {"line": failure.line or 1, "column": 1}
        key = _unused(f"{failure.path}\n{failure.message}", seen)
        issues.append(_issue("not-checked", failure.message, key, "blocker", from_root(failure.path), {"begin": begin}))
    listed = ",\n".join(map(encode, issues))
    yield f"[{listed}]"


def _unused(text: str, seen: set[str]) -> str:
    key = digest(text)
    while key in seen:
        key = digest(f"{key}\n{text}")
    seen.add(key)
    return key


def _issue(name: str, words: str, key: str, severity: str, path: str, positions: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": escape(words),
        "check_name": name,
        "fingerprint": key,
        "severity": severity,
        "location": {"path": path, "positions": positions},
    }
