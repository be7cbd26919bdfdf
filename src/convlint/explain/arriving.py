"""What comes in: which layer made it, and where its number of channels was decided."""

from __future__ import annotations

from convlint.derive.provenance import channel_maker, trace
from convlint.derive.state import Derived, Map
from convlint.explain.words import Places, Section, size
from convlint.model import operations as op
from convlint.words.text import axes, joined, number, number_of


def arriving(at: Derived, places: Places) -> Section:
    """What a layer reads."""
    if not at.inputs:
        return Section("What comes in", "Nothing: this layer reads no other.")
    if len(at.inputs) > 1:
        lines = [f"  {size(value.shape)} from {places.value(value)}" for value in at.inputs]
        return Section("What comes in", f"{len(at.inputs)} inputs:", lines)
    value = at.inputs[0]
    if places.is_missing(value):
        return Section("What comes in", f"Nothing is known about it, for {_missing(at, places, 'this one')}.")
    remark, origin = _channels(value, places)
    section = Section("What comes in", f"{_what(value)} from {places.value(value, remark)}.")
    if origin:
        section.parts[0] = f"{section.parts[0]} {origin}"
    declared = _declared(at, value, places)
    if declared:
        section.parts.append(declared)
    unknown = why_unknown(value, at, places)
    if unknown:
        section.parts.append(unknown)
    return section


def _what(value: Map) -> str:
    shape = value.shape
    if shape is None:
        return "Something of unknown shape,"
    if not shape:
        return "A single number,"
    if len(shape) == 1:
        return f"A vector of {'unknown length' if shape[0] is None else number_of(shape[0], 'number')},"
    if len(shape) == 2 and value.field is None:
        return f"An array of {size(shape)},"
    maps = "An unknown number of maps" if shape[0] is None else number_of(shape[0], "map")
    return f"{maps} of {size(shape[1:])},"


def _channels(value: Map, places: Places) -> tuple[str, str]:
    """Where the number of channels of a map was decided: a remark on its maker, or a sentence if it was earlier."""
    if value.shape is None or len(value.shape) < 2 or value.shape[0] is None or value.made_by is None:
        return "", ""
    maker = _decider(value)
    between = _between(value, maker, places)
    passed = ""
    if between:
        verb = "passes" if len(between) == 1 else "pass"
        who = joined(between) if len(between) < 4 else f"the {len(between)} layers in between"
        passed = f"; {who} {verb} maps on one by one"
    if maker.made_by is None:
        if maker.shape is None or maker.shape[0] != value.shape[0]:
            return "", ""
        return "", f"There are as many as in {places.value(maker)}{passed}."
    decided = _decision(maker.made_by, places)
    if maker.made_by is value.made_by:
        return decided, ""
    return (
        "",
        f"There are {number(value.shape[0])} because {places.layer(maker.made_by, decided)} makes so many{passed}.",
    )


def _decider(value: Map) -> Map:
    """The map whose layer decided how many channels a map has; a sum has as many as what is added."""
    maker = channel_maker(value)
    while maker.made_by is not None and _passes_channels(maker.made_by.layer.operation):
        inputs = maker.made_by.inputs
        if not inputs or inputs[0].shape is None or maker.shape is None or inputs[0].shape[:1] != maker.shape[:1]:
            break
        maker = channel_maker(inputs[0])
    return maker


def _passes_channels(operation: op.Operation) -> bool:
    """Whether a layer has as many channels as each of its inputs, though it is not the layer that decides on them."""
    if isinstance(operation, op.Concat):
        # Counted from behind, the axis of the channels has another number for every rank.
        return operation.dim > 1
    return isinstance(operation, op.Merge | op.LayerNorm)


def _decision(maker: Derived, places: Places) -> str:
    operation = maker.layer.operation
    if isinstance(operation, op.Convolution | op.TransposedConvolution):
        return places.written(maker, "out_channels")
    if isinstance(operation, op.Concat) and operation.dim == 1:
        return " + ".join(number(value.shape[0] if value.shape is not None else None) for value in maker.inputs)
    return ""


def _between(value: Map, maker: Map, places: Places) -> list[str]:
    """The names of the layers between the one that decided and the one that reads, in order."""
    names: list[str] = []
    for step in trace(value):
        if step is maker or step.made_by is maker.made_by or step.made_by is None:
            break
        names.append(places.name(step.made_by))
    return names[::-1]


def _declared(at: Derived, value: Map, places: Places) -> str:
    """What the file says about what should arrive."""
    operation = at.layer.operation
    for name in ("in_channels", "in_features", "num_features", "num_channels"):
        declared = getattr(operation, name, None)
        if declared is None or value.shape is None or not value.shape:
            continue
        arrived = value.shape[-1 if name == "in_features" else 0]
        # What a row of a YOLO file becomes is built with numbers that stand in no file.
        written = at.layer.place.key_span(name) is not None
        if arrived == declared or (arrived is None and not written):
            return f"`{name}: {declared}` in the file agrees." if written else ""
        if arrived is None:
            return f"`{name}: {declared}` is what the file says; what really arrives is unknown."
        says = f"`{name}: {declared}` in the file says otherwise" if written else f"it is built for {declared}"
        return f"But {says}{f': the numbers below go on with {declared}' if at.params is not None else ''}."
    return ""


def _missing(reader: Derived, places: Places, which: str) -> str:
    """Why a layer reads nothing that is known."""
    source = places.written(reader, "from") or places.in_row(reader, "from")
    if source and source != "`-1`":
        return f"{source} names a layer that cannot be read, or none"
    return f"the layer before {which} cannot be read"


def why_unknown(value: Map, at: Derived, places: Places) -> str:
    """Why a size of what a layer reads is not known, by the earliest map on its way of which the same is true."""
    shape = value.shape
    if shape is not None and None not in shape:
        return ""
    earliest, reader = value, at
    for step in trace(value):
        if step.shape is not None and None not in step.shape:
            break
        if step is not value and earliest.made_by is not None:
            reader = earliest.made_by
        earliest = step
        if step.made_by is not None and isinstance(step.made_by.layer.operation, op.Unknown):
            break
    if shape is None:
        what = "Its shape"
    elif shape[0] is None and None not in shape[1:]:
        what = "How many there are"
    else:
        names = axes(len(shape) - 1)
        unknown = [names[axis] for axis, length in enumerate(shape[1:]) if length is None]
        what = f"Its {joined(unknown)}"
    verb = "are" if " and " in what else "is"
    if places.is_missing(earliest):
        return f"{what} {verb} not known from {places.layer(reader)} on, for {_missing(reader, places, 'it')}."
    if earliest.made_by is not None and isinstance(earliest.made_by.layer.operation, op.Unknown):
        return f"{what} {verb} not known, for {places.layer(earliest.made_by)} cannot be read."
    if earliest.made_by is None and not places.is_input(earliest):
        return f"{what} {verb} in doubt: another layer that reads the same says otherwise."
    if earliest.made_by is None:
        return f"{what} {verb} not known, because the file leaves {'them' if verb == 'are' else 'it'} open."
    made = next((made.shape for made in earliest.made_by.outputs if made is not earliest), None)
    if made is not None and shape is not None and len(made) == len(shape) and made != shape:
        maker = places.layer(earliest.made_by)
        return f"{what} {verb} in doubt: {maker} makes {size(made)}, but a layer that reads it says otherwise."
    return f"{what} {verb} not known from {places.layer(earliest.made_by)} on."
