"""What layers read: names, the scopes that they can be seen from, and what a name that nothing has was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convlint.document import Mapping, Node, Scalar, Sequence, Span
from convlint.findings import Edit, Fix, Label
from convlint.formats.native.keys import Entry
from convlint.formats.native.mistakes import Mistakes, beginning
from convlint.formats.native.wording import cut, quoted
from convlint.model import operations as op
from convlint.model.network import Layer, Ref

UNKNOWN: Ref = (0, 0)


class Scope:
    """What the layers of one list can read: names, innermost first, and without a name the layer before."""

    def __init__(self, outer: Scope | None, body: Node | None) -> None:
        self.outer = outer
        self.body = body
        self.layers: dict[str, Layer] = {}
        self.places: dict[str, Span] = {}
        self.inputs: dict[str, Ref] = {}
        #: What the next layer reads without `from`: None where that is not clear, among several inputs.
        self.default: Ref | None = None
        #: The layer before, if it is one.
        self.previous: Layer | None = None

    def names(self) -> Iterator[str]:
        """Everything readable from here."""
        yield from self.inputs
        yield from self.layers
        if self.outer is not None:
            yield from self.outer.names()

    def find(self, name: str) -> Layer | None:
        """The layer of a name."""
        found = self.layers.get(name)
        return found if found is not None or self.outer is None else self.outer.find(name)

    def sees(self, body: Node) -> bool:
        """Whether a list of layers is the one that is being read, or around it."""
        return self.body is body or (self.outer is not None and self.outer.sees(body))

    def outermost(self) -> Scope:
        """The scope of the file."""
        return self if self.outer is None else self.outer.outermost()


class References:
    """Finds what names stand for; ``layers`` is the list of layers of the file."""

    def __init__(self, mistakes: Mistakes, layers: Node) -> None:
        self.mistakes = mistakes
        self._layers = layers
        #: Where every name is written, with the group around it; found when first needed.
        self._written: dict[str, tuple[Span, Sequence, Mapping | None]] | None = None

    def define(self, layer: Layer, scope: Scope) -> None:
        """Make a layer known by its name."""
        name = layer.name
        assert name is not None
        if name in scope.inputs:
            what = "the input of the group" if scope.outer else "an input of the network"
            help = "give the layer another name"
            self.mistakes.report(
                "CL011", f"the name `{cut(name)}` already stands for {what}", written_at(layer, "name"), help=help
            )
        elif name in scope.layers:
            # Whoever reads this name may mean the second, so the first must not count as read, nor the second as dead.
            self.mistakes.complete = False
            labels = [Label(scope.places[name], "first used here")]
            help = "give one of them another name: `from` could not tell them apart"
            message = f"two layers are named `{cut(name)}`"
            self.mistakes.report("CL011", message, written_at(layer, "name"), labels=labels, help=help)
        else:
            scope.layers[name] = layer
            scope.places[name] = written_at(layer, "name")

    def sources(self, entry: Entry, scope: Scope, most: int | None, type_name: str) -> tuple[Ref, ...]:
        """What a layer reads: the layer before it unless ``from`` says otherwise."""
        node = entry.node
        written = entry.value("from")
        if most == 0:
            if written is not None:
                message = f"{type_name} reads no input"
                self.mistakes.report(
                    "CL018", message, node.value_span("from") or beginning(node), help="leave `from` out"
                )
            return ()
        if written is None:
            if scope.previous is not None and isinstance(scope.previous.operation, op.Split):
                self.needs_part(scope.previous, node.value_span("type") or beginning(node))
                return (UNKNOWN,)
            if scope.default is None:
                message = "the first layer needs `from`: the network has several inputs"
                help = (
                    f"the inputs are {quoted(scope.inputs)}: add for instance `from: {cut(next(iter(scope.inputs)))}`"
                )
                self.mistakes.report("CL006", message, node.value_span("type") or beginning(node), help=help)
                self.mistakes.complete = False
                return (UNKNOWN,)
            return (scope.default,)
        items = written.items if isinstance(written, Sequence) else [written]
        if not items:
            self.mistakes.wrong_type("from", written, "a name or a list of names", node)
            self.mistakes.complete = False
            return (UNKNOWN,)
        if most is not None and len(items) > most:
            message = f"{type_name} reads {'one input' if most == 1 else 'two inputs'}, {len(items)} are given"
            help = "join them first with Concat, Add or Mul" if most == 1 else f"write one {type_name} behind the other"
            self.mistakes.report("CL018", message, node.value_span("from") or beginning(node), help=help)
            self.mistakes.complete = False
            return (UNKNOWN,)
        return tuple([self.reference(item, scope, "from", node) for item in items])

    def reference(self, node: Node, scope: Scope, key: str, parent: Mapping) -> Ref:
        """The value that a name stands for; number 0 if there is none."""
        if type(node) is Scalar:
            name = node.text
            level: Scope | None = scope
            while level is not None:
                found = level.inputs.get(name)
                if found is not None:
                    return found
                layer = level.layers.get(name)
                if layer is not None:
                    if type(layer.operation) is op.Split and key == "from":
                        self.needs_part(layer, node.span)
                        return UNKNOWN
                    return layer.number, 0
                base, dot, part = name.rpartition(".")
                layer = level.layers.get(base) if dot and part.isascii() and part.isdigit() and len(part) < 6 else None
                if layer is not None:
                    if isinstance(layer.operation, op.Split):
                        return layer.number, int(part)
                    if isinstance(layer.operation, op.Unknown):
                        return UNKNOWN
                level = level.outer
        # Whoever was meant to be read here must not be called dead.
        self.mistakes.complete = False
        if isinstance(node, Scalar) and node.text:
            self._report_unknown(node.text, node, scope, key, parent)
        else:
            self.mistakes.wrong_type(key, node, "a name or a list of names", parent)
        return UNKNOWN

    def needs_part(self, layer: Layer, span: Span, where: str = "") -> None:
        """Report that a Split is read without saying which part."""
        self.mistakes.complete = False
        shown = f"`{cut(layer.name)}`" if layer.name is not None else f"{layer.type}"
        message = f"{where} {shown} makes several outputs; say which one is read".strip()
        name = layer.name or "NAME"
        help = f"write `from: {cut(name)}.0` for the first"
        if where:
            help = f"put `{{type: Identity, from: {cut(name)}.0}}` behind it to give out the first"
        if layer.name is None:
            help = f"give the {layer.type} a `name`; then {help}"
        place = written_at(layer, "type")
        labels = [Label(place, "makes several outputs")] if place != span else []
        self.mistakes.report("CL010", message, span, help=help, labels=labels)

    def _report_unknown(self, name: str, node: Scalar, scope: Scope, key: str, parent: Mapping) -> None:
        """Report a name that nothing readable has, and find out what was meant."""
        base, _, part = name.rpartition(".")
        first = name.partition(".")[0]
        written = self._where_written().get(name)
        labels, fixes, help = [], [], None
        message = f"no layer is named `{cut(name)}`"
        own = parent.fields.get("name") if key == "from" else None
        if isinstance(own, Scalar) and own.text == name:
            message = f"`{cut(name)}` reads itself; only earlier layers can be read"
            help = "without `from` a layer reads the one before it"
        elif written is not None and scope.sees(written[1]):
            message = f"`{cut(name)}` comes later in the file; only earlier layers can be read"
            labels = [Label(written[0], "defined here")]
        elif written is not None:
            group = written[2]
            given = group.fields.get("name") if group is not None else None
            shown = f"`{cut(given.text)}`" if isinstance(given, Scalar) and given.text else "without a name"
            message = f"`{cut(name)}` is inside the group {shown}; outside only the whole group can be read"
            labels = [Label(written[0], "defined here")]
            help = f"write `from: {cut(given.text)}`" if isinstance(given, Scalar) and given.text else "name the group"
        elif base and part.isdigit() and scope.find(base) is not None:
            message = f"`{cut(base)}` has one output and no parts"
            help = f"write `{key}: {cut(base)}`"
        elif first != name and (group_layer := scope.find(first)) is not None and group_layer.type == "group":
            message = f"`{cut(name)}` is inside the group `{cut(first)}`; outside only the whole group can be read"
            help = f"write `{key}: {cut(first)}`"
        elif re.fullmatch("-?[0-9]+", name):
            help = "layers are named, not numbered; without `from` a layer reads the one before it"
        elif "," in name or " " in name:
            names = [word for word in re.split(r"[,\s]+", name.strip("()")) if word]
            help = f"write `{key}: [{cut(', '.join(names))}]` for several"
        else:
            near = self._nearest_value(name, scope)
            if near is not None:
                help = f"did you mean `{cut(near)}`?"
                fixes = [Fix(f"Replace with `{cut(near)}`", [Edit(node.span, near, word=True)])]
            elif name == "input":
                help = f"the inputs of the network are {quoted(scope.outermost().inputs)}"
        self.mistakes.report("CL010", message, node.span, help=help, labels=labels, fixes=fixes)

    def _nearest_value(self, name: str, scope: Scope) -> str | None:
        """What can be read and looks like a name: of a Split one of its parts."""
        base, _, part = name.rpartition(".")
        near = self.mistakes.nearest(base, scope.names()) if base and part.isdigit() else None
        layer = scope.find(near) if near is not None else None
        if layer is not None and isinstance(layer.operation, op.Split):
            return f"{near}.{part}"
        return self.mistakes.nearest(name, scope.names())

    def _where_written(self) -> dict[str, tuple[Span, Sequence, Mapping | None]]:
        """Every name of a layer, with its place, the list that it is in, and the group around that list."""
        if self._written is None:
            self._written = {}
            waiting: list[tuple[Node | None, Mapping | None]] = [(self._layers, None)]
            seen: set[int] = set()
            while waiting:
                node, group = waiting.pop()
                if not isinstance(node, Sequence) or id(node) in seen:
                    continue
                seen.add(id(node))
                for item in node.items:
                    if isinstance(item, Mapping):
                        given = item.fields.get("name")
                        if isinstance(given, Scalar):
                            self._written.setdefault(given.text, (given.span, node, group))
                        waiting.append((item.fields.get("layers"), item))
        return self._written


def written_at(layer: Layer, name: str) -> Span:
    """Where a field of a layer is written, else its beginning."""
    return layer.place.value_span(name) or layer.place.span
