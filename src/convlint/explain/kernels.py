"""How kernels are counted: 2-D, 3-D, 4-D, and how the three hang together.

The question that this answers was asked about LeCun and Ranzato's figure: 64 kernels give 64 feature maps in the first
layer, so why do 4096 kernels give 256 maps in the third?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import prod

from convlint.derive.state import Derivation, Derived
from convlint.explain.words import Part, Places, Section, size
from convlint.model import operations as op
from convlint.model.window import quotient
from convlint.words.text import joined, number, number_of


def kernels_section(at: Derived, places: Places, derivation: Derivation) -> Section:
    """The kernels of a convolution."""
    operation = at.layer.operation
    assert isinstance(operation, op.Convolution)
    maps, pairs = operation.out_channels, at.kernels_2d
    if pairs is None or maps < 1:
        return Section("Kernels", f"How many there are cannot be said, for {_why_uncounted(at, places)}.")
    parts = [_wiring(at, operation, places), *_one_map(operation, pairs)]
    parts += _comparison(at, pairs, places, derivation)
    parts += _three_counts(at, operation, pairs)
    parts += _claims(at, pairs, maps, derivation)
    parts += _in_pytorch(at, operation)
    return Section("Kernels", *parts, loose=True)


def channels_in(at: Derived) -> int | None:
    """Input maps that a convolution goes by: written, else those that arrive."""
    operation = at.layer.operation
    assert isinstance(operation, op.Convolution | op.TransposedConvolution)
    shape = at.inputs[0].shape if at.inputs else None
    return operation.in_channels if operation.in_channels is not None else (shape[0] if shape else None)


def _why_uncounted(at: Derived, places: Places) -> str:
    """Why nobody can say how many kernels a convolution has."""
    operation, channels = at.layer.operation, channels_in(at)
    assert isinstance(operation, op.Convolution | op.TransposedConvolution)
    groups = operation.groups
    fan_in = operation.fan_in if isinstance(operation, op.Convolution) else None
    least = {"out_channels": operation.out_channels, "in_channels": channels, "groups": groups, "fan_in": fan_in}
    for name, value in least.items():
        if value is not None and value < 1:
            return f"{places.argument(at, name, value)} is less than 1"
    if isinstance(operation, op.Convolution) and operation.connections is not None:
        return "the table `connections` does not fit the maps"
    if channels is None:
        return "the number of input maps is not known"
    if fan_in is not None:
        if fan_in <= channels:
            return "it is not known how many input maps there are to choose from"
        return f"no map can read {fan_in} of {number_of(channels, 'input map')}"
    for count, noun in ((channels, "input"), (operation.out_channels, "output")):
        if count % groups:
            parts = f"{count}/{groups} = {quotient(count, groups)}"
            return f"{number_of(count, f'{noun} map')} cannot be cut into {groups} equal groups: {parts}"
    return "the number of input maps is in doubt"


def kernel_noun(operation: op.Convolution | op.TransposedConvolution) -> str:
    """``9x9 kernel``, with its article."""
    kernel = size(operation.kernel_size)
    if operation.rank == 1:
        return f"a kernel of {kernel}"
    article = "an" if kernel.startswith(("8", "11x", "18x")) else "a"
    return f"{article} {kernel} kernel"


def _reads(at: Derived) -> list[int]:
    """How many input maps the output maps read: the smallest and the largest number, or the one for all."""
    operation = at.layer.operation
    assert isinstance(operation, op.Convolution) and at.kernels_2d is not None
    if operation.connections is not None:
        lengths = {len(row) for row in operation.connections}
        return sorted({min(lengths), max(lengths)})
    return [at.kernels_2d // operation.out_channels]


def _range(numbers: list[int]) -> str:
    return " to ".join(map(str, numbers))


def _wiring(at: Derived, operation: op.Convolution, places: Places) -> str:
    """Which input maps an output map reads."""
    maps, channels, groups = operation.out_channels, channels_in(at), operation.groups
    inputs = number_of(channels, "input map") if channels is not None else "the input maps"
    written = places.argument(at, "out_channels", maps)
    made = f"{number_of(maps, 'output map')} {'is' if maps == 1 else 'are'} made ({written}) from {inputs}"
    each = "it" if maps == 1 else "each of them"
    if operation.connections is not None:
        lengths = sorted(Counter(map(len, operation.connections)).items())
        rows = joined([f"{count} {'reads' if count == 1 else 'read'} {length}" for length, count in lengths])
        total = " + ".join(f"{count}*{length}" for length, count in lengths)
        return (
            f"{made}, and the table `connections` says for each of them which input maps it reads: {rows}. That makes "
            f"{total} = {at.kernels_2d} pairs of an output map and an input map that it reads."
        )
    if operation.fan_in is not None:
        return (
            f"{made}, and {each} reads {operation.fan_in} of these ({places.argument(at, 'fan_in', operation.fan_in)})."
        )
    if channels == 1 or channels is None:
        return f"{made}."
    if groups == 1:
        return f"{made}, and {each} reads all {channels}."
    cut = places.argument(at, "groups", groups)
    if groups == channels:
        kind = "a depthwise convolution"
        if maps > groups:
            kind += f" with {maps // groups} output maps for each input map"
        return f"{made}, and each of them reads one of these only ({cut}): {kind}."
    part = f"{number_of(channels // groups, 'input map')} and {number_of(maps // groups, 'output map')}"
    return (
        f"{made}. {cut} cuts both into {groups} parts of {part}, and an output map reads the "
        f"{channels // groups} input maps of its own part."
    )


def _one_map(operation: op.Convolution, pairs: int) -> list[Part]:
    """How one output map comes about."""
    table_ = operation.connections
    count = pairs // operation.out_channels if table_ is None else len(table_[0])
    noun = kernel_noun(operation)
    called = ", called 2-D because it slides over one map in two directions" if operation.rank == 2 else ""
    if count == 1 and table_ is None:
        return [f"An output map has one kernel for the one input map that it reads: {noun}{called}."]
    lead = (
        f"For every input map that it reads, an output map has a kernel of its own: {noun}{called}. What the kernels "
        "give is added up, cell by cell, and only this sum is the output map"
    )
    lead += ":" if table_ is None else f". The first one reads the input maps {joined(table_[0])}:"
    shown = [f"  input map  *  {noun.split(' ', 1)[1]}"] * min(3, count)
    if count > 3:
        shown[2] = "  ..."
    widest = max(map(len, shown))
    middle = len(shown) // 2
    ends = {1: ["-"], 2: ["\\", "/"], 3: ["\\", " >", "/"]}[len(shown)]
    shown = [f"{line.ljust(widest)}  {end}" for line, end in zip(shown, ends, strict=True)]
    bias = ", plus a bias" if operation.bias else ""
    shown[middle] = f"{shown[middle].ljust(widest + 5)} {count} of these, added up{bias}  =  1 output map"
    return [lead, shown]


def _convolutions(layers: list[Derived]) -> Iterator[Derived]:
    for derived in layers:
        if isinstance(derived.layer.operation, op.Convolution) and derived.kernels_2d is not None:
            yield derived
        if derived.written_out:
            yield from _convolutions(derived.children)


def _comparison(at: Derived, pairs: int, places: Places, derivation: Derivation) -> list[Part]:
    """The product that gives the 2-D kernels, beside that of the first convolution that differs in it."""
    rows = [one for one in _convolutions(derivation.layers) if one is at or _reads(one) != _reads(at)]
    # The first convolution of the network is the one that people know; of the others the next will do.
    shown = [one for one in rows if one is at or one is next((row for row in rows if row is not at), None)] or [at]
    lines = []
    for one in shown:
        operation = one.layer.operation
        assert isinstance(operation, op.Convolution)
        name = one.name or f"line {places.line(one.layer)}"
        lines.append([name, number(operation.out_channels), _range(_reads(one)), number(one.kernels_2d)])
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    found: list[Part] = [
        "So the number of maps is one thing and the number of 2-D kernels is another. There is one for each pair of an "
        "output map and an input map that it reads:",
        [
            f"  {name.ljust(widths[0])}   {maps.rjust(widths[1])} {'map ' if maps == '1' else 'maps'} x "
            f"{reads.rjust(widths[2])} {'input ' if reads == '1' else 'inputs'} each = {kernels.rjust(widths[3])} "
            f"2-D kernel{'' if kernels == '1' else 's'}"
            for name, maps, reads, kernels in lines
        ],
    ]
    moral = [_moral(at, [one for one in shown if one is not at], places), _if_all(at, pairs)]
    return [*found, *([" ".join(filter(None, moral))] if any(moral) else [])]


def _moral(at: Derived, others: list[Derived], places: Places) -> str:
    """What the rows of the comparison say."""
    if not others:
        return ""
    other = others[0]
    single = next((one for one in (other, at) if _reads(one) == [1]), None)
    if single is None:
        few, more = sorted((other, at), key=lambda one: _reads(one)[-1])
        return (
            f"{_first(_in(few, at, places))} it takes {_range(_reads(few))} kernels to make a map, "
            f"{_in(more, at, places)} {_range(_reads(more))}."
        )
    several = at if single is other else other
    operation = several.layer.operation
    assert isinstance(operation, op.Convolution) and several.kernels_2d is not None
    channels = channels_in(single)
    why = "there is only one input map" if channels == 1 else "each map reads only one input map"
    takes = _range(_reads(several))
    division = f"{number(several.kernels_2d)}/{takes} = " if len(_reads(several)) == 1 else ""
    return (
        f"{_first(_in(single, at, places))} {why}, so one kernel makes one map, and the two numbers agree. "
        f"{_first(_in(several, at, places))} it takes {takes} kernels to make one map, so the "
        f"{number(several.kernels_2d)} kernels make {division}{number(operation.out_channels)} maps."
    )


def _first(words: str) -> str:
    """Words at the beginning of a sentence; names keep their letters."""
    return words[:1].upper() + words[1:]


def _in(one: Derived, at: Derived, places: Places) -> str:
    if one.name is not None:
        return f"in {one.name}"
    return "here" if one is at else f"in line {places.line(one.layer)}"


def _if_all(at: Derived, pairs: int) -> str:
    """The count for full connection, where there is none."""
    operation, channels = at.layer.operation, channels_in(at)
    assert isinstance(operation, op.Convolution)
    maps = operation.out_channels
    if channels is None or pairs == maps * channels:
        return ""
    return (
        f"If every map read all {channels} inputs, there would be {number(maps)} x {number(channels)} = "
        f"{number(maps * channels)} 2-D kernels, for the same {maps} maps."
    )


def _rows(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        f"  {kind.ljust(widths[0])}   {count.rjust(widths[1])} {of.ljust(widths[2])}   {words}"
        for kind, count, of, words in rows
    ]


def _three_counts(at: Derived, operation: op.Convolution, pairs: int) -> list[Part]:
    """The same weights as 2-D kernels, 3-D kernels, and one tensor."""
    maps, kernel, cells = operation.out_channels, size(operation.kernel_size), prod(operation.kernel_size)
    reads = _range(_reads(at))
    block = f"of {reads}x{kernel}" if at.weight is not None else f"of {kernel}, {reads} deep"
    inside = f"its {reads} 2-D kernels in one block" if reads != "1" else "a block that is one kernel deep"
    rows = [
        ["2-D kernels", number(pairs), f"of {kernel}", "one for each of these pairs"],
        ["3-D kernels", number(maps), block, f"one for each output map: {inside}"],
    ]
    if at.weight is not None:
        words = "all of them in one"
        if _has_groups(at, operation):
            words += ": the shape of PyTorch's `weight`"
        rows.append(["4-D tensor", "1", f"of {size(at.weight)}", words])
    lines = _rows(rows)
    found: list[Part] = ["The same weights are counted in three ways:", lines]
    if at.weight is None:
        lead = "There is no 4-D tensor without gaps, because not all maps read equally many."
        channels = channels_in(at)
        if channels is not None:
            lead += f" PyTorch would take one of {maps}x{channels}x{kernel}, with zeros where nothing is connected."
        found.append(lead)
    else:
        weights, each = number(pairs * cells), pairs * cells // maps
        lines += [
            "",
            f"  {number(pairs)} x {number(cells)} = {number(maps)} x {number(each)} = {weights} weights",
        ]
    if operation.rank != 2:
        what = f"{kernel} long" if operation.rank == 1 else f"blocks of {kernel}"
        found.append(
            "(The names come from networks with two axes. Here already the 2-D kernels are "
            f"{what}; the counts are the same.)"
        )
    return found


def _claims(at: Derived, pairs: int, maps: int, derivation: Derivation) -> list[Part]:
    """Which of the counts the file itself writes."""
    found: list[Part] = []
    for claim in at.layer.claims:
        if claim.kind not in ("kernels", "kernels_2d", "kernels_3d"):
            continue
        convention = claim.kind[-2:] if claim.kind != "kernels" else derivation.network.kernel_convention
        counts = {"2d": pairs, "3d": maps}
        right = [key for key, count in counts.items() if count == claim.value and convention in (None, key)]
        name = f"`{claim.kind}: {claim.value}` in the file"
        if not right:
            wanted = f"the number of {convention[0]}-D kernels" if convention is not None else "any of these numbers"
            found.append(f"{name} is not {wanted}.")
            continue
        text = f"{name} counts {joined([f'{key[0]}-D' for key in right], 'or')} kernels"
        other = "3d" if right == ["2d"] else "2d"
        if len(right) == 1 and counts[other] != claim.value:
            text += (
                f". Others say that this layer has {counts[other]}: they count {other[0]}-D kernels, and mean the same"
            )
        found.append(f"{text}.")
    return found


def _has_groups(at: Derived, operation: op.Convolution) -> bool:
    """Whether some number of groups gives a weight of the same shape."""
    channels, fan_in = channels_in(at), operation.fan_in
    if operation.connections is not None:
        return at.weight is not None and at.weight[1] == channels
    if fan_in is None:
        return True
    return channels is not None and channels % fan_in == 0 and operation.out_channels % (channels // fan_in) == 0


def _in_pytorch(at: Derived, operation: op.Convolution) -> list[Part]:
    """How PyTorch would write a layer with a fan-in or a table."""
    fan_in, maps, channels = operation.fan_in, operation.out_channels, channels_in(at)
    if channels is None or at.weight is None or at.weight[1] == channels:
        return []
    full = size((maps, channels, *operation.kernel_size))
    if operation.connections is not None:
        return [f"PyTorch has no tables. There it is a weight of {full} with zeros where nothing is connected."]
    if fan_in is None:
        return []
    groups = channels // fan_in
    if _has_groups(at, operation):
        text = (
            f"PyTorch has no `fan_in`. Its `groups={groups}` gives a weight of the same shape, but {maps // groups} "
            f"neighbouring output maps then read the same {fan_in} input maps."
        )
        return [f"{text} Any other choice of {fan_in} is a weight of {full} with zeros where nothing is connected."]
    return [f"PyTorch has no `fan_in`. There it is a weight of {full} with zeros where nothing is connected."]


def transposed_kernels_section(at: Derived, places: Places) -> Section:
    """The kernels of a transposed convolution."""
    operation = at.layer.operation
    assert isinstance(operation, op.TransposedConvolution)
    maps, pairs, channels = operation.out_channels, at.kernels_2d, channels_in(at)
    if pairs is None or channels is None:
        return Section("Kernels", f"How many there are cannot be said, for {_why_uncounted(at, places)}.")
    each = pairs // maps
    kernel = size(operation.kernel_size)
    cut, written = (places.argument(at, *pair) for pair in (("groups", operation.groups), ("out_channels", maps)))
    reads = f"all {channels}" if operation.groups == 1 else f"the {each} of its own part ({cut})"
    lead = (
        f"{number_of(maps, 'output map')} {'is' if maps == 1 else 'are'} made ({written}) from "
        f"{number_of(channels, 'input map')}, and {'it' if maps == 1 else 'each of them'} reads {reads}, with "
        f"{kernel_noun(operation)} for each."
    )
    rows = [
        [
            "2-D kernels",
            number(pairs),
            f"of {kernel}",
            f"one for each pair: {maps} maps x {number_of(each, 'input')} each",
        ],
        ["3-D kernels", number(maps), f"of {each}x{kernel}", "one for each output map"],
        ["4-D tensor", "1", f"of {size(at.weight)}", "PyTorch's `weight`, which puts the input maps first here"],
    ]
    return Section("Kernels", lead, _rows(rows), loose=True)
