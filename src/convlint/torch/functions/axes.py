"""Functions that give the same numbers other axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import torch
from torch import Tensor

from convlint.torch.functions.registry import handles, layer, named, numbers
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import BATCH, Cannot, Flow, Own, Wide


@handles(*named("clone", "contiguous", "detach", "to", "float", "half", "double", "bfloat16", "type_as", "alias"))
@handles(Tensor.cpu, Tensor.cuda, Tensor.type, Tensor.data.__get__)
def _same(trace: Trace, result: Tensor, input: Tensor, *args: Any, **kwargs: Any) -> Value | None:
    return trace.known(input)


@handles(*named("flatten"))
def _flatten(trace: Trace, result: Tensor, input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Value:
    value = trace.known(input)
    if not (isinstance(value, Flow) and value.plain) or start_dim % input.dim() == 0:
        return reshaped(trace, input, tuple(result.shape))
    return layer(trace, "Flatten", {"start_dim": start_dim, "end_dim": end_dim}, input, result)


@handles(*named("reshape", "view", "unflatten", "view_as", "reshape_as", "squeeze", "unsqueeze"))
def _view(trace: Trace, result: Tensor, input: Tensor, *args: Any, **kwargs: Any) -> Value:
    if args and isinstance(args[0], torch.dtype):
        raise Cannot("reads the bits of numbers as others")
    return reshaped(trace, input, tuple(result.shape))


def reshaped(trace: Trace, input: Tensor, shape: tuple[int, ...]) -> Value:
    """The same numbers in the same order, with another shape."""
    value = trace.known(input)
    if isinstance(value, Own) and not value.every:
        return value.viewed(shape)
    if isinstance(value, Own) and shape and shape[0] == BATCH and len(value.sizes) < input.dim():
        return value.viewed(shape[1:])
    source = trace.flow(input)
    if tuple(input.shape) == shape:
        return source
    if source.batch is None:
        return trace.layer("Reshape", {"shape": list(shape)}, [source], shape)
    if source.batch != 0:
        return _moved(trace, source, input, shape)
    if shape[0] % BATCH:
        raise Cannot(f"mixes the batch with other axes: {list(input.shape)} to {list(shape)}")
    folded = shape[0] // BATCH
    sizes = shape[1:] if folded == 1 else (folded, *shape[1:])
    like = Flow(0, 0, sizes, 0, int(folded != 1))
    if sizes == source.sizes:
        return Flow(source.number, source.part, sizes, 0, like.folded)
    return trace.layer("Reshape", {"shape": list(sizes)}, [source], sizes, like)


def _moved(trace: Trace, source: Flow, input: Tensor, shape: tuple[int, ...]) -> Flow:
    """A reshape where the batch is not in front: axes before it and behind it each keep their numbers."""
    batch = source.batch
    assert batch is not None
    if source.folded or shape.count(BATCH) != 1:
        raise Cannot(f"mixes the batch with other axes: {list(input.shape)} to {list(shape)}")
    at = shape.index(BATCH)
    if prod(shape[:at]) != prod(input.shape[:batch]):
        raise Cannot(f"mixes the batch with other axes: {list(input.shape)} to {list(shape)}")
    sizes = (*shape[:at], *shape[at + 1 :])
    like = Flow(0, 0, sizes, at)
    if sizes == source.sizes:
        return Flow(source.number, source.part, sizes, at)
    return trace.layer("Reshape", {"shape": list(sizes)}, [source], sizes, like)


@handles(*named("permute"))
def _permute(trace: Trace, result: Tensor, input: Tensor, *dims: Any, **kwargs: Any) -> Value:
    first = kwargs.get("dims", dims[0] if dims else ())
    return permuted(trace, input, numbers(first, dims[1:]))


@handles(*named("transpose", "swapaxes", "swapdims"))
def _transpose(trace: Trace, result: Tensor, input: Tensor, dim0: int, dim1: int) -> Value:
    dims = list(range(input.dim()))
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return permuted(trace, input, dims)


@handles(Tensor.mT.__get__)
def _matrix_transpose(trace: Trace, result: Tensor, input: Tensor) -> Value:
    dims = list(range(input.dim()))
    return permuted(trace, input, [*dims[:-2], dims[-1], dims[-2]])


@handles(*named("movedim", "moveaxis"))
def _movedim(trace: Trace, result: Tensor, input: Tensor, source: Any, destination: Any) -> Value:
    if not isinstance(source, int) or not isinstance(destination, int):
        raise Cannot("moves several axes")
    dims = list(range(input.dim()))
    moved = dims.pop(source)
    dims.insert(destination % input.dim(), moved)
    return permuted(trace, input, dims)


def permuted(trace: Trace, input: Tensor, dims: Sequence[int]) -> Value:
    """The axes in another order; the batch may go anywhere, for the file does not write it."""
    source = trace.flow(input)
    dims = [dim % input.dim() for dim in dims]
    batch = None
    if source.batch is not None:
        batch = dims.index(source.batch)
    order = [*range(source.folded), *[source.axis(dim) for dim in dims if dim != source.batch]]
    sizes = [source.sizes[axis] for axis in order]
    like = Flow(0, 0, sizes, batch, source.folded)
    if order == sorted(order):
        return Flow(source.number, source.part, sizes, batch, source.folded, source.free)
    return trace.layer("Permute", {"dims": [0, *[axis + 1 for axis in order]]}, [source], sizes, like)


@handles(*named("expand", "expand_as", "broadcast_to"))
def _expand(trace: Trace, result: Tensor, input: Tensor, *args: Any, **kwargs: Any) -> Value:
    return _each(trace, result, input)


@handles(Tensor.repeat)
def _repeat(trace: Trace, result: Tensor, input: Tensor, *sizes: Any) -> Value:
    times = numbers(sizes[0] if sizes else (), sizes[1:])
    if times[0] not in (1, BATCH) or any(
        time != 1 and size != 1 for time, size in zip(times[1:], input.shape[1:], strict=False)
    ):
        raise Cannot("repeats more than one cell")
    return _each(trace, result, input)


def _each(trace: Trace, result: Tensor, input: Tensor) -> Value:
    """Every example gets the same."""
    value = trace.known(input)
    shape = tuple(result.shape)
    if shape == tuple(input.shape):
        assert value is not None
        return value
    own = tuple(input.shape)
    if len(own) == len(shape) and own[:1] == (1,):
        own = own[1:]
    if shape != (BATCH, *own):
        return Wide(trace.flow(input))
    if isinstance(value, Own):
        return value.viewed(own, every=True)
    source = trace.flow(input)
    if source.batch is not None:
        raise Cannot("repeats along the batch axis")
    if source.sizes == own and not source.free:
        return Flow(source.number, source.part, own, 0)
    return trace.layer("Reshape", {"shape": list(own)}, [source], own, Flow(0, 0, own, 0))
