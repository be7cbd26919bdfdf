"""Rows of modules that the framework does not know and the community does: what its parsers record for them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from convlint.formats.yolo.community import CONVENTIONS, FAMILIES, RESIZED, Convention
from convlint.formats.yolo.dialects import DIALECTS
from convlint.formats.yolo.refusal import Refused
from convlint.formats.yolo.row_build import Built, RowBuild, opaque
from convlint.model import operations as op

#: How many maps a backbone that returns a list takes row numbers for.
LEVELS = 5
#: What may be a channel count among the arguments of attention; smaller numbers are kernels, groups, reductions.
_LEAST_CHANNELS = 64
#: Modules of one framework that people copy into another, and that change the size.
_STRIDED = {
    "AConv": "/2", "ADown": "/2", "Conv": "stride 2", "DWConv": "stride 2", "Focus": "/2", "GhostConv": "stride 2",
    "SCDown": "stride 2", "Stem": "/4",
}  # fmt: skip
_KEEPS = frozenset(["Bottleneck", "ELAN1", "PSA", "RepNCSPELAN4", "SPP", "SPPCSPC", "SPPELAN", "SPPF"])


def convention(name: str) -> Convention | None:
    """What the community's parsers do with a module; of those in other frameworks what these do."""
    found = CONVENTIONS.get(name)
    if found is not None:
        return found
    for beginning, said in FAMILIES:
        if name.startswith(beginning):
            resized = any(part in name.lower() for part in RESIZED)
            return said._replace(size="unknown") if resized else said
    for dialect in DIALECTS.values():
        if name in dialect.heads:
            return Convention("head", "unknown")
        if name in dialect.base:
            keeps = name in dialect.repeats or name in _KEEPS
            return Convention("scaled", _STRIDED.get(name, "same" if keeps else "unknown"))
    return None


def assumed(build: RowBuild, said: Convention, arguments: list[Any]) -> Built:
    """A row as the community's parsers treat its module: its output where the convention tells it."""
    value = build.row.values[0]
    sources = [build.source(item) for item in (value if isinstance(value, list) else [value])]
    refs = tuple(build.ref(source) for source in sources)
    recorded = [build.recorded(source) for source in sources]
    made = [channels if type(channels) is int else None for channels in recorded]
    if said.channels == "head":
        build.parts_made = max(len(sources), 1)
        return opaque(tuple(made)), refs
    if said.channels == "levels":
        build.state.c2 = None
        count = LEVELS if build.row.number != build.row.index else 1
        return opaque((None,) * count), refs
    c2 = build.state.c2 = _channels(build, said.channels, arguments, made)
    if said.channels == "concat" and len(refs) > 1:
        return op.Concat(1), refs
    scale = _scale(said.size, arguments)
    if scale is None:
        return opaque((c2,)), refs
    return op.Opaque(((c2, None, None),), None, keeps_size=True, scale=scale), refs


def _channels(build: RowBuild, said: str, arguments: list[Any], made: list[int | None]) -> int | None:
    """The channels that come out; None where nobody knows."""
    word, _, number = said.partition(" ")
    first = arguments[0] if arguments else None
    c1 = made[0] if made else None
    if word == "same":
        return c1 if type(first) is not int or first < _LEAST_CHANNELS or c1 in (first, _scaled(build, first)) else None
    if word == "scaled":
        return _scaled(build, first)
    if word == "agreed":
        return c1 if type(first) is not int or c1 in (first, _scaled(build, first)) else None
    if word == "times":
        product = None if c1 is None else c1 * Fraction(number)
        return int(product) if product is not None and product.denominator == 1 else None
    if word in ("sum", "concat"):
        return sum(c for c in made if c is not None) if None not in made else None
    if word == "first":
        return c1
    if word == "second":
        return made[1] if len(made) > 1 else None
    if word == "common":
        return c1 if len(set(made)) == 1 else None
    if word == "literal":
        return first if type(first) is int and first > 0 else None
    if word == "total":
        parts = arguments[int(number)] if int(number) < len(arguments) else None
        if isinstance(parts, list) and all(type(part) is int and part > 0 for part in parts):
            return sum(parts)
    return None


def _scaled(build: RowBuild, written: Any) -> int | None:
    """Nominal channels at this scale; None for what is no number of channels."""
    if type(written) is not int or written <= 0:
        return None
    try:
        return build.scaled(written)
    except Refused:
        return None


def _scale(size: str, arguments: list[Any]) -> tuple[int, int] | None:
    """How height and width change, as a fraction; None where nobody knows."""
    if size == "same":
        return (1, 1)
    if size[0] == "/":
        return (1, int(size[1:]))
    if size[0] == "x":
        return (int(size[1:]), 1)
    if size.startswith("stride "):
        place = int(size[7:])
        stride = arguments[place] if place < len(arguments) else 1
        return (1, stride) if type(stride) is int and stride > 0 else None
    return None
