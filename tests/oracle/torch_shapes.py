"""PyTorch's verdict on networks too large to be run as often as there are changes of them.

Every layer is built and run by itself, on zeros of the shape that arrives, and only once for the same layer and shape.
What would take too long is run on PyTorch's meta device, which computes shapes only and does not look at everything:
only layers whose numbers are all positive integers are left to it.
"""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

import torch

from tests.oracle.descriptions import Fields
from tests.oracle.torch_builder import BATCH, TooLargeError, run_layer

#: Multiply-adds and values of a layer, batch included, beyond which only shapes are computed.
MAX_MACS = 4e8
MAX_VALUES = 2e7


class Shaped(NamedTuple):
    """A map of which only the shape, with the batch axis, is known."""

    shape: tuple[int, ...]


class Shapes:
    """Runs layers on shapes, each once; raises what PyTorch raises, and TooLargeError."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def input(self, shape: list[int]) -> Shaped:
        return Shaped(tuple(torch.zeros(BATCH, *shape, device="meta").shape))

    def run_layer(self, fields: Fields, sources: list[Any]) -> tuple[Any, int]:
        """What the layer gives, and its parameters."""
        arguments = {key: value for key, value in fields.items() if key not in ("name", "from")}
        key = json.dumps([arguments, sources])
        if key not in self._known:
            found = _on("meta", arguments, sources)
            self._known[key] = found if _is_large(arguments, sources, found) else _on("cpu", arguments, sources)
        answer = self._known[key]
        if isinstance(answer, str):
            raise ValueError(answer)
        return answer


def _on(device: str, fields: Fields, sources: list[Any]) -> tuple[Any, int] | str:
    """Shapes and parameters, or what PyTorch says against the layer."""
    try:
        made, params = run_layer(fields, [_tensors(source, device) for source in sources], device)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if isinstance(made, tuple):
        return tuple(Shaped(tuple(part.shape)) for part in made), params
    return Shaped(tuple(made.shape)), params


def _is_large(fields: Fields, sources: list[Any], made: Any) -> bool:
    values = sum(math.prod(map(abs, source.shape)) for source in sources if isinstance(source, Shaped))
    if isinstance(made, str):
        # A layer that is refused on its input may have been given room for its weights before.
        size = fields.get("kernel_size", 1)
        weights = math.prod(size) if isinstance(size, list) and all(map(_is_count, size)) else 1
        if _is_count(size):
            weights = size ** (len(sources[0].shape) - 2) if isinstance(sources[0], Shaped) else 1
        for name in ("in_channels", "out_channels", "in_features", "out_features"):
            weights *= fields[name] if _is_count(fields.get(name)) else 1
        if "in_channels" not in fields and isinstance(sources[0], Shaped):
            weights *= sources[0].shape[1]
        return max(values, weights) > MAX_VALUES
    outputs, params = made
    sizes = [math.prod(output.shape) for output in (outputs if type(outputs) is tuple else (outputs,))]
    most = max(values, params, *sizes)
    maps = outputs.shape[1] if isinstance(outputs, Shaped) and len(outputs.shape) > 1 else 1
    macs = params * sum(sizes) // max(1, maps)
    if _is_plain(fields, sources):
        return most > MAX_VALUES or macs > MAX_MACS
    if most > 10 * MAX_VALUES or macs > 100 * MAX_MACS:
        raise TooLargeError(str(fields))
    return False


def _is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_plain(fields: Fields, sources: list[Any]) -> bool:
    """Whether the numbers are of a kind that the meta device looks at as well as the others do."""
    if fields["type"].startswith("ConvTranspose"):
        # There it compares neither the channels nor output_padding.
        arriving = sources[0].shape[1]
        if "output_padding" in fields or fields.get("in_channels", arriving) != arriving:
            return False
    rank = next((int(digit) for digit in fields["type"] if digit.isdigit()), None)
    for name, value in fields.items():
        if name in ("type", "bias", "padding_mode", "connections") or isinstance(value, bool) or value == "same":
            continue
        numbers = value if isinstance(value, list) and rank in (None, len(value)) else [value]
        if not all(type(number) is int and number >= (name != "padding") for number in numbers):
            return False
    return True


def _tensors(source: Any, device: str) -> Any:
    if isinstance(source, Shaped):
        return torch.zeros(source.shape, device=device)
    return tuple(torch.zeros(part.shape, device=device) for part in source)
