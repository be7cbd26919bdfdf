"""From the tree of a native file to a network: wiring, scopes, claims, and everything that is wrong with the notation."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from convlint.diagnostic import Diagnostic, Edit, Fix, Label, Severity
from convlint.document import Document, Mapping, Node, Odd, Scalar, Sequence, Span, python_value
from convlint.formats.lowered import Lowered
from convlint.formats.native import schema
from convlint.model import operations as op
from convlint.model.network import Amount, Claim, Input, Layer, Network, Place, Ref, Shape

UNKNOWN: Ref = (0, 0)


class _Scope:
    """Names that can be read, innermost first."""

    def __init__(self, outer: _Scope | None) -> None:
        self.outer = outer
        self.layers: dict[str, Layer | None] = {}
        self.places: dict[str, Span] = {}
        self.inputs: dict[str, Ref] = {}

    def names(self) -> list[str]:
        """Everything readable from here."""
        found = [*self.inputs, *self.layers]
        return found + self.outer.names() if self.outer else found


class Reading:
    """Reads one document; ``run`` gives the network and the findings."""

    def __init__(self, document: Document) -> None:
        assert isinstance(document.root, Mapping)
        self.root = document.root
        self.findings: list[Diagnostic] = []
        self.complete = True
        self.numbers = 1
        self.unknown_types: set[str] = set()
        self.operations: dict[tuple[Any, ...], tuple[op.Operation, int | None]] = {}

    # The file ---------------------------------------------------------------------------------------------------

    def run(self) -> Lowered:
        """Read the whole document."""
        root = self.root
        self.check_keys(root, schema.FILE_KEYS, "a network description", extensions=True)
        self.version()
        scope = _Scope(None)
        inputs = self.inputs(scope)
        layers_node = root.fields.get("layers")
        if layers_node is None:
            self.report("CL006", "the key `layers` is missing", root.span)
            return Lowered([], self.findings)
        if not isinstance(layers_node, Sequence):
            self.wrong_type("layers", layers_node, "a list of layers", root)
            return Lowered([], self.findings)
        first = (inputs[0].number, 0) if len(inputs) == 1 else None
        layers = self.layers(layers_node, scope, first, inputs)
        network = Network(
            self.text(root, "name"),
            inputs,
            layers,
            self.outputs(scope, layers),
            self.numbers,
            root,
            self.claims(root, root, of_file=True),
            self.convention(),
            self.complete,
        )
        return Lowered([network], self.findings)

    def version(self) -> None:
        node = self.root.fields.get("convlint")
        if node is None:
            return
        value = python_value(node)
        if not (type(value) is int and value in schema.VERSIONS):
            span = self.root.value_span("convlint") or self.root.span
            known = ", ".join(map(str, schema.VERSIONS))
            message = f"this convlint reads version {known} of the format, not {_shown(node)}"
            self.report("CL005", message, span, help=f"write `convlint: {schema.VERSIONS[-1]}`")

    def convention(self) -> str | None:
        node = self.root.fields.get("kernel_convention")
        if node is None:
            return None
        if isinstance(node, Scalar) and node.text in ("2d", "3d"):
            return node.text
        self.wrong_type("kernel_convention", node, "2d or 3d", self.root)
        return None

    def inputs(self, scope: _Scope) -> list[Input]:
        """The inputs of the network; a missing or broken one has no shape."""
        root = self.root
        node = root.fields.get("input")
        if node is None:
            help = "write for instance `input: [3, 224, 224]` (channels first, without the batch axis)"
            message = "no `input`: without it no size can be checked"
            span = root.key_span("layers") or root.span
            self.report("CL016", message, span, "the sizes of these layers are unknown", help=help)
        found: list[Input] = []
        if isinstance(node, Mapping):
            for key, value in node.pairs:
                if node.fields.get(key.text) is value:
                    found.append(Input(self.number(), key.text, self.shape(value, key.text, node), key.span))
        else:
            span = root.key_span("input") or root.span
            shape = None if node is None else self.shape(node, "input", root)
            found.append(Input(self.number(), "input", shape, span))
        for given in found:
            scope.inputs[given.name] = (given.number, 0)
        return found

    def shape(self, node: Node, name: str, parent: Mapping) -> Shape | None:
        """A shape such as [3, 224, 224]; null is an unknown size, or an unknown shape."""
        value = python_value(node)
        if value is None:
            return None
        if isinstance(node, Sequence) and node.items:
            for item, size in zip(node.items, value, strict=True):
                if not (size is None or (type(size) is int and size >= 1)):
                    self.wrong_type(name, item, "a list of sizes of at least 1 (null if unknown)", parent)
                    return None
                self.underscored(item)
            return tuple(value)
        self.wrong_type(name, node, "a list of sizes such as [3, 224, 224]", parent)
        return None

    def outputs(self, scope: _Scope, layers: list[Layer]) -> list[Ref]:
        node = self.root.fields.get("output")
        if node is None:
            if layers and isinstance(layers[-1].operation, op.Split):
                return [(layers[-1].number, 0)]
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
            if not isinstance(item, Mapping):
                self.wrong_type("a layer", item, "a mapping such as {type: ReLU}", None)
                self.complete = False
                implicit, previous = UNKNOWN, None
                continue
            layer = self.layer(item, scope, implicit, previous, inputs)
            found.append(layer)
            if layer.name is not None:
                self.name(layer, item, scope)
            previous, implicit = layer, (layer.number, 0)
        return found

    def layer(
        self, node: Mapping, scope: _Scope, implicit: Ref | None, previous: Layer | None, inputs: list[Input]
    ) -> Layer:
        fields = node.fields
        type_node = fields.get("type")
        if type_node is None and ("layers" in fields or "repeat" in fields):
            return self.group(node, scope, implicit, previous, inputs)
        name = self.text(node, "name")
        operation: op.Operation = _UNKNOWN
        kernels = None
        type_name = "layer"
        least, most = 1, None
        if type_node is None:
            near = self.nearest_key(node, "type")
            if near is None:
                self.report("CL006", "the key `type` is missing", node.span, help="write for instance `type: Conv2d`")
            else:
                self.unknown_key(near, ["type"])
            self.complete = False
        else:
            type_name = self.type_name(type_node, node)
            layer_type = schema.TYPES.get(type_name)
            if layer_type is None:
                self.complete = False
            else:
                least, most = layer_type.least_inputs, layer_type.most_inputs
                operation, kernels = self.operation(type_name, node)
        sources = self.sources(node, scope, implicit, previous, inputs, least, most, type_name)
        claims: tuple[Claim, ...] = ()
        if kernels is not None:
            claims = (self.claim("kernels", kernels, node),)
        if "expect" in fields:
            claims += self.claims(node, node, of_file=False)
        return Layer(self.number(), name, type_name, operation, sources, node, claims)

    def group(
        self, node: Mapping, scope: _Scope, implicit: Ref | None, previous: Layer | None, inputs: list[Input]
    ) -> Layer:
        self.check_keys(node, schema.GROUP_KEYS, "a group of layers")
        name = self.text(node, "name")
        sources = self.sources(node, scope, implicit, previous, inputs, 1, 1, "a group")
        repeat = self.repeat(node)
        inner = _Scope(scope)
        entry = (self.number(), 0)
        inner.inputs["input"] = entry
        body_node = node.fields.get("layers")
        body: list[Layer] = []
        if isinstance(body_node, Sequence):
            body = self.layers(body_node, inner, entry, [])
        elif body_node is None:
            self.report("CL006", "the key `layers` of this group is missing", node.span)
            self.complete = False
        else:
            self.wrong_type("layers", body_node, "a list of layers", node)
            self.complete = False
        last = (body[-1].number, 0) if body else entry
        operation: op.Operation = op.Group(body, (entry[0],), (last,), repeat)
        if body_node is None or not isinstance(body_node, Sequence):
            operation = _UNKNOWN
        claims = self.claims(node, node, of_file=False) if "expect" in node.fields else ()
        return Layer(self.number(), name, "group", operation, sources, node, claims)

    def repeat(self, node: Mapping) -> int:
        written = node.fields.get("repeat")
        if written is None:
            return 1
        value = python_value(written)
        self.underscored(written)
        if type(value) is not int:
            self.wrong_type("repeat", written, "an integer", node)
            return 1
        if value < 1:
            span = node.value_span("repeat") or node.span
            self.report("CL021", f"a group cannot be repeated {value} times", span, help="write 1 or more, or delete it")
            return 1
        return value

    def type_name(self, type_node: Node, node: Mapping) -> str:
        """The layer type as written; an unknown one is reported once per name."""
        if not isinstance(type_node, Scalar):
            self.wrong_type("type", type_node, "the name of a layer type", node)
            return "layer"
        name = type_node.text
        if name in schema.TYPES or name in self.unknown_types:
            return name
        self.unknown_types.add(name)
        span = node.value_span("type") or node.span
        near = _nearest(name.removeprefix("nn.").removeprefix("torch.nn."), schema.TYPES)
        fixes = []
        help = "`convlint schema` lists the layer types" if near is None else f"did you mean `{near}`?"
        if near is not None and type_node.plain:
            fixes = [Fix(f"Replace with `{near}`", [Edit(span, near)])]
        self.report("CL004", f"unknown layer type `{name}`", span, help=help, fixes=fixes)
        return name

    def name(self, layer: Layer, node: Mapping, scope: _Scope) -> None:
        """Make a layer known by its name."""
        name = layer.name
        assert name is not None
        span = node.value_span("name") or node.span
        if name in scope.inputs:
            what = "the input of the group" if scope.outer else "an input of the network"
            self.report("CL011", f"the name `{name}` already stands for {what}", span)
        elif name in scope.layers:
            labels = [Label(scope.places[name], "first used here")]
            self.report("CL011", f"two layers are named `{name}`", span, labels=labels)
        else:
            scope.layers[name] = layer
            scope.places[name] = span

    def operation(self, type_name: str, node: Mapping) -> tuple[op.Operation, int | None]:
        """What a layer does, and its ``kernels`` claim; layers with the same arguments share one operation."""
        arguments: dict[str, Node] = {}
        key: list[str] | None = [type_name]
        for name, value in node.fields.items():
            if name in ("name", "type", "from", "expect"):
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
        made = self.validated(type_name, node, arguments)
        if made is None:
            return _UNKNOWN, None
        for value in arguments.values():
            self.underscored(value)
        result = schema.TYPES[type_name].lower(made), getattr(made, "kernels", None)
        if key is not None and len(node.fields) == len(arguments) + sum(
            name in node.fields for name in schema.LAYER_KEYS
        ):
            self.operations[tuple(key)] = result
        return result

    def validated(self, type_name: str, node: Mapping, arguments: dict[str, Node]) -> BaseModel | None:
        """The arguments as a model; None if something other than an unknown key is wrong with them."""
        model = schema.model_of(type_name)
        values = {name: python_value(value) for name, value in arguments.items()}
        try:
            return model.model_validate(values)
        except ValidationError as error:
            known = [*schema.TYPES[type_name].arguments, *schema.LAYER_KEYS]
            unknown = self.explain(error, node, arguments, type_name, known)
        if unknown is None:
            return None
        try:
            return model.model_validate({name: value for name, value in values.items() if name not in unknown})
        except ValidationError:
            return None

    def explain(
        self, error: ValidationError, node: Mapping, arguments: dict[str, Node], type_name: str, known: list[str]
    ) -> set[str] | None:
        """Report what pydantic found; the unknown keys if nothing else is wrong, else None."""
        errors = error.errors(include_url=False, include_context=True, include_input=False)
        unknown = {str(item["loc"][0]) for item in errors if item["type"] == "extra_forbidden"}
        missing = [str(item["loc"][0]) for item in errors if item["type"] == "missing"]
        written = set(arguments)
        for name in sorted(unknown, key=lambda name: node.key_span(name) or (0, 0)):
            free = [argument for argument in known if argument not in written]
            near = self.unknown_key_of(node, name, free, known, type_name)
            if near in missing:
                missing.remove(near)
        for name in missing:
            span = node.value_span("type") or node.span
            self.report("CL006", f"`{type_name}` needs `{name}`", span, help=f"add `{name}: ...`")
        others = [item for item in errors if item["type"] not in ("extra_forbidden", "missing")]
        for item in others:
            name = str(item["loc"][0])
            context = item.get("ctx", {})
            if item["type"] == "CL007":
                self.arity(node, name, arguments[name], context["given"], context["axes"], type_name)
            else:
                self.wrong_type(name, arguments[name], context["what"], node)
        return unknown if len(unknown) == len(errors) else None

    def arity(self, node: Mapping, name: str, value: Node, given: int, wanted: int, type_name: str) -> None:
        span = node.value_span(name) or node.span
        axes = "1 number" if wanted == 1 else f"{wanted} numbers"
        message = f"`{name}` of {type_name} takes {axes}, not {given}"
        help = "write one integer for all axes" if not type_name.endswith(("Pad2d", "Pad3d")) else None
        self.report("CL007", message, span, help=help)

    # Wiring -----------------------------------------------------------------------------------------------------

    def sources(
        self,
        node: Mapping,
        scope: _Scope,
        implicit: Ref | None,
        previous: Layer | None,
        inputs: list[Input],
        least: int,
        most: int | None,
        type_name: str,
    ) -> tuple[Ref, ...]:
        """What a layer reads: the layer before it unless ``from`` says otherwise."""
        written = node.fields.get("from")
        if written is None:
            if implicit is None:
                names = ", ".join(given.name for given in inputs) or "none"
                message = f"`from` is needed here: the network has several inputs ({names})"
                self.report("CL006", message, node.value_span("type") or node.span, help="add `from: NAME`")
                implicit = UNKNOWN
            if previous is not None and isinstance(previous.operation, op.Split):
                self.needs_part(previous, node.value_span("type") or node.span)
                implicit = UNKNOWN
            return (implicit,)
        items = written.items if isinstance(written, Sequence) else [written]
        sources = [self.reference(item, scope, "from", node) for item in items]
        if not sources:
            self.wrong_type("from", written, "a name or a list of names", node)
            return (UNKNOWN,)
        if most is not None and len(sources) > most:
            what = type_name if type_name != "a group" else "a group"
            message = f"{what} reads one input, {len(sources)} are given"
            help = "join them first with Concat, Add or Mul"
            self.report("CL018", message, node.value_span("from") or node.span, help=help)
            return (UNKNOWN,)
        return tuple(sources)

    def reference(self, node: Node, scope: _Scope, key: str, parent: Mapping) -> Ref:
        """The value that a name stands for; number 0 if there is none."""
        if not isinstance(node, Scalar) or not node.text:
            self.wrong_type(key, node, "a name or a list of names", parent)
            return UNKNOWN
        name = node.text
        level: _Scope | None = scope
        while level is not None:
            if name in level.inputs:
                return level.inputs[name]
            layer = level.layers.get(name)
            if layer is not None:
                if isinstance(layer.operation, op.Split) and key == "from":
                    self.needs_part(layer, node.span)
                    return UNKNOWN
                return layer.number, 0
            base, dot, part = name.rpartition(".")
            layer = level.layers.get(base) if dot and part.isascii() and part.isdigit() and len(part) < 6 else None
            if layer is not None and isinstance(layer.operation, op.Split):
                return layer.number, int(part)
            if layer is not None and isinstance(layer.operation, op.Unknown):
                return UNKNOWN
            level = level.outer
        self.unknown_reference(name, node, scope)
        return UNKNOWN

    def needs_part(self, layer: Layer, span: Span) -> None:
        if layer.name is None:
            message = f"{layer.type} has several outputs; give it a name and read one of them"
            help = "name it `parts` and write `from: parts.0`"
        else:
            message = f"`{layer.name}` has several outputs; say which one is read"
            help = f"write `from: {layer.name}.0`"
        self.report("CL010", message, span, help=help)

    def unknown_reference(self, name: str, node: Scalar, scope: _Scope) -> None:
        later = self.later_name(name)
        labels = []
        near = None
        if later is not None:
            message = f"`{name}` comes later in the file; only earlier layers can be read"
            labels = [Label(later, "defined here")]
            help = None
        else:
            message = f"no layer is named `{name}`"
            near = _nearest(name, scope.names())
            help = f"did you mean `{near}`?" if near else None
        fixes = [Fix(f"Replace with `{near}`", [Edit(node.span, near)])] if near and node.plain else []
        self.report("CL010", message, node.span, help=help, labels=labels, fixes=fixes)

    def later_name(self, name: str) -> Span | None:
        """Where a layer of this name is written at the top level."""
        layers = self.root.fields.get("layers")
        assert isinstance(layers, Sequence)
        for item in layers.items:
            given = item.fields.get("name") if isinstance(item, Mapping) else None
            if isinstance(given, Scalar) and given.text == name:
                return given.span
        return None

    # Claims -----------------------------------------------------------------------------------------------------

    def claims(self, owner: Mapping, parent: Mapping, of_file: bool) -> tuple[Claim, ...]:
        node = owner.fields.get("expect")
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
        written = node.fields[name]
        exact = (isinstance(written, Scalar) and written.start < written.end) or getattr(written, "flow", False)
        return Claim(name, value, node.value_span(name) or node.span, exact)

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

    def check_keys(self, node: Mapping, known: tuple[str, ...], what: str, extensions: bool = False) -> None:
        """Report keys that are not known; those that begin with ``x-`` are the author's own at the top level."""
        for key, value in node.pairs:
            if key.text not in known and not (extensions and key.text.startswith("x-")):
                if node.fields.get(key.text) is value:
                    free = [name for name in known if name not in node.fields]
                    self.unknown_key_of(node, key.text, free, list(known), what)

    def unknown_key_of(self, node: Mapping, name: str, free: list[str], known: list[str], what: str) -> str | None:
        """Report an unknown key; returns the known and unused one that was probably meant."""
        near = _nearest(name, free)
        span = node.key_span(name) or node.span
        if near is None:
            other = _nearest(name, known)
            help = f"`{other}` is already written" if other else f"known keys: {', '.join(known)}"
            self.report("CL003", f"unknown key `{name}` in {what}", span, help=help)
            return None
        key = next(key for key, _ in node.pairs if key.text == name)
        fixes = [Fix(f"Rename to `{near}`", [Edit(span, near)], safe=True)] if key.plain else []
        self.report("CL003", f"unknown key `{name}` in {what}", span, help=f"did you mean `{near}`?", fixes=fixes)
        return near

    def unknown_key(self, key: Scalar, known: list[str]) -> None:
        """Report a key that must be a misspelling of a certain one."""
        near = known[0]
        fixes = [Fix(f"Rename to `{near}`", [Edit(key.span, near)], safe=True)] if key.plain else []
        self.report("CL003", f"unknown key `{key.text}` in a layer", key.span, help=f"did you mean `{near}`?", fixes=fixes)

    def nearest_key(self, node: Mapping, name: str) -> Scalar | None:
        """The key of a mapping that is probably a misspelling of ``name``."""
        for key, _ in node.pairs:
            if key.text not in schema.LAYER_KEYS and _nearest(key.text, [name]):
                return key
        return None

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

    def wrong_type(self, name: str, node: Node, what: str, parent: Mapping | None) -> None:
        """Report a value of the wrong kind, with what YAML made of it."""
        culprit = node
        if isinstance(node, Sequence) and "list" in what:
            odd = [item for item in node.items if isinstance(item, Scalar) and type(item.value) is not int]
            if len(odd) == 1 or (odd and len(odd) < len(node.items)):
                culprit = odd[0]
        if isinstance(culprit, Scalar) and culprit.start < culprit.end:
            span = culprit.span
        elif parent is not None:
            span = parent.value_span(name) or node.span
        else:
            span = node.span
        subject = name if name.startswith("a ") else f"`{name}`"
        help = None
        value = culprit.value if isinstance(culprit, Scalar) else None
        if isinstance(value, Odd) and value.instead:
            help = f"write `{value.instead}`" if value.instead != "0" else None
        self.report("CL005", f"{subject} must be {what}, not {_shown(culprit)}", span, help=help)

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
        severity: Severity | None = None,
    ) -> None:
        """Add a finding."""
        self.findings.append(
            Diagnostic(code, message, span, label, labels or [], help=help, fixes=fixes or [], severity=severity)
        )


_UNKNOWN = op.Unknown()


def _nearest(word: str, known: Any) -> str | None:
    """The known word that was probably meant."""
    lower = {name.lower(): name for name in known}
    if word.lower() in lower:
        return lower[word.lower()]
    from difflib import get_close_matches

    found = get_close_matches(word.lower(), lower, 1, 0.7)
    return lower[found[0]] if found else None


def _shown(node: Node) -> str:
    """What a value is, in a person's words."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    text = node.text if len(node.text) <= 40 else node.text[:39] + "…"
    value = node.value
    if value is None:
        return "empty" if not node.text else f"`{text}`"
    if isinstance(value, Odd):
        return f"`{text}`, which is {value.meaning}"
    if type(value) is bool:
        if node.text.lower() in ("true", "false"):
            return f"`{text}`"
        return f"`{text}`, which is {str(value).lower()} in YAML 1.1"
    if isinstance(value, str):
        return f"the text `{text}`"
    return f"`{text}`"
