"""YAML to documents, through libyaml's flat stream of events.

Composing a tree recursively, as PyYAML does, overflows the C stack on deep nesting and loses the places of aliases.
Here the tree is built with a stack of our own, within limits on size, depth and expansion; passing one is a problem
with a place, never a crash.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from convlint.document.assembly import (
    MAX_DEPTH,
    MAX_DOCUMENTS,
    MAX_NODES,
    Refused,
    brief,
    finish,
    note,
    too_deep,
    too_many,
)
from convlint.document.nodes import CORE, Document, Mapping, Node, Problem, Scalar, Sequence, Span
from convlint.work import affords

try:
    from yaml._yaml import CParser as _CParser
except ImportError:  # PyYAML was built without libyaml
    _CParser = None  # type: ignore[assignment, misc]

#: libyaml compares every %TAG with all earlier ones, and every tag with all of them.
MAX_DIRECTIVES = 100

# Compiled when there is something that they may match: few files have anchors, tags, block scalars.
_UNREADABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)"
_DIRECTIVE = "(?m)^%"
#: Anchor and tag before a value, with what may stand between them.
_BETWEEN = r"(?:[ \t\r\n]++(?:#.*+)?+)*+"
_PROPERTIES = rf"(?a)(?:(?:&[-\w]+|!<[^>\s]*>|![^\s,]*){_BETWEEN})+"
_TAG = rf"(?a)(?:&[-\w]+{_BETWEEN})?(!<[^>\s]*>|![^\s,]*)"
_COLON = r"\s*:"
_BLOCK_HEADER = r"[|>][-+0-9]*"
_BLOCK_STYLES = frozenset("|>")

#: Characters of a tag that are a step of the budget.
_TAG_STEP = 512
#: Tags whose values are read; anything else is a problem (nothing is ever constructed by tag).
_SCALAR_TAGS = {"!", *(CORE + name for name in ("str", "int", "float", "bool", "null", "merge"))}
_SEQUENCE_TAGS = {"!", CORE + "seq"}
_MAPPING_TAGS = {"!", CORE + "map"}


def read(text: str) -> list[Document]:
    """Every document of a text; an empty text has none. Raises ``Refused``."""
    _refuse_unreadable(text)
    try:
        return _build(_parser(text), text)
    except yaml.YAMLError as error:
        from convlint.document import yaml_mistakes  # only a few runs need it

        raise Refused(yaml_mistakes.problem(text, error, _parser(text))) from None
    except (ValueError, OverflowError):
        from convlint.document import yaml_mistakes

        # libyaml lets a %-escape of a tag pass that is no UTF-8; PyYAML's own parser stumbles over "\UFFFFFFFF".
        raise Refused(yaml_mistakes.stumbled(text)) from None


def _refuse_unreadable(text: str) -> None:
    """Refuse what YAML or editors do not read as it looks, and what would keep libyaml busy for hours."""
    if not text.replace("\n", "").isprintable():  # much faster than the expression, and mostly enough
        bad = re.search(_UNREADABLE, text)
        if bad is not None:
            raise Refused(Problem("CL001", f"found {_unreadable(bad.group())}", bad.span()))
    if "%" in text:
        beyond = next(islice(re.finditer(_DIRECTIVE, text), MAX_DIRECTIVES, None), None)
        if beyond is not None:
            raise Refused(Problem("CL022", f"more than {MAX_DIRECTIVES} directives", beyond.span()))


def _unreadable(character: str) -> str:
    if character == "\r":
        return "a lone carriage return: editors and YAML disagree whether it ends the line; use \\n or \\r\\n"
    if character in "\x85\u2028\u2029":
        return f"the line separator U+{ord(character):04X}: editors and YAML disagree whether it ends the line"
    if character == "\ufeff":
        return "a byte order mark (U+FEFF) inside the text"
    if character == "\x00":
        return "a NUL character: this is no text file, or not in UTF-8"
    return f"the control character U+{ord(character):04X}, which YAML does not allow"


def _parser(text: str) -> Any:
    if _CParser is not None:
        return _CParser(text)
    from convlint.document import yaml_mistakes

    return yaml_mistakes.PythonParser(text)


class _Anchor:
    """A named node: how many values and levels it stands for, once it is complete."""

    __slots__ = ("height", "node", "outer", "weight")

    def __init__(self, node: Node, weight: int, outer: int = 0) -> None:
        self.node = node
        self.weight = weight  # while the node is incomplete: minus the count before it
        self.outer = outer  # the deepest level outside the node, until it is complete
        self.height = 0


_Parent: TypeAlias = Sequence | Mapping | None


def _build(parser: Any, text: str) -> list[Document]:
    """The documents of a stream of events.

    ``count`` is the number of values with every alias written out, ``deepest`` the same for levels; ``last`` is where
    the last written thing ends, since the events of block collections end where the next thing begins.
    """
    documents: list[Document] = []
    document = Document(Scalar("", True, None, 0, 0))
    anchors: dict[str, _Anchor] = {}
    incomplete: dict[int, _Anchor] = {}
    tags: set[str] = set()  # those that are reported: once in a document is enough
    stack: list[tuple[_Parent, Node | None]] = []
    parent: _Parent = None
    in_mapping = False
    key: Node | None = None
    count = deepest = last = 0
    most = MAX_NODES
    get_event = parser.get_event
    known_tags: dict[str, str] = {}

    def one(tag: str) -> str:
        """The one object for all equal tags: a directive lets two characters stand for a million."""
        if not affords(len(tag) // _TAG_STEP):
            raise Refused(Problem("CL022", "the tags of this document are too long, written out", (start, start + 1)))
        return known_tags.setdefault(tag, tag)

    while True:
        event = get_event()
        kind = type(event)
        node: Node
        if kind is ScalarEvent:
            anchor, tag, style = event.anchor, event.tag, event.style
            start, end = event.start_mark.index, event.end_mark.index
            if tag is not None:
                tag = one(tag)
            if start == end or anchor is not None or tag is not None or (style and style in _BLOCK_STYLES):
                if tag is not None and tag not in _SCALAR_TAGS and tag not in tags:
                    tags.add(tag)
                    note(document.problems, _unknown_tag(tag, text, start))
                if start == end and (key is not None or type(parent) is Sequence) and text[start - 1] not in ":-":
                    # libyaml puts a value that is not there before the next thing, maybe lines below.
                    colon = re.compile(_COLON).match(text, last, start)
                    start = end = last if colon is None else colon.end()
                start, end = _exact(text, start, end)
            node = Scalar(event.value, not style, tag, start, end)
            last = end
            count += 1
            if anchor is not None:
                _name(anchors, anchor, _Anchor(node, 1), event.start_mark.index, document)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            start, tag, flow = event.start_mark.index, event.tag, bool(event.flow_style)
            if tag is not None:
                tag = one(tag)
            known = _MAPPING_TAGS if kind is MappingStartEvent else _SEQUENCE_TAGS
            if tag is not None and tag not in known and tag not in tags:
                tags.add(tag)
                note(document.problems, _unknown_tag(tag, text, start))
            place, start = start, _exact_start(text, start, event.end_mark.index, flow)
            node = Mapping(flow, tag, start) if kind is MappingStartEvent else Sequence(flow, tag, start)
            stack.append((parent, key))
            depth = len(stack)
            if depth > MAX_DEPTH:
                raise too_deep(start)
            if event.anchor is not None:
                incomplete[id(node)] = record = _Anchor(node, -count, deepest)
                _name(anchors, event.anchor, record, place, document)
                deepest = 0
            if depth > deepest:
                deepest = depth
            count += 1
            parent, key, in_mapping = node, None, kind is MappingStartEvent
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            assert parent is not None
            node = parent
            if node.flow:
                end = event.end_mark.index
                # The mapping of `[a: 1 ]` has no braces.
                last = end if text[end - 1] in "}]" else last
            node.end = last
            if in_mapping:
                finish(node, document.problems)  # type: ignore[arg-type]
            if incomplete and id(node) in incomplete:
                record = incomplete.pop(id(node))
                record.weight += count
                record.height = deepest - len(stack) + 1
                deepest = max(deepest, record.outer)
            parent, key = stack.pop()
            in_mapping = type(parent) is Mapping
        elif kind is AliasEvent:
            start, last = event.start_mark.index, event.end_mark.index
            record = _named(anchors, event.anchor, (start, last))
            node = record.node
            document.aliases.append(((start, last), node))
            if in_mapping and key is None and type(node) is Scalar:
                node = Scalar(node.text, node.plain, node.tag, start, last)
            count += record.weight
            if count > most:
                message = f"the aliases of this document stand for more than {MAX_NODES:,} values"
                raise Refused(Problem("CL022", message, (start, last)))
            deepest = max(deepest, len(stack) + record.height)
            if deepest > MAX_DEPTH:
                raise too_deep(start)
        elif kind is DocumentEndEvent:
            documents.append(document)
            if len(documents) > MAX_DOCUMENTS:
                start = document.root.start
                raise Refused(Problem("CL022", f"more than {MAX_DOCUMENTS:,} documents", (start, start)))
            document = Document(document.root)
            anchors = {}
            tags = set()
            continue
        elif kind is StreamEndEvent:
            return documents
        else:
            continue

        if count > most:
            raise too_many(start)
        if not in_mapping:
            if parent is None:
                document.root = node
            else:
                parent.items.append(node)  # type: ignore[union-attr]
        elif key is None:
            key = node
        elif type(key) is Scalar:
            parent.pairs.append((key, node))  # type: ignore[union-attr]
            key = None
        else:
            note(document.problems, _odd_key(text, key))
            document.unread += key, node
            key = None


def _name(anchors: dict[str, _Anchor], name: str, record: _Anchor, place: int, document: Document) -> None:
    """Remember what an anchor names."""
    earlier = anchors.get(name)
    if earlier is not None:
        span = place, place + 1
        message = f"the anchor `&{brief(name)}` is defined twice in this document, which PyYAML refuses"
        labels = ((earlier.node.span, "the first value of that name"),)
        note(document.problems, Problem("CL001", message, span, labels))
    anchors[name] = record


def _named(anchors: dict[str, _Anchor], name: str, span: Span) -> _Anchor:
    """What an alias stands for."""
    record = anchors.get(name)
    if record is None:
        raise Refused(Problem("CL001", f"no anchor `&{brief(name)}` stands before this alias", span))
    if record.weight <= 0:
        raise Refused(Problem("CL001", f"`*{brief(name)}` stands inside the value that it names", span))
    return record


def _exact(text: str, start: int, end: int) -> Span:
    """The span of a scalar without its anchor and tag, and without the blank lines below a block scalar."""
    properties = re.compile(_PROPERTIES).match(text, start, end)
    if properties is not None:
        start = properties.end()
    if start < end and text[start] in _BLOCK_STYLES:
        header = re.compile(_BLOCK_HEADER).match(text, start, end)
        end = start + len(text[start:end].rstrip())
        if header is not None and text.find("\n", start, end) < 0:
            end = header.end()  # no content: what follows the header is a comment
    return start, end


def _exact_start(text: str, start: int, end: int, flow: bool) -> int:
    """Where a list or mapping begins behind its anchor and tag, from the span of its start event."""
    if start == end or text[start] not in "&!":
        return start
    # The event ends behind the bracket, behind a dash that is not indented, or else before the first thing in it.
    return end - 1 if flow or text[end - 1] == "-" else end


def _unknown_tag(tag: str, text: str, start: int) -> Problem:
    shown = brief(tag.replace(CORE, "!!"))
    match = re.compile(_TAG).match(text, start)
    return Problem(
        "CL005",
        f"the tag `{shown}` is not read; convlint takes the value as it stands and never builds objects",
        match.span(1) if match is not None else (start, start + 1),
    )


def _odd_key(text: str, key: Node) -> Problem:
    message = "a key must be a word, not a list or a mapping"
    if text.startswith("{{", key.start - 1):
        message = "`{{` begins a mapping whose key is a mapping; is this a template that has not been filled in?"
    return Problem("CL005", message, key.span)
