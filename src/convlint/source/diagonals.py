"""Diagonals and triangles of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source.axes import (
    axis,
    refuse,
    tensor_of,
    whole,
    without,
)
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor


def diagonal(trace: Trace, input: Any, offset: Any = 0, dim1: Any = 0, dim2: Any = 1) -> Tensor:
    """``torch.diagonal``: two axes become one, at the end."""
    tensor = tensor_of(input)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        made = (None,) * max(len(shape) - 1, 0)
        first, second, shift = axis(dim1, len(shape)), axis(dim2, len(shape)), whole(offset)
        if first is not None and second is not None:
            if first == second:
                raise refuse(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
            rest = without(without(shape, max(first, second)), min(first, second))
            made = (*rest, diagonal_size(shape[first], shape[second], shift))
    return trace.function("diagonal", [tensor], made)


def diagonal_size(rows: int | None, columns: int | None, shift: int | None) -> int | None:
    """How many cells a diagonal has."""
    if rows is None or columns is None or shift is None:
        return None
    return max(0, min(rows, columns - shift) if shift >= 0 else min(rows + shift, columns))


def diag(trace: Trace, input: Any, diagonal: Any = 0) -> Tensor:
    """``torch.diag``: a vector becomes a matrix, a matrix its diagonal."""
    tensor = tensor_of(input)
    shape, shift = tensor.shape, whole(diagonal)
    made: Sizes | None = None
    if shape is not None and len(shape) == 1:
        size = None if shape[0] is None or shift is None else shape[0] + abs(shift)
        made = (size, size)
    elif shape is not None and len(shape) == 2:
        made = (diagonal_size(shape[0], shape[1], shift),)
    elif shape is not None:
        raise refuse(f"diag(): Supports 1D or 2D tensors. Got {len(shape)}D")
    return trace.function("diag", [tensor], made)


def diag_embed(trace: Trace, input: Any, offset: Any = 0, dim1: Any = -2, dim2: Any = -1) -> Tensor:
    """``torch.diag_embed``: the last axis becomes two."""
    tensor = tensor_of(input)
    shape, shift = tensor.shape, whole(offset)
    made: Sizes | None = None
    if shape:
        made = (None,) * (len(shape) + 1)
        first, second = axis(dim1, len(shape) + 1), axis(dim2, len(shape) + 1)
        if first is not None and second is not None:
            size = None if shape[-1] is None or shift is None else shape[-1] + abs(shift)
            rest = iter(shape[:-1])
            made = tuple([size if place in (first, second) else next(rest, None) for place in range(len(shape) + 1)])
    return trace.function("diag_embed", [tensor], made)


def triangle(name: str) -> Callable[..., Any]:
    """``tril`` and ``triu``: same sizes."""

    def function(trace: Trace, input: Any, diagonal: Any = 0, *, out: Any = None) -> Any:
        tensor = tensor_of(input)
        if tensor.shape is not None and len(tensor.shape) < 2:
            raise refuse(f"{name}: input tensor must have at least 2 dimensions")
        return trace.function(name, [tensor], tensor.shape)

    return function


BOTH: dict[str, Callable[..., Any]] = {
    "diag": diag,
    "diag_embed": diag_embed,
    "diagonal": diagonal,
    "tril": triangle("tril"),
    "triu": triangle("triu"),
}
