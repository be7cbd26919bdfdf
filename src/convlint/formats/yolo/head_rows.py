"""Rows of heads: they read several maps, whose channels are appended to their arguments."""

from __future__ import annotations

from typing import Any

from convlint.formats.yolo import findings
from convlint.formats.yolo.refusal import Refused, shown
from convlint.formats.yolo.row_build import Built, RowBuild, missing_classes, missing_points, opaque
from convlint.formats.yolo.signatures import signature
from convlint.model import operations as op

_MASKED = frozenset(["Segment", "Segment26", "YOLOESegment", "YOLOESegment26"])
_NO_BOX_ARGUMENTS = frozenset(["v10Detect", "Depth", "SemanticSegment", "RTDETRDecoder"])


def head(build: RowBuild, name: str, module: Any, n: Any, arguments: list[Any]) -> Built:
    """A head: the channels of its sources are appended to its arguments."""
    row = build.row
    words = build.names = signature(module).words
    if name == "RTDETRDecoder":
        build.names = (words[0], *words[2:])
    sources = build.several()
    kept = build.state.c2
    ch = [build.recorded(source) for source in sources]
    build.parts_made = max(len(sources), 1)
    if build.state.file.ultralytics and build.state.file.top.get("nc") is None and "nc" in row.values[3]:
        missing_classes(build, row.args[row.values[3].index("nc")].span)
    if build.state.file.ultralytics and "kpt_shape" in row.values[3] and build.state.file.top.get("kpt_shape") is None:
        missing_points(build, row.args[row.values[3].index("kpt_shape")].span)
    if "kpt_shape" in words and len(arguments) > 1 and type(arguments[1]) is int:
        message = f"kpt_shape must be [points, numbers each], not {shown(arguments[1])}"
        raise Refused("CL005", message, "kpt_shape")
    build.takes_channels = _taken_for(build, name, len(arguments), words)
    full = build.listed.arguments = _arguments(build, name, arguments, ch)
    build.once(n, "reads a list of maps")
    build.state.c2 = kept
    refs = tuple(build.ref(source) for source in sources)
    if name == "RTDETRDecoder" and -1 in sources and row.index - 1 not in build.state.file.saved:
        message = "RTDETRDecoder cannot read -1: only rows that some row names by number are kept for it"
        raise findings.head_arguments(message, "from", f"write {row.index - 1}")
    if any(c is None for c in ch):
        return opaque(tuple(ch)), refs
    if not ch:
        raise findings.head_levels(f"{name} reads no map at all", "from")
    operation = build.group(module, full, maps=len(ch))
    if isinstance(operation, op.Group):
        build.parts_made = max(len(operation.outputs), 1)
    return operation, refs


def _taken_for(build: RowBuild, name: str, written: int, words: tuple[str, ...]) -> str | None:
    """The argument for which a head takes the list of channels, which the parser puts last."""
    if name in ("RTDETRDecoder", "Panoptic") or (name == "Depth" and written):
        return None  # it is put where it belongs
    boxed = build.state.file.ultralytics and name not in _NO_BOX_ARGUMENTS
    place = written + (2 if boxed else 0)
    return words[place] if place < len(words) else None


def _arguments(build: RowBuild, name: str, arguments: list[Any], ch: list[Any]) -> list[Any]:
    """The arguments of a head's constructor."""
    top = build.state.file.top
    if build.state.file.ultralytics:
        if name == "RTDETRDecoder":
            return [*arguments[:1], ch, *arguments[1:]]
        if name == "Depth":
            return [*arguments[:1], ch]
        if name in _NO_BOX_ARGUMENTS:
            return [*arguments, ch]
        full = [*arguments, top.get("reg_max", 16), top.get("end2end"), ch]
        if name in _MASKED:
            full[2] = build.scaled(full[2])
        return full
    full = [*arguments, ch]
    if build.state.file.dialect.name in ("yolov5", "yolov7"):
        if len(arguments) > 1 and isinstance(arguments[1], int):
            full[1] = [list(range(arguments[1] * 2))] * len(ch)
        if name == "Segment" and len(arguments) > 3:
            full[3] = build.scaled(full[3])
        if top.get("anchors") is None:
            raise findings.anchor_levels("the key `anchors` is missing, and the head needs it")
    elif "Segment" in name or name == "Panoptic":
        if len(arguments) > 2:
            full[2] = build.scaled(full[2])
        if name == "Panoptic":
            del full[1:2]
    return full
