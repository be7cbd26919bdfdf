"""What layers of ``torch.nn`` make of shapes, batch axis included, and the tensors that they hold.

Whether a layer runs is not asked here: what cannot be has unknown sizes, and the channels that its author wrote.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from convlint.model import operations as op
from convlint.model.torch_nn.table import TYPES
from convlint.model.window import output_size, transposed_size
from convlint.source.values import Sizes

#: Layer types that ``libraries/torch.nn.txt`` writes out, or that are another one's for whoever asks for shapes.
_ELSEWHERE = frozenset(["LSTM", "GRU", "RNN", "TransformerEncoderLayer", "SyncBatchNorm"])
#: The layer types that are known here.
LAYERS = {name: row for name, row in TYPES.items() if name not in _ELSEWHERE}


def output(
    type_name: str, operation: op.Operation, arguments: SimpleNamespace, shapes: Sequence[Sizes | None]
) -> Sizes | list[Sizes | None] | None:
    """The shape of what a layer makes; a list for a layer that gives several tensors.

    ``operation`` and ``arguments`` are what ``model.torch_nn`` makes of a call, ``shapes`` the shapes of what the layer
    reads.  None stands for a size, or for a whole shape, that is not known.  A layer with a fixed number of spatial
    axes that reads a shape that is unknown, or has another number of axes, is taken to read a map with a batch axis.
    """
    if isinstance(operation, op.MultiheadAttention):
        return _attention(operation, arguments, shapes)
    work = _WORK.get(operation.__class__)
    shape = shapes[0] if shapes else None
    made = shape if work is None else work(operation, shape)
    # The places of the largest values come as a second tensor.
    return [made, made] if getattr(arguments, "return_indices", False) else made


# Windows ------------------------------------------------------------------------------------------------------------


def _spatial(shape: Sizes | None, rank: int) -> tuple[Sizes, Sizes]:
    """The axes before the spatial ones, channels last, and the spatial ones."""
    if shape is None or len(shape) not in (rank + 1, rank + 2):
        return (None, None), (None,) * rank
    return shape[:-rank], shape[-rank:]


def _positive(size: int | None) -> int | None:
    return size if size is not None and size > 0 else None


def _windows(
    sizes: Sizes, kernel: op.Axes, stride: op.Axes, padding: op.Padding, dilation: op.Axes, ceil: bool = False
) -> Sizes:
    return tuple(
        [
            None if size is None else _positive(output_size(size, k, s, before, after, d, ceil))
            for size, k, s, (before, after), d in zip(sizes, kernel, stride, padding, dilation, strict=True)
        ]
    )


def _convolution(operation: op.Convolution, shape: Sizes | None) -> Sizes:
    lead, sizes = _spatial(shape, operation.rank)
    made = _windows(sizes, operation.kernel_size, operation.stride, operation.padding, operation.dilation)
    return (*lead[:-1], operation.out_channels, *made)


def _transposed(operation: op.TransposedConvolution, shape: Sizes | None) -> Sizes:
    lead, sizes = _spatial(shape, operation.rank)
    numbers = zip(
        sizes,
        operation.kernel_size,
        operation.stride,
        operation.padding,
        operation.dilation,
        operation.output_padding,
        strict=True,
    )
    made = [
        None if size is None else _positive(transposed_size(size, k, s, before, after, d, more))
        for size, k, s, (before, after), d, more in numbers
    ]
    return (*lead[:-1], operation.out_channels, *made)


def _pool(operation: op.Pool, shape: Sizes | None) -> Sizes:
    lead, sizes = _spatial(shape, operation.rank)
    numbers = operation.kernel_size, operation.stride, operation.padding, operation.dilation
    return lead + _windows(sizes, *numbers, ceil=operation.ceil_mode)


def _adaptive_pool(operation: op.AdaptivePool, shape: Sizes | None) -> Sizes:
    lead, sizes = _spatial(shape, operation.rank)
    return lead + tuple(
        [size if asked is None else asked for size, asked in zip(sizes, operation.output_size, strict=True)]
    )


def _unfold(operation: op.Unfold, shape: Sizes | None) -> Sizes:
    lead, sizes = _spatial(shape, 2)
    padding = tuple([(cells, cells) for cells in operation.padding])
    made = _windows(sizes, operation.kernel_size, operation.stride, padding, operation.dilation)
    return (*lead[:-1], _product((lead[-1], *operation.kernel_size)), _product(made))


def _fold(operation: op.Fold, shape: Sizes | None) -> Sizes:
    lead, _ = _spatial(shape, 1)
    return (*lead[:-1], _quotient(lead[-1], math.prod(operation.kernel_size)), *operation.output_size)


def _pad(operation: op.Pad, shape: Sizes | None) -> Sizes:
    rank = operation.rank
    constant = operation.mode in ("zeros", "constant") and shape is not None and len(shape) >= rank
    # Constants are put around whatever has enough axes.
    lead, sizes = (shape[:-rank], shape[-rank:]) if constant and shape is not None else _spatial(shape, rank)
    return lead + tuple(
        [
            None if size is None else _positive(size + before + after)
            for size, (before, after) in zip(sizes, operation.padding, strict=True)
        ]
    )


# Other shapes -------------------------------------------------------------------------------------------------------


def _product(sizes: Sizes) -> int | None:
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


def _quotient(size: int | None, divisor: int) -> int | None:
    return None if size is None or divisor < 1 or size % divisor else size // divisor


def _linear(operation: op.Linear, shape: Sizes | None) -> Sizes | None:
    return None if shape is None else (*shape[:-1], operation.out_features)


def _flatten(operation: op.Flatten, shape: Sizes | None) -> Sizes | None:
    if shape is None:
        return None
    if not shape:
        return (1,)
    start, end = _axis(operation.start_dim, shape), _axis(operation.end_dim, shape)
    if start is None or end is None or start > end:
        return None
    return (*shape[:start], _product(shape[start : end + 1]), *shape[end + 1 :])


def _unflatten(operation: op.Unflatten, shape: Sizes | None) -> Sizes | None:
    axis = None if shape is None else _axis(operation.dim, shape)
    if shape is None or axis is None:
        return None
    known = math.prod([size for size in operation.sizes if size != -1])
    rest = _quotient(shape[axis], known) if operation.sizes.count(-1) == 1 else None
    return (*shape[:axis], *[rest if size == -1 else size for size in operation.sizes], *shape[axis + 1 :])


def _axis(axis: int, shape: Sizes) -> int | None:
    """An axis counted from the first; None if there is no such axis."""
    counted = axis + len(shape) if axis < 0 else axis
    return counted if 0 <= counted < len(shape) else None


def _with(shape: Sizes, axis: int, size: int | None) -> Sizes:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _glu(operation: op.GLU, shape: Sizes | None) -> Sizes | None:
    axis = None if shape is None else _axis(operation.dim, shape)
    return shape if shape is None or axis is None else _with(shape, axis, _quotient(shape[axis], 2))


def _prelu(operation: op.PReLU, shape: Sizes | None) -> Sizes | None:
    several = operation.num_parameters > 1 and shape is not None and len(shape) > 1
    return _with(shape, 1, operation.num_parameters) if several and shape is not None else shape


def _channel_norm(operation: op.ChannelNorm, shape: Sizes | None) -> Sizes | None:
    rank = operation.rank
    assert rank is not None  # SyncBatchNorm alone has none
    if operation.kind == "instance":
        lead, sizes = _spatial(shape, rank)
        # Without numbers of its own it takes any channels.
        owns = operation.affine or operation.track_running_stats or lead[-1] is None
        return (*lead[:-1], operation.num_features if owns else lead[-1], *sizes)
    if shape is not None and len(shape) == 2 and rank == 1:
        return (shape[0], operation.num_features)
    if shape is None and rank == 1:
        return None
    lead, sizes = _spatial(shape, rank) if shape is not None and len(shape) == rank + 2 else _spatial(None, rank)
    return (lead[0], operation.num_features, *sizes)


def _group_norm(operation: op.GroupNorm, shape: Sizes | None) -> Sizes | None:
    return shape if shape is None or len(shape) < 2 else _with(shape, 1, operation.num_channels)


def _layer_norm(operation: op.LayerNorm, shape: Sizes | None) -> Sizes | None:
    last = operation.normalized_shape
    if shape is None or last is None or len(shape) < len(last):
        return shape
    return (*shape[: len(shape) - len(last)], *last)


def _upsample(operation: op.Upsample, shape: Sizes | None) -> Sizes | None:
    if shape is None or len(shape) < 3:
        return shape
    lead, sizes = shape[:2], shape[2:]
    asked: tuple[float, ...] | None = operation.scale_factor if operation.size is None else operation.size
    if asked is not None and len(asked) == 1 and not operation.listed:
        asked *= len(sizes)
    if asked is None or len(asked) != len(sizes):
        return lead + (None,) * len(sizes)
    if operation.size is not None:
        return lead + tuple([_positive(int(size)) for size in asked])
    return lead + tuple([_scaled(size, scale) for size, scale in zip(sizes, asked, strict=True)])


def _scaled(size: int | None, scale: float) -> int | None:
    """``floor(n * scale)`` in IEEE doubles; None if that is not finite."""
    if size is None:
        return None
    try:
        return _positive(int(float(size) * scale))
    except (OverflowError, ValueError):
        return None


def _pixel_shuffle(operation: op.PixelShuffle, shape: Sizes | None) -> Sizes | None:
    factor = operation.factor
    if shape is None or len(shape) < 3:
        return None
    lead, channels, sizes = shape[:-3], shape[-3], shape[-2:]
    if operation.down:
        more = _product((channels, factor, factor))
        return (*lead, more, *[_quotient(size, factor) for size in sizes])
    return (*lead, _quotient(channels, factor * factor), *[_product((size, factor)) for size in sizes])


def _attention(
    operation: op.MultiheadAttention, arguments: SimpleNamespace, shapes: Sequence[Sizes | None]
) -> list[Sizes | None]:
    """What comes out, and how much everything attends to everything else, as a mean over the heads."""
    query = shapes[0] if shapes else None
    if query is None or len(query) not in (2, 3):
        return [None, None]
    key = shapes[1] if len(shapes) > 1 else query
    made = (*query[:-1], operation.embed_dim)
    along = 1 if arguments.batch_first and len(query) == 3 else 0
    length = key[along] if key is not None and len(key) == len(query) else None
    if length is not None:
        length += operation.add_bias_kv + bool(arguments.add_zero_attn)
    if len(query) == 2:
        return [made, (query[0], length)]
    return [made, (query[1 - along], query[along], length)]


#: What is not here keeps the shape.
_WORK: dict[type[op.Operation], Callable[[Any, Sizes | None], Sizes | None]] = {
    op.Convolution: _convolution,
    op.TransposedConvolution: _transposed,
    op.Pool: _pool,
    op.AdaptivePool: _adaptive_pool,
    op.Linear: _linear,
    op.Flatten: _flatten,
    op.Unflatten: _unflatten,
    op.GLU: _glu,
    op.PReLU: _prelu,
    op.ChannelNorm: _channel_norm,
    op.GroupNorm: _group_norm,
    op.LayerNorm: _layer_norm,
    op.Upsample: _upsample,
    op.PixelShuffle: _pixel_shuffle,
    op.Pad: _pad,
    op.Unfold: _unfold,
    op.Fold: _fold,
}


# Tensors of a layer -------------------------------------------------------------------------------------------------


def parameters(type_name: str, arguments: SimpleNamespace) -> dict[str, Sizes]:
    """The shapes of a layer's parameters, by the names that ``state_dict()`` gives them and in its order."""
    if type_name == "MultiheadAttention":
        return _attention_parameters(arguments)
    weight: Sizes | None = None
    bias: Sizes | None = None
    if type_name.startswith("ConvTranspose"):
        inside = _quotient(arguments.out_channels, arguments.groups)
        weight, bias = (arguments.in_channels, inside, *arguments.kernel_size), (arguments.out_channels,)
    elif type_name.startswith("Conv"):
        inside = _quotient(arguments.in_channels, arguments.groups)
        weight, bias = (arguments.out_channels, inside, *arguments.kernel_size), (arguments.out_channels,)
    elif type_name == "Linear":
        weight, bias = (arguments.out_features, arguments.in_features), (arguments.out_features,)
    elif type_name.startswith(("BatchNorm", "InstanceNorm")):
        weight = bias = (arguments.num_features,) if arguments.affine else None
    elif type_name == "GroupNorm":
        weight = bias = (arguments.num_channels,) if arguments.affine else None
    elif type_name == "LayerNorm":
        weight = bias = arguments.normalized_shape if arguments.elementwise_affine else None
    elif type_name == "RMSNorm":
        weight = arguments.normalized_shape if arguments.elementwise_affine else None
    elif type_name == "PReLU":
        weight = (arguments.num_parameters,)
    found: dict[str, Sizes] = {}
    if weight is not None:
        found["weight"] = weight
    if bias is not None and arguments.bias:
        found["bias"] = bias
    return found


def _attention_parameters(arguments: SimpleNamespace) -> dict[str, Sizes]:
    width = arguments.embed_dim
    keys = width if arguments.kdim is None else arguments.kdim
    values = width if arguments.vdim is None else arguments.vdim
    found: dict[str, Sizes] = {}
    if keys == values == width:
        found["in_proj_weight"] = (3 * width, width)
    else:
        found |= {"q_proj_weight": (width, width), "k_proj_weight": (width, keys), "v_proj_weight": (width, values)}
    if arguments.bias:
        found["in_proj_bias"] = (3 * width,)
    if arguments.add_bias_kv:
        found |= {"bias_k": (1, 1, width), "bias_v": (1, 1, width)}
    found["out_proj.weight"] = (width, width)
    if arguments.bias:
        found["out_proj.bias"] = (width,)
    return found


def buffers(type_name: str, arguments: SimpleNamespace) -> dict[str, Sizes]:
    """The shapes of a layer's buffers, as ``parameters`` gives those of parameters."""
    if not type_name.startswith(("BatchNorm", "InstanceNorm")) or not arguments.track_running_stats:
        return {}
    features = (arguments.num_features,)
    return {"running_mean": features, "running_var": features, "num_batches_tracked": ()}
