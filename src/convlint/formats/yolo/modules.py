"""The modules of ultralytics, each written out in primitive operations beside what its figure shows.

A function has the arguments of the class's constructor behind the builder and what it reads.  ``c1`` and ``c2`` are
the channels that come in and go out, ``n`` the repeats, ``e`` the hidden channels as a fraction, ``h`` those channels.
Activations change neither shape nor parameters and are left out.  Preconditions come first.
"""

from __future__ import annotations

import math
from typing import Any

from convlint.formats.yolo import findings
from convlint.formats.yolo.builder import Builder, Value, autopad, listed, whole
from convlint.formats.yolo.refusal import Refused, shown
from convlint.model.operations import Axes, Convolution


def conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1, d: Any = 1,
    act: Any = True,
) -> Value:  # fmt: skip
    """Convolution without bias, then BatchNorm."""
    x = b.conv2d("conv", x, c1, c2, k, s, autopad(k, p, d), d, g, bias=False)
    return b.norm("bn", x, c2)


def conv2(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 3, s: Any = 1, p: Any = None, g: Any = 1, d: Any = 1,
    act: Any = True,
) -> Value:  # fmt: skip
    """A k x k and a 1 x 1 convolution, added, then BatchNorm."""
    wide = b.conv2d("conv", x, c1, c2, k, s, autopad(k, p, d), d, g, bias=False)
    narrow = b.conv2d("cv2", x, c1, c2, 1, s, autopad(1, p, d), d, g, bias=False)
    return b.norm("bn", b.sum("add", wide, narrow), c2)


def depthwise_conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, d: Any = 1, act: Any = True
) -> Value:
    """A convolution in as many groups as both channel counts allow."""
    return conv(b, x, c1, c2, k, s, g=math.gcd(c1, c2), d=d)


def conv_transpose(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 2, s: Any = 2, p: Any = 0, bn: Any = True, act: Any = True
) -> Value:
    """Transposed convolution, then BatchNorm unless it is switched off."""
    x = b.conv_transpose2d("conv_transpose", x, c1, c2, k, s, p, bias=not bn)
    return b.norm("bn", x, c2) if bn else x


def depthwise_conv_transpose(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p1: Any = 0, p2: Any = 0
) -> Value:
    """Transposed convolution in as many groups as both channel counts allow, with bias."""
    return b.conv_transpose2d("conv", x, c1, c2, k, s, p1, p2, math.gcd(c1, c2))


def focus(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1, act: Any = True
) -> Value:
    """The four pixel phases become channels, then a convolution."""
    from convlint.model.operations import PixelShuffle

    x = b.add("phases", "PixelUnshuffle", PixelShuffle(2, down=True), x)
    return conv(b("conv"), x, c1 * 4, c2, k, s, p, g)


def ghost_conv(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, g: Any = 1, act: Any = True) -> Value:
    """Half of the maps by a convolution, the other half from those by a cheap depthwise one."""
    h = c2 // 2
    y = conv(b("cv1"), x, c1, h, k, s, None, g)
    return b.concat("cat", [y, conv(b("cv2"), y, h, h, 5, 1, None, h)])


def bottleneck(
    b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any = True, g: Any = 1, k: Any = (3, 3), e: Any = 0.5
) -> Value:
    """Two convolutions; the input is added if it has as many channels."""
    h = int(c2 * e)
    y = conv(b("cv1"), x, c1, h, listed(k, "k")[0], 1)
    y = conv(b("cv2"), y, h, c2, k[1], 1, g=g)
    return b.sum("add", x, y) if shortcut and c1 == c2 else y


def ghost_bottleneck(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 3, s: Any = 1) -> Value:
    """Two ghost convolutions around a depthwise stride; the input is added, at stride 1 as it is."""
    if s != 2 and c1 != c2:
        raise findings.channels_must_match(
            f"GhostBottleneck adds its {c1} input channels to {c2} output channels (only stride 2 projects them)",
            "c2",
        )
    h = c2 // 2
    y = ghost_conv(b("conv.0"), x, c1, h, 1, 1)
    if s == 2:
        y = depthwise_conv(b("conv.1"), y, h, h, k, s)
    y = ghost_conv(b("conv.2"), y, h, c2, 1, 1)
    if s == 2:
        x = depthwise_conv(b("shortcut.0"), x, c1, c1, k, s)
        x = conv(b("shortcut.1"), x, c1, c2, 1, 1)
    return b.sum("add", y, x)


def spp(b: Builder, x: Value, c1: Any, c2: Any, k: Any = (5, 9, 13)) -> Value:
    """Max-pools of several sizes side by side."""
    h = c1 // 2
    x = conv(b("cv1"), x, c1, h, 1, 1)
    pools = [b.max_pool(f"m.{i}", x, size, 1, size // 2) for i, size in enumerate(listed(k, "k"))]
    return conv(b("cv2"), b.concat("cat", [x, *pools]), h * (len(k) + 1), c2, 1, 1)


def sppf(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 5, n: Any = 3, shortcut: Any = False) -> Value:
    """The same max-pool several times in a row, every result kept."""
    h = c1 // 2
    y = [conv(b("cv1"), x, c1, h, 1, 1)]
    for i in range(n):
        y.append(b.max_pool(f"m.{i}", y[-1], k, 1, k // 2))
    out = conv(b("cv2"), b.concat("cat", y), h * (n + 1), c2, 1, 1)
    return b.sum("add", out, x) if shortcut and c1 == c2 else out


def c1_block(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1) -> Value:
    """A residual chain of 3 x 3 convolutions."""
    y = z = conv(b("cv1"), x, c1, c2, 1, 1)
    for i in range(n):
        z = conv(b(f"m.{i}"), z, c2, c2, 3)
    return b.sum("add", z, y)


def c2_block(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5
) -> Value:
    """Split in two; one half goes through the chain."""
    h = int(c2 * e)
    first, second = b.chunk("chunk", conv(b("cv1"), x, c1, 2 * h, 1, 1), 2 * h)
    for i in range(n):
        first = bottleneck(b(f"m.{i}"), first, h, h, shortcut, g, (3, 3), 1.0)
    return conv(b("cv2"), b.concat("cat", [first, second]), 2 * h, c2, 1)


def c2f(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = False, g: Any = 1, e: Any = 0.5) -> Value:
    """Split in two; the output of every stage is concatenated."""
    h = int(c2 * e)
    y = b.chunk("chunk", conv(b("cv1"), x, c1, 2 * h, 1, 1), 2 * h)
    for i in range(n):
        y.append(bottleneck(b(f"m.{i}"), y[-1], h, h, shortcut, g, (3, 3), 1.0))
    return conv(b("cv2"), b.concat("cat", y), (2 + n) * h, c2, 1)


def c3(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5,
    k: Any = (1, 3),
) -> Value:  # fmt: skip
    """Two branches, one through the chain, concatenated."""
    h = int(c2 * e)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    for i in range(n):
        y = bottleneck(b(f"m.{i}"), y, h, h, shortcut, g, k, 1.0)
    other = conv(b("cv2"), x, c1, h, 1, 1)
    return conv(b("cv3"), b.concat("cat", [y, other]), 2 * h, c2, 1)


def c3_block(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5
) -> Value:
    """C3 with its usual bottlenecks: 1 x 1, then 3 x 3."""
    return c3(b, x, c1, c2, n, shortcut, g, e)


def c3x(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5) -> Value:
    """C3 whose bottlenecks are 1 x 3, then 3 x 1."""
    h = int(c2 * e)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    for i in range(n):
        inner = b(f"m.{i}")
        z = conv(inner("cv1"), y, h, h, [1, 3], 1)
        z = conv(inner("cv2"), z, h, h, [3, 1], 1, g=g)
        y = inner.sum("add", y, z) if shortcut else z
    other = conv(b("cv2"), x, c1, h, 1, 1)
    return conv(b("cv3"), b.concat("cat", [y, other]), 2 * h, c2, 1)


def c3k(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5, k: Any = 3
) -> Value:
    """C3 with k x k bottlenecks."""
    return c3(b, x, c1, c2, n, shortcut, g, e, (k, k))


def c3_ghost(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5
) -> Value:
    """C3 with ghost bottlenecks."""
    h = int(c2 * e)
    if h % 4:
        raise Refused("CL051", f"C3Ghost's {h} hidden channels are halved twice, and {h} is no multiple of 4", "e")
    _groups_of_replaced(g, h, n)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    for i in range(n):
        y = ghost_bottleneck(b(f"m.{i}"), y, h, h)
    other = conv(b("cv2"), x, c1, h, 1, 1)
    return conv(b("cv3"), b.concat("cat", [y, other]), 2 * h, c2, 1)


def heads_divide(heads: Any, channels: Any, what: str, argument: str | None = None) -> None:
    """Refuse a number of attention heads that does not divide the channels."""
    if whole(heads, "the number of heads", argument) < 1 or channels % heads:
        raise findings.attention_heads(f"{what}: {heads} heads do not divide {channels} channels", argument)


def torch_attention(b: Builder, x: Value, c: int, heads: int) -> Value:
    """``nn.MultiheadAttention``: three projections, the attention, one projection; all with bias."""
    y = b.add("in_proj", "Conv2d", _projections(c, 1), x, stored=_in_projections(c))
    y = b.attention("attention", y, heads, c // heads, c // heads)
    return b.dense("out_proj", y, c, c)


def _projections(c: int, g: int) -> Convolution:
    """Queries, keys and values of ``nn.MultiheadAttention``, as one convolution."""
    return Convolution(2, 3 * c, (1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1), g, in_channels=c * g)


def _in_projections(c: int) -> dict[str, Axes]:
    """How ``nn.MultiheadAttention`` keeps them."""
    return {"in_proj_weight": (3 * c, c), "in_proj_bias": (3 * c,)}


def c3tr(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5) -> Value:
    """C3 whose chain is a stack of transformer layers over the cells, 4 heads."""
    h = int(c2 * e)
    if h % 4:
        raise Refused("CL051", f"C3TR has 4 attention heads, which do not divide {h} hidden channels", "e")
    _groups_of_replaced(g, h, n)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    y = b.sum("m.add", y, b.dense("m.linear", y, h, h))
    for i in range(n):
        inner = b(f"m.tr.{i}")
        projected = [inner.dense(name, y, h, h, bias=False) for name in "qkv"]
        attend = inner("ma")
        z = attend.add(
            "in_proj", "Conv2d", _projections(h, 3), inner.concat("qkv", projected), stored=_in_projections(h)
        )
        z = attend.dense("out_proj", attend.attention("attention", z, 4, h // 4, h // 4), h, h)
        z = inner.sum("add1", z, y)
        y = inner.dense("fc2", inner.dense("fc1", z, h, h, bias=False), h, h, bias=False)
        y = inner.sum("add2", y, z)
    other = conv(b("cv2"), x, c1, h, 1, 1)
    return conv(b("cv3"), b.concat("cat", [y, other]), 2 * h, c2, 1)


def bottleneck_csp(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5,
    k: Any = (3, 3),
) -> Value:  # fmt: skip
    """Two branches whose concatenation is normalised once more."""
    h = int(c2 * e)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    for i in range(n):
        y = bottleneck(b(f"m.{i}"), y, h, h, shortcut, g, k, 1.0)
    y = b.conv2d("cv3", y, h, h, 1, bias=False)
    other = b.conv2d("cv2", x, c1, h, 1, bias=False)
    y = b.norm("bn", b.concat("cat", [y, other]), 2 * h)
    return conv(b("cv4"), y, 2 * h, c2, 1, 1)


def bottleneck_csp_block(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = True, g: Any = 1, e: Any = 0.5
) -> Value:
    """BottleneckCSP as its constructor stands."""
    return bottleneck_csp(b, x, c1, c2, n, shortcut, g, e)


def rep_conv(
    b: Builder, x: Value, c1: Any, c2: Any, k: Any = 3, s: Any = 1, p: Any = 1, g: Any = 1, d: Any = 1,
    act: Any = True, bn: Any = False, deploy: Any = False,
) -> Value:  # fmt: skip
    """A 3 x 3 and a 1 x 1 convolution, added."""
    if k != 3 or p != 1:
        raise Refused("CL101", f"RepConv wants kernel 3 and padding 1, not {k} and {p}", "k")
    y = [conv(b("conv1"), x, c1, c2, k, s, p, g), conv(b("conv2"), x, c1, c2, 1, s, p - k // 2, g)]
    if bn and c1 == c2 and s == 1:
        y.append(b.norm("bn", x, c1))
    return b.sum("add", *y)


def rep_c3(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 3, e: Any = 1.0) -> Value:
    """Two branches, one through RepConvs, added."""
    h = int(c2 * e)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    for i in range(n):
        y = rep_conv(b(f"m.{i}"), y, h, h)
    y = b.sum("add", y, conv(b("cv2"), x, c1, h, 1, 1))
    return conv(b("cv3"), y, h, c2, 1, 1) if h != c2 else y


def rep_vgg_dw(b: Builder, x: Value, ed: Any) -> Value:
    """Depthwise 7 x 7 and 3 x 3, added."""
    wide = conv(b("conv"), x, ed, ed, 7, 1, 3, ed)
    return b.sum("add", wide, conv(b("conv1"), x, ed, ed, 3, 1, 1, ed))


def cib(b: Builder, x: Value, c1: Any, c2: Any, shortcut: Any = True, e: Any = 0.5, lk: Any = False) -> Value:
    """Depthwise, pointwise, depthwise (large if ``lk``), pointwise, depthwise."""
    h = int(c2 * e)
    y = conv(b("cv1.0"), x, c1, c1, 3, g=c1)
    y = conv(b("cv1.1"), y, c1, 2 * h, 1)
    y = rep_vgg_dw(b("cv1.2"), y, 2 * h) if lk else conv(b("cv1.2"), y, 2 * h, 2 * h, 3, g=2 * h)
    y = conv(b("cv1.3"), y, 2 * h, c2, 1)
    y = conv(b("cv1.4"), y, c2, c2, 3, g=c2)
    return b.sum("add", x, y) if shortcut and c1 == c2 else y


def c2f_cib(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, shortcut: Any = False, lk: Any = False, g: Any = 1,
    e: Any = 0.5,
) -> Value:  # fmt: skip
    """C2f whose stages are CIBs."""
    h = int(c2 * e)
    _groups_of_replaced(g, h, n)
    y = b.chunk("chunk", conv(b("cv1"), x, c1, 2 * h, 1, 1), 2 * h)
    for i in range(n):
        y.append(cib(b(f"m.{i}"), y[-1], h, h, shortcut, 1.0, lk))
    return conv(b("cv2"), b.concat("cat", y), (2 + n) * h, c2, 1)


def _groups_of_replaced(g: Any, h: int, n: Any) -> None:
    """Bottlenecks that a subclass builds and throws away still have to be built (and are never run)."""
    if n < 1:
        return
    if not isinstance(g, int):
        raise Refused("CL005", f"groups must be a whole number, not {shown(g)}", "g")
    if g < 1 or h % g:
        raise Refused("CL202", f"{g} groups do not divide {h} hidden channels", "g")


def attention(b: Builder, x: Value, c: int, heads: Any, ratio: float = 0.5) -> Value:
    """Attention over the cells with a depthwise position code on the values."""
    if heads < 1 or c % heads:
        raise findings.attention_heads(f"{heads} attention heads do not divide {c} hidden channels")
    value = c // heads
    key = int(value * ratio)
    if key < 1:
        raise findings.attention_heads(f"{c} hidden channels leave no key for {heads} attention heads")
    qkv = conv(b("qkv"), x, c, c + 2 * key * heads, 1)
    y = b.attention("attention", qkv, heads, key, value)
    values = b.split("values", qkv, (2 * key * heads, c))[1]
    y = b.sum("add", y, conv(b("pe"), values, c, c, 3, 1, g=c))
    return conv(b("proj"), y, c, c, 1)


def psa_block(b: Builder, x: Value, c: int, heads: Any) -> Value:
    """Attention, then two pointwise convolutions, each with its input added."""
    x = b.sum("add1", x, attention(b("attn"), x, c, heads))
    y = conv(b("ffn.0"), x, c, c * 2, 1)
    return b.sum("add2", x, conv(b("ffn.1"), y, c * 2, c, 1))


def c3k2(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, c3k_: Any = False, e: Any = 0.5, attn: Any = False,
    g: Any = 1, shortcut: Any = True,
) -> Value:  # fmt: skip
    """C2f whose stages are bottlenecks, C3ks, or a bottleneck with attention."""
    h = int(c2 * e)
    _groups_of_replaced(g, h, n)
    y = b.chunk("chunk", conv(b("cv1"), x, c1, 2 * h, 1, 1), 2 * h)
    for i in range(n):
        inner = b(f"m.{i}")
        if attn:
            z = bottleneck(inner("0"), y[-1], h, h, shortcut, g)
            z = psa_block(inner("1"), z, h, max(h // 64, 1))
        elif c3k_:
            z = c3k(inner, y[-1], h, h, 2, shortcut, g)
        else:
            z = bottleneck(inner, y[-1], h, h, shortcut, g)
        y.append(z)
    return conv(b("cv2"), b.concat("cat", y), (2 + n) * h, c2, 1)


def _keeps_channels(what: str, c1: Any, c2: Any) -> None:
    if c1 != c2:
        raise findings.channels_must_match(f"{what} must keep its channels: {c1} come in, {c2} are asked for", "c2",
            help=f"let the row before make {c2} channels, or ask for what comes in",
        )  # fmt: skip


def psa(b: Builder, x: Value, c1: Any, c2: Any, e: Any = 0.5) -> Value:
    """Half of the channels through one attention block."""
    _keeps_channels("PSA", c1, c2)
    h = int(c1 * e)
    first, second = b.split("split", conv(b("cv1"), x, c1, 2 * h, 1, 1), (h, h))
    second = psa_block(b, second, h, max(h // 64, 1))
    return conv(b("cv2"), b.concat("cat", [first, second]), 2 * h, c1, 1)


def c2psa(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, e: Any = 0.5) -> Value:
    """Half of the channels through a chain of attention blocks."""
    _keeps_channels("C2PSA", c1, c2)
    h = int(c1 * e)
    first, second = b.split("split", conv(b("cv1"), x, c1, 2 * h, 1, 1), (h, h))
    for i in range(n):
        second = psa_block(b(f"m.{i}"), second, h, max(h // 64, 1))
    return conv(b("cv2"), b.concat("cat", [first, second]), 2 * h, c1, 1)


def c2f_psa(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, e: Any = 0.5) -> Value:
    """C2f whose stages are attention blocks."""
    _keeps_channels("C2fPSA", c1, c2)
    h = int(c2 * e)
    y = b.chunk("chunk", conv(b("cv1"), x, c1, 2 * h, 1, 1), 2 * h)
    for i in range(n):
        y.append(psa_block(b(f"m.{i}"), y[-1], h, max(h // 64, 1)))
    return conv(b("cv2"), b.concat("cat", y), (2 + n) * h, c2, 1)


def area_block(b: Builder, x: Value, c: int, heads: int, mlp_ratio: Any, area: Any) -> Value:
    """Attention inside each of ``area`` stripes, then two pointwise convolutions, each with its input added."""
    qkv = conv(b("attn.qkv"), x, c, 3 * c, 1)
    stripes = whole(area, "area", "area") if area > 1 else 1
    y = b.attention("attn.attention", qkv, heads, c // heads, c // heads, stripes)
    values = b.split("attn.values", qkv, (2 * c, c))[1]
    y = b.sum("attn.add", y, conv(b("attn.pe"), values, c, c, 7, 1, 3, c))
    x = b.sum("add1", x, conv(b("attn.proj"), y, c, c, 1))
    wide = int(c * mlp_ratio)
    y = conv(b("mlp.1"), conv(b("mlp.0"), x, c, wide, 1), wide, c, 1)
    return b.sum("add2", x, y)


def a2c2f(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, a2: Any = True, area: Any = 1, residual: Any = False,
    mlp_ratio: Any = 2.0, e: Any = 0.5, g: Any = 1, shortcut: Any = True,
) -> Value:  # fmt: skip
    """Every stage's output is concatenated; a stage is two area attentions or a C3k."""
    h = int(c2 * e)
    if h % 32:
        raise Refused(
            "CL051", f"A2C2f has {h} hidden channels (int({c2} * {e})), which must be a multiple of 32", "c2",
            help="change the width or the channel count",
        )  # fmt: skip
    scaled = a2 and residual
    if scaled and c1 != c2:
        raise findings.channels_must_match(f"residual A2C2f adds its {c1} input channels to {c2} output channels", "c2")
    y = [conv(b("cv1"), x, c1, h, 1, 1)]
    for i in range(n):
        if a2:
            z = y[-1]
            for j in range(2):
                z = area_block(b(f"m.{i}.{j}"), z, h, h // 32, mlp_ratio, area)
        else:
            z = c3k(b(f"m.{i}"), y[-1], h, h, 2, shortcut, g)
        y.append(z)
    out = conv(b("cv2"), b.concat("cat", y), (1 + n) * h, c2, 1)
    return b.sum("add", x, b.parameters("gamma", out, {"gamma": (c2,)})) if scaled else out


def c2f_attn(
    b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1, ec: Any = 128, nh: Any = 1, gc: Any = 512,
    shortcut: Any = False, g: Any = 1, e: Any = 0.5,
) -> Value:  # fmt: skip
    """C2f with one more stage that weighs its maps by how well they fit the text."""
    h = int(c2 * e)
    if gc != 512:
        raise findings.channels_must_match(f"C2fAttn reads text of 512 numbers, not {gc}", "gc")
    if ec != h:
        raise findings.channels_must_match(f"C2fAttn compares {h} hidden channels with {ec} embedded ones", "e")
    heads_divide(nh, h, "C2fAttn", "nh")
    y = b.chunk("chunk", conv(b("cv1"), x, c1, 2 * h, 1, 1), 2 * h)
    for i in range(n):
        y.append(bottleneck(b(f"m.{i}"), y[-1], h, h, shortcut, g, (3, 3), 1.0))
    text: dict[str, Axes] = {"attn.bias": (nh,), "attn.gl.weight": (ec, gc), "attn.gl.bias": (ec,)}
    weighed = b.parameters("attn.gl", y[-1], text)
    y.append(conv(b("attn.proj_conv"), weighed, h, h, 3, 1))
    return conv(b("cv2"), b.concat("cat", y), (3 + n) * h, c2, 1)


def scdown(b: Builder, x: Value, c1: Any, c2: Any, k: Any, s: Any) -> Value:
    """Channels first, then a depthwise stride."""
    return conv(b("cv2"), conv(b("cv1"), x, c1, c2, 1, 1), c2, c2, k, s, g=c2)


def rep_csp(b: Builder, x: Value, c1: Any, c2: Any, n: Any = 1) -> Value:
    """C3 whose bottlenecks begin with a RepConv."""
    h = int(c2 * 0.5)
    y = conv(b("cv1"), x, c1, h, 1, 1)
    for i in range(n):
        inner = b(f"m.{i}")
        z = conv(inner("cv2"), rep_conv(inner("cv1"), y, h, h), h, h, 3, 1)
        y = inner.sum("add", y, z)
    other = conv(b("cv2"), x, c1, h, 1, 1)
    return conv(b("cv3"), b.concat("cat", [y, other]), 2 * h, c2, 1)


def rep_ncsp_elan4(b: Builder, x: Value, c1: Any, c2: Any, c3: Any, c4: Any, n: Any = 1) -> Value:
    """Split in two, two RepCSP stages, everything concatenated."""
    y = b.chunk("chunk", conv(b("cv1"), x, c1, c3, 1, 1), c3)
    y.append(conv(b("cv2.1"), rep_csp(b("cv2.0"), y[-1], c3 // 2, c4, n), c4, c4, 3, 1))
    y.append(conv(b("cv3.1"), rep_csp(b("cv3.0"), y[-1], c4, c4, n), c4, c4, 3, 1))
    return conv(b("cv4"), b.concat("cat", y), c3 + 2 * c4, c2, 1, 1)


def elan1(b: Builder, x: Value, c1: Any, c2: Any, c3: Any, c4: Any) -> Value:
    """Split in two, two 3 x 3 convolutions, everything concatenated."""
    y = b.chunk("chunk", conv(b("cv1"), x, c1, c3, 1, 1), c3)
    y.append(conv(b("cv2"), y[-1], c3 // 2, c4, 3, 1))
    y.append(conv(b("cv3"), y[-1], c4, c4, 3, 1))
    return conv(b("cv4"), b.concat("cat", y), c3 + 2 * c4, c2, 1, 1)


def aconv(b: Builder, x: Value, c1: Any, c2: Any) -> Value:
    """A 2 x 2 average at stride 1, then a 3 x 3 convolution at stride 2."""
    return conv(b("cv1"), b.avg_pool("pool", x, 2, 1), c1, c2, 3, 2, 1)


def adown(b: Builder, x: Value, c1: Any, c2: Any) -> Value:
    """A 2 x 2 average at stride 1; half by a convolution, half by a max-pool, both at stride 2."""
    h = c2 // 2
    first, second = b.chunk("chunk", b.avg_pool("pool", x, 2, 1), c1)
    first = conv(b("cv1"), first, c1 // 2, h, 3, 2, 1)
    second = conv(b("cv2"), b.max_pool("max_pool", second, 3, 2, 1), c1 // 2, h, 1, 1, 0)
    return b.concat("cat", [first, second])


def spp_elan(b: Builder, x: Value, c1: Any, c2: Any, c3: Any, k: Any = 5) -> Value:
    """Three max-pools in a row, every result kept."""
    y = [conv(b("cv1"), x, c1, c3, 1, 1)]
    for i in range(2, 5):
        y.append(b.max_pool(f"cv{i}", y[-1], k, 1, k // 2))
    return conv(b("cv5"), b.concat("cat", y), 4 * c3, c2, 1, 1)


def light_conv(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1) -> Value:
    """Pointwise, then depthwise."""
    return depthwise_conv(b("conv2"), conv(b("conv1"), x, c1, c2, 1), c2, c2, k)


def hg_stem(b: Builder, x: Value, c1: Any, cm: Any, c2: Any) -> Value:
    """Two strides of 2, with a pool beside two 2 x 2 convolutions in between."""
    from convlint.model.operations import Pad

    corner = Pad(2, "zeros", ((0, 1), (0, 1)))
    x = b.add("pad1", "ZeroPad2d", corner, conv(b("stem1"), x, c1, cm, 3, 2))
    y = b.add("pad2", "ZeroPad2d", corner, conv(b("stem2a"), x, cm, cm // 2, 2, 1, 0))
    y = conv(b("stem2b"), y, cm // 2, cm, 2, 1, 0)
    x = b.concat("cat", [b.max_pool("pool", x, 2, 1, 0, ceil=True), y])
    return conv(b("stem4"), conv(b("stem3"), x, cm * 2, cm, 3, 2), cm, c2, 1, 1)


def hg_block(
    b: Builder, x: Value, c1: Any, cm: Any, c2: Any, k: Any = 3, n: Any = 6, lightconv: Any = False,
    shortcut: Any = False, act: Any = None,
) -> Value:  # fmt: skip
    """A chain of convolutions; all their outputs and the input are concatenated and squeezed."""
    y = [x]
    for i in range(n):
        inner, channels = b(f"m.{i}"), c1 if i == 0 else cm
        y.append(light_conv(inner, y[-1], channels, cm, k) if lightconv else conv(inner, y[-1], channels, cm, k))
    out = conv(b("sc"), b.concat("cat", y), c1 + n * cm, c2 // 2, 1, 1)
    out = conv(b("ec"), out, c2 // 2, c2, 1, 1)
    return b.sum("add", out, x) if shortcut and c1 == c2 else out


def resnet_block(b: Builder, x: Value, c1: Any, c2: Any, s: Any = 1, e: Any = 4) -> Value:
    """1 x 1, 3 x 3 (the stride), 1 x 1 to ``e`` times the channels; the input is added, projected if need be."""
    out = e * c2
    y = conv(b("cv1"), x, c1, c2, 1, 1)
    y = conv(b("cv2"), y, c2, c2, 3, s, 1)
    y = conv(b("cv3"), y, c2, out, 1)
    if s != 1 or c1 != out:
        x = conv(b("shortcut.0"), x, c1, out, 1, s)
    return b.sum("add", y, x)


def resnet_layer(
    b: Builder, x: Value, c1: Any, c2: Any, s: Any = 1, is_first: Any = False, n: Any = 1, e: Any = 4
) -> Value:
    """The stem (7 x 7 and a pool, together a stride of 4), or a stage of bottleneck blocks."""
    if is_first:
        return b.max_pool("layer.1", conv(b("layer.0"), x, c1, c2, 7, 2, 3), 3, 2, 1)
    x = resnet_block(b("layer.0"), x, c1, c2, s, e)
    for i in range(n - 1):
        x = resnet_block(b(f"layer.{i + 1}"), x, e * c2, c2, 1, e)
    return x


def aifi(
    b: Builder, x: Value, c1: Any, cm: Any = 2048, num_heads: Any = 8, dropout: Any = 0, act: Any = None,
    normalize_before: Any = False,
) -> Value:  # fmt: skip
    """One transformer layer over the cells, with sines and cosines for their places."""
    heads_divide(num_heads, c1, "AIFI", "num_heads")
    if c1 % 4:
        raise Refused("CL051", f"AIFI's position code wants a multiple of 4 channels, not {c1}")
    whole(cm, "the hidden channels", "cm", 1)
    if not isinstance(dropout, int | float) or not 0 <= dropout <= 1:
        raise Refused("CL005", f"dropout must be a number from 0 to 1, not {dropout}", "dropout")
    x = b.channel_layer_norm("norm1", b.sum("add1", x, torch_attention(b("ma"), x, c1, num_heads)), c1)
    y = b.dense("fc2", b.dense("fc1", x, c1, cm), cm, c1)
    return b.channel_layer_norm("norm2", b.sum("add2", x, y), c1)


def cb_linear(
    b: Builder, x: Value, c1: Any, c2s: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1
) -> list[Value]:
    """One convolution whose output is split into several maps."""
    x = b.conv2d("conv", x, c1, sum(c2s), k, s, autopad(k, p), 1, g)
    return b.split("split", x, tuple([whole(c, "out_channels", "c2s", 0) for c in c2s]))


def classify(b: Builder, x: Value, c1: Any, c2: Any, k: Any = 1, s: Any = 1, p: Any = None, g: Any = 1) -> Value:
    """A convolution to 1280 maps, their averages, and one dense layer."""
    from convlint.model.operations import AdaptivePool, Flatten, Linear

    x = conv(b("conv"), x, c1, 1280, k, s, p, g)
    x = b.add("pool", "AdaptiveAvgPool2d", AdaptivePool("average", 2, (1, 1)), x)
    x = b.add("flatten", "Flatten", Flatten(), x)
    return b.add("linear", "Linear", Linear(whole(c2, "the number of classes", "c2", 1), 1280), x)
