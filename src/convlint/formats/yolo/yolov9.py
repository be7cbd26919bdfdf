"""What the modules of the YOLOv9 repository do otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from convlint.formats.yolo import findings
from convlint.formats.yolo import modules as m
from convlint.formats.yolo.builder import Builder, Value, whole
from convlint.formats.yolo.heads import levels


def _branches(b: Builder, part: int, xs: Sequence[Value], ch: Sequence[Any], nc: Any, groups: int) -> list[Value]:
    """Box and class branch of one set of levels; the box branch in groups where the head is a DDetect."""
    boxes = max(ch[0] // 4, 64, 16)
    if groups > 1:
        boxes = math.ceil(boxes / groups) * groups
    classes = max(ch[0], min(nc * 2, 128))
    made = []
    for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
        boxed, classed = b(f"cv{2 * part + 2}.{i}"), b(f"cv{2 * part + 3}.{i}")
        y = m.conv(boxed("1"), m.conv(boxed("0"), x, c, boxes, 3), boxes, boxes, 3, g=groups)
        box = boxed.conv2d("2", y, boxes, 64, 1, g=groups)
        y = m.conv(classed("1"), m.conv(classed("0"), x, c, classes, 3), classes, classes, 3)
        made.append(b.concat(f"cat{part}.{i}", [box, classed.conv2d("2", y, classes, nc, 1)]))
    dfl = f"dfl{_number(part)}"
    made[0] = b.parameters(dfl, made[0], {f"{dfl}.conv.weight": (1, 16, 1, 1)})
    return made


def _number(part: int) -> str:
    """What the second and further ones of a kind have behind their name."""
    return str(part + 1) if part else ""


def _grouped(b: Builder, xs: Sequence[Value], nc: Any, ch: Any, sets: int, groups: int) -> list[Value]:
    whole(nc, "nc", "nc", 1)
    if len(ch) % sets or not ch:
        raise findings.head_levels(f"this head reads {sets} maps for every level; {len(ch)} is no multiple of {sets}")
    size = len(ch) // sets
    xs = levels(b, xs, size)
    made = []
    for part in range(sets):
        start = part * size
        made += _branches(b, part, xs[start : start + size], ch[start : start + size], nc, groups)
    return made


def detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """Anchor-free boxes and classes."""
    if isinstance(ch, list) and isinstance(inplace, list):
        raise findings.head_arguments("this Detect is anchor-free: [nc, anchors] is YOLOv5's head", help="write `[nc]`")
    return _grouped(b, xs, nc, ch, 1, 1)


def d_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """Detect with a grouped box branch."""
    if isinstance(ch, list) and isinstance(inplace, list):
        raise findings.head_arguments(
            "this DDetect is anchor-free: [nc, anchors] is YOLOv5's head", help="write `[nc]`"
        )
    return _grouped(b, xs, nc, ch, 1, 4)


def dual_d_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """Two sets of levels."""
    return _grouped(b, xs, nc, ch, 2, 4)


def dual_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """Two sets of levels, nothing grouped."""
    return _grouped(b, xs, nc, ch, 2, 1)


def triple_d_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """Three sets of levels."""
    return _grouped(b, xs, nc, ch, 3, 4)


def triple_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), inplace: Any = True, *, legacy: bool
) -> list[Value]:
    """Three sets of levels, nothing grouped."""
    return _grouped(b, xs, nc, ch, 3, 1)


def _masks(b: Builder, xs: Sequence[Value], ch: Sequence[Any], nm: Any, name: str) -> None:
    h = max(ch[0] // 4, whole(nm, "nm", "nm", 1))
    for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
        inner = b(f"{name}{i}")
        y = m.conv(inner("1"), m.conv(inner("0"), x, c, h, 3), h, h, 3)
        inner.conv2d("2", y, h, nm, 1)


def segment(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, ch: Any = (), inplace: Any = True, *,
    legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect, mask coefficients, and prototypes from the finest level."""
    made = _grouped(b, xs, nc, ch, 1, 1)
    _masks(b, xs, ch, nm, "cv4.")
    y = b.upsample("proto.upsample", m.conv(b("proto.cv1"), xs[0], ch[0], npr, 3), 2)
    return [*made, m.conv(b("proto.cv3"), m.conv(b("proto.cv2"), y, npr, npr, 3), npr, nm)]


def d_segment(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, ch: Any = (), inplace: Any = True, *,
    legacy: bool,
) -> list[Value]:  # fmt: skip
    """DDetect with masks; the last map makes the prototypes."""
    return _with_prototypes(b, xs, nc, nm, ch, 1)


def dual_d_segment(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, ch: Any = (), inplace: Any = True, *,
    legacy: bool,
) -> list[Value]:  # fmt: skip
    """DualDDetect with masks; the last two maps make the prototypes."""
    return _with_prototypes(b, xs, nc, nm, ch, 2)


def _with_prototypes(b: Builder, xs: Sequence[Value], nc: Any, nm: Any, ch: Any, sets: int) -> list[Value]:
    count = len(ch) - sets
    if count < sets or count % sets:
        raise findings.head_levels(f"this head reads {sets} maps for every level and {sets} more for the masks")
    made = _grouped(b, xs[:count], nc, ch[:count], sets, 4)
    size = count // sets
    for part in range(sets):
        start = part * size
        _masks(b, xs[start : start + size], ch[start : start + size], nm, f"cv{4 if sets == 1 else 6 + part}.")
        made.append(m.conv(b(f"proto{_number(part)}"), xs[count + part], ch[count + part], nm, 1))
    return made
