"""What happens to the tensors of one module while its ``forward`` is evaluated, as layers of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.model import operations as op
from convlint.model.network import NOWHERE, Layer, Ref
from convlint.source.values import Exhausted, Sizes, Tensor

#: Layers that one module may write out.
MAX_LAYERS = 20_000


def batched(shape: Sizes | None) -> bool:
    """Whether a tensor has the batch axis in front, and others behind it."""
    return shape is not None and len(shape) > 1 and shape[0] == 1


class Trace:
    """Collects layers. Values are numbered as in a closed group: 0 is unknown, then what is read, then the layers."""

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        self.inputs = len(inputs)
        self.layers: list[Layer] = []
        #: The module that made a layer, by the layer's place in the list; it gives the layer its name afterwards.
        self.makers: list[Any] = []
        #: The shapes of all values, by the numbers of their layers.
        self.shapes: list[Sequence[Sizes | None]] = [[None], *[[tensor.shape] for tensor in inputs]]
        for number, tensor in enumerate(inputs, 1):
            tensor.source = (number, 0)

    def add(
        self, maker: Any, type: str, operation: op.Operation, inputs: Sequence[Tensor], shapes: Sequence[Sizes | None]
    ) -> list[Tensor]:
        """Append a layer that makes tensors of some shapes."""
        if len(self.layers) >= MAX_LAYERS:
            raise Exhausted(f"a module of more than {MAX_LAYERS:,} layers")
        number = self.inputs + 1 + len(self.layers)
        read: list[Ref] = [tensor.source or (0, 0) for tensor in inputs]
        self.layers.append(Layer(number, None, type, operation, tuple(read), NOWHERE))
        self.makers.append(maker)
        self.shapes.append(shapes)
        return [Tensor(shape, (number, part)) for part, shape in enumerate(shapes)]

    def cut(self, count: int) -> None:
        """Forget all layers but so many: those of a way that was not gone."""
        del self.layers[count:], self.makers[count:], self.shapes[self.inputs + 1 + count :]

    def flows(self, tensors: Sequence[Tensor]) -> bool:
        """Whether several tensors all come from layers and have the batch in front, so that the model can join them."""
        return len(tensors) > 1 and all(
            one.source not in (None, (0, 0)) and one.shape is not None and len(one.shape) > 1 and one.shape[0] == 1
            for one in tensors
        )

    def function(self, name: str, inputs: Sequence[Tensor], shape: Sizes | None, macs: int | None = 0) -> Tensor:
        """What a tensor function makes: one tensor, of a shape that was worked out; constants leave no trace.

        ``macs`` are its multiply-adds for a batch of one, None if they are not known.
        """
        return self.functions(name, inputs, [shape], macs)[0]

    def says(
        self,
        name: str,
        operation: op.Operation,
        inputs: Sequence[Tensor],
        shape: Sizes | None,
        macs: int | None = 0,
    ) -> Tensor:
        """What a tensor function makes that a layer of the model says for every size; else its shape is worked out.

        A layer of the model keeps the batch axis in front, and has all axes known by their number.
        """
        flowing = [tensor for tensor in inputs if tensor.source is not None]
        if flowing and batched(shape) and all(batched(one.shape) and one.source != (0, 0) for one in flowing):
            return self.add(name, name, operation, flowing, [shape])[0]
        return self.function(name, inputs, shape, macs)

    def functions(
        self, name: str, inputs: Sequence[Tensor], shapes: Sequence[Sizes | None], macs: int | None = 0
    ) -> list[Tensor]:
        """What a tensor function makes that gives several tensors."""
        flowing = [tensor for tensor in inputs if tensor.source is not None]
        if not flowing:
            return [Tensor(shape) for shape in shapes]
        made = tuple([None if shape is None else shape[1:] for shape in shapes])
        return self.add(name, name, op.Evaluated(made, macs), flowing, shapes)
