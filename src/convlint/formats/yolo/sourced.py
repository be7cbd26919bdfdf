"""Networks of a YOLO file as the code beside it builds them: evaluated as data, row by row, and never run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.findings import Diagnostic, Severity
from convlint.formats.yolo import findings
from convlint.formats.yolo.lowering import Building
from convlint.formats.yolo.place import RowPlace
from convlint.formats.yolo.reading import Row, yaml_value
from convlint.formats.yolo.row_build import UNKNOWN
from convlint.formats.yolo.scaling import Scale
from convlint.formats.yolo.state import File
from convlint.model import operations as op
from convlint.model.network import NOWHERE, Layer, ListedRow, Network, Ref, Shape, Stored
from convlint.source import networks
from convlint.source.evaluator import BUDGET
from convlint.source.modules import walk
from convlint.source.repository import Repository
from convlint.source.trace import Trace
from convlint.source.values import Instance, Tensor, Unknown


class SourcedBuilding(Building):
    """Builds the network of one scale by evaluating the framework's code beside the file."""

    def __init__(self, file: File, scale: Scale, repository: Repository) -> None:
        super().__init__(file, scale)
        self.repository = repository
        #: Why the code could not be followed to its end.
        self.unknown: str | None = None
        #: The names by which later rows call the rows, where they are not their places.
        self.numbers: list[int] = []
        #: Whether what a row makes was taken as it was worked out, because its layers do not fit together.
        self.misfits = False

    def run(self) -> list[Network]:
        """The network at the input size; none if the code could not be followed at all."""
        file, state = self.file, self.state
        built = networks.build(self.repository, self.description(), state.input[0], BUDGET - file.steps)
        file.steps = BUDGET - max(0, built.run.budget)
        if not built.rows and built.failure is None:
            self.unknown = built.unknown or "its parser builds nothing that is understood"
            return []
        if built.failure is None and all(row.instance.partial is not None for row in built.rows):
            # A parser without its package: the tables of the framework know more.
            self.unknown = built.rows[0].instance.partial
            return []
        channels = built.first_channels if type(built.first_channels) is int else state.input[0]
        shape = (channels, *state.input[1:])
        if built.called:
            self.ignored_channels(channels)
        if built.failure is None:
            networks.pass_through(built, (1, *shape))
        file.steps = BUDGET - max(0, built.run.budget)
        self.unknown = built.unknown
        self.numbers = [row.number for row in built.rows]
        general = built.failure is None and built.unknown is None and networks.at_any_size(built, (1, *shape))
        if built.failure is not None:
            self.refuse(built.failure)
        for row in file.rows:
            made = built.rows[row.index] if row.index < len(built.rows) else None
            self.layers.append(self.layer(row, made))
        last = self.layers[-1]
        parts = len(last.operation.outputs) if isinstance(last.operation, op.Group | op.Opaque) else 1
        network = self.network(shape, [(last.number, part) for part in range(parts)], None)
        network.only_here = not general or self.misfits
        return [network]

    def ignored_channels(self, channels: int) -> None:
        """Report a key for the input channels from which the code does not take them."""
        for key in ("ch", "channels"):
            node = self.file.root.fields.get(key)
            declared = None if node is None else yaml_value(node)
            if type(declared) is int and declared != channels:
                place = self.file.root.key_span(key) or self.file.root.span
                self.state.report(findings.ignored_channels_key(key, place, beside=True), None)

    def description(self) -> dict[str, Any]:
        """The file's values as the framework's loader gives them to the model."""
        values = {key: yaml_value(node) for key, node in self.file.root.fields.items()}
        if self.repository.framework == "ultralytics":
            values["scale"] = self.scale.letter
            values["yaml_file"] = self.file.stem + ".yaml"
        return values

    def layer(self, row: Row, made: networks.Row | None) -> Layer:
        """A row as a layer: what its module does in primitive operations, as far as that is known."""
        listed = ListedRow(row.index, row.values[0] if row.values else None, row.module)
        self.state.listing.append(listed)
        operation: op.Operation = op.Opaque(((None, None, None),), None)
        inputs: tuple[Ref, ...] = (UNKNOWN,)
        name = f"model.{row.index}"
        stored: Stored | None = None
        if made is not None:
            listed.arguments, listed.repeats = made.arguments, made.repeats
            if made.tensors is not None:
                stored = _whole([(f"{name}.{key}", shape) for key, shape in made.tensors])
            inputs = tuple([tensor.source or UNKNOWN for tensor in made.inputs]) or (UNKNOWN,)
            operation = operation_of(made)
            if self.literal(row, made):
                shapes = [
                    value.shape[1:] if isinstance(value, Tensor) and value.shape else None
                    for value in _outputs(made.outputs)
                ]
                self.misfits = True
                operation = op.Opaque(tuple([shape or (None, None, None) for shape in shapes]), made.params)
        claim = self.file.claims.get(row.index)
        claims = (claim,) if claim is not None else ()
        place = RowPlace(row, (), {}, whole=not isinstance(operation, op.Group))
        return Layer(row.index + 2, name, row.module or "row", operation, inputs, place, claims, stored)

    def literal(self, row: Row, made: networks.Row) -> bool:
        """Report a channel count that is written in the row, taken as it stands, and is not what arrives."""
        misfit = _misfit(made)
        if misfit is None:
            return False
        declared, arrive = misfit
        written = [place for place, value in enumerate(row.values[3]) if value == declared and type(value) is int]
        if len(written) != 1 or len(row.args) != len(row.values[3]):
            return False
        place = row.args[written[0]].span
        source = row.values[0] if isinstance(row.values[0], int) else None
        above = (
            self.file.rows[row.index + source if source < 0 else source] if source is not None and row.index else None
        )
        nominal = (
            above.values[3][0] if above is not None and isinstance(above.values[3], list) and above.values[3] else None
        )
        if nominal == declared:
            severity, label = Severity.ERROR, self.scale.label
            self.state.report(findings.unscaled_literal(row.module, declared, arrive, label, place, severity), row)
        else:
            refused = findings.literal_channels_mismatch(row.module, str(declared), arrive)
            self.state.report(refused.at(place), row)
        return True

    def refuse(self, failure: networks.Failure) -> None:
        """Say why the framework's code does not build the network, or does not run it, at the row where it stops."""
        row = self.file.rows[failure.row] if failure.row is not None and failure.row < len(self.file.rows) else None
        self.state.report(self.reason(failure, row), row)

    def reason(self, failure: networks.Failure, row: Row | None) -> Diagnostic:
        """The finding about what the framework's code raises."""
        raised = failure.raised
        if row is None:
            label = "when it is given this file"
            return findings.framework_raises(self.repository.title, raised.words, label, self.file.first_key())
        plain = self.numbers == list(range(len(self.numbers)))
        if raised.kind is IndexError and len(row.values) == 4 and row.index and plain:
            sources = row.values[0] if isinstance(row.values[0], list) else [row.values[0]]
            for source in sources:
                if type(source) is int and not -row.index <= source < row.index:
                    return findings.index_out_of_range(row, source).at(row.items[0].span)
        if raised.kind is KeyError and row.module and raised.message == repr(row.module):
            message = f"`{row.module}` is no name in {self.repository.main_path}"
            return Diagnostic("CL004", message, row.span, help="import it there, and add it to the parser")
        label = "the first time it runs this row" if failure.running else "while it builds this row"
        return findings.framework_raises(self.repository.title, raised.words, label, row.span, failure.call)


def operation_of(row: networks.Row) -> op.Operation:
    """What a row does: the layers that its ``forward`` passes through, with the parameters of its module."""
    outputs = _outputs(row.outputs)
    if row.trace is None or not outputs:
        return op.Opaque(((None, None, None),), row.params)
    trace = row.trace
    if all(isinstance(value, Unknown) or value.shape is None for value in outputs):
        return op.Opaque((*[(None, None, None)] * len(outputs),), row.params)
    names = {id(module): name for name, module in walk(row.instance)}
    used: dict[str, int] = {}
    layers = []
    for layer, maker in zip(trace.layers, trace.makers, strict=True):
        name = names.get(id(maker), "") if isinstance(maker, Instance) else str(maker)
        name = name or layer.type
        count = used[name] = used.get(name, 0) + 1
        full = name if count == 1 else f"{name}:{count}"
        layers.append(Layer(layer.number, full, layer.type, layer.operation, layer.inputs, layer.place))
    refs: list[Ref] = []
    for value in outputs:
        if isinstance(value, Tensor) and value.source is None:
            # A constant: it comes from nowhere, and its shape is what it is.
            number = trace.inputs + 1 + len(layers)
            shape = None if value.shape is None else value.shape[1:]
            layers.append(Layer(number, "constant", "constant", op.Opaque((shape,), 0), ((1, 0),), NOWHERE))
            refs.append((number, 0))
        else:
            refs.append(value.source or UNKNOWN if isinstance(value, Tensor) else UNKNOWN)
    numbers = trace.inputs + 1 + len(layers)
    if len(layers) == len(trace.layers) == 1 and refs == [(trace.inputs + 1, 0)] and _is_row(row, trace):
        return layers[0].operation
    return op.Group(layers, tuple(range(1, trace.inputs + 1)), tuple(refs), numbers=numbers, counted=(row.params,))


def _whole(tensors: Sequence[tuple[str, Shape]]) -> Stored | None:
    """Tensors whose sizes are all known; None if one is not."""
    found = [(name, tuple([size for size in shape if size is not None])) for name, shape in tensors]
    known = all(len(kept) == len(shape) for (_, kept), (_, shape) in zip(found, tensors, strict=True))
    return tuple(found) if known else None


def _misfit(row: networks.Row) -> tuple[int, int] | None:
    """The channels for which the first layer inside that cannot read what arrives is made, and those that arrive."""
    if row.trace is None:
        return None
    for layer in row.trace.layers:
        operation = layer.operation
        number, part = layer.inputs[0]
        shape = row.trace.shapes[number][part]
        if shape is None or len(shape) < 2:
            continue
        declared = operation.in_channels if isinstance(operation, op.Convolution) else None
        if isinstance(operation, op.ChannelNorm):
            declared = operation.num_features
        if declared is not None and shape[1] is not None and declared != shape[1]:
            return declared, shape[1]
    return None


def _is_row(row: networks.Row, trace: Trace) -> bool:
    """Whether the one layer of a trace is all that the row is: its own module, or a join without parameters."""
    layer = trace.layers[0]
    join = row.params == 0 and isinstance(layer.operation, op.Concat | op.Merge)
    reads_all = layer.inputs == tuple([(number, 0) for number in range(1, trace.inputs + 1)])
    return reads_all and (join or trace.makers[0] is row.instance)


def _outputs(value: Any) -> list[Any]:
    """The tensors, and what is unknown, among what a row gives, in the order in which later rows see them."""
    if isinstance(value, Tensor | Unknown):
        return [value]
    if isinstance(value, list | tuple):
        return [one for item in value for one in _outputs(item)]
    if isinstance(value, dict):
        return [one for item in value.values() for one in _outputs(item)]
    return []
