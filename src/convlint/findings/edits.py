"""Edits of a text: what keeps them from breaking it, how they are made, and where things are afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from convlint.document import Document, Mapping, Node, Scalar, Source, Span, syntax_of
from convlint.document import Sequence as List
from convlint.findings import Diagnostic, Edit, Fix

#: A list of numbers and words, without lists inside.
_FLAT = r"\[[-+0-9A-Za-z_., ]+\]"
#: Aliases and what they stand for are compared so often; in a file with more, nothing that has an alias is edited.
_MOST_COMPARISONS = 1_000_000


def prepare(findings: Iterable[Diagnostic], source: Source, documents: Sequence[Document]) -> None:
    """Make the fixes of findings fit to be applied.

    A word in quotes stays in quotes, and of a list only the items that change are written anew.  A fix is lost that
    edits what stands for values in several places, deletes a comment or an anchor, or changes nothing; and so is what
    no quotes are safe around.
    """
    with_fixes = [finding for finding in findings if finding.fixes]
    if not with_fixes:
        return
    shared = [span for document in documents for span in _shared(document)]
    anchors = [(place, node.span) for document in documents for place, node in document.aliases]
    lists: dict[Span, List] = {}
    if any(edit.text.startswith("[") for finding in with_fixes for fix in finding.fixes for edit in fix.edits):
        lists = {node.span: node for document in documents for node in _lists(document)}
    for finding in with_fixes:
        kept = []
        for fix in finding.fixes:
            pieces = [piece for edit in fix.edits for piece in _pieces(edit, lists)]
            edits = [_written(edit, source) for edit in pieces]
            if None in edits or any(_touches(edit.span, shared) or _swallows(edit.span, anchors) for edit in pieces):
                continue
            fix.edits = [edit for edit in edits if edit is not None and edit.text != source.text[slice(*edit.span)]]
            if fix.edits and not any(_comments(edit.span, source, lists) for edit in fix.edits):
                kept.append(fix)
        finding.fixes = kept


def prepared(edits: list[Edit], source: Source, documents: Sequence[Document]) -> list[Edit] | None:
    """Edits, fit to be applied together; None if they are not safe."""
    if not edits:
        return []
    finding = Diagnostic("", "", (0, 0), fixes=[Fix("", edits)])
    prepare([finding], source, documents)
    return finding.fixes[0].edits if finding.fixes else None


def _lists(document: Document) -> Iterator[List]:
    """All lists in brackets, each once."""
    waiting: list[Node] = [document.root, *document.unread]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, List):
            if node.flow:
                yield node
            waiting += node.items
        else:
            waiting += [value for _, value in node.pairs]


def _pieces(edit: Edit, lists: dict[Span, List]) -> list[Edit]:
    """Edits of the items of a list, if it is replaced by one of the same length."""
    node = lists.get(edit.span)
    if node is None or not re.fullmatch(_FLAT, edit.text):
        return [edit]
    items = [item.strip() for item in edit.text[1:-1].split(",")]
    if len(items) != len(node.items) or any(item.start == item.end for item in node.items):
        return [edit]
    return [Edit(old.span, new) for old, new in zip(node.items, items, strict=True)]


def _comments(span: Span, source: Source, lists: dict[Span, List]) -> bool:
    """Whether a list holds comments that its replacement would delete."""
    node = lists.get(span)
    if node is None:
        return False
    ends = [node.start + 1, *(item.end for item in node.items)]
    starts = [*(item.start for item in node.items), node.end - 1]
    return any("#" in source.text[end:start] for end, start in zip(ends, starts, strict=True))


def _written(edit: Edit, source: Source) -> Edit | None:
    """The edit with its text as the syntax of the file writes it; None if that is not safe."""
    old = source.text[slice(*edit.span)]
    if not edit.text or not old:
        return edit
    text = syntax_of(source).written(edit.text, old, edit.word)
    return None if text is None else Edit(edit.span, text)


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


def _swallows(span: Span, anchors: Iterable[tuple[Span, Span]]) -> bool:
    """Whether an edit replaces something that an alias outside of it stands for."""
    return any(_inside(node, span) and node != span and not _inside(place, span) for place, node in anchors)


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
