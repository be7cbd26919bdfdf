"""The same network twice: as a native file, and as an ONNX model that knows nothing of convlint.

A network is a list of ``Layer`` records in ``torch.nn``'s words, where a ``group`` repeats others.  ``native_text`` writes them down; ``Model`` turns each
into the ONNX nodes that an exporter would write, and asks ONNX's own shape inference what comes out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import onnx
from onnx import TensorProto, helper
from onnx.shape_inference import InferenceError, infer_shapes

#: ONNX counts the batch axis; 2 is confused with neither 1 nor "unknown".
BATCH = 2
#: From opset 22 on, inference drops the last window of ceil mode where it must (arithmetic.md, section 8).
OPSET = 22

Shape = tuple[int, ...]


class Layer(NamedTuple):
    """A layer as a file has it: ``sources`` are names of layers, their parts (``split.0``), or ``input``."""

    name: str
    type: str
    sources: tuple[str, ...]
    arguments: dict[str, Any]


class Refused(Exception):
    """ONNX refuses the network, or infers a size below 1."""


# The native side -------------------------------------------------------------------------------------------------------


def native_text(shape: Shape, layers: list[Layer], block: bool = False) -> str:
    """The network as a native file, in flow or in block style; a layer that reads the one before has no ``from``."""
    outputs = [f"{layer.name}.0" if layer.type in ("Split", "Chunk") else layer.name for layer in layers]
    header = ["convlint: 1", f"input: {list(shape)}", f"output: {json.dumps(outputs)}", "layers:"]
    return "\n".join((*header, *_written(layers, block, "  "), ""))


def _written(layers: list[Layer], block: bool, indent: str) -> list[str]:
    lines = []
    previous = "input"
    for layer in layers:
        fields: dict[str, Any] = {"name": layer.name, "type": layer.type}
        if layer.sources != (previous,):
            fields["from"] = list(layer.sources) if len(layer.sources) > 1 else layer.sources[0]
        previous = layer.name
        if layer.type == "group":
            del fields["type"]
            fields["repeat"] = layer.arguments["repeat"]
        else:
            fields |= layer.arguments
        written = [f"{key}: {json.dumps(value)}" for key, value in fields.items()]
        if block or layer.type == "group":
            lines += [f"{indent}{'  ' if index else '- '}{field}" for index, field in enumerate(written)]
        else:
            lines.append(f"{indent}- {{{', '.join(written)}}}")
        if layer.type == "group":
            lines += [f"{indent}  layers:", *_written(layer.arguments["layers"], block, indent + "    ")]
    return lines


# The ONNX side ---------------------------------------------------------------------------------------------------------


class _Build:
    """What a translator writes to: the nodes, weights and constants of one layer, which reads ``shapes``."""

    def __init__(self, layer: Layer, shapes: list[Shape]) -> None:
        self.layer = layer
        self.shapes = shapes
        self.inputs = [f"v_{source}" for source in layer.sources]
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, Shape] = {}
        self.trainable = 0
        self.constants: list[onnx.TensorProto] = []
        self._names = 0

    @property
    def shape(self) -> Shape:
        """The first source's shape, without the batch axis."""
        return self.shapes[0]

    @property
    def rank(self) -> int:
        """Spatial axes of the first source."""
        return len(self.shape) - 1

    def name(self) -> str:
        """A name that nothing else has."""
        self._names += 1
        return f"{self.layer.name}_{self._names}"

    def weight(self, *shape: int, trainable: bool = True) -> str:
        """A tensor of weights: only its shape matters."""
        name = self.name()
        self.weights[name] = shape
        self.trainable += prod(shape) if trainable else 0
        return name

    def constant(self, values: list[int] | list[float]) -> str:
        """A tensor whose values shape inference must know."""
        name = self.name()
        whole = all(isinstance(value, int) for value in values)
        kind = TensorProto.INT64 if whole else TensorProto.FLOAT
        self.constants.append(helper.make_tensor(name, kind, [len(values)], values))
        return name

    def node(self, op: str, *inputs: str, outputs: list[str] | None = None, **attributes: Any) -> str:
        """A node; returns the name of its first output, a fresh one if none is given."""
        outputs = outputs or [self.name()]
        self.nodes.append(helper.make_node(op, list(inputs), outputs, **attributes))
        return outputs[0]

    def last(self, op: str, *inputs: str, **attributes: Any) -> None:
        """The node that makes the layer's output."""
        self.node(op, *inputs, outputs=[f"v_{self.layer.name}"], **attributes)


def _axes(value: Any, rank: int) -> list[int]:
    """One integer for all axes or one for each, as a list."""
    values = value if isinstance(value, list) else [value]
    return values * rank if len(values) == 1 else list(values)


def _both_sides(padding: list[int]) -> list[int]:
    """ONNX lists the paddings before all axes, then those behind."""
    return padding + padding


def _convolution(build: _Build) -> None:
    given, rank, channels = build.layer.arguments, build.rank, build.shape[0]
    kernel = _axes(given["kernel_size"], rank)
    groups = given.get("groups", 1)
    attributes: dict[str, Any] = {
        "kernel_shape": kernel,
        "strides": _axes(given.get("stride", 1), rank),
        "dilations": _axes(given.get("dilation", 1), rank),
        "group": groups,
    }
    source = build.inputs[0]
    padding = given.get("padding", 0)
    mode = given.get("padding_mode", "zeros")
    if padding == "valid":
        attributes["auto_pad"] = "VALID"
    elif padding == "same" and mode == "zeros":
        attributes["auto_pad"] = "SAME_UPPER"
    elif mode == "zeros":
        attributes["pads"] = _both_sides(_axes(padding, rank))
    else:
        before, after = around(padding, kernel, attributes["dilations"])
        source = _pad(build, source, before, after, mode)
    out = given["out_channels"]
    inputs = [source, build.weight(out, given.get("in_channels", channels) // groups, *kernel)]
    if given.get("bias", True):
        inputs.append(build.weight(out))
    build.last("Conv", *inputs, **attributes)


def around(padding: Any, kernel: list[int], dilation: list[int]) -> tuple[list[int], list[int]]:
    """Cells before and behind every axis; of an odd number of ``same`` PyTorch puts the larger half behind."""
    if padding != "same":
        cells = _axes(padding, len(kernel))
        return cells, cells
    total = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return [cells // 2 for cells in total], [cells - cells // 2 for cells in total]


def _transposed(build: _Build) -> None:
    given, rank = build.layer.arguments, build.rank
    kernel = _axes(given["kernel_size"], rank)
    groups = given.get("groups", 1)
    attributes: dict[str, Any] = {
        "kernel_shape": kernel,
        "strides": _axes(given.get("stride", 1), rank),
        "dilations": _axes(given.get("dilation", 1), rank),
        "group": groups,
    }
    if "output_size" in given:
        # ONNX works the padding out of it; pads and output_padding are not said beside it.
        attributes["output_shape"] = _axes(given["output_size"], rank)
    else:
        attributes["pads"] = _both_sides(_axes(given.get("padding", 0), rank))
        attributes["output_padding"] = _axes(given.get("output_padding", 0), rank)
    out = given["out_channels"]
    inputs = [build.inputs[0], build.weight(build.shape[0], out // groups, *kernel)]
    if given.get("bias", True):
        inputs.append(build.weight(out))
    build.last("ConvTranspose", *inputs, **attributes)


def _pool(op: str) -> Callable[[_Build], None]:
    def translate(build: _Build) -> None:
        given, rank = build.layer.arguments, build.rank
        kernel = _axes(given["kernel_size"], rank)
        attributes: dict[str, Any] = {
            "kernel_shape": kernel,
            # The default stride of ONNX is 1, that of torch the kernel.
            "strides": _axes(given.get("stride", kernel), rank),
            "ceil_mode": int(given.get("ceil_mode", False)),
        }
        if "padding" in given:
            attributes["pads"] = _both_sides(_axes(given["padding"], rank))
        if "dilation" in given:
            attributes["dilations"] = _axes(given["dilation"], rank)
        if "norm_type" in given:
            attributes["p"] = int(given["norm_type"])
        build.last(op, build.inputs[0], **attributes)

    return translate


def _adaptive(op: str) -> Callable[[_Build], None]:
    """Global where every size is 1; a plain pool where the sizes divide. ONNX has no other adaptive pool."""

    def translate(build: _Build) -> None:
        sizes = build.shape[1:]
        wanted = [
            size if out is None else out
            for out, size in zip(_axes(build.layer.arguments["output_size"], build.rank), sizes, strict=True)
        ]
        if all(out == 1 for out in wanted):
            build.last(f"Global{op}", build.inputs[0])
        else:
            steps = [size // out for size, out in zip(sizes, wanted, strict=True)]
            build.last(op, build.inputs[0], kernel_shape=steps, strides=steps)

    return translate


def _subsampling(build: _Build) -> None:
    given, rank = build.layer.arguments, build.rank
    kernel = _axes(given["kernel_size"], rank)
    strides = _axes(given.get("stride", kernel), rank)
    pooled = build.node("AveragePool", build.inputs[0], kernel_shape=kernel, strides=strides)
    channels = build.shape[0]
    scaled = build.node("Mul", pooled, build.weight(channels, *[1] * rank))
    build.last("Add", scaled, build.weight(channels, *[1] * rank))


_PAD_MODES = {
    "zeros": "constant",
    "constant": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}


def _pad(build: _Build, source: str, before: list[int], after: list[int], mode: str, last: bool = False) -> str:
    spared = [0] * (1 + len(build.shape) - len(before))
    pads = build.constant([*spared, *before, *spared, *after])
    outputs = [f"v_{build.layer.name}"] if last else None
    return build.node("Pad", source, pads, outputs=outputs, mode=_PAD_MODES[mode])


def _padding_layer(mode: str, rank: int) -> Callable[[_Build], None]:
    def translate(build: _Build) -> None:
        padding = _axes(build.layer.arguments["padding"], 2 * rank)
        # PyTorch lists (before, after) pairs, the last axis first.
        before, after = padding[::2][::-1], padding[1::2][::-1]
        _pad(build, build.inputs[0], before, after, mode, last=True)

    return translate


def _linear(build: _Build) -> None:
    given = build.layer.arguments
    features = given.get("in_features", build.shape[-1])
    out = given["out_features"]
    if len(build.shape) == 1:
        inputs = [build.inputs[0], build.weight(out, features)]
        if given.get("bias", True):
            inputs.append(build.weight(out))
        build.last("Gemm", *inputs, transB=1)
    elif given.get("bias", True):
        product = build.node("MatMul", build.inputs[0], build.weight(features, out))
        build.last("Add", product, build.weight(out))
    else:
        build.last("MatMul", build.inputs[0], build.weight(features, out))


def _reshaped(build: _Build, shape: list[int]) -> None:
    # A 0 copies the batch axis.
    build.last("Reshape", build.inputs[0], build.constant([0, *shape]))


def _flatten(build: _Build) -> None:
    shape, given = build.shape, build.layer.arguments
    rank = len(shape) + 1
    first, last = given.get("start_dim", 1) % rank, given.get("end_dim", -1) % rank
    if first == 1 and last == rank - 1:
        build.last("Flatten", build.inputs[0], axis=1)
    else:
        _reshaped(build, [*shape[: first - 1], -1, *shape[last:]])


def _unflatten(build: _Build) -> None:
    given = build.layer.arguments
    axis = given["dim"] % (len(build.shape) + 1) - 1
    _reshaped(build, [*build.shape[:axis], *given["unflattened_size"], *build.shape[axis + 1 :]])


def _reshape(build: _Build) -> None:
    _reshaped(build, build.layer.arguments["shape"])


def _permute(build: _Build) -> None:
    rank = len(build.shape) + 1
    build.last("Transpose", build.inputs[0], perm=[dim % rank for dim in build.layer.arguments["dims"]])


def _center_crop(build: _Build) -> None:
    wanted = _axes(build.layer.arguments["size"], build.rank)
    sizes = [size if out is None else out for out, size in zip(wanted, build.shape[1:], strict=True)]
    build.last("CenterCropPad", build.inputs[0], build.constant(sizes), axes=list(range(2, build.rank + 2)))


def _batch_norm(build: _Build) -> None:
    features = build.layer.arguments.get("num_features", build.shape[0])
    affine = build.layer.arguments.get("affine", True)
    scale_and_shift = [build.weight(features, trainable=affine) for _ in range(2)]
    running = [build.weight(features, trainable=False) for _ in range(2)]
    build.last("BatchNormalization", build.inputs[0], *scale_and_shift, *running)


def _instance_norm(build: _Build) -> None:
    affine = build.layer.arguments.get("affine", False)
    scale_and_shift = [build.weight(build.shape[0], trainable=affine) for _ in range(2)]
    build.last("InstanceNormalization", build.inputs[0], *scale_and_shift)


def _group_norm(build: _Build) -> None:
    """As exporters write it out; GroupNormalization itself has no shape inference."""
    given, shape = build.layer.arguments, build.shape
    affine, groups = given.get("affine", True), given["num_groups"]
    grouped = build.node("Reshape", build.inputs[0], build.constant([0, groups, -1]))
    scale_and_shift = [build.weight(groups, trainable=False) for _ in range(2)]
    normalised = build.node("InstanceNormalization", grouped, *scale_and_shift)
    whole = build.node("Reshape", normalised, build.constant([0, *shape]))
    scaled = build.node("Mul", whole, build.weight(shape[0], *[1] * build.rank, trainable=affine))
    build.last("Add", scaled, build.weight(shape[0], *[1] * build.rank, trainable=affine))


def _layer_norm(build: _Build) -> None:
    given = build.layer.arguments
    shape = _axes(given["normalized_shape"], 1)
    inputs = [build.inputs[0], build.weight(*shape, trainable=given.get("elementwise_affine", True))]
    if given.get("bias", True):
        inputs.append(build.weight(*shape, trainable=given.get("elementwise_affine", True)))
    build.last("LayerNormalization", *inputs, axis=-len(shape))


def _prelu(build: _Build) -> None:
    slope = build.weight(build.layer.arguments.get("num_parameters", 1), *[1] * build.rank)
    build.last("PRelu", build.inputs[0], slope)


def _upsample(build: _Build) -> None:
    given, rank = build.layer.arguments, build.rank
    mode = {"nearest": "nearest", "bicubic": "cubic"}.get(given.get("mode", "nearest"), "linear")
    if "size" in given:
        sizes = build.constant([BATCH, build.shape[0], *_axes(given["size"], rank)])
        build.last("Resize", build.inputs[0], "", "", sizes, mode=mode)
    else:
        scales = build.constant([1.0, 1.0, *(float(scale) for scale in _axes(given["scale_factor"], rank))])
        build.last("Resize", build.inputs[0], "", scales, mode=mode)


def _pixel_shuffle(build: _Build) -> None:
    build.last("DepthToSpace", build.inputs[0], blocksize=build.layer.arguments["upscale_factor"], mode="CRD")


def _pixel_unshuffle(build: _Build) -> None:
    build.last("SpaceToDepth", build.inputs[0], blocksize=build.layer.arguments["downscale_factor"])


def _fold(build: _Build) -> None:
    given = build.layer.arguments
    image = build.constant(_axes(given["output_size"], 2))
    block = build.constant(_axes(given["kernel_size"], 2))
    build.last(
        "Col2Im", build.inputs[0], image, block,
        dilations=_axes(given.get("dilation", 1), 2),
        pads=_both_sides(_axes(given.get("padding", 0), 2)),
        strides=_axes(given.get("stride", 1), 2),
    )  # fmt: skip


def _split(build: _Build) -> None:
    given = build.layer.arguments
    dim = given.get("dim", 1)
    size = build.shape[dim % (len(build.shape) + 1) - 1]
    names = [f"v_{build.layer.name}.{part}" for part in range(parts(build.layer, size))]
    if build.layer.type == "Chunk":
        build.node("Split", build.inputs[0], outputs=names, axis=dim, num_outputs=given["chunks"])
    else:
        step = given["split_size"]
        sizes = step if isinstance(step, list) else [step] * (size // step) + [size % step] * (size % step > 0)
        build.node("Split", build.inputs[0], build.constant(sizes), outputs=names, axis=dim)


def parts(layer: Layer, size: int) -> int:
    """How many outputs a Split or Chunk of an axis of so many entries has."""
    if layer.type == "Chunk":
        return int(layer.arguments["chunks"])
    step = layer.arguments["split_size"]
    return len(step) if isinstance(step, list) else -(-size // step)


def _merge(op: str) -> Callable[[_Build], None]:
    def translate(build: _Build) -> None:
        value = build.inputs[0]
        for other in build.inputs[1:-1]:
            value = build.node(op, value, other)
        build.last(op, value, build.inputs[-1])

    return translate


def _concat(build: _Build) -> None:
    build.last("Concat", *build.inputs, axis=build.layer.arguments.get("dim", 1))


def _plain(op: str, **attributes: Any) -> Callable[[_Build], None]:
    return lambda build: build.last(op, build.inputs[0], **attributes)


_TRANSLATORS: dict[str, Callable[[_Build], None]] = {
    **{f"Conv{rank}d": _convolution for rank in (1, 2, 3)},
    **{f"ConvTranspose{rank}d": _transposed for rank in (1, 2, 3)},
    **{f"MaxPool{rank}d": _pool("MaxPool") for rank in (1, 2, 3)},
    **{f"AvgPool{rank}d": _pool("AveragePool") for rank in (1, 2, 3)},
    **{f"LPPool{rank}d": _pool("LpPool") for rank in (1, 2, 3)},
    **{f"AdaptiveAvgPool{rank}d": _adaptive("AveragePool") for rank in (1, 2, 3)},
    **{f"AdaptiveMaxPool{rank}d": _adaptive("MaxPool") for rank in (1, 2, 3)},
    **{
        f"{name}Pad{rank}d": _padding_layer(mode, rank)
        for name, mode in (
            ("Zero", "zeros"), ("Constant", "constant"), ("Reflection", "reflect"), ("Replication", "replicate"),
            ("Circular", "circular"),
        )
        for rank in (1, 2, 3)
    },
    **{f"BatchNorm{rank}d": _batch_norm for rank in (1, 2, 3)},
    **{f"InstanceNorm{rank}d": _instance_norm for rank in (1, 2, 3)},
    "Subsampling": _subsampling,
    "Linear": _linear,
    "Flatten": _flatten,
    "Unflatten": _unflatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "CenterCrop": _center_crop,
    "GroupNorm": _group_norm,
    "LayerNorm": _layer_norm,
    "LocalResponseNorm": lambda build: build.last("LRN", build.inputs[0], size=build.layer.arguments["size"]),
    "PReLU": _prelu,
    "ReLU": _plain("Relu"),
    "LeakyReLU": _plain("LeakyRelu"),
    "ELU": _plain("Elu"),
    "GELU": _plain("Gelu"),
    "Sigmoid": _plain("Sigmoid"),
    "Tanh": _plain("Tanh"),
    "Hardswish": _plain("HardSwish"),
    "Softplus": _plain("Softplus"),
    "Softmax": lambda build: build.last("Softmax", build.inputs[0], axis=build.layer.arguments["dim"]),
    "Dropout": _plain("Dropout"),
    "Identity": _plain("Identity"),
    "Upsample": _upsample,
    "PixelShuffle": _pixel_shuffle,
    "PixelUnshuffle": _pixel_unshuffle,
    "Fold": _fold,
    "Split": _split,
    "Chunk": _split,
    "Add": _merge("Add"),
    "Mul": _merge("Mul"),
    "Concat": _concat,
}  # fmt: skip


class Model:
    """An ONNX model that grows layer by layer. ``shapes`` are without the batch axis, by the name of each value."""

    def __init__(self, shape: Shape) -> None:
        self.input = shape
        self.shapes: dict[str, Shape] = {"input": shape}
        self.builds: list[_Build] = []

    def add(self, layer: Layer) -> None:
        """Add a layer and infer what comes out of it; raises ``Refused``."""
        if layer.type == "group":
            self._add_group(layer)
            return
        build = _Build(layer, [self.shapes[source] for source in layer.sources])
        _TRANSLATORS[layer.type](build)
        self.builds.append(build)
        self.shapes |= _infer([build], dict(zip(layer.sources, build.shapes, strict=True)))

    def _add_group(self, group: Layer) -> None:
        """Write a repeated group out, copy after copy; the group's name stands for the output of the last."""
        source = group.sources[0]
        for copy in range(group.arguments["repeat"]):
            outside = {"input": source}
            for layer in group.arguments["layers"]:
                name = f"{group.name}.{copy}.{layer.name}"
                sources = tuple(outside[inner] for inner in layer.sources)
                self.add(Layer(name, layer.type, sources, layer.arguments))
                outside[layer.name] = source = name
        self.add(Layer(group.name, "Identity", (source,), {}))

    def infer(self) -> dict[str, Shape]:
        """The shapes of all values, inferred again from the model as a whole; raises ``Refused``."""
        return {"input": self.input} | _infer(self.builds, {"input": self.input})

    def trainable(self) -> dict[str, int]:
        """How many trainable numbers the weights of every layer have."""
        return {build.layer.name: build.trainable for build in self.builds}


def _infer(builds: list[_Build], given: dict[str, Shape]) -> dict[str, Shape]:
    """What ONNX's strict shape inference says about the outputs of some layers."""

    def value(name: str, shape: Shape) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    inputs = [value(f"v_{name}", (BATCH, *shape)) for name, shape in given.items()]
    inputs += [value(name, shape) for build in builds for name, shape in build.weights.items()]
    nodes = [node for build in builds for node in build.nodes]
    constants = [constant for build in builds for constant in build.constants]
    graph = helper.make_graph(nodes, "network", inputs, [], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    try:
        inferred = infer_shapes(model, strict_mode=True, data_prop=True)
    except InferenceError as error:
        raise Refused(str(error)) from None
    found = {}
    for info in inferred.graph.value_info:
        if info.name.startswith("v_"):
            sizes = [axis.dim_value if axis.HasField("dim_value") else None for axis in info.type.tensor_type.shape.dim]
            if None in sizes or min(sizes) < 1:
                raise Refused(f"{info.name[2:]} would be {sizes}")
            assert sizes[0] == BATCH
            found[info.name[2:]] = tuple(sizes[1:])
    return found
