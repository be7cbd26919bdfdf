"""Edits of a text: what keeps them from breaking it, how they are made, and where things are afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable

from convlint.diagnostic import Diagnostic, Edit
from convlint.document import Document, Mapping, Node, Source, Span

#: What is written without quotes in JSON as in YAML: numbers, true, false, null, and lists of them.
_LITERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null|\[[-0-9a-z., ]*\]")
#: Aliases and what they stand for are compared so often; in a file with more, nothing that has an alias is edited.
_MOST_COMPARISONS = 1_000_000
_WORD = re.compile(r"[^\"'\\{}\[\]\s](?:[^\"'\\{}\[\]\n]*[^\"'\\{}\[\]\s])?")


def prepare(findings: Iterable[Diagnostic], source: Source, documents: Iterable[Document]) -> None:
    """Make the fixes of findings fit to be applied.

    A word in quotes stays in quotes.  What stands for values in several places loses its fix, and so does what no
    quotes are safe around.
    """
    with_fixes = [finding for finding in findings if finding.fixes]
    if not with_fixes:
        return
    shared = [span for document in documents for span in _shared(document)]
    for finding in with_fixes:
        kept = []
        for fix in finding.fixes:
            edits = [_quoted(edit, source) for edit in fix.edits]
            if None not in edits and not any(_touches(edit.span, shared) for edit in fix.edits):
                fix.edits = [edit for edit in edits if edit is not None]
                kept.append(fix)
        finding.fixes = kept


def _quoted(edit: Edit, source: Source) -> Edit | None:
    """The edit with quotes around its text where there have to be some; None if that is not safe."""
    start, end = edit.span
    old = source.text[start:end]
    is_json = source.path.lower().endswith(".json")
    if not edit.text or not old or _LITERAL.fullmatch(edit.text):
        return edit
    quote = old[0] if len(old) > 1 and old[0] in "\"'" and old[-1] == old[0] else ""
    if not quote and not is_json:
        return edit
    if not _WORD.fullmatch(edit.text):
        return None
    quote = quote or '"'
    return Edit(edit.span, f"{quote}{edit.text}{quote}")


def _shared(document: Document) -> list[Span]:
    """Where values are written that stand in more than one place, through aliases.

    What is written under a key of the author's own (`x-...`) stands nowhere by itself.
    """
    if not document.aliases:
        return []
    aside: list[Span] = []
    if isinstance(document.root, Mapping):
        aside = [value.span for key, value in document.root.pairs if key.text.startswith("x-")]
    nodes: dict[int, Node] = {id(node): node for _, node in document.aliases}
    if len(nodes) * len(document.aliases) > _MOST_COMPARISONS:
        return [node.span for node in nodes.values()]
    spans = [node.span for node in nodes.values()]
    uses = {key: 0 if _touches(node.span, aside) else 1 for key, node in nodes.items()}
    for place, node in document.aliases:
        # An alias inside a value that has an alias itself counts twice: more is not asked.
        uses[id(node)] += 2 if _touches(place, spans) else 1
    return [node.span for key, node in nodes.items() if uses[key] > 1]


def _inside(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(_inside(span, other) for other in others)


def apply(edits: Iterable[Edit], text: str) -> str:
    """The text with its edits made; they must not touch each other."""
    parts = []
    offset = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        start, end = edit.span
        parts += [text[offset:start], edit.text]
        offset = end
    return "".join([*parts, text[offset:]])


def moved(span: Span, edits: Iterable[Edit]) -> Span:
    """Where a span is after the edits; one that begins or ends inside an edit takes in the new text."""
    start, end = span
    new_start, new_end = start, end
    for edit in edits:
        (first, last), grown = edit.span, len(edit.text) - (edit.span[1] - edit.span[0])
        if last <= start:
            new_start += grown
        elif first < start:
            new_start += first - start
        if last <= end:
            new_end += grown
        elif first < end:
            new_end += last + grown - end
    return new_start, max(new_start, new_end)
