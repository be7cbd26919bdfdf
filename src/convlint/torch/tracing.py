"""What a module does, as steps of a native file: they are found one after the other, while it runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from convlint.formats.native.writing import Call, Step
from convlint.torch.values import Cannot, Flow, Made, Own, Undescribable, Wide

Value = Flow | Own | Made | Wide


class Trace:
    """The steps of a network, as they are found."""

    def __init__(self, module: nn.Module, expecting: bool = False) -> None:
        self.module = module
        self.expecting = expecting
        self.steps: list[Step] = []
        self.calls: list[Call] = []
        #: How many layers of ``torch.nn`` we are inside of: what they do there is theirs.
        self.inside = 0
        #: Whether a function of torch is being written down.
        self.writing = False
        #: What tensors are, by their identity; kept alive here, so that no identity is used twice.
        self._values: dict[int, Value] = {}
        self._alive: list[torch.Tensor] = []
        #: By storage, the identities of the tensors that share it.
        self._sharing: dict[int, set[int]] = {}
        #: What parameters became: the number of the step, and with which sizes it has them.
        self._written: dict[str, Flow] = {}
        #: Paths of parameters and buffers that some layer has.
        self.used: dict[str, str] = {}
        self._numbers = itertools.count()

    # Tensors --------------------------------------------------------------------------------------------------------

    def know(self, tensor: torch.Tensor, value: Value) -> None:
        """From now on this tensor is that value."""
        if id(tensor) not in self._values:
            self._alive.append(tensor)
        self._values[id(tensor)] = value
        self._sharing.setdefault(_storage(tensor), set()).add(id(tensor))

    def known(self, tensor: torch.Tensor) -> Value | None:
        """What a tensor is; None if nobody saw it being made."""
        return self._values.get(id(tensor))

    def changed(self, tensor: torch.Tensor) -> None:
        """A tensor was changed in place: what shares its numbers is no longer what it was."""
        for other in self._sharing.get(_storage(tensor), set()) - {id(tensor)}:
            if isinstance(self._values[other], Flow):
                self._values[other] = Made("a tensor that was changed in place through a view of it")

    def input(self, tensor: torch.Tensor) -> int:
        """Make an input of the network known; its number."""
        number = next(self._numbers)
        self.know(tensor, Flow(number, 0, tensor.shape[1:], 0))
        return number

    def flow(self, tensor: Any) -> Flow:
        """What a layer of the file made; a parameter becomes a layer when it is first asked for."""
        if not isinstance(tensor, torch.Tensor):
            raise Cannot(f"reads {tensor!r}, which is no tensor")
        value = self.known(tensor)
        if isinstance(value, Own):
            return self.own(value)
        if isinstance(value, Made):
            raise Cannot(f"reads {value.by}")
        if isinstance(value, Wide):
            raise Cannot("reads a map that is repeated along an axis")
        if value is None:
            raise Cannot("reads a tensor that no layer of the network makes")
        return value

    def own(self, value: Own) -> Flow:
        """A parameter as a layer."""
        known = self._written.get(value.path)
        if known is None:
            if self.used.setdefault(value.path, "Parameter") != "Parameter":
                raise Cannot(f"reads {value.path}, which another layer has for its own")
            arguments: dict[str, Any] = {"shape": list(value.sizes)}
            if not value.trained:
                arguments["requires_grad"] = False
            number = self.step("Parameter", arguments, (), value.path)
            known = self._written[value.path] = Flow(number, 0, value.sizes, None, free=True)
        if known.sizes != value.sizes:
            raise Cannot(f"reads {value.path} in two shapes, {list(known.sizes)} and {list(value.sizes)}")
        return Flow(known.number, 0, known.sizes, 0) if value.every else known

    # Steps ----------------------------------------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The path of the module that is running."""
        return self.calls[-1].path if self.calls else ""

    def step(
        self,
        type: str,
        arguments: Mapping[str, Any],
        reads: Sequence[Flow],
        path: str = "",
        parts: int | None = None,
        sizes: Sequence[int] | None = None,
    ) -> int:
        """Add a step; its number."""
        number = next(self._numbers)
        expect = {"output": list(sizes)} if self.expecting and sizes is not None else None
        read = tuple([(one.number, one.part) for one in reads])
        self.steps.append(Step(number, type, dict(arguments), read, path, tuple(self.calls), parts, expect))
        return number

    def layer(
        self,
        type: str,
        arguments: Mapping[str, Any],
        reads: Sequence[Flow],
        made: torch.Tensor | Sequence[int],
        like: Flow | None = None,
        path: str = "",
        free: bool = False,
    ) -> Flow:
        """A step with one output: a tensor whose batch is where that of ``like`` (or of the first input) is, or sizes.

        ``free`` says that what has no batch axis gets none from such a layer.
        """
        like = like or reads[0]
        sizes = like.sizes_of(made.shape) if isinstance(made, torch.Tensor) else tuple(made)
        free = free and like.free
        number = self.step(type, arguments, reads, path, sizes=None if free else sizes)
        return Flow(number, 0, sizes, like.batch, like.folded, free)

    def made(self, tensor: torch.Tensor, value: Value, sources: Sequence[Any], in_place: bool = False) -> torch.Tensor:
        """What was made is known from now on.  What came in and goes out unchanged becomes another tensor."""
        if in_place:
            self.changed(tensor)
        elif any(tensor is source for source in sources):
            self.inside += 1  # this function is ours
            tensor = torch.ops.aten.alias(tensor)
            self.inside -= 1
        self.know(tensor, value)
        return tensor

    def uses(self, tensor: torch.Tensor, kind: str) -> Own:
        """The parameter or buffer that a layer has for its own."""
        value = self.known(tensor)
        if not isinstance(value, Own):
            raise Cannot("has weights that are computed")
        if value.every:
            raise Cannot("has weights of its own for each example")
        if value.path in self.used:
            raise Cannot(f"shares {value.path} with another layer")
        self.used[value.path] = kind
        return value

    @contextmanager
    def told(self, operation: str, path: str) -> Iterator[None]:
        """Say of a ``Cannot`` where it happens, and of what it is."""
        try:
            yield
        except Cannot as error:
            raise Undescribable(path, operation, str(error)) from None


def _storage(tensor: torch.Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)
