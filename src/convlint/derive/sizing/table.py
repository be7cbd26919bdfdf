"""Judges a network for all sizes of its inputs at once.

A *line* is one number n that varies: the size along one axis of the network's input (or of several inputs that have
this size in common), while the sizes along all other axes are unknown.  Since deriving is silent about what is
unknown, what goes wrong on a line goes wrong because of n alone.  A *column* holds what a value of the network is for
n = 1, 2, 3, ...  Layer by layer the columns are worked out with the very functions that derive a network; equal maps
are one object, so a function runs once for every different map that arrives, not once for every n.

**Why a finite column says everything.**  Call a column regular with period P from n = T on if the map at n + P differs
from the map at n only in that each known size is larger by a constant (the same for every n >= T, never negative).
The column of a network input is regular with P = 1, T = 1.  A layer whose inputs are regular with P and T gets, at
n + P, a size larger by some Q than at n.  ``periods`` says that its operation treats the sizes m and m + s
alike once m >= least.  Over the period P' = P * s / gcd(Q, s) the input grows by a multiple of s, and it never
shrinks, so once all inputs of one period have reached ``least`` (at T'), the output is regular with P' from T' on, and
the irregularities repeat.  Inputs with Q = 0 repeat exactly, and so does whatever is made of them.  Where maps are
joined, two sizes that grow equally keep their difference, and of two that do not, one leaves the other behind for
good, at the latest behind the last n at which it had not yet.  By induction every column is regular; P and T are found
on the way.  So a table up to T + 2*P is enough, for the layer with the longest P: what all layers say together repeats
with the least common multiple of their periods, and need not be in the table.  Each claim is checked once more on the
table itself: a column that contradicts it counts as irregular, and then nothing is said beyond the end of the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, lcm
from typing import Any

from convlint.derive.joins import aligned
from convlint.derive.sizing import periods
from convlint.derive.sizing.columns import Column, Judged, Line, Memory, Result, Seen
from convlint.derive.sizing.several_axes import SeveralAxes
from convlint.derive.sizing.troubles import Trouble, trouble
from convlint.derive.state import Derived, Irregularity, Map
from convlint.derive.walk import DERIVE
from convlint.model import operations as op
from convlint.model.network import NOWHERE, Layer, Network, Shape
from convlint.work import TooMuch, spend

#: No table longer than this is made in search of a period.
MAX_LENGTH = 1 << 16
#: Beyond this length a period is looked for only as long as it does not take long.
_LONG = 4096
#: What a layer costs in steps of the budget, besides those for each of its cells.
_STEPS_PER_LAYER = 50
#: The first guess of how long a table has to be.
_FIRST_LENGTH = 48


class TooShort(Exception):
    """The table is too short to see a period; ``length`` is long enough as far as is known."""

    def __init__(self, length: int) -> None:
        self.length = length


class Irregular(Exception):
    """There is no period."""


class CannotFollow(Exception):
    """A crop is read by something else than a join, so that it has nothing to follow."""


_UNKNOWN = Map(None)


class Table:
    """The columns of a network on some lines; line 0 has no axes: there only what holds for every size goes wrong."""

    def __init__(
        self,
        network: Network,
        lines: list[Line],
        length: int,
        patient: bool = False,
        crops_follow: bool = False,
        memory: Memory | None = None,
    ) -> None:
        self.network = network
        self.lines = [Line(()), *lines]
        self.lengths = [1] + [length] * len(lines)
        #: Whether to go on with a column that has no period, or whose period the table is too short for.
        self.patient = patient
        self.crops_follow = crops_follow
        self.judged = [Judged(size) for size in self.lengths]
        self.unknown = [Column([(_UNKNOWN,)] * size, 1, 1) for size in self.lengths]
        self.values: list[list[Column]] = [self.unknown] * network.numbers
        self.several_axes = SeveralAxes(self) if len(lines) > 1 else None
        self.cropped: set[int] = set()
        #: The layer in whose place the layers of a closed group stand.
        self.holder: Layer | None = None
        #: Layers that are not as regular as they are said to be.
        self.surprises: list[Layer] = []
        self.memory = memory or Memory()
        self.given: dict[object, Column] = {}
        varying: list[dict[int, tuple[int, ...]]] = [{} for _ in self.lines]
        for found, line in zip(varying, self.lines, strict=True):
            for index, axis in line.axes:
                found[index] = (*found.get(index, ()), axis)
        for index, given in enumerate(network.inputs):
            self.spend(len(self.lines))
            self.values[given.number] = [
                self._input(given.shape, line, found.get(index, ())) for line, found in enumerate(varying)
            ]

    def _input(self, shape: Shape | None, line: int, varying: tuple[int, ...]) -> Column:
        if shape is None:
            return self.unknown[line]
        # Of hundreds of inputs, most do not vary on most lines.
        key = shape[0], len(shape), varying, self.lengths[line]
        found = self.given.get(key)
        if found is None:
            self.spend(self.lengths[line])
            found = self.given[key] = self._along(shape, varying, self.lengths[line])
        return found

    def _along(self, shape: Shape, varying: tuple[int, ...], length: int) -> Column:
        maps = []
        for n in range(1, length + 1):
            sizes = (n if axis in varying else None for axis in range(len(shape) - 1))
            maps.append((self.interned(Map((shape[0], *sizes))),))
        return Column(maps, 1, 1)

    def spend(self, cells: int) -> None:
        """Count work. Raises TooMuch."""
        spend(cells, "the sizes of this network")

    def interned(self, value: Map, assumed: bool = False) -> Map:
        """The one object for all maps of this shape."""
        return self.memory.interned(value, assumed)

    def run(self) -> Table:
        """Work out all columns."""
        self.layers(self.network.layers, "")
        return self

    def layers(self, layers: list[Layer], prefix: str) -> None:
        """Work out the columns of some layers."""
        for layer in layers:
            name = layer.name
            if prefix and name is not None:
                name = prefix + name
            operation = layer.operation
            if type(operation) is op.Group:
                sources = [self.part(number, part) for number, part in layer.inputs]
                label = name or layer.type
                if operation.numbers is not None:
                    self.values[layer.number] = self.closed_group(layer, operation, label, sources)
                else:
                    self.values[layer.number] = self.group(layer, name, sources)
                continue
            self.layer(layer, name)

    # Groups -----------------------------------------------------------------------------------------------------

    def part(self, number: int, part: int) -> list[Column]:
        """One output of a value, on all lines."""
        columns = self.values[number]
        return [self.one_part(column, part) for column in columns]

    def one_part(self, column: Column, part: int) -> Column:
        """One output of a column."""
        if column.plain is not None and part < len(column.plain):
            return column if len(column.plain) == 1 else Column.of([column.plain[part]], self.memory)
        if part == 0 and all(len(maps) == 1 for maps in column.maps):
            return column
        maps = [(maps[part] if part < len(maps) else _UNKNOWN,) for maps in column.maps]
        return Column(maps, column.period, column.start, column.mixed)

    def group(self, layer: Layer, name: str | None, current: list[list[Column]]) -> list[Column]:
        """Copy after copy, until one leaves every map as it found it."""
        group = layer.operation
        assert isinstance(group, op.Group)
        label = name or layer.type
        for copy in range(group.repeat):
            for number, columns in zip(group.inputs, current, strict=False):
                self.values[number] = columns
            self.layers(group.layers, f"{label}.{copy}." if group.repeat > 1 else f"{label}.")
            before, current = current, [self.part(number, part) for number, part in group.outputs]
            if all(column.same(other) for column, other in zip(before[0], current[0], strict=True)):
                break
        return self.together(layer, current)

    def closed_group(self, layer: Layer, group: op.Group, label: str, sources: list[list[Column]]) -> list[Column]:
        """A group that reads nothing but its inputs, and of them nothing but their shapes."""
        outer, self.values = self.values, [self.unknown] * (group.numbers or 1)
        for number, columns in zip(group.inputs, sources, strict=False):
            self.values[number] = [column.bare(self.memory) for column in columns]
        holder, self.holder = self.holder, self.holder or layer
        self.layers(group.layers, f"{label}.")
        self.holder = holder
        made = [self.part(number, part) for number, part in group.outputs]
        self.values = outer
        return self.together(layer, [[column.bare(self.memory) for column in columns] for columns in made])

    def together(self, layer: Layer, values: list[list[Column]]) -> list[Column]:
        """Several values as the outputs of one layer."""
        if not values:
            return self.unknown
        if len(values) == 1:
            return values[0]
        if self.several_axes is not None and any(value[0].mixed for value in values):
            self.several_axes.unable(layer)
        found = []
        for line in range(len(self.lines)):
            columns = [value[line] for value in values]
            if all(column.plain is not None for column in columns):
                found.append(Column.of([part for column in columns for part in column.plain or ()], self.memory))
                continue
            maps = [tuple(value for (value,) in row) for row in zip(*(column.maps for column in columns), strict=True)]
            found.append(Column(maps, *_common(columns)))
        return found

    # Layers -----------------------------------------------------------------------------------------------------

    def layer(self, layer: Layer, name: str | None) -> None:
        """Work out the columns of one layer on all lines."""
        self.spend(_STEPS_PER_LAYER + len(layer.inputs))
        operation = layer.operation
        if self.crops_follow:
            if isinstance(operation, op.CenterCrop):
                self.values[layer.number] = self.part(*layer.inputs[0])
                self.cropped.add(layer.number)
                return
            if not isinstance(operation, op.Concat | op.Merge):
                self.refuse_cropped(layer)
        always: set[Trouble] = set()
        made: list[Column] = []
        read: list[list[tuple[Map, ...]]] = []
        for line, judged in enumerate(self.judged):
            columns = [self.values[number][line] for number, _ in layer.inputs]
            if line and not always and not self.crops_follow and (parts := _parts(layer, made[0])):
                seen = self.seen(layer, line, columns)
                if seen is not None:
                    read.append(seen.rows)
                    judged.record(seen.hits, seen.made.period, seen.made.start)
                    judged.settle(seen.made.period, seen.made.start)
                    made.append(Column.of([(seen.made, channels) for channels in parts], self.memory))
                    continue
            self.spend(self.lengths[line] * max(1, len(columns)))
            inputs, lost = self.read(layer, columns, self.lengths[line])
            hits: list[tuple[int, Trouble]] = [(index, Trouble("unknown-reference", True)) for index in lost]
            rows = inputs
            if self.crops_follow:
                rows, uncropped = self.follow(layer, inputs)
                hits += [(index, Trouble("crop-needed", True)) for index in uncropped]
            read.append(rows)
            results = {row: self.result(operation, row) for row in set(rows)}
            outcomes = [results[row] for row in rows]
            if any(result.troubles for result in results.values()):
                hits += [
                    (index, found)
                    for index, result in enumerate(outcomes)
                    for found in result.troubles
                    if found not in always
                ]
            if line == 0:
                always = {found for _, found in hits}
            period, start = self.regular(layer, line, columns, inputs, outcomes)
            judged.record(hits, period, start)
            judged.settle(period, start)
            made.append(Column([result.outputs for result in outcomes], period, start))
        for judged in self.judged:
            if judged.period > MAX_LENGTH:
                if not self.patient:
                    raise Irregular
                judged.period = 0
        if self.several_axes is not None:
            sources = [self.values[number] for number, _ in layer.inputs]
            made[0].mixed = self.several_axes.see(layer, name, sources, read)
        self.values[layer.number] = made

    def seen(self, layer: Layer, line: int, columns: list[Column]) -> Seen | None:
        """What a layer does on a line whatever the channels, maybe from memory; None if it minds them."""
        bases = []
        for (_, part), column in zip(layer.inputs, columns, strict=True):
            if column.plain is not None and part < len(column.plain):
                bases.append(column.plain[part][0])
                continue
            found = column.base(self.memory) if part == 0 else None
            if found is None:
                return None
            bases.append(found[0])
        operation = layer.operation
        if isinstance(operation, op.Merge | op.Concat):
            # Maps of the same sizes add nothing, however many they are.
            bases = list({id(base): base for base in bases}.values())
            bases = bases * 2 if len(bases) == 1 else bases
        does = _does(operation)
        key = does, tuple(map(id, bases)), self.lengths[line], self.patient
        seen = self.memory.seen.get(key)
        if seen is None:
            self.spend(self.lengths[line] * len(bases))
            rows = list(zip(*([value for (value,) in base.maps] for base in bases), strict=True))
            if isinstance(operation, op.Split):
                seen = Seen(rows, bases[0], [])
            else:
                known = self.memory.results.setdefault(does, {})
                for row in set(rows).difference(known):
                    result = self._derive(operation, row)
                    if len(result.outputs) != 1 or not result.outputs[0].shape:
                        return None
                    known[row] = Result((self.memory.with_channels(result.outputs[0], None),), result.troubles)
                outcomes = [known[row] for row in rows]
                period, start = self.regular(layer, line, bases, rows, outcomes)
                maps = tuple(result.outputs for result in outcomes)
                hits = [(index, found) for index, result in enumerate(outcomes) for found in result.troubles]
                seen = Seen(rows, self.memory.column(maps, period, start), hits)
            self.memory.seen[key] = seen
        return seen

    def read(self, layer: Layer, sources: list[Column], length: int) -> tuple[list[tuple[Map, ...]], list[int]]:
        """What a layer reads for every n up to ``length``, and the indexes at which there is no such part."""
        if not sources:
            return [()] * length, []
        if len(sources) == 1 and layer.inputs[0][1] == 0:
            return [maps[:1] if maps else (_UNKNOWN,) for maps in sources[0].maps], []
        lost = []
        columns = []
        for (_, part), source in zip(layer.inputs, sources, strict=True):
            lost += [index for index, maps in enumerate(source.maps) if part >= len(maps)]
            columns.append([maps[part] if part < len(maps) else _UNKNOWN for maps in source.maps])
        rows = list(zip(*columns, strict=True))
        operation = layer.operation
        if isinstance(operation, op.Merge | op.MatMul) and operation.free:
            # As they stand at each other, so that the same entry of all shapes is the same axis.
            at = {row: tuple(map(self.interned, _aligned(operation, row))) for row in set(rows)}
            rows = [at[row] for row in rows]
        return rows, lost

    def result(self, operation: op.Operation, inputs: tuple[Map, ...]) -> Result:
        """What comes of an operation with certain inputs, from memory if it had them before."""
        known = self.memory.of(operation)
        found = known.get(inputs)
        if found is None:
            found = known[inputs] = self._derive(operation, inputs)
        return found

    def _derive(self, operation: op.Operation, inputs: tuple[Map, ...]) -> Result:
        at = Derived(_NOWHERE, None, list(inputs))
        noted: list[Irregularity] = []
        if isinstance(operation, op.Convolution) and operation.connections is not None:
            self.spend(sum(map(len, operation.connections)) // 4)

        def note(
            kind: str, /, fatal: bool | None = None, harmless: bool = False, at: Derived = at, **numbers: Any
        ) -> None:
            noted.append(Irregularity(kind, at, numbers, fatal, harmless))

        outputs = DERIVE[type(operation)](operation, at.inputs, at, note)
        self.spend(7 + 3 * len(outputs))
        assumed = any(value.assumed for value in inputs)
        troubles = () if assumed else (trouble(irregularity) for irregularity in noted)
        return Result(
            tuple(self.interned(value, assumed) for value in outputs),
            tuple(found for found in troubles if found is not None),
        )

    # Crops that follow what they are joined with ----------------------------------------------------------------

    def refuse_cropped(self, layer: Layer) -> None:
        """Give up if something that is not a join reads a crop."""
        if any(number in self.cropped for number, _ in layer.inputs):
            raise CannotFollow

    def follow(self, layer: Layer, rows: list[tuple[Map, ...]]) -> tuple[list[tuple[Map, ...]], list[int]]:
        """Cut what is cropped to the size of the first input that is not; and the indexes at which it is too small."""
        cropped = [index for index, (number, _) in enumerate(layer.inputs) if number in self.cropped]
        if not cropped:
            return rows, []
        if len(cropped) == len(layer.inputs):
            raise CannotFollow
        leader = next(index for index in range(len(layer.inputs)) if index not in cropped)
        found, small = [], []
        for place, row in enumerate(rows):
            wanted = row[leader].shape
            cut = list(row)
            for index in cropped:
                shape = row[index].shape
                if shape is None or wanted is None or len(shape) != len(wanted):
                    continue
                if any(a is not None and b is not None and a < b for a, b in zip(shape[1:], wanted[1:], strict=True)):
                    small.append(place)
                    cut = [_UNKNOWN] * len(row)
                    break
                cut[index] = self.interned(Map((shape[0], *wanted[1:])))
            found.append(tuple(cut))
        return found, small

    # Regularity -------------------------------------------------------------------------------------------------

    def regular(
        self, layer: Layer, line: int, sources: list[Column], rows: list[tuple[Map, ...]], outcomes: list[Result]
    ) -> tuple[int, int]:
        """Period and start of what a layer makes; a period of 0 if there is none (or, unless patient, an exception)."""
        if line == 0:
            return 1, 1
        period, start = _common(sources)
        try:
            if period:
                period, start = self._regular(layer, line, period, start, rows, outcomes)
        except TooShort as short:
            if not self.patient and short.length <= MAX_LENGTH:
                raise
            period = 0
        if not period and not self.patient:
            raise Irregular
        return period, start

    def _regular(
        self, layer: Layer, line: int, period: int, start: int, rows: list[tuple[Map, ...]], outcomes: list[Result]
    ) -> tuple[int, int]:
        length = self.lengths[line]
        self._enough(start, period, length)
        if isinstance(layer.operation, op.MatMul):
            rows = [(*row[:1], *map(_transposed, row[1:])) for row in rows]
        count = len(rows[0]) if rows else 0
        growth = [_growth([row[index] for row in rows], start, period) for index in range(count)]
        longer = period
        first = start
        for index, steps in enumerate(growth):
            if steps is None:
                return 0, start
            for entry, step in steps.items():
                if step == 0:
                    continue
                rank = next(len(shape) for row in rows[start - 1 :] if (shape := row[index].shape) is not None)
                found = periods.step(layer.operation, rank, entry) if step > 0 else None
                if found is None:
                    return 0, start
                longer = lcm(longer, period * found.period // gcd(step, found.period))
                for n in range(length, start - 1, -1):
                    shape = rows[n - 1][index].shape
                    if shape is not None and (size := shape[entry]) is not None and size < found.least:
                        first = max(first, n + 1)
                        break
        first = max(first, self.parted(rows, growth, start))
        multiplies = isinstance(layer.operation, op.Flatten | op.Reshape | op.Unfold)
        if multiplies and sum(step > 0 for step in (growth[0] or {}).values()) > 1:
            return 0, start  # a product of two growing sizes has no period
        self._enough(first, longer, length)
        if not _repeats(outcomes, first, longer):
            self.surprises.append(layer)
            return 0, start
        return longer, first

    def parted(self, rows: list[tuple[Map, ...]], growth: list[dict[int, int] | None], start: int) -> int:
        """From which n on of all joined sizes that do not grow equally one is larger for good."""
        found = start
        #: One place each of those that read the same.
        places = {tuple(map(id, column)): place for place, column in enumerate(zip(*rows, strict=True))}
        different = list(places.values())
        for number, place in enumerate(different):
            for other in different[:number]:
                one, two = growth[other] or {}, growth[place] or {}
                if one != two:
                    self.spend(len(rows))
                    found = max(found, _parted(rows, other, place, one, two, start))
        return found

    def _enough(self, start: int, period: int, length: int) -> None:
        if start + 2 * period > length + 1:
            raise TooShort(start + 2 * period)


#: Operations with one output that do the same to the sizes of a map whatever its channels, once these are right.
_PLAIN = (
    op.Convolution, op.TransposedConvolution, op.Pool, op.Subsampling, op.AdaptivePool, op.Upsample, op.Elementwise,
    op.ChannelNorm, op.PReLU, op.Parameters, op.ResizeLike,
)  # fmt: skip
#: Arguments of theirs that concern channels alone, or nothing but numbers that are trained.
_ABOUT_CHANNELS = frozenset(
    ("in_channels", "out_channels", "groups", "bias", "fan_in", "connections", "trained", "num_features",
     "num_parameters", "count", "affine")
)  # fmt: skip


def _parts(layer: Layer, always: Column) -> list[int | None]:
    """The channels of each output of a layer whose sizes have nothing to do with channels; none for others."""
    operation = layer.operation
    along = isinstance(operation, op.Concat | op.Split) and operation.dim == 1
    merged = isinstance(operation, op.Merge) and not operation.free
    if not layer.inputs or not (along or merged or isinstance(operation, _PLAIN)):
        return []
    (outputs,) = always.maps
    if any(not value.shape for value in outputs) or not (len(outputs) == 1 or isinstance(operation, op.Split)):
        return []
    return [value.shape[0] for value in outputs if value.shape]


def _does(operation: op.Operation) -> tuple[Any, ...]:
    """What an operation does to sizes."""
    return type(operation), *((name, value) for name, value in vars(operation).items() if name not in _ABOUT_CHANNELS)


def _aligned(operation: op.Merge | op.MatMul, row: tuple[Map, ...]) -> Iterator[Map]:
    """What a merge reads, without a batch axis as with one."""
    for value, shape in zip(row, aligned(operation, list(row)), strict=True):
        made = Map(shape, tail=value.tail)
        made.assumed = value.assumed
        yield made


def _transposed(value: Map) -> Map:
    """A map with its last two axes exchanged, so that what is multiplied by each other stands in one place."""
    shape = value.shape
    return value if shape is None or len(shape) < 2 else Map((*shape[:-2], shape[-1], shape[-2]))


def _common(columns: list[Column]) -> tuple[int, int]:
    """Period and start of several columns together."""
    return lcm(*(column.period for column in columns)), max((column.start for column in columns), default=1)


def _growth(maps: list[Map], start: int, period: int) -> dict[int, int] | None:
    """By how much each entry of a shape grows within a period; None if not always by as much."""
    found: dict[int, int] = {}
    for index in range(start - 1, start - 1 + period):
        shape, later = maps[index].shape, maps[index + period].shape
        if shape is None or later is None:
            continue
        if len(shape) != len(later):
            return None
        for entry, (size, larger) in enumerate(zip(shape, later, strict=True)):
            if size is not None and larger is not None and found.setdefault(entry, larger - size) != larger - size:
                return None
    return found


def _parted(
    rows: list[tuple[Map, ...]], one: int, other: int, steps: dict[int, int], others: dict[int, int], start: int
) -> int:
    """From which n on of two joined sizes that do not grow equally one is larger for good."""
    found = start
    for entry, step in steps.items():
        ahead = step - others.get(entry, step)
        if ahead == 0:
            continue
        for n in range(len(rows), start - 1, -1):
            shapes = rows[n - 1][one].shape, rows[n - 1][other].shape
            sizes = [shape[entry] if shape is not None and entry < len(shape) else None for shape in shapes]
            if sizes[0] is not None and sizes[1] is not None and (sizes[0] - sizes[1]) * ahead <= 0:
                found = max(found, n + 1)
                break
    return found


def _repeats(outcomes: list[Result], start: int, period: int) -> bool:
    """Whether the outcomes of two periods differ only by constants."""
    steps: dict[tuple[int, int], int] = {}
    for index in range(start - 1, start - 1 + period):
        result, later = outcomes[index], outcomes[index + period]
        if result.troubles != later.troubles or len(result.outputs) != len(later.outputs):
            return False
        for part, (value, other) in enumerate(zip(result.outputs, later.outputs, strict=True)):
            if value.shape is None or other.shape is None or value.tail != other.tail:
                if value is not other:
                    return False
                continue
            if len(value.shape) != len(other.shape):
                return False
            for entry, (size, larger) in enumerate(zip(value.shape, other.shape, strict=True)):
                if (size is None) != (larger is None):
                    return False
                if size is None or larger is None:
                    continue
                if steps.setdefault((part, entry), larger - size) != larger - size:
                    return False
    return True


_NOWHERE = Layer(0, None, "", op.Unknown(), (), NOWHERE)


def tabulate(
    network: Network, lines: list[Line], up_to: int, crops_follow: bool = False, memory: Memory | None = None
) -> Table:
    """The table of a network, as long as its period asks for; without one, up to a size."""
    length = _FIRST_LENGTH
    memory = memory or Memory()
    while length <= MAX_LENGTH:
        try:
            return Table(network, lines, length, crops_follow=crops_follow, memory=memory).run()
        except TooShort as short:
            length = max(2 * length, short.length)
        except Irregular:
            break
        except TooMuch:
            if length <= _LONG:
                raise
            # Too much for a period so long, but not for sizes one by one.
            break
    return Table(network, lines, up_to, patient=True, crops_follow=crops_follow, memory=memory).run()
