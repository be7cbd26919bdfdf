"""Lessons about layers that keep the shape: activations and normalisations."""

from __future__ import annotations

from math import prod

from convlint.explain.lesson import Lesson, no_parameters, shape_section
from convlint.explain.words import Part, Section, size
from convlint.model import operations as op
from convlint.model.window import quotient
from convlint.words.text import number, number_of, product


def elementwise(operation: op.Elementwise, lesson: Lesson) -> list[Section]:
    """Activations, dropout, identity."""
    does = {
        "activation": "Every value is changed by itself.",
        "dropout": "Some values are set to zero while the network is trained; later all pass unchanged.",
    }.get(operation.kind, "Every value stays in its place.")
    return shape_section(f"{does} The shape stays.")


def along_axis(operation: op.AlongAxis, lesson: Lesson) -> list[Section]:
    """Softmax and its like."""
    where = f"along axis {operation.dim} (the batch is 0)" if operation.dim is not None else "along one axis"
    return shape_section(f"The values {where} are weighed against each other. The shape stays.")


def glu(operation: op.GLU, lesson: Lesson) -> list[Section]:
    """GLU."""
    return shape_section(
        f"Axis {operation.dim} (the batch is 0) is cut into halves. One half is multiplied by the other, brought "
        f"between 0 and 1: {size(lesson.shape)} becomes {size(lesson.made)}."
    )


def prelu(operation: op.PReLU, lesson: Lesson) -> list[Section]:
    """PReLU."""
    count = operation.num_parameters
    what = "1, one slope for all maps." if count == 1 else f"{count}, one slope for each map."
    return [
        Section("Shape", "Negative values are multiplied by a slope that is learnt. The shape stays."),
        Section("Parameters", what),
    ]


def _scale_and_shift(features: int | None, bias: bool) -> Section:
    if features is None:
        return Section("Parameters", "Unknown, because the number of maps is.")
    numbers, count = ("2 (a scale and a shift)", 2) if bias else ("1 (a scale)", 1)
    return Section("Parameters", [f"  {number_of(features, 'map')} x {numbers} = {count * features}"])


def channel_norm(operation: op.ChannelNorm, lesson: Lesson) -> list[Section]:
    """BatchNorm, InstanceNorm."""
    shape, batch = lesson.shape, operation.kind == "batch"
    features = operation.num_features if operation.num_features is not None else lesson.channels
    over = "all examples of a batch together" if batch else "every example by itself"
    parts: list[Part] = [
        "Every map is shifted and scaled so that its values have mean 0 and variance 1, taken over all its cells, in "
        f"{over}. The shape stays."
    ]
    if shape is not None and len(shape) > 1 and None not in shape[1:]:
        cells = prod(shape[1:])  # type: ignore[arg-type]
        factors = f"{product(shape[1:])} = " if len(shape) > 2 else ""
        parts.append(f"In one example these are {factors}{number_of(cells, 'value')}.")
    found = [
        Section("Shape", *parts),
        _scale_and_shift(features, operation.bias) if operation.affine else no_parameters(),
    ]
    if not operation.affine:
        found[1].parts = ["None, for `affine` is false."]
    if operation.track_running_stats and features is not None:
        found[1].parts.append(
            f"Beside them {2 * features} numbers are stored, the running mean and variance of every map; they are not "
            "trained and not counted."
        )
    return found


def group_norm(operation: op.GroupNorm, lesson: Lesson) -> list[Section]:
    """GroupNorm."""
    shape, groups = lesson.shape, operation.num_groups
    channels = operation.num_channels if operation.num_channels is not None else lesson.channels
    parts: list[Part] = [
        "The maps are put into groups. Every group is shifted and scaled so that its values have mean 0 and variance "
        "1, in every example by itself. The shape stays."
    ]
    if channels is not None and groups > 0:
        parted = f"{number_of(channels, 'map')} / {number_of(groups, 'group')}"
        line = f"  {parted} = {quotient(channels, groups)} {'map' if channels == groups else 'maps'} in a group"
        if shape is not None and len(shape) > 1 and None not in shape[1:] and channels % groups == 0:
            cells = channels // groups * prod(shape[1:])  # type: ignore[arg-type]
            line += f", {number_of(cells, 'value')}"
        parts.append([line])
    return [
        Section("Shape", *parts),
        _scale_and_shift(channels, operation.bias) if operation.affine else no_parameters(),
    ]


def layer_norm(operation: op.LayerNorm, lesson: Lesson) -> list[Section]:
    """LayerNorm, RMSNorm."""
    shape, wanted = lesson.shape, operation.normalized_shape
    if wanted is None:
        known = shape[-1:] if shape else None
        wanted = tuple(n for n in known if n is not None) if known else ()
    what = f"last {len(wanted)} axes, {size(wanted)}," if len(wanted) > 1 else "last axis"
    found = [
        Section("Shape", f"The values along the {what} are normalised, at every position by itself. The shape stays.")
    ]
    if operation.affine and lesson.at.params is not None and wanted:
        numbers = "2 (a scale and a shift)" if operation.bias else "1 (a scale)"
        found.append(Section("Parameters", [f"  {product(wanted)} x {numbers} = {number(lesson.at.params)}"]))
    else:
        found.append(no_parameters())
    return found


def local_norm(operation: op.LocalNorm, lesson: Lesson) -> list[Section]:
    """LocalResponseNorm."""
    return shape_section(
        f"Every value is divided by a measure of the values at the same place of {operation.size} neighbouring maps. "
        "The shape stays."
    )
