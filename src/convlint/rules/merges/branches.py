"""Words about the branches that a join reads: where they come from, their names, and what makes them fit."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity, Map
from convlint.derive.provenance import channel_maker
from convlint.derive.repairs.branches import MEETS, causes, differing
from convlint.derive.repairs.joins import (
    Exchanged,
    Resized,
    Upsampled,
    channel_repairs,
    resampling,
    size_repairs,
)
from convlint.derive.repairs.wiring import misread
from convlint.document import Span
from convlint.findings import Diagnostic, Label
from convlint.model.changes import Value
from convlint.model.network import Layer, Network, Shape
from convlint.model.operations import Group, Split
from convlint.rules import advice
from convlint.rules.makers import passing_labels
from convlint.rules.wording import (
    layer_name,
    name_place,
    names_apart,
    per_axis,
    place,
    size,
    source_label,
    without_place,
)
from convlint.words.text import axis_name, joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join

#: What is done with the inputs of a merge, by its kind.
MERGED = {
    "add": "added",
    "multiply": "multiplied",
    "subtract": "subtracted",
    "divide": "divided",
    "maximum": "compared",
    "minimum": "compared",
    "stack": "stacked",
    "matmul": "multiplied as matrices",
}

#: Layers that are labelled for changing the size of a branch, and as many for what they may be changed to.
MOST_CHANGES = 5

# Places ---------------------------------------------------------------------------------------------------------------


def input_place(layer: Layer, index: int | None) -> Span:
    """Where an input of a join is named: that item of `from`, else `from`, else the type."""
    source = None if index is None else layer.place.source(index)
    return place(layer, "from") if source is None else source.span


def producer_labels(irregularity: Irregularity[Join], derivation: Derivation, primary: Span) -> list[Label]:
    """A label with shape and total stride at the makers of the two maps that differ."""
    labels = []
    for index in irregularity.numbers["pair"]:
        value = irregularity.at.inputs[index]
        shape = size(irregularity.numbers["shapes"][index])
        stride = total_stride(value, derivation)
        words = shape if value.made_by is None else f"makes {shape}" + (f", {stride}" if stride else "")
        labels += source_label(value, words, derivation)
    return without_place(labels, primary)


def rank_labels(irregularity: Irregularity[Join], derivation: Derivation, primary: Span) -> list[Label]:
    """Labels at the first map and the first with another number of axes."""
    at = irregularity.at
    known = [value for value in at.inputs if value.shape is not None]
    other = next(value for value in known if len(value.shape or ()) != len(known[0].shape or ()))
    labels = []
    for value in (known[0], other):
        words = size(value.shape) if value.made_by is None else f"makes {size(value.shape)}"
        labels += source_label(value, words, derivation)
    return without_place(labels, primary)


def batch_labels(irregularity: Irregularity[Join], derivation: Derivation, primary: Span) -> list[Label]:
    """Labels at a map that holds several batches and at one that holds fewer."""
    counts = irregularity.numbers["counts"]
    labels = []
    for count in (max(counts), min(counts)):
        value = irregularity.at.inputs[counts.index(count)]
        labels += source_label(value, many(count, "batch", "batches"), derivation)
    return without_place(labels, primary)


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


@lru_cache(maxsize=1)
def _last_copies(derivation: Derivation) -> dict[int, Derived]:
    """By layer (its identity) what was derived last for it: of several copies what they give out."""
    return {id(derived.layer): derived for derived in derivation.flat()}


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
        if operation.repeat > 1 and _last_copies(derivation)[id(value.made_by.layer)] is not value.made_by:
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
    source = irregularity.at.layer.place.source(index)
    if source is not None:
        return source.name
    return described(irregularity.at.inputs[index], irregularity.at, derivation)


def reread(found: Diagnostic, irregularity: Irregularity, derivation: Derivation) -> bool:
    """Propose to read the layer that fits, if there is one; then the finding is about that item of `from`.

    Where a layer on the way reads the wrong one, it is named, and what is contradicted keeps a label.
    """
    wrong = misread(irregularity, derivation)
    if wrong is None:
        return False
    at = wrong.at
    read = at.inputs[wrong.place]
    source = at.layer.place.source(wrong.place)
    instead = described(read, at, derivation) if source is None else source.name
    span, label = input_place(at.layer, wrong.place), ""
    if at is not irregularity.at:
        before = Label(found.span, found.label)
        found.labels = [*without_place(found.labels, before.span), before]
        found.message += f"; {layer_name(at)} reads {instead}"
        found.layer = at.name
        found.notes.clear()
        label = f"passes on {size(read.shape)}" if read.shape == at.output.shape else f"reads {size(read.shape)}"
    meant, shape = wrong.meant, size(wrong.meant.output.shape)
    found.span, found.label = span, label
    unread = ", and nothing reads it" if wrong.unread else ""
    mark = name_place(meant.layer)
    found.labels = [item for item in without_place(found.labels, span) if item.span != mark]
    found.labels.append(Label(mark, f"makes {shape}{unread}"))
    if meant.layer.name is None:
        found.help = f"leave {advice.named(at.layer.place, 'from')} out, to read the {meant.layer.type} before it"
        found.help += f": it makes {shape}"
        found.fixes = []
    else:
        found.help = f"read `{meant.layer.name}` instead of {instead}: it makes {shape}{unread}"
        found.fixes = advice.read_instead(at.layer.place, wrong.place, meant.layer.name)
    return True


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


def change_labels(irregularity: Irregularity[Join], derivation: Derivation, found: Diagnostic) -> None:
    """Label the layers that change the size of one branch and not of the other, and those that may be the cause.

    A layer that is labelled already is told what it made its size of.
    """
    told: dict[Span, str] = {}
    for step in differing(irregularity)[:MOST_CHANGES]:
        told.setdefault(name_place(step.at.layer), f"makes {step.after} of {step.before}")
    for cause in causes(irregularity, derivation)[:MOST_CHANGES]:
        made = f"makes {cause.now} of {cause.before}" if cause.now != cause.before else f"keeps {cause.now}"
        told.setdefault(name_place(cause.at.layer), made)
    found.labels = [
        Label(label.span, f"{label.message}; {told.pop(label.span).removeprefix('makes ')}")
        if label.span in told
        else label
        for label in found.labels
    ]
    found.labels += [Label(span, words) for span, words in told.items() if span != found.span]
    found.labels += maker_labels(irregularity)


def maker_labels(irregularity: Irregularity[Join]) -> list[Label]:
    """Labels where the channels of two maps that differ are decided, and at every `from` on the way there.

    The layers that make the two maps have labels already.
    """
    labels: dict[Span, Label] = {}
    for index in irregularity.numbers["pair"]:
        value = irregularity.at.inputs[index]
        maker = channel_maker(value)
        made_by = maker.made_by
        if made_by is value.made_by:
            continue
        written = made_by.layer.place.value_span("out_channels") if made_by is not None else None
        if 0 in irregularity.numbers["axes"] and written is not None and maker.shape and maker.shape[0]:
            labels[written] = Label(written, f"makes {many(maker.shape[0], 'channel')}")
        more = passing_labels(value)
        source = made_by.layer.place.source(0) if made_by is not None and len(made_by.layer.inputs) == 1 else None
        if made_by is not None and source is not None:
            more.append(Label(source.span, f"reads {size(made_by.inputs[0].shape)}"))
        labels.update((label.span, label) for label in more)
    return list(labels.values())


def cause_help(irregularity: Irregularity[Join], derivation: Derivation) -> str | None:
    """The likely cause, if it is one layer that does what nobody means; None if nothing tells."""
    found = causes(irregularity, derivation)
    if not found or found[0].rank == MEETS or len({id(cause.at.layer) for cause in found}) > 1:
        return None
    best, place = found[0], found[0].at.layer.place
    ways = [advice.spelt(place, **{cause.argument: advice.on_axes(cause.values)}) for cause in found[:3]]
    then = f"keeps {best.then}" if best.then == best.before else f"makes {best.then} of {best.before}"
    return f"{layer_name(best.at)} is the likely cause: with {joined(ways, 'or')} it {then}"


# Repairs --------------------------------------------------------------------------------------------------------------


def repair_help(irregularity: Irregularity[Join], derivation: Derivation) -> str | None:
    """The repairs of one argument as a sentence, None if there is none."""
    words = []
    repairs = size_repairs(irregularity, derivation)
    steps = [repair.step for repair in repairs]
    doing = [f"keeps {step.after}" if step.after == step.before else f"makes {step.after}" for step in steps]
    names = names_apart([step.at for step in steps], doing)
    for name, repair in zip(names, repairs, strict=True):
        alike = len({*zip(repair.wanted, repair.before, strict=True)}) == 1
        wanted, before = (size(sizes[:1] if alike else sizes) for sizes in (repair.wanted, repair.before))
        made = f"keeps {wanted}" if repair.wanted == repair.before else f"makes {wanted} of {before}"
        value = True if repair.values is True else advice.on_axes(repair.values)
        written = advice.spelt(repair.step.at.layer.place, **{repair.argument: value})
        words.append(f"{written} in {name} {made}")
    return "; or ".join(words) or None


def channel_help(irregularity: Irregularity[Join], derivation: Derivation) -> str | None:
    """Which layers would have to make other channels."""
    repairs = channel_repairs(irregularity, derivation)
    makers = [maker for maker, _, _ in repairs]
    # Two of them make what the other one would have to.
    names = names_apart(makers, [f"makes {wanted}" for _, _, wanted in reversed(repairs)])
    words = [
        f"{advice.spelt(maker.layer.place, **{argument: wanted})} in {name}"
        for name, (maker, argument, wanted) in zip(names, repairs, strict=True)
    ]
    return "write " + ", or ".join(words) if words else None


def channels_too(irregularity: Irregularity[Join], derivation: Derivation) -> list[str]:
    """That the channels of two maps of different sizes differ too, if they do."""
    numbers = irregularity.numbers
    if 0 not in numbers["axes"]:
        return []
    first, second = (numbers["shapes"][index][0] for index in numbers["pair"])
    way = channel_help(irregularity, derivation)
    return [f"the channels differ too, {first} and {second}" + (f": {way}" if way else "")]


def resampling_help(irregularity: Irregularity[Join], derivation: Derivation) -> str | None:
    """The layer to insert that brings a map to the size of the other or others, None if there is none."""
    place, found = irregularity.at.layer.place, resampling(irregularity)
    if found is None:
        return None
    if found == "all":
        return "bring all inputs to one size first"
    if isinstance(found, Exchanged):
        permute = advice.layer(place, "Permute", dims=found.order) or "a permutation of the axes"
        return f"{permute} exchanges the height and width of one of them"
    name = input_name(irregularity, found.which, derivation)
    if isinstance(found, Upsampled):
        up = advice.between(place, found.which, "_up", "Upsample", scale_factor=advice.on_axes(found.factors))
        return up or f"upsample {name} by {per_axis(found.factors)} first"
    if isinstance(found, Resized):
        up = advice.between(place, found.which, "_up", "Upsample", size=advice.on_axes(found.sizes))
        return up or f"upsample {name} to {size(found.sizes)} first"
    crop = advice.between(place, found.which, "_crop", "CenterCrop", size=crop_size(found.sizes))
    others = [index for index in irregularity.numbers["pair"] if index != found.which]
    return crop or f"crop {name} to {size(irregularity.numbers['shapes'][others[0]][1:])} first"


def crop_size(sizes: list[int | None]) -> Value:
    """The size of a CenterCrop; None keeps an axis."""
    known = [size for size in sizes if size is not None]
    return advice.on_axes(known) if len(known) == len(sizes) else sizes
