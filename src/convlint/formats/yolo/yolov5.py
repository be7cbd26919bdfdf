"""What the modules of the YOLOv5 repository do otherwise than those of ultralytics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.formats.yolo import findings
from convlint.formats.yolo import modules as m
from convlint.formats.yolo.builder import Builder, Value, listed, whole
from convlint.formats.yolo.heads import levels
from convlint.formats.yolo.refusal import Refused
from convlint.model.operations import PixelShuffle


def bottleneck(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any = True, g: Any = 1, e: Any = 0.5) -> Value:
    """1 x 1, then 3 x 3; the input is added if it has as many channels."""
    return m.bottleneck(b, x, c1, c2, shortcut, g, (1, 3), e)


def bottleneck_csp(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5
) -> Value:
    """Two branches whose concatenation is normalised once more."""
    return m.bottleneck_csp(b, x, c1, c2, n, shortcut, g, e, (1, 3))


def sppf(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 5) -> Value:
    """Three max-pools in a row."""
    return m.sppf(b, x, c1, c2, k)


def c3_spp(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = (5, 9, 13), n: Any = 1, shortcut: Any = True, g: Any = 1,
    e: Any = 0.5,
) -> Value:  # fmt: skip
    """C3 with a pyramid of pools for a chain."""
    h = int(c2 * e)
    y = m.spp(b("m"), m.conv(b("cv1"), x, c1, h, 1, 1), h, h, k)
    other = m.conv(b("cv2"), x, c1, h, 1, 1)
    return m.conv(b("cv3"), b.concat("cat", [y, other]), 2 * h, c2, 1)


def cross_conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 3, s: Any = 1, g: Any = 1, e: Any = 1.0, shortcut: Any = False
) -> Value:
    """1 x k, then k x 1."""
    h = int(c2 * e)
    y = m.conv(b("cv1"), x, c1, h, (1, k), (1, s))
    y = m.conv(b("cv2"), y, h, c2, (k, 1), (s, 1), g=g)
    return b.sum("add", x, y) if shortcut and c1 == c2 else y


def mix_conv(b: Builder, x: Value, c1: Any, c2: Any, k: Any = (1, 3), s: Any = 1, equal_ch: Any = True) -> Value:
    """Depthwise convolutions of several kernel sizes, the output channels shared out equally."""
    import math

    n = len(listed(k, "k"))
    if not equal_ch:
        raise Refused("CL005", "only equal_ch: True is understood", "equal_ch")
    shares = [sum(1 for i in range(c2) if math.floor(i * (n - 1e-6) / c2) == part) for part in range(n)]
    parts = [
        b.conv2d(f"m.{i}", x, c1, share, size, s, size // 2, 1, math.gcd(c1, share), bias=False)
        for i, (size, share) in enumerate(zip(k, shares, strict=True))
    ]
    return b.norm("bn", b.concat("cat", parts), c2)


def contract(b: Builder, x: Value, gain: Any = 2) -> Value:
    """Squares of cells become channels."""
    return b.add("contract", "PixelUnshuffle", PixelShuffle(whole(gain, "gain", "gain", 1), down=True), x)


def expand(b: Builder, x: Value, gain: Any = 2) -> Value:
    """Channels become squares of cells."""
    return b.add("expand", "PixelShuffle", PixelShuffle(whole(gain, "gain", "gain", 1)), x)


def anchors_per_level(anchors: Any, ch: Sequence[Any]) -> int:
    """How many anchors a cell has, checked against the levels: a list of (width, height) pairs for each level."""
    if not isinstance(anchors, list) or not all(isinstance(row, list | tuple) for row in anchors):
        raise findings.anchor_levels("anchors must be a list of rows, or a number for every level", "anchors")
    if not anchors:
        raise findings.anchor_levels("there are no anchors", "anchors")
    if len({len(row) for row in anchors}) > 1:
        lengths = ", ".join(str(len(row)) for row in anchors)
        raise findings.anchor_levels(
            f"all rows of anchors must be equally long; they have {lengths} numbers", "anchors"
        )
    if len(anchors[0]) % 2 or not anchors[0]:
        raise findings.anchor_levels(f"a row of anchors holds pairs, not {len(anchors[0])} numbers", "anchors")
    if len(anchors) != len(ch):
        raise findings.anchor_levels(f"the head reads {len(ch)} levels, anchors has {len(anchors)} rows", "anchors")
    return len(anchors[0]) // 2


def detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, anchors: Any = (), ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """A 1 x 1 convolution for each level: for every anchor a box, how sure, and the classes."""
    per_cell = anchors_per_level(anchors, ch)
    out = per_cell * (whole(nc, "nc", "nc", 0) + 5)
    xs = levels(b, xs, stored={"anchors": (len(ch), per_cell, 2)})
    return [b.conv2d(f"m.{i}", x, c, out, 1) for i, (x, c) in enumerate(zip(xs, ch, strict=True))]


def segment(
    b: Builder, xs: Sequence[Value], nc: Any = 80, anchors: Any = (), nm: Any = 32, npr: Any = 256, ch: Any = (),
    inplace: Any = True, *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect with mask coefficients and prototypes."""
    per_cell = anchors_per_level(anchors, ch)
    out = per_cell * (whole(nc, "nc", "nc", 0) + 5 + whole(nm, "nm", "nm", 1))
    xs = levels(b, xs, stored={"anchors": (len(ch), per_cell, 2)})
    made = [b.conv2d(f"m.{i}", x, c, out, 1) for i, (x, c) in enumerate(zip(xs, ch, strict=True))]
    y = b.upsample("proto.upsample", m.conv(b("proto.cv1"), xs[0], ch[0], npr, 3), 2)
    return [*made, m.conv(b("proto.cv3"), m.conv(b("proto.cv2"), y, npr, npr, 3), npr, nm)]
