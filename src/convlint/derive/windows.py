"""Operations that slide a window: convolution, pooling, unfolding."""

from __future__ import annotations

from itertools import islice
from math import gcd, prod
from typing import TYPE_CHECKING

from convlint.derive.state import Axes, Derived, Map, countable
from convlint.model.network import Shape
from convlint.model.operations import (
    AdaptivePool,
    Convolution,
    Fold,
    Pool,
    Subsampling,
    TransposedConvolution,
    Unfold,
    Unknown,
)
from convlint.model.window import Window

#: Input maps that no row of a table reads, as far as they are told one by one.
MOST_UNREAD = 64

if TYPE_CHECKING:
    from typing import Literal

    from convlint.derive.irregularities import ConnectionTable, Note


def spatial_shape(shape: Shape | None, rank: int, note: Note) -> Shape | None:
    """The shape if it has channels and ``rank`` spatial axes; otherwise the mismatch is noted and it is unknown."""
    if shape is None:
        return None
    if len(shape) != rank + 1:
        note("rank-mismatch", wanted=rank + 1, shape=shape)
        return None
    return shape


def widen(
    source: Map, kernels: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]
) -> tuple[Axes, Axes]:
    """Receptive field and total stride behind a window: ``field += (K-1)*jump``, then ``jump *= s``."""
    field, jump = source.field, source.jump
    if field is None or jump is None or len(field) != len(kernels):
        return None, None
    wider = []
    further = []
    for axis, kernel in enumerate(kernels):
        wider.append(field[axis] + dilations[axis] * (kernel - 1) * jump[axis])
        further.append(jump[axis] * strides[axis])
    return countable(wider, further)


def check_groups(
    operation: Convolution | TransposedConvolution, arrived: int | None, note: Note
) -> tuple[int | None, bool]:
    """Channels that the layer reads (declared, else derived) and whether channels and groups agree.

    One finding at most: a wrong ``in_channels`` hides what the groups then no longer divide.
    """
    declared, groups, out_channels = operation.in_channels, operation.groups, operation.out_channels
    for name, value in (("out_channels", out_channels), ("in_channels", declared), ("groups", groups)):
        if value is not None and value < 1:
            note("invalid-channels", argument=name, value=value)
            return None, False
    channels = arrived if declared is None else declared
    if declared is not None and arrived is not None and declared != arrived:
        note("channel-mismatch", declared=declared, derived=arrived)
        return channels, channels is not None and channels % groups == 0 and out_channels % groups == 0
    if groups > 1:
        if channels is not None and channels % groups:
            note("groups-divide-input", channels=channels, groups=groups, out_channels=out_channels)
            return channels, False
        if out_channels % groups:
            if channels == groups:
                note("depthwise-multiplier", channels=channels, groups=groups, out_channels=out_channels)
            else:
                note("groups-divide-output", channels=channels, groups=groups, out_channels=out_channels)
            return channels, False
        if groups == out_channels and channels is not None and channels != groups:
            note("almost-depthwise", channels=channels, groups=groups, out_channels=out_channels)
    return channels, True


def made_channels(operation: Convolution | TransposedConvolution) -> int | None:
    """Channels that a convolution makes; unknown where ``out_channels`` and ``groups`` contradict each other."""
    out_channels, groups = operation.out_channels, operation.groups
    return out_channels if out_channels >= 1 and (groups == 1 or groups < 1 or out_channels % groups == 0) else None


def invalid_arguments(note: Note, **arguments: tuple[int, ...]) -> bool:
    """Note the first argument with a value below 1 (below 0 for padding)."""
    for name, values in arguments.items():
        least = 0 if name == "padding" else 1
        for axis, value in enumerate(values):
            if value < least:
                note("invalid-window", argument=name, value=value, axis=axis, least=least)
                return True
    return False


def convolution(operation: Convolution, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Conv1d/2d/3d: ``o = floor((n + before + after - d*(k-1) - 1)/s) + 1`` on every axis."""
    source = inputs[0]
    rank = operation.rank
    kernel_size, stride, dilation, padding = (
        operation.kernel_size, operation.stride, operation.dilation, operation.padding,
    )  # fmt: skip
    shape = source.shape
    if shape is not None and len(shape) != rank + 1:
        shape = spatial_shape(shape, rank, note)
        source = _NOTHING
    channels, agree = check_groups(operation, shape[0] if shape is not None else None, note)
    made = made_channels(operation)

    if (
        min(kernel_size) < 1
        or min(stride) < 1
        or min(dilation) < 1
        or (operation.padding_word is None and min(map(min, padding)) < 0)
    ):
        flat = tuple(min(pair) for pair in padding)
        invalid_arguments(note, kernel_size=kernel_size, stride=stride, dilation=dilation, padding=flat)
        at.params = at.macs = None
        return (Map((made,) + (None,) * rank, at),)
    arrived = shape[0] if shape is not None else None
    disputed = operation.in_channels is not None and arrived is not None and operation.in_channels != arrived
    if agree and not (disputed and (operation.fan_in is not None or operation.connections is not None)):
        _count_convolution(operation, channels, at, note)
    else:
        # Which of two channel counts a table has to fit nobody knows.
        at.params = None
    sizes = shape[1:] if shape is not None else (None,) * rank
    if operation.padding_word == "same" and max(stride) > 1:
        note("same-with-stride", stride=stride, windows=_windows(operation, sizes, source.tail))
        at.macs = None
        return (Map((made,) + (None,) * rank, at),)
    if source is _NOTHING:
        # Windows on a map with another number of axes mean nothing.
        at.macs = None
        return (Map((made,) + (None,) * rank, at),)
    out = _slide_convolution(operation, sizes, source.tail, note)
    field, jump = widen(source, kernel_size, stride, dilation)
    if at.kernels_2d is None or None in out:
        at.macs = None
    else:
        at.macs = at.kernels_2d * prod(kernel_size) * prod(out)  # type: ignore[arg-type]
    return (Map((made, *out), at, field, jump),)


_NOTHING = Map(None)


def _slide_convolution(operation: Convolution, sizes: Shape, tail: Axes, note: Note) -> list[int | None]:
    """Output sizes; whatever is odd about the windows is noted, once for all axes together."""
    out: list[int | None] = []
    kernel_size, stride, dilation, padding = (
        operation.kernel_size, operation.stride, operation.dilation, operation.padding,
    )  # fmt: skip
    too_large = dropped = lost_padding = wrapped = outside = False
    for axis, size in enumerate(sizes):
        s = stride[axis]
        before, after = padding[axis]
        reach = dilation[axis] * (kernel_size[axis] - 1) + 1
        if before >= reach and before:
            outside = True
        if size is None:
            out.append(None)
            continue
        if before or after:
            mode = operation.padding_mode
            if mode != "zeros" and mode != "replicate" and max(before, after) >= size + (mode == "circular"):
                wrapped = True
        room = size + before + after - reach
        if operation.truncates and -s < room < 0 < size:
            out.append(1)
            continue
        if room < 0 or size == 0:
            too_large = True
            out.append(None)
            continue
        out.append(room // s + 1)
        if s > 1:
            remainder = room % s
            if remainder and s <= reach:
                if remainder > after + (tail[axis] if tail is not None else 0):
                    dropped = True
                else:
                    lost_padding = True
    if wrapped:
        note("reflect-padding", windows=_windows(operation, sizes, tail), mode=operation.padding_mode)
        return [None] * len(sizes)
    if too_large:
        note("kernel-too-large", windows=_windows(operation, sizes, tail))
        return out
    if dropped:
        note("dropped-input", windows=_windows(operation, sizes, tail))
    elif lost_padding:
        note("dropped-padding", windows=_windows(operation, sizes, tail))
    if outside:
        note("padding-exceeds-kernel", windows=_windows(operation, sizes, tail))
    if max(stride) > 1:
        if any(s > d * (k - 1) + 1 for s, d, k in zip(stride, dilation, kernel_size, strict=True)):
            note("stride-skips-input", windows=_windows(operation, sizes, tail))
        if max(dilation) > 1 and any(
            gcd(s, d) > 1 and k > 1 for s, d, k in zip(stride, dilation, kernel_size, strict=True)
        ):
            note("stride-dilation-gap", windows=_windows(operation, sizes, tail))
    if operation.padding_word == "same" and any(before != after for before, after in padding):
        note("asymmetric-same", windows=_windows(operation, sizes, tail))
    if all(size == 1 for size in sizes):
        kind: Literal["window-on-one-cell", "pointwise-on-one-cell"]
        kind = "window-on-one-cell" if max(kernel_size) > 1 else "pointwise-on-one-cell"
        note(kind, windows=_windows(operation, sizes, tail))
    return out


def windows_of(derived: Derived) -> list[tuple[int, Window]]:
    """The windows of a convolution or pool on all axes of known size; nothing for other layers or a wrong rank."""
    operation = derived.layer.operation
    if not isinstance(operation, (Convolution, Pool)):  # a union would be built for every layer
        return []
    source = derived.inputs[0]
    if source.shape is None or len(source.shape) != operation.rank + 1:
        return []
    if min(operation.kernel_size) < 1 or min(operation.stride) < 1 or min(operation.dilation) < 1:
        return []
    return _windows(operation, source.shape[1:], source.tail)


def _windows(operation: Convolution | Pool, sizes: Shape, tail: Axes) -> list[tuple[int, Window]]:
    """The windows on all axes of known size."""
    found = []
    ceil = isinstance(operation, Pool) and operation.ceil_mode
    for axis, size in enumerate(sizes):
        if size is not None:
            before, after = operation.padding[axis]
            found.append(
                (
                    axis,
                    Window(
                        size,
                        operation.kernel_size[axis],
                        operation.stride[axis],
                        before,
                        after,
                        operation.dilation[axis],
                        ceil,
                        tail[axis] if tail is not None and axis < len(tail) else 0,
                    ),
                )
            )
    return found


def _count_convolution(operation: Convolution, channels: int | None, at: Derived, note: Note) -> None:
    """Kernels in the three conventions, and parameters: ``T * prod(k) + M``, T connected pairs of maps."""
    out_channels = operation.out_channels
    at.kernels_3d = out_channels
    if operation.connections is not None:
        problem = _table_problem(operation, channels)
        if problem is not None:
            note("connection-table", **problem)
            at.params = None
            return
        if channels is not None:
            read = set().union(*operation.connections)
            if len(read) < channels:  # each of them is one of the maps, or the table has a problem
                first = list(islice((index for index in range(channels) if index not in read), MOST_UNREAD))
                note("connection-table", fatal=False, problem="unread", maps=first, unread=channels - len(read))
            _look_for_twins(operation, channels, note)
        pairs = sum(map(len, operation.connections))
        lengths = {len(row) for row in operation.connections}
        per_map = lengths.pop() if len(lengths) == 1 else None
    elif operation.fan_in is not None:
        if operation.groups > 1:
            note("fan-in-mismatch", fan_in=operation.fan_in, channels=channels, groups=operation.groups)
            at.params = None
            return
        if operation.fan_in < 1 or (channels is not None and operation.fan_in > channels):
            note("fan-in-mismatch", fan_in=operation.fan_in, channels=channels, groups=1)
            at.params = None
            return
        per_map = operation.fan_in
        pairs = out_channels * per_map
    elif channels is None:
        at.params = None
        return
    else:
        per_map = channels // operation.groups
        pairs = out_channels * per_map
    at.kernels_2d = pairs
    if per_map is not None:
        at.weight = (out_channels, per_map, *operation.kernel_size)
    weights = pairs * prod(operation.kernel_size) + (out_channels if operation.bias else 0)
    at.params = weights if operation.trained else 0


def _look_for_twins(operation: Convolution, channels: int, note: Note) -> None:
    """Note rows of a table that read the same maps: those that ``groups`` would give, else a few that are alike."""
    table = operation.connections
    assert table is not None
    rows: dict[tuple[int, ...], list[int]] = {}
    for index, maps in enumerate(table):
        rows.setdefault(tuple(sorted(maps)), []).append(index)
    groups = len(rows)
    if channels % groups == 0 and len(table) % groups == 0:
        width, maps_each = channels // groups, len(table) // groups
        # The length first: a table of a few numbers may stand on millions of maps.
        if all(
            len(maps) == width and sorted(maps) == list(range(row // maps_each * width, (row // maps_each + 1) * width))
            for row, maps in enumerate(table)
        ):
            note("connection-table", harmless=True, problem="groups", groups=groups)
            return
    twins = [found for found in rows.values() if len(found) > 1]
    # Where every set of inputs is read by several maps, that is how the layer is meant.
    if twins and 2 * sum(map(len, twins)) <= len(table):
        note("connection-table", fatal=False, problem="twins", twins=twins[0], maps=table[twins[0][0]])


def _table_problem(operation: Convolution, channels: int | None) -> ConnectionTable | None:
    """What makes a connection table impossible, or None."""
    table = operation.connections
    assert table is not None
    if operation.groups > 1 or operation.fan_in is not None:
        return {"problem": "contradiction", "other": "groups" if operation.groups > 1 else "fan_in"}
    if len(table) != operation.out_channels:
        return {"problem": "rows", "rows": len(table), "out_channels": operation.out_channels}
    for row, maps in enumerate(table):
        if len(set(maps)) != len(maps):
            return {"problem": "repeat", "row": row, "maps": maps}
        for index in maps:
            if index < 0 or (channels is not None and index >= channels):
                return {"problem": "index", "row": row, "index": index, "channels": channels}
        if not maps:
            return {"problem": "empty", "row": row}
    return None


def pool(operation: Pool, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Max-, average and LP-pooling; floor as a convolution, ceil mode as PyTorch's ``pooling_output_shape``."""
    source = inputs[0]
    rank = operation.rank
    shape = source.shape
    if shape is not None and len(shape) != rank + 1:
        shape = spatial_shape(shape, rank, note)
        source = _NOTHING
    made = shape[0] if shape is not None else None
    kernel_size, stride, padding, dilation = (
        operation.kernel_size, operation.stride, operation.padding, operation.dilation,
    )  # fmt: skip
    unknown = (Map((made,) + (None,) * rank, at),)
    if min(kernel_size) < 1 or min(stride) < 1 or min(dilation) < 1 or min(map(min, padding)) < 0:
        flat = tuple(min(pair) for pair in padding)
        invalid_arguments(note, kernel_size=kernel_size, stride=stride, dilation=dilation, padding=flat)
        return unknown
    for axis in range(rank):
        if max(padding[axis]) > kernel_size[axis] // 2:
            note("pool-padding", axis=axis, padding=max(padding[axis]), kernel=kernel_size[axis])
            return unknown
    if source is _NOTHING:
        return unknown
    sizes = shape[1:] if shape is not None else (None,) * rank
    tail = source.tail
    out: list[int | None] = []
    too_large = dropped = lost_padding = clipped = hanging = False
    # AvgPool3d and LPPool3d want the bare input to be as large as the kernel, whatever the padding.
    bare = rank == 3 and operation.kind != "max"
    ceil = operation.ceil_mode
    for axis, size in enumerate(sizes):
        if size is None:
            out.append(None)
            continue
        s = stride[axis]
        before, after = padding[axis]
        reach = dilation[axis] * (kernel_size[axis] - 1) + 1
        room = size + before + after - reach
        if operation.truncates and -s < room < 0 < size:
            out.append(1)
            continue
        count = (room + s - 1 if ceil else room) // s + 1
        if ceil and (count - 1) * s >= size + before:
            count -= 1
            clipped = True
        elif ceil and (count - 1) * s > room:
            hanging = True
        if count < 1 or size == 0 or (bare and size < kernel_size[axis]):
            too_large = True
            out.append(None)
            continue
        out.append(count)
        if not ceil and room % s and s <= reach:
            if room % s > after + (tail[axis] if tail is not None else 0):
                dropped = True
            else:
                lost_padding = True
    if too_large:
        note("kernel-too-large", windows=_windows(operation, sizes, tail), bare=bare)
    elif dropped:
        note("pool-drops-input", windows=_windows(operation, sizes, tail))
    elif lost_padding:
        note("dropped-padding", windows=_windows(operation, sizes, tail))
    elif clipped:
        note("ceil-window-dropped", windows=_windows(operation, sizes, tail))
    elif hanging:
        note("partial-window", windows=_windows(operation, sizes, tail))
    if not too_large:
        if max(stride) > 1:
            if any(s > d * (k - 1) + 1 for s, d, k in zip(stride, dilation, kernel_size, strict=True)):
                note("stride-skips-input", windows=_windows(operation, sizes, tail))
            if max(dilation) > 1 and any(
                gcd(s, d) > 1 and k > 1 for s, d, k in zip(stride, dilation, kernel_size, strict=True)
            ):
                note("stride-dilation-gap", windows=_windows(operation, sizes, tail))
        if max(kernel_size) > 1 and all(size == 1 for size in sizes):
            note("window-on-one-cell", windows=_windows(operation, sizes, tail))
    field, jump = widen(source, kernel_size, stride, dilation)
    return (Map((made, *out), at, field, jump),)


def subsampling(operation: Subsampling, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """LeNet-5's sub-sampling: an average pool with a trainable coefficient and bias for each map."""
    shape = inputs[0].shape
    at.params = None
    if not shape:
        return (Map(None, at),)
    rank = max(1, len(shape) - 1)
    if rank > 3:
        note("rank-mismatch", wanted=4, shape=shape)
        return (Map(None, at),)
    for name, given in (("kernel_size", operation.kernel_size), ("stride", operation.stride)):
        if len(given) not in (1, rank):
            note("wrong-arity", argument=name, given=len(given), wanted=rank)
            return (Map((shape[0],) + (None,) * (len(shape) - 1), at),)
    kernel_size, stride = (
        given * rank if len(given) == 1 else given for given in (operation.kernel_size, operation.stride)
    )
    plain = Pool("average", rank, kernel_size, stride, ((0, 0),) * rank, (1,) * rank)
    result = pool(plain, inputs, at, note)
    made = result[0].shape
    at.params = 2 * made[0] if made is not None and made[0] is not None else None
    return result


def unknown(operation: Unknown, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """A layer that could not be read."""
    at.params = at.macs = None
    return (Map(None, at),)


def adaptive_pool(operation: AdaptivePool, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Adaptive pooling; where the sizes divide it is a window of n/o cells, otherwise it has no field."""
    source = inputs[0]
    rank = operation.rank
    shape = source.shape
    if shape is not None and len(shape) != rank + 1:
        shape = spatial_shape(shape, rank, note)
        source = _NOTHING
    sizes = shape[1:] if shape is not None else (None,) * rank
    made = shape[0] if shape is not None else None
    out: list[int | None] = []
    for axis, wanted in enumerate(operation.output_size):
        size = sizes[axis]
        if wanted is None:
            out.append(size)
        elif wanted < 0:
            note("adaptive-size", axis=axis, wanted=wanted, size=size)
            return (Map((made,) + (None,) * rank, at),)
        elif size == 0 and (operation.kind == "max" or set(operation.output_size) != {1}):
            note("adaptive-size", axis=axis, wanted=wanted, size=0)
            return (Map((made,) + (None,) * rank, at),)
        else:
            out.append(wanted)
    if 0 in out:
        size = sizes[out.index(0)]
        note("adaptive-size", fatal=size == 0, axis=out.index(0), wanted=0, size=size)
    else:
        for axis, (wanted, size) in enumerate(zip(out, sizes, strict=True)):
            # The mean of an empty map is made without a word.
            if wanted is not None and size and wanted > size:
                note("adaptive-size", harmless=True, axis=axis, wanted=wanted, size=size)
                break
    field = jump = None
    if all(n is not None and o and n % o == 0 for n, o in zip(sizes, out, strict=True)):
        kernels = tuple(n // o for n, o in zip(sizes, out, strict=True))  # type: ignore[operator]
        field, jump = widen(source, kernels, kernels, (1,) * rank)
    return (Map((made, *out), at, field, jump),)


def _blocks(sizes: tuple[int | None, ...], operation: Unfold | Fold) -> list[int | None]:
    return [
        None
        if size is None
        else (size + 2 * operation.padding[axis] - operation.dilation[axis] * (operation.kernel_size[axis] - 1) - 1)
        // operation.stride[axis]
        + 1
        for axis, size in enumerate(sizes)
    ]


def unfold(operation: Unfold, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Unfold: (C, H, W) to (C * prod(k), number of blocks)."""
    shape = spatial_shape(inputs[0].shape, 2, note)
    if invalid_arguments(
        note,
        kernel_size=operation.kernel_size,
        stride=operation.stride,
        dilation=operation.dilation,
        padding=operation.padding,
    ):
        return (Map((None, None), at),)
    if shape is None:
        return (Map((None, None), at),)
    blocks = _blocks(shape[1:], operation)
    columns = None if shape[0] is None else shape[0] * prod(operation.kernel_size)
    if any(block is not None and block < 1 for block in blocks):
        note("fold-blocks", problem="empty", blocks=blocks, sizes=shape[1:])
        return (Map((columns, None), at),)
    count = None if None in blocks else prod(blocks)  # type: ignore[arg-type]
    return (Map((columns, count), at),)


def fold(operation: Fold, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Fold: (C * prod(k), number of blocks) to (C, H, W)."""
    if invalid_arguments(
        note,
        output_size=operation.output_size,
        kernel_size=operation.kernel_size,
        stride=operation.stride,
        dilation=operation.dilation,
        padding=operation.padding,
    ):
        return (Map((None, None, None), at),)
    shape = inputs[0].shape
    if shape is not None and len(shape) != 2:
        note("rank-mismatch", wanted=2, shape=shape)
        shape = None
    cells = prod(operation.kernel_size)
    blocks = _blocks(operation.output_size, operation)
    count = prod(blocks)  # type: ignore[arg-type]
    unknown = (Map((None, None, None), at),)
    if any(block is not None and block < 1 for block in blocks):
        note("fold-blocks", problem="empty", blocks=blocks, sizes=operation.output_size)
        return unknown
    if shape is not None and shape[0] is not None and shape[0] % cells:
        note("fold-blocks", problem="channels", channels=shape[0], cells=cells)
        return unknown
    if shape is not None and shape[1] is not None and shape[1] != count:
        note("fold-blocks", problem="count", columns=shape[1], blocks=blocks, count=count)
        return unknown
    made = None if shape is None or shape[0] is None else shape[0] // cells
    return (Map((made, *operation.output_size), at),)
