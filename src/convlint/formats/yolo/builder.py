"""Writes a composite module out in primitive operations, and refuses what ``torch.nn`` refuses.

A module function gets a ``Builder`` and calls it much as the module's own code calls ``torch.nn``.  Arguments may be
anything that a YAML file can hold: what a constructor or the first forward pass would refuse raises ``Refused``; the
sizes and channels that flow through are checked by deriving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import Any, TypeAlias

from convlint.formats.yolo import findings
from convlint.formats.yolo.refusal import Refused, shown
from convlint.model import operations as op
from convlint.model.network import NOWHERE, Layer, Ref
from convlint.model.torch_nn.binding import Misfit, build
from convlint.model.torch_nn.kinds import REQUIRED

#: A value inside a module: the number of the layer that makes it, and which of its outputs.
Value: TypeAlias = Ref

#: Layers that one row may write out.
MAX_LAYERS = 20_000


_CHANNELS = ("out_channels", "in_channels", "groups")
#: What arguments are called in a sentence, where their name is no word.
_WORDS = {"p": "the probability"}


def whole(value: Any, what: str, argument: str | None = None, least: int | None = None, boolean: bool = False) -> int:
    """A whole number, or ``Refused``; ``boolean`` where torch takes True for 1."""
    if type(value) is not int and not (boolean and type(value) is bool):
        raise Refused("CL005", f"{what} must be a whole number, not {shown(value)}", argument)
    number = int(value)
    if least is not None and number < least:
        raise Refused(
            "CL204" if what in _CHANNELS else "CL101", f"{what} must be at least {least}, not {number}", argument
        )
    return number


def listed(value: Any, argument: str) -> Any:
    """A value of which a module takes the items, or ``Refused`` where it is a whole number."""
    if isinstance(value, int):
        raise Refused("CL005", f"{argument} must be a list, not {shown(value)}", argument)
    return value


def refused(misfit: Misfit) -> Refused:
    """What ``torch.nn`` says of a call, as the reason why the framework does not build a module."""
    argument, value = misfit.argument, misfit.value
    message = f"{_WORDS.get(argument or '', argument)} {misfit.words}"
    if value is not REQUIRED:
        return Refused("CL005", f"{message}, not {shown(value)}", argument)
    if misfit.problem == "range":
        return Refused("CL204" if argument in _CHANNELS else "CL101", message, argument)
    return (
        Refused("CL007", message, argument)
        if misfit.problem == "length"
        else findings.argument_count(message, argument)
    )


def autopad(kernel: Any, padding: Any = None, dilation: Any = 1) -> Any:
    """Half the effective kernel on every side, unless a padding is given."""
    if dilation > 1:
        kernel = dilation * (kernel - 1) + 1 if isinstance(kernel, int) else [dilation * (k - 1) + 1 for k in kernel]
    if padding is None:
        padding = kernel // 2 if isinstance(kernel, int) else [k // 2 for k in kernel]
    return padding


class Builder:
    """Collects the layers of one module. ``builder("m.0")`` collects into the same list under that prefix."""

    __slots__ = ("layers", "prefix")

    def __init__(self, inputs: int, layers: list[Layer] | None = None, prefix: str = "") -> None:
        #: Numbers: 0 is the unknown value, then the inputs, then the layers in order.
        self.layers = _Numbered(inputs) if layers is None else layers
        self.prefix = prefix

    def __call__(self, name: str) -> Builder:
        """The same list of layers, one level deeper in names."""
        return Builder(0, self.layers, f"{self.prefix}{name}.")

    def add(
        self, name: str, type: str, operation: op.Operation, *inputs: Value, stored: Mapping[str, op.Axes] | None = None
    ) -> Value:
        """Append a layer; its first output. ``stored`` are its tensors by their names, where torch has others."""
        layers = self.layers
        number = layers.first + len(layers)  # type: ignore[attr-defined]
        if len(layers) >= MAX_LAYERS:
            raise Refused("CL022", f"this row would write out more than {MAX_LAYERS:,} layers")
        own = None if stored is None else tuple([(self.prefix + key, shape) for key, shape in stored.items()])
        layers.append(Layer(number, self.prefix + name, type, operation, inputs, NOWHERE, stored=own))
        return (number, 0)

    def torch(
        self, name: str, type_name: str, x: Value, *values: Any, stored: Mapping[str, op.Axes] | None = None
    ) -> Value:
        """A layer of ``torch.nn``, from the values that its constructor gets by position."""
        try:
            operation = build(type_name, *values)
        except Misfit as misfit:
            raise refused(misfit) from None
        return self.add(name, type_name, operation, x, stored=stored)

    def conv2d(
        self,
        name: str,
        x: Value,
        c1: Any,
        c2: Any,
        k: Any,
        s: Any = 1,
        p: Any = 0,
        d: Any = 1,
        g: Any = 1,
        bias: Any = True,
        mode: str = "zeros",
    ) -> Value:
        """``nn.Conv2d``."""
        return self.torch(name, "Conv2d", x, c1, c2, k, s, p, d, g, bias, mode)

    def conv_transpose2d(
        self,
        name: str,
        x: Value,
        c1: Any,
        c2: Any,
        k: Any,
        s: Any = 1,
        p: Any = 0,
        output_padding: Any = 0,
        g: Any = 1,
        bias: Any = True,
        d: Any = 1,
    ) -> Value:
        """``nn.ConvTranspose2d``."""
        return self.torch(name, "ConvTranspose2d", x, c1, c2, k, s, p, output_padding, g, bias, d)

    def norm(self, name: str, x: Value, channels: Any) -> Value:
        """``nn.BatchNorm2d``."""
        return self.torch(name, "BatchNorm2d", x, channels)

    def channel_layer_norm(self, name: str, x: Value, channels: int) -> Value:
        """``nn.LayerNorm`` over the channels of every cell: 2 numbers a channel."""
        return self.add(name, "LayerNorm", op.GroupNorm(1, channels), x)

    def max_pool(self, name: str, x: Value, k: Any, s: Any = None, p: Any = 0, d: Any = 1, ceil: Any = False) -> Value:
        """``nn.MaxPool2d``."""
        return self.torch(name, "MaxPool2d", x, k, s, p, d, False, ceil)

    def avg_pool(self, name: str, x: Value, k: Any, s: Any = None, p: Any = 0, ceil: Any = False) -> Value:
        """``nn.AvgPool2d``."""
        return self.torch(name, "AvgPool2d", x, k, s, p, ceil)

    def upsample(self, name: str, x: Value, factor: float, mode: str = "nearest", align: bool | None = None) -> Value:
        """``F.interpolate`` by a factor."""
        return self.add(name, "Upsample", op.Upsample(None, (float(factor),), mode, align), x)

    def concat(self, name: str, values: Sequence[Value]) -> Value:
        """``torch.cat`` along the channels; of one map that map itself."""
        return self.add(name, "Concat", op.Concat(1), *values) if len(values) > 1 else values[0]

    def sum(self, name: str, *values: Value) -> Value:
        """Element by element."""
        return self.add(name, "Add", op.Merge("add"), *values) if len(values) > 1 else values[0]

    def chunk(self, name: str, x: Value, channels: Any, parts: int = 2) -> list[Value]:
        """``torch.chunk`` of a known number of channels: the last part may be smaller."""
        size = -(-whole(channels, "out_channels") // parts)
        sizes = tuple(min(size, channels - size * part) for part in range(parts) if channels > size * part)
        if len(sizes) != parts:
            raise Refused("CL208", f"{channels} channels cannot be split into {parts} parts")
        return self.split(name, x, sizes)

    def split(self, name: str, x: Value, sizes: tuple[int, ...]) -> list[Value]:
        """``torch.split`` along the channels."""
        number, _ = self.add(name, "Split", op.Split(1, sizes=sizes), x)
        return [(number, part) for part in range(len(sizes))]

    def attention(self, name: str, x: Value, heads: int, key: int, value: int, area: int = 1) -> Value:
        """Attention between the cells of a map that holds queries, keys and values."""
        return self.add(name, "Attention", op.SelfAttention(heads, key, value, area), x)

    def dense(self, name: str, x: Value, a: int, c: int, bias: bool = True) -> Value:
        """``nn.Linear`` over the channels of every cell, which is a 1 x 1 convolution but for how it is stored."""
        stored: dict[str, op.Axes] = {f"{name}.weight": (c, a)}
        if bias:
            stored[f"{name}.bias"] = (c,)
        return self.torch(name, "Conv2d", x, a, c, 1, 1, 0, 1, 1, bias, stored=stored)

    def parameters(
        self, name: str, x: Value, tensors: Mapping[str, op.Axes], buffers: Mapping[str, op.Axes] = MappingProxyType({})
    ) -> Value:
        """Trainable tensors that belong to no operation, and what is stored beside them."""
        count = sum(map(prod, tensors.values()))
        return self.add(name, "Parameter", op.Parameters(count), x, stored={**tensors, **buffers})

    def group(self, inputs: int, outputs: Value | list[Value]) -> op.Group:
        """Everything collected, as one closed group."""
        made = tuple(outputs) if isinstance(outputs, list) else (outputs,)
        layers = self.layers
        first = layers.first  # type: ignore[attr-defined]
        return op.Group(list(layers), tuple(range(1, inputs + 1)), made, numbers=first + len(layers))


class _Numbered(list[Layer]):
    """Layers that are numbered from the first free number."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.first = inputs + 1
