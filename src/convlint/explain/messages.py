"""What a framework says when it stops, as questions to the layers of a network: one pattern and one function a kind.

A pattern is read against one line at a time and takes time proportional to it. Its function gives the question: what
the message says, which layer it fits (``look``), and what would have to be so if it fits none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import prod
from typing import NamedTuple

from convlint.derive.state import Derived
from convlint.explain.words import size
from convlint.model import operations as op
from convlint.model.network import ListedRow, Shape
from convlint.model.window import effective_kernel
from convlint.words.text import many

#: So much of a text is looked at, from its end, and so much of a line.
MOST_TEXT, MOST_LINE = 65_536, 2_000
#: How well a layer fits: all numbers do; all but the channels of the network's own input; all but sizes do; nothing
#: contradicts it, and its inside is not known.
ALL, BUT_CHANNELS, BUT_SIZES, MAYBE = range(4)


class Seen(NamedTuple):
    """A layer, the outermost one that it is inside of (or itself), and how the framework lists that, where it does."""

    at: Derived
    top: Derived
    row: ListedRow | None


class Fit(NamedTuple):
    """How well a layer fits a message, and why; ``sizes`` are those of the input at which it would fit wholly."""

    level: int
    why: str
    sizes: tuple[int, ...] | None = None


class Message(NamedTuple):
    """A message that was recognised.

    ``text`` is it, ``says`` what it says in words of the field, ``needs`` what a layer that it comes from would be.
    ``quoted`` is what the page of a rule quotes that finds the same; ``name`` is what findings and layers call it.
    """

    text: str
    says: str
    needs: str
    look: Callable[[Seen], Fit | None]
    quoted: str = ""
    name: str = ""


def recognise(text: str) -> Message | None:
    """The last line of a text (a whole traceback, perhaps) that is known; None if none is."""
    lines = [line.strip()[:MOST_LINE] for line in text[-MOST_TEXT:].splitlines()]
    # A terminal may have broken one line into several.
    for line in (*reversed(lines), " ".join(lines)[-MOST_LINE:]):
        for pattern, read in KINDS:
            match = re.search(pattern, line) if line else None
            if match is not None:
                return read(match)
    return None


# Numbers ---------------------------------------------------------------------------------------------------------

_N = r"(\d{1,18})"
_LIST = r"\[([-\d, ]{1,400})\]"
_PARTS = r"\((\d[\d x]{0,400})\)"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number[:18]) for number in re.findall(r"-?\d+", text))


def _x(numbers: Sequence[int | None]) -> str:
    return "x".join(map(str, numbers))


def _read(seen: Seen, index: int = 0) -> Shape | None:
    """The shape of one of the inputs of a layer."""
    return seen.at.inputs[index].shape if index < len(seen.at.inputs) else None


def _reads_input(seen: Seen) -> bool:
    """Whether a layer reads the network's input, or is the first inside of one that does."""
    if len(seen.top.inputs) != 1 or not seen.at.inputs:
        return False
    given = seen.top.inputs[0]
    return given.made_by is None and given.shape is not None and seen.at.inputs[0].shape == given.shape


def _input_sizes(seen: Seen, index: int, wanted: Sequence[int]) -> tuple[int, ...] | None:
    """The sizes of the network's input at which an input of a layer has these, as far as strides tell."""
    jump = seen.at.inputs[index].jump
    if jump is None and index < len(seen.top.inputs):
        jump = seen.top.inputs[index].jump
    if jump is None or len(jump) != len(wanted):
        return None
    return tuple(step * number for step, number in zip(jump, wanted, strict=True))


def _arrives(seen: Seen, wanted: Sequence[int], why: str) -> Fit | None:
    """How well the map that a layer reads is the one that a message names, channels first."""
    shape = _read(seen)
    if shape is None:
        return Fit(MAYBE, f"{why}; what arrives there is not known")
    if shape == tuple(wanted):
        return Fit(ALL, f"{why}; it reads {size(shape)}")
    if len(shape) != len(wanted) or shape[0] not in (None, wanted[0]):
        return None
    return Fit(BUT_SIZES, f"{why}; it reads {size(shape)}", _input_sizes(seen, 0, wanted[1:]))


def _closed(seen: Seen, wanted: Sequence[int]) -> Fit | None:
    """A layer whose inside is not known, if it reads the map of a message, or one that it may average to that."""
    if not isinstance(seen.at.layer.operation, op.Opaque | op.Unknown) or seen.at is not seen.top:
        return None
    averaged = all(cells == 1 for cells in wanted[1:])
    for value in seen.at.inputs:
        shape = value.shape
        if shape is None or len(shape) != len(wanted) or shape[0] != wanted[0]:
            continue
        if shape == tuple(wanted):
            return Fit(MAYBE, f"it reads {size(shape)}, and its inside is not known")
        if averaged:
            return Fit(
                MAYBE, f"it reads {size(shape)}, and its inside, which may average that to {_x(wanted)}, is not known"
            )
    return None


# The kinds -------------------------------------------------------------------------------------------------------


def _convolution(match: re.Match[str]) -> Message:
    transposed, number = match[1] == "transposed", int(match[2])
    weight, arriving = _numbers(match[3]), _numbers(match[4])
    wanted, got = int(match[5]), int(match[6])
    read = arriving[1:] if len(arriving) == len(weight) else arriving
    what = "transposed convolution" if transposed else "convolution"
    kernels = f"weight {_x(weight)}" + (f" in {number} groups" if not transposed and number > 1 else "")

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        kind = op.TransposedConvolution if transposed else op.Convolution
        if not isinstance(operation, kind):
            return _closed(seen, read)
        shape = _read(seen)
        arrived = shape[0] if shape else None
        inputs = operation.in_channels if operation.in_channels is not None else arrived
        if inputs is None or (not transposed and operation.groups != number):
            return None
        sides = (inputs, operation.out_channels // max(1, operation.groups))
        if not transposed:
            sides = (operation.out_channels, inputs // max(1, operation.groups))
        if (*sides, *operation.kernel_size) != weight:
            return None
        if arrived == wanted and _reads_input(seen):
            why = f"it reads the network's input, which has {wanted} channels in the file; {got} were given"
            return Fit(BUT_CHANNELS, why)
        return _arrives(seen, read, f"it has this {kernels} and is made for {wanted} channels")

    return Message(
        match[0],
        f"A {what} with the {kernels} was made for {wanted} channels, and {got} arrive (a map of {_x(read)}).",
        f"a {what} with the {kernels} that reads {_x(read)}",
        look,
        "Given groups",
    )


def _concatenation(match: re.Match[str]) -> Message:
    dim, expected, got, number = (int(match[index]) for index in range(1, 5))

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        if not isinstance(operation, op.Concat):
            return None
        if number >= len(seen.at.inputs):
            return None
        first, other = _read(seen), _read(seen, number)
        if first is None or other is None:
            return Fit(MAYBE, "it puts maps together, and what arrives there is not known")
        if len(first) != len(other) or operation.dim not in (dim, dim - len(first) - 1):
            return None
        arrive = " and ".join(size(value.shape) for value in seen.at.inputs)
        pairs = [(one, two) for axis, (one, two) in enumerate(zip(first, other, strict=True), 1) if axis != dim]
        if (expected, got) in pairs:
            return Fit(ALL, f"it puts {arrive} together")
        for axis, (one, two) in enumerate(pairs, 1 if dim > 1 else 0):
            if one and two and one * got == two * expected and one != two:
                jump = seen.at.inputs[0].jump
                step = jump[axis] if jump and axis < len(jump) else None
                sizes = tuple(step * expected for _ in jump or ()) if step else None
                return Fit(BUT_SIZES, f"it puts {arrive} together", sizes)
        return None

    return Message(
        match[0],
        f"Maps are put together of which the first has the size {expected} and number {number} (from 0) has {got}.",
        f"a concatenation along dimension {dim} with the size {expected} in input 0 and {got} in input {number}",
        look,
        "Sizes of tensors must match",
    )  # fmt: skip


def _addition(match: re.Match[str]) -> Message:
    one, two, dim = int(match[1]), int(match[2]), int(match[3])

    def look(seen: Seen) -> Fit | None:
        if not dim:  # no layer changes the batch
            return None
        if not isinstance(seen.at.layer.operation, op.Merge):
            return _unlike(seen)
        shapes = [value.shape for value in seen.at.inputs]
        known = [shape for shape in shapes if shape is not None and 0 < dim <= len(shape)]
        sizes = [shape[dim - 1] for shape in known]
        arrive = " and ".join(map(size, shapes))
        if one in sizes and two in sizes:
            return Fit(ALL, f"it adds {arrive}")
        if len(known) < len(shapes):
            return Fit(MAYBE, f"it adds {arrive}")
        ratio = any(a and b and a != b and a * two == b * one for a in sizes for b in sizes)
        jump = seen.at.inputs[0].jump
        implied = tuple(step * one for step in jump) if jump and ratio and dim > 1 and sizes[0] != two else None
        return Fit(BUT_SIZES, f"it adds {arrive}", implied) if ratio and dim > 1 else None

    def _unlike(seen: Seen) -> Fit | None:
        shape = _read(seen)
        closed = isinstance(seen.at.layer.operation, op.Opaque | op.Unknown) and seen.at is seen.top
        fits = shape is not None and 0 < dim <= len(shape) and shape[dim - 1] in (one, two)
        return Fit(MAYBE, f"it reads {size(shape)}, and its inside is not known") if closed and fits else None

    return Message(
        match[0],
        f"Two maps are added (or multiplied) whose sizes along dimension {dim} are {one} and {two}.",
        f"an addition of maps with the sizes {one} and {two} along dimension {dim} (0 is the batch)",
        look,
        "must match the size of tensor b",
    )


def _dense(match: re.Match[str]) -> Message:
    rows, features, inputs, outputs = (int(match[index]) for index in range(1, 5))

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        if not isinstance(operation, op.Linear) or (operation.in_features, operation.out_features) != (inputs, outputs):
            return None
        shape = _read(seen)
        why = f"it takes {inputs} features and makes {outputs}"
        if shape is None or shape[-1] is None:
            return Fit(MAYBE, f"{why}; what arrives there is not known")
        if shape[-1] == features:
            return Fit(ALL, f"{why}; {features} arrive")
        return (
            Fit(BUT_SIZES, f"{why}; {shape[-1]} arrive")
            if shape[-1] != inputs
            else Fit(
                BUT_SIZES, f"{why}, and {inputs} arrive at the size that the file says: {features} would at another one"
            )
        )

    return Message(
        match[0],
        f"A dense layer from {inputs} to {outputs} features reads {features} (in {many(rows, 'row')}).",
        f"a Linear from {inputs} to {outputs} features at which {features} arrive",
        look,
        "mat1 and mat2",
    )


def _one_value(match: re.Match[str]) -> Message:
    arriving = _numbers(match[1])
    read = arriving[1:]

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        if not isinstance(operation, op.ChannelNorm) or operation.kind != "batch":
            return _closed(seen, read)
        return _arrives(seen, read, f"it normalises {read[0] if read else '?'} channels over batch and cells")

    return Message(
        match[0],
        f"A BatchNorm in training reads a map of {_x(read)} with a batch of {arriving[0]}: one value has no variance.",
        f"a BatchNorm that reads {_x(read)}; it comes with batches of one only, as the last one of an epoch can be",
        look,
        "Expected more than 1 value per channel",
    )


def _kernel(match: re.Match[str]) -> Message:
    padded, kernel = _numbers(match[1]), _numbers(match[2])

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        if not isinstance(operation, op.Convolution):
            return None
        own = tuple(map(effective_kernel, operation.kernel_size, operation.dilation))
        shape = _read(seen)
        if own != kernel:
            return None
        why = f"its kernel takes {_x(kernel)} cells"
        if shape is None or None in shape[1:]:
            return Fit(MAYBE, f"{why}; what arrives there is not known")
        around = [before + after for before, after in operation.padding]
        room = tuple((cells or 0) + more for cells, more in zip(shape[1:], around, strict=False))
        if room == padded:
            return Fit(
                ALL, f"{why}, and {_x(shape[1:])} arrive" + (f", {_x(room)} with padding" if any(around) else "")
            )
        bare = [cells - more for cells, more in zip(padded, around, strict=False)]
        sizes = _input_sizes(seen, 0, bare) if len(bare) == len(shape) - 1 and min(bare, default=0) > 0 else None
        return Fit(BUT_SIZES, f"{why}, and {_x(shape[1:])} arrive", sizes)

    return Message(
        match[0],
        f"A convolution whose kernel takes {_x(kernel)} cells reads a map that has {_x(padded)} with its padding.",
        f"a convolution with kernels of {_x(kernel)} that reads a map of {_x(padded)}, its padding included",
        look,
        "Kernel size can't be greater",
    )


def _pool(match: re.Match[str]) -> Message:
    arriving = _numbers(match[1])

    def look(seen: Seen) -> Fit | None:
        if not isinstance(seen.at.layer.operation, op.Pool):
            return None
        return _arrives(seen, arriving, f"its windows are {_x(seen.at.layer.operation.kernel_size)}")

    return Message(
        match[0],
        f"A pool reads a map of {_x(arriving)}, into which no window of it fits.",
        f"a pool that reads {_x(arriving)} with larger windows",
        look,
        "Output size is too small",
    )


def _reshape(match: re.Match[str]) -> Message:
    wanted, total = _numbers(match[1]), int(match[2])

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        if not isinstance(operation, op.Reshape):
            return None
        if operation.shape != wanted[1:]:
            return None
        shape = _read(seen)
        why = f"it makes {_x(operation.shape)} of its input"
        if shape is None or None in shape:
            return Fit(MAYBE, f"{why}; what arrives there is not known")
        cells = prod(cells or 0 for cells in shape)
        batch = max(1, wanted[0]) if wanted else 1
        fits = cells and total == cells * batch
        return Fit(ALL if fits else BUT_SIZES, f"{why}; {size(shape)} arrive, {cells} numbers")

    return Message(
        match[0],
        f"{total} numbers are to become {_x(wanted)}, the batch first, and do not.",
        f"a reshape to {_x(wanted[1:])} at which {total} numbers arrive (times the batch)",
        look,
        "is invalid for input of size",
    )


def _statistics(match: re.Match[str]) -> Message:
    arrive, own = int(match[1]), int(match[2])

    def look(seen: Seen) -> Fit | None:
        operation = seen.at.layer.operation
        if not isinstance(operation, op.ChannelNorm) or operation.num_features != own:
            return None
        shape = _read(seen)
        why = f"it normalises {own} channels"
        if shape is None or shape[0] is None:
            return Fit(MAYBE, f"{why}; what arrives there is not known")
        return Fit(ALL, f"{why}, and {arrive} arrive") if shape[0] == arrive else None

    return Message(
        match[0],
        f"A BatchNorm (or InstanceNorm) was made for {own} channels, and {arrive} arrive.",
        f"a BatchNorm of {own} channels at which {arrive} arrive",
        look,
        "running_mean should contain",
    )


def _called(seen: Seen, name: str) -> bool:
    return bool(name) and seen.at is seen.top and seen.at.layer.type.rpartition(".")[2] == name


def _arguments(match: re.Match[str]) -> Message:
    name, given = match["name"] or "", int(match["given"])
    inside, most = match["method"] != "__init__", int(match["most"])

    def look(seen: Seen) -> Fit | None:
        if seen.at is not seen.top or (name and not _called(seen, name)):
            return None
        if inside:
            read = len(seen.at.inputs) + 1
            fits = name and read == given
            return Fit(ALL if fits else MAYBE, f"it reads {read - 1} maps") if name else None
        count = len(seen.row.arguments) + 1 if seen.row is not None and seen.row.arguments is not None else None
        if count == given:
            return Fit(ALL, f"it is built with {given - 1} arguments, and `self` before them makes {given}")
        return Fit(MAYBE, "it is of that class") if name else None

    what = f"`{name}`" if name else "A class"
    method = "is called" if inside else "is built"
    return Message(
        match[0],
        f"{what} {method} with {given - 1} arguments besides `self`, which is counted; it takes at most {most - 1}.",
        f"a layer {f'of the class {name} ' if name else ''}that gets {given - 1} arguments, those that frameworks add "
        "before them included",
        look,
        "positional argument",
        name,
    )  # fmt: skip


def _missing(match: re.Match[str]) -> Message:
    name = match["name"] or ""
    return Message(
        match[0],
        f"{f'`{name}`' if name else 'A class'} is built without arguments that it needs.",
        f"a layer {f'of the class {name} ' if name else ''}with too few arguments",
        lambda seen: Fit(MAYBE, "it is of that class") if _called(seen, name) else None,
        "missing 1 required positional argument",
        name,
    )


def _no_name(match: re.Match[str]) -> Message:
    name = match[1].rpartition(".")[2]
    return Message(
        match[0],
        f"The framework looks for `{match[1]}` and has no such name.",
        f"a layer of the type `{name}`, or a key `{name}` that is missing",
        lambda seen: Fit(ALL, "it is of that type") if _called(seen, name) else None,
        "",
        name,
    )


def _index(match: re.Match[str]) -> Message:
    return Message(
        match[0],
        "A list is asked for an item that it does not have: mostly, a layer reads another by a number that is none.",
        "a layer that reads another by a number that does not exist, or not yet; a list of scales, anchors or "
        "arguments that is too short does the same",
        lambda seen: None,
        "list index out of range",
    )  # fmt: skip


def _unpack(match: re.Match[str]) -> Message:
    expected, got = int(match["expected"]), int(match["got"]) if match["got"] else None
    have = f"has {got}" if got is not None else "has more"

    def look(seen: Seen) -> Fit | None:
        shape = _read(seen)
        closed = isinstance(seen.at.layer.operation, op.Opaque | op.Unknown) and seen.at is seen.top
        if not closed or shape is None or len(shape) + 1 == expected or got not in (None, len(shape) + 1):
            return None
        return Fit(MAYBE, f"it reads {size(shape)}, {len(shape) + 1} sizes with the batch, and its inside is not known")

    return Message(
        match[0],
        f"Something that is taken apart into {expected} values {have}: a row of the file, or the shape of a map.",
        f"a row that {have} where there must be {expected} values, or a module that takes the shape of its map apart",
        look,
        "values to unpack",
    )


def _plain(match: re.Match[str]) -> Message:
    return Message(
        match[0],
        "It holds no numbers by which a layer could be found.",
        "one that a rule of convlint finds; the pages of the rules quote such messages",
        lambda seen: None,
        match[0],
    )


#: Patterns with what reads them; the first that is found in a line counts.
KINDS: tuple[tuple[str, Callable[[re.Match[str]], Message]], ...] = (
    (
        rf"Given (groups|transposed)={_N}, weight of size {_LIST}, expected input ?{_LIST} to have {_N} channels, "
        rf"but got {_N} channels",
        _convolution,
    ),
    (
        rf"Sizes of tensors must match except in dimension {_N}\. Expected size {_N} but got size {_N} for tensor "
        rf"number {_N}",
        _concatenation,
    ),
    (
        rf"Sizes of tensors must match except in dimension {_N}\. Got {_N} and {_N} in dimension \d{{1,3}} "
        rf"\(The offending index is {_N}\)",
        _concatenation,
    ),
    (
        rf"size of tensor a \({_N}\) must match the size of tensor b \({_N}\) at non-singleton dimension {_N}",
        _addition,
    ),
    (rf"mat1 and mat2 shapes cannot be multiplied \({_N}x{_N} and {_N}x{_N}\)", _dense),
    (rf"Expected more than 1 value per channel when training, got input size (?:torch\.Size\()?{_LIST}\)?", _one_value),
    (rf"Calculated padded input size per channel: {_PARTS}\. Kernel size: {_PARTS}\.", _kernel),
    (rf"Given input size: {_PARTS}\. Calculated output size: {_PARTS}\. Output size is too small", _pool),
    (rf"shape '{_LIST}' is invalid for input of size {_N}", _reshape),
    (rf"running_(?:mean|var) should contain {_N} elements not {_N}", _statistics),
    (
        r"(?:(?P<name>\w{1,80})\.)?(?P<method>__init__|forward)\(\) takes (?:from \d{1,3} to )?(?P<most>\d{1,3}) "
        r"positional arguments? but (?P<given>\d{1,3}) (?:was|were) given",
        _arguments,
    ),
    (r"(?:(?P<name>\w{1,80})\.)?__init__\(\) missing \d{1,3} required positional argument", _missing),
    (r"KeyError: '([\w.]{1,80})'", _no_name),
    (r"name '([\w.]{1,80})' is not defined", _no_name),
    (r"has no attribute '([\w.]{1,80})'", _no_name),
    (r"list index out of range", _index),
    (r"not enough values to unpack \(expected (?:at least )?(?P<expected>\d{1,3}), got (?P<got>\d{1,3})\)", _unpack),
    (
        r"must be divisible by (?:num_)?(?:groups|heads)|'int' object is not iterable|list indices must be integers or "
        r"slices|stack expects each tensor to be equal size|only one of size or scale_factor should be defined",
        _plain,
    ),
    (r"too many values to unpack \(expected (?P<expected>\d{1,3})(?:, got (?P<got>\d{1,3}))?\)", _unpack),
)
