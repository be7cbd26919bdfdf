"""``--format markdown``: a table for the summary of a job or a comment, with the full report folded below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape as html

from convlint import catalogue
from convlint.findings import Severity
from convlint.reports import text
from convlint.reports.escape import escape
from convlint.reports.places import position
from convlint.reports.style import Style
from convlint.reports.summary import footer
from convlint.session.outcome import Shown, Summary

#: So many rows and full findings: a summary may be a megabyte long.
MOST_ROWS, MOST_TEXTS = 1_000, 100
_MARKS = re.compile(r"[\\`*_\[\]|~@#!:<>&$]")


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """A heading with the counts, a row a finding, the worst first, then the reports themselves."""
    found = [(file.source, finding) for file in shown for finding in file.findings]
    found.sort(key=lambda one: -(one[1].severity or Severity.ERROR))
    yield f"### convlint: {_words(footer(summary, Style()))}\n"
    if summary.failures:
        yield "".join(f"- {_code(one.place)}: {_words(one.message)}\n" for one in summary.failures)
    if not found:
        return
    yield "| severity | place | finding |\n|---|---|---|"
    for source, finding in found[:MOST_ROWS]:
        line, column = position(source, finding.span[0])
        rule = catalogue.BY_CODE[finding.code]
        link = f"[{rule.code} {rule.name}]({rule.url})"
        severity = finding.severity or Severity.ERROR
        yield f"| {severity} | {_code(f'{source.path}:{line}:{column}')} | {_words(finding.message)} ({link}) |"
    if len(found) > MOST_ROWS:
        yield f"\n... and {len(found) - MOST_ROWS:,} more"
    yield "\n<details><summary>Full report</summary>\n\n<pre>"
    for source, finding in found[:MOST_TEXTS]:
        # A blank line would end the block for some readers of Markdown.
        yield html(text.finding(source, finding)).replace("\n\n", "\n \n") + "\n "
    if len(found) > MOST_TEXTS:
        yield f"... and {len(found) - MOST_TEXTS:,} more"
    yield "</pre>\n</details>"


def _words(words: str) -> str:
    """Text without a mark that means anything in Markdown."""
    return _MARKS.sub(lambda match: f"&#{ord(match.group())};", escape(words))


def _code(words: str) -> str:
    return f"<code>{_words(words)}</code>"
