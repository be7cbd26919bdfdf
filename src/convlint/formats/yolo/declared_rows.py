"""Rows of modules that the user declared."""

from __future__ import annotations

from typing import Any

from convlint.formats.yolo import findings, modules
from convlint.formats.yolo.builder import whole
from convlint.formats.yolo.custom import Declared, value_of
from convlint.formats.yolo.plain_rows import assume, unknown
from convlint.formats.yolo.refusal import Refused
from convlint.formats.yolo.row_build import Built, RowBuild
from convlint.model import operations as op


def declared(build: RowBuild, said: Declared, arguments: list[Any]) -> Built:
    """A module as its declaration says: what is not declared is not known."""
    name = said.name
    count = len(arguments)
    if count < said.min_args or (said.max_args is not None and count > said.max_args):
        limits = f"from {said.min_args} to {said.max_args}"
        raise findings.argument_count(f"{name} is declared with {limits} arguments, {count} are written")
    if said.kind in ("concat", "add"):
        sources = build.several()
        recorded = [build.recorded(source) for source in sources]
        refs = tuple(build.ref(source) for source in sources)
        if said.kind == "concat":
            build.state.c2 = build.total(recorded)
            return (op.Concat(1) if len(refs) > 1 else op.Elementwise(True)), refs
        build.state.c2 = recorded[0] if recorded else None
        return op.Merge("add"), refs
    if said.kind == "opaque":
        assume(build, f"{name} is declared opaque: what it makes is not known")
        return unknown(build)
    source = build.single()
    c1 = build.recorded(source)
    refs = (build.ref(source),)
    scaled = said.kind in ("base", "repeat")
    place = said.c2_arg if said.c2_arg is not None else 0 if scaled else None
    c2 = c1
    if place is not None:
        if place >= count:
            raise findings.argument_count(f"{name} needs its output channels as argument {place + 1}")
        c2 = arguments[place]
        if scaled and said.scaled:
            c2 = build.scaled(whole(c2, "out_channels"))
    build.state.c2 = c2
    if place == 0 and scaled:
        build.listed.arguments = [c1, c2, *arguments[1:]]
    if said.c1_arg is not None and said.c1_arg < count and c1 is not None:
        _literal_channels(build, said, arguments[said.c1_arg], c1, source)
    known = {"c1": c1, "c2": c2, "n": 1} | {f"arg{i}": value for i, value in enumerate(arguments)}
    for condition in said.require:
        try:
            holds = value_of(condition, known)
        except (ValueError, ArithmeticError):
            holds = True
        if not holds:
            raise Refused("CL051", f"{name} requires {condition}; here c1 = {c1}, c2 = {c2}")
    params = None
    if said.params is not None and c1 is not None:
        try:
            params = value_of(said.params, known)
        except (ValueError, ArithmeticError):
            params = None
    if said.spatial == "conv" and c1 is not None:
        return build.group(modules.conv, [c1, c2, *arguments[1:4]]), refs
    return op.Opaque(((c2, None, None),), params, keeps_size=True, scale=said.scale), refs


def _literal_channels(build: RowBuild, said: Declared, written: Any, c1: int, source: int) -> None:
    """An argument of a declared module that must be the input channels, and is not scaled by the width."""
    row = build.row
    if written == c1:
        return
    place = row.args[said.c1_arg or 0].span
    producer = build.state.file.rows[build.absolute(source)] if row.index else None
    nominal = None
    if producer is not None and isinstance(producer.values[3], list) and producer.values[3]:
        nominal = producer.values[3][0]
    if nominal == written:
        build.report(findings.unscaled_literal(said.name, written, c1, build.state.scale.label, place))
    else:
        build.report(findings.literal_channels_mismatch(said.name, str(written), c1).at(place))
