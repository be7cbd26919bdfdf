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

from collections.abc import Iterator

from convlint.derive import Derivation
from convlint.diagnostic import Diagnostic, Label
from convlint.model.network import Layer, Network, Ref
from convlint.model.operations import Group
from convlint.rules.wording import many, name_place


def check(derivation: Derivation) -> Iterator[Diagnostic]:
    """Report the last layer of every chain that nothing reads."""
    network = derivation.network
    # Where notation went wrong a reader may be missing, and without outputs everything would be dead.
    if network.complete and network.outputs:
        yield from _dead(network.layers, network.outputs, network, derivation)


def _dead(layers: list[Layer], outputs: list[Ref], network: Network, derivation: Derivation) -> Iterator[Diagnostic]:
    """The dead layers of the network or of the body of a group, with those inside groups."""
    read = {number for number, _ in outputs}
    groups = []
    for layer in layers:
        read.update([number for number, _ in layer.inputs])
        if type(layer.operation) is Group:
            groups.append(layer)
            read |= _read_inside(layer.operation)
    dead = [index for index, layer in enumerate(layers) if layer.number not in read]
    for index in dead:
        yield _found(layers, index, outputs, network, derivation)
    for group in groups:
        assert isinstance(group.operation, Group)
        yield from _dead(group.operation.layers, list(group.operation.outputs), network, derivation)


def _read_inside(group: Group) -> set[int]:
    """Everything that the layers of a group read, those of groups inside it too."""
    read = {number for layer in group.layers for number, _ in layer.inputs}
    for layer in group.layers:
        if type(layer.operation) is Group:
            read |= _read_inside(layer.operation)
    return read


def _found(layers: list[Layer], index: int, outputs: list[Ref], network: Network, derivation: Derivation) -> Diagnostic:
    layer = layers[index]
    called = f"`{layer.name}`" if layer.name is not None else f"this {layer.type}"
    found = Diagnostic("CL014", f"nothing reads {called}, and it is no output", name_place(layer), "never read")
    found.layer = next((derived.name for derived in derivation.flat() if derived.layer is layer), layer.name)
    names = {other.number: other.name for other in layers}
    if index + 1 < len(layers):
        after = layers[index + 1]
        written = after.place.value_span("from")
        if written is not None:
            instead = names.get(after.inputs[0][0]) if len(after.inputs) == 1 else None
            what = f"the next layer reads `{instead}` instead" if instead else "the next layer reads something else"
            found.labels.append(Label(written, what))
    elif network.place.value_span("output") is not None:
        found.labels.append(Label(network.place.value_span("output") or network.place.span, "the network ends here"))
    served = _serving(layers, index, outputs)
    if served:
        first = f"`{served[0].name}`" if served[0].name is not None else f"the {served[0].type}"
        if len(served) == 1:
            found.notes.append(f"{first} before it is read by this layer only, so it is lost too")
        else:
            found.notes.append(f"{many(len(served), 'layer')} before it, from {first} on, serve only this one")
    if layer.name is None:
        found.help = "delete it, or give it a `name` and let a later layer read it with `from`"
    elif layers is network.layers:
        found.help = f"delete it, let a later layer read it (`from: {layer.name}`), or list it under `output`"
    else:
        found.help = f"delete it, or let a later layer of the group read it (`from: {layer.name}`)"
    return found


def _serving(layers: list[Layer], index: int, outputs: list[Ref]) -> list[Layer]:
    """The layers before a dead one whose readers are all dead, in the order of the file."""
    readers: dict[int, list[int]] = {number: [-1] for number, _ in outputs}
    for later, layer in enumerate(layers):
        inside = _read_inside(layer.operation) if isinstance(layer.operation, Group) else set()
        for number in inside | {number for number, _ in layer.inputs}:
            readers.setdefault(number, []).append(later)
    lost = {index}
    for earlier in range(index - 1, -1, -1):
        found = readers.get(layers[earlier].number, [])
        if found and lost.issuperset(found):
            lost.add(earlier)
    return [layers[earlier] for earlier in sorted(lost - {index})]
