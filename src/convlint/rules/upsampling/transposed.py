"""The arithmetic of transposed convolutions in words."""

from __future__ import annotations

from convlint.derive import Derived
from convlint.derive.repairs.transposed import Kernels
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow
from convlint.rules import advice


def formula(window: TransposedWindow, output_padding: int = 0) -> str:
    """The size with its numbers: ``(16 - 1)*2 + 4 - 2*1 = 32``."""
    kernel = str(window.kernel) if window.dilation == 1 else f"({window.dilation}*({window.kernel}-1)+1)"
    padding = f" - 2*{window.padding}" if window.padding else ""
    extra = f" + {output_padding}" if output_padding > 0 else f" - {-output_padding}" if output_padding else ""
    made = window.least + output_padding
    return f"({window.size} - 1)*{window.stride} + {kernel}{padding}{extra} = {made}"


def kernels_in_words(at: Derived, found: Kernels) -> str:
    """Other kernels, with the padding that keeps the size."""
    operation, place = at.layer.operation, at.layer.place
    assert isinstance(operation, TransposedConvolution)
    words = advice.choice(place, "kernel_size", [advice.on_axes(found.kernels)])
    with_ = []
    if any(found.padding) or any(map(any, operation.padding)):
        with_.append(advice.choice(place, "padding", [advice.on_axes(found.padding)]))
    if operation.output_size is None and found.output_padding != list(operation.output_padding):
        extra = advice.choice(place, "output_padding", [advice.on_axes(found.output_padding)])
        with_.append(extra if any(found.output_padding) else f"no {advice.word(place, 'output_padding')}")
    return words + (f" (with {' and '.join(with_)})" if with_ else "")
