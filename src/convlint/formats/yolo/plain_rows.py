"""Rows of modules that a framework's parser takes from its tables, and of those that nobody knows."""

from __future__ import annotations

from typing import Any

from convlint.formats.yolo import findings, torch_layers
from convlint.formats.yolo.refusal import Refused, shown
from convlint.formats.yolo.row_build import Built, RowBuild, missing_classes, opaque, reads_text
from convlint.formats.yolo.signatures import signature
from convlint.formats.yolo.state import File
from convlint.model import operations as op

#: torch.nn modules that can change the channels, which the parser does not record.
_RAW = frozenset(["nn.Conv2d", "nn.PixelShuffle", "nn.PixelUnshuffle", "nn.GLU", "nn.Linear"])
#: Kernels beyond which a channel count was meant.
_LARGEST_KERNEL = 31
_LEGACY_ENDS = frozenset(["C3k2", "A2C2f", "C2fCIB"])


def base(build: RowBuild, name: str, module: Any, n: Any, arguments: list[Any]) -> Built:
    """A module that gets its input channels injected and its output channels scaled."""
    row = build.row
    dialect = build.state.file.dialect
    repeats = name in dialect.repeats
    words = signature(module).words
    build.names = (words[1], *words[3 if repeats else 2 :])
    build.defaults = signature(module).defaults
    source = build.single()
    c1 = build.recorded(source)
    if not arguments:
        raise findings.argument_count(f"{name} needs its output channels as first argument")
    c2 = arguments[0]
    build.state.c1 = c1
    if build.state.file.ultralytics:
        if name != "Classify":
            c2 = _scale_first(build, c2)
    elif c2 != _unscaled(build.state.file):
        c2 = _scale_first(build, c2)
    build.state.c2 = c2
    rest = arguments[1:]
    if name == "C2fAttn":
        reads_text(build)
        rest = _attention_arguments(build, c2, rest)
    if name == "Classify" and c2 is None and "nc" in row.values[3]:
        missing_classes(build, build.state.file.first_key())
    full = [c1, c2, *rest]
    if repeats:
        full.insert(2, n)
        n = 1
    if name in _LEGACY_ENDS:
        build.state.legacy = False
    # The parser overrides `c3k`, and appends `residual` and `mlp_ratio`, at the larger scales.
    if name == "C3k2" and build.state.scale.letter in ("m", "l", "x"):
        full[3:4] = [True]
    if name == "A2C2f" and build.state.scale.letter in ("l", "x"):
        full += [True, 1.2]
    build.listed.arguments = full
    _remarks(build, name, c1, c2, arguments)
    if c1 is None:
        return opaque((c2,)), (build.ref(source),)
    if isinstance(n, int) and n > 1 and c1 != c2:
        why = f"each from {c1} to {c2} channels: the second gets {c2}"
        help = f"{name} is no module that repeats inside; write 1, or let it keep its channels"
        raise findings.repeated_shape_change(name, n, why, help)
    operation = build.group(module, full, copies=max(n, 1) if isinstance(n, int) else 1)
    return operation, (build.ref(source),)


def _remarks(build: RowBuild, name: str, c1: Any, c2: Any, arguments: list[Any]) -> None:
    """Say what runs and is hardly meant: rounded channels, kernels that are channel counts or even."""
    row = build.row
    nominal = arguments[0]
    width = build.state.scale.width
    if name == "Classify" or not isinstance(width, int | float) or not isinstance(nominal, int | float):
        return
    if not build.state.file.ultralytics and nominal == _unscaled(build.state.file):
        if width != 1 and type(c2) is int:
            top = build.state.file.top
            build.report(findings.unscaled_by_coincidence(nominal, top.get("nc"), row.args[0].span))
        return
    wanted = min(nominal, build.state.scale.max_channels) * width
    if abs(wanted - c2) > 1e-6 * abs(c2) and wanted > 0:
        build.report(findings.rounded_channels(wanted, c2, row.args[0].span))
    if name == "SPPF" and len(arguments) > 1 and type(arguments[1]) is int and arguments[1] > _LARGEST_KERNEL:
        build.report(findings.injected_argument(arguments[1], c1, row.args[1].span, "[out_channels, kernel]"))
        return
    if name not in ("Conv", "GhostConv", "DWConv") or len(arguments) < 2 or type(arguments[1]) is not int:
        return
    kernel = arguments[1]
    stride = arguments[2] if len(arguments) > 2 else 1
    if (kernel >= 16 and kernel in (c1, nominal, c2)) or kernel > _LARGEST_KERNEL:
        build.report(findings.injected_argument(kernel, c1, row.args[1].span))
        return
    automatic = name == "DWConv" or len(arguments) < 4 or arguments[3] is None
    if automatic and kernel > 0 and kernel % 2 == 0 and type(stride) is int and 0 < stride <= kernel:
        build.report(findings.even_kernel_grows(kernel, stride, row.args[1].span))


def _scale_first(build: RowBuild, c2: Any) -> int:
    """The first argument as scaled output channels."""
    if not isinstance(c2, int | float):
        raise Refused("CL005", f"the output channels must be a number, not {shown(c2)}", build.names[0])
    return build.scaled(c2)


def _unscaled(file: File) -> Any:
    """YOLOv5, v7 and v9: the channel count that is taken for a head's output and left as it is."""
    top = file.top
    anchors, nc = top.get("anchors"), top.get("nc")
    if isinstance(anchors, list):
        per_cell: Any = len(anchors[0]) // 2 if anchors and isinstance(anchors[0], list) else None
    else:
        per_cell = anchors
    if not isinstance(per_cell, int) or not isinstance(nc, int):
        return None
    return per_cell * (nc + 5)


def _attention_arguments(build: RowBuild, c2: int, rest: list[Any]) -> list[Any]:
    """C2fAttn: the heads are scaled, the embedded channels are the hidden ones."""
    if len(rest) < 2:
        raise findings.argument_count("C2fAttn needs its embedded channels and heads")
    limit, width = build.state.scale.max_channels, build.state.scale.width
    written = rest[1]
    nh = build.computed(lambda: int(max(round(min(written, limit // 2 // 32)) * width, 1) if written > 1 else written))
    hidden = build.computed(lambda: int(c2 * (rest[5] if len(rest) > 5 else 0.5)))
    if build.computed(lambda: hidden % nh):
        raise findings.attention_heads(f"C2fAttn: {nh} heads do not divide {hidden} hidden channels", "nh")
    return [hidden, nh, *rest[2:]]


def passed_through(build: RowBuild, name: str, module: Any, n: Any, arguments: list[Any]) -> Built:
    """A module whose arguments are used as they stand and whose channels are recorded as unchanged."""
    row = build.row
    build.names, build.defaults = signature(module).words, signature(module).defaults
    source = build.single()
    build.state.c2 = build.recorded(source)
    if module is torch_layers.unknown:
        assume(build, f"{name} exists, but what it makes of its input is not known here")
        build.rests_on_assumed = True
        return op.Opaque((None,), None, assumed=True), (build.ref(source),)
    copies = n if isinstance(n, int) and n > 1 else 1
    try:
        operation = build.group(module, arguments, copies=copies)
    except Refused as refused:
        if refused.help is None and name in build.state.file.dialect.through and len(build.names) > 2:
            words = ", ".join(word for word in ("c1", "c2", "k", "s") if word in build.names)
            refused.help = f"{name} is in no table of the parser: its arguments are used as written, [{words}, ...]"
        raise
    if name in _RAW and not build.rests_on_assumed:
        build.report(findings.raw_torch_module(name, build.state.c2, row.span))
    return operation, (build.ref(source),)


def unknown(build: RowBuild) -> Built:
    """A module that nobody knows: it is taken to keep the shape, and nothing is said that rests on that."""
    build.state.assumes = True
    build.rests_on_assumed = True
    if isinstance(build.row.values[0], list):
        sources = build.several(lists=True)
        build.state.c2 = None
        return op.Opaque(((None, None, None),), None, assumed=True), tuple(build.ref(s) for s in sources)
    source = build.single()
    build.state.c2 = build.recorded(source)
    return op.Opaque((None,), None, assumed=True), (build.ref(source),)


def assume(build: RowBuild, message: str) -> None:
    """Say that a module is taken to keep the shape."""
    build.state.assumes = True
    build.report(findings.assumed_module(message, build.row.span))
