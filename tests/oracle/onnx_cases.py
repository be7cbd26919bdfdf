"""ONNX's own node tests in the words of the native format, as far as these can be said in it."""

from __future__ import annotations

from math import prod
from typing import Any

from tests.oracle.onnx_model import Layer, Shape

#: A network, and the shape that must come out (both without the batch axis) of the value named.
Said = tuple[Shape, list[Layer], dict[str, Shape]]


class NotSayable(Exception):
    """A case that a native file cannot express; the message is the reason."""


def said(case: dict[str, Any]) -> Said:
    """A case as a network; raises ``NotSayable``."""
    shape = case["inputs"][0]["shape"]
    if not shape or len(shape) < 2:
        raise NotSayable("no axis beside the batch")
    if 0 in shape or any(0 in output for output in case["outputs"]):
        raise NotSayable("empty tensors")
    layers = _layers(case, tuple(shape[1:]))
    last = layers[-1].name
    outputs = [output for output in case["outputs"] if output and output[0] == shape[0]]
    if case["op"] == "Split":
        return tuple(shape[1:]), layers, {f"{last}.{part}": tuple(output[1:]) for part, output in enumerate(outputs)}
    return tuple(shape[1:]), layers, {last: tuple(outputs[0][1:])}


def _layers(case: dict[str, Any], shape: Shape) -> list[Layer]:
    op, given, rank = case["op"], case["attributes"], len(shape) - 1
    inputs = [item["shape"] if item else None for item in case["inputs"]]
    values = [item.get("value") if item else None for item in case["inputs"]]

    def one(type: str, **arguments: Any) -> list[Layer]:
        return [Layer("layer", type, ("input",), arguments)]

    match op:
        case "Conv" | "ConvInteger" | "QLinearConv":
            weight = inputs[3 if op == "QLinearConv" else 1]
            kernel = weight[2:]
            more = {"out_channels": weight[0], "groups": given.get("group", 1)}
            return _window(f"Conv{rank}d", "ZeroPad", kernel, given, shape, more | {"in_channels": shape[0]})
        case "ConvTranspose":
            return _transposed(given, shape, inputs[1])
        case "MaxPool" | "AveragePool" | "LpPool":
            type = {"MaxPool": "MaxPool", "AveragePool": "AvgPool", "LpPool": "LPPool"}[op] + f"{rank}d"
            if op != "MaxPool" and max(given.get("dilations", [1])) > 1:
                raise NotSayable("only max-pools have a dilation in torch.nn")
            more = {"ceil_mode": True} if given.get("ceil_mode") else {}
            if op == "LpPool":
                more["norm_type"] = given.get("p", 2)
            kernel = given["kernel_shape"]
            if type == "LPPool1d":
                more["kernel_size"] = kernel[0]  # PyTorch does not run it with a list
            return _window(type, "ZeroPad", kernel, given, shape, more)
        case "GlobalAveragePool" | "GlobalMaxPool":
            return one(f"Adaptive{'Avg' if 'Average' in op else 'Max'}Pool{rank}d", output_size=1)
        case "Pad":
            return _pad(given, shape, values)
        case "Resize" | "Upsample":
            return _resize(case, shape, values)
        case "DepthToSpace":
            return one("PixelShuffle", upscale_factor=given["blocksize"])
        case "SpaceToDepth":
            return one("PixelUnshuffle", downscale_factor=given["blocksize"])
        case "Flatten":
            if given.get("axis", 1) % (rank + 2) != 1:
                raise NotSayable("the batch axis changes")
            return one("Flatten")
        case "Reshape":
            wanted = [size or shape[axis - 1] for axis, size in enumerate(values[1])]
            if wanted[0] != case["inputs"][0]["shape"][0] or len(wanted) < 2:
                raise NotSayable("the batch axis changes")
            return one("Reshape", shape=wanted[1:])
        case "Gemm":
            if given.get("transA"):
                raise NotSayable("the batch axis changes")
            out, features = inputs[1] if given.get("transB") else reversed(inputs[1])
            return one("Linear", in_features=features, out_features=out, bias=len(inputs) > 2)
        case "MatMul":
            if len(inputs[1]) != 2:
                raise NotSayable("a product of two maps")
            return one("Linear", in_features=inputs[1][0], out_features=inputs[1][1], bias=False)
        case "BatchNormalization":
            return one(f"BatchNorm{rank}d", num_features=inputs[1][0])
        case "InstanceNormalization":
            return one(f"InstanceNorm{rank}d", num_features=inputs[1][0], affine=True)
        case "GroupNormalization":
            return one("GroupNorm", num_groups=given["num_groups"], num_channels=inputs[1][0])
        case "LayerNormalization":
            axis = given.get("axis", -1) % (rank + 2)
            if axis == 0:
                raise NotSayable("the batch is normalised")
            return one("LayerNorm", normalized_shape=list(shape[axis - 1 :]))
        case "LRN":
            return one("LocalResponseNorm", size=given["size"])
        case "PRelu":
            if prod(inputs[1]) != 1:
                raise NotSayable("slopes for other axes than the channels")
            return one("PReLU")
        case "Add" | "Mul" | "Sum":
            if len(inputs) < 2:
                raise NotSayable("a sum of one")
            if any(other != inputs[0] for other in inputs):
                raise NotSayable("inputs without a batch axis")
            return [Layer("layer", "Mul" if op == "Mul" else "Add", ("input",) * len(inputs), {})]
        case "Concat":
            axis = given["axis"] % (rank + 2)
            if axis == 0:
                raise NotSayable("the batch axis changes")
            return [Layer("layer", "Concat", ("input",) * len(inputs), {"dim": given["axis"]})]
        case "Split":
            axis = given.get("axis", 0)
            if axis == 0:
                raise NotSayable("the batch axis changes")
            if len(values) > 1:
                return one("Split", split_size=values[1], dim=axis)
            return one("Chunk", chunks=given.get("num_outputs", len(case["outputs"])), dim=axis)
        case "Transpose":
            order = given.get("perm", list(range(rank + 2))[::-1])
            if order[0] != 0:
                raise NotSayable("the batch axis changes")
            return one("Permute", dims=order)
        case "CenterCropPad":
            return _center_crop(case, shape, values)
        case "Col2Im":
            if len(values[1]) != 2:
                raise NotSayable("Fold is for two axes")
            pads = given.get("pads", [0] * 4)
            more = {"padding": pads[:2], "stride": given.get("strides", 1), "dilation": given.get("dilations", 1)}
            return one("Fold", output_size=values[1], kernel_size=values[2], **more)
        case _:
            raise NotSayable("no such layer")


def _window(
    type: str, pad: str, kernel: list[int], given: dict[str, Any], shape: Shape, more: dict[str, Any]
) -> list[Layer]:
    """A window; paddings that the layer itself cannot have are a layer of their own before it."""
    rank = len(kernel)
    strides, dilations = given.get("strides", [1] * rank), given.get("dilations", [1] * rank)
    pads = given.get("pads", [0] * (2 * rank))
    before, after = pads[:rank], pads[rank:]
    if given.get("auto_pad", "NOTSET").startswith("SAME"):
        before, after = _same(kernel, strides, dilations, shape, given["auto_pad"] == "SAME_LOWER")
    arguments = {"kernel_size": kernel, "stride": strides, **more}
    if max(dilations) > 1:
        arguments["dilation"] = dilations
    pool = not type.startswith("Conv")
    own = before == after and not (pool and any(p > k // 2 for p, k in zip(before, kernel, strict=True)))
    if own and not type.startswith("LP"):
        return [Layer("layer", type, ("input",), arguments | {"padding": before})]
    pairs = [side for axis in range(rank)[::-1] for side in (before[axis], after[axis])]
    return [
        Layer("pad", f"{pad}{rank}d", ("input",), {"padding": pairs}),
        Layer("layer", type, ("pad",), arguments),
    ]


def _same(
    kernel: list[int], strides: list[int], dilations: list[int], shape: Shape, lower: bool
) -> tuple[list[int], list[int]]:
    """What SAME_UPPER and SAME_LOWER add on either side."""
    before, after = [], []
    for n, k, s, d in zip(shape[1:], kernel, strides, dilations, strict=True):
        total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
        small, large = total // 2, total - total // 2
        before.append(large if lower else small)
        after.append(small if lower else large)
    return before, after


def _transposed(given: dict[str, Any], shape: Shape, weight: list[int]) -> list[Layer]:
    rank = len(shape) - 1
    pads = given.get("pads", [0] * (2 * rank))
    if pads[:rank] != pads[rank:]:
        raise NotSayable("asymmetric padding of a transposed convolution")
    if given.get("auto_pad", "NOTSET") != "NOTSET":
        raise NotSayable("SAME on a transposed convolution")
    groups = given.get("group", 1)
    arguments = {
        "in_channels": weight[0],
        "out_channels": weight[1] * groups,
        "kernel_size": weight[2:],
        "stride": given.get("strides", 1),
        "dilation": given.get("dilations", 1),
        "groups": groups,
        "bias": False,
    }
    if "output_shape" in given:
        strides = given.get("strides", [1] * rank)
        least = [(n - 1) * s + k for n, s, k in zip(shape[1:], strides, weight[2:], strict=True)]
        if any(not low <= out < low + s for low, out, s in zip(least, given["output_shape"], strides, strict=True)):
            raise NotSayable("an output_shape that takes negative padding")
        return [Layer("layer", f"ConvTranspose{rank}d", ("input",), arguments | {"output_size": given["output_shape"]})]
    arguments |= {"padding": pads[:rank], "output_padding": given.get("output_padding", 0)}
    return [Layer("layer", f"ConvTranspose{rank}d", ("input",), arguments)]


def _pad(given: dict[str, Any], shape: Shape, values: list[Any]) -> list[Layer]:
    rank = len(shape) - 1
    pads = values[1]
    axes = values[3] if len(values) > 3 else list(range(rank + 2))
    before, after = [0] * (rank + 2), [0] * (rank + 2)
    for index, axis in enumerate(axes):
        before[axis], after[axis] = pads[index], pads[index + len(axes)]
    if before[0] or after[0] or before[1] or after[1]:
        raise NotSayable("batch or channels are padded")
    pairs = [side for axis in range(rank + 1, 1, -1) for side in (before[axis], after[axis])]
    name = {"constant": "Constant", "edge": "Replication", "reflect": "Reflection", "wrap": "Circular"}[given["mode"]]
    more = {"value": 0.5} if name == "Constant" else {}
    return [Layer("layer", f"{name}Pad{rank}d", ("input",), {"padding": pairs, **more})]


def _resize(case: dict[str, Any], shape: Shape, values: list[Any]) -> list[Layer]:
    given, rank = case["attributes"], len(shape) - 1
    if "keep_aspect_ratio_policy" in given:
        raise NotSayable("no aspect ratio is kept in torch.nn")
    kind = {"nearest": "nearest", "cubic": "bicubic", "linear": {1: "linear", 2: "bilinear", 3: "trilinear"}[rank]}
    by_name = {item["name"]: item["value"] for item in case["inputs"] if item and "value" in item}
    wanted = by_name.get("sizes", by_name.get("scales"))
    axes = given.get("axes", list(range(rank + 2)))
    whole: list[Any] = [None] * (rank + 2)
    for axis, number in zip(axes, wanted, strict=True):
        whole[axis] = number
    spatial = whole[2:]
    if "sizes" in by_name:
        return [Layer("layer", "Upsample", ("input",), {"mode": kind[given["mode"]], "size": spatial})]
    # Recorded in 32 bits: 0.6000000238418579.
    spatial = [round(scale, 6) for scale in spatial]
    return [Layer("layer", "Upsample", ("input",), {"mode": kind[given["mode"]], "scale_factor": spatial})]


def _center_crop(case: dict[str, Any], shape: Shape, values: list[Any]) -> list[Layer]:
    sizes = list(case["inputs"][0]["shape"])
    for axis, size in zip(case["attributes"].get("axes", range(len(sizes))), values[1], strict=True):
        sizes[axis] = size
    if sizes[:2] != case["inputs"][0]["shape"][:2]:
        raise NotSayable("batch or channels are cropped")
    if any(size > n for size, n in zip(sizes[2:], shape[1:], strict=True)):
        raise NotSayable("CenterCrop crops and never pads")
    return [Layer("layer", "CenterCrop", ("input",), {"size": sizes[2:]})]
