"""Darknet's own book-keeping while it reads a file: what every layer makes, in its integer arithmetic.

It decides what Darknet decides while reading (whether a head fits, whether a shortcut meets its source), and tells
which layer was meant by a wrong number. The shapes that are shown and judged are derived like those of any network.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from convlint.formats.darknet.keys import ALEXEYAB, PJREDDIE
from convlint.formats.darknet.reading import Section

#: The layers that every layer reads by number.
Reads: TypeAlias = list[list[int]]


class Made(NamedTuple):
    """Channels, height and width, all 0 where Darknet keeps no map, and how many numbers these are; None is unknown."""

    channels: int | None
    height: int | None
    width: int | None
    amount: int | None

    @property
    def is_map(self) -> bool:
        """Whether a layer that wants a map can read it, as far as is known."""
        return self.channels != 0 and self.height != 0 and self.width != 0


UNKNOWN = Made(None, None, None, None)
#: Sections whose output is a list of numbers.
_LISTS = frozenset(("softmax", "cost", "contrastive", "detection"))
_KEEP = frozenset(("dropout", "normalization", "batchnorm", "activation", "empty", "logistic", "l2norm", "shortcut"))
#: What a head predicts for every box beside its classes: place and size, objectness, and how sure it is of them.
BESIDE_CLASSES = {"yolo": 5, "Gaussian_yolo": 9}
#: Sections that read a map ("must output image").
WANT_MAPS = frozenset(
    ("convolutional", "deconvolutional", "local", "crop", "reorg", "reorg3d", "maxpool", "local_avgpool", "avgpool")
)


def a_map(channels: int | None, height: int | None, width: int | None) -> Made:
    """A map of some size; a number below 1 is a mistake that is said elsewhere, and unknown here."""
    if channels is not None and channels < 1:
        channels = None
    if height is not None and height < 1:
        height = None
    if width is not None and width < 1:
        width = None
    known = channels is not None and height is not None and width is not None
    return Made(channels, height, width, channels * height * width if known else None)  # type: ignore[operator]


def window(size: int | None, kernel: int, stride: int, padding: int) -> int | None:
    """``(n + padding - k)/s + 1``, padding being the sum of both ends; None if that is no size."""
    if size is None or stride < 1:
        return None
    room = size + padding - kernel
    if -stride < room < 0:
        return 1  # C divides towards zero
    return room // stride + 1 if room >= 0 else None


def strides(section: Section) -> tuple[int, int]:
    """Down and across; ``stride_x`` and ``stride_y`` are AlexeyAB's."""
    both = section.number("stride", 1)
    down, across = section.number("stride_y", both), section.number("stride_x", both)
    return (down if down >= 1 else both), (across if across >= 1 else both)


def padding(section: Section) -> int:
    """Of a convolution, at each end: half its kernel if the flag ``pad`` is set, else ``padding``."""
    return section.number("size", 1) // 2 if section.number("pad", 0) else section.number("padding", 0)


def masks(section: Section, dialect: str | None) -> list[int]:
    """The anchors that a head uses: ``mask``, else all ``num``."""
    if section.has("mask"):
        return [item.number for item in section.items("mask", stops=dialect != PJREDDIE)]
    return list(range(min(max(section.number("num", 1), 0), 10_000)))


def wanted(section: Section, dialect: str | None) -> int | None:
    """The channels that a head wants to read (``[detection]``: how many numbers); None for other sections."""
    if section.name in BESIDE_CLASSES:
        each = section.number("classes", 20) + BESIDE_CLASSES[section.name]
        return len(masks(section, dialect)) * each
    if section.name == "region":
        return section.number("num", 1) * (section.number("classes", 20) + section.number("coords", 4) + 1)
    if section.name == "detection":
        per_cell = (1 + section.number("coords", 1)) * section.number("num", 1) + section.number("classes", 1)
        return section.number("side", 7) ** 2 * per_cell
    if section.name == "iseg":
        return section.number("classes", 20) + section.number("ids", 32)
    return None


def made(section: Section, before: Made, reads: list[int], done: list[Made], dialect: str | None) -> Made:
    """What a section makes of what comes before it and of the layers that it reads by number."""
    name = section.name
    channels, height, width, amount = before
    if name in WANT_MAPS and not before.is_map:
        return UNKNOWN
    if name in _KEEP:
        return before
    if name in _LISTS:
        return Made(0, 0, 0, amount)
    if name in ("convolutional", "deconvolutional"):
        return _convolved(section, before)
    if name in ("maxpool", "local_avgpool"):
        if section.number("maxpool_depth", 0):
            return a_map(section.number("out_channels", 1), height, width)
        down, across = strides(section)
        size = section.number("size", section.number("stride", 1))
        total = section.number("padding", size - 1)
        return a_map(channels, window(height, size, down, total), window(width, size, across, total))
    if name == "avgpool":
        return a_map(channels, 1, 1)
    if name == "connected":
        return a_map(section.number("output", 1), 1, 1)
    if name == "crop":
        return a_map(channels, section.number("crop_height", 1), section.number("crop_width", 1))
    if name == "local":
        size, stride = section.number("size", 1), section.number("stride", 1)
        reach = 1 if section.number("pad", 0) else size
        return a_map(section.number("filters", 1), window(height, reach, stride, 0), window(width, reach, stride, 0))
    if name == "upsample":
        factor = section.number("stride", 2)
        return a_map(channels, _scaled(height, factor), _scaled(width, factor))
    if name in ("reorg", "reorg3d"):
        return _reorganised(section, before, dialect)
    if name == "route":
        return _routed(section, [done[index] for index in reads if 0 <= index < len(done)])
    if name in ("scale_channels", "sam"):
        return done[reads[0]] if reads and 0 <= reads[0] < len(done) else UNKNOWN
    if name in ("rnn", "gru", "lstm"):
        return Made(0, 0, 0, section.number("output", 1))
    if name == "crnn":
        return a_map(section.number("output_filters" if dialect == PJREDDIE else "output", 1), height, width)
    needed = wanted(section, dialect)
    if needed is not None:
        return a_map(needed, height, width)
    return UNKNOWN


def _convolved(section: Section, before: Made) -> Made:
    filters, size = section.number("filters", 1), section.number("size", 1)
    around = padding(section)
    down, across = strides(section)
    if section.name == "deconvolutional":
        sizes = [None if n is None else (n - 1) * down + size - 2 * around for n in (before.height, before.width)]
        return a_map(filters, *(n if n is not None and n >= 1 else None for n in sizes))
    if section.number("antialiasing", 0):
        blur = 2 if section.number("antialiasing", 0) == 2 else 3
        height, width = (window(n, size, 1, 2 * around) for n in (before.height, before.width))
        return a_map(filters, window(height, blur, down, blur // 2 * 2 * (blur == 3)),
                     window(width, blur, across, blur // 2 * 2 * (blur == 3)))  # fmt: skip
    return a_map(filters, window(before.height, size, down, 2 * around), window(before.width, size, across, 2 * around))


def _scaled(size: int | None, factor: int) -> int | None:
    if size is None or factor == 0:
        return None
    return size * factor if factor > 0 else size // -factor


def _reorganised(section: Section, before: Made, dialect: str | None) -> Made:
    stride = section.number("stride", 1)
    extra = section.number("extra", 0) if dialect != ALEXEYAB else 0
    if extra:
        return Made(0, 0, 0, None if before.amount is None else before.amount + extra)
    if stride < 1 or before.channels is None:
        return UNKNOWN
    if section.number("reverse", 0):
        return a_map(before.channels // stride**2, _scaled(before.height, stride), _scaled(before.width, stride))
    return a_map(before.channels * stride**2, _scaled(before.height, -stride), _scaled(before.width, -stride))


def _routed(section: Section, sources: list[Made]) -> Made:
    if not sources:
        return UNKNOWN
    first = sources[0]
    if any(differ(first, other) for other in sources[1:]):
        return UNKNOWN
    channels = [source.channels for source in sources]
    groups = max(section.number("groups", 1), 1)
    total = None if None in channels else sum(channels) // groups  # type: ignore[arg-type]
    if not first.is_map:
        amounts = [source.amount for source in sources]
        return Made(0, 0, 0, None if None in amounts else sum(amounts) // groups)  # type: ignore[arg-type]
    return a_map(total, first.height, first.width)


def differ(one: Made, other: Made) -> bool:
    """Whether two maps are known to be of different sizes."""
    return any(
        a is not None and b is not None and a != b for a, b in ((one.height, other.height), (one.width, other.width))
    )


def strided(one: Made, other: Made) -> bool:
    """Whether pjreddie's Darknet adds two maps of different sizes: where both sizes have the same whole quotient."""
    if one.height and one.width and other.height and other.width:
        return one.width // other.width == one.height // other.height and (
            other.width // one.width == other.height // one.height
        )
    return False


def refused(section: Section, before: Made, reads: list[int], done: list[Made], dialect: str | None) -> bool:
    """Whether the layers that a section reads cannot be meant: they do not exist, or do not fit."""
    if any(not 0 <= index < section.index for index in reads):
        return True
    name = section.name
    if name in WANT_MAPS and not before.is_map:
        return True
    if name == "route":
        return any(differ(done[reads[0]], done[index]) for index in reads[1:])
    if name == "shortcut":
        return any(differ(before, done[index]) for index in reads)
    if name in ("scale_channels", "sam") and reads:
        return not gates(section, before, done[reads[0]])
    if name in BESIDE_CLASSES or name in ("region", "iseg"):
        return before.channels is not None and before.channels != wanted(section, dialect)
    return False


def gates(section: Section, gate: Made, source: Made) -> bool:
    """Whether ``[scale_channels]`` or ``[sam]`` can multiply what it reads by what comes before it."""
    alike = gate.channels is None or source.channels is None or gate.channels == source.channels
    if section.name == "sam":
        return alike and not differ(gate, source)
    if section.number("scale_wh", 0):
        return gate.channels in (None, 1) and not differ(gate, source)
    return gate.height in (None, 1) and gate.width in (None, 1) and alike


def follow(sections: list[Section], reads: Reads, given: Made, dialect: str | None) -> list[Made]:
    """What every layer makes."""
    done: list[Made] = []
    before = given
    for section in sections:
        before = made(section, before, reads[section.index], done, dialect)
        done.append(before)
    return done


def first_refused(sections: list[Section], reads: Reads, given: Made, dialect: str | None) -> int | None:
    """The first section that cannot read what it reads, None if all can."""
    done: list[Made] = []
    before = given
    for section in sections:
        mine = reads[section.index]
        if refused(section, before, mine, done, dialect):
            return section.index
        before = made(section, before, mine, done, dialect)
        done.append(before)
    return None
