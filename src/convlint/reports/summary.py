"""What a run comes to, as every output format gets it, and in words."""

from __future__ import annotations

import os
from collections.abc import Iterator

from convlint import catalogue
from convlint.findings import Severity
from convlint.reports.escape import escape, escape_path
from convlint.reports.style import Style
from convlint.session.outcome import Summary

_MOST_NOTES = 3
_MOST_KINDS = 3
_MOST_FIXES = 10


def statistics(summary: Summary) -> str:
    """How often each rule found something, the most frequent first."""
    ranked = sorted(summary.rules.items(), key=lambda item: (-item[1], item[0]))
    width = max((len(f"{count:,}") for count in summary.rules.values()), default=1)
    return "\n".join(f"{count:>{width},}  {code} {catalogue.BY_CODE[code].name}" for code, count in ranked)


def footer(summary: Summary, style: Style) -> str:
    """What a run comes to, in one sentence."""
    errors, warnings, infos = (summary.severities[severity] for severity in reversed(Severity))
    found = [
        style.paint(counted(count, str(severity)), severity)
        for severity, count in (
            (Severity.ERROR, errors),
            (Severity.WARNING, warnings),
            (Severity.INFO, infos if summary.shows_info else 0),
        )
        if count
    ]
    rest = []
    if summary.fixed:
        rest.append(f"{summary.fixed:,} fixed")
    if summary.fixable[True]:
        rest.append(f"{summary.fixable[True]:,} fixable with --fix")
    if summary.fixable[False]:
        more = " more" if summary.fixable[True] else ""
        rest.append(f"{summary.fixable[False]:,}{more} fixable with --fix --unsafe-fixes")
    if infos and not summary.shows_info:
        rest.append(f"{counted(infos, 'info')} (shown with --info)")
    if summary.suppressed:
        rest.append(f"{summary.suppressed:,} suppressed")
    known = sum(map(len, summary.known.values()))
    if known:
        rest.append(f"{known:,} known")
    if summary.skipped:
        rest.append(skips(summary))
    if summary.failures:
        rest.append(f"{len(summary.failures):,} not checked")
    for path, rules in summary.off.items():
        rest.append(f"{counted(rules, 'rule')} off by {escape_path(os.path.relpath(path))}")
    files = counted(summary.files, "file")
    if found:
        return _joined([f"{', '.join(found)} in {files}", *rest], style)
    if summary.failures:
        return _joined([f"No findings in {files}", *rest], style)
    return _joined([f"{style.paint('All good', 'good')}: {files} checked", *rest], style) + "."


def _joined(parts: list[str], style: Style) -> str:
    """The parts of a sentence in as many lines as they need; colours take no room."""
    text = parts[0]
    column = style.shown(text)
    for part in parts[1:]:
        if style.width is not None and column + len(part) + 3 > style.width:
            text += f";\n  {part}"
            column = len(part) + 2
        else:
            text += f"; {part}"
            column += len(part) + 2
    return text


def skips(summary: Summary) -> str:
    """How many files were skipped, what is known of them, and what says more."""
    kinds = sorted(summary.kinds.items(), key=lambda item: -item[1])
    words = [f"{count:,} {kind.plural if count > 1 else kind.title.split(' ', 1)[1]}" for kind, count in kinds]
    if not summary.skipped:
        return "0 skipped"
    known = f"{', '.join(words[:_MOST_KINDS])}; " if words else ""
    return f"{summary.skipped:,} skipped ({known}--show-files says why)"


def more(summary: Summary) -> Iterator[str]:
    """How to read more: one line a run, for the first rule that found something."""
    for code in list(summary.rules)[:1]:
        yield f"More on {code}: `convlint explain {code}`."


def fixes(summary: Summary, everything: bool) -> Iterator[str]:
    """What was changed, a line a fix: the first ten, or all."""
    shown = summary.made if everything else summary.made[:_MOST_FIXES]
    for made in shown:
        rule = catalogue.BY_CODE[made.code]
        yield f"fixed {escape_path(made.path)}:{made.line}: {escape(made.title)} ({rule.code} {rule.name})"
    if len(shown) < len(summary.made):
        yield f"... and {len(summary.made) - len(shown):,} more (--show-fixes lists them)"


def notes(summary: Summary) -> Iterator[str]:
    """What formats have to say of the run, a line each, and not many of them."""
    lines = [f"{escape(about)}: {escape(words)}." for about, words in summary.notes.items()]
    yield from lines[:_MOST_NOTES]
    if len(lines) > _MOST_NOTES:
        yield f"... and {counted(len(lines) - _MOST_NOTES, 'more line')} like these."


def stale(summary: Summary) -> Iterator[str]:
    """What is to be done about baselines with findings that are gone, a line each."""
    for path, gone in summary.stale.items():
        many = "1 finding is" if len(gone) == 1 else f"{len(gone):,} findings are"
        one = "it" if len(gone) == 1 else "them"
        yield f"{escape(path)}: {many} gone; --prune-baseline takes {one} out."


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
