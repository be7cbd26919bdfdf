"""From the tree of a native file to a network: the keys of the file, its layers, and groups of layers."""

from __future__ import annotations

from convlint.document import Document, Mapping, Node, Scalar, Sequence, python_value
from convlint.findings import Edit, Fix
from convlint.formats.lowered import Lowered
from convlint.formats.native import schema
from convlint.formats.native.claims import Claims, claim
from convlint.formats.native.keys import Entry, Keys
from convlint.formats.native.mistakes import Mistakes, beginning
from convlint.formats.native.model_errors import ModelErrors
from convlint.formats.native.operations import UNKNOWN_OPERATION, Operations
from convlint.formats.native.place import Fields
from convlint.formats.native.references import UNKNOWN, References, Scope, written_at
from convlint.formats.native.slips import positional
from convlint.formats.native.wording import cut, shown
from convlint.model import operations as op
from convlint.model.network import MAX_AXES, Claim, Input, Layer, Network, Ref, Shape
from convlint.work import READ, affords


def read_file(document: Document) -> Lowered:
    """The network of a document whose root is a mapping, and all that is wrong with the notation."""
    assert isinstance(document.root, Mapping)
    return _FileReader(document.root).read()


class _FileReader:
    """Reads the keys of one file."""

    def __init__(self, root: Mapping) -> None:
        self.mistakes = Mistakes()
        self.keys = Keys(self.mistakes)
        self.errors = ModelErrors(self.mistakes, self.keys)
        self.claims = Claims(self.mistakes, self.errors)
        self.numbers = _Numbers()
        self.root = root
        meant = self.keys.check(root, schema.FILE_KEYS, "a network description", extensions=True)
        #: The values of the file by their keys; those under misspelt keys by what these mean.
        self.fields = {**meant, **root.fields}

    def read(self) -> Lowered:
        """Read the whole document."""
        root = self.root
        self.version()
        layers_node = self.fields.get("layers")
        scope = Scope(None, layers_node)
        inputs = self.inputs(scope)
        if layers_node is None:
            _report_no_layers(self.mistakes, "the key `layers` is missing", root)
            return Lowered([], self.mistakes.findings)
        if not isinstance(layers_node, Sequence):
            _report_no_list(self.mistakes, layers_node, root)
            return Lowered([], self.mistakes.findings)
        if len(inputs) == 1:
            scope.default = inputs[0].number, 0
        references = References(self.mistakes, layers_node)
        operations = Operations(self.mistakes, self.errors)
        reader = _LayerReader(self.mistakes, self.keys, operations, references, self.claims, self.numbers)
        layers = reader.layers(layers_node, scope)
        network = Network(
            _name(root, self.mistakes),
            inputs,
            layers,
            self.outputs(scope, layers, references),
            self.numbers.count,
            Fields(root),
            self.claims.expected(self.fields.get("expect"), root, of_file=True),
            self.convention(),
            self.mistakes.complete,
        )
        return Lowered([network], self.mistakes.findings)

    def version(self) -> None:
        node = self.fields.get("convlint")
        if node is None:
            return
        value = python_value(node)
        if not (type(value) is int and value in schema.VERSIONS):
            span = self.root.value_span("convlint") or self.root.span
            known = ", ".join(map(str, schema.VERSIONS))
            message = f"this convlint reads version {known} of the format, not {shown(node)}"
            self.mistakes.report("CL005", message, span, help=f"write `convlint: {schema.VERSIONS[-1]}`")

    def convention(self) -> str | None:
        node = self.fields.get("kernel_convention")
        if node is None:
            return None
        if isinstance(node, Scalar) and node.text in ("2d", "3d"):
            return node.text
        self.mistakes.wrong_type("kernel_convention", node, "one of 2d, 3d", self.root)
        return None

    def inputs(self, scope: Scope) -> list[Input]:
        """The inputs of the network; a missing or broken one has no shape."""
        root = self.root
        node = self.fields.get("input")
        found: list[Input] = []
        if isinstance(node, Mapping) and node.pairs:
            for key, value in node.pairs:
                if node.fields.get(key.text) is value:
                    found.append(Input(self.numbers.next(), key.text, self.shape(value, key.text, node), key.span))
        elif node is None or isinstance(node, Mapping):
            help = "write for instance `input: [3, 224, 224]` (channels first, no batch axis), or `input: null`"
            if node is None:
                message = "no `input` is given, and without one no size can be checked"
                span, label = root.key_span("layers") or beginning(root), "the sizes of these layers are unknown"
            else:
                message = "`input` names no input, and without one no size can be checked"
                span, label = root.value_span("input") or beginning(root), ""
            self.mistakes.report("CL016", message, span, label, help=help)
            found.append(Input(self.numbers.next(), "input", None, span))
        else:
            span = root.key_span("input") or beginning(root)
            found.append(Input(self.numbers.next(), "input", self.shape(node, "input", root), span))
        for given in found:
            scope.inputs[given.name] = (given.number, 0)
        return found

    def shape(self, node: Node, name: str, parent: Mapping) -> Shape | None:
        """A shape such as [3, 224, 224]; null is an unknown size, or an unknown shape."""
        if not (isinstance(node, Sequence) and node.items):
            if python_value(node) is not None:
                self.mistakes.wrong_type(name, node, "a list of sizes such as [3, 224, 224]", parent)
            return None
        if len(node.items) > MAX_AXES:
            message = f"`{name}` has {len(node.items)} axes; PyTorch works on at most {MAX_AXES}"
            self.mistakes.report("CL022", message, node.span)
            return None
        sizes: list[int | None] = []
        for index, item in enumerate(node.items):
            size = python_value(item)
            if size is not None and type(size) is not int:
                self.mistakes.wrong_type(name, node, "an integer or null", parent, (index,))
                return None
            if size is not None and size < 1:
                help = "write null if the size is unknown"
                self.mistakes.report(
                    "CL005", f"`{name}` has a size of {size}; sizes are at least 1", item.span, help=help
                )
                return None
            self.mistakes.underscored(item)
            sizes.append(size)
        return tuple(sizes)

    def outputs(self, scope: Scope, layers: list[Layer], references: References) -> list[Ref]:
        node = self.fields.get("output")
        if node is None:
            return [(layers[-1].number, 0)] if layers else []
        items = node.items if isinstance(node, Sequence) else [node]
        return [references.reference(item, scope, "output", self.root) for item in items]


class _LayerReader:
    """Reads the layers of one file, one after the other."""

    def __init__(
        self,
        mistakes: Mistakes,
        keys: Keys,
        operations: Operations,
        references: References,
        claims: Claims,
        numbers: _Numbers,
    ) -> None:
        self.mistakes = mistakes
        self.keys = keys
        self.operations = operations
        self.references = references
        self.claims = claims
        self.numbers = numbers
        #: Values without a batch axis: parameters, and what is made of nothing else.
        self.free: set[int] = set()
        #: Whether there are more layers than are read.
        self.cut_short = False
        #: The places of layers by their mappings: layers that an alias writes twice are written in one place.
        self.places: dict[int, Fields] = {}

    def layers(self, node: Sequence, scope: Scope) -> list[Layer]:
        """The layers of the file or of a group, whose scope has no layers yet."""
        found: list[Layer] = []
        for item in node.items:
            if not affords(READ):
                self.too_many(item)
                break
            if not isinstance(item, Mapping):
                self.no_layer(item, node)
                scope.default, scope.previous = UNKNOWN, None
                continue
            layer = self.layer(item, scope)
            found.append(layer)
            if layer.name is not None:
                self.references.define(layer, scope)
            scope.default, scope.previous = (layer.number, 0), layer
        return found

    def layer(self, node: Mapping, scope: Scope) -> Layer:
        """A layer, or a group of layers."""
        fields = node.fields
        type_node = fields.get("type")
        entry = Entry(node)
        if type_node is None or "layers" in fields:
            if self.is_group(node):
                return self.group(node, scope)
            named = self.named_by_key(node)
            if named is not None:
                key, inner = named
                layer = self.layer(inner, scope)
                layer.name = layer.name or key
                return layer
            misspelt = self.misspelt_type(node)
            if misspelt is not None:
                entry.type_key = misspelt
                type_node = fields[misspelt]
        name = _name(node, self.mistakes)
        operation: op.Operation = UNKNOWN_OPERATION
        kernels = None
        type_name = "layer"
        most: int | None = None
        if type_node is None:
            self.mistakes.complete = False
        else:
            type_name = self.operations.type_name(type_node, node)
            if type_name not in schema.TYPES:
                self.mistakes.complete = False
            else:
                most = schema.layer_type(type_name).most_inputs
                operation, kernels = self.operations.operation(type_name, entry)
        called = type_name
        if most != 1 and type(operation) is op.Elementwise:
            most, called = 1, f"{type_name} with `other`"
        sources = self.references.sources(entry, scope, most, called)
        free = tuple([index for index, (number, _) in enumerate(sources) if number in self.free])
        if free and type(operation) is op.Merge:
            operation = op.Merge(operation.kind, free)
        elif free and type(operation) is op.MatMul:
            operation = op.MatMul(free)
        claims: tuple[Claim, ...] = ()
        if kernels is not None:
            written = entry.value("kernels")
            assert written is not None
            claims = (claim("kernels", kernels, written, node.value_span("kernels")),)
        if "expect" in fields or "expect" in entry.meant:
            claims += self.claims.expected(entry.value("expect"), node, of_file=False)
        made = Layer(self.numbers.next(), name, type_name, operation, sources, self.place(node), claims)
        if _is_free(operation, len(free) == len(sources)):
            self.free.add(made.number)
        return made

    def group(self, node: Mapping, scope: Scope) -> Layer:
        """A group of layers, which reads and is read as one layer."""
        entry = Entry(node, self.keys.check(node, schema.GROUP_KEYS, "a group of layers"))
        name = _name(node, self.mistakes)
        sources = self.references.sources(entry, scope, 1, "a group")
        repeat = self.repeat(entry)
        body_node = entry.value("layers")
        expect = entry.value("expect")
        inner = Scope(scope, body_node)
        first = (self.numbers.next(), 0)
        inner.inputs["input"] = inner.default = first
        operation: op.Operation = UNKNOWN_OPERATION
        if isinstance(body_node, Sequence):
            body = self.layers(body_node, inner)
            last = (body[-1].number, 0) if body else first
            if body and isinstance(body[-1].operation, op.Split):
                self.references.needs_part(body[-1], written_at(body[-1], "type"), "the group ends here, but")
                last = UNKNOWN
            operation = op.Group(body, (first[0],), (last,), repeat)
        else:
            self.mistakes.complete = False
            if body_node is None:
                _report_no_layers(self.mistakes, "the key `layers` of this group is missing", node)
            else:
                _report_no_list(self.mistakes, body_node, node)
        claims = self.claims.expected(expect, node, of_file=False) if expect is not None else ()
        return Layer(self.numbers.next(), name, "group", operation, sources, self.place(node), claims)

    def repeat(self, entry: Entry) -> int:
        written = entry.value("repeat")
        if written is None:
            return 1
        value = python_value(written)
        self.mistakes.underscored(written)
        if type(value) is not int:
            self.mistakes.wrong_type("repeat", written, "an integer", entry.node)
            return 1
        if value < 1:
            help = "write how many copies follow one another, at least 1"
            self.mistakes.report("CL021", f"a group cannot be repeated {value} times", written.span, help=help)
            return 1
        return value

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
        return any(
            isinstance(value, Sequence) and self.mistakes.nearest(key.text, ["layers"]) for key, value in node.pairs
        )

    def named_by_key(self, node: Mapping) -> tuple[str, Mapping] | None:
        """Report a layer whose name stands as its key: ``- conv1: {type: Conv2d}``; its name and mapping."""
        if len(node.pairs) != 1:
            return None
        key, inner = node.pairs[0]
        if not isinstance(inner, Mapping) or not {"type", "layers"} & inner.fields.keys() or key.text == "layers":
            return None
        name = cut(key.text)
        fixes = []
        if inner.flow and not node.flow and "name" not in inner.fields and inner.pairs:
            edit = Edit((key.span[0], inner.start + 1), f"{{name: {key.text}, ")
            fixes = [Fix(f"Write `{{name: {name}, ...}}`", [edit], safe=True)]
        self.mistakes.report(
            "CL006", f"the name of a layer is no key: `{name}` stands where `name: {name}` should", key.span,
            help=f"write `- {{name: {name}, type: ...}}`", fixes=fixes,
        )  # fmt: skip
        return key.text, inner

    def misspelt_type(self, node: Mapping) -> str | None:
        """Report that ``type`` is missing; the key that was meant to be it, if there is one."""
        for key, value in node.pairs:
            if key.text in schema.LAYER_KEYS or not isinstance(value, Scalar):
                continue
            if self.mistakes.nearest(key.text, ["type"]) or (value.text in schema.TYPES and value.plain):
                fixes = [Fix("Rename to `type`", [Edit(key.span, "type")], safe=True)]
                message = f"unknown key `{cut(key.text)}` in a layer without `type`"
                self.mistakes.report("CL003", message, key.span, help="did you mean `type`?", fixes=fixes)
                return key.text
        help = "write for instance `type: Conv2d`"
        for key, _ in node.pairs:
            if key.text in schema.TYPES:
                help = f"`{key.text}` is a layer type: write `{{type: {key.text}, ...}}`"
        self.mistakes.report("CL006", "the key `type` of this layer is missing", beginning(node), help=help)
        return None

    def too_many(self, item: Node) -> None:
        """Report that the rest of the layers is not read, once."""
        if not self.cut_short:
            self.mistakes.report("CL022", "more layers than are checked, counting what aliases stand for", item.span)
        self.cut_short = True
        self.mistakes.complete = False

    def no_layer(self, item: Node, layers: Sequence) -> None:
        """Report an item of a list of layers that is no mapping."""
        self.mistakes.complete = False
        help, fixes = None, []
        if isinstance(item, Scalar):
            word = item.text.partition("(")[0].strip()
            if word in schema.TYPES:
                needs = [name for name, (_, default) in schema.layer_type(word).arguments.items() if default is ...]
                instead = f"{{type: {word}{''.join(f', {name}: ...' for name in needs)}}}"
                help = f"write `{instead}`"
                if not needs and word == item.text and item.plain:
                    fixes = [Fix(f"Write `{instead}`", [Edit(item.span, instead)], safe=True)]
        elif isinstance(item, Sequence) and item.items and isinstance(item.items[0], Scalar):
            written = positional(item.items[0].text, item.items[1:])
            help = f"write `{written}`" if written is not None else None
        span = item.span
        if span[0] == span[1]:
            span = span[0] - 1, span[0]  # the dash before it
        message = f"a layer must be a mapping such as {{type: ReLU}}, not {shown(item)}"
        self.mistakes.report("CL005", message, span, help=help, fixes=fixes)


class _Numbers:
    """Numbers the values of a network."""

    def __init__(self) -> None:
        #: How many there are, with number 0 for what nobody knows.
        self.count = 1

    def next(self) -> int:
        """A new value number."""
        self.count += 1
        return self.count - 1


def _is_free(operation: op.Operation, reads_free: bool) -> bool:
    """Whether what a layer makes has no batch axis, given whether all has none that it reads."""
    if isinstance(operation, op.Elementwise):
        return reads_free and operation.axes is None
    return isinstance(operation, op.ParameterTensor) or (reads_free and isinstance(operation, op.Merge))


def _name(node: Mapping, mistakes: Mistakes) -> str | None:
    """The name of a layer, a group or the network; it may look like a number."""
    value = node.fields.get("name")
    if value is None:
        return None
    if not isinstance(value, Scalar):
        mistakes.wrong_type("name", value, "a name", node)
        return None
    return value.text or None


def _report_no_layers(mistakes: Mistakes, message: str, node: Mapping) -> None:
    """Report that a file or a group has no key ``layers``."""
    help = "write `layers:` and below it one `- {type: ...}` for each layer"
    mistakes.report("CL006", message, beginning(node), help=help)


def _report_no_list(mistakes: Mistakes, layers: Node, node: Mapping) -> None:
    """Report that the layers of a file or a group are no list."""
    dash = "begin each layer with `- `" if isinstance(layers, Mapping) else None
    mistakes.wrong_type("layers", layers, "a list of layers", node, help=dash)
