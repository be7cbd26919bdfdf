"""Lessons about layers that only move, add or remove cells."""

from __future__ import annotations

from math import floor, isfinite, prod

from convlint.explain.lesson import Lesson, not_known, shape_section, spread
from convlint.explain.windows import by_axis
from convlint.explain.words import Part, Section, size
from convlint.model import operations as op
from convlint.model.network import Shape
from convlint.model.window import quotient
from convlint.words.text import axes, joined, number, number_of, product


def flatten(operation: op.Flatten, lesson: Lesson) -> list[Section]:
    """Flatten."""
    shape, made = lesson.shape, lesson.made
    first, last = lesson.axis(operation.start_dim), lesson.axis(operation.end_dim)
    if shape is not None and made is not None and _is_batch(operation.start_dim, shape):
        return shape_section(
            f"The batch, axis 0, and all axes up to {operation.end_dim} become one; as the batch, it is not shown. "
            f"What is left: {size(made)}."
        )
    if shape is None or made is None or first is None or last is None or first > last:
        return not_known(lesson)
    if first == last:
        return shape_section("There is only one axis to flatten, so nothing changes.")
    factors = shape[first : last + 1]
    lead = f"{len(factors)} axes become one; the values stay as they are, in their order:"
    return shape_section(lead, [f"  {product(factors)} = {number(made[first])}"])


def _is_batch(dim: int, shape: Shape) -> bool:
    """Whether an axis that is counted with the batch is the batch."""
    return dim in (0, -1 - len(shape))


def unflatten(operation: op.Unflatten, lesson: Lesson) -> list[Section]:
    """Unflatten."""
    axis, shape = lesson.axis(operation.dim), lesson.shape
    total = shape[axis] if shape is not None and axis is not None else None
    return shape_section(*_filled(operation.sizes, total, f"Axis {operation.dim} (the batch is 0) becomes several"))


def reshape(operation: op.Reshape, lesson: Lesson) -> list[Section]:
    """Reshape."""
    shape = lesson.shape
    total = None if shape is None or None in shape else prod(shape)  # type: ignore[arg-type]
    return shape_section(*_filled(operation.shape, total, "The values stay as they are and get a new shape"))


def _filled(sizes: tuple[int, ...], total: int | None, lead: str) -> list[Part]:
    """A new shape, and how it holds the values that there are."""
    fixed: list[int] = [one for one in sizes if one != -1]
    if len(fixed) < len(sizes):
        parts: list[Part] = [f"{lead}: {joined(sizes)}, where -1 stands for what is left."]
        held: int = prod(fixed)
        if total is not None and held > 0:
            divisor = product(fixed) if len(fixed) < 2 else f"({product(fixed)})"
            parts.append([f"  {number(total)} / {divisor or 1} = {quotient(total, held)}"])
        return parts
    parts = [f"{lead}: {size(sizes)}."]
    if total is not None:
        held = prod(sizes)
        fits = "as many as come in" if held == total else f"but {number(total)} values come in: it does not fit"
        parts.append([f"  {product(sizes)} = {number(held)}, {fits}"])
    return parts


def permute(operation: op.Permute, lesson: Lesson) -> list[Section]:
    """Permute."""
    return shape_section(
        f"The axes change places: {joined(operation.dims)}, where 0 is the batch. {size(lesson.shape)} becomes "
        f"{size(lesson.made)}; the values move with them."
    )


def center_crop(operation: op.CenterCrop, lesson: Lesson) -> list[Section]:
    """CenterCrop."""
    shape = lesson.shape
    if shape is None:
        return not_known(lesson)
    texts = []
    for wanted, n in zip(spread(operation.size, len(shape) - 1), shape[1:], strict=False):
        if wanted is None or n is None:
            texts.append("stays" if wanted is None else f"{wanted}")
            continue
        less = n - wanted
        if less < 0:
            texts.append(f"{wanted} cells are wanted, but there are only {n}")
        elif less % 2:
            ends = "at one end" if less == 1 else "one more at one end than at the other"
            texts.append(f"{n} - {wanted} = {number_of(less, 'cell')} fewer, {ends}")
        else:
            texts.append(f"{n} - {wanted} = {less} cells fewer, {less // 2} at either end" if less else f"{n} stays")
    return shape_section("The middle of every map stays:", by_axis(texts, axes(len(shape) - 1)[: len(texts)]))


_FILLED_WITH = {
    "zeros": "all of them 0",
    "constant": "all of them with one value",
    "reflect": "as if the map were mirrored at its edge",
    "replicate": "all of them copies of the outermost cell",
    "circular": "as if the map went on with its other end",
}


def pad(operation: op.Pad, lesson: Lesson) -> list[Section]:
    """The padding layers."""
    shape, rank = lesson.shape, operation.rank
    if shape is None or len(shape) < rank:
        return not_known(lesson)
    texts = []
    for n, (before, after) in zip(shape[len(shape) - rank :], operation.padding, strict=True):
        known = ("?", "?") if n is None else (str(n), str(n + before + after))
        signs = ["-" if cells < 0 else "+" for cells in (before, after)]
        texts.append(f"{known[0]} {signs[0]} {abs(before)} before {signs[1]} {abs(after)} behind = {known[1]}")
    names = axes(max(rank, len(shape) - 1))[-rank:]
    cut = " (fewer than 0 are cut off)" if any(min(pair) < 0 for pair in operation.padding) else ""
    return shape_section(f"Cells are added at the ends{cut}, {_FILLED_WITH[operation.mode]}:", by_axis(texts, names))


_OF_ALL = {
    "mean": "their mean",
    "sum": "their sum",
    "amax": "the largest of them",
    "amin": "the smallest of them",
    "std": "their standard deviation",
    "var": "their variance",
}


def reduce(operation: op.Reduce, lesson: Lesson) -> list[Section]:
    """Mean, Sum, Amax, Amin, Std, Var."""
    places = [lesson.axis(dim) for dim in operation.dims]
    shape = lesson.shape
    if shape is None or lesson.made is None or None in places:
        return not_known(lesson)
    along = [shape[place] for place in places if place is not None]
    several = len(along) > 1
    count = product(along) if several else number(along[0])
    word, stay, gone = ("axes", "stay", "are") if several else ("axis", "stays", "is")
    left = f"{stay}, with size 1" if operation.keepdim else f"{gone} gone"
    return shape_section(
        f"All {count} values along {word} {joined(operation.dims)} (the batch is 0) become one, "
        f"{_OF_ALL[operation.kind]}. The {word} {left}: {size(shape)} becomes {size(lesson.made)}."
    )


def slice_(operation: op.Slice, lesson: Lesson) -> list[Section]:
    """Slice."""
    start, end = ("" if place is None else str(place) for place in (operation.start, operation.end))
    step = "" if operation.step == 1 else f":{operation.step}"
    return _taken(operation.dim, f"those that Python's `{start}:{end}{step}` takes", lesson)


def narrow(operation: op.Narrow, lesson: Lesson) -> list[Section]:
    """Narrow."""
    return _taken(operation.dim, f"{operation.length} from number {operation.start} on (the first is 0)", lesson)


def _taken(dim: int, which: str, lesson: Lesson) -> list[Section]:
    if lesson.shape is None or lesson.made is None or lesson.axis(dim) is None:
        return not_known(lesson)
    return shape_section(
        f"Of the cells along axis {dim} (the batch is 0) some are left, {which}: {size(lesson.shape)} becomes "
        f"{size(lesson.made)}."
    )


def flip(operation: op.Flip, lesson: Lesson) -> list[Section]:
    """Flip."""
    return shape_section(f"The cells are put in the opposite order{_along(operation.dims)}. The shape stays.")


def roll(operation: op.Roll, lesson: Lesson) -> list[Section]:
    """Roll."""
    shifts = joined(operation.shifts)
    return shape_section(
        f"The cells are moved by {shifts}{_along(operation.dims)}; what leaves at one end comes in at the other. The "
        "shape stays."
    )


def _along(dims: tuple[int, ...]) -> str:
    if not dims:
        return ""
    return f" along {'axes' if len(dims) > 1 else 'axis'} {joined(dims)} (the batch is 0)"


def upsample(operation: op.Upsample, lesson: Lesson) -> list[Section]:
    """Upsample."""
    shape = lesson.shape
    if shape is None or len(shape) < 2:
        return not_known(lesson)
    rank = len(shape) - 1
    texts = [str(wanted) for wanted in spread(operation.size or (), rank)]
    for n, factor in zip(shape[1:], spread(operation.scale_factor or (), rank), strict=False):
        if n is None or not isfinite(factor):
            texts.append("unknown")
            continue
        exact = n * factor
        rounded = "" if float(exact).is_integer() else f", rounded down: {floor(exact)}"
        texts.append(f"{n} * {_decimals(factor)} = {_decimals(exact)}{rounded}")
    way = f"what lies between the old cells is interpolated ({operation.mode})"
    if operation.mode in ("nearest", "nearest-exact"):
        way = "every new cell is a copy of the nearest old one"
    return shape_section(
        f"Every map by itself gets a new size; {way}:", by_axis(texts[:rank], axes(rank)[: len(texts)])
    )


def _decimals(value: float) -> str:
    """A number with as many decimals as it takes."""
    shown = quotient(*value.as_integer_ratio())
    return repr(value) if "/" in shown else shown


def resize_like(operation: op.ResizeLike, lesson: Lesson) -> list[Section]:
    """One map in the size of another."""
    return shape_section("The first input gets the size of the second, and keeps its own number of maps.")


def pixel_shuffle(operation: op.PixelShuffle, lesson: Lesson) -> list[Section]:
    """PixelShuffle, PixelUnshuffle."""
    shape, r = lesson.shape, operation.factor
    if shape is None or len(shape) < 3 or r < 1:
        return not_known(lesson)
    names = ("maps", "height", "width")
    if operation.down:
        lead = f"Every block of {r}x{r} cells is spread over {r * r} maps:"
        steps = [("*", r * r, f"{r}*{r}"), ("/", r, str(r)), ("/", r, str(r))]
    else:
        lead = (
            f"Every {r * r} maps are put together to one, in which they give a block of {r}x{r} cells for each old one:"
        )
        steps = [("/", r * r, f"({r}*{r})"), ("*", r, str(r)), ("*", r, str(r))]
    texts = []
    for n, (sign, by, shown) in zip(shape[-3:], steps, strict=True):
        value = "?" if n is None else str(n * by) if sign == "*" else quotient(n, by)
        texts.append(f"{number(n)} {sign} {shown} = {value}")
    return shape_section(lead, by_axis(texts, names))


def channel_shuffle(operation: op.ChannelShuffle, lesson: Lesson) -> list[Section]:
    """ChannelShuffle."""
    channels, groups = lesson.channels, operation.groups
    rows = "1 row" if groups == 1 else f"{groups} rows"
    if channels is not None and groups > 0:
        rows += f" of {channels}/{groups} = {quotient(channels, groups)}"
    return shape_section(
        f"The maps are written into {rows} and read column by column, so that the groups of the next layer read from "
        "all of these rows."
    )
