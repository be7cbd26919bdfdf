"""A native file for whoever edits it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from convlint.document import Document, Mapping, Node, Scalar, Span
from convlint.document import Sequence as List
from convlint.document.cursor import Cursor
from convlint.document.cursor import in_tree as cursor
from convlint.formats.editing import ARGUMENT, GROUP, INPUT, LAYER, NAME, OUTPUT, TYPE, VALUE, Choice, Item, Offer, Read
from convlint.formats.lowered import Context
from convlint.formats.native import json_schema, schema

__all__ = ["choices", "cursor", "offers", "outline"]


class _Scope(NamedTuple):
    """The names of one list of layers, and those around it."""

    names: dict[str, int]
    outer: _Scope | None

    def find(self, name: str) -> int | None:
        """The item of a name."""
        found = self.names.get(name)
        return found if found is not None or self.outer is None else self.outer.find(name)


def outline(document: Document, context: Context) -> list[Item]:
    """The inputs, the layers and groups, and what the file gives out."""
    return _Outline(document).items


class _Outline:
    def __init__(self, document: Document) -> None:
        self.items: list[Item] = []
        self.seen: set[int] = set()
        root = document.root
        if not isinstance(root, Mapping):
            return
        scope = _Scope({}, None)
        given = root.fields.get("input")
        if isinstance(given, Mapping):
            for key, _ in given.pairs:
                scope.names[key.text] = self.add(Item(key.text, "input", INPUT, key.span, key.span, key.span))
        elif given is not None:
            place = root.key_span("input") or root.span
            scope.names["input"] = self.add(Item("input", "input", INPUT, place, place))
        self.layers(root.fields.get("layers"), scope, None)
        outputs = root.fields.get("output")
        span = root.key_span("output")
        if outputs is not None and span is not None:
            self.add(Item("output", "output", OUTPUT, span, span, reads=_reads(outputs, scope)))

    def add(self, item: Item) -> int:
        """Append an item; its place."""
        self.items.append(item)
        return len(self.items) - 1

    def layers(self, node: Node | None, scope: _Scope, inside: int | None) -> None:
        """The layers of a list; one that an alias writes again is written once."""
        for one in node.items if isinstance(node, List) else ():
            if not isinstance(one, Mapping) or id(one) in self.seen:
                continue
            self.seen.add(id(one))
            body = one.fields.get("layers")
            name, type_node = one.fields.get("name"), one.fields.get("type")
            word = name.text if isinstance(name, Scalar) else ""
            named = name.span if isinstance(name, Scalar) and name.start < name.end else None
            type_name = type_node.text if isinstance(type_node, Scalar) else "group" if body is not None else "layer"
            span = (one.value_span("type") if type_node is not None else None) or one.span
            reads = _reads(one.fields.get("from"), scope)
            kind = LAYER if body is None else GROUP
            place = self.add(Item(word, type_name, kind, one.extent, span, named, reads, inside))
            if body is not None:
                self.layers(body, _Scope({"input": place}, scope), place)
            if word:
                scope.names.setdefault(word, place)


def _reads(node: Node | None, scope: _Scope) -> tuple[Read, ...]:
    found = []
    for one in node.items if isinstance(node, List) else [node]:
        if not isinstance(one, Scalar) or not one.text:
            continue
        target, span = scope.find(one.text), one.span
        base, dot, part = one.text.rpartition(".")
        if target is None and dot and part.isdigit() and (target := scope.find(base)) is not None:
            # Of a Split, the number of a part stays.
            end = one.end - len(part) - 1 - (0 if one.plain else 1)
            span = (one.start + (0 if one.plain else 1), end)
        found.append(Read(span, target))
    return tuple(found)


# What may be written -----------------------------------------------------------------------------------------------


@cache
def _keys_of(type_name: str) -> dict[str, Any]:
    """The keys of a layer of a type, as the JSON Schema has them."""
    if type_name in schema.TYPES:
        found: dict[str, Any] = json_schema.layer_type(type_name)["properties"]
        return found
    every = dict.fromkeys((*schema.LAYER_KEYS, *schema.GROUP_KEYS))
    return {name: {"description": json_schema.DESCRIPTIONS.get(name, "")} for name in every}


def choices(cursor: Cursor, outline: Sequence[Item], context: Context, document: Document | None) -> list[Choice]:
    """Keys of the file, layer types, arguments with what they take, and names of earlier layers."""
    path = tuple(step for step in cursor.path if not isinstance(step, int))
    if not cursor.top or not path or (path[0] in schema.FILE_KEYS and len(path) == 1 and cursor.top == path[0]):
        return _of_file(cursor, path, outline)
    if cursor.top == "output":
        return _names(outline, cursor.word[0])
    if cursor.top != "layers":
        return [
            Choice(name, ARGUMENT, after=": ")
            for name in schema.FILE_CLAIMS
            if path[-1] is None and cursor.top == "expect"
        ]
    key = path[-1]
    if path[0] == "expect" or "expect" in path[:-1]:
        about = json_schema.DESCRIPTIONS
        return [Choice(one, ARGUMENT, "", about.get(one, ""), after=": ") for one in schema.LAYER_CLAIMS if key is None]
    keys = _keys_of(cursor.beside.get("type", ""))
    if key is None:
        return [
            Choice(name, ARGUMENT, _detail(said), said.get("description", ""), after=": ")
            for name, said in keys.items()
            if name not in cursor.beside
        ]
    if key == "type":
        return [Choice(name, TYPE, ", ".join(schema.layer_type(name).arguments)) for name in schema.TYPES]
    if key == "from":
        return _names(outline, cursor.word[0])
    said = keys.get(key, {})
    return [Choice(word, VALUE) for word in _values(said)]


def _of_file(cursor: Cursor, path: tuple[str | None, ...], outline: Sequence[Item]) -> list[Choice]:
    key = path[0] if path else None
    if key is None:
        about = json_schema.DESCRIPTIONS
        return [
            Choice(name, ARGUMENT, "", about.get(name, ""), after=": ")
            for name in schema.FILE_KEYS
            if name not in cursor.beside
        ]
    if key == "output":
        return _names(outline, cursor.word[0])
    known = {"kernel_convention": ("2d", "3d"), "convlint": tuple(map(str, schema.VERSIONS))}
    return [Choice(word, VALUE) for word in known.get(key, ())]


def _names(outline: Sequence[Item], before: int) -> list[Choice]:
    """The names that can be read at a place, the last one first."""
    found: dict[str, Choice] = {}
    last = max((item.extent[0] for item in outline if item.extent[0] < before), default=0)
    for place in reversed(range(len(outline))):
        item = outline[place]
        earlier = item.kind == INPUT or item.extent[0] < before
        if item.name and item.kind != OUTPUT and earlier and _visible(outline, place, before, last):
            found.setdefault(item.name, Choice(item.name, NAME, item.type, item=place))
    return list(found.values())


def _visible(outline: Sequence[Item], place: int, before: int, last: int) -> bool:
    """Whether a place is inside of all groups around an item, or behind the last of them with nothing between.

    ``last`` is where the last item before the place begins.
    """
    group = outline[place].inside
    while group is not None:
        if outline[group].extent[1] < last:
            return False
        group = outline[group].inside
    return True


def _detail(said: dict[str, Any]) -> str:
    if "default" not in said:
        return ""
    value = said["default"]
    # One number stands for all axes.
    return f"default {_spelt(value[0] if isinstance(value, list) and len(set(value)) == 1 else value)}"


def _values(said: dict[str, Any]) -> Iterator[str]:
    """The words that an argument may be."""
    for one in (said, *said.get("anyOf", ())):
        yield from (_spelt(value) for value in one.get("enum", ()))
        if one.get("type") == "boolean":
            yield from ("true", "false")


def _spelt(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)


def offers(document: Document, context: Context, span: Span) -> list[Offer]:
    """Whatever a native file may say, it says."""
    return []
