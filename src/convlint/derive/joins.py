"""Operations on several maps or parts of a map: add, multiply, concat, split, shuffle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.derive.provenance import explain_add, explain_concat
from convlint.derive.reshaping import axis_of
from convlint.derive.state import Axes, Derived, Map
from convlint.model.network import Shape
from convlint.model.operations import ChannelShuffle, Concat, Merge, Split

Note = Callable[..., None]


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
    return tuple(map(min, zip(*tails, strict=True)))  # type: ignore[arg-type]


def _unify(shapes: list[Shape]) -> Shape:
    """The common shape of equal shapes, filling in sizes that only one of them knows."""
    return tuple(next((size for size in sizes if size is not None), None) for sizes in zip(*shapes, strict=True))


def merge(operation: Merge, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Element by element. Size-1 axes broadcast: on purpose in a product (gates), rarely on purpose in a sum."""
    if len(inputs) < 2:
        note("wrong-input-count", given=len(inputs), least=2)
        return (Map(inputs[0].shape if inputs else None, at),)
    shapes = [source.shape for source in inputs if source.shape is not None]
    if len(shapes) < len(inputs):
        return (Map(shapes[0] if shapes else None, at),)
    field, jump = _joined_field(inputs)
    first = shapes[0]
    if any(len(shape) != len(first) for shape in shapes):
        note("add-shape", merge=operation.kind, shapes=shapes)
        return (Map(first, at, field, jump),)
    out: list[int | None] = []
    broadcast = False
    for axis, sizes in enumerate(zip(*shapes, strict=True)):
        known = {size for size in sizes if size is not None}
        if len(known - {1}) > 1:
            explained = explain_add(inputs, operation.kind)
            note(explained.pop("kind"), axis=axis, **explained)
            return (Map(first, at, field, jump),)
        if len(known) > 1:
            broadcast = True
        out.append(max(known) if known and (len(known) > 1 or None not in sizes or 1 not in known) else None)
    if broadcast and operation.kind == "add":
        note("add-shape", broadcast=True, shapes=shapes)
    return (Map(tuple(out), at, field, jump, _joined_tail(inputs)),)


def concat(operation: Concat, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Concatenation: equal sizes but for the axis along which they are put together."""
    if len(inputs) < 2:
        note("wrong-input-count", given=len(inputs), least=2)
        return (Map(inputs[0].shape, at, inputs[0].field, inputs[0].jump) if inputs else Map(None, at),)
    known = [source.shape for source in inputs if source.shape is not None]
    if not known:
        return (Map(None, at),)
    first = known[0]
    if any(len(shape) != len(first) for shape in known):
        note("concat-size", problem="rank", shapes=[source.shape for source in inputs])
        return (Map(None, at),)
    axis = axis_of(operation.dim, first, note)
    if axis is None or axis < 0:
        return (Map(None if axis is None else first, at),)
    field, jump = _joined_field(inputs)
    complete = len(known) == len(inputs)
    along = [shape[axis] for shape in known]
    total = sum(along) if complete and None not in along else None  # type: ignore[arg-type]
    out: list[int | None] = list(_unify(known))
    for other in range(len(first)):
        sizes = {shape[other] for shape in known if shape[other] is not None}
        if other != axis and len(sizes) > 1:
            explained = explain_concat(inputs, axis)
            note(explained.pop("kind"), **explained)
            out = list(first)
            break
    out[axis] = total
    return (Map(tuple(out), at, field, jump, _joined_tail(inputs) if axis == 0 else None),)


def split(operation: Split, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """torch.split and torch.chunk."""
    source = inputs[0]
    shape = source.shape
    wanted = _static_parts(operation)
    unknown = tuple(Map(None, at) for _ in range(wanted or 1))
    if shape is None:
        return unknown
    axis = axis_of(operation.dim, shape, note)
    if axis is None or axis < 0:
        return unknown
    size = shape[axis]
    parts = _parts(operation, size, axis, note)
    field, jump = (source.field, source.jump) if axis == 0 else (None, None)
    return tuple(Map((*shape[:axis], part, *shape[axis + 1 :]), at, field, jump) for part in parts)


def _static_parts(operation: Split) -> int | None:
    if operation.sizes is not None:
        return len(operation.sizes)
    return operation.chunks


#: Parts of a split by size that a reference may name when the axis is unknown.
_UNKNOWN_PARTS = 64


def _parts(operation: Split, size: int | None, axis: int, note: Note) -> list[int | None]:
    sizes, step, chunks = operation.sizes, operation.size, operation.chunks
    if sizes is not None:
        if any(part < 0 for part in sizes) or (size is not None and sum(sizes) != size):
            note("split-divides", what="Split", size=size, sizes=sizes, dim=axis + 1)
        return [part if part >= 0 else None for part in sizes]
    numbers: dict[str, Any] = {"what": "Split", "parts": step} if step is not None else {"what": "Chunk", "parts": chunks}
    count = step if step is not None else chunks
    assert count is not None
    if count < 1:
        note("split-divides", size=size, dim=axis + 1, invalid=True, **numbers)
        return [None]
    if size is None:
        return [None] * (chunks if chunks is not None else _UNKNOWN_PARTS)
    if chunks is not None:
        step = -(-size // chunks) or 1
    assert step is not None
    if size % count:
        note("split-divides", size=size, dim=axis + 1, uneven=True, **numbers)
    full, rest = divmod(size, step)
    return [step] * min(full, 10_000) + ([rest] if rest else [])


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
    elif channels is not None and channels > 1 and groups in (1, channels):
        note("useless-shuffle", groups=groups, channels=channels)
    return (Map(shape, at, source.field, source.jump, source.tail),)
