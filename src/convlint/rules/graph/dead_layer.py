"""A layer makes something that nothing reads.

## What it does

Finds a layer whose output no other layer reads and that is no output of the network, inside groups too.
Of a chain of such layers only the last is reported, and the note counts the others.
A `Split` counts as read when one of its parts is.

## Why it matters

Every framework accepts it.
The usual cause is a `from` that names a layer too far back, so that part of the network is skipped without a word.
In PyTorch its weights get no gradient, which `DistributedDataParallel` refuses only once training has begun.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv3, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1, from: conv1}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: conv3, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
```

A layer that is meant to leave the network belongs under `output`: `output: [conv2, conv3]`.

## Source

ONNX, ONNX Runtime and Ultralytics accept dead nodes; of 5,740 rows in 143 published YOLO files one is dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convlint.derive import Derivation
from convlint.findings import Diagnostic, Label
from convlint.model.network import Layer, Network, Ref
from convlint.model.operations import Group, Split
from convlint.rules import advice
from convlint.rules.wording import name_place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Report the last layer of every chain that nothing reads."""
    network = derivation.network
    # Where notation went wrong a reader may be missing, and without outputs everything would be dead.
    if network.complete and network.outputs:
        names: dict[int, str | None] = {given.number: given.name for given in network.inputs}
        yield from _dead(network.layers, network.outputs, names, derivation)


def _dead(
    layers: list[Layer], outputs: Iterable[Ref], names: dict[int, str | None], derivation: Derivation
) -> Iterator[Diagnostic]:
    """The dead layers of the network or of the body of a group, and those inside groups.

    ``names`` are those of the values that come in from outside.
    """
    read = {number for number, _ in outputs}
    groups: list[Group] = []
    for layer in layers:
        for number, _ in layer.inputs:
            read.add(number)
        if type(layer.operation) is Group and layer.operation.numbers is None:
            groups.append(layer.operation)
            read |= _read_inside(layer.operation)
    dead = [index for index, layer in enumerate(layers) if layer.number not in read]
    if dead:
        from convlint.derive.repairs.wiring import explained

        names = names | {layer.number: layer.name for layer in layers}
        lost = _lost(layers, dead, outputs)
        derived = {id(derived.layer): derived.name for derived in reversed(derivation.flat())}
        elsewhere = explained(derivation)
        for index in dead:
            if id(layers[index]) in elsewhere:
                continue
            found = _found(layers, index, lost[index], names, derivation.network)
            found.layer = derived.get(id(layers[index]))
            yield found
    for group in groups:
        yield from _dead(group.layers, group.outputs, dict.fromkeys(group.inputs, "input"), derivation)


def _read_inside(group: Group) -> set[int]:
    """Everything that the layers of a group read, those of groups inside it too; a closed one, its inputs only."""
    if group.numbers is not None:
        return set()
    read = {number for layer in group.layers for number, _ in layer.inputs}
    for layer in group.layers:
        if type(layer.operation) is Group:
            read |= _read_inside(layer.operation)
    return read


def _lost(layers: list[Layer], dead: list[int], outputs: Iterable[Ref]) -> dict[int, list[Layer]]:
    """For every dead layer those before it that are read for its sake only, in the order of the file."""
    readers: dict[int, set[int]] = {number: {-1} for number, _ in outputs}
    for index, layer in enumerate(layers):
        inside = _read_inside(layer.operation) if isinstance(layer.operation, Group) else set()
        for number in inside.union(number for number, _ in layer.inputs):
            readers.setdefault(number, set()).add(index)
    ends = {index: index for index in dead}
    found: dict[int, list[Layer]] = {index: [] for index in dead}
    for index in range(len(layers) - 1, -1, -1):
        reading = readers.get(layers[index].number)
        if reading and all(reader in ends for reader in reading):
            ends[index] = max(ends[reader] for reader in reading)
            found[ends[index]].append(layers[index])
    return {index: lost[::-1] for index, lost in found.items()}


def _found(
    layers: list[Layer], index: int, lost: list[Layer], names: dict[int, str | None], network: Network
) -> Diagnostic:
    layer = layers[index]
    called = f"`{layer.name}`" if layer.name is not None else f"this {layer.type}"
    found = Diagnostic("CL014", f"nothing reads {called}, and it is no output", name_place(layer), "never read")
    if index + 1 < len(layers):
        after = layers[index + 1]
        written = after.place.value_span("from")
        if written is not None:
            instead = names.get(after.inputs[0][0]) if len(after.inputs) == 1 else None
            what = f"the next layer reads `{instead}` instead" if instead else "the next layer reads something else"
            found.labels.append(Label(written, what))
    else:
        written = network.place.value_span("output")
        if written is not None:
            found.labels.append(Label(written, "the network ends here"))
    if len(lost) == 1:
        first = f"`{lost[0].name}`" if lost[0].name is not None else f"the {lost[0].type}"
        found.notes.append(f"{first} before it is read by this layer only, so it is lost too")
    elif lost:
        first = f"`{lost[0].name}`" if lost[0].name is not None else f"a {lost[0].type}"
        found.notes.append(f"{len(lost)} layers before it, the first of them {first}, are read for its sake only")
    reference = f"{layer.name}.0" if isinstance(layer.operation, Split) else f"{layer.name}"
    source = advice.spelt_only(layer.place, **{"from": reference})
    reads = f" ({source})" if source else ""
    if layer.name is None:
        name, source = advice.named(layer.place, "name"), advice.named(layer.place, "from")
        found.help = f"delete it, or give it a {name.removeprefix('the ')} and let a later layer read it with {source}"
    elif layers is network.layers:
        output = advice.named(network.place, "output")
        found.help = f"delete it, let a later layer read it{reads}, or list it under {output}"
    else:
        found.help = f"delete it, or let a later layer of the group read it{reads}"
    return found
