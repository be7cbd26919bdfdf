"""From the tree of a native file to a network: wiring, scopes, claims, and all that is wrong with the notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from convlint.document import Document, Mapping, Node, Scalar, Sequence, Span, python_value
from convlint.findings import Diagnostic, Edit, Fix, Label
from convlint.formats.lowered import Lowered
from convlint.formats.native import schema
from convlint.formats.native.place import Fields
from convlint.formats.native.remarks import Remark
from convlint.formats.native.wording import OTHER_KEYS, OTHER_TYPES, cut, meaning, plain_spelling, quoted, shown
from convlint.model import operations as op
from convlint.model.network import MAX_AXES, Claim, Input, Layer, Network, Ref, Shape
from convlint.words.spelling import near

UNKNOWN: Ref = (0, 0)
#: Comparisons of misspelt words with known ones that a file may cost: suggestions must never make it slow.
MAX_COMPARISONS = 100_000
#: Layers and groups that are read, aliases written out; each takes a kilobyte of memory.
MAX_LAYERS = 300_000
#: Longer words are no misspellings.
MAX_WORD = 60
#: How much less alike a misspelt key may be to one that is missing than to one that is not; and how much less alike all
#: other keys have to be for no doubt.
_MISSING, _MARGIN = 0.1, 0.05


class _Scope:
    """Names that can be read, innermost first."""

    def __init__(self, outer: _Scope | None, body: Node | None) -> None:
        self.outer = outer
        self.body = body
        self.layers: dict[str, Layer] = {}
        self.places: dict[str, Span] = {}
        self.inputs: dict[str, Ref] = {}

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

    def outermost(self) -> _Scope:
        """The scope of the file."""
        return self if self.outer is None else self.outer.outermost()


class Reading:
    """Reads one document; ``run`` gives the network and the findings."""

    def __init__(self, document: Document) -> None:
        assert isinstance(document.root, Mapping)
        self.root = document.root
        #: The keys of the file; those that are misspelt by what they mean.
        self.fields = document.root.fields
        #: Misspelt keys of the layer that is being read, by what they mean.
        self.meant: dict[str, Node] = {}
        self.findings: list[Diagnostic] = []
        self.complete = True
        self.numbers = 1
        #: Whether there are more layers than are read.
        self.cut_short = False
        self.unknown_types: set[str] = set()
        #: The places of layers by their mappings: layers that an alias writes twice are written in one place.
        self.places: dict[int, Fields] = {}
        self.operations: dict[tuple[Any, ...], tuple[op.Operation, int | None]] = {}
        self.comparisons = 0
        #: Where every name is written, with the group around it; found when first needed.
        self.written: dict[str, tuple[Span, Sequence, Mapping | None]] | None = None

    # The file ---------------------------------------------------------------------------------------------------

    def run(self) -> Lowered:
        """Read the whole document."""
        root = self.root
        meant = self.check_keys(root, schema.FILE_KEYS, "a network description", extensions=True)
        if meant:
            self.fields = {**meant, **root.fields}
        self.version()
        layers_node = self.fields.get("layers")
        scope = _Scope(None, layers_node)
        inputs = self.inputs(scope)
        if layers_node is None:
            help = "write `layers:` and below it one `- {type: ...}` for each layer"
            self.report("CL006", "the key `layers` is missing", _first(root), help=help)
            return Lowered([], self.findings)
        if not isinstance(layers_node, Sequence):
            dash = "begin each layer with `- `" if isinstance(layers_node, Mapping) else None
            self.wrong_type("layers", layers_node, "a list of layers", root, help=dash)
            return Lowered([], self.findings)
        first = (inputs[0].number, 0) if len(inputs) == 1 else None
        layers = self.layers(layers_node, scope, first, inputs)
        network = Network(
            self.text(root, "name"),
            inputs,
            layers,
            self.outputs(scope, layers),
            self.numbers,
            Fields(root),
            self.claims(self.fields.get("expect"), root, of_file=True),
            self.convention(),
            self.complete,
        )
        return Lowered([network], self.findings)

    def version(self) -> None:
        node = self.fields.get("convlint")
        if node is None:
            return
        value = python_value(node)
        if not (type(value) is int and value in schema.VERSIONS):
            span = self.root.value_span("convlint") or self.root.span
            known = ", ".join(map(str, schema.VERSIONS))
            message = f"this convlint reads version {known} of the format, not {shown(node)}"
            self.report("CL005", message, span, help=f"write `convlint: {schema.VERSIONS[-1]}`")

    def convention(self) -> str | None:
        node = self.fields.get("kernel_convention")
        if node is None:
            return None
        if isinstance(node, Scalar) and node.text in ("2d", "3d"):
            return node.text
        self.wrong_type("kernel_convention", node, "one of 2d, 3d", self.root)
        return None

    def inputs(self, scope: _Scope) -> list[Input]:
        """The inputs of the network; a missing or broken one has no shape."""
        root = self.root
        node = self.fields.get("input")
        found: list[Input] = []
        if isinstance(node, Mapping) and node.pairs:
            for key, value in node.pairs:
                if node.fields.get(key.text) is value:
                    found.append(Input(self.number(), key.text, self.shape(value, key.text, node), key.span))
        elif node is None or isinstance(node, Mapping):
            help = "write for instance `input: [3, 224, 224]` (channels first, no batch axis), or `input: null`"
            if node is None:
                message = "no `input` is given, and without one no size can be checked"
                span, label = root.key_span("layers") or _first(root), "the sizes of these layers are unknown"
            else:
                message = "`input` names no input, and without one no size can be checked"
                span, label = root.value_span("input") or _first(root), ""
            self.report("CL016", message, span, label, help=help)
            found.append(Input(self.number(), "input", None, span))
        else:
            span = root.key_span("input") or _first(root)
            found.append(Input(self.number(), "input", self.shape(node, "input", root), span))
        for given in found:
            scope.inputs[given.name] = (given.number, 0)
        return found

    def shape(self, node: Node, name: str, parent: Mapping) -> Shape | None:
        """A shape such as [3, 224, 224]; null is an unknown size, or an unknown shape."""
        if not (isinstance(node, Sequence) and node.items):
            if python_value(node) is not None:
                self.wrong_type(name, node, "a list of sizes such as [3, 224, 224]", parent)
            return None
        if len(node.items) > MAX_AXES:
            message = f"`{name}` has {len(node.items)} axes; PyTorch works on at most {MAX_AXES}"
            self.report("CL022", message, node.span)
            return None
        sizes: list[int | None] = []
        for index, item in enumerate(node.items):
            size = python_value(item)
            if size is not None and type(size) is not int:
                self.wrong_type(name, node, "an integer or null", parent, (index,))
                return None
            if size is not None and size < 1:
                help = "write null if the size is unknown"
                self.report("CL005", f"`{name}` has a size of {size}; sizes are at least 1", item.span, help=help)
                return None
            self.underscored(item)
            sizes.append(size)
        return tuple(sizes)

    def outputs(self, scope: _Scope, layers: list[Layer]) -> list[Ref]:
        node = self.fields.get("output")
        if node is None:
            return [(layers[-1].number, 0)] if layers else []
        items = node.items if isinstance(node, Sequence) else [node]
        return [self.reference(item, scope, "output", self.root) for item in items]

    # Layers -----------------------------------------------------------------------------------------------------

    def layers(self, node: Sequence, scope: _Scope, first: Ref | None, inputs: list[Input]) -> list[Layer]:
        """The layers of the file or of a group; ``first`` is what the first of them reads by default."""
        found: list[Layer] = []
        previous: Layer | None = None
        implicit = first
        for item in node.items:
            if self.numbers > MAX_LAYERS:
                self.too_many(item)
                break
            if not isinstance(item, Mapping):
                self.no_layer(item, node)
                implicit, previous = UNKNOWN, None
                continue
            layer = self.layer(item, scope, implicit, previous, inputs)
            found.append(layer)
            if layer.name is not None:
                self.name(layer, item, scope)
            previous, implicit = layer, (layer.number, 0)
        return found

    def too_many(self, item: Node) -> None:
        """Report that the rest of the layers is not read, once."""
        if not self.cut_short:
            self.report("CL022", f"more than {MAX_LAYERS:,} layers, counting what aliases stand for", item.span)
        self.cut_short = True
        self.complete = False

    def no_layer(self, item: Node, layers: Sequence) -> None:
        """Report an item of a list of layers that is no mapping."""
        self.complete = False
        help, fixes = None, []
        if isinstance(item, Scalar):
            word = item.text.partition("(")[0].strip()
            if word in schema.TYPES:
                needs = [name for name, (_, default) in schema.layer_type(word).arguments.items() if default is ...]
                instead = f"{{type: {word}{''.join(f', {name}: ...' for name in needs)}}}"
                help = f"write `{instead}`"
                if not needs and word == item.text and item.plain:
                    fixes = [Fix(f"Write `{instead}`", [Edit(item.span, instead)], safe=True)]
        span = item.span
        if span[0] == span[1]:
            span = span[0] - 1, span[0]  # the dash before it
        message = f"a layer must be a mapping such as {{type: ReLU}}, not {shown(item)}"
        self.report("CL005", message, span, help=help, fixes=fixes)

    def layer(
        self, node: Mapping, scope: _Scope, implicit: Ref | None, previous: Layer | None, inputs: list[Input]
    ) -> Layer:
        fields = node.fields
        type_node = fields.get("type")
        if self.meant:
            self.meant = {}
        misspelt = None
        if type_node is None or "layers" in fields:
            if self.is_group(node):
                return self.group(node, scope, implicit, previous, inputs)
            misspelt = self.misspelt_type(node)
            type_node = fields[misspelt] if misspelt is not None else None
        name = self.text(node, "name")
        operation: op.Operation = _UNKNOWN
        kernels = None
        type_name = "layer"
        most: int | None = None
        if type_node is None:
            self.complete = False
        else:
            type_name = self.type_name(type_node, node)
            if type_name not in schema.TYPES:
                self.complete = False
            else:
                most = schema.layer_type(type_name).most_inputs
                operation, kernels = self.operation(type_name, node, misspelt)
        sources = self.sources(node, scope, implicit, previous, inputs, most, type_name)
        claims: tuple[Claim, ...] = ()
        if kernels is not None:
            claims = (self.claim("kernels", kernels, node),)
        if "expect" in fields or "expect" in self.meant:
            claims += self.claims(fields.get("expect") or self.meant.get("expect"), node, of_file=False)
        return Layer(self.number(), name, type_name, operation, sources, self.place(node), claims)

    def place(self, node: Mapping) -> Fields:
        """Where a layer is written."""
        place = self.places.get(id(node))
        if place is None:
            place = self.places[id(node)] = Fields(node)
        return place

    def is_group(self, node: Mapping) -> bool:
        """Whether a mapping without ``type``, or with ``layers``, is meant to be a group of layers."""
        if "layers" in node.fields or "repeat" in node.fields:
            return True
        return any(isinstance(value, Sequence) and self.nearest(key.text, ["layers"]) for key, value in node.pairs)

    def misspelt_type(self, node: Mapping) -> str | None:
        """Report that ``type`` is missing; the key that was meant to be it, if there is one."""
        for key, value in node.pairs:
            if key.text in schema.LAYER_KEYS or not isinstance(value, Scalar):
                continue
            if self.nearest(key.text, ["type"]) or (value.text in schema.TYPES and value.plain):
                fixes = [Fix("Rename to `type`", [Edit(key.span, "type")], safe=True)]
                message = f"unknown key `{cut(key.text)}` in a layer without `type`"
                self.report("CL003", message, key.span, help="did you mean `type`?", fixes=fixes)
                return key.text
        help = "write for instance `type: Conv2d`"
        for key, _ in node.pairs:
            if key.text in schema.TYPES:
                help = f"`{key.text}` is a layer type: write `{{type: {key.text}, ...}}`"
        self.report("CL006", "the key `type` of this layer is missing", _first(node), help=help)
        return None

    def group(
        self, node: Mapping, scope: _Scope, implicit: Ref | None, previous: Layer | None, inputs: list[Input]
    ) -> Layer:
        meant = self.check_keys(node, schema.GROUP_KEYS, "a group of layers")
        name = self.text(node, "name")
        self.meant = meant
        sources = self.sources(node, scope, implicit, previous, inputs, 1, "a group")
        repeat = self.repeat(node, meant)
        body_node = node.fields.get("layers") or meant.get("layers")
        expect = node.fields.get("expect") or meant.get("expect")
        inner = _Scope(scope, body_node)
        entry = (self.number(), 0)
        inner.inputs["input"] = entry
        operation: op.Operation = _UNKNOWN
        if isinstance(body_node, Sequence):
            body = self.layers(body_node, inner, entry, [])
            last = (body[-1].number, 0) if body else entry
            if body and isinstance(body[-1].operation, op.Split):
                self.needs_part(body[-1], _place(body[-1], "type"), "the group ends here, but")
                last = UNKNOWN
            operation = op.Group(body, (entry[0],), (last,), repeat)
        else:
            self.complete = False
            if body_node is None:
                help = "write `layers:` and below it one `- {type: ...}` for each layer"
                self.report("CL006", "the key `layers` of this group is missing", _first(node), help=help)
            else:
                dash = "begin each layer with `- `" if isinstance(body_node, Mapping) else None
                self.wrong_type("layers", body_node, "a list of layers", node, help=dash)
        claims = self.claims(expect, node, of_file=False) if expect is not None else ()
        return Layer(self.number(), name, "group", operation, sources, self.place(node), claims)

    def repeat(self, node: Mapping, meant: dict[str, Node]) -> int:
        written = node.fields.get("repeat") or meant.get("repeat")
        if written is None:
            return 1
        value = python_value(written)
        self.underscored(written)
        if type(value) is not int:
            self.wrong_type("repeat", written, "an integer", node)
            return 1
        if value < 1:
            help = "write how many copies follow one another, at least 1"
            self.report("CL021", f"a group cannot be repeated {value} times", written.span, help=help)
            return 1
        return value

    def type_name(self, type_node: Node, node: Mapping) -> str:
        """The layer type as written; an unknown one is reported once per name."""
        if not isinstance(type_node, Scalar) or not type_node.text:
            self.wrong_type("type", type_node, "the name of a layer type", node)
            return "layer"
        name = type_node.text
        if name in schema.TYPES or name in self.unknown_types:
            return name
        self.unknown_types.add(name)
        bare = name.removeprefix("torch.").removeprefix("nn.")
        near = self.nearest(bare, schema.TYPES)
        ranks = [f"{bare}{rank}d" for rank in (1, 2, 3)]
        other = OTHER_TYPES.get(bare.lower())
        fixes = []
        if all(rank in schema.TYPES for rank in ranks):
            help = f"did you mean `{ranks[0]}`, `{ranks[1]}` or `{ranks[2]}`?"
        elif other is not None:
            help = f"it is called `{other}` here"
        elif near is not None:
            help = f"did you mean `{near}`?"
            fixes = [Fix(f"Replace with `{near}`", [Edit(type_node.span, near)])]
        elif bare.lower() in ("sequential", "group", "block", "stage"):
            help = "a group of layers needs no `type`: write `{name: ..., layers: [...]}`"
        else:
            help = "`convlint schema` lists the layer types"
        self.report("CL004", f"unknown layer type `{cut(name)}`", type_node.span, help=help, fixes=fixes)
        return name

    def name(self, layer: Layer, node: Mapping, scope: _Scope) -> None:
        """Make a layer known by its name."""
        name = layer.name
        assert name is not None
        if name in scope.inputs:
            what = "the input of the group" if scope.outer else "an input of the network"
            help = "give the layer another name"
            self.report("CL011", f"the name `{cut(name)}` already stands for {what}", _place(layer, "name"), help=help)
        elif name in scope.layers:
            # Whoever reads this name may mean the second, so the first must not count as read, nor the second as dead.
            self.complete = False
            labels = [Label(scope.places[name], "first used here")]
            help = "give one of them another name: `from` could not tell them apart"
            message = f"two layers are named `{cut(name)}`"
            self.report("CL011", message, _place(layer, "name"), labels=labels, help=help)
        else:
            scope.layers[name] = layer
            scope.places[name] = _place(layer, "name")

    def operation(self, type_name: str, node: Mapping, misspelt: str | None = None) -> tuple[op.Operation, int | None]:
        """What a layer does, and its ``kernels`` claim; layers with the same arguments share one operation.

        ``misspelt`` is a key that stands for ``type``.
        """
        arguments: dict[str, Node] = {}
        key: list[str] | None = [type_name]
        for name, value in node.fields.items():
            if name in ("name", "type", "from", "expect") or name == misspelt:
                continue
            arguments[name] = value
            if key is not None:
                if type(value) is Scalar and value.plain and value.tag is None and "_" not in value.text:
                    key += (name, value.text)
                else:
                    key = None
        known = None if key is None else self.operations.get(tuple(key))
        if known is not None:
            return known
        model = schema.model_of(type_name)
        values = {name: python_value(value) for name, value in arguments.items()}
        try:
            made = model.model_validate(values)
        except ValidationError as error:
            repaired = self.repaired(model, values, error, node, arguments, type_name)
            if repaired is None:
                return _UNKNOWN, None
            made, values = repaired
            # What is wrong here must be said again where it is written again.
            key = None
        for value in arguments.values():
            self.underscored(value)
        layer_type = schema.layer_type(type_name)
        result = layer_type.lower(made), getattr(made, "kernels", None)
        if layer_type.check is not None and self.remark(layer_type.check(made, values), node, type_name):
            key = None
        if key is not None:
            self.operations[tuple(key)] = result
        return result

    def remark(self, found: Remark | None, node: Mapping, type_name: str) -> bool:
        """Report what is wrong with an argument of the right kind; whether there is anything."""
        if found is None:
            return False
        message = f"`{found.argument}` of {type_name} {found.message}"
        misspelt = self.meant.get(found.argument)
        span = node.value_span(found.argument) or (misspelt.span if misspelt is not None else _first(node))
        self.report(found.code, message, span, help=found.help)
        self.findings[-1].severity = found.severity
        return True

    def repaired(
        self,
        model: type[BaseModel],
        values: dict[str, Any],
        error: ValidationError,
        node: Mapping,
        arguments: dict[str, Node],
        type_name: str,
    ) -> tuple[BaseModel, dict[str, Any]] | None:
        """Report what is wrong; model and values without unknown keys, misspelt ones put right, if that is enough."""
        renamed = self.explain(error, node, arguments, type_name, list(schema.layer_type(type_name).arguments))
        if renamed is None:
            return None
        found = {}
        for name, value in values.items():
            meant = renamed.get(name, name)
            if meant in schema.LAYER_KEYS:
                self.meant[meant] = arguments[name]
            elif meant is not None:
                found[meant] = value
                if meant != name:
                    self.meant[meant] = arguments[name]
        try:
            return model.model_validate(found), found
        except ValidationError:
            return None

    def explain(
        self, error: ValidationError, node: Mapping, arguments: dict[str, Node], type_name: str, known: list[str]
    ) -> dict[str, str | None] | None:
        """Report what pydantic found.

        If only keys are wrong the unknown ones with what they probably mean (or None); if more is wrong, None.
        """
        errors = error.errors(include_url=False, include_context=True, include_input=False)
        unknown = [str(item["loc"][0]) for item in errors if item["type"] == "extra_forbidden"]
        missing = [str(item["loc"][0]) for item in errors if item["type"] == "missing"]
        readable = known if type_name == "expect" else [*known, *schema.LAYER_KEYS]
        unknown.sort(key=lambda name: node.key_span(name) or (0, 0))
        meant = self.meant_keys(unknown, [key for key in readable if key not in node.fields], missing)
        renamed: dict[str, str | None] = {}
        for name in unknown:
            near, sure = meant.get(name, (None, False))
            self.unknown_key(node, name, readable, near, sure, type_name)
            renamed[name] = near
            if near in missing:
                missing.remove(near)
        if missing:
            span = node.value_span("type") or _first(node)
            help = f"add `{', '.join(f'{name}: ...' for name in missing)}`"
            self.report("CL006", f"{type_name} needs {quoted(missing)}", span, help=help)
        others = [item for item in errors if item["type"] not in ("extra_forbidden", "missing")]
        for item in others:
            name = str(item["loc"][0])
            context = item.get("ctx", {})
            if item["type"] == "CL007":
                self.arity(node, name, arguments[name], context["given"], context["axes"], type_name)
            else:
                self.wrong_type(name, arguments[name], context["what"], node, context["path"])
        return None if missing or others else renamed

    def arity(self, node: Mapping, name: str, value: Node, given: int, wanted: int, type_name: str) -> None:
        numbers = "1 number" if wanted == 1 else f"{wanted} numbers"
        message = f"`{name}` of {type_name} takes {numbers}, not {given}"
        axes = {"1": ("length",), "2": ("height", "width"), "3": ("depth", "height", "width")}.get(type_name[-2:-1], ())
        help = None
        fixes = []
        items = value.items if isinstance(value, Sequence) else []
        if "Pad" in type_name:
            sides = ("left", "right", "top", "bottom", "front", "back")[:wanted]
            help = f"the last axis comes first: {', '.join(sides)}; one number pads all sides alike"
        elif len({python_value(item) for item in items}) == 1 and isinstance(items[0], Scalar):
            help = f"write `{name}: {items[0].text}` for all axes"
            if value.flow:  # type: ignore[union-attr]
                fixes = [Fix(f"Write `{name}: {items[0].text}`", [Edit(value.span, items[0].text)])]
        elif len(axes) > 1:
            help = f"write one number for all axes, or one each for {', '.join(axes[:-1])} and {axes[-1]}"
        else:
            help = "write one number"
        label = f"{given} number{'' if given == 1 else 's'}"
        self.report("CL007", message, node.value_span(name) or _first(node), label, help=help, fixes=fixes)

    # Wiring -----------------------------------------------------------------------------------------------------

    def sources(
        self,
        node: Mapping,
        scope: _Scope,
        implicit: Ref | None,
        previous: Layer | None,
        inputs: list[Input],
        most: int | None,
        type_name: str,
    ) -> tuple[Ref, ...]:
        """What a layer reads: the layer before it unless ``from`` says otherwise."""
        written = node.fields.get("from")
        if written is None:
            written = self.meant.get("from")
        if written is None:
            if previous is not None and isinstance(previous.operation, op.Split):
                self.needs_part(previous, node.value_span("type") or _first(node))
                return (UNKNOWN,)
            if implicit is None:
                message = "the first layer needs `from`: the network has several inputs"
                help = f"the inputs are {quoted(scope.inputs)}: add for instance `from: {cut(inputs[0].name)}`"
                self.report("CL006", message, node.value_span("type") or _first(node), help=help)
                self.complete = False
                return (UNKNOWN,)
            return (implicit,)
        items = written.items if isinstance(written, Sequence) else [written]
        if not items:
            self.wrong_type("from", written, "a name or a list of names", node)
            self.complete = False
            return (UNKNOWN,)
        if most is not None and len(items) > most:
            message = f"{type_name} reads one input, {len(items)} are given"
            help = "join them first with Concat, Add or Mul"
            self.report("CL018", message, node.value_span("from") or _first(node), help=help)
            self.complete = False
            return (UNKNOWN,)
        return tuple([self.reference(item, scope, "from", node) for item in items])

    def reference(self, node: Node, scope: _Scope, key: str, parent: Mapping) -> Ref:
        """The value that a name stands for; number 0 if there is none."""
        if type(node) is Scalar:
            name = node.text
            level: _Scope | None = scope
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
        self.complete = False
        if isinstance(node, Scalar) and node.text:
            self.unknown_reference(node.text, node, scope, key, parent)
        else:
            self.wrong_type(key, node, "a name or a list of names", parent)
        return UNKNOWN

    def needs_part(self, layer: Layer, span: Span, where: str = "") -> None:
        """Report that a Split is read without saying which part."""
        self.complete = False
        shown = f"`{cut(layer.name)}`" if layer.name is not None else f"{layer.type}"
        message = f"{where} {shown} makes several outputs; say which one is read".strip()
        name = layer.name or "NAME"
        help = f"write `from: {cut(name)}.0` for the first"
        if where:
            help = f"put `{{type: Identity, from: {cut(name)}.0}}` behind it to give out the first"
        if layer.name is None:
            help = f"give the {layer.type} a `name`; then {help}"
        place = _place(layer, "type")
        labels = [Label(place, "makes several outputs")] if place != span else []
        self.report("CL010", message, span, help=help, labels=labels)

    def unknown_reference(self, name: str, node: Scalar, scope: _Scope, key: str, parent: Mapping) -> None:
        """Report a name that nothing readable has, and find out what was meant."""
        base, _, part = name.rpartition(".")
        first = name.partition(".")[0]
        written = self.where_written().get(name)
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
            near = self.nearest_value(name, scope)
            if near is not None:
                help = f"did you mean `{cut(near)}`?"
                fixes = [Fix(f"Replace with `{cut(near)}`", [Edit(node.span, near, word=True)])]
            elif name == "input":
                help = f"the inputs of the network are {quoted(scope.outermost().inputs)}"
        self.report("CL010", message, node.span, help=help, labels=labels, fixes=fixes)

    def nearest_value(self, name: str, scope: _Scope) -> str | None:
        """What can be read and looks like a name: of a Split one of its parts."""
        base, _, part = name.rpartition(".")
        near = self.nearest(base, scope.names()) if base and part.isdigit() else None
        layer = scope.find(near) if near is not None else None
        if layer is not None and isinstance(layer.operation, op.Split):
            return f"{near}.{part}"
        return self.nearest(name, scope.names())

    def where_written(self) -> dict[str, tuple[Span, Sequence, Mapping | None]]:
        """Every name of a layer, with its place, the list that it is in, and the group around that list."""
        if self.written is None:
            self.written = {}
            waiting: list[tuple[Node | None, Mapping | None]] = [(self.fields.get("layers"), None)]
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
                            self.written.setdefault(given.text, (given.span, node, group))
                        waiting.append((item.fields.get("layers"), item))
        return self.written

    # Claims -----------------------------------------------------------------------------------------------------

    def claims(self, node: Node | None, parent: Mapping, of_file: bool) -> tuple[Claim, ...]:
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            self.wrong_type("expect", node, "a mapping such as {params: 61M}", parent)
            return ()
        model = schema.expect_model(of_file)
        values = {name: python_value(value) for name, value in node.fields.items()}
        known = list(schema.FILE_CLAIMS if of_file else schema.LAYER_CLAIMS)
        try:
            made = model.model_validate(values)
        except ValidationError as error:
            self.explain(error, node, node.fields, "expect", known)
            bad = {str(item["loc"][0]) for item in error.errors()}
            made = model.model_validate({name: value for name, value in values.items() if name not in bad})
        found = []
        for name in made.model_fields_set:
            value = getattr(made, name)
            self.underscored(node.fields[name])
            found.append(self.claim(name, value, node))
        return tuple(sorted(found, key=lambda claim: claim.span))

    def claim(self, name: str, value: Any, node: Mapping) -> Claim:
        """A claim at its value, or at its key if the value is written as a block list."""
        written = node.fields.get(name) or self.meant[name]
        exact = (isinstance(written, Scalar) and written.start < written.end) or getattr(written, "flow", False)
        return Claim(name, value, node.value_span(name) or written.span, exact)

    # Words ------------------------------------------------------------------------------------------------------

    def number(self) -> int:
        """A new value number."""
        self.numbers += 1
        return self.numbers - 1

    def text(self, node: Mapping, name: str) -> str | None:
        """The text of a name; names may look like numbers."""
        value = node.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, Scalar):
            self.wrong_type(name, value, "a name", node)
            return None
        return value.text or None

    def check_keys(self, node: Mapping, known: tuple[str, ...], what: str, extensions: bool = False) -> dict[str, Node]:
        """Report keys that are not known; those that begin with ``x-`` are the author's own at the top level.

        Returns the values of misspelt keys by what they mean.
        """
        unknown = [
            key.text
            for key, value in node.pairs
            if key.text not in known
            and not (extensions and key.text.startswith("x-"))
            and node.fields.get(key.text) is value
        ]
        if not unknown:
            return {}
        found = self.meant_keys(unknown, [key for key in known if key not in node.fields], [])
        meant = {}
        for name in unknown:
            near, sure = found.get(name, (None, False))
            self.unknown_key(node, name, list(known), near, sure, what)
            if near is not None:
                meant[near] = node.fields[name]
        return meant

    def meant_keys(self, unknown: list[str], free: list[str], missing: list[str]) -> dict[str, tuple[str, bool]]:
        """What unknown keys were probably meant to be, and whether that is sure: no other key is as much alike.

        ``free`` are the keys that could have been meant, those ``missing`` first; each is given to one.  Between two
        that are as much alike nothing is chosen.
        """
        found: dict[str, tuple[str, bool]] = {}
        taken: set[str] = set()
        for name in unknown:
            near = next((key for key in OTHER_KEYS.get(name.lower(), ()) if key in free and key not in taken), None)
            if near is not None:
                found[name] = near, True
                taken.add(near)
        pairs = [(alike, name, key) for name in unknown if name not in found for alike, key in self.near(name, free)]
        # A key that has to be there is meant before one that may be left out, unless it is less alike by much.
        pairs.sort(key=lambda pair: -pair[0] - (_MISSING if pair[2] in missing else 0))
        for alike, name, key in pairs:
            if name in found or key in taken:
                continue
            others = [other for other in pairs if (other[1] == name) != (other[2] == key)]
            if any(other[:2] == (alike, name) and (other[2] in missing) == (key in missing) for other in others):
                continue
            sure = all(other[0] + _MARGIN < alike for other in others) and not self.is_other_key(name, key, alike)
            found[name] = key, sure
            taken.add(key)
        if not found and len(unknown) == len(missing) == 1:
            found[unknown[0]] = missing[0], False
        return found

    def is_other_key(self, name: str, key: str, alike: float) -> bool:
        """Whether a name looks as much like a key of another layer type."""
        words = schema.argument_names() - {key}
        return any(other >= alike for other, _ in self.near(name, sorted(words)))

    def unknown_key(self, node: Mapping, name: str, known: list[str], near: str | None, sure: bool, what: str) -> None:
        """Report an unknown key; ``near`` is the known and unused one that was probably meant."""
        span = node.key_span(name) or _first(node)
        message = f"unknown key `{cut(name)}` in {what}"
        if near is None:
            other = self.nearest(name, known)
            free = [key for alike, key in self.near(name, known) if key not in node.fields]
            if name == "repeat":
                help = "only groups are repeated: write `{repeat: ..., layers: [...]}` around the layer"
            elif name == "type":
                help = f"{what} has no type: delete the key"
            elif len(free) > 1:
                help = f"did you mean `{free[1]}` or `{free[0]}`?"
            elif other:
                help = f"`{other}` is already written"
            else:
                help = f"known keys: {', '.join(known)}"
            self.report("CL003", message, span, help=help)
            return
        alike = self.near(name, [near]) or near in OTHER_KEYS.get(name.lower(), ())
        help = f"did you mean `{near}`?" if alike else f"did you mean `{near}`, which is missing?"
        once = sum(key.text == name for key, _ in node.pairs) == 1
        fixes = [Fix(f"Rename to `{near}`", [Edit(span, near)], safe=sure)] if once else []
        self.report("CL003", message, span, help=help, fixes=fixes)

    def near(self, word: str, known: Iterable[str]) -> list[tuple[float, str]]:
        """Known words that look like a word; looking for them has a limit, however many words are wrong."""
        if self.comparisons > MAX_COMPARISONS or len(word) > MAX_WORD:
            return []
        words = list(known)
        self.comparisons += len(words)
        return near(word, words)

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """The known word that was probably meant."""
        found = self.near(word, known)
        return found[0][1] if found else None

    def underscored(self, node: Node) -> None:
        """Warn of numbers such as 1_000 inside a value."""
        if isinstance(node, Sequence):
            for item in node.items:
                self.underscored(item)
        elif isinstance(node, Scalar) and node.plain and "_" in node.text and type(node.value) in (int, float):
            plain = node.text.replace("_", "")
            message = f"`{node.text}` is {plain} in YAML 1.1, but text in YAML 1.2"
            fixes = [Fix(f"Write `{plain}`", [Edit(node.span, plain)], safe=True)]
            self.report("CL025", message, node.span, help=f"write `{plain}`", fixes=fixes)

    def wrong_type(
        self,
        name: str,
        node: Node,
        what: str,
        parent: Mapping,
        path: tuple[int, ...] = (),
        help: str | None = None,
    ) -> None:
        """Report a value of the wrong kind, with what YAML made of it; ``path`` leads to an item of a list."""
        culprit = node
        for index in path:
            assert isinstance(culprit, Sequence)
            culprit = culprit.items[index]
        if culprit.start < culprit.end and (path or isinstance(culprit, Scalar) or culprit.flow):
            span = culprit.span
        else:
            span = parent.value_span(name) or _first(parent)
        subject = f"each item of `{cut(name)}`" if path else f"`{cut(name)}`"
        message = f"{subject} must be {what}, not {shown(culprit)}"
        if isinstance(culprit, Scalar) and not culprit.text and culprit.plain:
            message = f"{subject} must be {what}, but is empty"
        made = meaning(culprit)
        label = ""
        if made and len(message) + len(made) > 100:
            label = made
        elif made:
            message += f", which is {made}"
        fixes = []
        plainly = plain_spelling(culprit, what) if isinstance(culprit, Scalar) else None
        if plainly is not None:
            instead, safe = plainly
            help = f"write `{instead}`"
            fixes = [Fix(f"Write `{instead}`", [Edit(culprit.span, instead)], safe=safe)]
        elif help is None and isinstance(culprit, Scalar):
            words = re.findall(r"'(\w+)'", what)
            if what.startswith("one of "):
                words = what.removeprefix("one of ").split(", ")
            near = self.nearest(culprit.text, words) if culprit.text else None
            if "base-60" in made:
                help = "write the number without colons"
            if near is not None:
                help = f"did you mean `{near}`?"
                fixes = [Fix(f"Write `{near}`", [Edit(culprit.span, near)])]
        self.report("CL005", message, span, label, help=help, fixes=fixes)

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        *,
        help: str | None = None,
        labels: list[Label] | None = None,
        fixes: list[Fix] | None = None,
    ) -> None:
        """Add a finding."""
        self.findings.append(Diagnostic(code, message, span, label, labels or [], help=help, fixes=fixes or []))


_UNKNOWN = op.Unknown()


def _first(node: Mapping) -> Span:
    """The place of a mapping as a whole: its first key in block style, its opening brace otherwise."""
    if node.flow:
        return node.start, node.start + 1
    return node.span


def _place(layer: Layer, name: str) -> Span:
    """Where a field of a layer is written, else its beginning."""
    return layer.place.value_span(name) or layer.place.span
