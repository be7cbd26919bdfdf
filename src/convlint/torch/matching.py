"""Whether code is still what a file says."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from torch import nn

from convlint.document import Source
from convlint.formats.native import schema
from convlint.formats.native.writing import spelt
from convlint.torch.describing import describe
from convlint.torch.loading import Built, Loaded, Passed, loaded, loaded_text

#: Arguments that follow from what arrives, or say nothing of what a layer does.
_SILENT = frozenset(["in_channels", "in_features", "num_features", "num_channels", "inplace", "kernels", "init"])
#: Axes, which may be counted from the end.
_AXES = frozenset(["dim", "dims"])
#: Layers whose inputs may change places.
_SYMMETRIC = frozenset(["Add", "Mul", "Maximum", "Minimum"])
_RESHAPES = frozenset(["Flatten", "Unflatten", "Reshape"])


def assert_matches(
    module: nn.Module,
    path: str | os.PathLike[str],
    input_size: Sequence[int] | Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Assert that a module does what a native file says: the same layers, with the same arguments, wired alike.

    How they are named, grouped and repeated does not matter, nor which of several branches stands first.  The module is
    run as in ``describe``, on inputs of the file's size; ``input_size`` is needed where that leaves sizes open.

    Raises ``AssertionError`` that shows the first difference, with its line in the file and its place in the code;
    ``Undescribable`` or ``Unbuildable`` if one of the two is no network of the format.
    """
    __tracebackhide__ = True
    file = loaded(path)
    if input_size is None:
        input_size = _input_sizes(file)
    code = loaded_text(Source("the code", describe(module, input_size)))
    known: dict[Any, int] = {}
    difference = _difference(file, _Graph(file, known), _Graph(code, known))
    if difference is not None:
        raise AssertionError(f"the code is not what {file.source.path} says:\n{difference}")


def _input_sizes(file: Loaded) -> Mapping[str, Sequence[int]]:
    found: dict[str, Sequence[int]] = {}
    for given in file.derivation.network.inputs:
        sizes = [size for size in given.shape or (None,) if size is not None]
        if len(sizes) != len(given.shape or (None,)):
            raise ValueError(f"{file.source.path} leaves the size of `{given.name}` open: say it as input_size")
        found[given.name] = sizes
    return found


class _Layer(NamedTuple):
    """A layer, what it does, and a number that stands for that and for all that it was made of."""

    built: Built
    does: dict[str, Any]
    value: int


class _Graph:
    """What a network does, without its names: layers by what they do and what they read."""

    def __init__(self, file: Loaded, known: dict[Any, int]) -> None:
        #: Numbers for what is done, shared by the networks that are compared: equal things have equal numbers.
        self.known = known
        self.layers: list[_Layer] = []
        network = file.derivation.network
        values = {given.number: self.number("input", index) for index, given in enumerate(network.inputs)}
        for one in file.instructions:
            reads = [self.part(values[number], part) for number, part in one.reads]
            if isinstance(one, Passed) or _does_nothing(one):
                values[one.number] = reads[0]
                continue
            does = _done(one)
            order = sorted(reads) if one.type in _SYMMETRIC else reads
            value = values[one.number] = self.number(*does.items(), *order)
            self.layers.append(_Layer(one, does, value))
        self.outputs = [self.part(values[number], part) for number, part in network.outputs]

    def number(self, *what: Any) -> int:
        return self.known.setdefault(what, len(self.known))

    def part(self, value: int, part: int) -> int:
        return self.number("part", value, part) if part else value


def _does_nothing(one: Built) -> bool:
    if one.type in _RESHAPES:
        return one.derived.output.shape == one.derived.inputs[0].shape
    return one.type == "Identity"


def _done(one: Built) -> dict[str, Any]:
    """What a layer does: its type and all arguments, defaults too, each spelt in one way."""
    shape = one.derived.output.shape
    if one.type in _RESHAPES:
        return {"type": "Reshape", "shape": shape}
    model = schema.model_of(one.type).model_validate(one.arguments)
    found: dict[str, Any] = {"type": one.type}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in _AXES and value is not None and one.derived.inputs[0].shape is not None:
            axes = len(one.derived.inputs[0].shape) + 1 + (one.type == "Stack")
            value = tuple([dim % axes for dim in value]) if isinstance(value, tuple) else value % axes
        if name == "stride" and value is None:
            value = model.kernel_size  # type: ignore[attr-defined]
        if name in ("kdim", "vdim") and value is None:
            value = model.embed_dim  # type: ignore[attr-defined]
        if name == "shape":
            # Axes of size 1 in front are there by themselves, where a parameter meets a map.
            value = tuple(value)[next((at for at, size in enumerate(value) if size != 1), len(value)) :]
        if name not in _SILENT:
            found[name] = value
    if one.type in ("Split", "Chunk"):
        found = {"type": "Split", "dim": found["dim"], "parts": tuple([part.shape for part in one.derived.outputs])}
    return found


def _difference(file: Loaded, wanted: _Graph, given: _Graph) -> str | None:
    """What differs first, in words; None if nothing does."""
    here = _without(wanted, given)
    there = _without(given, wanted)
    if not here and not there:
        if wanted.outputs == given.outputs:
            return None
        return f"  {file.source.path} has the same layers, but other outputs"
    lines = []
    if here:
        place = here[0].built.derived.layer.place.span[0]
        line, _ = file.source.position(place)
        lines.append(f"  {file.source.path}:{line}: {_shown(here[0])}")
    else:
        lines.append(f"  {file.source.path} has no such layer")
    lines.append(f"  the code: {_shown(there[0])}" if there else "  the code has no such layer")
    if here and there and here[0].does == there[0].does:
        lines.append("  they are alike, but read different layers")
    elif here and there and here[0].does["type"] == there[0].does["type"]:
        for name, value in here[0].does.items():
            other = there[0].does.get(name)
            if other != value:
                lines.append(f"  {name} is {_spelt(value)} in the file, and {_spelt(other)} in the code")
    return "\n".join(lines)


def _without(graph: _Graph, other: _Graph) -> list[_Layer]:
    """The layers of a network that another has not, or not as often."""
    left = Counter(layer.value for layer in other.layers)
    found = []
    for layer in graph.layers:
        if left[layer.value] > 0:
            left[layer.value] -= 1
        else:
            found.append(layer)
    return found


def _shown(layer: _Layer) -> str:
    name = layer.built.name
    return f"{layer.built.type} `{name}`" if name is not None else layer.built.type


def _spelt(value: Any) -> str:
    return spelt(list(value)) if isinstance(value, tuple) else spelt(value)
