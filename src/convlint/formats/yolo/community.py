"""Modules that people add to the frameworks, as their own parsers treat them: plain data.

Names and conventions are facts about public repositories of people who changed ultralytics, YOLOv5, YOLOv7 or YOLOv9:
those on which they agree.  What a module does inside is not known, and differs from one to the next.  The table is
loaded when a file names a module that its framework does not know.
"""

from __future__ import annotations

from typing import NamedTuple


class Convention(NamedTuple):
    """What a parser records for a module.

    ``channels`` says what comes out:

    ========== =======================================================================================
    scaled     the first argument, scaled by the width; the input channels are injected
    same       those that come in, unless the first argument is another channel count: then nobody knows
    agreed     those that come in, where the first argument says so or is none; else nobody knows
    times N    those that come in, N times (``times 1/4``: a quarter)
    sum        those of all sources together
    concat     the sources one behind the other, all of one size
    first      those of the first source
    second     those of the second source
    common     those of all sources, where they are equal
    literal    the first argument as it stands
    total A    the sum of the list that is argument A
    levels     a list of maps, which later rows read by number
    head       a head: it reads a list of maps
    unknown    nobody knows
    ========== =======================================================================================

    ``size`` is how height and width change: ``same`` (of the first source), ``/2``, ``x2``, ``unknown``, or
    ``stride A``: divided by argument A, which is 1 where it is not written.
    """

    channels: str
    size: str = "same"


_ATTENTION = """
    AFGCAttention AIFI_LPE AIFI_RepBN BAMBlock BiLevelRoutingAttention BiLevelRoutingAttention_nchw CAA CAA_HSFPN CAFM
    CA_HSFPN CBAMBlock CoTAttention CPCA CPCAChannelAttention CSPOmniKernel CoordAtt CoordinateAttention
    CrissCrossAttention DAttention DoubleAttention ECAAttention ELA ELA_HSFPN EMA EMAttention EMSConv EMSConvP
    EffectiveSEModule EfficientAttention EfficientAdditiveAttnetion FocalModulation FocusedLinearAttention GAM
    GAMAttention
    GAM_Attention GatherExcite GlobalContext HiLo LSKA LSKBlock LSKblock LocalWindowAttention MHSA MLCA MPCA
    NAMAttention ParNetAttention ParallelPolarizedSelfAttention Partial_conv3 RCM ResBlock_CBAM S2Attention SAGE
    SEAttention
    SKAttention SE_Block SOCA ScConv SegNext_Attention SequentialPolarizedSelfAttention ShuffleAttention SimAM
    SpatialGroupEnhance SpatialTransformer SqueezeExcitation TransNeXt_AggregatedAttention
    TransformerEncoderLayer_AdditiveTokenMixer TransformerEncoderLayer_DAttention
    TransformerEncoderLayer_EfficientAdditiveAttnetion TransformerEncoderLayer_HiLo
    TransformerEncoderLayer_LocalWindowAttention TransformerEncoderLayer_MSMHSA TripletAttention deformable_LKA
    Silence SP
"""
#: One name for modules of different conventions.
_HOMONYMS = "CA CBAM ECA SE"

_BLOCKS = """
    C2fGhost C2fRes CSPStage CSP_EDLAN CSP_FreqSpatial CSP_MSCB CSP_MutilScaleEdgeInformationEnhance
    CSP_MutilScaleEdgeInformationSelect CSP_PMSFA CSP_PTB Conv3XCC3 DBBC3 DRBC3 DWRC3 DWRC3_DRB GhostC2f KANC3 LFEC3
    MANet MANet_FasterBlock MANet_FasterCGLU MANet_Star RCSOSA RGCSPELAN RepBlock RetBlockC3 VoVGSCSP VoVGSCSPC
    VoVGSCSPns
    XSSBlock gConvC3
    C2f_AdditiveBlock C2f_AdditiveBlock_CGLU C2f_AKConv C2f_CloAtt C2f_ContextGuided C2f_DBB C2f_DCN C2f_DCNv2
    C2f_DCNv3 C2f_DCNv4 C2f_DEConv C2f_DLKA C2f_DRB C2f_DWR C2f_DWR_DRB C2f_DySnakeConv C2f_DynamicConv C2f_EIEM
    C2f_EMA C2f_EMBC C2f_EMSC C2f_EMSCP C2f_FADC C2f_FMB C2f_Faster C2f_Faster_CGLU C2f_Faster_EMA C2f_Heat C2f_KAN
    C2f_KW C2f_LVMB C2f_MLCA C2f_MSBlock C2f_MSMHSA_CGLU C2f_MogaBlock C2f_ODConv C2f_OREPA C2f_PKIModule C2f_PPA
    C2f_REPVGGOREPA C2f_RFAConv C2f_RFCAConv C2f_RFCBAMConv C2f_RVB C2f_RVB_EMA C2f_RVB_SE C2f_RetBlock C2f_SCConv
    C2f_SHSA C2f_SHSA_CGLU C2f_SMAFB C2f_SMAFB_CGLU C2f_SMPCGLU C2f_SWC C2f_ScConv C2f_Star C2f_Star_CAA
    C2f_UniRepLKNetBlock C2f_VSS C2f_WTConv C2f_gConv C2f_iRMB C2f_iRMB_Cascaded C2f_iRMB_DRB C2f_iRMB_SWC
    C3_AKConv C3_CloAtt C3_ContextGuided C3_DBB C3_DCN C3_DCNv2 C3_DCNv3 C3_DCNv4 C3_DLKA C3_DRB C3_DWR C3_DWR_DRB
    C3_DySnakeConv C3_EMBC C3_EMSC C3_EMSCP C3_FADC C3_Faster C3_Faster_CGLU C3_Faster_EMA C3_KW C3_MLCA C3_MSBlock
    C3_ODConv C3_OREPA C3_PKIModule C3_PPA C3_REPVGGOREPA C3_RFAConv C3_RFCAConv C3_RFCBAMConv C3_RVB C3_SCConv
    C3_SWC C3_ScConv C3_Star C3_UniRepLKNetBlock C3_VSS C3_iRMB C3_iRMB_Cascaded C3_iRMB_DRB C3_iRMB_SWC
    DBBNCSPELAN4 DRBNCSPELAN4 FeaturePyramidSharedConv GLSA HyperComputeModule OREPANCSPELAN4 RepNCSPELAN4_CAA
    SPPFCSPC SPPF_LSKA SimCSPSPPF SimSPPF VSSBlock_YOLO SPPCSPC_group C3STR DGCST SwinStage
"""
#: Convolutions of [channels, kernel, stride].
_CONVOLUTIONS = """
    AKConv CondConv Conv_CBAM DCNV3_YOLO DCNV4_YOLO DCNv2 DualConv EGConv GSConv GSConvns KWConv LDConv ODConv
    OREPA RFAConv RFCAConv RFCBAMConv SimConv WTConv2d
"""

#: Channels, size, and the names that have both.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("same", "same", _ATTENTION),
    ("agreed", "same", _HOMONYMS),
    ("agreed", "unknown", "SA"),
    ("agreed", "stride 2", "RepVGGBlock"),
    ("scaled", "same", _BLOCKS),
    ("scaled", "stride 2", _CONVOLUTIONS),
    ("scaled", "stride 1", "Shuffle_Block conv_bn_hswish"),
    ("scaled", "/2", "DRFD HWD SPDConv V7DownSampling VisionClueMerge"),
    ("scaled", "/4", "Conv_maxpool SRFD SimpleStem conv_bn_relu_maxpool"),
    ("scaled", "unknown", "InvertedResidual MBConv MBConvBlock PatchEmbed PatchMerging ShuffleNetV2"),
    ("same", "unknown", "ChannelAttention_HSFPN"),
    ("same", "x2", "CARAFE DySample EUCB"),
    ("same", "/2", "LAWDS MP"),
    ("times 4", "/2", "ReOrg WaveletPool space_to_depth"),
    ("times 1/4", "x2", "WaveletUnPool"),
    ("times 2", "/2", "ContextGuidedBlock_Down"),
    ("times 1/2", "same", "CFC_CRB"),
    ("concat", "same", "BiFPN_Concat BiFPN_Concat2 BiFPN_Concat3 Concat_BiFPN Chuncat"),
    ("sum", "unknown", "AdvPoolFusion SimFusion_4in Zoom_cat"),
    ("common", "same", "Add BiFPN_Add2 BiFPN_Add3 Bi_FPN"),
    ("first", "same", "DynamicInterpolationFusion FuseBlockMulti SDI SFC_G2 Shortcut WFU"),
    ("first", "unknown", "FreqFusion Multiply"),
    ("second", "same", "CAFMFusion CGAFusion PSFM SDFM"),
    ("scaled", "unknown", "BiFusion DynamicScalSeq SimFusion_3in"),
    ("scaled", "same", "ScalSeq"),
    ("literal", "same", "InjectionMultiSum_Auto_pool"),
    ("literal", "unknown", "PyramidPoolAgg"),
    ("total 0", "same", "IFM"),
    ("total 1", "same", "TopBasicLayer"),
    ("unknown", "same", "Dynamic_HGBlock Fusion Ghost_HGBlock Rep_HGBlock"),
    (
        "unknown",
        "unknown",
        """ASFF2 ASFF3 BiFPN CSMHSA ContextGuideFusionModule CrossLayerChannelAttention CrossLayerSpatialAttention DASI
        DySnakeConv EIEStem FocusFeature GetIndexOutput MobileNetV3 PyramidContextExtraction SBA asf_attention_model""",
    ),
    ("head", "unknown", "ASFF_Detect DecoupledDetect Decoupled_Detect Detect_DyHead Detect_FASFF RFAHead RepHead"),
    (
        "levels",
        "unknown",
        """CSWin_base CSWin_large CSWin_small CSWin_tiny EfficientViT_M0 EfficientViT_M1 EfficientViT_M2 EfficientViT_M3
        EfficientViT_M4 EfficientViT_M5 MobileMamba_B1 MobileMamba_S6 MobileMamba_T2 MobileMamba_T4
        MobileNetV4ConvLarge MobileNetV4ConvMedium MobileNetV4ConvSmall MobileNetV4HybridLarge MobileNetV4HybridMedium
        PKINET_B PKINET_S PKINET_T RMT_B RMT_L RMT_S RMT_T RevCol SwinTransformer_Tiny convnextv2_atto convnextv2_base
        convnextv2_femto convnextv2_huge convnextv2_large convnextv2_nano convnextv2_pico convnextv2_tiny
        efficientformerv2_l efficientformerv2_s0 efficientformerv2_s1 efficientformerv2_s2 fasternet_l fasternet_m
        fasternet_s fasternet_t0 fasternet_t1 fasternet_t2 lsknet_s lsknet_t lsnet_b lsnet_s lsnet_t mambaout_base
        mambaout_femto mambaout_kobe mambaout_small mambaout_tiny overlock_b overlock_s overlock_t overlock_xt
        repvit_m0_9 repvit_m1_0 repvit_m1_1 repvit_m1_5 repvit_m2_3 starnet_s050 starnet_s1 starnet_s100 starnet_s150
        starnet_s2 starnet_s3 starnet_s4 transnext_base transnext_micro transnext_small transnext_tiny unireplknet_a
        unireplknet_b unireplknet_f unireplknet_l unireplknet_n unireplknet_p unireplknet_s unireplknet_t vanillanet_10
        vanillanet_11 vanillanet_12 vanillanet_13 vanillanet_5 vanillanet_6 vanillanet_7 vanillanet_8 vanillanet_9""",
    ),
)

CONVENTIONS: dict[str, Convention] = {
    name: Convention(channels, size) for channels, size, names in _TABLE for name in names.split()
}

#: Names that begin so, and are not in the table: what they are variants of.
FAMILIES: tuple[tuple[str, Convention], ...] = (
    ("C2f_", Convention("scaled")),
    ("C3_", Convention("scaled")),
    ("C3k2_", Convention("scaled")),
    ("SPPF_", Convention("scaled")),
    ("Detect_", Convention("head", "unknown")),
    ("v10Detect_", Convention("head", "unknown")),
    ("Segment_", Convention("head", "unknown")),
    ("Pose_", Convention("head", "unknown")),
    ("OBB_", Convention("head", "unknown")),
)
#: Parts of such a name that say that the size changes.
RESIZED = ("stride", "pool", "down", "up")
