"""Words about the branches that a join reads: where they come from, their names, and what would make them fit."""

from __future__ import annotations

from functools import lru_cache

from convlint.derive import Derivation, Derived, Irregularity, Map
from convlint.derive.provenance import Fork, Step
from convlint.diagnostic import Edit, Fix, Label
from convlint.document import Mapping, Scalar, Sequence, Span
from convlint.model.network import Layer, Network, Shape
from convlint.model.operations import Convolution, Group, Pool, Split, TransposedConvolution, Upsample
from convlint.model.window import Window
from convlint.rules.wording import axis_name, joined, layer_name, name_place, place, size, source_label, without_place

# Places ---------------------------------------------------------------------------------------------------------------


def input_node(layer: Layer, index: int) -> Scalar | None:
    """The name that a layer's `from` gives to one of its inputs, as it is written."""
    if not isinstance(layer.place, Mapping):
        return None
    written = layer.place.fields.get("from")
    if isinstance(written, Sequence) and index < len(written.items):
        written = written.items[index]
    return written if isinstance(written, Scalar) else None


def input_place(layer: Layer, index: int | None) -> Span:
    """Where an input of a join is named: that item of `from`, else `from`, else the type."""
    node = None if index is None else input_node(layer, index)
    return place(layer, "from") if node is None else node.span


def producer_labels(irregularity: Irregularity, derivation: Derivation, primary: Span) -> list[Label]:
    """A label with shape and total stride at the makers of the two maps that differ."""
    labels = []
    for index in irregularity.numbers["pair"]:
        value = irregularity.at.inputs[index]
        stride = total_stride(value, derivation)
        words = f"makes {size(irregularity.numbers['shapes'][index])}" + (f", {stride}" if stride else "")
        labels += source_label(value, words, derivation)
    return without_place(labels, primary)


def step_label(step: Step, words: str) -> Label:
    """A label at a layer on a branch."""
    return Label(name_place(step.at.layer), words)


# Names ----------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _scopes(network: Network) -> dict[int, tuple[Layer, tuple[int, ...]]]:
    """By value number the layers that `from` can name somewhere, with the groups they are in."""
    found: dict[int, tuple[Layer, tuple[int, ...]]] = {}

    def visit(layers: list[Layer], groups: tuple[int, ...]) -> None:
        for layer in layers:
            found[layer.number] = layer, groups
            if isinstance(layer.operation, Group) and layer.operation.numbers is None:
                visit(layer.operation.layers, (*groups, layer.number))

    visit(network.layers, ())
    return found


def readable_name(value: Map, at: Derived, derivation: Derivation) -> str | None:
    """How `from` of a layer can name a map; None if it has no name there."""
    scopes = _scopes(derivation.network)
    reader = scopes.get(at.layer.number)
    if value.made_by is None or reader is None or reader[0] is not at.layer:
        return None
    made = scopes.get(value.made_by.layer.number)
    if made is None or made[0] is not value.made_by.layer:
        return None
    layer, groups = made
    while groups != reader[1][: len(groups)]:
        # Inside a group that the reader is not in: only the group's own output can be named.
        group = scopes[groups[-1]]
        operation = group[0].operation
        if not isinstance(operation, Group) or operation.outputs != ((layer.number, 0),):
            return None
        layer, groups = group
    if layer.name is None:
        return None
    if isinstance(layer.operation, Split):
        parts = value.made_by.outputs
        return next((f"{layer.name}.{index}" for index, part in enumerate(parts) if part is value), None)
    return layer.name


def described(value: Map, at: Derived, derivation: Derivation) -> str:
    """How prose names a map: as `from` names it, else by the layer that made it."""
    name = readable_name(value, at, derivation)
    return layer_name(value.made_by) if name is None else f"`{name}`"


def input_name(irregularity: Irregularity, index: int, derivation: Derivation) -> str:
    """How prose names an input of a join: as the file does."""
    node = input_node(irregularity.at.layer, index)
    if node is not None:
        return f"`{node.text}`"
    return described(irregularity.at.inputs[index], irregularity.at, derivation)


def with_inserted(irregularity: Irregularity, index: int, row: str, suffix: str) -> str | None:
    """Words that insert a layer between an input and the join; ``row`` has NAME and FROM in it. None without names."""
    nodes = [input_node(irregularity.at.layer, number) for number in range(len(irregularity.at.inputs))]
    names = [node.text for node in nodes if node is not None]
    if len(names) < len(nodes):
        return None
    new = names[index].replace(".", "_") + suffix
    row = row.replace("NAME", new).replace("FROM", names[index])
    names[index] = new
    return f"insert `{row}` before, and read `from: [{', '.join(names)}]`"


def replace_input(irregularity: Irregularity, index: int, name: str) -> list[Fix]:
    """The fix that reads another layer."""
    node = input_node(irregularity.at.layer, index)
    if node is None or not node.plain or node.start == node.end:
        return []
    return [Fix(f"Read `{name}` instead of `{node.text}`", [Edit(node.span, name)])]


# Sizes ----------------------------------------------------------------------------------------------------------------


def total_stride(value: Map, derivation: Derivation) -> str:
    """The total stride of a map as ``/16``; by the sizes behind an upsampling, where there is no other; else empty."""
    if value.jump:
        return f"/{value.jump[0]}" if len(set(value.jump)) == 1 else "/" + "x".join(map(str, value.jump))
    given = derivation.network.inputs
    if len(given) != 1 or given[0].shape is None or value.shape is None or len(value.shape) != len(given[0].shape):
        return ""
    ratios = set()
    for whole, part in zip(given[0].shape[1:], value.shape[1:], strict=True):
        if not whole or not part or whole % part:
            return ""
        ratios.add(whole // part)
    return f"/{ratios.pop()}" if len(ratios) == 1 else ""


def axes_words(axes: list[int], rank: int) -> str:
    """Which axes of a shape (0 = channels) differ: ``height and width``."""
    return joined(["channels" if axis == 0 else axis_name(axis - 1, rank - 1) for axis in axes])


def sizes_words(shape: Shape, axis: int, rank: int) -> str:
    """A size with the name of its axis: ``height 28``."""
    return f"{shape[axis]} channels" if axis == 0 else f"{axis_name(axis - 1, rank - 1)} {shape[axis]}"


# Repairs --------------------------------------------------------------------------------------------------------------


def size_repairs(irregularity: Irregularity) -> list[tuple[Step, str]]:
    """Changes of one argument on either branch that make the sizes equal along the first axis that differs.

    Each is the layer that changed the size last and the argument to write, with the size that comes out.
    """
    numbers = irregularity.numbers
    common: Fork | None = numbers.get("fork")
    axis = next((axis for axis in numbers["axes"] if axis > 0), None)
    if common is None or axis is None:
        return []
    found = []
    for this in (0, 1):
        wanted = numbers["shapes"][numbers["pair"][1 - this]][axis]
        steps = [step for step in common.steps[this] if step.axis == axis - 1]
        for step in reversed(steps):
            # Only what changed the size last can be repaired by itself: what follows would change it again.
            if step.after != numbers["shapes"][numbers["pair"][this]][axis]:
                break
            words = _repair(step, wanted)
            if words:
                found.append((step, words))
            break
    return sorted(found, key=lambda item: not item[0].trims)


def _repair(step: Step, wanted: int) -> str:
    """The argument of a layer that makes its output as large as wanted; empty if there is no simple one."""
    operation = step.at.layer.operation
    axis = step.axis
    if isinstance(operation, Convolution | Pool):
        pad = operation.padding[axis]
        before, after = pad if isinstance(pad, tuple) else (pad, pad)
        ceil = isinstance(operation, Pool) and operation.ceil_mode
        kernel, stride, dilation = operation.kernel_size[axis], operation.stride[axis], operation.dilation[axis]
        window = Window(step.before, kernel, stride, before, after, dilation, ceil)
        padding = None if ceil else window.padding_for(wanted)
        most = kernel // 2 if isinstance(operation, Pool) else window.effective_kernel - 1
        if padding is not None and padding <= most:
            return f"`padding: {padding}`"
        for other in (1, 2, 4):
            if other != stride and window._replace(stride=other).output == wanted:
                return f"`stride: {other}`"
        if isinstance(operation, Pool) and not ceil and window._replace(ceil=True).output == wanted:
            return "`ceil_mode: true`"
    elif isinstance(operation, TransposedConvolution):
        more = wanted - step.after
        if operation.output_size is None:
            extra = operation.output_padding[axis] + more
            if 0 <= extra < max(operation.stride[axis], operation.dilation[axis]):
                return f"`output_padding: {extra}`"
    elif isinstance(operation, Upsample) and step.before and wanted % step.before == 0 and operation.size is None:
        return f"`scale_factor: {wanted // step.before}`"
    return ""


def repair_help(irregularity: Irregularity) -> str | None:
    """The repairs of one argument as a sentence, None if there is none."""
    numbers = irregularity.numbers
    axis = next((axis for axis in numbers["axes"] if axis > 0), 0)
    words = []
    for step, argument in size_repairs(irregularity):
        wanted = {shape[axis] for shape in numbers["shapes"]} - {step.after, None}
        reached = f" makes {wanted.pop()} of {step.before}" if len(wanted) == 1 else ""
        words.append(f"{argument} in {layer_name(step.at)}{reached}")
    return "; or ".join(words) or None
