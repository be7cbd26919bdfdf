"""Single mistakes in a description: one argument changed, added or left out, or one layer removed or doubled."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

from tests.oracle.descriptions import Fields, Path

#: Arguments that are whole numbers, with what they may become.
_COUNTS = ("out_channels", "in_channels", "num_features", "num_channels", "in_features", "out_features", "groups",
           "num_groups", "num_parameters", "kernel_size", "stride", "padding", "dilation", "output_padding",
           "scale_factor", "output_size", "size", "upscale_factor", "split_size", "chunks", "dim", "normalized_shape",
           "repeat", "embed_dim", "num_heads", "dims", "shape", "unflattened_size", "downscale_factor")  # fmt: skip
#: Arguments that a layer of this type may get although they are not written.
_OPTIONAL = {
    "Conv": {"stride": (2, 3), "padding": (1, 2), "dilation": (2, 3), "groups": (2, 4, 8, 3)},
    "ConvTranspose": {"output_padding": (1, 2), "padding": (1,), "dilation": (2,), "groups": (2, 3)},
    "MaxPool": {"stride": (1, 3), "padding": (1, 2), "dilation": (2,), "ceil_mode": (True,)},
    "AvgPool": {"stride": (1, 3), "padding": (1, 2), "ceil_mode": (True,)},
    "Concat": {"dim": (0, 2, -1)},
    "Chunk": {"dim": (2, 0)},
    "Flatten": {"start_dim": (2, 0)},
}


class Mutation(NamedTuple):
    """A changed description; ``path`` and ``field`` say where (``field`` None: the whole layer, or it is gone)."""

    description: Fields
    path: Path
    field: str | None
    what: str


def _layers(layers: list[Fields], outer: Path = ()) -> list[tuple[Path, Fields]]:
    found = []
    for index, layer in enumerate(layers):
        found.append(((*outer, index), layer))
        found += _layers(layer.get("layers", []), (*outer, index))
    return found


def _names_before(description: Fields, path: Path) -> list[str]:
    """Names that a layer can read instead: those before it at the top level, and the network's input."""
    names = list(description["input"]) if isinstance(description["input"], dict) else ["input"]
    for layer in description["layers"][: path[0]]:
        if "name" in layer and layer.get("type") not in ("Split", "Chunk"):
            names.append(layer["name"])
    return names


def mutate(description: Fields, seed: int) -> Mutation | None:
    """One random mistake; None if the dice fell on nothing."""
    random = Random(seed)
    changed = deepcopy(description)
    layers = _layers(changed["layers"])
    dice = random.random()
    if dice < 0.06:
        return _change_input(changed, random)
    if dice < 0.12:
        return _remove(changed, layers, random)
    if dice < 0.16:
        return _double(changed, layers, random)
    path, layer = random.choice(layers)
    if dice < 0.26:
        return _add_argument(changed, path, layer, random)
    if dice < 0.34:
        return _leave_out(changed, path, layer, random)
    names = [name for name in layer if name in _COUNTS or name == "from"]
    if not names:
        return None
    name = random.choice(names)
    if name == "from":
        return _rewire(changed, path, layer, random)
    old = layer[name]
    new = _other(name, old, random)
    if new == old:
        return None
    layer[name] = new
    return Mutation(changed, path, name, f"{name} {old} -> {new}")


def _other(name: str, old: Any, random: Random) -> Any:
    if isinstance(old, list):
        index = random.randrange(len(old))
        item = old[index]
        return [*old[:index], _other(name, item, random), *old[index + 1 :]]
    if isinstance(old, str):
        return random.choice(["valid", 0, 2])
    near = [old + 1, old - 1, old + 2, old * 2, old // 2]
    if name == "dim":
        near = [0, 2, 3, -1, -2, 4]
    if name in ("out_channels", "in_channels", "num_features", "num_channels", "in_features", "normalized_shape"):
        near += [old + 4, old - 4, old + 3]
    if random.random() < 0.1:
        near = [0, -1, 7]
    if name == "repeat":
        near = [max(1, old - 1), old + 1, old + 2]
    if isinstance(old, int) and name == "scale_factor" and random.random() < 0.2:
        return old + 0.5
    return random.choice(near)


def _change_input(changed: Fields, random: Random) -> Mutation:
    shape = changed["input"]
    if isinstance(shape, dict):
        shape = shape[random.choice(list(shape))]
    index = random.randrange(len(shape))
    old = list(shape)
    if index == 0:
        shape[0] = max(1, shape[0] + random.choice([-1, 1, 2]))
    else:
        step = random.choice([-1, 1, -2, 3, 4, -8])
        for axis in range(1, len(shape)) if random.random() < 0.6 else [index]:
            shape[axis] = max(1, shape[axis] + step)
    return Mutation(changed, (), "input", f"input {old} -> {shape}")


def _owner(changed: Fields, path: Path) -> list[Fields]:
    owner: list[Fields] = changed["layers"]
    for index in path[:-1]:
        owner = owner[index]["layers"]
    return owner


def _read(changed: Fields) -> set[str]:
    found: set[str] = set()
    for _, layer in _layers(changed["layers"]):
        sources = layer.get("from", [])
        for source in [sources] if isinstance(sources, str) else sources:
            found |= {source, source.rpartition(".")[0]}
    return found


def _remove(changed: Fields, layers: list[tuple[Path, Fields]], random: Random) -> Mutation | None:
    read = _read(changed)
    free = [
        (path, layer) for path, layer in layers
        if layer.get("name") not in read and "from" not in layer and len(_owner(changed, path)) > 1
    ]  # fmt: skip
    if not free:
        return None
    path, layer = random.choice(free)
    del _owner(changed, path)[path[-1]]
    return Mutation(changed, path, None, f"removed {layer.get('type', 'group')}")


def _double(changed: Fields, layers: list[tuple[Path, Fields]], random: Random) -> Mutation | None:
    path, layer = random.choice(layers)
    if "from" in layer or layer.get("type") in ("Split", "Chunk"):
        return None
    copy = deepcopy(layer)
    copy.pop("name", None)
    _owner(changed, path).insert(path[-1] + 1, copy)
    # A reader of the name still reads the first: only what reads the layer before sees the second.
    return Mutation(changed, (*path[:-1], path[-1] + 1), None, f"doubled {layer.get('type', 'group')}")


def _add_argument(changed: Fields, path: Path, layer: Fields, random: Random) -> Mutation | None:
    kind = layer.get("type", "")
    for prefix in ("ConvTranspose", *_OPTIONAL):
        if kind.startswith(prefix):
            free = [name for name in _OPTIONAL[prefix] if name not in layer]
            if not free:
                return None
            name = random.choice(free)
            layer[name] = random.choice(_OPTIONAL[prefix][name])
            return Mutation(changed, path, name, f"{name} added: {layer[name]}")
    return None


def _leave_out(changed: Fields, path: Path, layer: Fields, random: Random) -> Mutation | None:
    free = [name for name in layer if name in ("stride", "padding", "dilation", "groups", "output_padding", "dim",
                                               "num_parameters", "ceil_mode", "bias", "in_channels", "repeat")]  # fmt: skip
    if not free:
        return None
    name = random.choice(free)
    del layer[name]
    return Mutation(changed, path, None, f"{name} left out")


def _rewire(changed: Fields, path: Path, layer: Fields, random: Random) -> Mutation | None:
    if len(path) > 1:
        return None
    names = _names_before(changed, path)
    old = layer["from"]
    if isinstance(old, str):
        layer["from"] = random.choice(names)
    else:
        index = random.randrange(len(old))
        layer["from"] = [*old[:index], random.choice(names), *old[index + 1 :]]
    if layer["from"] == old:
        return None
    return Mutation(changed, path, "from", f"from {old} -> {layer['from']}")
