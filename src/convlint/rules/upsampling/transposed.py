"""The arithmetic of transposed convolutions in words."""

from __future__ import annotations

from convlint.derive import Derived
from convlint.derive.repairs.trial import works
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


def with_kernels(at: Derived, kind: str, kernels: list[int], **others: list[int]) -> str | None:
    """Other kernels in words, with the padding that keeps the size; None if the layer would not be right with them.

    Where the size is not known or cannot be kept, the padding is half the stride.
    """
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    same = operation.output_size or (at.output.shape or ())[1:]
    sizes = (at.inputs[0].shape or ())[1:]
    dilations = others.get("dilation", operation.dilation)
    changed = [kernel != old for kernel, old in zip(kernels, operation.kernel_size, strict=True)]
    paddings = [before for before, _ in operation.padding]
    extras = list(operation.output_padding)
    for axis in range(operation.rank):
        if not changed[axis]:
            continue
        stride = operation.stride[axis]
        paddings[axis] = stride // 2
        if axis < len(sizes) and axis < len(same):
            size, wanted = sizes[axis], same[axis]
            if size is not None and wanted is not None:
                window = TransposedWindow(size, kernels[axis], stride, 0, dilations[axis])
                padding = window.padding_for(wanted)
                if padding is not None:
                    paddings[axis] = padding
                    extras[axis] = window._replace(padding=padding).output_padding_for(wanted) or 0
    if not works(at, kind, kernel_size=kernels, padding=paddings, output_padding=extras, **others):
        return None
    place = at.layer.place
    words = advice.choice(place, "kernel_size", [advice.on_axes(kernels)])
    with_ = []
    if any(paddings) or any(map(any, operation.padding)):
        with_.append(advice.choice(place, "padding", [advice.on_axes(paddings)]))
    if operation.output_size is None and extras != list(operation.output_padding):
        extra = advice.choice(place, "output_padding", [advice.on_axes(extras)])
        with_.append(extra if any(extras) else f"no {advice.word(place, 'output_padding')}")
    return words + (f" (with {' and '.join(with_)})" if with_ else "")
