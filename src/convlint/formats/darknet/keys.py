"""The sections and options that both Darknets know, and what each of them reads as a number.

Written after ``parse_*`` in ``src/parser.c`` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab.
"""

from __future__ import annotations

from functools import cache

ALEXEYAB, PJREDDIE = "alexeyab", "pjreddie"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Who wrote which one, for messages.
WHOSE = {ALEXEYAB: "AlexeyAB's Darknet", PJREDDIE: "pjreddie's Darknet"}

#: Other names of sections.
SAME = {
    "conv": "convolutional",
    "deconv": "deconvolutional",
    "max": "maxpool",
    "local_avg": "local_avgpool",
    "avg": "avgpool",
    "conn": "connected",
    "soft": "softmax",
    "lrn": "normalization",
    "silence": "empty",
    "network": "net",
}

_BOTH_TEXT = {
    "net": "policy steps scales",
    "convolutional": "activation",
    "connected": "activation",
    "local": "activation",
    "activation": "activation",
    "shortcut": "activation from",
    "route": "layers",
    "yolo": "mask anchors map",
    "region": "anchors map tree",
    "softmax": "tree",
    "cost": "type",
    "rnn": "activation",
    "crnn": "activation",
}
_TEXT_HERE = {
    ALEXEYAB: {
        "net": "seq_scales",
        "shortcut": "weights_type weights_normalization",
        "scale_channels": "from activation",
        "sam": "from activation",
        "yolo": "iou_loss iou_thresh_kind nms_kind counters_per_class",
        "Gaussian_yolo": "mask anchors map iou_loss iou_thresh_kind nms_kind yolo_point counters_per_class",
        "conv_lstm": "activation lstm_activation",
    },
    PJREDDIE: {"deconvolutional": "activation"},
}

_BOTH = {
    "net": (
        "batch subdivisions time_steps learning_rate momentum decay adam B1 B2 eps height width channels inputs "
        "max_crop min_crop angle aspect saturation exposure hue burn_in power step scale gamma max_batches"
    ),
    "convolutional": "filters size stride pad padding groups batch_normalize binary xnor flipped dot",
    "local": "filters size stride pad",
    "connected": "output batch_normalize",
    "activation": "",
    "maxpool": "stride size padding",
    "avgpool": "",
    "crop": "crop_height crop_width flip angle saturation exposure noadjust shift",
    "dropout": "probability",
    "normalization": "alpha beta kappa size",
    "batchnorm": "",
    "softmax": "groups temperature spatial noloss",
    "cost": "scale ratio",
    "route": "",
    "shortcut": "",
    "upsample": "stride scale",
    "reorg": "stride reverse",
    "yolo": "classes num max jitter ignore_thresh truth_thresh random",
    "region": (
        "coords classes num log sqrt softmax max jitter rescore thresh classfix absolute random coord_scale "
        "object_scale noobject_scale mask_scale class_scale bias_match"
    ),
    "detection": (
        "coords classes rescore num side softmax sqrt max coord_scale forced object_scale noobject_scale class_scale "
        "jitter random reorg"
    ),
    "rnn": "output batch_normalize shortcut",
    "gru": "output batch_normalize",
    "lstm": "output batch_normalize",
    "crnn": "batch_normalize shortcut",
}
_YOLO = (
    "label_smooth_eps scale_x_y objectness_smooth iou_normalizer obj_normalizer cls_normalizer delta_normalizer "
    "beta_nms resize iou_thresh max_delta"
)
_HERE = {
    ALEXEYAB: {
        "net": (
            "learning_rate_min sgdr_cycle sgdr_mult track augment_speed sequential_subdivisions try_fix_nan "
            "weights_reject_freq equidistant_point badlabels_rejection_percentage num_sigmas_reject_badlabels "
            "ema_alpha use_cuda_graph loss_scale dynamic_minibatch optimized_memory workspace_size_limit_MB flip blur "
            "gaussian_noise mixup cutmix mosaic letter_box mosaic_bound contrastive contrastive_jit_flip "
            "contrastive_color unsupervised label_smooth_eps resize_step attention adversarial_lr max_chart_loss "
            "show_receptive_field"
        ),
        "convolutional": (
            "stride_x stride_y dilation antialiasing assisted_excitation share_index cbn bin_output sway rotate "
            "stretch stretch_sway angle grad_centr reverse coordconv stream wait_stream"
        ),
        "maxpool": "stride_x stride_y maxpool_depth out_channels antialiasing maxpool_zero_nonmax",
        "local_avgpool": "stride stride_x stride_y size padding",
        "dropout": "dropblock dropblock_size_rel dropblock_size_abs",
        "route": "groups group_id stream wait_stream",
        "reorg3d": "stride reverse",
        "scale_channels": "scale_wh",
        "sam": "",
        "yolo": (
            f"{_YOLO} show_details new_coords focal_loss track_history_size sim_thresh dets_for_track dets_for_show "
            "track_ciou_norm embedding_layer"
        ),
        "Gaussian_yolo": f"{_YOLO} classes num max uc_normalizer jitter ignore_thresh truth_thresh random",
        "region": "focal_loss resize",
        "detection": "resize",
        "rnn": "hidden logistic",
        "crnn": "size stride dilation pad padding output hidden groups xnor",
        "conv_lstm": (
            "size stride dilation pad padding output groups batch_normalize xnor peephole bottleneck state_constrain "
            "shortcut time_normalizer"
        ),
        "history": "history_size",
        "contrastive": ("classes yolo_layer temperature cls_normalizer max_delta contrastive_neg_max"),
        "empty": "",
        "implicit": "mean std filters atoms",
    },
    PJREDDIE: {
        "net": "notruth random max_ratio min_ratio center clip",
        "deconvolutional": "filters size stride batch_normalize pad padding",
        "reorg": "flatten extra",
        "region": "background",
        "cost": "noobj thresh",
        "shortcut": "alpha beta",
        "gru": "tanh",
        "crnn": "output_filters hidden_filters",
        "iseg": "classes ids",
        "logistic": "",
        "l2norm": "",
    },
}
#: What every section but [net] may have.
_EVERYWHERE = {
    ALEXEYAB: (
        "clip onlyforward dont_update burnin_update stopbackward train_only_bn dontload dontloadscales learning_rate"
    ),
    PJREDDIE: "truth onlyforward stopbackward dontsave dontload numload dontloadscales learning_rate smooth",
}

#: Options that the shape of the network follows from; the rest is about training.
SHAPING = _words(
    "height width channels inputs filters size stride stride_x stride_y pad padding groups dilation batch_normalize "
    "cbn xnor antialiasing share_index output layers from group_id reverse extra crop_height crop_width maxpool_depth "
    "out_channels classes num mask coords side ids anchors weights_type scale_wh activation"
)

#: Activations: those of both, and those of one alone.
ACTIVATIONS = _words("logistic loggy relu elu selu relie plse hardtan lhtan linear ramp leaky tanh stair")
ACTIVATIONS_HERE = {
    ALEXEYAB: _words(
        "swish mish hard_mish normalize_channels normalize_channels_softmax normalize_channels_softmax_maxval relu6 "
        "gelu revleaky"
    ),
    PJREDDIE: _words(""),
}


@cache
def known(dialect: str) -> dict[str, frozenset[str]]:
    """The options of every section that one Darknet reads."""
    tables = (_BOTH, _BOTH_TEXT, _HERE[dialect], _TEXT_HERE[dialect])
    names = dict.fromkeys(name for table in tables for name in table)
    every = _words(_EVERYWHERE[dialect])
    return {
        name: frozenset(word for table in tables for word in table.get(name, "").split())
        | (frozenset() if name == "net" else every)
        for name in names
    }


@cache
def texts(section: str) -> frozenset[str]:
    """The options of a section that are words or lists; all others are numbers."""
    tables = (_BOTH_TEXT, *_TEXT_HERE.values())
    return frozenset(word for table in tables for word in table.get(section, "").split())


def dialect_of(sections: list[tuple[str, set[str]]]) -> str | None:
    """Whose Darknet a file is for, by sections and options that only one of them knows; None if nothing tells."""
    tables = {name: known(name) for name in (ALEXEYAB, PJREDDIE)}
    knows = {ALEXEYAB: 0, PJREDDIE: 0}
    for section, options in sections:
        for mine, other in ((ALEXEYAB, PJREDDIE), (PJREDDIE, ALEXEYAB)):
            here, there = tables[mine].get(section), tables[other].get(section)
            if here is None:
                continue
            knows[mine] += 1 if there is None else len(options & (here - there))
    if knows[ALEXEYAB] == knows[PJREDDIE]:
        return None
    return max(knows, key=lambda name: knows[name])
