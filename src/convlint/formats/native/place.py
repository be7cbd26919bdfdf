"""Where the fields of a layer or of the file are written, and how a native file writes a change of them."""

from __future__ import annotations

from convlint.document import Mapping, Scalar, Sequence, Span
from convlint.model.changes import Change, Edit, Insert, Read, Remove, Set, Source, Value, Written
from convlint.model.network import Field


class Fields:
    """The mapping of a layer, or of the whole file."""

    __slots__ = ("node",)

    def __init__(self, node: Mapping) -> None:
        self.node = node

    @property
    def span(self) -> Span:
        """The whole mapping in flow style; of a block mapping its first key."""
        return self.node.span

    @property
    def extent(self) -> Span:
        """The whole mapping, in either style."""
        return self.node.extent

    def key_span(self, name: str) -> Span | None:
        """Where a key is written."""
        return self.node.key_span(name)

    def value_span(self, name: str) -> Span | None:
        """Where a value is written; the key's place if the value is empty or a block collection."""
        return self.node.value_span(name)

    def fields(self) -> list[Field]:
        """The keys with their values, but for the type and the layers of a group or of the file."""
        from convlint.document.written import flow, leaves, meant  # only for who compares

        found = leaves(self.node, frozenset(("type", "layers")))
        return [Field(name, flow(node), meant(node), name == "from") for name, node in found]

    def source(self, index: int) -> Source | None:
        """The name that `from` gives to an input."""
        named = self._source(index)
        return None if named is None else Source(f"`{named.text}`", named.span)

    def _source(self, index: int) -> Scalar | None:
        written = self.node.fields.get("from")
        if isinstance(written, Sequence) and index < len(written.items):
            written = written.items[index]
        return written if isinstance(written, Scalar) else None

    def written(self, change: Change) -> Written | None:
        """``key: value`` for arguments, ``{type: ...}`` for layers, the name for what is read."""
        if isinstance(change, Set):
            return self._set(change)
        if isinstance(change, Remove):
            return Written((change.argument,), change.argument)
        if isinstance(change, Read):
            return self._read(change)
        return self._insert(change)

    def _set(self, change: Set) -> Written:
        pairs = [(name, spelt(value)) for name, value in change.values.items()]
        edits = []
        for name, text in pairs:
            span = self.node.value_span(name)
            # A value that is not written yet, is empty, or is a list over several lines has no place of its own.
            if span is not None and span != self.node.key_span(name):
                edits.append(Edit(span, text))
        words = tuple(f"{name}: {text}" for name, text in pairs)
        # Only all together are the change.
        return Written(words, *pairs[0], edits if len(edits) == len(pairs) else [])

    def _read(self, change: Read) -> Written:
        named = self._source(change.input)
        places = named is not None and named.start < named.end and named.text != change.name
        edits = [Edit(named.span, change.name, word=True)] if named is not None and places else []
        return Written((change.name,), "from", change.name, edits)

    def _insert(self, change: Insert) -> Written | None:
        fields = {"type": change.type, **change.arguments}
        if change.between is None:
            return Written((_layer(fields),))
        names = self._names()
        if change.between >= len(names):
            return None
        old = names[change.between]
        new = names[change.between] = old.replace(".", "_") + change.suffix
        return Written((f"- {_layer({'name': new, **fields, 'from': old})}", f"from: {spelt(names)}"))

    def _names(self) -> list[str]:
        """All that the layer reads by name; nothing if something has none."""
        written = self.node.fields.get("from")
        items = written.items if isinstance(written, Sequence) else [written]
        names = [item.text for item in items if isinstance(item, Scalar)]
        return names if len(names) == len(items) else []


def _layer(fields: dict[str, Value]) -> str:
    return "{" + ", ".join(f"{name}: {spelt(value)}" for name, value in fields.items()) + "}"


def spelt(value: Value | None) -> str:
    """A value as YAML writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | str):
        return str(value)
    return f"[{', '.join(map(spelt, value))}]"
