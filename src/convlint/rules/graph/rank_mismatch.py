"""A layer gets a map with another number of axes than it works on.

## What it does

Finds a 2-D layer on a 1-D or 3-D map, a convolution behind a `Flatten`, an attention on an image, and the like.
Shapes in a file have no batch axis, so `Conv2d` reads three axes: channels, height and width.

## Why it matters

PyTorch refuses it with `Expected 3D (unbatched) or 4D (batched) input`, and counts the batch axis when it does.
Worse, an `input` that forgets the channels or writes the batch size may fit a layer by accident:
`[28, 28]` is a 1-D map of 28 channels.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: Flatten}
  - {type: MaxPool2d, kernel_size: 2}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: MaxPool2d, kernel_size: 2}
  - {type: Flatten}
```

## Source

PyTorch's checks of the input's dimensions; NeuraLint, rules f001 and f011.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity, Map
from convlint.findings import Diagnostic
from convlint.model.network import Shape
from convlint.model.operations import (
    ChannelNorm,
    ChannelShuffle,
    Elementwise,
    Flatten,
    Fold,
    Linear,
    LocalNorm,
    MatMul,
    MultiheadAttention,
    Pad,
    Recurrent,
    TransformerEncoderLayer,
)
from convlint.rules import advice
from convlint.rules.wording import finding, layer_name, listed, size, source_label
from convlint.words.text import AXIS_NAMES, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import RankMismatch


#: What reads positions and the numbers of each.
_SEQUENCES = (MultiheadAttention, TransformerEncoderLayer, Recurrent)


def word(irregularity: Irregularity[RankMismatch], derivation: Derivation) -> Diagnostic:
    """Say which axes the layer reads, which arrive, and what stands between them."""
    at = irregularity.at
    shape, wanted = irregularity.numbers["shape"], irregularity.numbers["wanted"]
    source = at.inputs[0]
    reads = _reads(at, wanted)
    message = f"{at.layer.type} reads {reads}, but {listed(shape)} arrives"
    found = finding(irregularity, message, label=f"reads {many(wanted, 'axis', 'axes')}, gets {len(shape)}")
    flattened = _flattened(source)
    if flattened is None:
        found.labels = source_label(source, "" if source.made_by is None else f"makes {listed(shape)}", derivation)
    else:
        before = flattened.inputs[0].shape
        found.labels = source_label(flattened.output, f"flattens {size(before)}", derivation)
    if source.made_by is None:
        found.notes.append("`input` has no batch axis: channels come first, then the sizes")
    found.help = _help(at, shape, wanted, flattened, derivation)
    return found


def _reads(at: Derived, wanted: int) -> str:
    """What a layer reads, axis by axis."""
    operation = at.layer.operation
    if isinstance(operation, Linear):
        return "[..., features]"
    if isinstance(operation, MultiheadAttention):
        return "[length, embed_dim]"
    if isinstance(operation, TransformerEncoderLayer):
        return "[length, d_model]"
    if isinstance(operation, Recurrent):
        return "[length, input_size]"
    if isinstance(operation, ChannelNorm) and operation.rank is None:
        return "channels and any other axes"
    if isinstance(operation, MatMul):
        return "[..., rows, columns]"
    if isinstance(operation, Fold):
        return "[channels * kernel cells, blocks]"
    if isinstance(operation, ChannelShuffle | LocalNorm):
        return "channels and at least one axis more"
    single = isinstance(operation, ChannelNorm) and operation.kind == "batch" and operation.rank == 1
    if single or (isinstance(operation, Elementwise) and wanted == 2):
        return "[channels] or [channels, length]"
    if isinstance(operation, Pad) and operation.mode in ("zeros", "constant"):
        return f"at least {many(wanted - 1, 'axis', 'axes')}"
    return "[" + ", ".join(["channels", *AXIS_NAMES[wanted - 1]]) + "]"


def _flattened(source: Map) -> Derived | None:
    """The Flatten behind which a layer stands, if nothing but dense layers and activations are between."""
    made_by = source.made_by
    while made_by is not None and made_by.inputs and made_by.output.shape is not None:
        before = made_by.inputs[0].shape
        if isinstance(made_by.layer.operation, Flatten):
            return made_by if before is not None and len(before) > len(made_by.output.shape) else None
        if len(made_by.output.shape) > 1:
            return None
        made_by = made_by.inputs[0].made_by
    return None


def _without_batch(shape: Shape, derivation: Derivation) -> str:
    first = "null" if shape[0] is None else shape[0]
    return f"if {first} is the batch size, leave it out: {advice.spelt(derivation.network.place, input=shape[1:])}"


def _help(at: Derived, shape: Shape, wanted: int, flattened: Derived | None, derivation: Derivation) -> str | None:
    """A change that gives the layer what it reads, or the layer that reads what arrives."""
    operation, place = at.layer.operation, at.layer.place
    if not shape:
        start = advice.spelt(place, start_dim=1)
        return f"only the batch axis is left: {start} in the Flatten before keeps it apart"
    made_by = at.inputs[0].made_by
    batch = made_by is None and len(shape) == wanted + 1
    width = operation.input_size if isinstance(operation, Recurrent) else getattr(operation, "d_model", None)
    if batch and width is not None and width == shape[-1] != shape[0]:
        return _without_batch(shape, derivation)
    if isinstance(operation, _SEQUENCES) and len(shape) == 3:
        cells = advice.layer(place, "Flatten", start_dim=2) or "flatten its cells"
        order = advice.layer(place, "Permute", dims=(0, 2, 1)) or "put the channels last"
        return f"make the map a sequence first: {cells}, then {order}"
    if isinstance(operation, (*_SEQUENCES, MatMul, Fold, ChannelShuffle)):
        return f"a Reshape before it can give it {many(wanted, 'axis', 'axes')}"
    if at.layer.type == "Softmax2d":
        return f"{advice.layer(place, 'Softmax', dim=1) or 'a Softmax along dim 1'} takes any number of axes"
    if batch:
        return _without_batch(shape, derivation)
    if made_by is None and len(shape) == wanted - 1 and len(shape) > 1:
        written = advice.spelt(derivation.network.place, input=(1, *shape))
        return f"if the channel count was forgotten, write {written}"
    if flattened is not None and flattened.inputs[0].shape is not None and len(flattened.inputs[0].shape) == wanted:
        return f"move it before {layer_name(flattened)}, which makes {size(flattened.inputs[0].shape)} a vector"
    other = _other_type(at, len(shape))
    if other is not None:
        return f"`{other}` reads {listed(shape)}"
    if len(shape) == 1:
        axes = ["C", "L"] if wanted == 2 else ["C", "H", "W"] if wanted == 3 else ["C", "D", "H", "W"]
        count = f" with {' * '.join(axes)} = {shape[0]}" if shape[0] is not None else ""
        reshape = advice.layer(place, "Reshape", shape=axes) or f"to {', '.join(axes)}"
        return f"put a Reshape before it: {reshape}{count}"
    return None


def _other_type(at: Derived, axes: int) -> str | None:
    """The layer of the same kind for maps of so many axes."""
    operation = at.layer.operation
    rank = 1 if isinstance(operation, ChannelNorm) and operation.kind == "batch" and axes == 1 else axes - 1
    named = re.fullmatch(r"(.*)[123]d", at.layer.type)
    return f"{named.group(1)}{rank}d" if named and rank in AXIS_NAMES else None
