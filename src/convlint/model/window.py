"""One window sliding along one axis: the arithmetic that convlint exists for.

    K = dilation * (kernel - 1) + 1                     effective kernel, in cells
    o = floor((n + before + after - K) / stride) + 1    output size; no output when n + before + after < K
    r = (n + before + after - K) mod stride             remainder: padded cells behind the last window

Windows start at ``-before``, so whatever the remainder costs is lost at the far end (the right, the bottom): first
padding, then real input.  Sources: Dumoulin and Visin, "A guide to convolution arithmetic" (2016); CS231n; PyTorch's
``ConvUtils.h`` and ``Pool.h``, whose verdicts these functions reproduce.  Everything here is a pure function of
integers and never raises for odd values: a size below 1 means that there is no output.
"""

from __future__ import annotations

from math import gcd
from typing import NamedTuple


def effective_kernel(kernel: int, dilation: int = 1) -> int:
    """Cells from the first to the last tap of a dilated kernel: ``d*(k-1) + 1``."""
    return dilation * (kernel - 1) + 1


def output_size(size: int, kernel: int, stride: int, before: int, after: int, dilation: int, ceil: bool = False) -> int:
    """Windows that fit on an axis, rounding down; below 1 if there is none.

    With ``ceil`` one more, partial window is added, unless it would start in the far padding (PyTorch ``Pool.h``).
    """
    room = size + before + after - dilation * (kernel - 1) - 1
    if not ceil:
        return room // stride + 1
    windows = (room + stride - 1) // stride + 1
    if (windows - 1) * stride >= size + before:
        windows -= 1
    return windows


def transposed_size(
    size: int, kernel: int, stride: int, before: int, after: int, dilation: int, output_padding: int = 0
) -> int:
    """Output size of a transposed convolution: ``(n-1)*s - before - after + K + output_padding``."""
    return (size - 1) * stride - before - after + dilation * (kernel - 1) + output_padding + 1


#: Classes of cells that are counted one by one.
MOST_CLASSES = 50_000


class Window(NamedTuple):
    """A window on one axis, with the questions that a finding asks about it.

    ``trailing`` counts zeros that a padding layer already put at the far end of ``size``; they are padding, not input.
    """

    size: int
    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    ceil: bool = False
    trailing: int = 0

    @property
    def effective_kernel(self) -> int:
        """``K = d*(k-1) + 1`` cells."""
        return effective_kernel(self.kernel, self.dilation)

    @property
    def padded(self) -> int:
        """Size of the axis with its padding."""
        return self.size + self.before + self.after

    @property
    def room(self) -> int:
        """Cells that the window can travel: ``n + before + after - K``; negative when it does not fit at all."""
        return self.padded - self.effective_kernel

    @property
    def output(self) -> int:
        """Output size; below 1 if there is none."""
        return output_size(self.size, self.kernel, self.stride, self.before, self.after, self.dilation, self.ceil)

    @property
    def exact(self) -> float:
        """The output size before rounding, e.g. 54.25."""
        return self.room / self.stride + 1

    @property
    def remainder(self) -> int:
        """Padded cells behind the last full window, ``0 <= r < stride``."""
        return self.room % self.stride

    @property
    def behind(self) -> int:
        """Padded cells behind the last window: the remainder in floor mode, usually none in ceil mode."""
        return max(0, self.padded - self._end)

    @property
    def dropped_padding(self) -> int:
        """Cells of far padding (this layer's and trailing zeros) behind the last window."""
        return min(self.behind, self.after + self.trailing)

    @property
    def dropped_input(self) -> int:
        """Cells of real input behind the last window."""
        return max(0, min(self.behind - self.after, self.size) - self.trailing)

    @property
    def overhang(self) -> int:
        """Cells that the last window of ceil mode hangs over the padded axis (0 in floor mode)."""
        return max(0, self._end - self.padded)

    @property
    def _end(self) -> int:
        """Padded cells up to the end of the last window: ``(o-1)*s + K``."""
        return (self.output - 1) * self.stride + self.effective_kernel

    @property
    def never_read(self) -> int:
        """Cells of the input that no tap of any window reads, between windows and behind them.

        Tap j of window i reads the cell ``i*s + j*d - before``.  Taps whose offsets are equal modulo the stride share a
        class of cells, no two classes meet, and in each class the taps' stretches are joined.  Classes of which the map
        cuts off as much are counted together; 0 if even so there are too many to count (kernels, strides and dilations
        of many thousands).
        """
        if self.output < 1:
            return self.size
        if self.dilation == 1 or self.kernel == 1:
            windows = self.output, self.kernel, self.stride
            return self.size - _covered(self.before + self.size, *windows) + _covered(self.before, *windows)
        stride, dilation = self.stride, self.dilation
        common = gcd(stride, dilation)
        classes = min(self.kernel, stride // common)
        if min(classes, 2 * dilation // common) > MOST_CLASSES:
            return 0
        read = first = 0
        while first < classes:
            # Counted in strides from the class's first cell, which lies at `offset`.
            offset = first * dilation - self.before
            begin, end = -(offset // stride), (self.size - 1 - offset) // stride + 1
            stretches = -(-(self.kernel - first) // classes)
            # The next class with another begin, another end, or a tap less.
            following = min(
                -((-(1 - begin) * stride - self.before) // dilation),
                (self.size - 1 + self.before - (end - 1) * stride) // dilation + 1,
                self.kernel - (stretches - 1) * classes,
                classes,
            )
            taps = stretches, self.output, classes * dilation // stride
            read += (following - first) * max(0, _covered(end, *taps) - _covered(begin, *taps))
            first = following
        return self.size - read

    @property
    def has_gaps(self) -> bool:
        """Whether stride and dilation share a factor, so that whole rows between the windows are not read either."""
        return self.kernel > 1 and self.output > 1 and gcd(self.stride, self.dilation) > 1

    @property
    def loses_between(self) -> bool:
        """Whether a common factor is why rows of this map are not read: with a stride above the window, that is."""
        return self.has_gaps and self.stride <= self.effective_kernel and self.never_read > 0

    # What would come out even -----------------------------------------------------------------------------------

    @property
    def smaller_size(self) -> int | None:
        """The nearest smaller input size without a remainder; None if the window would no longer fit."""
        size = self.size - self.remainder
        return size if size >= 1 and size + self.before + self.after >= self.effective_kernel else None

    @property
    def larger_size(self) -> int:
        """The nearest input size without a remainder that is not smaller."""
        return self.size + self.far_padding

    @property
    def far_padding(self) -> int:
        """Cells of padding to add at the far end only."""
        return -self.room if self.room < 0 else -self.room % self.stride

    def symmetric_padding(self, most: int | None = None) -> int | None:
        """The smallest padding P on both sides with ``(n + 2P - K) mod s = 0``; None if there is none up to ``most``.

        For an odd stride one always exists; for an even one only if ``n - K`` is even.
        """
        need = self.effective_kernel - self.size
        if self.stride % 2:
            period = self.stride
            padding = need * (self.stride + 1) // 2 % period
        elif need % 2 == 0:
            period = self.stride // 2
            padding = need // 2 % period
        else:
            return None
        if 2 * padding < need:
            padding += period * -(-(need - 2 * padding) // (2 * period))
        return None if most is not None and padding > most else padding

    def padding_for(self, output: int) -> int | None:
        """The smallest padding on both sides that gives an output size in floor mode; None if there is none."""
        padding = max(0, -(-(self.stride * (output - 1) + self.effective_kernel - self.size) // 2))
        made = output_size(self.size, self.kernel, self.stride, padding, padding, self.dilation)
        return padding if made == output else None

    def even_kernels(self) -> list[int]:
        """The nearest smaller and larger kernel without a remainder, as far as they exist.

        Solves ``d*x = room (mod s)`` for the cells x that the kernel grows by.
        """
        common = gcd(self.dilation, self.stride)
        if self.room % common:
            return []
        period = self.stride // common
        grow = self.room // common * pow(self.dilation // common, -1, period) % period
        return [
            kernel
            for kernel in (self.kernel + grow - period, self.kernel + (grow or period))
            if kernel >= 1 and effective_kernel(kernel, self.dilation) <= self.padded
        ]

    def even_strides(self) -> list[int]:
        """The nearest smaller and larger stride (never above the kernel) that divide the room and leave no gaps.

        Only those that come near are looked for: a divisor a thousand away repairs nothing.
        """
        if self.room <= 0:
            return []
        below = range(self.stride - 1, max(0, self.stride - 1000), -1)
        above = range(self.stride + 1, min(self.effective_kernel, self.stride + 1000) + 1)
        found = [
            next((s for s in strides if self.room % s == 0 and (self.kernel == 1 or gcd(s, self.dilation) == 1)), None)
            for strides in (below, above)
        ]
        return [stride for stride in found if stride is not None]

    @property
    def smallest_size(self) -> int:
        """The smallest input size that gives an output at all (never below 1)."""
        spare = self.stride - 1 if self.ceil else 0
        return max(1, self.effective_kernel - self.before - self.after - spare)

    @property
    def smallest_padding(self) -> int:
        """The smallest padding on both sides that gives an output in floor mode."""
        return max(0, -(-(self.effective_kernel - self.size) // 2))

    @property
    def largest_kernel(self) -> int:
        """The largest kernel that fits in floor mode; below 1 if not even a kernel of one cell does."""
        return (self.padded - 1) // self.dilation + 1


class TransposedWindow(NamedTuple):
    """A window of a transposed convolution on one axis; ``size`` is that of the small map, 0 if unknown."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def least(self) -> int:
        """The output size without output_padding: ``(n-1)*s - 2p + K``; below 1 if there is none."""
        return transposed_size(self.size, self.kernel, self.stride, self.padding, self.padding, self.dilation)

    @property
    def most(self) -> int:
        """The largest output size that PyTorch lets ``output_size`` ask for."""
        return self.least + self.stride - 1

    def output_padding_for(self, output: int) -> int | None:
        """The output_padding that gives an output size; None if none below stride or dilation does."""
        extra = output - self.least
        return extra if 0 <= extra < max(self.stride, self.dilation) else None

    def padding_for(self, output: int) -> int | None:
        """The smallest padding with which an output size is in range; None if none is."""
        spare = self._replace(padding=0).least - output
        padding = max(0, -(-spare // 2))
        changed = self._replace(padding=padding)
        return padding if changed.least <= output <= changed.most else None

    def kernel_for(self, output: int) -> int | None:
        """The kernel that gives an output size without output_padding."""
        grow = output - self.least
        kernel = self.kernel + grow // self.dilation
        return kernel if grow % self.dilation == 0 and kernel >= 1 else None

    @property
    def smallest_size(self) -> int:
        """The smallest input size that gives an output without output_padding (never below 1)."""
        return max(1, 1 - (self._replace(size=1).least - 1) // self.stride)

    @property
    def largest_padding(self) -> int:
        """The largest padding that leaves an output without output_padding; below 0 if there is none."""
        return (self._replace(padding=0).least - 1) // 2

    @property
    def has_holes(self) -> bool:
        """Whether some cells between the first and the last written one are written by no tap.

        The taps reach ``s / gcd(s, d)`` cells of each stride, or as many as there are taps, if those are fewer.
        """
        return self.size != 1 and self.reached < self.stride

    @property
    def reached(self) -> int:
        """Of ``stride`` neighbouring cells in the middle of the output, how many some tap writes."""
        return min(self.kernel, self.stride // gcd(self.stride, self.dilation))


def inputs_for(output: int, kernel: int, stride: int, before: int, after: int, dilation: int = 1) -> tuple[int, int]:
    """The smallest and largest input size that give an output size; the smallest is the one without a remainder."""
    smallest = stride * (output - 1) + effective_kernel(kernel, dilation) - before - after
    return smallest, smallest + stride - 1


def quotient(number: int, divisor: int) -> str:
    """A quotient in decimals: 54.25, 49.9969; never rounded to a whole number, unless it is one.

    The divisor is at least 1. What needs more than eight decimals is written as a sum: ``3 + 1/10000000000``.
    """
    whole, rest = divmod(abs(number), divisor)
    sign = "-" if number < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    for digits in (2, 4, 8):
        shown = f"{rest / divisor:.{digits}f}"
        if shown.strip("0.") and shown[0] == "0":
            return f"{sign}{whole}{shown.rstrip('0')[1:]}"
    return f"{sign}({whole} + {rest}/{divisor})" if sign else f"{whole} + {rest}/{divisor}"


def _covered(cell: int, stretches: int, length: int, apart: int) -> int:
    """How many cells below ``cell`` lie in one of several stretches of ``length`` cells; the first starts at 0."""
    cell = min(max(cell, 0), (stretches - 1) * apart + length)
    if length >= apart:
        return cell
    full, rest = divmod(cell, apart)
    return full * length + min(rest, length)
