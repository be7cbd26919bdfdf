"""The layers of the native format that ``torch.nn`` does not have, as modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Function(nn.Module):
    """A layer that has no state: its type and arguments, as the file has them."""

    def __init__(self, type_name: str, arguments: dict[str, Any]) -> None:
        super().__init__()
        self.type_name = type_name
        self.arguments = arguments
        self.run = FUNCTIONS[type_name]

    def forward(self, *inputs: Tensor) -> Any:
        """What the layer makes; of a Split a tuple."""
        return self.run(*inputs, **self.arguments)

    def extra_repr(self) -> str:
        """Type and arguments."""
        return ", ".join([self.type_name, *[f"{name}={value}" for name, value in self.arguments.items()]])


class Subsampling(nn.Module):
    """LeNet-5's: the mean of each window times a coefficient, plus a bias; one of each for every map."""

    def __init__(self, channels: int, axes: int, kernel_size: Any, stride: Any = None) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.weight = nn.Parameter(torch.ones(channels, *(1,) * axes))
        self.bias = nn.Parameter(torch.zeros(channels, *(1,) * axes))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, ...) to (N, C, ...)."""
        pool = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[x.dim() - 3]
        return pool(x, self.kernel_size, self.stride) * self.weight + self.bias


def _several(function: Callable[[Any, Any], Tensor]) -> Callable[..., Tensor]:
    def run(*inputs: Tensor, other: float | None = None) -> Tensor:
        return reduce(function, inputs if other is None else (*inputs, other))

    return run


def _crop(x: Tensor, size: Any) -> Tensor:
    axes = x.dim() - 2
    for axis, length in enumerate(size if isinstance(size, Sequence) else [size] * axes, 2):
        if length is not None:
            x = x.narrow(axis, (x.shape[axis] - length) // 2, length)
    return x


def _slice(x: Tensor, dim: int, start: int | None = None, end: int | None = None, step: int = 1) -> Tensor:
    index = [slice(None)] * x.dim()
    index[dim] = slice(start, end, step)
    return x[tuple(index)]


#: What each type does to tensors with a batch axis in front; keywords are the arguments of the file.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Add": _several(torch.add),
    "Mul": _several(torch.mul),
    "Sub": _several(torch.sub),
    "Div": _several(torch.div),
    "Maximum": torch.maximum,
    "Minimum": torch.minimum,
    "Pow": torch.pow,
    "Exp": torch.exp,
    "Log": torch.log,
    "Abs": torch.abs,
    "Mean": torch.mean,
    "Sum": torch.sum,
    "Amax": torch.amax,
    "Amin": torch.amin,
    "Std": torch.std,
    "Var": torch.var,
    "MatMul": torch.matmul,
    "Concat": lambda *inputs, dim=1: torch.cat(inputs, dim),
    "Stack": lambda *inputs, dim: torch.stack(inputs, dim),
    "Split": lambda x, split_size, dim=1: torch.split(x, split_size, dim),
    "Chunk": lambda x, chunks, dim=1: torch.chunk(x, chunks, dim),
    "Reshape": lambda x, shape: x.reshape(len(x), *shape),
    "Permute": lambda x, dims: x.permute(dims),
    "CenterCrop": _crop,
    "Slice": _slice,
    "Narrow": torch.narrow,
    "Flip": torch.flip,
    "Roll": torch.roll,
}
