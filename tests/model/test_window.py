"""Every formula of the window against a window that is really slid along an axis, cell by cell."""

from __future__ import annotations

from math import gcd

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convlint.model.window import (
    TransposedWindow,
    Window,
    effective_kernel,
    inputs_for,
    output_size,
    transposed_size,
)

#: Windows small enough to be slid by hand; sizes and paddings need not fit.
windows = st.builds(
    Window,
    size=st.integers(1, 30),
    kernel=st.integers(1, 7),
    stride=st.integers(1, 7),
    before=st.integers(0, 5),
    after=st.integers(0, 5),
    dilation=st.integers(1, 4),
    ceil=st.just(False),
    trailing=st.integers(0, 3),
)
#: Ceil mode belongs to pools, whose padding is even on both sides and at most half of the kernel.
ceil_windows = windows.map(
    lambda window: window._replace(
        ceil=True, before=min(window.before, window.kernel // 2), after=min(window.before, window.kernel // 2)
    )
)


def positions(window: Window) -> list[list[int]]:
    """The cells that each window reads; 0 is the first cell of the input, padding lies below 0 and beyond the size.

    In ceil mode a window may hang over the far end, if it starts inside the input or the padding before it.
    """
    found = []
    start = -window.before
    while True:
        taps = [start + tap * window.dilation for tap in range(window.kernel)]
        overhang = taps[-1] + 1 - (window.size + window.after)
        if overhang > 0 and not (window.ceil and overhang < window.stride and start < window.size):
            return found
        found.append(taps)
        start += window.stride


def behind(window: Window) -> list[int]:
    """The padded cells behind the last window."""
    last = positions(window)[-1][-1]
    return list(range(last + 1, window.size + window.after))


@given(st.one_of(windows, ceil_windows))
@example(Window(224, 11, 4))
@example(Window(2, 3, 2))
@example(Window(112, 1, 2, ceil=True))
@example(Window(4, 2, 3, 1, 1, ceil=True))
def test_output_is_the_number_of_windows(window: Window) -> None:
    assert max(0, window.output) == len(positions(window))


@given(windows)
@example(Window(1, 1, 3, 2))
def test_what_lies_behind_the_last_window(window: Window) -> None:
    if window.output < 1:
        return
    cells = behind(window)
    # Near padding that no window reads is neither: it is before the map, not behind its last window.
    end = window.size - window.trailing
    real = [cell for cell in cells if 0 <= cell < end]
    assert window.remainder == window.behind == len(cells)
    # More trailing zeros than cells cannot be; the window does not care.
    if window.trailing <= window.size:
        assert window.dropped_input == len(real)
        assert window.dropped_padding == sum(cell >= end for cell in cells)
    assert window.overhang == 0


@given(ceil_windows)
def test_ceil_mode_drops_less_and_hangs_over(window: Window) -> None:
    if window.output < 1:
        return
    last = positions(window)[-1][-1] + 1
    assert window.overhang == max(0, last - window.size - window.after)
    assert window.behind == max(0, window.size + window.after - last)


@given(st.one_of(windows, ceil_windows))
@example(Window(56, 3, 2, 2, 2, 2))
@example(Window(7, 1, 2))
@example(Window(30, 3, 3, 0, 0, 4))
@example(Window(30, 2, 2, 0, 0, 4))
def test_never_read_counts_cells_outside_the_union_of_all_windows(window: Window) -> None:
    read = {cell for taps in positions(window) for cell in taps if 0 <= cell < window.size}
    assert window.never_read == window.size - len(read)


def test_never_read_of_a_huge_axis_is_counted_at_once() -> None:
    assert Window(10**12, 1, 2).never_read == 10**12 // 2
    assert Window(10**12, 3, 2, 0, 0, 2).never_read == 10**12 // 2
    assert Window(10**12, 10**6, 10**7).never_read == 10**12 - 10**5 * 10**6
    # Classes that are cut off alike are counted together; where too many differ, no cell is called unread.
    assert Window(10**13, 10**6, 10**6, 0, 0, 2).never_read == 10**13 // 2
    assert Window(10**13, 10**6, 10**6, 0, 0, 999_999).never_read == 0


@given(windows)
def test_nearest_even_sizes(window: Window) -> None:
    def even(size: int) -> bool:
        room = window._replace(size=size).room
        return room >= 0 and room % window.stride == 0

    below = next((size for size in range(window.size, 0, -1) if even(size)), None)
    above = next(size for size in range(window.size, 200) if even(size))
    assert window.larger_size == above
    assert window.far_padding == above - window.size
    if window.room >= 0:
        assert window.smaller_size == below


def test_there_is_no_smaller_size_if_the_window_would_not_fit() -> None:
    assert Window(1, 3, 5, 3, 3).smaller_size is None
    assert Window(2, 3, 2).smaller_size is None


@given(windows)
@example(Window(224, 11, 4))
def test_symmetric_padding_is_minimal_and_exists_as_the_closed_form_says(window: Window) -> None:
    found = None
    for padding in range(100):
        room = window.size + 2 * padding - window.effective_kernel
        if room >= 0 and room % window.stride == 0:
            found = padding
            break
    assert window.symmetric_padding() == found
    odd = (window.size - window.effective_kernel) % 2 == 1
    assert (found is None) == (window.stride % 2 == 0 and odd)
    half = window.kernel // 2
    assert window.symmetric_padding(half) == (found if found is not None and found <= half else None)


@given(windows, st.integers(1, 40))
def test_padding_for_an_output(window: Window, output: int) -> None:
    made = {
        padding: output_size(window.size, window.kernel, window.stride, padding, padding, window.dilation)
        for padding in range(300)
    }
    assert window.padding_for(output) == next((padding for padding, size in made.items() if size == output), None)
    assert window.smallest_padding == next(padding for padding, size in made.items() if size >= 1)


@given(windows)
def test_even_kernels_are_the_nearest(window: Window) -> None:
    def even(kernel: int) -> bool:
        room = window.padded - effective_kernel(kernel, window.dilation)
        return room >= 0 and room % window.stride == 0

    # Behind a whole stride the kernels repeat, so none is nearer elsewhere.
    reach = range(1, window.stride + 1)
    below = next((window.kernel - step for step in reach if window.kernel > step and even(window.kernel - step)), None)
    above = next((window.kernel + step for step in reach if even(window.kernel + step)), None)
    if window.room >= 0:
        assert window.even_kernels() == [kernel for kernel in (below, above) if kernel is not None]


@given(windows)
def test_even_strides_divide_the_room(window: Window) -> None:
    if window.room <= 0:
        assert window.even_strides() == []
        return
    even = [
        stride
        for stride in range(1, 200)
        if window.room % stride == 0 and (window.kernel == 1 or gcd(stride, window.dilation) == 1)
    ]
    smaller = [stride for stride in even if stride < window.stride]
    larger = [stride for stride in even if window.stride < stride <= window.effective_kernel]
    assert window.even_strides() == smaller[-1:] + larger[:1]


def test_even_strides_are_not_looked_for_in_vain() -> None:
    assert Window(10**18, 1, 10**15).even_strides() == []


@given(st.one_of(windows, ceil_windows))
def test_smallest_size_with_an_output(window: Window) -> None:
    smallest = next(size for size in range(1, 100) if window._replace(size=size).output >= 1)
    assert window.smallest_size == smallest


@given(windows)
def test_largest_kernel_that_fits(window: Window) -> None:
    fitting = [kernel for kernel in range(1, 60) if effective_kernel(kernel, window.dilation) <= window.padded]
    assert window.largest_kernel == max(fitting)


@given(windows, st.integers(1, 30))
def test_inputs_for_an_output(window: Window, output: int) -> None:
    least, most = inputs_for(
        output, window.kernel, window.stride, window.before, window.after, window.dilation
    )  # fmt: skip
    for size in range(least - 3, most + 4):
        made = window._replace(size=size)
        assert (made.output == output) == (least <= size <= most)
        if size == least:
            assert made.remainder == 0


@given(windows, st.integers(0, 3))
def test_transposed_size_inverts_the_window(window: Window, output_padding: int) -> None:
    # Each of n cells writes a kernel, stride cells apart; padding cuts both ends, output_padding adds to the far one.
    written = {
        cell * window.stride + tap * window.dilation for cell in range(window.size) for tap in range(window.kernel)
    }
    length = max(written) + 1 - window.before - window.after + output_padding
    arguments = window.kernel, window.stride, window.before, window.after, window.dilation
    assert transposed_size(window.size, *arguments, output_padding) == length
    exact = transposed_size(window.size, *arguments)
    assert output_size(exact, *arguments) == window.size


transposed_windows = st.builds(
    TransposedWindow,
    size=st.integers(1, 12),
    kernel=st.integers(1, 7),
    stride=st.integers(1, 6),
    padding=st.integers(0, 8),
    dilation=st.integers(1, 4),
)


@given(transposed_windows)
def test_transposed_sizes_invert_those_of_the_window(window: TransposedWindow) -> None:
    down = Window(0, window.kernel, window.stride, window.padding, window.padding, window.dilation)
    least, most = window.least, window.most
    for size in range(max(1, least - 3), most + 4):
        assert (down._replace(size=size).output == window.size) == (least <= size <= most)


@given(transposed_windows, st.integers(1, 60))
def test_what_gives_a_transposed_output(window: TransposedWindow, output: int) -> None:
    extras = [extra for extra in range(max(window.stride, window.dilation)) if window.least + extra == output]
    assert window.output_padding_for(output) == (extras[0] if extras else None)
    paddings = [
        padding
        for padding in range(100)
        if window._replace(padding=padding).least <= output <= window._replace(padding=padding).most
    ]
    # Of several the smallest is taken: it needs the least output_padding.
    assert window.padding_for(output) == (paddings[0] if paddings else None)
    kernels = [kernel for kernel in range(1, 200) if window._replace(kernel=kernel).least == output]
    assert window.kernel_for(output) == (kernels[0] if kernels else None)


@given(transposed_windows)
def test_limits_of_a_transposed_window(window: TransposedWindow) -> None:
    assert window.smallest_size == next(n for n in range(1, 100) if window._replace(size=n).least >= 1)
    paddings = [padding for padding in range(100) if window._replace(padding=padding).least >= 1]
    assert window.largest_padding == max(paddings)


@given(transposed_windows)
@example(TransposedWindow(5, 3, 2, 0, 2))
@example(TransposedWindow(5, 2, 3))
def test_holes_are_cells_that_no_tap_writes(window: TransposedWindow) -> None:
    taps = range(0, window.kernel * window.dilation, window.dilation)
    # Far from the ends every position modulo the stride is alike.
    written = {tap % window.stride for tap in taps}
    assert window.reached == len(written)
    assert window.has_holes == (window.size > 1 and len(written) < window.stride)


@pytest.mark.parametrize(
    ("window", "exact", "output", "remainder", "dropped_padding", "dropped_input"),
    [
        (Window(227, 11, 4), 55.0, 55, 0, 0, 0),
        (Window(224, 11, 4), 54.25, 54, 1, 0, 1),
        (Window(224, 7, 2, 3, 3), 112.5, 112, 1, 1, 0),
        # Keras pads ResNet50's image by a layer of its own.
        (Window(230, 7, 2, trailing=3), 112.5, 112, 1, 1, 0),
        (Window(7, 2, 2), 3.5, 3, 1, 0, 1),
        (Window(7, 2, 2, ceil=True), 3.5, 4, 1, 0, 0),
        (Window(12, 3, 5, 1, 1), 3.2, 3, 1, 1, 0),
    ],
)
def test_known_windows(
    window: Window, exact: float, output: int, remainder: int, dropped_padding: int, dropped_input: int
) -> None:
    assert window.exact == pytest.approx(exact)
    assert (window.output, window.remainder) == (output, remainder)
    assert (window.dropped_padding, window.dropped_input) == (dropped_padding, dropped_input)


def test_alexnet_on_224() -> None:
    window = Window(224, 11, 4)
    assert (window.smaller_size, window.larger_size) == (223, 227)
    assert window.symmetric_padding() is None
    assert window.far_padding == 3
    assert window.even_kernels() == [8, 12]
    assert window.even_strides() == [3]
    assert window.never_read == 1
