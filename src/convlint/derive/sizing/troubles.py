"""What an irregularity means for the question for which input sizes a network runs, and runs clean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from convlint.derive.state import Irregularity

if TYPE_CHECKING:
    from convlint.derive.irregularities import OnAxis, Windowed

#: Input that is never read: it matters here also where it is a pool that loses it, of which people are only informed.
DROPS = frozenset(("dropped-input", "pool-drops-input"))
#: Questionable only behind a global pool, and then it holds whatever the input.
SIZELESS = frozenset(("window-on-one-cell",))
#: Worth knowing, and no matter for whether a network runs clean.
NO_MATTER = SIZELESS | {
    "bias-before-norm", "ceil-window-dropped", "checkerboard", "double-activation", "dropout-before-norm",
    "dropped-padding", "partial-window", "pointwise-on-one-cell", "stride-skips-input",
}  # fmt: skip


class Trouble(NamedTuple):
    """An irregularity that matters for sizes: it ``breaks`` the network, or keeps it from running clean.

    ``axes`` tells apart what can happen along one axis and not along another.
    """

    kind: str
    breaks: bool
    axes: tuple[int, ...] = ()


def trouble(irregularity: Irregularity) -> Trouble | None:
    """What an irregularity means for the question whether a network runs; None if nothing."""
    kind, numbers = irregularity.kind, irregularity.numbers
    if irregularity.harmless or kind in NO_MATTER:
        return None
    axes: tuple[int, ...] = ()
    if "axis" in numbers:
        axes = (cast("OnAxis", numbers)["axis"],)
    elif kind in DROPS:
        # What lies in the gaps of stride and dilation is another matter, and lost at every size.
        windows = cast("Windowed", numbers)["windows"]
        axes = tuple(axis for axis, window in windows if window.dropped_input and not window.has_gaps)
        if not axes:
            return None
    elif kind == "kernel-too-large":
        axes = tuple(axis for axis, window in cast("Windowed", numbers)["windows"] if window.output < 1)
    return Trouble(kind, irregularity.fatal, axes)
