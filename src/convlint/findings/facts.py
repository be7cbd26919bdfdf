"""One fact, one finding: those of a rule that say the same of several places become one."""

from __future__ import annotations

from copy import copy

from convlint.document import Source
from convlint.findings.diagnostic import Diagnostic, Fact, Label
from convlint.words.text import joined, many

#: Places that are labelled, and lines that are named.
MOST_LABELS, MOST_LINES = 3, 20


def gathered(findings: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """Findings in the order of their places, with those of one fact put together at the first."""
    groups: dict[tuple[str, Fact], list[Diagnostic]] = {}
    for finding in findings:
        if finding.fact is not None:
            groups.setdefault((finding.code, finding.fact), []).append(finding)
    told: dict[int, Diagnostic | None] = {}
    for group in groups.values():
        told[id(group[0])] = _one(group, source) if len(group) > 1 else group[0]
        told.update((id(other), None) for other in group[1:])
    kept = [told.get(id(finding), finding) for finding in findings]
    return [finding for finding in kept if finding is not None]


def _one(group: list[Diagnostic], source: Source) -> Diagnostic:
    """The finding for several."""
    first, others = group[0], group[1:]
    assert first.fact is not None
    found = copy(first)
    found.message = first.fact.message.replace("{}", f"{len(group):,}")
    found.help = first.fact.help
    found.labels = [*first.labels, *(Label(other.span, other.label) for other in others[:MOST_LABELS])]
    lines = [str(source.position(other.span[0])[0]) for other in others]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"{len(lines) - MOST_LINES:,} more"]
    also = many(len(others), "other layer")
    found.notes = [*first.notes, f"{also} likewise: line{'s' if len(others) > 1 else ''} {joined(lines)}"]
    variants = {variant for other in group for variant in other.variants}
    found.variants = [*first.variants, *sorted(variants - set(first.variants))]
    return found
