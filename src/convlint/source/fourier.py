"""Fourier transforms as functions of shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source.axes import axes, real_axis, refuse, replaced, tensor_of, whole, wholes
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor


def halved(size: int | None) -> int | None:
    """How many frequencies a real transform keeps: ``n // 2 + 1``."""
    return None if size is None else size // 2 + 1


def doubled(size: int | None) -> int | None:
    """How many numbers they stand for, if it is not said: ``2 * (n - 1)``."""
    return None if size is None else 2 * (size - 1)


def kept(size: int | None) -> int | None:
    """As many frequencies as numbers."""
    return size


def one(name: str, last: Callable[[int | None], int | None], inverse: bool = False) -> Callable[..., Any]:
    """A transform along one axis; ``last`` gives the size that comes out, ``inverse`` only if ``n`` is not said."""

    def function(trace: Trace, input: Any, n: Any = None, dim: Any = -1, norm: Any = None, *, out: Any = None) -> Any:
        tensor = tensor_of(input)
        return trace.function(name, [tensor], transformed(tensor, None if n is None else [n], [dim], last, inverse))

    return function


def several(
    name: str, last: Callable[[int | None], int | None], inverse: bool, default: tuple[int, ...] | None
) -> Callable[..., Any]:
    """A transform along two axes or more."""

    def function(
        trace: Trace, input: Any, s: Any = None, dim: Any = default, norm: Any = None, *, out: Any = None
    ) -> Any:
        tensor = tensor_of(input)
        return trace.function(name, [tensor], transformed(tensor, s, dim, last, inverse))

    return function


def transformed(
    tensor: Tensor, sizes: Any, dims: Any, last: Callable[[int | None], int | None], inverse: bool
) -> Sizes | None:
    """The shape of a transform: sizes that are said, and on the last of its axes what ``last`` makes of it."""
    shape = tensor.shape
    if shape is None:
        return None
    wanted = None if sizes is None else wholes(sizes)
    if dims is None:
        count = len(shape) if wanted is None else len(wanted)
        dims = tuple(range(len(shape) - count, len(shape)))
    if not shape and isinstance(dims, list | tuple) and dims:
        real_axis(dims[0], shape)
    places = axes(dims, len(shape))
    if not places or not shape or (sizes is not None and (wanted is None or len(wanted) != len(places))):
        return (None,) * len(shape)
    made = shape
    for number, place in enumerate(places):
        said = None if wanted is None else wanted[number]
        size = shape[place] if wanted is None or said == -1 else said
        if number == len(places) - 1:
            size = size if inverse and wanted is not None and said != -1 else last(size)
        made = replaced(made, place, size)
    if None not in made and min([made[place] or 0 for place in places]) < 1:
        size = min([made[place] or 0 for place in places])
        raise refuse(f"Invalid number of data points ({size}) specified")
    return made


def shift(trace: Trace, input: Any, dim: Any = None) -> Any:
    """``fftshift`` and ``ifftshift``: same sizes."""
    tensor = tensor_of(input)
    if tensor.shape is not None and dim is not None:
        if isinstance(dim, int):
            real_axis(dim, tensor.shape)
        axes(dim, len(tensor.shape))
    return trace.function("fftshift", [tensor], tensor.shape)


def frequencies(last: Callable[[int | None], int | None]) -> Callable[..., Any]:
    """``fftfreq`` and ``rfftfreq``."""

    def function(trace: Trace, n: Any, d: Any = 1.0, **named: Any) -> Any:
        return Tensor((last(whole(n)),))

    return function


def view_as_real(trace: Trace, input: Any) -> Any:
    """Complex numbers as pairs: a new last axis of 2."""
    tensor = tensor_of(input)
    return trace.function("view_as_real", [tensor], None if tensor.shape is None else (*tensor.shape, 2))


def view_as_complex(trace: Trace, input: Any) -> Any:
    """Pairs as complex numbers: without the last axis."""
    tensor = tensor_of(input)
    shape = tensor.shape
    if shape is not None:
        if not shape:
            raise refuse("Input tensor must have one or more dimensions")
        if shape[-1] not in (None, 2):
            raise refuse("Tensor must have a last dimension of size 2")
    return trace.function("view_as_complex", [tensor], None if shape is None else shape[:-1])


def part(name: str) -> Callable[..., Any]:
    """``real`` and ``imag``: same sizes."""

    def function(trace: Trace, input: Any) -> Any:
        tensor = tensor_of(input)
        return trace.function(name, [tensor], tensor.shape)

    return function


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "fft.fft": one("fft", kept),
    "fft.fft2": several("fft2", kept, False, (-2, -1)),
    "fft.fftfreq": frequencies(kept),
    "fft.fftn": several("fftn", kept, False, None),
    "fft.fftshift": shift,
    "fft.ifft": one("ifft", kept),
    "fft.ifft2": several("ifft2", kept, False, (-2, -1)),
    "fft.ifftn": several("ifftn", kept, False, None),
    "fft.ifftshift": shift,
    "fft.irfft": one("irfft", doubled, True),
    "fft.irfft2": several("irfft2", doubled, True, (-2, -1)),
    "fft.irfftn": several("irfftn", doubled, True, None),
    "fft.rfft": one("rfft", halved),
    "fft.rfft2": several("rfft2", halved, False, (-2, -1)),
    "fft.rfftfreq": frequencies(halved),
    "fft.rfftn": several("rfftn", halved, False, None),
    "imag": part("imag"),
    "real": part("real"),
    "view_as_complex": view_as_complex,
    "view_as_real": view_as_real,
}

ATTRIBUTES: dict[str, Callable[..., Any]] = {"imag": part("imag"), "real": part("real")}
