"""Where the axes of an input cease to be independent of each other.

Along a line everything but one number is unknown, so what depends on two axes together is not seen there.  There are
few such things.  Maps are flattened, and something is compared with the product of their sizes (``in_features``): a
``Demand``, solved exactly.  Maps of one cell on *all* axes are special: ``Ones``.  Whatever else mixes axes (a
convolution over flattened cells, a sum of maps whose axes were exchanged) is remembered as ``unsolved``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from convlint.derive.sizing.columns import Column, Deriving
from convlint.derive.sizing.products import Demand, Entry, Factor, Mixed, Ones
from convlint.derive.state import Map
from convlint.model import operations as op
from convlint.model.network import Layer

#: Operations that leave every size as it is and look at the first one at most.
_KEEP = (
    op.Elementwise, op.AlongAxis, op.PReLU, op.ChannelNorm, op.GroupNorm, op.LocalNorm, op.ChannelShuffle, op.LayerNorm,
    op.Parameters, op.MultiheadAttention, op.TransformerEncoderLayer, op.Flip, op.Roll,
)  # fmt: skip
#: Operations to which maps of one cell are special.
_MIND_ONE_CELL = (op.Convolution, op.Pool, op.Subsampling, op.ChannelNorm, op.GroupNorm)


class SeveralAxes:
    """Follows the sizes that mix lines through a network, layer by layer behind its table of columns."""

    def __init__(self, table: Deriving) -> None:
        self.table = table
        self.demands: list[Demand] = []
        self.ones: list[Ones] = []
        self.unsolved: list[Layer] = []

    def see(
        self, layer: Layer, name: str | None, sources: list[list[Column]], rows: list[list[tuple[Map, ...]]]
    ) -> dict[int, Mixed]:
        """Look at a layer: what it reads on every line.  Returns the mixed sizes in the shapes that it makes."""
        shapes = [self.entries(layer, index, sources, rows) for index in range(len(sources))]
        if len(shapes) != 1:
            return self.join(layer, shapes)
        shape = shapes[0]
        if shape is None:
            return {}
        if isinstance(layer.operation, _MIND_ONE_CELL):
            self.one_cell(layer, name, shape, rows[0][0][0])
        return self.through(layer, name, shape)

    def entries(
        self, layer: Layer, index: int, sources: list[list[Column]], rows: list[list[tuple[Map, ...]]]
    ) -> list[Entry] | None:
        """The shape of one input of a layer; None if not even its rank is known."""
        always = rows[0][0][index].shape
        if always is None:
            return None
        mixed = sources[index][0].mixed
        part = layer.inputs[index][1]
        found: list[Entry] = []
        for entry, size in enumerate(always):
            if size is not None or entry in mixed:
                found.append(size if size is not None else mixed[entry])
                continue
            factors = []
            for line in range(1, len(rows)):
                column = sources[index][line]
                if entry in column.known(part):
                    factors.append(Factor(line, rows[line], index, entry, column.period, column.start))
            # A size of two lines at once comes from a join of both, which is unsolved.
            found.append(Mixed(told=True) if len(factors) > 1 else factors[0] if factors else None)
        return found

    def unable(self, layer: Layer, sizes: Iterable[Entry] = ()) -> Mixed:
        """Remember that a layer is not understood, unless an earlier one is the reason; what it makes is no product."""
        layer = self.table.holder or layer
        told = any(isinstance(size, Mixed) and size.told for size in sizes)
        if layer not in self.unsolved and not told:
            self.unsolved.append(layer)
        return Mixed(told=True)

    def demand(self, layer: Layer, name: str | None, kind: str, mixed: Mixed, wanted: int) -> None:
        """A layer that runs only if a mixed size has a value."""
        lines = [factor.line for factor in mixed.factors]
        if mixed.const is None or len(set(lines)) < len(lines):
            self.unable(layer, [mixed])
        elif not any(known.wanted == wanted and known.mixed.same(mixed) for known in self.demands):
            self.demands.append(Demand(self.table.holder or layer, name, kind, mixed, wanted))

    # Layers with one input --------------------------------------------------------------------------------------

    def one_cell(self, layer: Layer, name: str | None, shape: list[Entry], always: Map) -> None:
        """Ask what happens to a layer if every varying size is 1, which no line alone can show."""
        factors = tuple(size for size in shape if isinstance(size, Factor))
        if len({factor.line for factor in factors}) < 2 or any(
            size is None or isinstance(size, Mixed) for size in shape
        ):
            return
        table, operation = self.table, layer.operation

        def with_ones(lines: set[int]) -> set[tuple[str, bool]]:
            sizes = (size if isinstance(size, int) else 1 if _line(size) in lines else None for size in shape)
            result = table.result(operation, (table.interned(Map(tuple(sizes), tail=always.tail)),))
            return {(found.kind, found.breaks) for found in result.troubles}

        lines = {factor.line for factor in factors}
        alone = set().union(*(with_ones({line}) for line in lines))
        for kind, breaks in sorted(with_ones(lines) - alone - with_ones(set())):
            self.ones.append(Ones(self.table.holder or layer, name, kind, breaks, factors))

    def through(self, layer: Layer, name: str | None, shape: list[Entry]) -> dict[int, Mixed]:
        """The mixed sizes behind a layer with one input; new ones arise where axes become one."""
        operation = layer.operation
        if isinstance(operation, op.Flatten):
            return _mixed(self.flattened(operation, shape))
        if isinstance(operation, op.Reshape):
            return _mixed(self.filled(layer, name, operation.shape, _product(shape)))
        if isinstance(operation, op.Unfold):
            return {1: Mixed()} if _several(shape[1:]) else {}
        if isinstance(operation, op.SelfAttention) and operation.area > 1 and _several(shape[1:]):
            self.unable(layer)
        mixed = _mixed(shape)
        if not mixed:
            return {}
        rank = len(shape)
        if isinstance(operation, op.Unflatten):
            entry = operation.dim % (rank + 1) - 1
            size = mixed.get(entry)
            inner = self.filled(layer, name, operation.sizes, size) if size else [None] * len(operation.sizes)
            return _mixed([*shape[: max(0, entry)], *inner, *shape[entry + 1 :]])
        if isinstance(operation, op.Permute):
            order = [dim % (rank + 1) for dim in operation.dims]
            return _mixed([shape[dim - 1] for dim in order[1:] if dim])
        if isinstance(operation, op.Reduce):
            reduced = {dim % (rank + 1) - 1 for dim in operation.dims}
            kept = [None if entry in reduced else size for entry, size in enumerate(shape)]
            if not operation.keepdim:
                kept = [size for entry, size in enumerate(shape) if entry not in reduced]
            return _mixed(kept)
        if isinstance(operation, op.Linear):
            size = mixed.pop(rank - 1, None)
            if size and operation.in_features is not None:
                self.demand(layer, name, "dense-features", size, operation.in_features)
            return mixed
        if isinstance(operation, op.Recurrent):
            size = mixed.pop(1, None)
            if size:
                self.demand(layer, name, "dense-features", size, operation.input_size)
            return mixed
        if isinstance(operation, _KEEP):
            self.compared(layer, name, mixed, rank)
            return mixed
        if isinstance(operation, op.Opaque):
            return mixed if operation.outputs[0] is None else {}
        if isinstance(operation, op.AdaptivePool):
            wanted = operation.output_size
            return {
                entry: size
                for entry, size in mixed.items()
                if entry == 0 or wanted[min(entry, len(wanted)) - 1] is None
            }
        if (
            isinstance(operation, op.Split | op.GLU | op.Slice | op.Narrow)
            and operation.dim % (rank + 1) - 1 not in mixed
        ):
            return mixed
        if isinstance(operation, op.Convolution) and 0 not in mixed and _pointwise(operation):
            return mixed
        if isinstance(operation, op.Unknown):
            return {}
        unsure = self.unable(layer, mixed.values())
        return dict.fromkeys(mixed, unsure)

    def flattened(self, operation: op.Flatten, shape: list[Entry]) -> list[Entry]:
        """A shape with some neighbours as one."""
        rank = len(shape) + 1
        first, last = operation.start_dim % rank - 1, operation.end_dim % rank - 1
        if first < 0 or first >= last:
            return shape if first == last else []
        return [*shape[:first], _product(shape[first : last + 1]), *shape[last + 1 :]]

    def filled(self, layer: Layer, name: str | None, sizes: tuple[int, ...], total: Entry) -> list[Entry]:
        """Sizes with what is left of a mixed total in the place of a -1."""
        found: list[Entry] = [size if size >= 0 else None for size in sizes]
        if not isinstance(total, Mixed):
            return found
        fixed = prod(size for size in sizes if size != -1)
        if -1 not in sizes:
            self.demand(layer, name, "reshape-size", total, fixed)
        elif total.const is not None and fixed > 0 and total.const % fixed == 0:
            found[sizes.index(-1)] = Mixed(total.const // fixed, total.factors)
        else:
            found[sizes.index(-1)] = self.unable(layer, [total])
        return found

    def compared(self, layer: Layer, name: str | None, mixed: dict[int, Mixed], rank: int) -> None:
        """What a layer that leaves its input as it is wants of its sizes."""
        operation = layer.operation
        if isinstance(operation, op.LayerNorm):
            wanted = operation.normalized_shape or ()
            for entry, size in zip(range(rank - len(wanted), rank), wanted, strict=True):
                if entry in mixed:
                    self.demand(layer, name, "layer-norm-shape", mixed[entry], size)
        elif isinstance(operation, op.MultiheadAttention) and 1 in mixed:
            self.demand(layer, name, "dense-features", mixed.pop(1), operation.embed_dim)
        elif isinstance(operation, op.TransformerEncoderLayer) and 1 in mixed:
            self.demand(layer, name, "dense-features", mixed.pop(1), operation.d_model)
        elif isinstance(operation, op.ChannelNorm) and 0 in mixed:
            if operation.num_features is not None and (operation.affine or operation.track_running_stats):
                self.demand(layer, name, "norm-features", mixed[0], operation.num_features)
        elif isinstance(operation, op.PReLU) and 0 in mixed:
            if operation.num_parameters != 1:
                self.demand(layer, name, "prelu-parameters", mixed[0], operation.num_parameters)
        elif isinstance(operation, op.GroupNorm | op.ChannelShuffle) and 0 in mixed:
            self.unable(layer, mixed.values())

    # Layers with several inputs ---------------------------------------------------------------------------------

    def join(self, layer: Layer, shapes: list[list[Entry] | None]) -> dict[int, Mixed]:
        """The mixed sizes behind a layer with several inputs."""
        operation = layer.operation
        known = [shape for shape in shapes if shape is not None]
        if not known or any(len(shape) != len(known[0]) for shape in known):
            return {}
        if isinstance(operation, op.MatMul):
            return self.matrices(layer, known)
        if isinstance(operation, op.Stack):
            mixed = [size for shape in known for size in _mixed(shape).values()]
            unsure = self.unable(layer, mixed) if mixed else None
            return dict.fromkeys(range(len(known[0]) + 1), unsure) if unsure else {}
        if isinstance(operation, op.ResizeLike):
            return _mixed([None, *(shapes[1] or [None])[1:]])
        along = operation.dim % (len(known[0]) + 1) - 1 if isinstance(operation, op.Concat) else None
        gates = isinstance(operation, op.Merge) and operation.kind != "add"
        free = operation.free if isinstance(operation, op.Merge) else ()
        found: dict[int, Mixed] = {}
        for entry, sizes in enumerate(zip(*known, strict=True)):
            meeting = [
                size
                for index, size in enumerate(sizes)
                if size is not None and not (size == 1 and (gates or index in free))
            ]
            mixed = [size for size in meeting if isinstance(size, Mixed)]
            if not mixed and not _several(meeting):
                continue
            if entry == along:
                found[entry] = Mixed()
            elif len(mixed) == len(meeting) and all(mixed[0].same(size) for size in mixed):
                found[entry] = mixed[0]
            else:
                found[entry] = self.unable(layer, mixed)
        return found

    def matrices(self, layer: Layer, shapes: list[list[Entry]]) -> dict[int, Mixed]:
        """The mixed sizes of a product of matrices: the rows of one, the columns of the other."""
        if len(shapes) < 2 or len(shapes[0]) < 2:
            return {}
        first, second = shapes
        inner = first[-1], second[-2]
        alike = isinstance(inner[0], Mixed) and isinstance(inner[1], Mixed) and inner[0].same(inner[1])
        if not alike and (_several(inner) or any(isinstance(size, Mixed) for size in inner)):
            self.unable(layer, inner)
        found = _mixed([*first[:-1], second[-1]])
        for entry, sizes in enumerate(zip(first[:-2], second[:-2], strict=True)):
            meeting = [size for size in sizes if size != 1]
            if len(meeting) > 1 and (_several(meeting) or _mixed(meeting)):
                found[entry] = self.unable(layer, meeting)
        return found


def _line(size: Entry) -> int | None:
    return size.line if isinstance(size, Factor) else None


def _several(sizes: Sequence[Entry]) -> bool:
    """Whether sizes depend on more than one line."""
    return len({size.line for size in sizes if isinstance(size, Factor)}) > 1


def _mixed(shape: Sequence[Entry]) -> dict[int, Mixed]:
    return {entry: size for entry, size in enumerate(shape) if isinstance(size, Mixed)}


def _product(sizes: Sequence[Entry]) -> Entry:
    """The product of some sizes, if it mixes lines; otherwise a line shows it, and None stands for it."""
    if None in sizes or not (_several(sizes) or _mixed(sizes)):
        return None
    const: int | None = 1
    factors: tuple[Factor, ...] = ()
    told = False
    for size in sizes:
        if isinstance(size, Factor):
            factors += (size,)
        elif isinstance(size, Mixed):
            const = None if const is None or size.const is None else const * size.const
            factors += size.factors
            told = told or size.told
        elif const is not None and size is not None:
            const *= size
    return Mixed(const, factors, told)


def _pointwise(operation: op.Convolution) -> bool:
    return max(operation.kernel_size) == max(operation.stride) == 1 and not any(map(max, operation.padding))
