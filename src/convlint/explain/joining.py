"""Lessons about layers with several inputs or outputs, and about groups of layers."""

from __future__ import annotations

from convlint.derive.joins import aligned
from convlint.explain.lesson import Lesson, not_known, shape_section
from convlint.explain.words import Part, Section, size
from convlint.model import operations as op
from convlint.words.text import axes, joined, number, number_of, product

_MERGED = {
    "add": "The inputs are added",
    "multiply": "The inputs are multiplied",
    "subtract": "The second input is subtracted from the first",
    "divide": "The first input is divided by the second",
    "maximum": "The larger value of the two inputs is taken",
    "minimum": "The smaller value of the two inputs is taken",
}


def merge(operation: op.Merge, lesson: Lesson) -> list[Section]:
    """Add, Mul, Sub, Div, Maximum, Minimum."""
    shapes = aligned(operation, lesson.at.inputs)
    lead = f"{_MERGED[operation.kind]} cell by cell"
    if len(set(shapes)) == 1:
        return shape_section(f"{lead}. All have the same shape, {size(shapes[0])}, and so has what comes out.")
    known = [shape for shape in shapes if shape is not None]
    if all(len(shape) == len(known[0]) for shape in known):
        sizes = [{n for n in axis if n is not None} for axis in zip(*known, strict=True)]
        if any(1 in axis and len(axis) > 1 for axis in sizes) and all(len(axis - {1}) < 2 for axis in sizes):
            text = "an axis of size 1 is repeated as often as the other input needs (broadcasting)"
            return shape_section(f"{lead}; {text}.")
        if all(len(axis) < 2 for axis in sizes):
            which = joined(list(dict.fromkeys(size(shape) for shape in shapes)))
            return shape_section(f"{lead}, so their shapes must be equal; {which} agree as far as they are known.")
    different = joined(list(dict.fromkeys(size(shape) for shape in shapes)))
    return shape_section(f"{lead}, so their shapes must be equal; they are {different}.")


def concat(operation: op.Concat, lesson: Lesson) -> list[Section]:
    """Concat."""
    shapes = [value.shape for value in lesson.at.inputs]
    known = [shape for shape in shapes if shape is not None]
    rank = len(known[0]) if known else 0
    axis = operation.dim % (rank + 1) - 1
    if known and all(len(shape) == rank for shape in known) and operation.dim in (0, -1 - rank):
        return shape_section(
            f"The inputs are put one behind the other along axis {operation.dim}, the batch, which is not shown: "
            f"{len(shapes)} times as many examples come out, of {size(lesson.made)} each."
        )
    if not known or any(len(shape) != rank for shape in known) or axis < 0:
        return not_known(lesson)
    names = ["number of maps", *axes(rank - 1)] if rank > 1 else ["length"]
    along = [None if shape is None else shape[axis] for shape in shapes]
    total = None if None in along else sum(along)  # type: ignore[arg-type]
    parts: list[Part] = [
        f"The inputs are put one behind the other along axis {operation.dim} (the batch is 0), whose sizes add up:",
        [f"  {' + '.join(map(number, along))} = {number(total)}"],
    ]
    others = [name for other, name in enumerate(names) if other != axis]
    if others:
        rest = dict.fromkeys(tuple(n for other, n in enumerate(shape) if other != axis) for shape in known)
        if len(rest) == 1:
            are = f"{size(next(iter(rest)))} for all"
        elif all(len({n for n in sizes if n is not None}) < 2 for sizes in zip(*rest, strict=True)):
            are = "as far as they are known, they are"
        else:
            are = f"but they are {joined([size(shape) for shape in rest])}"
        what = joined(others).capitalize() if others[0] != "number of maps" else f"The {joined(others)}"
        parts.append(f"{what} must be the same: {are}.")
    return shape_section(*parts)


def matmul(operation: op.MatMul, lesson: Lesson) -> list[Section]:
    """MatMul."""
    at, made = lesson.at, lesson.made
    if made is None or len(at.inputs) < 2:
        return not_known(lesson)
    first, second = (value.shape for value in at.inputs)
    if first is None or second is None or None in made:
        return not_known(lesson)
    found = shape_section(
        f"Matrices are multiplied: every row of the first input with every column of the second, which have as many "
        f"numbers, {number(first[-1])}. {size(first)} and {size(second)} make {size(made)}."
    )
    if at.macs is not None:
        found.append(Section("Multiply-adds", [f"  {product(made)} x {number(first[-1])} = {number(at.macs)}"]))
    return found


def stack(operation: op.Stack, lesson: Lesson) -> list[Section]:
    """Stack."""
    shapes = [value.shape for value in lesson.at.inputs]
    if lesson.made is None or None in lesson.made:
        different = joined(list(dict.fromkeys(size(shape) for shape in shapes)))
        return shape_section(f"The inputs become one along a new axis, so their shapes must be equal: {different}.")
    return shape_section(
        f"The {len(shapes)} inputs of {size(shapes[0])} become one along a new axis, number {operation.dim} (the batch "
        f"is 0), which has a place for each: {size(lesson.made)}."
    )


def split(operation: op.Split, lesson: Lesson) -> list[Section]:
    """Split, Chunk."""
    axis, shape, at = lesson.axis(operation.dim), lesson.shape, lesson.at
    if axis is None or shape is None:
        return not_known(lesson)
    parts = [value.shape[axis] if value.shape is not None and axis < len(value.shape) else None for value in at.outputs]
    shown = " + ".join(map(number, parts[:8])) + (" + ..." if len(parts) > 8 else "")
    lead = f"Axis {operation.dim} (the batch is 0) is cut into {number_of(len(parts), 'part')}:"
    found = shape_section(lead, [f"  {number(shape[axis])} = {shown}"])
    if at.name is not None:
        found[0].parts.append(f"Other layers read them as `{at.name}.0`, `{at.name}.1` and so on.")
    return found


def group(operation: op.Group, lesson: Lesson) -> list[Section]:
    """A group of layers, or a module that is written out."""
    at = lesson.at
    rows = []
    for child in at.children:
        times = f"   ({child.times} equal copies)" if 1 < child.times < operation.repeat else ""
        outputs = ", ".join(size(value.shape) for value in child.outputs)
        rows.append((lesson.places.name(child), outputs, f"{number(child.params)} parameters{times}"))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    shown = [f"  {name.ljust(widths[0])}   {outputs.ljust(widths[1])}   {rest}" for name, outputs, rest in rows]
    times = f", {operation.repeat} times" if operation.repeat > 1 else ""
    found = [Section("Inside", f"{number_of(len(operation.layers), 'layer')}{times}:", shown)]
    found.append(Section("Parameters", [f"  {number(at.params)} in all"]))
    if at.macs:
        found.append(Section("Multiply-adds", [f"  {number(at.macs)} in all"]))
    return found


def levels(operation: op.Levels, lesson: Lesson) -> list[Section]:
    """The maps that a detection head reads."""
    count = len(lesson.at.inputs)
    return shape_section(
        f"{number_of(count, 'map')} of a detection head, from fine to coarse; they go out as they came in."
    )


def opaque(operation: op.Opaque, lesson: Lesson) -> list[Section]:
    """A layer whose inside is not known."""
    how = "assumed to be that of what comes in" if operation.assumed else "the declared one"
    found = [Section("Shape", f"What happens inside this layer is not known. The shape that comes out is {how}.")]
    if operation.params is not None:
        found.append(Section("Parameters", f"{number(operation.params)}, as declared."))
    return found


def evaluated(operation: op.Evaluated, lesson: Lesson) -> list[Section]:
    """A step of a module's own code."""
    how = f"This is `{lesson.at.layer.type}` in the module's own code"
    return [Section("Shape", f"{how}: the shape that comes out was worked out there, for what comes in here.")]


def parameters(operation: op.Parameters, lesson: Lesson) -> list[Section]:
    """Numbers that belong to no operation."""
    return [
        Section("Shape", "What comes in goes out."),
        Section("Parameters", f"{number(operation.count)} of its own."),
    ]


def parameter_tensor(operation: op.ParameterTensor, lesson: Lesson) -> list[Section]:
    """Numbers of the network's own."""
    at, shape = lesson.at, operation.shape
    text = "Numbers of the network's own, the same for every example; there is no batch axis."
    if at.output.shape is None:
        return [Section("Shape", text)]
    found = [Section("Shape", text, [f"  {size(shape) if shape else 'a single number'}"])]
    if not operation.trained:
        return [*found, Section("Parameters", "None: the numbers are not trained.")]
    count = f"{product(shape)} = {number(at.params)}" if len(shape) > 1 else number(at.params)
    return [*found, Section("Parameters", [f"  {count}"])]


def unknown(operation: op.Unknown, lesson: Lesson) -> list[Section]:
    """A layer that could not be read."""
    return [
        Section(
            "Shape",
            "This layer is written in a way that cannot be read, so that nothing is known about it; `convlint check` "
            "says what is wrong.",
        )
    ]
