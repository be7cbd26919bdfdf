"""Functions that join tensors, or take parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from convlint.torch.functions.registry import handles, numbers
from convlint.torch.tracing import Trace, Value
from convlint.torch.values import Cannot, Flow, Own


def _side_by_side(trace: Trace, tensors: Sequence[Tensor]) -> list[Flow]:
    reads = [trace.flow(one) for one in tensors]
    first = reads[0]
    if any((one.batch, one.folded, one.free) != (first.batch, first.folded, first.free) for one in reads):
        raise Cannot("joins tensors whose batch axes do not stand side by side")
    return reads


@handles(torch.cat, torch.concat, torch.concatenate)
def _concat(trace: Trace, result: Tensor, tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Value:
    reads = _side_by_side(trace, tensors)
    dim = reads[0].dim(dim if axis is None else axis)
    if len(reads) == 1:
        return reads[0]
    return trace.layer("Concat", {} if dim == 1 else {"dim": dim}, reads, result)


@handles(torch.stack)
def _stack(trace: Trace, result: Tensor, tensors: Sequence[Tensor], dim: int = 0) -> Value:
    reads = _side_by_side(trace, tensors)
    dim = dim % result.dim()
    batch = reads[0].batch
    if batch is not None and dim <= batch:
        batch += 1
    like = Flow(0, 0, reads[0].sizes, batch, reads[0].folded)
    own = dim - (batch is not None and dim > batch) + like.folded
    return trace.layer("Stack", {"dim": own + 1}, reads, like.sizes_of(result.shape), like)


def _parts(
    trace: Trace, type_name: str, arguments: dict[str, Any], input: Tensor, dim: int, result: Sequence[Tensor]
) -> list[Flow]:
    source = trace.flow(input)
    dim = source.dim(dim)
    arguments = {**arguments, **({} if dim == 1 else {"dim": dim})}
    sizes = [source.sizes_of(part.shape) for part in result]
    number = trace.step(type_name, arguments, [source], parts=len(result))
    return [Flow(number, index, one, source.batch, source.folded) for index, one in enumerate(sizes)]


@handles(torch.chunk, Tensor.chunk)
def _chunk(trace: Trace, result: Sequence[Tensor], input: Tensor, chunks: int, dim: int = 0) -> list[Flow]:
    return _parts(trace, "Chunk", {"chunks": chunks}, input, dim, result)


@handles(torch.split, Tensor.split, torch.split_with_sizes, Tensor.split_with_sizes)
def _split(
    trace: Trace,
    result: Sequence[Tensor],
    input: Tensor,
    split_size_or_sections: Any = None,
    dim: int = 0,
    **named: Any,
) -> list[Flow]:
    sizes = named.get("split_size", named.get("split_sizes", split_size_or_sections))
    sizes = sizes if isinstance(sizes, int) else list(sizes)
    return _parts(trace, "Split", {"split_size": sizes}, input, dim, result)


@handles(torch.unbind, Tensor.unbind)
def _unbind(trace: Trace, result: Sequence[Tensor], input: Tensor, dim: int = 0) -> list[Flow]:
    source = trace.flow(input)
    axis = source.axis(dim)
    dim %= input.dim()
    batch = source.batch if source.batch is None or dim > source.batch else source.batch - 1
    sizes = (*source.sizes[:axis], *source.sizes[axis + 1 :])
    arguments = {"split_size": 1, **({} if axis == 0 else {"dim": axis + 1})}
    number = trace.step("Split", arguments, [source], parts=len(result))
    found = []
    for index in range(len(result)):
        part = Flow(number, index, (*source.sizes[:axis], 1, *source.sizes[axis + 1 :]), source.batch, source.folded)
        like = Flow(0, 0, sizes, batch, source.folded)
        found.append(trace.layer("Reshape", {"shape": list(sizes)}, [part], sizes, like))
    return found


@handles(torch.narrow, Tensor.narrow)
def _narrow(trace: Trace, result: Tensor, input: Tensor, dim: int, start: int, length: int) -> Value:
    source = trace.flow(input)
    return trace.layer("Narrow", {"dim": source.dim(dim), "start": start, "length": length}, [source], result)


@handles(torch.select, Tensor.select)
def _select(trace: Trace, result: Tensor, input: Tensor, dim: int, index: int) -> Value:
    return _picked(trace, trace.flow(input), dim % input.dim(), index)


def _picked(trace: Trace, source: Flow, dim: int, index: int) -> Flow:
    """One cell of an axis of the tensor, which is gone then."""
    axis = source.axis(dim)
    start = index % (source.sizes[axis] or 1)
    one = (*source.sizes[:axis], 1, *source.sizes[axis + 1 :])
    cut = trace.layer("Narrow", {"dim": axis + 1, "start": start, "length": 1}, [source], one)
    sizes = (*source.sizes[:axis], *source.sizes[axis + 1 :])
    batch = source.batch - 1 if source.batch is not None and dim < source.batch else source.batch
    return trace.layer("Reshape", {"shape": list(sizes)}, [cut], sizes, Flow(0, 0, sizes, batch, source.folded))


@handles(Tensor.__getitem__)
def _index(trace: Trace, result: Tensor, input: Tensor, index: Any) -> Value:
    items = list(index) if isinstance(index, tuple) else [index]
    if any(not (item is None or item is Ellipsis or isinstance(item, int | slice)) or item is True for item in items):
        raise Cannot("picks cells by other than numbers and slices")
    given = sum(item is not None and item is not Ellipsis for item in items)
    if Ellipsis in items:
        at = items.index(Ellipsis)
        items[at : at + 1] = [slice(None)] * (input.dim() - given)
    else:
        items += [slice(None)] * (input.dim() - given)
    value = trace.known(input)
    if all(item is None or item == slice(None) for item in items):
        return reshaped_by_axes(trace, input, items)
    if isinstance(value, Own) and value.every:
        raise Cannot("picks cells of a parameter")
    flow = trace.flow(input)
    dim = 0
    for item in items:
        if isinstance(item, slice) and item != slice(None):
            size = flow.sizes[flow.axis(dim)]
            start, stop, step = item.indices(size)
            if not (start == 0 and stop >= size and step == 1):
                arguments: dict[str, Any] = {"dim": flow.dim(dim)}
                if item.start is not None:
                    arguments["start"] = item.start
                if item.stop is not None:
                    arguments["end"] = item.stop
                if step != 1:
                    arguments["step"] = step
                sizes = list(flow.sizes)
                sizes[flow.axis(dim)] = len(range(start, stop, step))
                flow = trace.layer("Slice", arguments, [flow], sizes)
        if isinstance(item, int):
            flow = _picked(trace, flow, dim, item)
        elif item is None:
            flow = _with_axis(trace, flow, dim)
            dim += 1
        else:
            dim += 1
    return flow


def _with_axis(trace: Trace, flow: Flow, dim: int) -> Flow:
    batch = flow.batch
    if batch is not None and dim <= batch:
        batch += 1
        axis = flow.folded + dim
    else:
        axis = flow.folded + dim - (batch is not None)
    sizes = (*flow.sizes[:axis], 1, *flow.sizes[axis:])
    return trace.layer("Reshape", {"shape": list(sizes)}, [flow], sizes, Flow(0, 0, sizes, batch, flow.folded))


def reshaped_by_axes(trace: Trace, input: Tensor, items: Sequence[Any]) -> Value:
    """New axes of size 1."""
    value = trace.known(input)
    if isinstance(value, Own) and not value.every:
        sizes = iter(value.sizes)
        return value.viewed([1 if item is None else next(sizes) for item in items])
    flow = trace.flow(input)
    for dim, item in enumerate(items):
        if item is None:
            flow = _with_axis(trace, flow, dim)
    return flow


@handles(torch.flip, Tensor.flip)
def _flip(trace: Trace, result: Tensor, input: Tensor, *axes: Any, dims: Any = None) -> Value:
    source = trace.flow(input)
    dims = numbers(axes[0], axes[1:]) if dims is None else dims
    return trace.layer("Flip", {"dims": source.dims(dims)}, [source], result)


@handles(torch.roll, Tensor.roll)
def _roll(trace: Trace, result: Tensor, input: Tensor, shifts: Any, dims: Any = None) -> Value:
    if dims is None:
        raise Cannot("does not say along which axes")
    source = trace.flow(input)
    shifts = [shifts] if isinstance(shifts, int) else list(shifts)
    return trace.layer("Roll", {"shifts": shifts, "dims": source.dims(dims)}, [source], result)
