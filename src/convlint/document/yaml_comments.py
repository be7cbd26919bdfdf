"""The comments of a YAML text: libyaml's events carry none, but they know where all scalars are."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.document.nodes import Document, Mapping, Node, Scalar, Sequence, Span
from convlint.document.source import Comment


def find(text: str, documents: list[Document]) -> Iterator[Comment]:
    """All comments in order: what begins with a ``#`` outside every scalar, or behind the ``|`` of a block scalar."""
    offset = text.find("#")
    if offset < 0:
        return
    spans = sorted(_scalar_spans(documents))
    following = 0
    while offset >= 0:
        while following < len(spans) and spans[following][1] <= offset:
            following += 1
        inside = following < len(spans) and spans[following][0] <= offset
        if inside and not _in_header(text, spans[following][0], offset):
            offset = text.find("#", spans[following][1])
            continue
        end = text.find("\n", offset)
        end = len(text) if end < 0 else end
        content = text[offset:end].rstrip()
        yield Comment(offset, offset + len(content), content)
        offset = text.find("#", end)


def _in_header(text: str, start: int, offset: int) -> bool:
    """Whether an offset in a scalar is in the first line of a block scalar (no other one begins with these signs)."""
    return text[start] in "|>" and text.find("\n", start, offset) < 0


def _scalar_spans(documents: list[Document]) -> set[Span]:
    spans: set[Span] = set()
    seen: set[int] = set()
    waiting: list[Node] = [node for document in documents for node in (document.root, *document.unread)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            spans.add(node.span)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.extend(_children(node))
    return spans


def _children(node: Sequence | Mapping) -> Iterator[Node]:
    if isinstance(node, Sequence):
        yield from node.items
    else:
        for pair in (*node.pairs, *node.merges):
            yield from pair
