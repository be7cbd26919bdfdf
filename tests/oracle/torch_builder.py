"""Builds and runs a description with PyTorch, knowing nothing of convlint.

Layers are built one after another, each with what the one before really gives, and run at once on a batch of 2 in
evaluation mode, so that a refusal has a place.  What torch.nn has not (joins, splits, crops) is done with torch's own
functions, as ``docs/format.md`` says.
"""

from __future__ import annotations

import math
import re
import warnings
from typing import Any

import torch
from torch import nn

from tests.oracle.descriptions import Fields, Path, Written
from tests.oracle.judging import Verdict, shown

BATCH = 2
#: Arguments that may be left out, and the axis of the input that they are then read from.
_DERIVED = {
    "Conv": ("in_channels", 1),
    "BatchNorm": ("num_features", 1),
    "InstanceNorm": ("num_features", 1),
    "GroupNorm": ("num_channels", 1),
    "Linear": ("in_features", -1),
    "SyncBatchNorm": ("num_features", 1),
}
#: Layers that read one sequence for each example; of what they make the first is read.
_SEQUENCES = ("TransformerEncoderLayer", "LSTM", "GRU", "RNN")
#: Nothing larger is allocated: the test then looks at another network.
MAX_CELLS = 1 << 24


class RefusedError(Exception):
    """PyTorch does not build or does not run a layer."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


class TooLargeError(Exception):
    """A network too large for a test."""


class Layer:
    """What PyTorch made of one layer, or of a copy of it: shapes without the batch, and trainable parameters."""

    def __init__(self, shapes: list[tuple[int, ...]], params: int) -> None:
        self.shapes = shapes
        self.params = params


class Tensors:
    """Runs layers on the tensors that the layers before them gave."""

    def input(self, shape: list[int]) -> Any:
        return torch.rand(BATCH, *shape)

    def run_layer(self, fields: Fields, sources: list[Any]) -> tuple[Any, int]:
        """What the layer gives, and its parameters; raises what PyTorch raises, and TooLargeError."""
        _check_size(fields, sources[0])
        return run_layer(fields, sources)


def verdict(written: Written, description: Fields) -> Verdict:
    """What PyTorch makes of a description; raises TooLargeError."""
    try:
        layers = run(description, Tensors())
    except RefusedError as error:
        message = " ".join(str(error).split())[:160]
        return Verdict(written.layers[error.path], message, [])
    return Verdict(None, "", layers_of(layers))


def layers_of(layers: list[Layer]) -> list[tuple[str, int]]:
    """Shape and parameters of each layer as a Verdict has them."""
    return [(shown(layer.shapes), layer.params) for layer in layers]


def run(description: Fields, engine: Any) -> list[Layer]:
    """All layers in the order in which they run; those of a group as often as it is repeated.

    Raises RefusedError where PyTorch raises.
    """
    torch.manual_seed(0)
    given = description["input"]
    names: dict[str, Any] = {}
    inputs = given if isinstance(given, dict) else {"input": given}
    first = None
    for name, shape in inputs.items():
        try:
            first = names[name] = engine.input(shape)
        except (RuntimeError, TypeError) as error:
            raise RefusedError((), f"{type(error).__name__}: {error}") from error
    found: list[Layer] = []
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _run_layers(description["layers"], (), first, [names], found, engine)
    return found


def _run_layers(
    layers: list[Fields], outer: Path, value: Any, scopes: list[dict[str, Any]], found: list[Layer], engine: Any
) -> Any:
    for index, fields in enumerate(layers):
        path = (*outer, index)
        try:
            sources = _sources(fields, value, scopes)
            if "layers" in fields:
                (value,) = sources
                if fields.get("repeat", 1) < 1:
                    raise ValueError("less than one copy")
                for _ in range(fields.get("repeat", 1)):
                    value = _run_layers(fields["layers"], path, value, [*scopes, {"input": value}], found, engine)
            else:
                value, params = engine.run_layer(fields, sources)
                shapes = [tuple(part.shape[1:]) for part in (value if type(value) is tuple else (value,))]
                found.append(Layer(shapes, params))
        except (RefusedError, TooLargeError):
            raise
        except Exception as error:
            raise RefusedError(path, f"{type(error).__name__}: {error}") from error
        if "name" in fields:
            if fields["name"] in scopes[-1]:
                raise RefusedError(path, "two layers of one name")
            scopes[-1][fields["name"]] = value
    return value


def _sources(fields: Fields, value: Any, scopes: list[dict[str, Any]]) -> list[Any]:
    written = fields.get("from")
    if written is None:
        return [value]
    return [_look_up(name, scopes) for name in ([written] if isinstance(written, str) else written)]


def _look_up(name: str, scopes: list[dict[str, Any]]) -> Any:
    for scope in reversed(scopes):
        if name in scope:
            return scope[name]
        base, _, part = name.rpartition(".")
        if base in scope:
            return scope[base][int(part)]
    raise KeyError(name)


def run_layer(fields: Fields, sources: list[Any], device: str = "cpu") -> tuple[Any, int]:
    """What one layer gives for its inputs, and its trainable parameters; raises what PyTorch raises."""
    kind = fields["type"]
    arguments = {key: value for key, value in fields.items() if key not in ("name", "type", "from")}
    if kind in _FUNCTIONS:
        if len(sources) > 1 and kind not in _JOINS:
            raise ValueError("one input is read")
        return _FUNCTIONS[kind](sources, **arguments), 0
    (x,) = sources
    if not arguments.pop("requires_grad", True):
        return run_layer({"type": kind, **arguments}, sources, device)[0], 0
    if kind == "Subsampling":
        return _subsampling(x, **arguments)
    if "fan_in" in arguments or "connections" in arguments:
        return _partly_connected(kind, x, **arguments)
    if kind == "Linear" and x.dim() == 1:
        raise ValueError("only the batch axis is left")
    _check_rank(kind, x)
    for prefix, (name, axis) in _DERIVED.items():
        if kind.startswith(prefix):
            arguments.setdefault(name, x.shape[axis])
    if kind == "Unflatten":
        arguments["unflattened_size"] = tuple(arguments["unflattened_size"])
    output_size = arguments.pop("output_size", None) if kind.startswith("ConvTranspose") else None
    if isinstance(output_size, int):
        output_size = [output_size] * (x.dim() - 2)  # a file may write one number for all axes
    arguments = {key: tuple(value) if isinstance(value, list) else value for key, value in arguments.items()}
    if kind == "MultiheadAttention":
        with torch.device(device):
            module = nn.MultiheadAttention(**{"batch_first": True, **arguments}).eval()
        return module(x, x, x)[0], _params(module)
    if kind in _SEQUENCES:
        if x.dim() != 3:
            raise ValueError("not one sequence for each example")
        with torch.device(device):
            module = getattr(nn, kind)(**{"batch_first": True, **arguments}).eval()
        made = module(x)
        return made[0] if isinstance(made, tuple) else made, _params(module)
    with torch.device(device):
        module = getattr(nn, kind)(**arguments).eval()
    made = module(x) if output_size is None else module(x, output_size=output_size)
    return made, _params(module)


def _check_rank(kind: str, x: Any) -> None:
    """Refuse a map with one axis too few, which PyTorch would take for a single example, its batch for channels.

    The shapes of a file never have the batch axis, so they cannot mean that.
    """
    match = re.fullmatch(
        r"(Conv|ConvTranspose|\w*Pool|InstanceNorm|Reflection\w*|Replication\w*|Circular\w*)([123])d", kind
    )
    axes = int(match[2]) if match else 2 if kind in ("PixelShuffle", "PixelUnshuffle", "Unfold") else None
    if axes is not None and x.dim() == axes + 1:
        raise ValueError("one axis too few")


def _check_size(arguments: Fields, x: Any) -> None:
    """Refuse to allocate what a mutation blew up."""
    cells = x.numel()
    for name in ("out_channels", "out_features", "kernel_size", "padding", "scale_factor", "size", "output_size"):
        value = arguments.get(name, 1)
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, int | float) and number > 0:
                cells *= max(1, number) if name != "padding" else 1 + number / 4
    if cells > MAX_CELLS * 16:
        raise TooLargeError(f"{arguments}")


def _params(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)


# What torch.nn has not ------------------------------------------------------------------------------------------------


def _add(sources: list[Any], other: Any = None) -> Any:
    if other is not None:
        return _of_one(torch.add)(sources, other)
    first, *others = sources
    assert others, "one input"
    for other in others:
        if other.dim() != first.dim():
            raise ValueError("different numbers of axes")
        first = first + other
    return first


def _mul(sources: list[Any], other: Any = None) -> Any:
    if other is not None:
        return _of_one(torch.mul)(sources, other)
    first, *others = sources
    assert others, "one input"
    for other in others:
        if other.dim() != first.dim():
            raise ValueError("different numbers of axes")
        first = first * other
    return first


def _of_one(function: Any) -> Any:
    def run(sources: list[Any], *arguments: Any, **named: Any) -> Any:
        (x,) = sources
        return function(x, *arguments, **named)

    return run


def _of_two(function: Any) -> Any:
    def run(sources: list[Any], other: Any = None) -> Any:
        if other is not None:
            return _of_one(function)(sources, other)
        first, second = sources
        if first.dim() != second.dim():
            raise ValueError("different numbers of axes")
        return function(first, second)

    return run


def _matmul(sources: list[Any]) -> Any:
    first, second = sources
    if first.dim() != second.dim() or first.dim() < 3:
        raise ValueError("different numbers of axes, or no matrices")
    return torch.matmul(first, second)


def _own(x: Any, *dims: Any) -> None:
    if any(type(dim) is int and dim in (0, -x.dim()) for dim in dims):
        raise ValueError("the batch is no part of a file")


def _stack(sources: list[Any], dim: int) -> Any:
    if dim in (0, -sources[0].dim() - 1):
        raise ValueError("the batch is no part of a file")
    return torch.stack(sources, dim)


def _slice(sources: list[Any], dim: int, start: Any = None, end: Any = None, step: int = 1) -> Any:
    (x,) = sources
    _own(x, dim)
    if not -x.dim() <= dim < x.dim():
        raise IndexError("no such axis")
    return x[(slice(None),) * (dim % x.dim()) + (slice(start, end, step),)]


def _narrow(sources: list[Any], dim: int, start: int, length: int) -> Any:
    _own(sources[0], dim)
    return torch.narrow(sources[0], dim, start, length)


def _flip(sources: list[Any], dims: list[int]) -> Any:
    _own(sources[0], *dims)
    return torch.flip(sources[0], dims)


def _roll(sources: list[Any], shifts: Any, dims: Any) -> Any:
    _own(sources[0], *(dims if isinstance(dims, list) else [dims]))
    return torch.roll(sources[0], shifts, dims)


def _reduction(function: Any) -> Any:
    def run(sources: list[Any], dim: Any, **arguments: Any) -> Any:
        (x,) = sources
        dims = dim if isinstance(dim, list) else [dim]
        if not dims or None in dims or any(type(one) is int and one in (0, -x.dim()) for one in dims):
            raise ValueError("the batch is no part of a file")
        return function(x, dims, **arguments)

    return run


def _concat(sources: list[Any], dim: int = 1) -> Any:
    return torch.cat(sources, dim)


def _split(sources: list[Any], split_size: Any, dim: int = 1) -> Any:
    return torch.split(sources[0], split_size, dim)


def _chunk(sources: list[Any], chunks: int, dim: int = 1) -> Any:
    return torch.chunk(sources[0], chunks, dim)


def _crop(sources: list[Any], size: Any) -> Any:
    (x,) = sources
    rank = x.dim() - 2
    wanted = size if isinstance(size, list) else [size] * rank
    if len(wanted) != rank:
        raise ValueError("one size for each axis")
    for axis, length in enumerate(wanted, 2):
        if length is None:
            continue
        if not 1 <= length <= x.shape[axis]:
            raise ValueError("larger than the map")
        x = x.narrow(axis, (x.shape[axis] - length) // 2, length)
    return x


def _reshape(sources: list[Any], shape: list[int]) -> Any:
    (x,) = sources
    # The batch must stay what it is: -1 stands for what is left of one example.
    known = math.prod(size for size in shape if size != -1)
    whole = [x[0].numel() // known if size == -1 and known else size for size in shape]
    return x.reshape(BATCH, *whole)


def _permute(sources: list[Any], dims: list[int]) -> Any:
    if dims[0] not in (0, -len(dims)):
        raise ValueError("the batch has to stay in front")
    return sources[0].permute(*dims)


def _subsampling(x: Any, kernel_size: Any, stride: Any = None) -> tuple[Any, int]:
    """LeNet-5's: the mean of a window times a coefficient, plus a bias, one of each for every map."""
    pool = (nn.functional.avg_pool1d, nn.functional.avg_pool2d, nn.functional.avg_pool3d)[x.dim() - 3]
    return pool(x, kernel_size, stride), 2 * x.shape[1]


def _partly_connected(
    kind: str, x: Any, fan_in: Any = None, connections: Any = None, groups: int = 1, **arguments: Any
) -> tuple[Any, int]:
    """A convolution whose output maps do not read all input maps."""
    if (fan_in is not None) + (connections is not None) + (groups != 1) > 1:
        raise ValueError("two ways to say what is connected")
    channels = x.shape[1]
    if connections is None:
        connections = [list(range(fan_in))] * arguments["out_channels"] if fan_in is not None else None
    if connections is not None:
        if len(connections) != arguments["out_channels"]:
            raise ValueError("one row for each output map")
        for row in connections:
            if not row or min(row) < 0 or max(row) >= channels or len(set(row)) < len(row):
                raise ValueError(f"{row} of {channels} input maps")
    fields = {"type": kind, "groups": groups, **arguments}
    made, params = run_layer(fields, [x], x.device.type)
    if connections is not None:
        missing = channels * len(connections) - sum(map(len, connections))
        size = arguments["kernel_size"]
        cells = math.prod(size) if isinstance(size, list) else size ** (x.dim() - 2)
        params -= missing * cells
    return made, params


_JOINS = ("Add", "Mul", "Sub", "Div", "Maximum", "Minimum", "Concat", "MatMul", "Stack")
_FUNCTIONS = {
    "Add": _add,
    "Mul": _mul,
    "Sub": _of_two(torch.sub),
    "Div": _of_two(torch.div),
    "Maximum": _of_two(torch.maximum),
    "Minimum": _of_two(torch.minimum),
    "Pow": _of_one(torch.pow),
    "Exp": _of_one(torch.exp),
    "Log": _of_one(torch.log),
    "Abs": _of_one(torch.abs),
    "Mean": _reduction(torch.mean),
    "Sum": _reduction(torch.sum),
    "Amax": _reduction(torch.amax),
    "Amin": _reduction(torch.amin),
    "Std": _reduction(torch.std),
    "Var": _reduction(torch.var),
    "MatMul": _matmul,
    "Stack": _stack,
    "Slice": _slice,
    "Narrow": _narrow,
    "Flip": _flip,
    "Roll": _roll,
    "Concat": _concat,
    "Split": _split,
    "Chunk": _chunk,
    "CenterCrop": _crop,
    "Reshape": _reshape,
    "Permute": _permute,
}
