"""How every operation repeats itself along an axis.

The sizes that flow through a network are made of few kinds of steps: windows (``floor((n + a)/s) + b``), multiples,
sums, constants.  Each step is *regular*: from some input size on, an input that is larger by its ``period`` gives an
output that is larger by a fixed number of cells, and the same irregularities.  ``step`` says from where on, and with
which period, for every operation; everything else (``table``) is arithmetic on these two numbers.

The claims, with m the size of the axis, K the effective kernel, p and q the padding before and after:

* A window reads ``floor((m + p + q - K)/s) + 1`` cells once ``m >= K - p - q``.  Both the remainder, which decides what
  is dropped, and the test of ceil mode whether the last window starts behind the input, depend on ``m mod s`` only.
  Reflection and circular padding are refused below ``max(p, q) + 1`` and never above.  Period s.
* A transposed convolution gives ``s*m + b`` cells, at least one once ``m > 2*p``.  With a wanted ``output_size`` it is
  refused for every m that gives more.
* ``Upsample`` gives ``floor(m*a/b)`` for a scale that is the fraction a/b in binary.  Period b; a scale such as 1.1 has
  no period worth the name, because neither the double nor its product is exact.
* What is declared to make a/b of its input makes ``floor(m*a/b)`` cells. Period b.
* What is compared with a written number (crops, ``in_features``, normalized shapes) is settled for good once m is
  larger.
* ``Chunk`` into c parts makes parts of ``ceil(m/c)`` cells, and the last what is left: with c cells more each part is
  larger by one, once there are c parts, which is so from ``m = c^2`` on.
* Channels are compared with written numbers, which is settled once there are more, and divided into groups.
* Only maps of one cell are special to normalisations and joins: settled from 2 on.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, prod
from typing import NamedTuple

from convlint.model import operations as op

#: The largest number of parts for which a period is claimed.
MAX_CHUNKS = 64
#: The largest denominator of a scale factor for which a period is claimed.
MAX_DENOMINATOR = 64


class Step(NamedTuple):
    """Inputs of at least ``least`` cells that differ by ``period`` meet the same fate."""

    period: int
    least: int


#: Steps that treat all sizes alike, and those to which only a single cell is special.
_PLAIN = Step(1, 1)
_FROM_TWO = Step(1, 2)


def step(operation: op.Operation, rank: int, entry: int) -> Step | None:
    """The regularity of an operation in one entry of its input's shape (0 = channels) with ``rank`` entries.

    None if it is not regular there, or nothing is known about it.
    """
    if isinstance(operation, op.Elementwise | op.AlongAxis | op.Permute | op.Flatten | op.Merge | op.Concat):
        return _FROM_TWO
    if isinstance(operation, op.MatMul):
        return _FROM_TWO
    if isinstance(operation, op.Reduce | op.Flip | op.Roll | op.Stack):
        return _PLAIN
    if isinstance(operation, op.Slice | op.Narrow):
        if operation.dim % (rank + 1) != entry + 1:
            return _PLAIN
        # Once both ends lie inside, however they are counted.
        reach = abs(operation.start or 0)
        if isinstance(operation, op.Narrow):
            return Step(1, reach + abs(operation.length) + 1)
        return Step(operation.step, reach + abs(operation.end or 0) + 1)
    if isinstance(operation, op.Levels | op.Parameters | op.ParameterTensor | op.Unknown | op.ResizeLike):
        return _FROM_TWO
    if isinstance(operation, op.Opaque):
        return Step(operation.scale[1], 2) if operation.keeps_size and entry > 0 else _FROM_TWO
    if isinstance(operation, op.Linear):
        return Step(1, (operation.in_features or 0) + 1) if entry == rank - 1 else _PLAIN
    if isinstance(operation, op.LayerNorm):
        return Step(1, max(operation.normalized_shape or (0,)) + 1)
    if isinstance(operation, op.MultiheadAttention):
        return Step(1, max(1, operation.embed_dim) + 1)
    if isinstance(operation, op.TransformerEncoderLayer):
        return Step(1, max(1, operation.d_model) + 1)
    if isinstance(operation, op.Recurrent):
        return Step(1, max(1, operation.input_size) + 1)
    if isinstance(operation, op.Reshape):
        return _filled(operation.shape)
    if isinstance(operation, op.Unflatten):
        return _filled(operation.sizes) if operation.dim % (rank + 1) == entry + 1 else _PLAIN
    if isinstance(operation, op.GLU):
        return Step(2, 1)
    if isinstance(operation, op.Split):
        return _divided(operation) if operation.dim % (rank + 1) == entry + 1 else _PLAIN
    if isinstance(operation, op.Fold):
        return Step(1, _most_blocks(operation) + 1) if entry == 1 else None
    if isinstance(operation, op.Pad):
        axis = entry - (rank - operation.rank)
        if 0 <= axis < len(operation.padding):
            return Step(1, sum(map(abs, operation.padding[axis])) + 1)
        return _PLAIN
    if isinstance(operation, op.PixelShuffle):
        if entry < rank - 2:
            return None if entry == rank - 3 else _PLAIN
        return Step(max(1, operation.factor), 1) if operation.down else _PLAIN
    # What follows treats the first entry as channels: they are compared with written numbers, divided into groups.
    if entry == 0:
        return _channels(operation)
    return _along(operation, entry - 1)


def _channels(operation: op.Operation) -> Step | None:
    """The regularity in the channels of an operation that knows them from spatial axes.

    They grow where an axis became channels (a Permute, a Reshape).
    """
    if isinstance(operation, op.Convolution | op.TransposedConvolution):
        groups = max(1, operation.groups)
        compared = [operation.in_channels or 0, groups, operation.out_channels]
        if isinstance(operation, op.Convolution):
            compared.append(operation.fan_in or 0)
            compared += [index + 1 for row in operation.connections or () for index in row]
        return Step(groups, max(compared) + 1)
    if isinstance(operation, op.ChannelNorm):
        return Step(1, max(1, operation.num_features or 0) + 1)
    if isinstance(operation, op.GroupNorm):
        groups = max(1, operation.num_groups)
        return Step(groups, max(groups, operation.num_channels or 0) + 1)
    if isinstance(operation, op.PReLU):
        return Step(1, max(1, operation.num_parameters) + 1)
    if isinstance(operation, op.ChannelShuffle):
        groups = max(1, operation.groups)
        return Step(groups, groups + 1)
    if isinstance(
        operation, op.Pool | op.Subsampling | op.AdaptivePool | op.CenterCrop | op.Upsample | op.LocalNorm | op.Unfold
    ):
        return _FROM_TWO
    return None


def _divided(operation: op.Split) -> Step | None:
    """Parts of written sizes, or a written number of parts; the number of parts of a written size grows."""
    if operation.sizes is not None:
        return Step(1, sum(map(abs, operation.sizes)) + 1)
    if operation.chunks is None or not 0 < operation.chunks <= MAX_CHUNKS:
        return None
    # From here on there are as many parts as are wanted, and the last is what is left.
    return Step(operation.chunks, operation.chunks**2)


def _along(operation: op.Operation, axis: int) -> Step | None:
    """The regularity along a spatial axis of an operation that knows channels from spatial axes."""
    if isinstance(
        operation, op.PReLU | op.ChannelNorm | op.GroupNorm | op.LocalNorm | op.ChannelShuffle | op.SelfAttention
    ):
        return _FROM_TWO
    if isinstance(operation, op.Convolution | op.Pool):
        before, after = _at(operation.padding, axis)
        return _window(
            _at(operation.kernel_size, axis), _at(operation.stride, axis), before, after, _at(operation.dilation, axis)
        )
    if isinstance(operation, op.Unfold):
        cells = _at(operation.padding, axis)
        return _window(
            _at(operation.kernel_size, axis), _at(operation.stride, axis), cells, cells, _at(operation.dilation, axis)
        )
    if isinstance(operation, op.Subsampling):
        return _window(_at(operation.kernel_size, axis), _at(operation.stride, axis), 0, 0, 1)
    if isinstance(operation, op.AdaptivePool):
        return Step(1, max(1, _at(operation.output_size, axis) or 0) + 1)
    if isinstance(operation, op.TransposedConvolution):
        before, after = _at(operation.padding, axis)
        wanted = _at(operation.output_size, axis) if operation.output_size is not None else 0
        return Step(1, max(2, before + after + 2 + max(0, wanted)))
    if isinstance(operation, op.CenterCrop):
        return Step(1, max(1, _at(operation.size, axis) or 1))
    if isinstance(operation, op.Upsample):
        if operation.scale_factor is None:
            return _PLAIN
        return _scaled(_at(operation.scale_factor, axis))
    return None


def _at(values: tuple, axis: int):  # type: ignore[no-untyped-def, type-arg]
    """The value for an axis; one value stands for all axes, and an axis too many has the last one's."""
    return values[min(axis, len(values) - 1)]


def _window(kernel: int, stride: int, before: int, after: int, dilation: int) -> Step:
    reach = dilation * (kernel - 1) + 1
    # Only a second window makes gaps of what stride and dilation leave out.
    least = reach - before - after + (stride if gcd(stride, dilation) > 1 else 0)
    # AvgPool3d wants the bare input to be as large as its kernel, whatever the padding.
    return Step(max(1, stride), max(2, least, kernel, before + 1, after + 1))


def _scaled(factor: float) -> Step | None:
    if not 0 < factor < float("inf"):
        return _PLAIN
    exact = Fraction(factor)
    if exact.denominator > MAX_DENOMINATOR:
        return None
    return Step(exact.denominator, -(-exact.denominator // exact.numerator))


def _filled(sizes: tuple[int, ...]) -> Step:
    """A shape that holds a number of cells, or as many as a -1 in it takes."""
    fixed = abs(prod(size for size in sizes if size != -1))
    return Step(max(1, fixed), 1) if -1 in sizes else Step(1, fixed + 1)


def _most_blocks(operation: op.Fold) -> int:
    """More blocks than a Fold can have."""
    return prod(
        max(0, size + 2 * padding) + 1 for size, padding in zip(operation.output_size, operation.padding, strict=True)
    )
