"""Arguments that are of the right kind and yet cannot be: out of range, or at odds with each other.

PyTorch refuses them when the layer is built or first run (measured with 2.13); what it lets pass has a severity of its
own.  What the layer makes does not depend on them, so that everything else about it is derived all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from convlint.findings import Severity


class Remark(NamedTuple):
    """What is wrong with an argument: ``message`` follows its name and that of the layer type."""

    code: str
    argument: str
    message: str
    help: str
    severity: Severity | None = None


#: Looks at validated arguments, and at the values as they were written.
Check = Callable[[Any, dict[str, Any]], Remark | None]


def _not_negative(argument: str, help: str) -> Check:
    def check(args: Any, written: dict[str, Any]) -> Remark | None:
        value = getattr(args, argument)
        return Remark("CL028", argument, f"must not be negative, but is {value:g}", help) if value < 0 else None

    return check


def _not_zero(argument: str, help: str) -> Check:
    def check(args: Any, written: dict[str, Any]) -> Remark | None:
        return Remark("CL028", argument, "must not be 0", help) if getattr(args, argument) == 0 else None

    return check


_eps = _not_negative("eps", "leave it out for the default, 1e-05")
softshrink = _not_negative("lambd", "leave it out for the default, 0.5")
celu = _not_zero("alpha", "leave it out for the default, 1")
_divisor = _not_zero("divisor_override", "leave it out to divide by the number of cells")
_norm_type = _not_zero("norm_type", "1 sums each window, 2 takes the root of the sum of squares")


def _probability(argument: str, value: float, severity: Severity | None = None) -> Remark | None:
    if not (value < 0 or value > 1):  # NaN passes, as in PyTorch
        return None
    help = "write a probability, 0.5 for instance"
    if 2 <= value <= 100:
        help = f"{value:g} % is `{argument}: {value / 100:g}`"
    return Remark("CL028", argument, f"must be between 0 and 1, not {value:g}", help, severity)


def dropout(args: Any, written: dict[str, Any]) -> Remark | None:
    """Dropout and its like."""
    return _probability("p", args.p)


def batch_norm(args: Any, written: dict[str, Any]) -> Remark | None:
    """BatchNorm: an eps of 0 is refused where the mean and variance of the batch are used, which is in training.

    Without running statistics they always are.
    """
    if args.eps != 0:
        return _eps(args, written)
    always = not args.track_running_stats
    message = "must not be 0" + ("" if always else " in training")
    help = "leave it out for the default, 1e-05"
    return Remark("CL028", "eps", message, help, None if always else Severity.WARNING)


def attention(args: Any, written: dict[str, Any]) -> Remark | None:
    """MultiheadAttention: its dropout is looked at in training only."""
    return _probability("dropout", args.dropout, Severity.WARNING)


def encoder_layer(args: Any, written: dict[str, Any]) -> Remark | None:
    """TransformerEncoderLayer: it holds layers of dropout, which look at once."""
    return _probability("dropout", args.dropout)


def recurrent(args: Any, written: dict[str, Any]) -> Remark | None:
    """LSTM, GRU, RNN: a projection that makes less than it reads, and a dropout that is looked at when it is built."""
    if args.num_layers < 1:
        return Remark("CL028", "num_layers", f"must be at least 1, not {args.num_layers}", "leave it out for one layer")
    proj_size = getattr(args, "proj_size", 0)
    if proj_size < 0 or proj_size >= args.hidden_size > 0:
        message = f"must be from 0 (no projection) to {args.hidden_size - 1}, not {proj_size}"
        return Remark("CL028", "proj_size", message, f"it is less than `hidden_size`, {args.hidden_size}")
    return _probability("dropout", args.dropout)


def rrelu(args: Any, written: dict[str, Any]) -> Remark | None:
    """RReLU."""
    if not args.lower > args.upper:
        return None
    argument = "lower" if "lower" in written else "upper"
    message = f"leaves no slope: lower {args.lower:.4g} is above upper {args.upper:.4g}"
    return Remark("CL028", argument, message, "the slope is drawn between `lower` and `upper`")


def hardtanh(args: Any, written: dict[str, Any]) -> Remark | None:
    """Hardtanh."""
    if args.max_val > args.min_val:
        return None
    argument = "max_val" if "max_val" in written else "min_val"
    message = f"leaves no range: min_val {args.min_val:g} is not below max_val {args.max_val:g}"
    return Remark("CL028", argument, message, "values below `min_val` and above `max_val` are cut off")


def roll(args: Any, written: dict[str, Any]) -> Remark | None:
    """Roll."""
    shifts, axes = len(args.shifts), len(args.dims)
    if shifts == axes:
        return None
    message = f"needs as many numbers as `dims`, {axes}, not {shifts}"
    return Remark("CL007", "shifts", message, "write a shift for each axis")


def upsample(args: Any, written: dict[str, Any]) -> Remark | None:
    """Upsample."""
    if not args.recompute_scale_factor or args.size is None or args.scale_factor:
        return None
    message = "has nothing to compute: the `size` is given"
    return Remark("CL028", "recompute_scale_factor", message, "leave it out, or give `scale_factor` instead of `size`")


def pool(kind: str, rank: int) -> Check:
    """AvgPool, LPPool."""

    def check(args: Any, written: dict[str, Any]) -> Remark | None:
        if kind == "lp" and rank == 1 and isinstance(written["kernel_size"], list):
            (size,) = args.kernel_size
            return Remark("CL005", "kernel_size", "must be an integer, not a list", f"write `kernel_size: {size}`")
        if kind == "lp":
            return _norm_type(args, written)
        return _divisor(args, written) if kind == "average" and rank > 1 else None

    return check


def convolution(rank: int) -> Check:
    """Convolutions: the padding of a mode other than zeros has a number for every axis."""

    def check(args: Any, written: dict[str, Any]) -> Remark | None:
        padding = written.get("padding")
        if args.padding_mode == "zeros" or rank == 1 or not isinstance(padding, list) or len(padding) == rank:
            return None
        message = f"takes {rank} numbers where padding_mode is {args.padding_mode}, not 1"
        return Remark("CL007", "padding", message, f"write `padding: {padding[0]}` for all axes")

    return check


def constant_padding(rank: int) -> Check:
    """ZeroPad, ConstantPad: PyTorch takes fewer numbers than there are sides."""

    def check(args: Any, written: dict[str, Any]) -> Remark | None:
        given = len(args.padding)
        if given == 2 * rank:
            return None
        padded = ("nothing is", "only the width is", "only width and height are")[given // 2]
        message = f"takes {2 * rank} numbers, not {given}: {padded} padded"
        zeros = ", ".join(map(str, [*args.padding, *(0,) * (2 * rank - given)]))
        help = f"if that is meant, write `padding: [{zeros}]`; the last axis comes first"
        return Remark("CL007", "padding", message, help, Severity.WARNING)

    return check
