"""The four dialects as data: which module names exist, which are scaled, repeated, heads, or passed through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from convlint.formats.yolo import heads, modules, yolov5, yolov7, yolov9
from convlint.formats.yolo.torch_layers import CONV, CONV_TRANSPOSE, identity

Module = Callable[..., Any]


class Dialect(NamedTuple):
    """What the parser of one framework knows.

    ``base`` modules get the input channels injected and their output channels scaled; ``repeats`` of them get the
    repeat count as a constructor argument; ``through`` modules get their arguments as they stand.  ``special`` names
    have a branch of their own in ``lowering``.  ``unreachable`` names exist in the package but not in its YAML.
    """

    name: str
    title: str
    base: dict[str, Module]
    repeats: frozenset[str]
    heads: dict[str, Module]
    through: dict[str, Module]
    special: frozenset[str]
    unreachable: frozenset[str]

    def names(self) -> list[str]:
        """Every name that a row may use, those of torch.nn left out."""
        return [*self.base, *self.heads, *self.through, *self.special]


ULTRALYTICS = Dialect(
    "ultralytics",
    "ultralytics 8.4",
    {
        "Classify": modules.classify,
        "Conv": modules.conv,
        "ConvTranspose": modules.conv_transpose,
        "GhostConv": modules.ghost_conv,
        "Bottleneck": modules.bottleneck,
        "GhostBottleneck": modules.ghost_bottleneck,
        "SPP": modules.spp,
        "SPPF": modules.sppf,
        "C2fPSA": modules.c2f_psa,
        "C2PSA": modules.c2psa,
        "DWConv": modules.depthwise_conv,
        "Focus": modules.focus,
        "BottleneckCSP": modules.bottleneck_csp_block,
        "C1": modules.c1_block,
        "C2": modules.c2_block,
        "C2f": modules.c2f,
        "C3k2": modules.c3k2,
        "RepNCSPELAN4": modules.rep_ncsp_elan4,
        "ELAN1": modules.elan1,
        "ADown": modules.adown,
        "AConv": modules.aconv,
        "SPPELAN": modules.spp_elan,
        "C2fAttn": modules.c2f_attn,
        "C3": modules.c3_block,
        "C3TR": modules.c3tr,
        "C3Ghost": modules.c3_ghost,
        "nn.ConvTranspose2d": CONV_TRANSPOSE,
        "DWConvTranspose2d": modules.depthwise_conv_transpose,
        "C3x": modules.c3x,
        "RepC3": modules.rep_c3,
        "PSA": modules.psa,
        "SCDown": modules.scdown,
        "C2fCIB": modules.c2f_cib,
        "A2C2f": modules.a2c2f,
    },
    frozenset(
        [
            "BottleneckCSP",
            "C1",
            "C2",
            "C2f",
            "C3k2",
            "C2fAttn",
            "C3",
            "C3TR",
            "C3Ghost",
            "C3x",
            "RepC3",
            "C2fPSA",
            "C2fCIB",
            "C2PSA",
            "A2C2f",
        ]
    ),
    {
        "Detect": heads.detect,
        "WorldDetect": heads.world_detect,
        "YOLOEDetect": heads.yoloe_detect,
        "Segment": heads.segment,
        "Segment26": heads.segment26,
        "YOLOESegment": heads.yoloe_segment,
        "YOLOESegment26": heads.yoloe_segment26,
        "Pose": heads.pose,
        "Pose26": heads.pose26,
        "OBB": heads.obb,
        "OBB26": heads.obb,
        "v10Detect": heads.v10_detect,
        "Depth": heads.depth,
        "SemanticSegment": heads.semantic_segment,
        "RTDETRDecoder": heads.rtdetr_decoder,
    },
    {"Conv2": modules.conv2, "RepConv": modules.rep_conv, "RepVGGDW": modules.rep_vgg_dw},
    frozenset(
        [
            "Concat",
            "AIFI",
            "HGStem",
            "HGBlock",
            "ResNetLayer",
            "ImagePoolingAttn",
            "CBLinear",
            "CBFuse",
            "TorchVision",
            "Index",
        ]
    ),
    frozenset(
        [
            "CBAM",
            "CIB",
            "DFL",
            "MLP",
            "Attention",
            "BNContrastiveHead",
            "ChannelAttention",
            "ContrastiveHead",
            "DeformableTransformerDecoder",
            "DeformableTransformerDecoderLayer",
            "LayerNorm2d",
            "LightConv",
            "MLPBlock",
            "MSDeformAttn",
            "MaxSigmoidAttnBlock",
            "Proto",
            "SpatialAttention",
            "TransformerBlock",
            "TransformerEncoderLayer",
            "TransformerLayer",
            "C3k",
            "PSABlock",
            "ABlock",
            "AAttn",
            "RepCSP",
            "ResNetBlock",
            "RepBottleneck",
            "C3f",
            "SwiGLUFFN",
            "Residual",
            "SAVPE",
        ]
    ),
)

YOLOV5 = Dialect(
    "yolov5",
    "the YOLOv5 repository",
    {
        "Conv": modules.conv,
        "GhostConv": modules.ghost_conv,
        "Bottleneck": yolov5.bottleneck,
        "GhostBottleneck": modules.ghost_bottleneck,
        "SPP": modules.spp,
        "SPPF": yolov5.sppf,
        "DWConv": modules.depthwise_conv,
        "MixConv2d": yolov5.mix_conv,
        "Focus": modules.focus,
        "CrossConv": yolov5.cross_conv,
        "BottleneckCSP": yolov5.bottleneck_csp,
        "C3": modules.c3_block,
        "C3TR": modules.c3tr,
        "C3SPP": yolov5.c3_spp,
        "C3Ghost": modules.c3_ghost,
        "nn.ConvTranspose2d": CONV_TRANSPOSE,
        "DWConvTranspose2d": modules.depthwise_conv_transpose,
        "C3x": modules.c3x,
    },
    frozenset(["BottleneckCSP", "C3", "C3TR", "C3Ghost", "C3x"]),
    {"Detect": yolov5.detect, "Segment": yolov5.segment},
    {},
    frozenset(["Concat", "Contract", "Expand"]),
    frozenset(
        [
            "TransformerLayer",
            "TransformerBlock",
            "Proto",
            "Classify",
            "DetectMultiBackend",
            "AutoShape",
            "Sum",
            "Ensemble",
        ]
    ),
)


#: What fills the frames of YOLOv7 of which only the name is known.
_NAMED_FRAMES = ("RepBottleneck", "RepRes", "RepResX", "Ghost", "ST", "ST2")


def _yolov7_base() -> dict[str, Module]:
    base: dict[str, Module] = {
        "nn.Conv2d": CONV,
        "Conv": yolov7.conv,
        "RobustConv": yolov7.robust_conv,
        "DWConv": yolov7.depthwise_conv,
        "GhostConv": modules.ghost_conv,
        "RepConv": yolov7.rep_conv,
        "DownC": yolov7.down_c,
        "SPP": modules.spp,
        "SPPF": yolov5.sppf,
        "SPPCSPC": yolov7.spp_csp,
        "GhostSPPCSPC": yolov7.ghost_spp_csp,
        "MixConv2d": yolov5.mix_conv,
        "Focus": modules.focus,
        "Stem": yolov7.stem,
        "GhostStem": yolov7.ghost_stem,
        "CrossConv": yolov5.cross_conv,
        "Bottleneck": yolov5.bottleneck,
        "Res": yolov7.res,
        "ResX": yolov7.res_x,
        "Ghost": yolov7.ghost,
    }
    for kind in "ABC":
        base[f"BottleneckCSP{kind}"] = yolov7.csp(kind, yolov7.plain_inner, 0.5, residual=kind != "B")
        base[f"ResCSP{kind}"] = yolov7.csp(kind, yolov7.res_inner, 0.5)
        base[f"ResXCSP{kind}"] = yolov7.csp(kind, yolov7.res_x_inner, 0.5, 32)
    base |= dict.fromkeys(
        [
            *[f"{prefix}CSP{kind}" for prefix in _NAMED_FRAMES for kind in "ABC"],
            "RepBottleneck",
            "RepRes",
            "RepResX",
            "SwinTransformerBlock",
            "SwinTransformer2Block",
        ],
        yolov7.same_size,
    )
    return base | dict.fromkeys(["RobustConv2", "RepConv_OREPA"], yolov7.any_size)


YOLOV7 = Dialect(
    "yolov7",
    "the YOLOv7 repository",
    _yolov7_base(),
    frozenset(
        ["DownC", "SPPCSPC", "GhostSPPCSPC"]
        + [f"{prefix}CSP{kind}" for prefix in ("Bottleneck", "Res", "ResX", *_NAMED_FRAMES) for kind in "ABC"]
    ),
    {
        "Detect": yolov7.detect,
        "IDetect": yolov7.i_detect,
        "IAuxDetect": yolov7.i_aux_detect,
        "IBin": yolov7.detect,
        "IKeypoint": yolov7.detect,
    },
    {"MP": yolov7.max_pool, "SP": yolov7.same_pool},
    frozenset(["Concat", "Chuncat", "Shortcut", "Foldcut", "ReOrg", "Contract", "Expand"]),
    frozenset(),
)

YOLOV9 = Dialect(
    "yolov9",
    "the YOLOv9 repository",
    {
        "Conv": modules.conv,
        "AConv": modules.aconv,
        "ConvTranspose": modules.conv_transpose,
        "Bottleneck": modules.bottleneck,
        "SPP": modules.spp,
        "SPPF": yolov5.sppf,
        "DWConv": modules.depthwise_conv,
        "BottleneckCSP": modules.bottleneck_csp_block,
        "nn.ConvTranspose2d": CONV_TRANSPOSE,
        "DWConvTranspose2d": modules.depthwise_conv_transpose,
        "SPPCSPC": yolov7.spp_csp,
        "ADown": modules.adown,
        "ELAN1": modules.elan1,
        "RepNCSPELAN4": modules.rep_ncsp_elan4,
        "SPPELAN": modules.spp_elan,
    },
    frozenset(["BottleneckCSP", "SPPCSPC"]),
    {
        "Detect": yolov9.detect,
        "DDetect": yolov9.d_detect,
        "DualDetect": yolov9.dual_detect,
        "DualDDetect": yolov9.dual_d_detect,
        "TripleDetect": yolov9.triple_detect,
        "TripleDDetect": yolov9.triple_d_detect,
        "Segment": yolov9.segment,
        "DSegment": yolov9.d_segment,
        "DualDSegment": yolov9.dual_d_segment,
        "Panoptic": yolov9.segment,
    },
    {"MP": yolov7.max_pool, "SP": yolov7.same_pool, "Silence": identity},
    frozenset(["Concat", "Shortcut", "ReOrg", "CBLinear", "CBFuse", "Contract", "Expand"]),
    frozenset(["RepConvN", "RepNBottleneck", "RepNCSP", "ASPP"]),
)

DIALECTS = {dialect.name: dialect for dialect in (ULTRALYTICS, YOLOV5, YOLOV7, YOLOV9)}
