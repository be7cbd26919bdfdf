"""Walks a network once, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.derive import dense, joins, norms, reshaping, upsampling, windows
from convlint.derive.state import Derivation, Derived, Irregularity, Map
from convlint.model import operations as op
from convlint.model.network import Layer, Network

#: Copies that repeats may write out before a network counts as too large.
MAX_COPIED_LAYERS = 100_000

Note = Callable[..., None]

#: How each operation is derived: (operation, its inputs, the record to fill, where to note irregularities) -> outputs.
_DERIVE: dict[type, Callable[[Any, list[Map], Derived, Note], tuple[Map, ...]]] = {
    op.Unknown: windows.unknown,
    op.Convolution: windows.convolution,
    op.TransposedConvolution: upsampling.transposed_convolution,
    op.Pool: windows.pool,
    op.Subsampling: windows.subsampling,
    op.AdaptivePool: windows.adaptive_pool,
    op.Unfold: windows.unfold,
    op.Fold: windows.fold,
    op.Linear: dense.linear,
    op.MultiheadAttention: dense.attention,
    op.Flatten: reshaping.flatten,
    op.Unflatten: reshaping.unflatten,
    op.Reshape: reshaping.reshape,
    op.Permute: reshaping.permute,
    op.CenterCrop: reshaping.center_crop,
    op.Pad: reshaping.pad,
    op.Elementwise: norms.elementwise,
    op.AlongAxis: norms.along_axis,
    op.GLU: norms.glu,
    op.PReLU: norms.prelu,
    op.ChannelNorm: norms.channel_norm,
    op.GroupNorm: norms.group_norm,
    op.LayerNorm: norms.layer_norm,
    op.LocalNorm: norms.local_norm,
    op.Upsample: upsampling.upsample,
    op.PixelShuffle: upsampling.pixel_shuffle,
    op.ChannelShuffle: joins.channel_shuffle,
    op.Merge: joins.merge,
    op.Concat: joins.concat,
    op.Split: joins.split,
}


def derive(network: Network) -> Derivation:
    """Derive everything about a network, layer by layer in the order of the file."""
    return _Walk(network).run()


class _Walk:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.derivation = Derivation(network)
        #: The outputs of every value number; number 0 is the unknown value.
        self.values: list[tuple[Map, ...]] = [(Map(None),)] * network.numbers
        self.copied = 0

    def run(self) -> Derivation:
        network, derivation = self.network, self.derivation
        for given in network.inputs:
            if given.shape is None:
                value = Map(None)
            else:
                ones = (1,) * (len(given.shape) - 1)
                value = Map(given.shape, None, ones, ones)
            derivation.inputs.append(value)
            self.values[given.number] = (value,)
        derivation.layers = self.layers(network.layers, "")
        derivation.params = _total(derived.params for derived in derivation.layers)
        derivation.macs = _total(derived.macs for derived in derivation.layers)
        for number, part in network.outputs:
            outputs = self.values[number]
            derivation.outputs.append(outputs[part] if part < len(outputs) else self.values[0][0])
        return derivation

    def layers(self, layers: list[Layer], prefix: str) -> list[Derived]:
        values, irregularities = self.values, self.derivation.irregularities
        found = []
        for layer in layers:
            name = layer.name
            if prefix and name is not None:
                name = prefix + name
            inputs = []
            missing_part = None
            for number, part in layer.inputs:
                outputs = values[number]
                if part < len(outputs):
                    inputs.append(outputs[part])
                else:
                    missing_part = (part, len(outputs), number)
                    inputs.append(values[0][0])
            derived = Derived(layer, name, inputs)

            def note(kind: str, at: Derived = derived, **numbers: Any) -> None:
                irregularities.append(Irregularity(kind, at, numbers))

            if missing_part is not None:
                note("unknown-reference", part=missing_part[0], parts=missing_part[1], of=missing_part[2])
            operation = layer.operation
            if type(operation) is op.Group:
                self.group(operation, derived, note)
            else:
                derived.outputs = _DERIVE[type(operation)](operation, inputs, derived, note)
            values[layer.number] = derived.outputs
            found.append(derived)
        return found

    def group(self, group: op.Group, derived: Derived, note: Note) -> None:
        """Derive copy after copy; once a copy leaves the shape as it found it, the rest is multiplication."""
        current = derived.inputs[0] if derived.inputs else self.values[0][0]
        params: int | None = 0
        macs: int | None = 0
        for copy in range(group.repeat):
            if copy:
                self.copied += len(group.layers)
                if self.copied > MAX_COPIED_LAYERS:
                    note("limit-exceeded", most=MAX_COPIED_LAYERS, repeat=group.repeat)
                    derived.outputs = self.values[0]
                    derived.params = derived.macs = None
                    return
            self.values[group.input] = (current,)
            label = derived.name or derived.layer.type
            prefix = f"{label}.{copy}." if group.repeat > 1 else f"{label}."
            children = self.layers(group.layers, prefix)
            derived.children.extend(children)
            result = self.values[group.output]
            before, current = current, result[0]
            copy_params = _total(child.params for child in children)
            copy_macs = _total(child.macs for child in children)
            left = group.repeat - copy - 1
            times = 1
            if left and before.shape is not None and before.shape == current.shape and before.tail == current.tail:
                times = left + 1
                for child in children:
                    child.times = times
                current = Map(current.shape, current.made_by, _far_field(before, current, left), current.jump, current.tail)
                if current.field is None:
                    current.jump = None
            params = None if params is None or copy_params is None else params + times * copy_params
            macs = None if macs is None or copy_macs is None else macs + times * copy_macs
            if times > 1:
                break
        derived.params, derived.macs = params, macs
        derived.outputs = (current,)


def _far_field(before: Map, after: Map, left: int) -> tuple[int, ...] | None:
    """Receptive field after ``left`` more copies of what led from ``before`` to ``after`` (strides must be 1)."""
    if before.field is None or after.field is None or before.jump != after.jump:
        return None
    return tuple(new + left * (new - old) for old, new in zip(before.field, after.field, strict=True))


def _total(counts: Any) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total
