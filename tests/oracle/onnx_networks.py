"""Hypothesis draws layers and small networks, right and wrong ones, for ``test_onnx``.

What can follow is drawn from the shapes that ONNX inferred, never from convlint's.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from hypothesis import strategies as st

from tests.oracle.onnx_model import Layer, Model, Refused, Shape, around, parts

Draw = Callable[..., Any]

#: Sizes of maps by the number of spatial axes; small, for what goes wrong goes wrong at the edges.
_LARGEST = {1: 40, 2: 24, 3: 10}


# Single layers: each function draws the arguments of one type for an input of a shape -----------------------------------


def _each(draw: Draw, rank: int, least: int, most: int) -> Any:
    """One number for all axes, or one for each."""
    numbers = st.integers(least, max(least, most))
    return draw(numbers) if draw(st.booleans()) else draw(st.lists(numbers, min_size=rank, max_size=rank))


def _kernel(draw: Draw, shape: Shape) -> Any:
    """A kernel that usually fits."""
    fits = draw(st.integers(0, 7)) > 0
    return _each(draw, len(shape) - 1, 1, min((*shape[1:], 5)) if fits else 7)


def _groups(draw: Draw, *channels: int) -> int:
    """Groups that usually divide."""
    common = [groups for groups in range(1, min(channels) + 1) if all(count % groups == 0 for count in channels)]
    groups: int = draw(st.sampled_from(common)) if draw(st.integers(0, 9)) else draw(st.integers(1, 6))
    return groups


def _some(draw: Draw, arguments: dict[str, Any], **optional: Callable[[], Any]) -> dict[str, Any]:
    """Add some of the optional arguments."""
    for name, value in optional.items():
        if draw(st.booleans()):
            arguments[name] = value()
    return arguments


def _channels(draw: Draw, shape: Shape) -> int:
    """A declared number of channels, usually the right one."""
    return shape[0] if draw(st.integers(0, 9)) else draw(st.integers(1, 8))


def _convolution(draw: Draw, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    out = draw(st.integers(1, 12))
    wrong = draw(st.integers(0, 19)) == 0
    return _some(
        draw,
        {"out_channels": out, "kernel_size": _kernel(draw, shape)},
        in_channels=lambda: _channels(draw, shape),
        stride=lambda: _each(draw, rank, 0 if wrong else 1, 4),
        dilation=lambda: _each(draw, rank, 0 if wrong else 1, 3),
        padding=lambda: (
            draw(st.sampled_from(("same", "valid")))
            if draw(st.integers(0, 4)) == 0
            else _each(draw, rank, -1 if wrong else 0, 3)
        ),
        groups=lambda: _groups(draw, shape[0], out),
        bias=lambda: draw(st.booleans()),
        padding_mode=lambda: draw(st.sampled_from(("zeros", "reflect", "replicate", "circular"))),
    )


def _transposed(draw: Draw, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    out = draw(st.integers(1, 8))
    arguments = _some(
        draw,
        {"out_channels": out, "kernel_size": _each(draw, rank, 1, 5)},
        in_channels=lambda: _channels(draw, shape),
        stride=lambda: _each(draw, rank, 1, 3),
        dilation=lambda: _each(draw, rank, 1, 3),
        groups=lambda: _groups(draw, shape[0], out),
        bias=lambda: draw(st.booleans()),
    )
    if draw(st.integers(0, 3)):
        _some(
            draw,
            arguments,
            padding=lambda: _each(draw, rank, 0, 3),
            output_padding=lambda: _each(draw, rank, 0, 2),
        )
    else:
        # Not more than ONNX can express: it has no padding beside a wanted size.
        arguments["output_size"] = _each(draw, rank, 1, 3 * max(shape[1:]) + 5)
    return arguments


def _pool(kind: str) -> Callable[[Draw, Shape], dict[str, Any]]:
    def draw_pool(draw: Draw, shape: Shape) -> dict[str, Any]:
        rank = len(shape) - 1
        kernel = _kernel(draw, shape)
        half = min(kernel if isinstance(kernel, list) else [kernel]) // 2
        most = half if draw(st.integers(0, 9)) else 3
        optional: dict[str, Callable[[], Any]] = {
            "stride": lambda: _each(draw, rank, 1, 4),
            "ceil_mode": lambda: draw(st.booleans()),
        }
        if kind != "lp":
            optional["padding"] = lambda: _each(draw, rank, 0, most)
        if kind == "max":
            optional["dilation"] = lambda: _each(draw, rank, 1, 3)
        first = {"norm_type": 2} if kind == "lp" else {}
        if kind == "lp" and isinstance(kernel, list) and len(kernel) == 1:
            (kernel,) = kernel  # PyTorch does not run an LPPool1d whose kernel is a list
        return _some(draw, {**first, "kernel_size": kernel}, **optional)

    return draw_pool


def _adaptive(draw: Draw, shape: Shape) -> dict[str, Any]:
    """Only what ONNX can say: sizes that divide, among them 1."""
    sizes = [draw(st.sampled_from([out for out in range(1, size + 1) if size % out == 0])) for size in shape[1:]]
    if draw(st.booleans()):
        return {"output_size": 1}
    if len(sizes) == 1:
        return {"output_size": sizes}  # PyTorch keeps an axis only beside another one
    return {
        "output_size": [
            None if size == out and draw(st.booleans()) else out for size, out in zip(shape[1:], sizes, strict=True)
        ]
    }


def _subsampling(draw: Draw, shape: Shape) -> dict[str, Any]:
    return _some(draw, {"kernel_size": _kernel(draw, shape)}, stride=lambda: _each(draw, len(shape) - 1, 1, 3))


def _zero_pad(draw: Draw, shape: Shape) -> dict[str, Any]:
    """Padding of all axes, different on both sides; some of it negative, but never to an empty map."""
    least = -1 if draw(st.integers(0, 4)) == 0 and min(shape[1:]) > 2 else 0
    return {"padding": _each(draw, 2 * (len(shape) - 1), least, 3)}


def _other_pad(draw: Draw, shape: Shape) -> dict[str, Any]:
    return {"padding": _each(draw, 2 * (len(shape) - 1), 0, min((*shape[1:], 4)))}


def _channel_norm(draw: Draw, shape: Shape) -> dict[str, Any]:
    return _some(draw, {}, num_features=lambda: _channels(draw, shape), affine=lambda: draw(st.booleans()))


def _group_norm(draw: Draw, shape: Shape) -> dict[str, Any]:
    return _some(draw, {"num_groups": _groups(draw, shape[0])}, affine=lambda: draw(st.booleans()))


def _layer_norm(draw: Draw, shape: Shape) -> dict[str, Any]:
    last = draw(st.integers(1, len(shape)))
    wanted = list(shape[-last:])
    if draw(st.integers(0, 9)) == 0:
        wanted[0] += 1
    return _some(
        draw,
        {"normalized_shape": wanted if len(wanted) > 1 or draw(st.booleans()) else wanted[0]},
        elementwise_affine=lambda: draw(st.booleans()),
        bias=lambda: draw(st.booleans()),
    )


def _linear(draw: Draw, shape: Shape) -> dict[str, Any]:
    features = shape[-1] if draw(st.integers(0, 9)) else draw(st.integers(1, 30))
    return _some(
        draw, {"out_features": draw(st.integers(1, 20))}, in_features=lambda: features, bias=lambda: draw(st.booleans())
    )


def _flatten(draw: Draw, shape: Shape) -> dict[str, Any]:
    if draw(st.booleans()):
        return {}
    first = draw(st.integers(1, len(shape)))
    last = draw(st.integers(first, len(shape)))
    return {"start_dim": first, "end_dim": last if draw(st.booleans()) else last - len(shape) - 1}


def _factors(draw: Draw, total: int) -> list[int]:
    """A few numbers with a product, one of them perhaps left to be found, perhaps one wrong."""
    found = []
    for _ in range(draw(st.integers(0, 2))):
        factor = draw(st.sampled_from([factor for factor in range(1, total + 1) if total % factor == 0]))
        found.append(factor)
        total //= factor
    found.append(total)
    draw_of = draw(st.integers(0, 9))
    if draw_of == 0:
        found[0] += 1
    elif draw_of < 4:
        found[draw(st.integers(0, len(found) - 1))] = -1
    return found


def _reshape(draw: Draw, shape: Shape) -> dict[str, Any]:
    return {"shape": _factors(draw, prod(shape))}


def _unflatten(draw: Draw, shape: Shape) -> dict[str, Any]:
    dim = draw(st.integers(1, len(shape)))
    return {"dim": dim, "unflattened_size": _factors(draw, shape[dim - 1])}


def _permute(draw: Draw, shape: Shape) -> dict[str, Any]:
    return {"dims": [0, *draw(st.permutations(range(1, len(shape) + 1)))]}


def _center_crop(draw: Draw, shape: Shape) -> dict[str, Any]:
    return {"size": _each(draw, len(shape) - 1, 1, min(shape[1:]) + (draw(st.integers(0, 9)) == 0))}


def _upsample(draw: Draw, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    mode = draw(st.sampled_from(("nearest", {1: "linear", 2: "bilinear", 3: "trilinear"}[rank])))
    arguments = {"mode": mode} if mode != "nearest" or draw(st.booleans()) else {}
    if draw(st.booleans()):
        return arguments | {"size": _each(draw, rank, 1, 2 * max(shape[1:]))}
    # Where n*scale is whole on paper, ONNX's 32 bits and PyTorch's 64 may fall on either side of it (arithmetic.md,
    # section 4: 45*1.4 is 62), unless the scale is exact in binary.
    exact = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3]
    rough = [part / 20 for part in range(1, 60) if part % 5 and all(size * part % 20 for size in shape[1:])]
    scales = st.sampled_from(exact + rough)
    scale = draw(scales) if draw(st.booleans()) else draw(st.lists(scales, min_size=rank, max_size=rank))
    return arguments | {"scale_factor": scale}


def _pixel_shuffle(draw: Draw, shape: Shape) -> dict[str, Any]:
    fits = [factor for factor in (1, 2, 3) if shape[0] % factor**2 == 0]
    return {"upscale_factor": draw(st.sampled_from(fits)) if draw(st.integers(0, 5)) else draw(st.integers(1, 3))}


def _pixel_unshuffle(draw: Draw, shape: Shape) -> dict[str, Any]:
    fits = [factor for factor in (1, 2, 3) if all(size % factor == 0 for size in shape[1:])]
    return {"downscale_factor": draw(st.sampled_from(fits)) if draw(st.integers(0, 5)) else draw(st.integers(1, 3))}


def _split(draw: Draw, shape: Shape) -> dict[str, Any]:
    size = shape[0]
    if draw(st.booleans()):
        return {"split_size": draw(st.integers(max(1, size // 4), size))}
    first = draw(st.integers(1, size))
    sizes = [first, size - first] if first < size else [first]
    if draw(st.integers(0, 9)) == 0:
        sizes[0] += 1
    return {"split_size": sizes}


def _chunk(draw: Draw, shape: Shape) -> dict[str, Any]:
    # As many as both agree on: torch.chunk gives fewer where ONNX would need an empty or negative last part.
    chunks = [count for count in range(1, 6) if (count - 1) * -(-shape[0] // count) < shape[0]]
    return {"chunks": draw(st.sampled_from(chunks))}


def _nothing(draw: Draw, shape: Shape) -> dict[str, Any]:
    return {}


_SPATIAL: dict[str, Callable[[Draw, Shape], dict[str, Any]]] = {
    "Conv{}d": _convolution,
    "ConvTranspose{}d": _transposed,
    "MaxPool{}d": _pool("max"),
    "AvgPool{}d": _pool("average"),
    "LPPool{}d": _pool("lp"),
    "AdaptiveAvgPool{}d": _adaptive,
    "AdaptiveMaxPool{}d": _adaptive,
    "Subsampling": _subsampling,
    "ZeroPad{}d": _zero_pad,
    "ReflectionPad{}d": _other_pad,
    "ReplicationPad{}d": _other_pad,
    "CircularPad{}d": _other_pad,
    "BatchNorm{}d": _channel_norm,
    "InstanceNorm{}d": _channel_norm,
    "GroupNorm": _group_norm,
    "LocalResponseNorm": lambda draw, shape: {"size": draw(st.integers(1, 5))},
    "PReLU": lambda draw, shape: {"num_parameters": draw(st.sampled_from((1, shape[0], shape[0] + 1)))},
    "CenterCrop": _center_crop,
    "Upsample": _upsample,
}
_PLANAR: dict[str, Callable[[Draw, Shape], dict[str, Any]]] = {
    "PixelShuffle": _pixel_shuffle,
    "PixelUnshuffle": _pixel_unshuffle,
}
_ANY: dict[str, Callable[[Draw, Shape], dict[str, Any]]] = {
    "Linear": _linear,
    "LayerNorm": _layer_norm,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Unflatten": _unflatten,
    "Permute": _permute,
    "Softmax": lambda draw, shape: {"dim": draw(st.integers(-len(shape), len(shape)).filter(bool))},
    "Split": _split,
    "Chunk": _chunk,
    **dict.fromkeys(("ReLU", "ELU", "GELU", "LeakyReLU", "Sigmoid", "Tanh", "Hardswish", "Softplus"), _nothing),
    **dict.fromkeys(("Dropout", "Identity"), _nothing),
}
#: What networks are mostly made of is drawn more often.
_COMMON = ("Conv{}d", "Conv{}d", "Conv{}d", "ConvTranspose{}d", "MaxPool{}d", "AvgPool{}d", "ZeroPad{}d", "Upsample")


def _drawers(shape: Shape) -> dict[str, Callable[[Draw, Shape], dict[str, Any]]]:
    rank = len(shape) - 1
    found = dict(_ANY)
    if 1 <= rank <= 3:
        found |= {name.format(rank): drawer for name, drawer in _SPATIAL.items()}
    if rank == 2:
        found |= _PLANAR
    return found


def layer_types(rank: int) -> list[str]:
    """The types that a map with so many spatial axes can be given to."""
    return list(_drawers((1,) * (rank + 1)))


@st.composite
def shapes(draw: Draw, rank: int | None = None) -> Shape:
    """The shape of a map."""
    rank = draw(st.integers(1, 3)) if rank is None else rank
    sizes = draw(st.lists(st.integers(1, _LARGEST[rank]), min_size=rank, max_size=rank))
    return (draw(st.integers(1, 12)), *sizes)


@st.composite
def folds(draw: Draw) -> tuple[Shape, list[Layer]]:
    """A Fold, for which the columns must be right."""
    output, kernel = _each(draw, 2, 4, 12), _each(draw, 2, 1, 3)
    more = _some(
        draw,
        {},
        stride=lambda: _each(draw, 2, 1, 3),
        padding=lambda: _each(draw, 2, 0, 2),
        dilation=lambda: _each(draw, 2, 1, 2),
    )
    axes = [value if isinstance(value, list) else [value] * 2 for value in (
        output, kernel, more.get("stride", 1), more.get("padding", 0), more.get("dilation", 1)
    )]  # fmt: skip
    blocks = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(*axes, strict=True)]
    columns = prod(blocks) if min(blocks) > 0 else 1
    channels = draw(st.integers(1, 4)) * prod(axes[1])
    return (channels, columns), [
        Layer("fold", "Fold", ("input",), {"output_size": output, "kernel_size": kernel, **more})
    ]


@st.composite
def single_layers(draw: Draw, rank: int) -> tuple[Shape, list[Layer]]:
    """A shape and one layer that reads it."""
    shape = draw(shapes(rank))
    drawers = _drawers(shape)
    name = draw(st.sampled_from([*drawers, *(common.format(rank) for common in _COMMON)]))
    return shape, [Layer("layer", name, ("input",), drawers[name](draw, shape))]


@st.composite
def networks(draw: Draw) -> tuple[Shape, list[Layer]]:
    """A shape and two to eight layers: a chain with branches, joins and groups, which ends at the first mistake."""
    shape = draw(shapes())
    model = Model(shape)
    found: list[Layer] = []
    readable = ["input"]
    for number in range(draw(st.integers(2, 8))):
        source = readable[-1] if draw(st.integers(0, 3)) else draw(st.sampled_from(readable))
        layer = _next(draw, f"n{number}", source, readable, model)
        found.append(layer)
        try:
            model.add(layer)
        except Refused:
            break
        if swallowed(layer, [model.shapes[name] for name in layer.sources]) is not None:
            break
        if layer.type in ("Split", "Chunk"):
            readable += [f"{layer.name}.{part}" for part in range(parts(layer, model.shapes[layer.sources[0]][0]))]
        else:
            readable.append(layer.name)
    return shape, found


def _next(draw: Draw, name: str, source: str, readable: list[str], model: Model) -> Layer:
    kind = draw(st.integers(0, 9))
    shape = model.shapes[source]
    alike = [other for other in readable if len(model.shapes[other]) == len(shape)]
    if kind < 2:
        fits = [other for other in alike if model.shapes[other][1:] == shape[1:]]
        others = draw(st.lists(st.sampled_from(fits if draw(st.integers(0, 5)) else alike), min_size=1, max_size=2))
        return Layer(
            name, "Concat", (source, *others), {} if draw(st.booleans()) else {"dim": 1 if len(shape) > 1 else -1}
        )
    if kind == 2:
        fits = [other for other in alike if model.shapes[other] == shape]
        others = draw(st.lists(st.sampled_from(fits if draw(st.integers(0, 5)) else alike), min_size=1, max_size=2))
        return Layer(name, draw(st.sampled_from(("Add", "Mul"))), (source, *others), {})
    if kind == 3 and 2 <= len(shape) <= 4:
        return _group(draw, name, source, shape)
    drawers = _drawers(shape)
    common = [common.format(len(shape) - 1) for common in _COMMON]
    type_name = draw(st.sampled_from([*drawers, *(known for known in common if known in drawers)]))
    return Layer(name, type_name, (source,), drawers[type_name](draw, shape))


def _group(draw: Draw, name: str, source: str, shape: Shape) -> Layer:
    """A block that keeps the channels, two to five times: with padding it keeps the size too, without it shrinks."""
    rank = len(shape) - 1
    padding = draw(st.integers(0, 1))
    body = [
        Layer("conv", f"Conv{rank}d", ("input",), {"out_channels": shape[0], "kernel_size": 3, "padding": padding}),
        Layer("act", "ReLU", ("conv",), {}),
    ]
    if padding and draw(st.booleans()):
        body.append(Layer("add", "Add", ("act", "input"), {}))
    return Layer(name, "group", (source,), {"repeat": draw(st.integers(1, 5)), "layers": body})


# What ONNX accepts and PyTorch refuses ----------------------------------------------------------------------------------


def swallowed(layer: Layer, given: list[Shape]) -> str | None:
    """Why PyTorch refuses a layer that ONNX accepts (arithmetic.md, section 15), or None.

    These are the cases in which ONNX is no oracle; convlint has to report an error in every one of them.
    """
    shape, arguments = given[0], layer.arguments
    rank = len(shape) - 1

    def axes(name: str, default: Any = 1) -> list[int]:
        value = arguments.get(name, default)
        return list(value) if isinstance(value, list) else [value] * rank

    if layer.type.startswith("Conv"):
        groups = arguments.get("groups", 1)
        if arguments.get("in_channels", shape[0]) != shape[0]:
            return "in_channels is no part of an ONNX model"
        if shape[0] % groups or arguments["out_channels"] % groups:
            return "groups that do not divide are accepted"
        if layer.type.startswith("ConvTranspose"):
            return _swallowed_transposed(axes, arguments, shape)
        return _swallowed_convolution(axes, arguments, shape)
    if "Pool" in layer.type and not layer.type.startswith("Adaptive"):
        return _swallowed_pool(layer.type, axes, arguments, shape)
    if layer.type == "Subsampling" and any(k > n for k, n in zip(axes("kernel_size"), shape[1:], strict=True)):
        return "sizes are truncated, so a window on too small a map is accepted"
    if layer.type.startswith("ReflectionPad") and _pad_over(arguments, shape, 0):
        return "reflection of more than there is is accepted"
    if layer.type.startswith("CircularPad") and _pad_over(arguments, shape, 1):
        return "more than one turn round the map is accepted"
    if layer.type.startswith("InstanceNorm"):
        if arguments.get("affine") and arguments.get("num_features", shape[0]) != shape[0]:
            return "the length of the scale is not compared with the channels"
        if prod(shape[1:]) == 1:
            return "the batch is no reason to refuse: shapes only"
    if layer.type == "GroupNorm" and shape[0] % arguments["num_groups"]:
        return "groups that do not divide are accepted"
    if layer.type == "PReLU" and arguments["num_parameters"] not in (1, shape[0]):
        return "the slopes are not compared with the channels"
    if layer.type == "LayerNorm" and _normalised(arguments) != list(shape[-len(_normalised(arguments)) :]):
        return "the length of the scale is not compared with the axes"
    if layer.type in ("Reshape", "Unflatten") and not _product_fits(layer, shape):
        return "the number of values is not always compared"
    if layer.type == "CenterCrop" and any(size > n for size, n in zip(axes("size"), shape[1:], strict=True)):
        return "CenterCropPad pads what it cannot crop; torchvision's too, the format's CenterCrop crops only"
    if layer.type == "PixelShuffle" and shape[0] % arguments["upscale_factor"] ** 2:
        return "channels are divided rounding down"
    if layer.type == "PixelUnshuffle" and any(size % arguments["downscale_factor"] for size in shape[1:]):
        return "sizes are divided rounding down"
    return None


def _swallowed_convolution(axes: Callable[..., list[int]], arguments: dict[str, Any], shape: Shape) -> str | None:
    word = arguments.get("padding", 0)
    if word == "same" and max(axes("stride")) > 1:
        return "SAME_UPPER may have a stride"
    rank, mode = len(shape) - 1, arguments.get("padding_mode", "zeros")
    before, after = around(0 if word == "valid" else word, axes("kernel_size"), axes("dilation"))
    for n, *sides in zip(shape[1:], before, after, strict=True):
        if (mode == "reflect" and max(sides) >= max(n, 1)) or (mode == "circular" and max(sides) > n):
            return "padding modes are Pad nodes, which may add more than there is"
        if min(sides) < 0 and mode != "zeros":
            return "Pad nodes may crop"
    if word == "same":
        return None
    padding = axes("padding", 0) if word != "valid" else [0] * rank
    windows = zip(shape[1:], axes("kernel_size"), axes("dilation"), padding, strict=True)
    if any(d > 0 and n + 2 * p < d * (k - 1) + 1 for n, k, d, p in windows):
        return "sizes are truncated, not floored: 3x3 with stride 2 on 2x2 gives 1x1"
    return None


def _swallowed_transposed(axes: Callable[..., list[int]], arguments: dict[str, Any], shape: Shape) -> str | None:
    if "output_size" in arguments:
        for n, k, s, d, wanted in zip(
            shape[1:], axes("kernel_size"), axes("stride"), axes("dilation"), axes("output_size"), strict=True
        ):
            least = (n - 1) * s + d * (k - 1) + 1
            if not least <= wanted < least + s:
                return "any output_shape is accepted: the padding is worked out, negative or not"
    for extra, s, d in zip(axes("output_padding", 0), axes("stride"), axes("dilation"), strict=True):
        if extra >= max(s, d):
            return "any output_padding is accepted"
    return None


def _swallowed_pool(name: str, axes: Callable[..., list[int]], arguments: dict[str, Any], shape: Shape) -> str | None:
    kernel = axes("kernel_size")
    stride = axes("stride") if "stride" in arguments else kernel
    for n, k, s, d, p in zip(shape[1:], kernel, stride, axes("dilation"), axes("padding", 0), strict=True):
        if p > k // 2:
            return "padding over half the kernel is accepted"
        room = n + 2 * p - d * (k - 1) - 1 + (s - 1 if arguments.get("ceil_mode") else 0)
        if room < 0:
            return "sizes are truncated, not floored: 3x3 with stride 2 on 2x2 gives 1x1"
        if name in ("AvgPool3d", "LPPool3d") and n < k:
            return "PyTorch wants the bare map to be as large as the kernel in 3-D averages, ONNX the padded one"
    return None


def _pad_over(arguments: dict[str, Any], shape: Shape, spare: int) -> bool:
    rank = len(shape) - 1
    padding = arguments["padding"]
    padding = padding if isinstance(padding, list) else [padding] * (2 * rank)
    sides = [max(padding[2 * axis : 2 * axis + 2]) for axis in range(rank)][::-1]
    return any(side >= size + spare for side, size in zip(sides, shape[1:], strict=True))


def _normalised(arguments: dict[str, Any]) -> list[int]:
    wanted = arguments["normalized_shape"]
    return list(wanted) if isinstance(wanted, list) else [wanted]


def _product_fits(layer: Layer, shape: Shape) -> bool:
    if layer.type == "Reshape":
        total, sizes = prod(shape), layer.arguments["shape"]
    else:
        total, sizes = shape[layer.arguments["dim"] - 1], layer.arguments["unflattened_size"]
    fixed = prod(size for size in sizes if size != -1)
    return bool(total % fixed == 0 if -1 in sizes else total == fixed)
