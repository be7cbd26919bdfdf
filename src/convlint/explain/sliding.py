"""Lessons about windows: convolutions, pools, unfolding."""

from __future__ import annotations

from math import prod
from typing import Any

from convlint.explain.counts import convolution_macs, convolution_parameters, field_section, no_field
from convlint.explain.kernels import kernels_section, transposed_kernels_section
from convlint.explain.lesson import Lesson, no_parameters, spread
from convlint.explain.windows import by_axis, transposed_section, window_section
from convlint.explain.words import Section
from convlint.model import operations as op
from convlint.words.text import axes, joined, number_of

_IMPOSSIBLE = "None: kernel, stride and dilation must be at least 1."


def convolution(operation: op.Convolution, lesson: Lesson) -> list[Section]:
    """Conv1d, Conv2d, Conv3d."""
    at = lesson.at
    return [
        _size(operation, operation.padding, lesson, "kernel", operation.padding_word),
        kernels_section(at, lesson.places, lesson.derivation),
        convolution_parameters(at),
        convolution_macs(at),
        _field(lesson, operation.kernel_size, operation.dilation, operation.stride),
    ]


def _field(lesson: Lesson, kernel_size: tuple[int, ...], dilation: tuple[int, ...], stride: tuple[int, ...]) -> Section:
    return field_section(lesson.at, kernel_size, dilation, stride) or no_field(lesson.at)


def _size(
    operation: op.Convolution | op.Pool, padding: Any, lesson: Lesson, what: str, word: str | None = None
) -> Section:
    if min(*operation.kernel_size, *operation.stride, *operation.dilation) < 1:
        return Section("Size", _IMPOSSIBLE)
    if word == "same" and max(operation.stride) > 1:
        return Section("Size", "None: `padding: same` is refused together with a stride.")
    ceil = isinstance(operation, op.Pool) and operation.ceil_mode
    kernel_size, stride, dilation = operation.kernel_size, operation.stride, operation.dilation
    tail = lesson.at.inputs[0].tail
    sizes = lesson.spatial(operation.rank)
    return window_section(
        sizes, kernel_size, stride, padding, dilation, ceil, tail, what, word, truncates=operation.truncates
    )


def transposed(operation: op.TransposedConvolution, lesson: Lesson) -> list[Section]:
    """ConvTranspose1d, ConvTranspose2d, ConvTranspose3d."""
    at = lesson.at
    if min(*operation.kernel_size, *operation.stride, *operation.dilation) < 1:
        return [Section("Size", _IMPOSSIBLE)]
    return [
        transposed_section(operation, lesson.spatial(operation.rank)),
        transposed_kernels_section(at, lesson.places),
        convolution_parameters(at),
        convolution_macs(at),
        _field(lesson, operation.kernel_size, operation.dilation, operation.stride),
    ]


def pool(operation: op.Pool, lesson: Lesson) -> list[Section]:
    """MaxPool, AvgPool, LPPool."""
    takes = {"max": "the largest value", "average": "the average", "lp": "the p-norm"}[operation.kind]
    return [
        _size(operation, operation.padding, lesson, "window"),
        _each_map(lesson, takes),
        _field(lesson, operation.kernel_size, operation.dilation, operation.stride),
    ]


def _each_map(lesson: Lesson, takes: str) -> Section:
    channels = lesson.channels
    maps = (
        f"{number_of(channels, 'map')} in, {channels} out" if channels is not None else "as many maps come out as go in"
    )
    return Section(
        "Maps",
        f"It takes {takes} of each window, in every map by itself: {maps}. There is nothing to learn, so there are no "
        "kernels and no parameters.",
    )


def subsampling(operation: op.Subsampling, lesson: Lesson) -> list[Section]:
    """LeNet-5's sub-sampling."""
    shape, channels = lesson.shape, lesson.channels
    rank = max(1, len(shape) - 1) if shape is not None else len(operation.kernel_size)
    kernel_size, stride = spread(operation.kernel_size, rank), spread(operation.stride, rank)
    if len(kernel_size) != rank or len(stride) != rank or min(*kernel_size, *stride) < 1:
        return [Section("Size", _IMPOSSIBLE)]
    ones = (1,) * rank
    found = [
        window_section(lesson.spatial(rank), kernel_size, stride, ((0, 0),) * rank, ones, what="window"),
        Section(
            "Maps",
            "As LeNet-5 did it: the values of a window are added up, the sum is multiplied by a trainable coefficient, "
            "and a trainable bias is added. Every map has two numbers of its own, and stays by itself.",
        ),
    ]
    if channels is not None:
        found.append(Section("Parameters", [f"  {channels} maps x 2 = {2 * channels}"]))
    return [*found, _field(lesson, kernel_size, ones, stride)]


def adaptive_pool(operation: op.AdaptivePool, lesson: Lesson) -> list[Section]:
    """AdaptiveAvgPool, AdaptiveMaxPool."""
    rank, wanted_sizes = operation.rank, operation.output_size
    sizes = lesson.spatial(rank)
    texts = []
    for wanted, n in zip(wanted_sizes, sizes, strict=True):
        if wanted is None:
            texts.append(f"null keeps the {n}" if n is not None else "null keeps the size")
        elif n is None or wanted < 1:
            texts.append(f"{wanted}, whatever comes in")
        elif n % wanted == 0:
            texts.append(f"{n} -> {wanted}: windows of {n}/{wanted} = {n // wanted}, side by side")
        else:
            lengths = sorted({-(-(i + 1) * n // wanted) - i * n // wanted for i in range(min(wanted, 1000))})
            texts.append(f"{n} -> {wanted}: windows of {joined(lengths, 'or')}, which overlap or repeat cells")
    lead = (
        "The output size is given, and the windows are chosen to fit: of o windows over n cells, number i (from 0) "
        "reads from floor(i*n/o) up to ceil((i + 1)*n/o)."
    )
    found = [Section("Size", lead, by_axis(texts, axes(rank)))]
    found.append(_each_map(lesson, "the largest value" if operation.kind == "max" else "the average"))
    kernels = [n // o for n, o in zip(sizes, wanted_sizes, strict=True) if n is not None and o]
    if lesson.at.output.field is not None and len(kernels) == rank:
        found.append(_field(lesson, tuple(kernels), (1,) * rank, tuple(kernels)))
    return found


def unfold(operation: op.Unfold, lesson: Lesson) -> list[Section]:
    """Unfold."""
    if min(*operation.kernel_size, *operation.stride, *operation.dilation) < 1:
        return [Section("Size", _IMPOSSIBLE)]
    padding = tuple((cells, cells) for cells in operation.padding)
    kernel_size, stride, dilation = operation.kernel_size, operation.stride, operation.dilation
    found = window_section(lesson.spatial(2), kernel_size, stride, padding, dilation, what="window")
    shape, made = lesson.shape, lesson.made
    if shape is not None and made is not None and None not in (*shape, *made):
        column = f"{shape[0]} maps x {prod(kernel_size)} cells = {made[0]} numbers"
        found.parts.append(f"Each window becomes a column of {column}, and there are {made[1]} columns.")
    return [found, no_parameters()]


def fold(operation: op.Fold, lesson: Lesson) -> list[Section]:
    """Fold."""
    kernel_size, stride, dilation = operation.kernel_size, operation.stride, operation.dilation
    if min(*kernel_size, *stride, *dilation, *operation.output_size) < 1:
        return [Section("Size", _IMPOSSIBLE)]
    padding = tuple((cells, cells) for cells in operation.padding)
    found = window_section(operation.output_size, kernel_size, stride, padding, dilation, what="window", writes=True)
    lead = (
        "Every column is put back into a map as a window, and windows are added up where they overlap. A map of the "
        "wanted size has this many windows, and so many columns must come in:"
    )
    found.parts.insert(0, lead)
    return [found, no_parameters()]
