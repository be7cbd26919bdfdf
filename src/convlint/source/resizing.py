"""``F.interpolate``, ``F.pad``, ``F.grid_sample`` and the norms: functions that keep what an axis means."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from convlint.source.axes import brackets, each, refuse, same, tensor_of, whole, wholes
from convlint.source.products import read
from convlint.source.trace import Trace
from convlint.source.values import Raised, Sizes, Tensor, Unknown

#: Factors from here on are not computed with.
LARGEST = 1 << 62

#: How many axes a mode needs.
_RANKS = {"linear": 3, "bilinear": 4, "trilinear": 5}
_MAPS = (3, 4, 5)


def interpolate(
    trace: Trace,
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: Any = "nearest",
    align_corners: Any = None,
    recompute_scale_factor: Any = None,
    antialias: Any = False,
) -> Any:
    """``F.interpolate`` to a size, or by a factor: ``floor(size * factor)``."""
    tensor = tensor_of(input)
    shape = tensor.shape
    if size is not None and scale_factor is not None:
        if not isinstance(size, Unknown) and not isinstance(scale_factor, Unknown):
            raise Raised(ValueError, "only one of size or scale_factor should be defined")
        return trace.function("interpolate", [tensor], None if shape is None else shape[:2] + (None,) * len(shape[2:]))
    if size is None and scale_factor is None:
        raise Raised(ValueError, "either size or scale_factor should be defined")
    if shape is None:
        return trace.function("interpolate", [tensor], None)
    rank = len(shape) - 2
    check_length(scale_factor if size is None else size, shape, "scale_factor" if size is None else "size")
    check_mode(shape, mode)
    if rank < 1:
        return trace.function("interpolate", [tensor], None)
    if size is not None:
        sizes = each(size, rank)
    else:
        sizes = scaled(shape[2:], scale_factor)
    if mode != "area" and isinstance(mode, str) and any(one is not None and one < 1 for one in sizes):
        raise refuse(
            f"Input and output sizes should be greater than 0, but got input {lettered(shape[2:])} "
            f"{'and output' if rank == 1 else 'output'} {lettered(sizes)}"
        )
    return trace.function("interpolate", [tensor], (*shape[:2], *sizes))


def lettered(sizes: Sizes) -> str:
    """Sizes as torch prints those of a map: ``(H: 2, W: 3)``."""
    return f"({', '.join([f'{letter}: {size}' for letter, size in zip('DHW'[-len(sizes) :], sizes)])})"


def check_length(value: Any, shape: Sizes, name: str) -> None:
    """Refuse a list with another number of entries than there are spatial axes."""
    if isinstance(value, list | tuple) and len(value) != len(shape) - 2:
        if name == "size":
            raise Raised(
                ValueError,
                "Input and output must have the same number of spatial dimensions, but got input with spatial "
                f"dimensions of {brackets(shape[2:])} and output size of {list(value)}. Please provide input tensor "
                "in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.",
            )
        raise Raised(
            ValueError,
            "Input and scale_factor must have the same number of spatial dimensions, but got input with spatial "
            f"dimensions of {brackets(shape[2:])} and scale_factor of shape {list(value)}. Please provide input "
            "tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.",
        )


def check_mode(shape: Sizes, mode: Any) -> None:
    """Refuse a mode that is not for so many axes."""
    if not isinstance(mode, str):
        return
    rank = len(shape)
    need = _RANKS.get(mode)
    if need is not None and rank in _MAPS and rank != need:
        raise Raised(NotImplementedError, f"Got {rank}D input, but {mode} mode needs {need}D input")
    if rank not in _MAPS or (mode == "bicubic" and rank != 4):
        raise Raised(
            NotImplementedError,
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {rank}D) for the modes: nearest | linear | "
            f"bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})",
        )


def scaled(sizes: Sizes, factor: Any) -> Sizes:
    """``floor(size * factor)`` on every axis."""
    factors = list(factor) if isinstance(factor, list | tuple) else [factor] * len(sizes)
    made: list[int | None] = []
    for size, one in zip(sizes, factors):
        number = one.data[0] if isinstance(one, Tensor) and one.data is not None and len(one.data) == 1 else one
        if size is None or not isinstance(number, int | float) or not -LARGEST < number < LARGEST:
            made.append(None)
        else:
            made.append(math.floor(size * number))
    return tuple(made)


def pad(trace: Trace, input: Any, pad: Any, mode: Any = "constant", value: Any = None) -> Any:
    """``F.pad``: (before, after) for each axis, the last axis first; negative numbers crop."""
    tensor, amounts = tensor_of(input), wholes(pad)
    shape = tensor.shape
    made: Sizes | None = None
    if shape is not None:
        made = (None,) * len(shape)
        if amounts is not None:
            if len(amounts) % 2:
                raise refuse("Padding length must be divisible by 2")
            if len(amounts) > 2 * len(shape):
                raise refuse(
                    f"Padding length should be less than or equal to two times the input dimension but got padding "
                    f"length {len(amounts)} and input of dimension {len(shape)}"
                )
            if mode != "constant":
                check_padding(shape, amounts, mode)
            made = padded(shape, amounts)
            if mode != "constant" and any(size is not None and size < 1 for size in made):
                made = (None,) * len(shape)
    return trace.function("pad", [tensor], made)


def padded(shape: Sizes, amounts: Sizes) -> Sizes:
    """Sizes with padding."""
    made = list(shape)
    for number in range(len(amounts) // 2):
        place = len(shape) - 1 - number
        size, before, after = shape[place], amounts[2 * number], amounts[2 * number + 1]
        if size is None or before is None or after is None:
            made[place] = None
            continue
        made[place] = size + before + after
        if size + before + after < 0:
            raise refuse(
                f"The input size {size}, plus negative padding {before} and {after}, resulted in a negative output "
                f"size, which is invalid. Check dimension {place} of your input."
            )
    return tuple(made)


def check_padding(shape: Sizes, amounts: Sizes, mode: Any) -> None:
    """Refuse what reflecting, replicating and wrapping cannot do."""
    if mode not in ("reflect", "replicate", "circular"):
        if isinstance(mode, str):
            raise Raised(NotImplementedError, f"Unrecognised padding mode {mode}")
        return
    count = len(amounts) // 2
    if len(shape) not in (count + 1, count + 2) or count > 3:
        raise Raised(
            NotImplementedError,
            f"Padding size {len(amounts)} is not supported for {len(shape)}D input tensor.",
        )
    for number in range(count):
        place = len(shape) - 1 - number
        size, before, after = shape[place], amounts[2 * number], amounts[2 * number + 1]
        if size is None or before is None or after is None:
            continue
        if mode == "reflect" and (before >= size or after >= size):
            raise refuse(
                f"Argument #{2 * number + 4}: Padding size should be less than the corresponding input dimension, "
                f"but got: padding ({before}, {after}) at dimension {place} of input {brackets(shape)}"
            )
        if mode == "circular" and (before > size or after > size):
            raise refuse("Padding value causes wrapping around more than once.")


def grid_sample(
    trace: Trace, input: Any, grid: Any, mode: Any = "bilinear", padding_mode: Any = "zeros", align_corners: Any = None
) -> Any:
    """``F.grid_sample``: the sizes of the grid, whose last axis holds places."""
    tensor, places = tensor_of(input), tensor_of(grid)
    shape, wanted = tensor.shape, places.shape
    made: Sizes | None = None
    if shape is not None and wanted is not None:
        if len(shape) not in (4, 5) or len(shape) != len(wanted):
            raise refuse(
                "grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with "
                f"sizes {brackets(shape)} and grid with sizes {brackets(wanted)}"
            )
        if not same(shape[0], wanted[0]):
            raise refuse(
                "grid_sampler(): expected grid and input to have same batch size, but got input with sizes "
                f"{brackets(shape)} and grid with sizes {brackets(wanted)}"
            )
        if not same(wanted[-1], len(shape) - 2):
            raise refuse(
                f"grid_sampler(): expected grid to have size {len(shape) - 2} in last dimension, but got grid with "
                f"sizes {brackets(wanted)}"
            )
        made = (*shape[:2], *wanted[1:-1])
    return trace.function("grid_sample", [tensor, places], made)


def affine_grid(trace: Trace, theta: Any, size: Any, align_corners: Any = None) -> Any:
    """``F.affine_grid``: (N, H, W, 2) for a size of (N, C, H, W)."""
    tensor, sizes = tensor_of(theta), wholes(size)
    made = None if sizes is None or len(sizes) < 3 else (sizes[0], *sizes[2:], len(sizes) - 2)
    return trace.function("affine_grid", [tensor], made)


def layer_norm(
    trace: Trace, input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: Any = 1e-5
) -> Any:
    """``F.layer_norm`` and ``rms_norm`` over the last axes."""
    tensor, last = tensor_of(input), wholes(normalized_shape)
    shape = tensor.shape
    if last == ():
        raise refuse(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    if shape is not None and last:
        fits = len(shape) >= len(last) and all(same(a, b) for a, b in zip(shape[len(shape) - len(last) :], last))
        if not fits:
            raise refuse(
                f"Given normalized_shape={brackets(last)}, expected input with shape [*, "
                f"{brackets(last)[1:]}, but got input of size{brackets(shape)}"
            )
    return trace.function("layer_norm", read(tensor, weight, bias), shape)


def rms_norm(trace: Trace, input: Any, normalized_shape: Any, weight: Any = None, eps: Any = None) -> Any:
    """``F.rms_norm``."""
    return layer_norm(trace, input, normalized_shape, weight)


def batch_norm(
    trace: Trace,
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: Any = False,
    momentum: Any = 0.1,
    eps: Any = 1e-5,
) -> Any:
    """``F.batch_norm``: same sizes; the statistics have a number for each channel."""
    return channel_norm(trace, "batch_norm", input, running_mean, running_var, weight, bias)


def instance_norm(
    trace: Trace,
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: Any = True,
    momentum: Any = 0.1,
    eps: Any = 1e-5,
) -> Any:
    """``F.instance_norm``: same sizes."""
    return trace.function("instance_norm", read(tensor_of(input), weight, bias), tensor_of(input).shape)


def channel_norm(trace: Trace, name: str, input: Any, mean: Any, variance: Any, weight: Any, bias: Any) -> Any:
    """A norm with numbers for each channel."""
    tensor = tensor_of(input)
    shape = tensor.shape
    if shape is not None and len(shape) > 1:
        for word, value in (("running_mean", mean), ("running_var", variance), ("weight", weight), ("bias", bias)):
            count = value.count if isinstance(value, Tensor) else None
            if not same(count, shape[1]):
                raise refuse(f"{word} should contain {shape[1]} elements not {count}")
    return trace.function(name, read(tensor, weight, bias), shape)


def group_norm(trace: Trace, input: Any, num_groups: Any, weight: Any = None, bias: Any = None, eps: Any = 1e-5) -> Any:
    """``F.group_norm``: same sizes."""
    tensor, groups = tensor_of(input), whole(num_groups)
    shape = tensor.shape
    maps = shape[1] if shape is not None and len(shape) > 1 else None
    if shape is not None and maps is not None and groups is not None and groups > 0 and maps % groups:
        raise refuse(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{brackets(shape)} and num_groups={groups}"
        )
    return trace.function("group_norm", read(tensor, weight, bias), shape)


def embedding(trace: Trace, input: Any, weight: Any, *arguments: Any, **named: Any) -> Any:
    """``F.embedding``: a row of the weight for each number."""
    tensor, rows = tensor_of(input), tensor_of(weight)
    if rows.shape is not None and len(rows.shape) != 2:
        raise refuse("'weight' must be 2-D")
    width = rows.shape[1] if rows.shape is not None else None
    made = None if tensor.shape is None else (*tensor.shape, width)
    return trace.function("embedding", [tensor, rows], made)


def one_hot(trace: Trace, tensor: Any = None, num_classes: Any = -1, **named: Any) -> Any:
    """``F.one_hot``: a new last axis."""
    given = tensor_of(named.get("input", tensor))
    count = whole(num_classes)
    size = count if count is not None and count >= 0 else None
    return trace.function("one_hot", [given], None if given.shape is None else (*given.shape, size))


def loss(trace: Trace, *arguments: Any, **named: Any) -> Any:
    """A loss: nothing that a network is made of."""
    return Unknown("a loss")


FUNCTIONAL: dict[str, Callable[..., Any]] = {
    "affine_grid": affine_grid,
    "batch_norm": batch_norm,
    "embedding": embedding,
    "grid_sample": grid_sample,
    "group_norm": group_norm,
    "instance_norm": instance_norm,
    "interpolate": interpolate,
    "layer_norm": layer_norm,
    "one_hot": one_hot,
    "pad": pad,
    "rms_norm": rms_norm,
    "upsample": interpolate,
    "upsample_bilinear": lambda trace, input, size=None, scale_factor=None: interpolate(
        trace, input, size, scale_factor, "bilinear"
    ),
    "upsample_nearest": interpolate,
    **dict.fromkeys(
        (
            *("binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "ctc_loss", "huber_loss"),
            *(
                "kl_div",
                "l1_loss",
                "mse_loss",
                "nll_loss",
                "smooth_l1_loss",
                "triplet_margin_loss",
                "margin_ranking_loss",
            ),
            *("cosine_embedding_loss", "hinge_embedding_loss", "poisson_nll_loss", "gaussian_nll_loss"),
        ),
        loss,
    ),
}
