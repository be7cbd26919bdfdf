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
    def dropped_padding(self) -> int:
        """Cells of far padding (this layer's and trailing zeros) that no window reaches."""
        return min(self.remainder, self.after + self.trailing)

    @property
    def dropped_input(self) -> int:
        """Cells of real input behind the last window."""
        return max(0, self.remainder - self.after - self.trailing)

    @property
    def overhang(self) -> int:
        """Cells that the last window of ceil mode hangs over the padded axis (0 in floor mode)."""
        return max(0, (self.output - 1) * self.stride + self.effective_kernel - self.padded)

    @property
    def never_read(self) -> int:
        """Real cells that no tap of any window reads, between windows and behind them; the union formula."""
        touched: set[int] = set()
        for tap in range(self.kernel):
            first = tap * self.dilation - self.before
            last = first + (self.output - 1) * self.stride
            skip = max(0, -(first // self.stride)) if first < 0 else 0
            touched.update(range(first + skip * self.stride, min(last, self.size - 1) + 1, self.stride))
        return self.size - len(touched)

    # What would come out even -----------------------------------------------------------------------------------

    @property
    def smaller_size(self) -> int | None:
        """The nearest smaller input size without a remainder; None if the window would no longer fit."""
        size = self.size - self.remainder
        return size if size >= 1 and size + self.before + self.after >= self.effective_kernel else None

    @property
    def larger_size(self) -> int:
        """The nearest larger input size without a remainder."""
        return self.size + (-self.room) % self.stride

    @property
    def far_padding(self) -> int:
        """Cells of padding to add at the far end only."""
        return (-self.room) % self.stride

    def symmetric_padding(self, most: int | None = None) -> int | None:
        """The smallest padding P on both sides with ``(n + 2P - K) mod s = 0``; None if there is none up to ``most``.

        For an odd stride one always exists; for an even one only if ``n - K`` is even.
        """
        need = self.effective_kernel - self.size
        if self.stride % 2:
            padding = need * (self.stride + 1) // 2 % self.stride
            period = self.stride
        elif need % 2 == 0:
            period = self.stride // 2
            padding = need // 2 % period
        else:
            return None
        while self.size + 2 * padding < self.effective_kernel:
            padding += period
        return None if most is not None and padding > most else padding

    def even_kernels(self) -> list[int]:
        """The nearest smaller and larger kernel without a remainder, as far as they exist."""
        found = []
        for step in (-1, 1):
            kernel = self.kernel + step
            while 1 <= kernel and abs(kernel - self.kernel) <= self.stride:
                room = self.padded - effective_kernel(kernel, self.dilation)
                if room >= 0 and room % self.stride == 0:
                    found.append(kernel)
                    break
                kernel += step
        return found

    def even_strides(self) -> list[int]:
        """The nearest smaller and larger stride (never above the kernel) that divide the room."""
        if self.room <= 0:
            return []
        smaller = next((s for s in range(self.stride - 1, 0, -1) if self.room % s == 0), None)
        larger = next((s for s in range(self.stride + 1, self.effective_kernel + 1) if self.room % s == 0), None)
        return [stride for stride in (smaller, larger) if stride is not None]

    @property
    def smallest_size(self) -> int:
        """The smallest input size that gives an output at all (never below 1)."""
        return max(1, self.effective_kernel - self.before - self.after)


def inputs_for(output: int, kernel: int, stride: int, before: int, after: int, dilation: int = 1) -> tuple[int, int]:
    """The smallest and largest input size that give an output size; the smallest is the one without a remainder."""
    smallest = stride * (output - 1) + effective_kernel(kernel, dilation) - before - after
    return smallest, smallest + stride - 1
