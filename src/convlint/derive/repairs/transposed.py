"""Arguments of a transposed convolution that make another size, or leave no hole; each was tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from convlint.derive.repairs.trial import works
from convlint.derive.state import Derived, Irregularity
from convlint.model.operations import TransposedConvolution
from convlint.model.window import TransposedWindow

if TYPE_CHECKING:
    from convlint.derive.irregularities import OutputPadding, OutputSizeRange

# Sizes that are wanted ------------------------------------------------------------------------------------------------


def reaches(window: TransposedWindow, wanted: int) -> bool:
    """Whether a window can make a size."""
    return window.least <= wanted <= window.most


def wanted_sizes(irregularity: Irregularity[OutputSizeRange]) -> list[tuple[TransposedWindow, int]]:
    """The window on every axis and the size wanted there; an axis of unknown size wants what it makes."""
    operation = _operation(irregularity.at)
    assert operation.output_size is not None
    found = []
    sizes = (irregularity.at.inputs[0].shape or (None,) * (operation.rank + 1))[1:]
    for axis, (size, wanted) in enumerate(zip(sizes, operation.output_size, strict=True)):
        arguments = operation.kernel_size[axis], operation.stride[axis], operation.padding[axis][0]
        window = TransposedWindow(size or 0, *arguments, operation.dilation[axis])
        found.append((window, wanted if size is not None else window.least))
    return found


def reaching(irregularity: Irregularity[OutputSizeRange]) -> list[tuple[str, list[int]]]:
    """Single arguments with which all wanted sizes are in range."""
    windows = wanted_sizes(irregularity)

    def other(
        name: str, current: list[int], changed: Callable[[TransposedWindow, int], int | None]
    ) -> list[tuple[str, list[int]]]:
        values = [
            now if reaches(window, wanted) else changed(window, wanted)
            for now, (window, wanted) in zip(current, windows, strict=True)
        ]
        known = [value for value in values if value is not None]
        if len(known) < len(values) or not works(irregularity.at, irregularity.kind, **{name: known}):
            return []
        return [(name, known)]

    return [
        *other("padding", [window.padding for window, _ in windows], TransposedWindow.padding_for),
        *other("stride", [window.stride for window, _ in windows], _stride),
        *other("kernel_size", [window.kernel for window, _ in windows], _kernel),
    ]


def _stride(window: TransposedWindow, wanted: int) -> int | None:
    strides = (stride for stride in range(1, 33) if stride != window.stride)
    return next((stride for stride in strides if reaches(window._replace(stride=stride), wanted)), None)


def _kernel(window: TransposedWindow, wanted: int) -> int | None:
    kernel = window.kernel_for(wanted)
    return kernel if kernel is not None and kernel <= window.kernel + 2 * window.stride else None


# Output padding -------------------------------------------------------------------------------------------------------


class Changed(NamedTuple):
    """The argument that changes, and the output padding that goes with it."""

    values: list[int]
    output_padding: list[int]


def with_padding(irregularity: Irregularity[OutputPadding]) -> Changed | None:
    """A smaller padding that gives the sizes that were wanted."""
    paddings, extras = [], []
    for window, extra in _padded_windows(irregularity):
        padding: int | None = window.padding
        if extra >= max(window.stride, window.dilation):
            padding = window.padding_for(window.least + extra)
            if padding is None or padding >= window.padding:
                return None
            extra = window._replace(padding=padding).output_padding_for(window.least + extra) or 0
        paddings.append(padding or 0)
        extras.append(extra)
    tried = works(irregularity.at, irregularity.kind, padding=paddings, output_padding=extras)
    return Changed(paddings, extras) if tried else None


def with_kernel(irregularity: Irregularity[OutputPadding]) -> Changed | None:
    """A larger kernel that gives the sizes that were wanted."""
    kernels, extras = [], []
    for window, extra in _padded_windows(irregularity):
        kernel: int | None = window.kernel
        if extra >= max(window.stride, window.dilation):
            kernel, extra = window.kernel_for(window.least + extra), 0
        if kernel is None:
            return None
        kernels.append(kernel)
        extras.append(extra)
    tried = works(irregularity.at, irregularity.kind, kernel_size=kernels, output_padding=extras)
    return Changed(kernels, extras) if tried else None


def _padded_windows(irregularity: Irregularity[OutputPadding]) -> list[tuple[TransposedWindow, int]]:
    """The window on every axis with its output_padding; an unknown size is taken to be like the one that is wrong."""
    operation = _operation(irregularity.at)
    wrong: TransposedWindow = irregularity.numbers["window"]
    shape = irregularity.at.inputs[0].shape or (None,) * (operation.rank + 1)
    axes = zip(
        shape[1:], operation.kernel_size, operation.stride, operation.padding, operation.dilation,
        operation.output_padding, strict=True,
    )  # fmt: skip
    return [
        (TransposedWindow(wrong.size if size is None else size, kernel, stride, padding[0], dilation), extra)
        for size, kernel, stride, padding, dilation, extra in axes
    ]


# Nothing left ---------------------------------------------------------------------------------------------------------


def sizes_that_leave_something(at: Derived, kind: str) -> list[int] | None:
    """The least output_size that is one."""
    wanted = [max(1, size) for size in _operation(at).output_size or ()]
    return wanted if works(at, kind, output_size=wanted) else None


def padding_that_leaves_something(at: Derived, kind: str) -> list[int] | None:
    """The most padding on every axis that leaves something."""
    operation = _operation(at)
    paddings = [before for before, _ in operation.padding]
    for axis, window in _empty_windows(at):
        paddings[axis] = window.largest_padding
    return paddings if min(paddings) >= 0 and works(at, kind, padding=paddings) else None


def kernel_that_leaves_something(at: Derived, kind: str) -> list[int] | None:
    """The least kernel on every axis that leaves something."""
    operation = _operation(at)
    kernels = list(operation.kernel_size)
    for axis, window in _empty_windows(at):
        missing = 1 - window.least - operation.output_padding[axis]
        kernels[axis] -= -missing // window.dilation
    return kernels if works(at, kind, kernel_size=kernels) else None


def _empty_windows(at: Derived) -> list[tuple[int, TransposedWindow]]:
    """The axes along which nothing is left, with their windows."""
    operation = _operation(at)
    found = []
    for axis, size in enumerate((at.inputs[0].shape or ())[1:]):
        if size is None:
            continue
        arguments = operation.kernel_size[axis], operation.stride[axis], operation.padding[axis][0]
        window = TransposedWindow(size, *arguments, operation.dilation[axis])
        if window.least + operation.output_padding[axis] < 1:
            found.append((axis, window))
    return found


# Holes ----------------------------------------------------------------------------------------------------------------


class Kernels(NamedTuple):
    """Kernels with the padding and output padding that keep the size of the map."""

    kernels: list[int]
    padding: list[int]
    output_padding: list[int]


class Closing:
    """Dilation, kernels and strides that leave no hole along some axes, as far as the layer is right with them."""

    def __init__(self, at: Derived, kind: str, axes: Sequence[int]) -> None:
        operation = _operation(at)
        self.at = at
        self.kind = kind
        self.axes = axes
        self.kernel_size, self.stride = operation.kernel_size, operation.stride
        #: The dilation without a factor in common with the stride.
        self.dilation = [
            1 if axis in axes and gcd(self.stride[axis], d) > 1 else d for axis, d in enumerate(operation.dilation)
        ]
        self.other_dilation = self.dilation != list(operation.dilation)

    def by_dilation(self) -> bool:
        """Whether the other dilation alone is enough."""
        return self.other_dilation and works(self.at, self.kind, dilation=self.dilation)

    def once(self) -> list[int] | None:
        """Kernels as large as the stride."""
        once = self._kernels(1)
        return once if works(self.at, self.kind, kernel_size=once, dilation=self.dilation) else None

    @property
    def everywhere(self) -> bool:
        """Whether kernels as large as the stride are so on all axes."""
        return self._kernels(1) == list(self.stride)

    def twice(self) -> Kernels | None:
        """Kernels twice as large as the stride, with the padding that keeps the size."""
        return with_kernels(self.at, self.kind, self._kernels(2), dilation=self.dilation)

    def strides(self) -> list[int] | None:
        """Strides no larger than the kernel."""
        smaller = [min(pair) for pair in zip(self.stride, self.kernel_size, strict=True)]
        return smaller if works(self.at, self.kind, stride=smaller) else None

    def _kernels(self, times: int) -> list[int]:
        return [
            times * self.stride[axis] if axis in self.axes else kernel for axis, kernel in enumerate(self.kernel_size)
        ]


def with_kernels(at: Derived, kind: str, kernels: list[int], **others: list[int]) -> Kernels | None:
    """Other kernels with the padding that keeps the size; None if the layer would not be right with them.

    Where the size is not known or cannot be kept, the padding is half the stride.
    """
    operation = _operation(at)
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
    tried = works(at, kind, kernel_size=kernels, padding=paddings, output_padding=extras, **others)
    return Kernels(kernels, paddings, extras) if tried else None


def _operation(at: Derived) -> TransposedConvolution:
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    return operation
