"""Reading texts and looking at what came out."""

from __future__ import annotations

from typing import Any

from convlint.document import Document, Mapping, Node, Problem, Reading, Scalar, Sequence, Source, Span, read


def reading(text: str, path: str = "net.yaml") -> Reading:
    return read(Source(path, text))


def documents(text: str, path: str = "net.yaml") -> list[Document]:
    result = reading(text, path)
    assert result.problem is None
    return result.documents


def root(text: str, path: str = "net.yaml") -> Any:
    """The root of the only document; typed so that tests may index it freely."""
    (document,) = documents(text, path)
    assert document.problems == []
    return document.root


def problem(text: str, path: str = "net.yaml") -> Problem:
    """The problem that makes a text unreadable."""
    result = reading(text, path)
    assert result.problem is not None
    assert [] == result.documents == result.comments
    return result.problem


def written(text: str, node: Node | Span) -> str:
    """The text of a node or span."""
    start, end = node if isinstance(node, tuple) else (node.start, node.end)
    return text[start:end]


def nodes(node: Node) -> list[Node]:
    """A node and everything below it, keys included."""
    found, waiting, seen = [], [node], set()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            found.append(node)
            if isinstance(node, Sequence):
                waiting += node.items
            elif isinstance(node, Mapping):
                waiting += [part for pair in (*node.pairs, *node.merges) for part in pair]
    return found


def outline(node: Node) -> Any:
    """Everything that a tree knows, to compare two."""
    if isinstance(node, Scalar):
        return node.text, node.plain, node.tag, node.start, node.end
    if isinstance(node, Sequence):
        return "[]", node.flow, node.tag, node.span, node.start, node.end, [outline(item) for item in node.items]
    pairs = [(outline(key), outline(value)) for key, value in (*node.pairs, *node.merges)]
    fields = {name: (node.key_span(name), node.value_span(name)) for name in node.fields}
    return "{}", node.flow, node.tag, node.span, node.start, node.end, pairs, fields
