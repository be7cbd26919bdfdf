"""Changes that make a window come out even, worked out by ``model.window``."""

from __future__ import annotations

from convlint.derive import Derived
from convlint.model.operations import Convolution, Pool
from convlint.model.window import Window
from convlint.rules.wording import CELL_NAMES, axis_name, joined, many


def cells(windows: list[tuple[int, Window]], rank: int, counts: list[int]) -> str:
    """What is lost, in words: ``the last row and the last 2 columns``."""
    words = []
    for (axis, _), count in zip(windows, counts, strict=True):
        if count:
            name = CELL_NAMES[axis_name(axis, rank)]
            words.append(f"last {name}" if count == 1 else f"last {count} {name}s")
    return "the " + joined(words)


def formula(window: Window) -> str:
    """The size with its numbers: ``(224 - 11) / 4 + 1 = 54.25``."""
    padding = f" + {window.before} + {window.after}" if window.before or window.after else ""
    kernel = str(window.kernel) if window.dilation == 1 else f"({window.dilation}*({window.kernel}-1)+1)"
    exact = window.exact
    shown = f"{exact:g}" if exact == round(exact, 4) else f"{exact:.3f}"
    return f"({window.size} - {kernel}{padding}) / {window.stride} + 1 = {shown}"


def even_inputs(window: Window) -> str:
    """The nearest sizes of this axis that come out even: ``223 or 227``."""
    found = [window.smaller_size, window.larger_size]
    return joined([str(size) for size in found if size is not None], "or")


def padding_note(window: Window, pool: bool) -> str:
    """Which padding repairs the axis: symmetric if there is one, else on one side, and that there is no other."""
    most = window.kernel // 2 if pool else None
    symmetric = window.symmetric_padding(most)
    one_side = f"{many(window.far_padding, 'cell')} more on the far side only"
    if symmetric is not None:
        return f"padding {symmetric} comes out even too; so do {one_side}"
    if window.stride % 2 == 0 and (window.size - window.effective_kernel) % 2:
        difference = window.size - window.effective_kernel
        reason = f"stride {window.stride} is even, {window.size} - {window.effective_kernel} = {difference} is odd"
        return f"no symmetric padding comes out even ({reason}); {one_side} would, with a padding layer before"
    return f"no padding that a pool of kernel {window.kernel} may have comes out even; {one_side} would"


def repairs(at: Derived, windows: list[tuple[int, Window]]) -> tuple[list[str], str]:
    """Notes and a help line that repair the first of some uneven windows (usually all axes are alike)."""
    operation = at.layer.operation
    assert isinstance(operation, Convolution | Pool)
    _, window = windows[0]
    notes = [f"derived: {formula(window)}", padding_note(window, isinstance(operation, Pool))]
    help = f"an input of {even_inputs(window)} comes out even"
    kernels = window.even_kernels()
    if kernels:
        help += f"; so does kernel_size {joined([str(k) for k in kernels], 'or')}"
    return notes, help
