"""Walks a network once, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.derive import attention, dense, joins, norms, opaque, picking, reductions, reshaping, upsampling, windows
from convlint.derive.doubts import Doubts
from convlint.derive.state import Derivation, Derived, InnerIrregularity, Irregularity, Map, countable
from convlint.model import operations as op
from convlint.model.network import MAX_AXES, MAX_SIZE, Layer, Network, Place
from convlint.work import DERIVED, LISTED, Budget, affords, current, spend

#: Operations whose output may have more axes, longer ones or more parts than what the file says.
_GROWING = frozenset(
    (op.TransposedConvolution, op.Upsample, op.PixelShuffle, op.Flatten, op.Unflatten, op.Reshape, op.Unfold, op.Concat,
     op.MatMul, op.Stack, op.Split)
)  # fmt: skip

if TYPE_CHECKING:
    from typing import Unpack

    from convlint.derive.irregularities import LimitExceeded, Note

#: How each operation is derived: (operation, its inputs, the record to fill, where to note irregularities) -> outputs.
DERIVE: dict[type, Callable[[Any, list[Map], Derived, Note], tuple[Map, ...]]] = {
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
    op.TransformerEncoderLayer: dense.encoder_layer,
    op.Recurrent: dense.recurrent,
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
    op.Reduce: reductions.reduce,
    op.Concat: joins.concat,
    op.Split: joins.split,
    op.MatMul: joins.matmul,
    op.Stack: joins.stack,
    op.Slice: picking.slice_,
    op.Narrow: picking.narrow,
    op.Flip: picking.flip,
    op.Roll: picking.roll,
    op.ResizeLike: upsampling.resize_like,
    op.SelfAttention: attention.self_attention,
    op.Parameters: opaque.parameters,
    op.ParameterTensor: opaque.parameter_tensor,
    op.Levels: opaque.levels,
    op.Opaque: opaque.opaque,
    op.Evaluated: opaque.evaluated,
}


def derive(network: Network, unfold: bool = False) -> Derivation:
    """Derive everything about a network, layer by layer in the order of the file.

    With ``unfold``, each copy of a repeated layer has a record of its own, even if it equals the one before.
    """
    walk = _Walk(network)
    walk.unfold = unfold
    if current() is None:
        with Budget():
            return walk.run()
    return walk.run()


class _Walk:
    #: Whether the network was found to be too large; that is said once.
    too_large = False
    #: Whether copies that equal the one before are written out too.
    unfold = False

    def __init__(self, network: Network) -> None:
        self.network = network
        self.derivation = Derivation(network)
        #: The outputs of every value number; number 0 is the unknown value.
        self.values: list[tuple[Map, ...]] = [(Map(None),)] * network.numbers
        self.irregularities = self.derivation.irregularities
        self.doubts = Doubts()

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
            derivation.outputs.append(self.part(number, part))
        derivation.irregularities = self.doubts.told(self.irregularities)
        return derivation

    def layers(self, layers: list[Layer], prefix: str) -> list[Derived]:
        values, irregularities, doubts = self.values, self.irregularities, self.doubts
        pending: list[Irregularity] = []
        assumes = self.network.assumes
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
            operation = layer.operation
            if doubts.open:
                doubts.seen_by(inputs, derived, operation)
            assumed = assumes and any(source.assumed for source in inputs)
            noted = [] if assumed else irregularities

            def note(
                kind: str, /, fatal: bool | None = None, harmless: bool = False, at: Derived = derived,
                noted: list[Irregularity] = noted, **numbers: Any,
            ) -> None:  # fmt: skip
                irregularity = Irregularity(kind, at, numbers, fatal, harmless)
                if doubts.open and doubts.follows(irregularity):
                    doubts.wrong[id(at)] = at
                    return
                noted.append(irregularity)
                if irregularity.fatal or kind == "concat-size":
                    pending.append(irregularity)

            if missing_part is not None:
                first = values[missing_part[2]][0]
                made_by = first.made_by
                # Where another part has contradicted its reader, the split is found wrong already.
                told = id(first) in doubts.doubted or (made_by is not None and id(made_by.layer) in doubts.written)
                if not told:
                    note("unknown-reference", part=missing_part[0], parts=missing_part[1], made_by=made_by)
                doubts.lose_parts(values[missing_part[2]])
            if type(operation) is op.Group:
                if operation.numbers is not None:
                    self.closed_group(operation, derived, noted)
                else:
                    self.group(operation, derived, note)
                pending.clear()
            else:
                derived.outputs = DERIVE[type(operation)](operation, inputs, derived, note)
                if type(operation) in _GROWING:
                    self.limit(derived, note)
                if pending or doubts.open:
                    doubts.settle(pending, derived, operation, note)
            if assumed:
                for made in derived.outputs:
                    made.assumed = True
            values[layer.number] = derived.outputs
            found.append(derived)
        return found

    def part(self, number: int, part: int) -> Map:
        """One output of a value; unknown where there is none, as of a layer that was too much."""
        outputs = self.values[number]
        return outputs[part] if part < len(outputs) else self.values[0][0]

    def stop(self, note: Note, **numbers: Unpack[LimitExceeded]) -> None:
        """Say that the network is too large, unless an earlier layer said so."""
        if not self.too_large:
            self.too_large = True
            note("limit-exceeded", **numbers)

    def limit(self, derived: Derived, note: Note) -> None:
        """Forget what a layer makes if no computer could hold it, or this one not hold what is derived about it."""
        further = len(derived.outputs) - 1
        if further and not affords(further * DERIVED):
            self.stop(note, problem="parts", parts=len(derived.outputs))
            derived.outputs = (Map(None, derived),)
        for made in derived.outputs:
            shape = made.shape or ()
            if len(shape) > MAX_AXES or any(size is not None and size > MAX_SIZE for size in shape):
                note("limit-exceeded", problem="shape", axes=len(shape))
                derived.outputs = (Map(None, derived),) * len(derived.outputs)
                break

    def group(self, group: op.Group, derived: Derived, note: Note) -> None:
        """Derive copy after copy; once a copy leaves the shape as it found it, the rest is multiplication."""
        flowing = tuple(derived.inputs)
        params: int | None = 0
        macs: int | None = 0
        effort = max(1, sum(map(_effort, group.layers))) if group.repeat > 1 else 1
        steps = effort * (LISTED if self.unfold else DERIVED)
        for copy in range(group.repeat):
            if copy and not affords(steps):
                self.stop(note, problem="repeat", repeat=group.repeat)
                # What is wrong is said; a table of thousands of rows would not say it better.
                del derived.children[len(group.layers) :]
                flowing = (Map(None, derived),)
                params = macs = None
                break
            for number, value in zip(group.inputs, flowing, strict=False):
                self.values[number] = (value,)
            label = derived.name or derived.layer.type
            prefix = f"{label}.{copy}." if group.repeat > 1 else f"{label}."
            children = self.layers(group.layers, prefix)
            derived.children.extend(children)
            before, flowing = flowing, tuple(self.part(number, part) for number, part in group.outputs)
            left = group.repeat - copy - 1
            same = (
                before[0].shape == flowing[0].shape
                and before[0].tail == flowing[0].tail
                and self.doubts.same_batches(before[0], flowing[0])
            )
            times = left + 1 if same and left > 0 and not self.unfold else 1
            for child in children:
                child.times = times
            params = _sum(params, _total(child.params for child in children), times)
            macs = _sum(macs, _total(child.macs for child in children), times)
            if times > 1:
                last = _after_copies(before[0], flowing[0], left)
                if self.doubts.open:
                    self.doubts.pass_on(flowing[0], last)
                flowing = (last,)
                break
        derived.params, derived.macs = params, macs
        derived.outputs = flowing

    def closed_group(self, group: op.Group, derived: Derived, noted: list[Irregularity]) -> None:
        """Derive a closed group, or look up what came of it for inputs of the same shapes."""
        inputs = derived.inputs
        key = tuple([source.shape for source in inputs])
        known = group.known.get(key)
        if known is None:
            if len(group.known) >= MAX_KNOWN_SHAPES:
                group.known.clear()
            known = group.known[key] = _Known(self.network, group, key)
        derived.params, derived.macs = known.params, known.macs
        derived.outputs = known.outputs_for(inputs, derived)
        inside: list[Irregularity] = []

        def write_out(at: Derived) -> list[Derived]:
            inner = _Walk.__new__(_Walk)
            written: list[Irregularity] = []
            inner.network, inner.derivation, inner.irregularities = self.network, self.derivation, written
            inner.doubts, inner.unfold = Doubts(), self.unfold
            inner.values = [self.values[0]] * (group.numbers or 1)
            for number, value in zip(group.inputs, inputs, strict=False):
                inner.values[number] = (value,)
            spend(len(group.layers) * DERIVED, "the layers inside of the modules of this file")
            with Budget():
                children = inner.layers(_placed(group.layers, at.layer.place), f"{at.name or at.layer.type}.")
            inside.extend(inner.doubts.told(written))
            return children

        derived.write_out_later(write_out)
        if known.kinds:

            def tell() -> list[Irregularity]:
                derived.children  # noqa: B018  deriving them fills the list
                return inside

            noted.extend(
                InnerIrregularity(kind, fatal, harmless, tell, index)
                for index, (kind, fatal, harmless) in enumerate(known.kinds)
            )


#: Input shapes for which a closed group remembers what came of it.
MAX_KNOWN_SHAPES = 64


class _Known:
    """What came of a closed group for inputs of some shapes."""

    __slots__ = ("fields", "kinds", "macs", "params", "shapes")

    def __init__(self, network: Network, group: op.Group, shapes: tuple[Any, ...]) -> None:
        inner = _Walk.__new__(_Walk)
        inner.network, inner.derivation = network, Derivation(network)
        inner.irregularities, inner.doubts = [], Doubts()
        inner.values = [(Map(None),)] * (group.numbers or 1)
        for number, shape in zip(group.inputs, shapes, strict=False):
            ones = (1,) * (len(shape) - 1) if shape is not None and len(shapes) == 1 else None
            inner.values[number] = (Map(shape, None, ones, ones),)
        # Paid for where the group was written out, whether it is known by now or not.
        with Budget():
            children = inner.layers(group.layers, "")
        made = [inner.part(number, part) for number, part in group.outputs]
        self.params = group.counted[0] if group.counted else _total(child.params for child in children)
        self.macs = _total(child.macs for child in children)
        self.kinds = [(found.kind, found.fatal, found.harmless) for found in inner.irregularities]
        self.shapes = [value.shape for value in made]
        self.fields = [(value.field, value.jump) for value in made]

    def outputs_for(self, inputs: list[Map], derived: Derived) -> tuple[Map, ...]:
        """The outputs; receptive field and stride are those of the group on top of those of its one input."""
        before = inputs[0]
        known = len(inputs) == 1 and before.field is not None and before.jump is not None
        outputs = []
        for shape, (field, jump) in zip(self.shapes, self.fields, strict=True):
            made = Map(shape, derived)
            if known and field is not None and jump is not None and len(field) == len(before.field):  # type: ignore[arg-type]
                made.field, made.jump = countable(
                    [old + (own - 1) * step for old, own, step in zip(before.field, field, before.jump, strict=True)],  # type: ignore[arg-type]
                    [step * own for step, own in zip(before.jump, jump, strict=True)],  # type: ignore[arg-type]
                )
            outputs.append(made)
        return tuple(outputs)


def _placed(layers: list[Layer], place: Place) -> list[Layer]:
    """The layers of a closed group in the place of the layer that uses it."""
    return [
        Layer(layer.number, layer.name, layer.type, layer.operation, layer.inputs, place, layer.claims, layer.stored)
        for layer in layers
    ]


def _effort(layer: Layer) -> int:
    """As how many layers a copy counts: one, but for thousands of inputs or a long connection table."""
    table = layer.operation.connections if isinstance(layer.operation, op.Convolution) else None
    return max(1, len(layer.inputs) - 1) + sum(map(len, table or ())) // 64


def _after_copies(before: Map, after: Map, left: int) -> Map:
    """The output of ``left`` more copies of what led from ``before`` to ``after`` without changing the shape.

    The receptive field grows by the same step each time if the stride stays, otherwise it is not told.
    """
    field = jump = None
    if before.field is not None and after.field is not None and before.jump == after.jump:
        wider = [new + left * (new - old) for old, new in zip(before.field, after.field, strict=True)]
        field, jump = countable(wider, after.jump or ())
    last = Map(after.shape, after.made_by, field, jump, after.tail)
    last.assumed = after.assumed
    return last


def _sum(total: int | None, more: int | None, times: int) -> int | None:
    return None if total is None or more is None else total + times * more


def _total(counts: Any) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total
