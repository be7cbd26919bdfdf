"""Values and words in a native file that are not what was meant: what they are, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

from convlint.document import Mapping, Node, Odd, Scalar, Sequence
from convlint.document.nodes import resolve
from convlint.formats.native.slips import arithmetic

#: What other frameworks call a layer type or an argument, in lower case.
OTHER_TYPES = {
    "averagepooling1d": "AvgPool1d",
    "averagepooling2d": "AvgPool2d",
    "averagepooling3d": "AvgPool3d",
    "batchnormalization": "BatchNorm2d",
    "cat": "Concat",
    "concatenate": "Concat",
    "conv1dtranspose": "ConvTranspose1d",
    "conv2dtranspose": "ConvTranspose2d",
    "conv3dtranspose": "ConvTranspose3d",
    "dense": "Linear",
    "divide": "Div",
    "fc": "Linear",
    "fullyconnected": "Linear",
    "globalaveragepooling1d": "AdaptiveAvgPool1d",
    "globalaveragepooling2d": "AdaptiveAvgPool2d",
    "globalaveragepooling3d": "AdaptiveAvgPool3d",
    "globalmaxpooling1d": "AdaptiveMaxPool1d",
    "globalmaxpooling2d": "AdaptiveMaxPool2d",
    "globalmaxpooling3d": "AdaptiveMaxPool3d",
    "innerproduct": "Linear",
    "interpolate": "Upsample",
    "lrn": "LocalResponseNorm",
    "multiply": "Mul",
    "subtract": "Sub",
    "swish": "SiLU",
    "upsampling2d": "Upsample",
    "zeropadding1d": "ZeroPad1d",
    "zeropadding2d": "ZeroPad2d",
    "zeropadding3d": "ZeroPad3d",
}
OTHER_KEYS = {
    "axis": ("dim",),
    "bias_term": ("bias",),
    "bottom": ("from",),
    "channels": ("out_channels", "num_features", "num_channels"),
    "dilation_rate": ("dilation",),
    "dilations": ("dilation",),
    "epsilon": ("eps",),
    "features": ("out_features", "num_features"),
    "filter_size": ("kernel_size",),
    "filters": ("out_channels",),
    "flops": ("macs",),
    "group": ("groups",),
    "in_ch": ("in_channels",),
    "in_chans": ("in_channels",),
    "in_planes": ("in_channels",),
    "input_channels": ("in_channels",),
    "input_dim": ("in_features",),
    "input_shape": ("input",),
    "input_size": ("input",),
    "inputs": ("from", "input"),
    "kernel": ("kernel_size",),
    "kernel_shape": ("kernel_size",),
    "ksize": ("kernel_size",),
    "madds": ("macs",),
    "model": ("layers",),
    "mult_adds": ("macs",),
    "n_filters": ("out_channels",),
    "nb_filter": ("out_channels",),
    "network": ("layers",),
    "num_filters": ("out_channels",),
    "num_output": ("out_channels", "out_features"),
    "out_ch": ("out_channels",),
    "out_planes": ("out_channels",),
    "output_channels": ("out_channels",),
    "output_dim": ("out_features",),
    "output_shape": ("output",),
    "outputs": ("output",),
    "pad": ("padding",),
    "parameters": ("params",),
    "planes": ("out_channels",),
    "pool_size": ("kernel_size",),
    "prob": ("p",),
    "rate": ("p",),
    "scale": ("scale_factor",),
    "shape": ("output", "input"),
    "source": ("from",),
    "strides": ("stride",),
    "target_shape": ("shape",),
    "top": ("name",),
    "units": ("out_features",),
    "upscale_factor": ("scale_factor",),
    "use_bias": ("bias",),
    "window": ("kernel_size",),
}


def cut(text: str) -> str:
    """A text of bearable length, in one line."""
    if not text.isprintable():
        text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def quoted(names: Iterable[str]) -> str:
    """The first few names in a sentence: `a`, `b` and `c`."""
    words = [f"`{cut(name)}`" for name in names]
    if len(words) > 5:
        words[5:] = ["others"]
    return ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else "".join(words)


def shown(node: Node) -> str:
    """What a value is, in a person's words."""
    if isinstance(node, Sequence):
        return "a list" if node.items else "an empty list"
    if isinstance(node, Mapping):
        return "a mapping"
    if not node.text:
        return "an empty text" if node.tag is not None or not node.plain else "empty"
    value = node.value
    # Quotes matter only around what would mean something else without them.
    needed = type(value) is str and type(resolve(node.text)) is not str
    return f"the text `{cut(node.text)}`" if needed else f"`{cut(node.text)}`"


def meaning(node: Node) -> str:
    """What YAML makes of a value, where that may surprise."""
    if not isinstance(node, Scalar):
        return ""
    value = node.value
    if isinstance(value, Odd):
        exponent = value.instead and "e" in value.instead.lower()
        return "text in YAML 1.1: its exponent lacks a dot or a sign" if exponent else value.meaning
    if type(value) is bool and node.text.lower() not in ("true", "false"):
        return f"{str(value).lower()} in YAML 1.1"
    if type(value) is float and value.is_integer() and node.text.isascii():
        return "a floating-point number"
    return ""


def plain_spelling(node: Scalar, what: str) -> tuple[str, bool] | None:
    """How to write what was probably meant by a value of the wrong kind, and whether it is sure to be meant."""
    value, text = node.value, node.text.strip()
    if "true or false" in what:
        if text.lower() in ("true", "false", "1", "0"):
            return ("true" if text.lower() in ("true", "1") else "false"), True
        return None
    if what.startswith("an integer") and "list" not in what and node.plain:
        made = arithmetic(text)
        if made is not None:
            return str(made), True
    if "integer" in what or "list of sizes" in what:
        sizes = re.fullmatch(r"[(\[]?(-?[0-9]+(?: ?[x×,] ?-?[0-9]+)+)[)\]]?", text[:100])
        if sizes is not None and "list" in what:
            return "[" + ", ".join(re.findall("-?[0-9]+", sizes.group(1))) + "]", True
        if what.startswith("a list of sizes") and type(value) is int:
            return f"[{text}]", True
        if "integer" in what and isinstance(value, Odd) and value.instead:
            if re.fullmatch("[-+]?[0-9]+", value.instead):
                return value.instead, False
            return _whole(float(value.instead))
        if "integer" in what and type(value) is float:
            return _whole(value)
        if "integer" in what and type(value) is str and not node.plain and type(resolve(text)) is int:
            return text, True
    elif "number" in what:
        if isinstance(value, Odd) and value.instead:
            # 010 may have been meant to be 10, or the 8 that YAML 1.1 reads.
            return value.instead, not re.fullmatch("[-+]?[0-9]+", value.instead)
        if node.plain and text.lower().lstrip("+-") in ("inf", "infinity"):
            return ("-.inf" if text[0] == "-" else ".inf"), True
        if type(value) is str and not node.plain and type(resolve(text)) in (int, float):
            return text, True
    return None


def _whole(number: float) -> tuple[str, bool] | None:
    """An integer that is written with a fraction or an exponent."""
    return (str(int(number)), True) if abs(number) < 1e15 and number.is_integer() else None
