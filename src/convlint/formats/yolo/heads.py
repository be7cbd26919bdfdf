"""The heads of ultralytics, written out as far as convolutions go.

A head reads several maps ``xs`` with ``ch`` channels each.  What has trainable numbers but no shape of its own
(embeddings, text projections) is one ``Parameter``.  ``legacy`` selects the older class branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.formats.yolo import findings
from convlint.formats.yolo.builder import Builder, Value, whole
from convlint.formats.yolo.modules import conv, depthwise_conv
from convlint.model.operations import Axes, Levels


def levels(
    b: Builder, xs: Sequence[Value], size: int | None = None, extra: int = 0, stored: dict[str, Axes] | None = None
) -> list[Value]:
    """The maps as they came in, checked to go from fine to coarse; ``stored`` is what the head keeps about them."""
    number, _ = b.add("levels", "Levels", Levels(size or max(len(xs), 1), extra), *xs, stored=stored)
    return [(number, part) for part in range(len(xs))]


def dense(name: str, a: int, c: int) -> dict[str, Axes]:
    """Tensors of a dense layer with bias."""
    return {f"{name}.weight": (c, a), f"{name}.bias": (c,)}


def norm(name: str, c: int) -> dict[str, Axes]:
    """Trained tensors of a normalisation."""
    return {f"{name}.weight": (c,), f"{name}.bias": (c,)}


def running(name: str, c: int) -> dict[str, Axes]:
    """What a BatchNorm remembers."""
    return {f"{name}.running_mean": (c,), f"{name}.running_var": (c,), f"{name}.num_batches_tracked": ()}


def branch(b: Builder, x: Value, c: Any, h: Any, out: Any) -> Value:
    """Two 3 x 3 convolutions and a 1 x 1 with bias."""
    y = conv(b("0"), x, c, h, 3)
    return b.conv2d("2", conv(b("1"), y, h, h, 3), h, out, 1)


def light_branch(b: Builder, x: Value, c: Any, h: Any, out: Any) -> Value:
    """Twice depthwise and pointwise, and a 1 x 1 with bias."""
    y = conv(b("0.1"), depthwise_conv(b("0.0"), x, c, c, 3), c, h, 1)
    y = conv(b("1.1"), depthwise_conv(b("1.0"), y, h, h, 3), h, h, 1)
    return b.conv2d("2", y, h, out, 1)


def class_channels(nc: Any, ch: Sequence[Any]) -> Any:
    """Hidden channels of the class branch."""
    return max(ch[0], min(nc, 100))


def detect_levels(
    b: Builder, xs: Sequence[Value], nc: Any, reg_max: Any, end2end: Any, ch: Sequence[Any], legacy: bool,
    out: Any = None,
) -> list[Value]:  # fmt: skip
    """Box and class branch of every level; ``out`` replaces the classes where text decides about them."""
    whole(nc, "nc", "nc", 1)
    whole(reg_max, "reg_max", None, 1)
    boxes, classes = max(16, ch[0] // 4, reg_max * 4), class_channels(nc, ch)
    named = branch if legacy else light_branch
    made: list[Value] = []
    for prefix in ("", "one2one_") if end2end else ("",):
        made = []
        for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
            box = branch(b(f"{prefix}cv2.{i}"), x, c, boxes, 4 * reg_max)
            score = named(b(f"{prefix}cv3.{i}"), x, c, classes, nc if out is None else out)
            made.append(b.concat(f"{prefix}cat.{i}", [box, score]))
    if reg_max > 1:
        made[0] = b.parameters("dfl", made[0], {"dfl.conv.weight": (1, reg_max, 1, 1)})
    return made


def detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, reg_max: Any = 16, end2end: Any = False, ch: Any = (), *,
    legacy: bool,
) -> list[Value]:  # fmt: skip
    """Boxes and classes of every level."""
    return detect_levels(b, levels(b, xs), nc, reg_max, end2end, ch, legacy)


def v10_detect(b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (), *, legacy: bool) -> list[Value]:
    """Detect with two sets of branches, always with light class branches."""
    return detect_levels(b, levels(b, xs), nc, 16, True, ch, False)


def proto(b: Builder, x: Value, c1: Any, c: Any, c2: Any) -> Value:
    """Mask prototypes at twice the size."""
    y = b.conv_transpose2d("upsample", conv(b("cv1"), x, c1, c, 3), c, c, 2, 2, 0)
    return conv(b("cv3"), conv(b("cv2"), y, c, c, 3), c, c2)


def _more(
    b: Builder, xs: Sequence[Value], ch: Sequence[Any], count: Any, what: str, end2end: Any, name: str = "cv4"
) -> None:
    """A further branch of every level, that makes ``count`` numbers for each cell."""
    h = max(ch[0] // 4, whole(count, what, None, 1))
    for prefix in ("", "one2one_") if end2end else ("",):
        for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
            branch(b(f"{prefix}{name}.{i}"), x, c, h, count)


def segment(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, reg_max: Any = 16,
    end2end: Any = False, ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect, and mask coefficients and prototypes."""
    xs = levels(b, xs)
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, legacy)
    _more(b, xs, ch, nm, "the number of masks", end2end)
    return [*made, proto(b("proto"), xs[0], ch[0], npr, nm)]


def _fused_proto(b: Builder, xs: Sequence[Value], ch: Sequence[Any], nc: Any, nm: Any, npr: Any) -> Value:
    """Prototypes from all levels, each enlarged by its power of two and added to the finest."""
    x = xs[0]
    for i, (level, c) in enumerate(zip(xs[1:], ch[1:], strict=True)):
        y = conv(b(f"feat_refine.{i}"), level, c, ch[0], 1)
        x = b.sum(f"add.{i}", x, b.upsample(f"up.{i}", y, 2 ** (i + 1)))
    y = conv(b("semseg.1"), conv(b("semseg.0"), x, ch[0], npr, 3), npr, npr, 3)
    b.conv2d("semseg.2", y, npr, nc, 1)
    return proto(b, conv(b("feat_fuse"), x, ch[0], npr, 3), npr, npr, nm)


def segment26(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, reg_max: Any = 16,
    end2end: Any = False, ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Segment whose prototypes read all levels."""
    xs = levels(b, xs)
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, legacy)
    _more(b, xs, ch, nm, "the number of masks", end2end)
    return [*made, _fused_proto(b("proto"), xs, ch, nc, nm, npr)]


def obb(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ne: Any = 1, reg_max: Any = 16, end2end: Any = False,
    ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect, and an angle for each cell."""
    xs = levels(b, xs)
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, legacy)
    _more(b, xs, ch, ne, "ne", end2end)
    if ne != 1:
        raise findings.head_arguments(
            f"the boxes are rotated by 1 angle, not by {ne} (fails when the model is used)", "ne"
        )
    return made


def pose(
    b: Builder, xs: Sequence[Value], nc: Any = 80, kpt_shape: Any = (17, 3), reg_max: Any = 16, end2end: Any = False,
    ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect, and keypoints for each cell."""
    xs = levels(b, xs)
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, legacy)
    _more(b, xs, ch, kpt_shape[0] * kpt_shape[1], "the number of keypoint values", end2end)
    return made


def pose26(
    b: Builder, xs: Sequence[Value], nc: Any = 80, kpt_shape: Any = (17, 3), reg_max: Any = 16, end2end: Any = False,
    ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect, and keypoints with their uncertainties, and a flow model of 12 small networks."""
    xs = levels(b, xs)
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, legacy)
    points, values = kpt_shape[0], kpt_shape[0] * kpt_shape[1]
    h = max(ch[0] // 4, points * (kpt_shape[1] + 2))
    for prefix in ("", "one2one_") if end2end else ("",):
        for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
            y = conv(b(f"{prefix}cv4.{i}.1"), conv(b(f"{prefix}cv4.{i}.0"), x, c, h, 3), h, h, 3)
            b.conv2d(f"{prefix}cv4_kpts.{i}", y, h, values, 1)
            b.conv2d(f"{prefix}cv4_sigma.{i}", y, h, points * 2, 1)
    flow: dict[str, Axes] = {}
    for net in [f"flow_model.{kind}.{i}" for kind in "st" for i in range(6)]:
        flow |= dense(f"{net}.0", 2, 64) | dense(f"{net}.2", 64, 64) | dense(f"{net}.4", 64, 2)
    fixed = {"flow_model.loc": (2,), "flow_model.cov": (2, 2), "flow_model.mask": (6, 2)}
    made[0] = b.parameters("flow_model", made[0], flow, fixed)
    return made


def world_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, embed: Any = 512, with_bn: Any = False, reg_max: Any = 16,
    end2end: Any = False, ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Boxes, and maps that are compared with the text of every class."""
    if type(nc) is not int or nc != 80:
        raise findings.head_arguments(f"WorldDetect is built with the text of 80 classes; nc is {nc}", "nc")
    if embed != 512:
        raise findings.head_arguments(f"WorldDetect compares with text of 512 numbers, embed is {embed}", "embed")
    xs = levels(b, xs)
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, True, out=embed)
    made[-1] = _compared(b, made[-1], [f"cv4.{i}" for i in range(len(ch))], embed, with_bn)
    return made


def _compared(b: Builder, x: Value, names: list[str], embed: int, with_bn: Any) -> Value:
    """What compares the maps of every level with text."""
    trained: dict[str, Axes] = {}
    remembered: dict[str, Axes] = {}
    for name in names:
        trained |= {f"{name}.bias": (1,), f"{name}.logit_scale": ()}
        if with_bn:
            trained |= norm(f"{name}.norm", embed)
            remembered |= running(f"{name}.norm", embed)
    return b.parameters("cv4", x, trained, remembered)


def _yoloe(
    b: Builder, xs: Sequence[Value], nc: Any, embed: Any, with_bn: Any, reg_max: Any, end2end: Any, ch: Any,
    legacy: bool,
) -> list[Value]:  # fmt: skip
    q = class_channels(nc, ch)
    if len(ch) != 3:
        raise findings.head_levels(f"YOLOE heads read exactly 3 maps, not {len(ch)}")
    if embed != 512:
        raise findings.head_arguments(f"YOLOE heads compare with text of 512 numbers, embed is {embed}", "embed")
    if not q <= embed:
        raise findings.head_arguments(
            f"the first level has {q} channels, more than the {embed} that are embedded", "embed"
        )
    if not with_bn:
        raise findings.head_arguments("YOLOE heads need with_bn: True", "with_bn")
    made = detect_levels(b, xs, nc, reg_max, end2end, ch, legacy, out=embed)
    names = [f"{prefix}cv4.{i}" for prefix in (("", "one2one_") if end2end else ("",)) for i in range(len(ch))]
    made[-1] = _compared(b, made[-1], names, embed, True)
    for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
        conv(b(f"savpe.cv1.{i}.1"), conv(b(f"savpe.cv1.{i}.0"), x, c, q, 3), q, q, 3)
        conv(b(f"savpe.cv2.{i}.0"), x, c, q, 1)
    prompts = dense("reprta.m.w12", embed, 4 * embed) | dense("reprta.m.w3", 2 * embed, embed)
    prompts |= {"savpe.cv3.weight": (embed, 3 * q, 1, 1), "savpe.cv3.bias": (embed,)}
    prompts |= {"savpe.cv4.weight": (16, 3 * q, 3, 3), "savpe.cv4.bias": (16,)}
    prompts |= {"savpe.cv5.weight": (16, 1, 3, 3), "savpe.cv5.bias": (16,)}
    prompts |= {"savpe.cv6.0.conv.weight": (16, 32, 3, 3), **norm("savpe.cv6.0.bn", 16)}
    prompts |= {"savpe.cv6.1.weight": (16, 16, 3, 3), "savpe.cv6.1.bias": (16,)}
    made[-1] = b.parameters("prompts", made[-1], prompts, running("savpe.cv6.0.bn", 16))
    return made


def yoloe_detect(
    b: Builder, xs: Sequence[Value], nc: Any = 80, embed: Any = 512, with_bn: Any = True, reg_max: Any = 16,
    end2end: Any = False, ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Detect with text or image prompts."""
    return _yoloe(b, levels(b, xs), nc, embed, with_bn, reg_max, end2end, ch, legacy)


def yoloe_segment(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, embed: Any = 512,
    with_bn: Any = True, reg_max: Any = 16, end2end: Any = False, ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """YOLOEDetect with masks."""
    xs = levels(b, xs)
    made = _yoloe(b, xs, nc, embed, with_bn, reg_max, end2end, ch, legacy)
    _more(b, xs, ch, nm, "the number of masks", end2end, "cv5")
    return [*made, proto(b("proto"), xs[0], ch[0], npr, nm)]


def yoloe_segment26(
    b: Builder, xs: Sequence[Value], nc: Any = 80, nm: Any = 32, npr: Any = 256, embed: Any = 512,
    with_bn: Any = True, reg_max: Any = 16, end2end: Any = False, ch: Any = (), *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """YOLOEDetect with masks whose prototypes read all levels."""
    xs = levels(b, xs)
    made = _yoloe(b, xs, nc, embed, with_bn, reg_max, end2end, ch, legacy)
    _more(b, xs, ch, nm, "the number of masks", end2end, "cv5")
    return [*made, _fused_proto(b("proto"), xs, ch, nc, nm, npr)]


def depth(b: Builder, xs: Sequence[Value], c_mid: Any = 256, ch: Any = (), *, legacy: bool) -> list[Value]:
    """From the coarsest level up: doubled, added to the next finer one, refined."""
    xs = levels(b, xs, stored={"cal_a": (1,), "cal_b": (1,)})
    maps = [conv(b(f"proj.{i}"), x, c, c_mid, 1) for i, (x, c) in enumerate(zip(xs, ch, strict=True))]
    y = maps[-1]
    for i in range(len(maps) - 2, -1, -1):
        y = b.sum(f"add.{i}", b.upsample(f"up.{i}", y, 2, "bilinear", True), maps[i])
        y = conv(b(f"refine.{i}.1"), conv(b(f"refine.{i}.0"), y, c_mid, c_mid, 3), c_mid, c_mid, 3)
    half = c_mid // 2
    y = b.conv_transpose2d("head.1", conv(b("head.0"), y, c_mid, half, 3), half, half, 2, 2)
    return [b.conv2d("head.3", conv(b("head.2"), y, half, c_mid // 4, 3), c_mid // 4, 1, 1)]


def semantic_segment(b: Builder, xs: Sequence[Value], nc: Any = 19, ch: Any = (), *, legacy: bool) -> list[Value]:
    """Classes of every cell of the first map; the second helps in training."""
    c = ch[0]
    whole(nc, "nc", "nc", 1)
    made = [b.conv2d("classifier.1", conv(b("classifier.0"), xs[0], c, c, 3), c, nc, 1)]
    if len(ch) > 1:
        made.append(b.conv2d("aux_head.1", conv(b("aux_head.0"), xs[1], ch[1], c, 3), c, nc, 1))
    return made


def rtdetr_decoder(
    b: Builder, xs: Sequence[Value], nc: Any = 80, ch: Any = (512, 1024, 2048), hd: Any = 256, nq: Any = 300,
    ndp: Any = 4, nh: Any = 8, ndl: Any = 6, d_ffn: Any = 1024, dropout: Any = 0.0, act: Any = None,
    eval_idx: Any = -1, nd: Any = 100, label_noise_ratio: Any = 0.5, box_noise_scale: Any = 1.0,
    learnt_init_query: Any = False, *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Every level projected to ``hd`` channels, then a transformer decoder over all cells."""
    for value, what in ((nc, "nc"), (hd, "hd"), (nq, "nq"), (ndp, "ndp"), (nh, "nh"), (ndl, "ndl"), (d_ffn, "d_ffn")):
        whole(value, what, what, 1)
    if hd % nh:
        raise findings.attention_heads(f"RTDETRDecoder: {nh} heads do not divide {hd} hidden channels", "nh")
    if hd % 8:
        raise findings.attention_heads(f"RTDETRDecoder: {hd} hidden channels are no multiple of 8", "hd")
    xs = levels(b, xs)
    made = []
    for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
        made.append(b.norm(f"input_proj.{i}.1", b.conv2d(f"input_proj.{i}.0", x, c, hd, 1, bias=False), hd))
    n = len(ch)
    tensors: dict[str, Axes] = {"denoising_class_embed.weight": (nc, hd)}
    for i in range(ndl):
        layer = f"decoder.layers.{i}"
        tensors |= {f"{layer}.self_attn.in_proj_weight": (3 * hd, hd), f"{layer}.self_attn.in_proj_bias": (3 * hd,)}
        tensors |= dense(f"{layer}.self_attn.out_proj", hd, hd)
        for number in (1, 2, 3):
            tensors |= norm(f"{layer}.norm{number}", hd)
        tensors |= dense(f"{layer}.cross_attn.sampling_offsets", hd, 2 * nh * n * ndp)
        tensors |= dense(f"{layer}.cross_attn.attention_weights", hd, nh * n * ndp)
        for name in ("value_proj", "output_proj"):
            tensors |= dense(f"{layer}.cross_attn.{name}", hd, hd)
        tensors |= dense(f"{layer}.linear1", hd, d_ffn) | dense(f"{layer}.linear2", d_ffn, hd)
        tensors |= dense(f"dec_score_head.{i}", hd, nc) | _box(f"dec_bbox_head.{i}", hd)
    tensors |= dense("query_pos_head.layers.0", 4, 2 * hd) | dense("query_pos_head.layers.1", 2 * hd, hd)
    tensors |= dense("enc_output.0", hd, hd) | norm("enc_output.1", hd)
    tensors |= dense("enc_score_head", hd, nc) | _box("enc_bbox_head", hd)
    if learnt_init_query:
        tensors["tgt_embed.weight"] = (nq, hd)
    made[0] = b.parameters("decoder", made[0], tensors)
    return made


def _box(name: str, hd: int) -> dict[str, Axes]:
    """Three dense layers that end in a box."""
    return dense(f"{name}.layers.0", hd, hd) | dense(f"{name}.layers.1", hd, hd) | dense(f"{name}.layers.2", hd, 4)


def image_pooling_attn(
    b: Builder, xs: Sequence[Value], ec: Any = 256, ch: Any = (), ct: Any = 512, nh: Any = 8, k: Any = 3,
    scale: Any = False, *, legacy: bool,
) -> list[Value]:  # fmt: skip
    """Changes the text by what the maps show; the maps pass by."""
    if ct != 512:
        raise findings.channels_must_match(f"the text has 512 numbers, ct is {ct}", "ct")
    whole(ec, "ec", "ec", 1)
    if ec % whole(nh, "nh", "nh", 1):
        raise findings.attention_heads(f"ImagePoolingAttn: {nh} heads do not divide {ec} channels", "nh")
    for i, (x, c) in enumerate(zip(xs, ch, strict=True)):
        b.conv2d(f"projections.{i}", x, c, ec, 1)
    tensors = norm("query.0", ct) | dense("query.1", ct, ec) | dense("proj", ec, ct)
    for name in ("key", "value"):
        tensors |= norm(f"{name}.0", ec) | dense(f"{name}.1", ec, ec)
    if scale:
        tensors["scale"] = (1,)
    return [b.parameters("text", xs[0], tensors), *xs[1:]]
