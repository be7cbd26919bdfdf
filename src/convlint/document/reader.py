"""YAML (and with it JSON) text to documents, through libyaml's flat stream of events.

Composing a tree recursively, as PyYAML does, overflows the C stack on deep nesting and loses the places of aliases.
Here the tree is built with a stack of our own, within limits on size, depth and expansion; passing one is a problem
with a place, never a crash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import yaml
from yaml.events import AliasEvent, DocumentEndEvent, MappingEndEvent, MappingStartEvent, ScalarEvent
from yaml.events import SequenceEndEvent, SequenceStartEvent, StreamEndEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from convlint.document.nodes import KNOWN_TAGS, Document, Mapping, Node, Problem, Scalar, Sequence, Span
from convlint.document.source import Comment, Source

try:
    from yaml.cyaml import CParser as _CParser
except ImportError:  # PyYAML was built without libyaml
    _CParser = None  # type: ignore[assignment, misc]

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 3_000_000
#: Above this many characters a syntax error keeps libyaml's message: the Python parser needs 5 s for a megabyte.
MAX_SECOND_OPINION = 100_000

_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
)


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser: slower, with clearer messages than libyaml's."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


class _Refused(Exception):
    """A problem that ends the reading of the file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Reading:
    """What a text turned out to hold: its documents, or the one problem that made it unreadable."""

    def __init__(self, source: Source, documents: list[Document], problem: Problem | None) -> None:
        self.source = source
        self.documents = documents
        self.problem = problem

    @cached_property
    def comments(self) -> list[Comment]:
        """All comments, in order: every ``#`` at the start of a word and outside every scalar."""
        return list(_comments(self.source.text, self.documents))


def read(source: Source) -> Reading:
    """Read every document of a text. Never raises; an empty text has no documents."""
    text = source.text
    problem = _unreadable(text)
    if problem is not None:
        return Reading(source, [], problem)
    try:
        documents = _build(_CParser(text) if _CParser is not None else _PythonParser(text), text)
        for document in documents:
            if document.aliases:
                _check_expansion(document)
    except _Refused as refusal:
        return Reading(source, [], refusal.problem)
    except yaml.YAMLError as error:
        return Reading(source, [], _syntax_problem(text, error))
    return Reading(source, documents, None)


def _unreadable(text: str) -> Problem | None:
    if len(text) > MAX_BYTES:
        size = f"{len(text) / 1024 / 1024:.1f} MiB"
        return Problem("CL022", f"the file is {size} long, {MAX_BYTES // 1024 // 1024} MiB are read", (0, 0))
    bad = _UNREADABLE.search(text)
    if bad is None:
        return None
    character = bad.group()
    if character == "\r":
        what = "a lone carriage return: editors and YAML disagree whether it ends the line; use \\n or \\r\\n"
    elif character in "\x85\u2028\u2029":
        what = f"the line separator U+{ord(character):04X}: editors and YAML disagree whether it ends the line"
    elif character == "\ufeff":
        what = "a byte order mark (U+FEFF) inside the text"
    else:
        what = f"the control character U+{ord(character):04X}, which YAML does not allow"
    return Problem("CL001", f"found {what}", bad.span())


def _too_deep(place: int) -> _Refused:
    return _Refused(Problem("CL022", f"nested more than {MAX_DEPTH} levels deep", (place, place + 1)))


def _build(parser: Any, text: str) -> list[Document]:
    """The documents of a stream of events."""
    documents: list[Document] = []
    anchors: dict[str, Node] = {}
    unfinished: set[int] = set()
    problems: list[Problem] = []
    aliases: list[tuple[Span, Node]] = []
    stack: list[tuple[Sequence | Mapping, Node | None]] = []
    parent: Sequence | Mapping | None = None
    key: Node | None = None
    in_mapping = False
    root: Node | None = None
    count = 0
    get_event = parser.get_event

    while True:
        event = get_event()
        kind = type(event)
        node: Node
        if kind is ScalarEvent:
            tag = event.tag
            node = Scalar(event.value, not event.style, tag, event.start_mark.index, event.end_mark.index)
            if tag is not None and tag not in KNOWN_TAGS:
                problems.append(_unknown_tag(tag, node))
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            flow, tag, start = bool(event.flow_style), event.tag, event.start_mark.index
            node = Mapping(flow, tag, start) if kind is MappingStartEvent else Sequence(flow, tag, start)
            if tag is not None and tag not in KNOWN_TAGS:
                problems.append(_unknown_tag(tag, node))
            if event.anchor is not None:
                anchors[event.anchor] = node
                unfinished.add(id(node))
            if len(stack) >= MAX_DEPTH:
                raise _too_deep(start)
            stack.append((parent, key))  # type: ignore[arg-type]
            parent, key = node, None
            in_mapping = kind is MappingStartEvent
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            assert parent is not None
            node = parent
            node.end = event.end_mark.index
            unfinished.discard(id(node))
            if in_mapping:
                _finish(node, problems)  # type: ignore[arg-type]
            parent, key = stack.pop()
            in_mapping = type(parent) is Mapping
        elif kind is AliasEvent:
            span = event.start_mark.index, event.end_mark.index
            if event.anchor not in anchors:
                raise _Refused(Problem("CL001", f"no anchor `&{event.anchor}` stands before this alias", span))
            node = anchors[event.anchor]
            if id(node) in unfinished:
                raise _Refused(Problem("CL001", f"`*{event.anchor}` stands inside the value that it names", span))
            aliases.append((span, node))
            count += 1
        elif kind is DocumentEndEvent:
            if root is not None:
                document = Document(root)
                document.problems, document.aliases = problems, aliases
                documents.append(document)
            root, problems, aliases, anchors = None, [], [], {}
            continue
        elif kind is StreamEndEvent:
            return documents
        else:
            continue

        if kind is ScalarEvent:
            count += 1
            if count > MAX_NODES:
                raise _Refused(Problem("CL022", f"more than {MAX_NODES:,} values", (node.start, node.start + 1)))
            if event.anchor is not None:
                anchors[event.anchor] = node
        if parent is None:
            root = node
        elif in_mapping:
            if key is None:
                key = node
            else:
                if type(key) is not Scalar:
                    problems.append(Problem("CL005", "a key must be a word, not a list or a mapping", key.span))
                else:
                    parent.pairs.append((key, node))  # type: ignore[union-attr]
                key = None
        else:
            parent.items.append(node)  # type: ignore[union-attr]


def _unknown_tag(tag: str, node: Node) -> Problem:
    shown = tag.replace("tag:yaml.org,2002:", "!!")
    return Problem(
        "CL005",
        f"the tag `{shown}` is not read; convlint takes the value as it stands and never builds objects",
        (node.start, max(node.end, node.start + 1)),
    )


def _finish(mapping: Mapping, problems: list[Problem]) -> None:
    """Index the keys of a mapping, note duplicates, and merge ``<<``."""
    pairs = mapping.pairs
    fields = mapping.fields = {key.text: value for key, value in pairs}
    if len(fields) != len(pairs):
        first: dict[str, Scalar] = {}
        for key, _ in pairs:
            if key.text in first:
                problems.append(_duplicate(key, first[key.text]))
            else:
                first[key.text] = key
    if "<<" in fields:
        _merge(mapping, problems)


def _duplicate(key: Scalar, earlier: Scalar) -> Problem:
    return Problem(
        "CL002",
        f"the key `{key.text}` is written twice",
        key.span,
        ((earlier.span, "first written here"),),
        "YAML readers keep this one and silently drop the other",
        "delete one of the two",
    )


def _merge(mapping: Mapping, problems: list[Problem]) -> None:
    source: Node | None = None
    for key, value in mapping.pairs:
        if key.text == "<<" and key.plain:
            source = value
    if source is None:
        return
    parts = source.items if isinstance(source, Sequence) else [source]
    if not all(isinstance(part, Mapping) for part in parts):
        problems.append(Problem("CL005", "`<<` merges mappings only", source.span))
        return
    del mapping.fields["<<"]
    mapping.pairs = [pair for pair in mapping.pairs if pair[0].text != "<<"]
    for part in parts:
        assert isinstance(part, Mapping)
        for key, value in part.pairs:
            if key.text not in mapping.fields:
                mapping.fields[key.text] = value
                mapping.pairs.append((key, part.fields[key.text]))


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, Sequence):
        yield from node.items
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key
            yield value


def _check_expansion(document: Document) -> None:
    """Refuse a document that would hold too many values if every alias were written out."""
    weights: dict[int, int] = {}

    def weigh(node: Node) -> int:
        if isinstance(node, Scalar):
            return 1
        known = weights.get(id(node))
        if known is None:
            known = weights[id(node)] = 1 + sum(weigh(child) for child in _children(node))
        return known

    if weigh(document.root) > MAX_NODES:
        span = document.aliases[-1][0]
        message = f"the aliases of this document stand for more than {MAX_NODES:,} values"
        raise _Refused(Problem("CL022", message, span))


def _comments(text: str, documents: list[Document]) -> Iterator[Comment]:
    spans: list[Span] = []
    seen: set[int] = set()
    waiting: list[Node] = [document.root for document in documents]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            spans.append((node.start, node.end))
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.extend(_children(node))
    spans.sort()
    following = 0
    offset = 0
    while True:
        offset = text.find("#", offset)
        if offset < 0:
            return
        while following < len(spans) and spans[following][1] <= offset:
            following += 1
        if following < len(spans) and spans[following][0] <= offset:
            offset = spans[following][1]
        elif offset and text[offset - 1] not in " \t\r\n":
            offset += 1
        else:
            end = text.find("\n", offset)
            end = len(text) if end < 0 else end
            content = text[offset:end].rstrip()
            yield Comment(offset, offset + len(content), content)
            offset = end


_PLAINER = (
    ("found character '\\t' that cannot start any token", "a tab stands where YAML wants spaces"),
    ("found a tab character that violates indentation", "a tab stands where YAML wants spaces"),
    ("found a tab character where an indentation space is expected", "a tab stands where YAML wants spaces"),
    ("mapping values are not allowed", "a `: ` is not allowed here; is the line before unfinished, or a quote missing?"),
    ("could not find expected ':'", "expected `:` behind the key"),
    ("found unexpected end of stream", "the text ends inside a quoted value; the closing quote is missing"),
)


def _syntax_problem(text: str, error: yaml.YAMLError) -> Problem:
    """A sentence and a place: libyaml decides that it is an error, the Python parser words it if it agrees."""
    if _CParser is not None and len(text) <= MAX_SECOND_OPINION:
        try:
            parser = _PythonParser(text)
            while parser.get_event() is not None:  # type: ignore[no-untyped-call]
                pass
        except yaml.MarkedYAMLError as second:
            error = second
        except (yaml.YAMLError, RecursionError):
            pass
    mark = getattr(error, "problem_mark", None)
    wording = getattr(error, "problem", None) or str(error)
    place = _visible(text, mark.index) if mark is not None else (0, 0)
    message = next((plain for start, plain in _PLAINER if wording.startswith(start)), None)
    if message is None:
        message = wording.replace("<stream end>", "the end of the file").replace("<", "").replace(">", "")
    labels: tuple[tuple[Span, str], ...] = ()
    context, context_mark = getattr(error, "context", None), getattr(error, "context_mark", None)
    if context and context_mark is not None:
        begin = _visible(text, context_mark.index)
        if text.count("\n", 0, begin[0]) != text.count("\n", 0, place[0]) or begin[0] != place[0]:
            labels = ((begin, context.removeprefix("while ").replace("<", "").replace(">", "") + " that begins here"),)
    return Problem("CL001", message, place, labels)


def _visible(text: str, offset: int) -> Span:
    """The character at an offset, or the last visible one before it when nothing stands there."""
    offset = min(offset, len(text))
    if offset == len(text) or text[offset] in "\r\n":
        before = len(text[:offset].rstrip())
        if offset == len(text) and before < offset:
            offset = before
    if offset >= len(text) or text[offset] in "\r\n":
        return (max(offset - 1, 0), offset) if offset else (0, 0)
    return offset, offset + 1
