"""Writes a composite module out in primitive operations, and refuses what ``torch.nn`` refuses.

A module function gets a ``Builder`` and calls it much as the module's own code calls ``torch.nn``.  Arguments may be
anything that a YAML file can hold: what a constructor or the first forward pass would refuse raises ``Refused``; the
sizes and channels that flow through are checked by deriving.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from convlint.model import operations as op
from convlint.model.network import Layer, Place, Ref

#: A value inside a module: the number of the layer that makes it, and which of its outputs.
Value: TypeAlias = Ref

#: Layers that one row may write out.
MAX_LAYERS = 20_000


class Refused(Exception):
    """The framework does not build (or never runs) this module.

    ``code`` is the rule that says so, ``argument`` the name of the constructor argument to point at, if one is to
    blame.  ``instead`` is what can be written in its place.
    """

    def __init__(
        self, code: str, message: str, argument: str | None = None, help: str | None = None, instead: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.help = f"write `{instead}`" if instead is not None else help
        self.instead = instead


def shown(value: Any) -> str:
    """A value as a person wrote it."""
    if isinstance(value, str):
        return f"the text `{value}`"
    return f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    """A value as YAML writes it, where Python has a word of its own for nothing."""
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    return "null" if value is None else repr(value)


def whole(value: Any, what: str, argument: str | None = None, least: int | None = None, boolean: bool = False) -> int:
    """A whole number, or ``Refused``; ``boolean`` where torch takes True for 1."""
    if type(value) is not int and not (boolean and type(value) is bool):
        raise Refused("CL005", f"{what} must be a whole number, not {shown(value)}", argument)
    number = int(value)
    if least is not None and number < least:
        code = "CL204" if what in ("out_channels", "in_channels", "groups") else "CL101"
        raise Refused(code, f"{what} must be at least {least}, not {number}", argument)
    return number


def pair(
    value: Any, what: str, argument: str | None, least: int, boolean: bool = False, single: bool = True
) -> op.Axes:
    """One number for both axes, or a list of two (of one where ``single`` allows it)."""
    if isinstance(value, list | tuple):
        if len(value) != 2 and not (single and len(value) == 1):
            raise Refused("CL007", f"{what} has {len(value)} values for 2 axes", argument)
        numbers = [whole(item, what, argument, least) for item in value]
        return (numbers[0], numbers[-1])
    number = whole(value, what, argument, least, boolean)
    return (number, number)


def autopad(kernel: Any, padding: Any = None, dilation: Any = 1) -> Any:
    """Half the effective kernel on every side, unless a padding is given."""
    if dilation > 1:
        kernel = dilation * (kernel - 1) + 1 if isinstance(kernel, int) else [dilation * (k - 1) + 1 for k in kernel]
    if padding is None:
        padding = kernel // 2 if isinstance(kernel, int) else [k // 2 for k in kernel]
    return padding


class _Nowhere:
    """The place of a layer that stands in no file yet."""

    span = extent = (0, 0)

    def key_span(self, name: str) -> None:
        """Not written."""

    def value_span(self, name: str) -> None:
        """Not written."""


NOWHERE: Place = _Nowhere()
_BOTH = (1, 1)


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

    def add(self, name: str, type: str, operation: op.Operation, *inputs: Value) -> Value:
        """Append a layer; its first output."""
        layers = self.layers
        number = layers.first + len(layers)  # type: ignore[attr-defined]
        if len(layers) >= MAX_LAYERS:
            raise Refused("CL022", f"this row would write out more than {MAX_LAYERS:,} layers")
        layers.append(Layer(number, self.prefix + name, type, operation, inputs, NOWHERE))
        return (number, 0)

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
        groups = whole(g, "groups", "g", 1)
        inputs = whole(c1, "in_channels", "c1", 1)
        outputs = whole(c2, "out_channels", "c2", 1)
        kernel = pair(k, "kernel_size", "k", 1, boolean=True, single=False)
        stride = pair(s, "stride", "s", 1)
        dilation = pair(d, "dilation", "d", 1)
        word = None
        if isinstance(p, str):
            if p not in ("same", "valid"):
                raise Refused("CL005", f"padding must be a whole number, not {shown(p)}", "p")
            word = p
            total = [(j - 1) * i if p == "same" else 0 for i, j in zip(dilation, kernel, strict=True)]
            padding: op.Padding = tuple((cells // 2, cells - cells // 2) for cells in total)
        else:
            around = pair(p, "padding", "p", 0)
            padding = ((around[0], around[0]), (around[1], around[1]))
        operation = op.Convolution(
            2, outputs, kernel, stride, padding, dilation, groups, bool(bias), mode, word, inputs
        )
        return self.add(name, "Conv2d", operation, x)

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
        groups = whole(g, "groups", "g", 1)
        inputs = whole(c1, "in_channels", "c1", 1)
        outputs = whole(c2, "out_channels", "c2", 1)
        around = pair(p, "padding", "p", 0)
        operation = op.TransposedConvolution(
            2,
            outputs,
            pair(k, "kernel_size", "k", 1, boolean=True, single=False),
            pair(s, "stride", "s", 1),
            ((around[0], around[0]), (around[1], around[1])),
            pair(output_padding, "output_padding", "output_padding", 0),
            pair(d, "dilation", "d", 1),
            groups,
            bool(bias),
            in_channels=inputs,
        )
        return self.add(name, "ConvTranspose2d", operation, x)

    def norm(self, name: str, x: Value, channels: Any) -> Value:
        """``nn.BatchNorm2d``."""
        return self.add(name, "BatchNorm2d", op.ChannelNorm("batch", 2, channels), x)

    def channel_layer_norm(self, name: str, x: Value, channels: int) -> Value:
        """``nn.LayerNorm`` over the channels of every cell: 2 numbers a channel."""
        return self.add(name, "LayerNorm", op.GroupNorm(1, channels), x)

    def max_pool(self, name: str, x: Value, k: Any, s: Any = None, p: Any = 0, d: Any = 1, ceil: Any = False) -> Value:
        """``nn.MaxPool2d``."""
        return self._pool("max", name, x, k, s, p, d, ceil)

    def avg_pool(self, name: str, x: Value, k: Any, s: Any = None, p: Any = 0, ceil: Any = False) -> Value:
        """``nn.AvgPool2d``."""
        return self._pool("average", name, x, k, s, p, 1, ceil)

    def _pool(self, kind: str, name: str, x: Value, k: Any, s: Any, p: Any, d: Any, ceil: Any) -> Value:
        kernel = pair(k, "kernel_size", "k", 1)
        stride = kernel if s is None else pair(s, "stride", "s", 1)
        around = pair(p, "padding", "p", 0)
        operation = op.Pool(
            kind,
            2,
            kernel,
            stride,
            ((around[0], around[0]), (around[1], around[1])),
            pair(d, "dilation", "d", 1),
            bool(ceil),
        )
        return self.add(name, "MaxPool2d" if kind == "max" else "AvgPool2d", operation, x)

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

    def parameters(self, name: str, x: Value, count: int) -> Value:
        """Trainable numbers that belong to no operation."""
        return self.add(name, "Parameter", op.Parameters(count), x)

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
