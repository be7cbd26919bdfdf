"""Words about windows: their arithmetic, what they lose, and what makes them come out even."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Map
from convlint.derive.repairs.even import Even
from convlint.derive.sizes import last_size_change, way
from convlint.findings import Label
from convlint.model.window import Window, quotient
from convlint.rules import advice
from convlint.rules.wording import name_place, per_axis, size, source_label
from convlint.words.text import AXIS_NAMES, CELL_NAMES, axis_name, joined, many

if TYPE_CHECKING:
    pass

#: Where the far end of an axis is.
FAR_ENDS = {"length": "far end", "height": "bottom", "width": "right", "depth": "back"}

#: Windows with their axes (0 = first spatial axis).
Windows = Sequence[tuple[int, Window]]


def cell_name(axis: int, rank: int) -> str:
    """What one cell along an axis is called: a row, a column."""
    return CELL_NAMES.get(axis_name(axis, rank), "cell")


def cells(windows: Windows, rank: int, counts: Sequence[int]) -> str:
    """What is lost at the far ends, in words: ``the last row and the last 2 columns``."""
    names = [
        cell_name(axis, rank) + ("s" if count > 1 else "") for (axis, _), count in zip(windows, counts, strict=True)
    ]
    if len(set(counts)) == 1:
        # One number for all: the last row and column, the last 2 rows and columns.
        return f"the last {joined(names)}" if counts[0] == 1 else f"the last {counts[0]} {joined(names)}"
    return "the last " + joined([name if n == 1 else f"{n} {name}" for n, name in zip(counts, names, strict=True)])


def exact(window: Window) -> str:
    """The output size before rounding: 54.25, never rounded to a whole number."""
    return quotient(window.room + window.stride, window.stride)


def exact_sizes(windows: Windows) -> str:
    """The output sizes before rounding, once if all are alike: 54.25, or 54.25 x 30.5."""
    return " x ".join(dict.fromkeys(exact(window) for _, window in windows))


def formula(window: Window) -> str:
    """The size with its numbers: ``(224 - 11) / 4 + 1 = 54.25``."""
    padding = ""
    if window.before == window.after != 0:
        padding = f" + 2*{window.before}"
    elif window.before or window.after:
        padding = f" + {window.before} + {window.after}"
    kernel = str(window.kernel) if window.dilation == 1 else f"({window.dilation}*({window.kernel}-1)+1)"
    return f"({window.size}{padding} - {kernel}) / {window.stride} + 1 = {exact(window)}"


def each_axis(windows: Windows, rank: int, words: Callable[[Window], str]) -> list[str]:
    """Words about each window, once if they are the same for all, else with the name of the axis."""
    said = [words(window) for _, window in windows]
    if len(set(said)) <= 1:
        return said[:1]
    return [f"{axis_name(axis, rank)}: {text}" for (axis, _), text in zip(windows, said, strict=True)]


def sizes(*shapes: Sequence[int | None]) -> str:
    """The sizes of maps that would do: 223 or 227 if all are as high as wide (or have one axis), else 223x320."""
    square = all(len(set(shape)) == 1 for shape in shapes)
    return joined([size(shape[:1] if square else shape) for shape in shapes], "or")


def left_over(window: Window) -> str:
    """The formula and what is left behind the last window."""
    what = " of padding" if not window.dropped_input else ""
    rest = f"{many(window.behind, 'cell')}{what} {'is' if window.behind == 1 else 'are'} left over"
    if window.dropped_input and window.dropped_padding:
        rest += f", {window.dropped_padding} of them padding"
    return f"{formula(window)}, rounded down to {window.output}; {rest}"


def notes(even: Even) -> list[str]:
    """The arithmetic, the padding that does not exist, and the network inputs that repair a layer further on."""
    notes = [f"derived: {words}" for words in each_axis(even.lost, even.rank, left_over)]
    if even.symmetric() is None and not even.pool:
        notes.append(_no_padding(even))
    found = even.inputs()
    if found:
        notes.append(f"with a network input of {sizes(*found)} nothing is lost here")
    return notes


def _no_padding(even: Even) -> str:
    """That no padding on both sides repairs the layer, why, and which one on one side does."""
    window = next(window for _, window in even.lost if window.symmetric_padding() is None)
    difference = window.size - window.effective_kernel
    reason = f"stride {window.stride} is even, {window.size} - {window.effective_kernel} = {difference} is odd"
    far = [window.far_padding if window.dropped_input else 0 for _, window in even.irregularity.windows]
    ends = joined([FAR_ENDS.get(axis_name(axis, even.rank), "end") for axis, _ in even.lost])
    more = " more" if any(window.before for _, window in even.lost) else ""
    one_side = f"padding one side ({ends}) by {per_axis([cells for cells in far if cells])}{more} can"
    if len(far) == even.rank and even.rank in AXIS_NAMES:
        pairs = [number for cells in reversed(far) for number in (0, cells)]
        pad = advice.layer(even.at.layer.place, f"ZeroPad{even.rank}d", padding=pairs)
        one_side += f": {pad} before it" if pad else ""
    return f"no symmetric padding can repair it ({reason}); {one_side}"


def help(even: Even) -> str:
    """Everything that comes out even, the likeliest first."""
    what = "an input" if last_size_change(even.at.inputs[0]) is None else "a map"
    maps = even.maps()
    place = even.at.layer.place
    ways = [f"{advice.spelt(place, ceil_mode=True)} reads everything"] if even.ceil() else []
    if maps:
        ways.append(f"{what} of {sizes(*maps)} comes out even")
    text = "; ".join(ways)
    others = []
    padding = even.padding()
    if padding is not None:
        others.append(advice.spelt(place, padding=advice.on_axes(padding)))
    for name, found in (("kernel_size", even.kernels()), ("stride", even.strides())):
        if found:
            others.append(advice.choice(place, name, [advice.on_axes(values) for values in found]))
    if others and maps:
        text += f"; so does {others[0]}" + "".join(f", {other}" for other in others[1:-1])
        text += f", or {others[-1]}" if len(others) > 1 else ""
    elif others:
        text = "; ".join([*ways, f"it comes out even with {joined(others, 'or')}"])
    return text


def size_label(value: Map, derivation: Derivation) -> list[Label]:
    """A label at the layer that gave a map its spatial sizes, or at the network input if nothing changed them."""
    last = last_size_change(value)
    if last is None:
        *_, first = way(value)
        return source_label(first, "", derivation)
    return [Label(name_place(last.at.layer), f"makes a map of {size(last.after)}")]


def joined_or(choices: Sequence[str]) -> str:
    """Changes of which one is enough."""
    return "; or ".join(choices)
