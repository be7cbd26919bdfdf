"""``--format github``: annotations on a pull request, and the text report behind them.

GitHub shows ten annotations of each level a step, so the worst come first and the text report names them all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from convlint import catalogue
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.reports import text
from convlint.reports.escape import escape
from convlint.reports.places import ends
from convlint.reports.style import Style
from convlint.reports.where import from_root
from convlint.session.outcome import Failure, Shown, Summary

#: How many annotations of one level GitHub shows for a step.
MOST = 10
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """Annotations, worst first, then the text report."""
    found = [(file.source, finding) for file in shown for finding in file.findings]
    levels: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for failure in summary.failures:
        levels["error"].append(_failure(failure))
    for source, finding in found:
        levels[_LEVELS[finding.severity or Severity.ERROR]].append(_annotation(source, finding))
    if sum(len(lines) > MOST for lines in levels.values()):
        most = {level: lines[: MOST - (level == "notice")] for level, lines in levels.items()}
        left = sum(map(len, levels.values())) - sum(map(len, most.values()))
        most["notice"].append(f"::notice title=convlint::... and {left:,} more; the log of this step has them all")
        levels = most
    for lines in levels.values():
        yield from lines
    if found:
        # Source lines may hold what the runner takes for a command; only the token makes it listen again.
        token = os.urandom(16).hex()
        yield f"::stop-commands::{token}"
        for source, finding in found:
            yield f"{text.finding(source, finding, style)}\n"
        yield f"::{token}::"


def _annotation(source: Source, found: Diagnostic) -> str:
    (line, column), (end_line, end_column) = ends(source, found.span)
    properties = {"file": from_root(source.path), "line": str(line), "endLine": str(end_line)}
    if line == end_line:
        properties |= {"col": str(column), "endColumn": str(max(column, end_column))}
    properties["title"] = f"{found.code} {catalogue.BY_CODE[found.code].name}"
    words = [found.message, *found.notes]
    if found.help:
        words.append(f"help: {found.help}")
    return _command(_LEVELS[found.severity or Severity.ERROR], properties, words)


def _failure(failure: Failure) -> str:
    return _command("error", {"title": "convlint"}, [f"{failure.place}: {failure.message}"])


def _command(level: str, properties: dict[str, str], words: list[str]) -> str:
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_message(chr(10).join(escape(word) for word in words))}"


def _message(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _message(escape(value)).replace(":", "%3A").replace(",", "%2C")
