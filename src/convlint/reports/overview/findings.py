"""What convlint says about a file: each finding with its place, its arithmetic, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from convlint import catalogue
from convlint.document import Source
from convlint.findings import Diagnostic, Severity, edits
from convlint.reports.picture import said

#: More findings than these are counted, and changes of longer files not shown.
MOST, LONGEST = 200, 200_000


def listed(source: Source, findings: list[Diagnostic]) -> Iterator[str]:
    """The findings, the worst ones first."""
    worst = sorted(findings, key=lambda one: (-(one.severity or Severity.ERROR), one.span))
    yield '<ul class="findings">'
    for one in worst[:MOST]:
        yield from _finding(source, one)
    yield "</ul>"
    if len(worst) > MOST:
        yield f"<p>... and {len(worst) - MOST:,} more.</p>"


def _finding(source: Source, one: Diagnostic) -> Iterator[str]:
    severity = one.severity or Severity.ERROR
    rule = catalogue.BY_CODE[one.code]
    where = f" ({', '.join(one.variants)})" if one.variants else ""
    yield (
        f'<li class="{severity}"><span class="tag">{severity}</span> {_line(source, one.span[0])}{said(where)}: '
        f'{said(one.message)} <span class="quiet">{said(one.code)} {said(rule.name)}</span>'
    )
    places = [(one.span, one.label)] if one.label else []
    places += [(label.span, label.message) for label in one.labels if label.message]
    if places or one.notes:
        yield "<details><summary>How that follows</summary><ul>"
        for span, message in places:
            yield f"<li>{_line(source, span[0])}: {said(message)}</li>"
        for note in one.notes:
            yield f"<li>{said(note)}</li>"
        yield "</ul></details>"
    if one.help:
        yield f"<p>{said(one.help)}</p>"
    if one.fixes and len(source.text) <= LONGEST:
        fix = one.fixes[0]
        after = edits.apply(fix.edits, source.text)
        yield f'<p class="quiet">{said(fix.title)}:</p><pre tabindex="0">{_changed(source.text, after)}</pre>'
    yield "</li>"


def _line(source: Source, offset: int) -> str:
    line = source.position(offset)[0]
    return f'<a href="#L{line}">line {line}</a>'


def _changed(before: str, after: str) -> str:
    """The lines that a fix changes, as a patch shows them."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(said(line) for line in list(lines)[2:] if not line.startswith("@@"))
