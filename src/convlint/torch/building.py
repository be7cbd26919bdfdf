"""From a native file to a module that runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from convlint.model.network import Ref
from convlint.model.torch_nn.table import TYPES
from convlint.torch.loading import Built, Loaded, Passed, Unbuildable, loaded
from convlint.torch.primitives import FUNCTIONS, Function, Subsampling


def build(path: str | os.PathLike[str]) -> Network:
    """The network of a native file as a module, with fresh weights.

    Its parts are named as in the file, so that for a file of ``describe`` the names of parameters are those of the
    module described: ``build(path).load_state_dict(module.state_dict())``.  It takes the inputs in the order of the
    file, with a batch axis in front, and returns a tensor, or a tuple where the file has several outputs.

    Raises ``Unbuildable`` if the file has errors (they are the message), is no native file, or has what PyTorch has not
    (``fan_in``, ``connections``) or nobody knows (channels of an unknown input); ``OSError`` if it cannot be read.
    """
    return Network(loaded(path))


class Network(nn.Module):
    """A module that does what a file says."""

    def __init__(self, file: Loaded) -> None:
        super().__init__()
        network = file.derivation.network
        self._inputs = [given.number for given in network.inputs]
        self._outputs = list(network.outputs)
        #: What is done in order: the number of what is made, the module (or the place of a parameter, or nothing if a
        #: value is only passed on), what is read, and which of those get a batch axis.
        self._plan: list[tuple[int, Any, tuple[Ref, ...], tuple[int, ...]]] = []
        for instruction in file.instructions:
            done = None if isinstance(instruction, Passed) else self._made(file, instruction)
            self._plan.append((instruction.number, done, instruction.reads, instruction.widened))

    def forward(self, *inputs: Tensor) -> Any:
        """What the network makes of its inputs."""
        if len(inputs) != len(self._inputs):
            raise TypeError(f"the network has {len(self._inputs)} inputs, {len(inputs)} are given")
        values: dict[int, Any] = {number: (value,) for number, value in zip(self._inputs, inputs, strict=True)}
        batch = len(inputs[0])
        for number, done, reads, widened in self._plan:
            given = [values[one][part] for one, part in reads]
            for index in widened:
                given[index] = given[index].expand(batch, *given[index].shape)
            if done is None:
                made: Any = given[0]
            elif isinstance(done, tuple):
                made = getattr(*done)
            else:
                made = done(*given)
            values[number] = made if isinstance(made, tuple) else (made,)
        outputs = [values[number][part] for number, part in self._outputs]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """As PyTorch does; a tensor may come in another shape of as many numbers, or without the name of its layer.

        So a parameter that the code views as another shape, and a kernel that is no ``weight`` there, find their place.
        """
        own = self.state_dict()
        given = dict(state_dict)
        for key, tensor in own.items():
            bare = key.removesuffix(".weight")
            if key not in given and bare in given:
                given[key] = given.pop(bare)
            if key in given and given[key].shape != tensor.shape and given[key].numel() == tensor.numel():
                given[key] = given[key].reshape(tensor.shape)
        return super().load_state_dict(given, strict, assign)

    def _made(self, file: Loaded, layer: Built) -> Any:
        """The module of a layer, or of a Parameter the module that holds it and its name there."""
        name = layer.name or f"{layer.type.lower()}_{len(self._plan)}"
        around, last = _container(self, name)
        if layer.type == "Parameter":
            shape = layer.arguments["shape"]
            last = _free_name(around, last)
            if layer.arguments.get("requires_grad", True):
                around.register_parameter(last, nn.Parameter(torch.zeros(shape)))
            else:
                around.register_buffer(last, torch.zeros(shape))
            return around, last
        try:
            made, call = _module(layer)
        except Unbuildable as error:
            line, column = file.source.position(layer.derived.layer.place.span[0])
            raise Unbuildable(f"{file.source.path}:{line}:{column}: {layer.type} {error}") from None
        around.add_module(_free_name(around, last), made)
        return call or made


def _container(module: nn.Module, name: str) -> tuple[nn.Module, str]:
    """The module in which a name with dots is put, and the last part of the name."""
    *outer, last = name.split(".")
    for part in outer:
        inner = module._modules.get(part)
        if inner is None:
            inner = nn.Module()
            module.add_module(_free_name(module, part), inner)
        module = inner
    return module, last


def _free_name(module: nn.Module, name: str) -> str:
    """A name that a module has no use for yet: modules have attributes of their own, `type` for instance."""
    name = name or "_"
    while hasattr(module, name):
        name += "_"
    return name


def _module(layer: Built) -> tuple[nn.Module, Any]:
    """The module of a layer, and how it is called, if not just with what it reads."""
    arguments = {key: tuple(value) if isinstance(value, list) else value for key, value in layer.arguments.items()}
    for name in ("fan_in", "connections"):
        if arguments.pop(name, None) is not None:
            raise Unbuildable(f"has `{name}`, which PyTorch has not")
    shape = layer.derived.inputs[0].shape
    if layer.type == "Subsampling":
        return Subsampling(_size(shape, 0), len(shape or ()) - 1, **arguments), None
    if layer.type in FUNCTIONS:
        return Function(layer.type, arguments), None
    arguments.pop("kernels", None)
    trained = arguments.pop("requires_grad", True)
    output_size = arguments.pop("output_size", None) if layer.type.startswith("ConvTranspose") else None
    for argument in TYPES[layer.type].arguments:
        if argument.name in ("in_channels", "num_features", "num_channels"):
            arguments.setdefault(argument.name, _size(shape, 0))
        elif argument.name == "in_features":
            arguments.setdefault(argument.name, _size(shape, -1))
    if layer.type == "MultiheadAttention":
        made = nn.MultiheadAttention(**{"batch_first": True, **arguments})
        return made, lambda x: made(x, x, x, need_weights=False)[0]
    if layer.type in ("LSTM", "GRU", "RNN"):
        made = getattr(nn, layer.type)(**{"batch_first": True, **arguments})
        return made, lambda x: made(x)[0]
    if layer.type == "TransformerEncoderLayer":
        arguments.setdefault("batch_first", True)
    made = getattr(nn, layer.type)(**arguments)
    if not trained:
        for name, weight in list(made.named_parameters()):
            delattr(made, name)
            made.register_buffer(name, weight.detach())
    if output_size is not None:
        return made, lambda x: made(x, output_size=output_size)
    return made, None


def _size(shape: Any, axis: int) -> int:
    size = None if shape is None else shape[axis]
    if size is None:
        raise Unbuildable("reads a map of which nobody knows the channels")
    return int(size)
