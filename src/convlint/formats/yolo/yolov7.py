"""What the modules of the YOLOv7 repository (YOLOR's among them) do otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convlint.formats.yolo import findings
from convlint.formats.yolo import modules as m
from convlint.formats.yolo.builder import Builder, Value, autopad, listed, whole
from convlint.formats.yolo.heads import levels
from convlint.formats.yolo.refusal import Refused
from convlint.formats.yolo.yolov5 import anchors_per_level, bottleneck
from convlint.model.operations import Axes, Opaque


def conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1, act: Any = True
) -> Value:
    """Convolution without bias, then BatchNorm; the sixth argument is the activation, there is no dilation."""
    return m.conv(b, x, c1, c2, k, s, p, g)


def depthwise_conv(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, act: Any = True) -> Value:
    """A convolution in as many groups as both channel counts allow."""
    return m.depthwise_conv(b, x, c1, c2, k, s)


def rep_conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 3, s: Any = 1, p: Any = None, g: Any = 1, act: Any = True,
    deploy: Any = False,
) -> Value:  # fmt: skip
    """A 3 x 3, a 1 x 1 and, where the shape stays, the input itself, each with BatchNorm, added."""
    if k != 3 or autopad(k, p) != 1:
        raise Refused("CL101", f"RepConv wants kernel 3 and padding 1, not {k} and {p}", "k")
    y = [m.conv(b("rbr_dense"), x, c1, c2, k, s, 1, g), m.conv(b("rbr_1x1"), x, c1, c2, 1, s, 0, g)]
    if c1 == c2 and s == 1:
        y.append(b.norm("rbr_identity", x, c1))
    return b.sum("add", *y)


def robust_conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 7, s: Any = 1, p: Any = None, g: Any = 1, act: Any = True,
    layer_scale_init_value: Any = 1e-6,
) -> Value:  # fmt: skip
    """Depthwise with BatchNorm, then pointwise with bias and a scale."""
    x = m.conv(b("conv_dw"), x, c1, c1, k, s, p, c1)
    x = b.conv2d("conv1x1", x, c1, c2, 1)
    return b.parameters("gamma", x, {"gamma": (c2,)}) if layer_scale_init_value > 0 else x


def stem(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1, act: Any = True
) -> Value:
    """Stride 2, then a convolution beside a pool, both at stride 2."""
    h = int(c2 / 2)
    x = m.conv(b("cv1"), x, c1, h, 3, 2)
    y = m.conv(b("cv3"), m.conv(b("cv2"), x, h, h, 1, 1), h, h, 3, 2)
    return m.conv(b("cv4"), b.concat("cat", [y, b.max_pool("pool", x, 2, 2)]), 2 * h, c2, 1, 1)


def ghost_stem(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1, act: Any = True
) -> Value:
    """Stem of ghost convolutions."""
    h = int(c2 / 2)
    x = m.ghost_conv(b("cv1"), x, c1, h, 3, 2)
    y = m.ghost_conv(b("cv3"), m.ghost_conv(b("cv2"), x, h, h, 1, 1), h, h, 3, 2)
    return m.ghost_conv(b("cv4"), b.concat("cat", [y, b.max_pool("pool", x, 2, 2)]), 2 * h, c2, 1, 1)


def down_c(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, k: Any = 2) -> Value:
    """A strided convolution beside a pool, half of the channels each."""
    y = m.conv(b("cv2"), m.conv(b("cv1"), x, c1, c1, 1, 1), c1, c2 // 2, 3, k)
    z = m.conv(b("cv3"), b.max_pool("mp", x, k, k), c1, c2 // 2, 1, 1)
    return b.concat("cat", [y, z])


def spp_csp(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = False, g: Any = 1, e: Any = 0.5,
    k: Any = (5, 9, 13),
) -> Value:  # fmt: skip
    """A pyramid of pools in one of two branches."""
    return _spp_csp(b, x, c1, c2, e, k, m.conv)


def ghost_spp_csp(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = False, g: Any = 1, e: Any = 0.5,
    k: Any = (5, 9, 13),
) -> Value:  # fmt: skip
    """The same with ghost convolutions."""
    return _spp_csp(b, x, c1, c2, e, k, m.ghost_conv)


def _spp_csp(b: Builder, x: Value, c1: Any, c2: Any, e: Any, k: Any, layer: Callable[..., Value]) -> Value:
    h = int(2 * c2 * e)
    y = layer(b("cv4"), layer(b("cv3"), layer(b("cv1"), x, c1, h, 1, 1), h, h, 3, 1), h, h, 1, 1)
    pools = [b.max_pool(f"m.{i}", y, size, 1, size // 2) for i, size in enumerate(listed(k, "k"))]
    y = layer(b("cv5"), b.concat("cat1", [y, *pools]), (1 + len(k)) * h, h, 1, 1)
    y = layer(b("cv6"), y, h, h, 3, 1)
    z = layer(b("cv2"), x, c1, h, 1, 1)
    return layer(b("cv7"), b.concat("cat2", [y, z]), 2 * h, c2, 1, 1)


def res(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any = True, g: Any = 1, e: Any = 0.5) -> Value:
    """1 x 1, 3 x 3, 1 x 1; the input is added if it has as many channels."""
    h = int(c2 * e)
    y = m.conv(b("cv2"), m.conv(b("cv1"), x, c1, h, 1, 1), h, h, 3, 1, g=g)
    y = m.conv(b("cv3"), y, h, c2, 1, 1)
    return b.sum("add", x, y) if shortcut and c1 == c2 else y


def res_x(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any = True, g: Any = 32, e: Any = 0.5) -> Value:
    """Res in 32 groups."""
    return res(b, x, c1, c2, shortcut, g, e)


def ghost(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 3, s: Any = 1) -> Value:
    """A ghost bottleneck, its input projected where the channels change."""
    h = c2 // 2
    y = m.ghost_conv(b("conv.0"), x, c1, h, 1, 1)
    if s == 2:
        y = m.depthwise_conv(b("conv.1"), y, h, h, k, s)
    y = m.ghost_conv(b("conv.2"), y, h, c2, 1, 1)
    if s == 2:
        x = m.conv(b("shortcut.1"), m.depthwise_conv(b("shortcut.0"), x, c1, c1, k, s), c1, c2, 1, 1)
    elif c1 != c2:
        raise findings.channels_must_match(f"Ghost adds its {c1} input channels to {c2} output channels", "c2")
    return b.sum("add", y, x)


def csp(
    kind: str, inner: Callable[..., Value], e: float, groups: int = 1, residual: bool = True
) -> Callable[..., Value]:
    """The cross-stage frames A, B and C around a chain of blocks.

    A: both branches read the input.  B: one convolution, then both branches, all as wide as the output.
    C: like A, and the chain's output is convolved once more.  ``residual`` is what the class's own ``shortcut`` is
    where a row says nothing.
    """

    def module(
        b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = None, g: Any = None, e: Any = e
    ) -> Value:
        h = int(c2) if kind == "B" else int(c2 * e)
        if shortcut is None:
            shortcut = residual
        if g is None:
            g = groups
        start = m.conv(b("cv1"), x, c1, h, 1, 1)
        y = start
        for i in range(n):
            y = inner(b(f"m.{i}"), y, h, h, shortcut, g)
        if kind == "A":
            z = m.conv(b("cv2"), x, c1, h, 1, 1)
            return m.conv(b("cv3"), b.concat("cat", [y, z]), 2 * h, c2, 1, 1)
        if kind == "B":
            z = m.conv(b("cv2"), start, h, h, 1, 1)
            return m.conv(b("cv3"), b.concat("cat", [y, z]), 2 * h, c2, 1, 1)
        z = m.conv(b("cv2"), x, c1, h, 1, 1)
        y = m.conv(b("cv3"), y, h, h, 1, 1)
        return m.conv(b("cv4"), b.concat("cat", [y, z]), 2 * h, c2, 1, 1)

    return module


def plain_inner(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any, g: Any) -> Value:
    """The bottleneck inside a CSP frame."""
    return bottleneck(b, x, c1, c2, shortcut, g, 1.0)


def res_inner(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any, g: Any) -> Value:
    """The residual block inside a CSP frame."""
    return res(b, x, c1, c2, shortcut, g, 0.5)


def res_x_inner(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any, g: Any) -> Value:
    """The grouped residual block inside a CSP frame: its 3 x 3 is as wide as the frame."""
    if c2 % whole(g, "groups", "g", 1):
        raise Refused("CL051", f"{g} groups do not divide {c2} hidden channels", "g")
    return res(b, x, c1, c2, shortcut, g, 1.0)


def same_size(b: Builder, x: Value, c1: Any, c2: Any, *args: Any) -> Value:
    """A module that is known by name: no stock file uses it. It makes ``c2`` maps of the size that it reads."""
    return b.add("module", "Module", Opaque(((whole(c2, "out_channels", "c2", 1), None, None),), keeps_size=True), x)


def any_size(b: Builder, x: Value, c1: Any, c2: Any, *args: Any) -> Value:
    """A module that is known by name: no stock file uses it. It makes ``c2`` maps, of a size that is not known."""
    return b.add("module", "Module", Opaque(((whole(c2, "out_channels", "c2", 1), None, None),)), x)


def max_pool(b: Builder, x: Value, k: Any = 2) -> Value:
    """MP: a max-pool whose stride is its kernel."""
    return b.max_pool("m", x, k, k)


def same_pool(b: Builder, x: Value, k: Any = 3, s: Any = 1) -> Value:
    """SP: a max-pool that keeps the size."""
    return b.max_pool("m", x, k, s, k // 2)


def _anchored(b: Builder, xs: Sequence[Value], ch: Sequence[Any], out: Any) -> list[Value]:
    return [b.conv2d(f"m.{i}", x, c, out, 1) for i, (x, c) in enumerate(zip(xs, ch, strict=True))]


def detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, anchors: Any = (), ch: Any = (), *, legacy: bool
) -> list[Value]:
    """A 1 x 1 convolution for each level."""
    per_cell = anchors_per_level(anchors, ch)
    xs = levels(b, xs, stored=_anchors(len(ch), per_cell))
    return _anchored(b, xs, ch, per_cell * (whole(nc, "nc", "nc", 0) + 5))


def i_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, anchors: Any = (), ch: Any = (), *, legacy: bool
) -> list[Value]:
    """Detect with a trained number added to every channel before, and one multiplied behind."""
    per_cell = anchors_per_level(anchors, ch)
    out = per_cell * (whole(nc, "nc", "nc", 0) + 5)
    made = _anchored(b, levels(b, xs, stored=_anchors(len(ch), per_cell)), ch, out)
    return [_implicit(b, made[0], ch, out), *made[1:]]


def _implicit(b: Builder, x: Value, ch: Sequence[Any], out: int) -> Value:
    """The trained numbers of every channel before and behind the convolutions of a head."""
    before = {f"ia.{i}.implicit": (1, c, 1, 1) for i, c in enumerate(ch)}
    return b.parameters("implicit", x, before | {f"im.{i}.implicit": (1, out, 1, 1) for i in range(len(ch))})


def _anchors(count: int, per_cell: int) -> dict[str, Axes]:
    """The anchors, which a head stores twice."""
    return {"anchors": (count, per_cell, 2), "anchor_grid": (count, 1, per_cell, 1, 1, 2)}


def i_aux_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, anchors: Any = (), ch: Any = (), *, legacy: bool
) -> list[Value]:
    """IDetect on the first half of the maps, and plain heads for training on the second."""
    if len(ch) % 2:
        raise findings.head_levels(f"IAuxDetect reads 2 maps for every level; {len(ch)} is odd")
    half = len(ch) // 2
    try:
        per_cell = anchors_per_level(anchors, ch[:half])
    except Refused as refused:
        if refused.message.startswith("the head reads"):
            message = f"IAuxDetect reads {len(ch)} maps, 2 for each of the {len(anchors)} rows of anchors are needed"
            raise findings.head_levels(message) from None
        raise
    out = per_cell * (whole(nc, "nc", "nc", 0) + 5)
    xs = levels(b, xs, half, stored=_anchors(half, per_cell))
    made = _anchored(b, xs[:half], ch[:half], out)
    made[0] = _implicit(b, made[0], ch[:half], out)
    for i, (x, c) in enumerate(zip(xs[half:], ch[half:], strict=True)):
        made.append(b.conv2d(f"m2.{i}", x, c, out, 1))
    return made
