"""Operations on several maps or parts of a map: element by element, concat, split, shuffle."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convlint.derive.provenance import compare, explain
from convlint.derive.reshaping import axis_of
from convlint.derive.state import Axes, Derived, Map
from convlint.model.network import Shape
from convlint.model.operations import ChannelShuffle, Concat, MatMul, Merge, Split, Stack

if TYPE_CHECKING:
    from typing import Literal

    from convlint.derive.irregularities import Note


def _joined_field(inputs: list[Map]) -> tuple[Axes, Axes]:
    """Receptive field of a join: the maximum over its branches, nothing if their strides differ."""
    first = inputs[0]
    field, jump = first.field, first.jump
    for other in inputs[1:]:
        if field is None or other.field is None or other.jump != jump:
            return None, None
        if other.field != field:
            field = tuple(map(max, field, other.field))
    return field, jump


def _joined_tail(inputs: list[Map]) -> Axes:
    tails = [source.tail for source in inputs]
    if any(tail is None for tail in tails):
        return None
    return tuple(map(min, zip(*tails, strict=True)))


def _unify(shapes: list[Shape]) -> list[int | None]:
    """The common shape of equal shapes, filling in sizes that only one of them knows."""
    return [next((size for size in sizes if size is not None), None) for sizes in zip(*shapes, strict=True)]


def merge(operation: Merge, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Element by element. Size-1 axes broadcast: rarely on purpose in a sum, but as gates or means in all others."""
    if len(inputs) < 2:
        note("wrong-input-count", given=len(inputs), least=2)
        return (Map(inputs[0].shape if inputs else None, at),)
    free = operation.free
    bound = [source for index, source in enumerate(inputs) if index not in free]
    arrived = aligned(operation, inputs)
    shapes = [shape for shape in arrived if shape is not None]
    if len(shapes) < len(inputs):
        # A size of 1 beside an unknown one may be broadcast.
        known = next((source.shape for source in bound if source.shape is not None), None)
        return (Map(None if known is None else tuple(None if size == 1 else size for size in known), at),)
    field, jump = _joined_field(bound) if bound else (None, None)
    first = shapes[0]
    if any(len(shape) != len(first) for shape in shapes):
        note("add-shape", problem="rank", merge=operation.kind, shapes=shapes)
        return (Map(None, at),)
    out: list[int | None] = []
    unequal = []
    broadcast = []
    for axis, sizes in enumerate(zip(*shapes, strict=True)):
        known_sizes = {size for size in sizes if size is not None}
        wide = known_sizes - {1}
        if len(wide) > 1:
            unequal.append(axis)
        elif len({size for index, size in enumerate(sizes) if size is not None and index not in free}) > 1:
            broadcast.append(axis)
        # Beside an unknown size a 1 says nothing: it would broadcast.
        out.append(wide.pop() if wide else 1 if known_sizes and None not in sizes else None)
    if unequal:
        kind, explained = explain(inputs, shapes, unequal, "add-shape")
        note(kind, problem="size", merge=operation.kind, **explained)
        # What the inputs disagree about is unknown from here on, so that nothing follows from it.
        out = [None if axis in unequal or (axis and max(unequal)) else size for axis, size in enumerate(out)]
    elif broadcast and operation.kind == "add":
        maps = [(None,) * len(first) if index in free else shape for index, shape in enumerate(shapes)]
        note("add-shape", fatal=False, problem="broadcast", merge="add", **compare(maps, broadcast))
    tail = _joined_tail(bound) if bound else None
    # What is a zero of one map stays one in a product; a zero divided by a zero is none.
    if unequal or operation.kind == "divide" or (free and operation.kind != "multiply"):
        tail = None
    return (Map(tuple(out), at, field, jump, tail),)


def aligned(operation: Merge | MatMul, inputs: list[Map]) -> list[Shape | None]:
    """The shapes of what a merge or a product of matrices reads.

    Those without a batch axis are given as they stand at the other ones, from behind.  Axes that are missing in front
    have size 1.  One axis more is that of the batch, if its size is 1.
    """
    shapes = [source.shape for source in inputs]
    if not operation.free:
        return shapes
    bound = [shape for index, shape in enumerate(shapes) if index not in operation.free]
    ranks = [len(shape) for shape in bound or shapes if shape is not None]
    if not ranks:
        return shapes
    rank = max(ranks)
    for index in operation.free:
        shape = shapes[index]
        if shape is None:
            continue
        if len(shape) < rank:
            shape = (*(1,) * (rank - len(shape)), *shape)
        elif len(shape) == rank + 1 and shape[0] == 1:
            shape = shape[1:]
        shapes[index] = shape
    return shapes


def concat(operation: Concat, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Concatenation: equal sizes but for the axis along which they are put together."""
    if len(inputs) < 2:
        note("wrong-input-count", fatal=False, given=len(inputs), least=2)
        return (Map(inputs[0].shape, at, inputs[0].field, inputs[0].jump) if inputs else Map(None, at),)
    known = [source.shape for source in inputs if source.shape is not None]
    if not known:
        return (Map(None, at),)
    first = known[0]
    if any(len(shape) != len(first) for shape in known):
        arrived = [source.shape for source in inputs]
        note("concat-size", problem="rank", merge="concat", dim=operation.dim, arrived=arrived)
        return (Map(None, at),)
    axis = axis_of(operation.dim, first, note)
    if axis is None:
        return (Map(None, at),)
    complete = len(known) == len(inputs)
    out = _unify(known)
    unequal = [
        other for other, sizes in enumerate(zip(*known, strict=True))
        if other != axis and len({size for size in sizes if size is not None}) > 1
    ]  # fmt: skip
    if unequal:
        shapes = [source.shape or (None,) * len(first) for source in inputs]
        kind, explained = explain(inputs, shapes, unequal, "concat-size")
        note(kind, problem="size", merge="concat", dim=axis + 1, **explained)
        out = [None] * len(out)
    elif axis < 0:
        note("concat-size", fatal=False, problem="batch", dim=operation.dim)
    if axis >= 0 and not unequal:
        along = [shape[axis] for shape in known]
        out[axis] = sum(along) if complete and None not in along else None  # type: ignore[arg-type]
    field, jump = _joined_field(inputs)
    return (Map(tuple(out), at, field, jump, _joined_tail(inputs) if axis == 0 and not unequal else None),)


def matmul(operation: MatMul, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Products of matrices: n*k*m multiply-adds for each pair; (n, k) of one times (k, m) of the other.

    What has one axis only is a matrix in PyTorch if it has a batch, and a vector if it has none; the latter is left
    unknown.
    """
    at.macs = None
    if len(inputs) < 2:
        note("wrong-input-count", given=len(inputs), least=2)
        return (Map(None, at),)
    arrived = [source.shape for source in inputs]
    if any(shape is None for shape in arrived) or any(len(arrived[index] or ()) < 2 for index in operation.free):
        return (Map(None, at),)
    vectors = any(len(shape or ()) < 2 for shape in arrived)
    first, second = arrived if vectors else aligned(operation, inputs)
    assert first is not None and second is not None
    if vectors:
        if len(first) == len(second):
            note("rank-mismatch", wanted=2, shape=first)
            return (Map(None, at),)
        if operation.free != (1,) or len(first) != 1 or len(second) != 2:
            note("add-shape", problem="rank", merge="matmul", shapes=[first, second])
            return (Map(None, at),)
        # The examples of a vector are the rows.
        rows: Shape = ()
        inner = first[0], second[0]
    elif len(first) != len(second):
        note("add-shape", problem="rank", merge="matmul", shapes=[first, second])
        return (Map(None, at),)
    else:
        rows = first[-2:-1]
        inner = first[-1], second[-2]
    if None not in inner and inner[0] != inner[1]:
        note("add-shape", problem="inner", merge="matmul", shapes=[first, second])
        return (Map((None,) * len(first), at),)
    leading: list[int | None] = []
    unequal = []
    for axis, sizes in enumerate(zip(first[:-2], second[:-2], strict=True)):
        wide = {size for size in sizes if size is not None and size != 1}
        if len(wide) > 1:
            unequal.append(axis)
        leading.append(wide.pop() if wide else 1 if None not in sizes else None)
    if unequal:
        kind, explained = explain(inputs, [first, second], unequal, "add-shape")
        note(kind, problem="size", merge="matmul", **explained)
        return (Map((None,) * len(first), at),)
    made = (*leading, *rows, second[-1])
    width = inner[0] if inner[0] is not None else inner[1]
    if width is not None and None not in made:
        at.macs = prod(made) * width  # type: ignore[arg-type]
    return (Map(made, at),)


def stack(operation: Stack, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Side by side along a new axis: all shapes are equal."""
    shapes = [source.shape for source in inputs if source.shape is not None]
    if len(shapes) < len(inputs):
        return (Map(None, at),)
    first = shapes[0]
    if any(len(shape) != len(first) for shape in shapes):
        note("add-shape", problem="rank", merge="stack", shapes=shapes)
        return (Map(None, at),)
    unequal = [
        axis for axis, sizes in enumerate(zip(*shapes, strict=True))
        if len({size for size in sizes if size is not None}) > 1
    ]  # fmt: skip
    if unequal:
        kind, explained = explain(inputs, shapes, unequal, "add-shape")
        note(kind, problem="size", merge="stack", **explained)
        return (Map((None,) * (len(first) + 1), at),)
    out = _unify(shapes)
    axis = axis_of(operation.dim, (len(inputs), *out), note)
    if axis is None:
        return (Map(None, at),)
    if axis < 0:
        note("axis-range", argument="dim", dim=operation.dim, rank=len(out) + 2, shape=(len(inputs), *out), batch=True)
        return (Map(None, at),)
    out.insert(axis, len(inputs))
    return (Map(tuple(out), at),)


def split(operation: Split, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """torch.split and torch.chunk."""
    source = inputs[0]
    shape = source.shape
    wanted = _static_parts(operation)
    unknown = tuple(Map(None, at) for _ in range(wanted))
    if shape is None:
        return unknown
    axis = axis_of(operation.dim, shape, note)
    if axis is None:
        return unknown
    if axis < 0:
        note("split-divides", fatal=False, problem="batch", dim=operation.dim)
        return tuple(Map(shape, at) for _ in unknown)
    size = shape[axis]
    parts = _parts(operation, size, axis, note)
    if parts is None:
        # The sizes or the axis may be wrong; of the channels only the sizes, for that is where `dim` is by itself.
        known = (None, *shape[1:]) if axis == 0 else (None,) * len(shape)
        return tuple(Map(known, at) for _ in unknown)
    field, jump = (source.field, source.jump) if axis == 0 else (None, None)
    return tuple(Map((*shape[:axis], part, *shape[axis + 1 :]), at, field, jump) for part in parts)


#: Parts of a split by size that a reference may name when the axis is unknown; and parts that are told apart at all.
_UNKNOWN_PARTS, _MOST_PARTS = 64, 10_000


def _static_parts(operation: Split) -> int:
    """How many parts can be read, as far as that can be told without knowing the axis."""
    if operation.sizes is not None:
        return len(operation.sizes)
    chunks = operation.chunks
    return min(chunks, _MOST_PARTS) if chunks is not None and chunks > 0 else _UNKNOWN_PARTS


def _parts(operation: Split, size: int | None, axis: int, note: Note) -> list[int | None] | None:
    """The sizes of the parts; an impossible or uneven division is noted, and None what comes of an impossible one."""
    sizes, step, chunks = operation.sizes, operation.size, operation.chunks
    if sizes is not None:
        if any(part < 0 for part in sizes) or (size is not None and sum(sizes) != size):
            note("split-divides", what="Split", size=size, sizes=sizes, dim=axis + 1)
            return None
        return list(sizes)
    what: Literal["Split", "Chunk"] = "Split" if step is not None else "Chunk"
    count = step if step is not None else chunks
    assert count is not None
    if count < 1:
        note("split-divides", what=what, size=size, parts=count, dim=axis + 1, invalid=True)
        return None
    if size is None or size == 0:
        return [size] * _static_parts(operation)
    if chunks is not None:
        step = -(-size // chunks)
    assert step is not None
    full, rest = divmod(size, step)
    parts: list[int | None] = [*[step] * min(full, _MOST_PARTS), *([rest] if rest else [])]
    if size % count:
        note(
            "split-divides",
            fatal=False,
            what=what,
            size=size,
            parts=count,
            dim=axis + 1,
            uneven=True,
            made=parts[:5] + parts[5:][-1:],
            total=len(parts),
        )
    return parts


def channel_shuffle(operation: ChannelShuffle, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """ChannelShuffle: channels divide into groups; the shape stays."""
    source = inputs[0]
    shape = source.shape
    groups = operation.groups
    if shape is not None and len(shape) < 2:
        note("rank-mismatch", wanted=2, shape=shape)
    channels = shape[0] if shape else None
    if groups < 1 or (channels is not None and channels % groups):
        note("split-divides", what="ChannelShuffle", size=channels, parts=groups, dim=1)
        shape = None if shape is None else (None, *shape[1:])
    elif channels is not None and channels > 1 and groups in (1, channels):
        note("useless-shuffle", harmless=groups == 1, groups=groups, channels=channels)
    return (Map(shape, at, source.field, source.jump, source.tail),)
