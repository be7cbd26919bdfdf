"""What a recurrent network of ``torch.nn`` makes, as a function of shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source.axes import multiply, product, refuse, tensor_of
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor


def recurrent(
    trace: Trace,
    input: Any,
    features: int,
    hidden: int,
    made: int,
    directions: int,
    layers: int,
    batch_first: bool,
    weights: int,
) -> tuple[Tensor, ...]:
    """All steps of the last layer, the last step of every layer, and the cells of that step.

    ``made`` are the features that come out, ``weights`` is how many weights a step uses, each once.
    """
    tensor = tensor_of(input)
    shape = tensor.shape
    if shape is None:
        return tuple(trace.functions("recurrent", [tensor], [None, None, None], None))
    if len(shape) not in (2, 3):
        raise refuse(f"Expected input to be 2D or 3D, got {len(shape)}D instead")
    if shape[-1] is not None and shape[-1] != features:
        expected = f"input.size(-1) must be equal to input_size. Expected {features}, got {shape[-1]}"
        raise refuse(expected)
    batch: Sizes = () if len(shape) == 2 else (shape[0 if batch_first else 1],)
    states = directions * layers
    shapes: list[Sizes | None] = [(*shape[:-1], directions * made), (states, *batch, made), (states, *batch, hidden)]
    return tuple(trace.functions("recurrent", [tensor], shapes, multiply(product(shape[:-1]), weights)))


FUNCTIONS: dict[str, Callable[..., Any]] = {"torch.nn._recurrent": recurrent}
