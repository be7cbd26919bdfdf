"""Changes with which windows that drop input come out even."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.derive.repairs.trial import works
from convlint.derive.sizes import fixed_by, last_size_change, nearest_inputs
from convlint.derive.state import Derivation, Irregularity, rank_of
from convlint.model.network import Shape
from convlint.model.operations import Convolution, Pool
from convlint.model.window import Window

if TYPE_CHECKING:
    from convlint.derive.irregularities import Windowed


class Even:
    """What comes out even instead of some windows that drop input, for all their axes together."""

    def __init__(self, irregularity: Irregularity[Windowed], derivation: Derivation) -> None:
        self.irregularity = irregularity
        self.derivation = derivation
        self.at = irregularity.at
        self.rank = rank_of(self.at)
        self.lost = [(axis, window) for axis, window in irregularity.windows if window.dropped_input]
        self.known = dict(irregularity.windows)
        self.pool = not isinstance(self.at.layer.operation, Convolution)

    def on_all_axes(
        self, current: Callable[[Window], int], changed: Callable[[Window], int | None]
    ) -> list[int] | None:
        """A value on every axis: changed where input is lost, else as it is; None if one cannot be changed."""
        values = []
        for axis in range(self.rank):
            # An axis of unknown size is taken to be like the first.
            window = self.known.get(axis, self.lost[0][1])
            value = changed(window) if window.dropped_input else current(window)
            if value is None:
                return None
            values.append(value)
        return values

    def maps(self) -> list[list[int | None]]:
        """The nearest maps that come out even."""
        shape = self.at.inputs[0].shape
        assert shape is not None
        smaller, larger = list(shape[1:]), list(shape[1:])
        for axis, window in self.lost:
            smaller[axis], larger[axis] = window.smaller_size, window.larger_size
        found = [larger] if any(window.smaller_size is None for _, window in self.lost) else [smaller, larger]
        return [sizes for sizes in found if works(self.at, self.irregularity.kind, (shape[0], *sizes))]

    def inputs(self) -> list[Shape]:
        """The nearest inputs of the network with which nothing is lost, if it is they that decide."""
        source = self.at.inputs[0]
        if self.pool or last_size_change(source) is None or fixed_by(source) is not None:
            return []
        return nearest_inputs(self.derivation, self.irregularity)

    def works(self, **arguments: list[int]) -> bool:
        """Whether the layer is right with other arguments."""
        return works(self.at, self.irregularity.kind, **arguments)

    def symmetric(self) -> list[int] | None:
        """Symmetric padding that comes out even, whether the layer can have it or not."""

        def even(window: Window) -> int | None:
            return window.symmetric_padding(window.kernel // 2 if self.pool else None)

        return self.on_all_axes(lambda window: window.before, even)

    def padding(self) -> list[int] | None:
        """Symmetric padding that comes out even and that the layer can have."""
        operation = self.at.layer.operation
        if isinstance(operation, Pool) and operation.kind == "lp":
            return None  # it has no padding
        found = self.symmetric()
        return found if found is not None and self.works(padding=found) else None

    def kernels(self) -> list[list[int]]:
        """Kernels that come out even: the nearest smaller and larger."""
        if self.pool and self.at.layer.place.value_span("stride") is None:
            return []  # the stride would change with the kernel

        def smaller(window: Window) -> int | None:
            return next((kernel for kernel in window.even_kernels() if kernel < window.kernel), None)

        def larger(window: Window) -> int | None:
            return next((kernel for kernel in window.even_kernels() if kernel > window.kernel), None)

        found = [self.on_all_axes(lambda window: window.kernel, nearest) for nearest in (smaller, larger)]
        return [kernels for kernels in found if kernels is not None and self.works(kernel_size=kernels)]

    def strides(self) -> list[list[int]]:
        """Strides above 1 that come out even: the nearest smaller and larger."""

        def smaller(window: Window) -> int | None:
            return next((stride for stride in window.even_strides() if 1 < stride < window.stride), None)

        def larger(window: Window) -> int | None:
            return next((stride for stride in window.even_strides() if stride > window.stride), None)

        found = [self.on_all_axes(lambda window: window.stride, nearest) for nearest in (smaller, larger)]
        return [strides for strides in found if strides is not None and self.works(stride=strides)]

    def ceil(self) -> bool:
        """Whether ceil mode would read everything."""
        windows = [window._replace(ceil=True) for _, window in self.lost]
        return isinstance(self.at.layer.operation, Pool) and not any(window.behind for window in windows)
