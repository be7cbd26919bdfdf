"""Which layers of a file a framework's message can come from.

Looked for in every network of the file, then at other sizes of the input, and among what is found in it anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convlint import catalogue
from convlint.derive import Derivation, Derived, derive
from convlint.derive.sizing.input_sizes import resized
from convlint.explain import Places
from convlint.explain.messages import ALL, MAYBE, Fit, Message, Seen
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result
from convlint.model.network import walk
from convlint.words.text import sizes

#: Sizes that frameworks try, and that people train and test with; ultralytics builds a model with 256.
TRIED = (256, 224, 320, 384, 416, 448, 512, 640, 1280)
#: More networks of a file are not looked at, nor more layers named.
MOST_NETWORKS, MOST_SUSPECTS = 12, 12
#: A network with more layers is looked at in the size of its file only.
MOST_LAYERS = 5_000


class Suspect(NamedTuple):
    """A layer that a message can come from, with what it stands in (or itself) and why.

    ``place`` names it in words. ``size`` is the size of the input at which it does, where that is not the file's;
    ``variants`` are those of the file's variants for which it holds.
    """

    at: Derived
    top: Derived
    place: str
    fit: Fit
    size: str
    variants: list[str]
    findings: list[Diagnostic]


class Causes(NamedTuple):
    """What came of a message: suspects (the likeliest only), and findings that say the same without a layer.

    If there is neither, the ``errors`` of the file are left.  ``more`` suspects are left out.
    """

    message: Message
    suspects: list[Suspect]
    findings: list[Diagnostic]
    errors: list[Diagnostic]
    #: What one of several networks of the file is called.
    variant_word: str
    more: int


def causes(result: Result, message: Message) -> Causes:
    """Look for what a message can come from."""
    derivations = result.derivations[:MOST_NETWORKS]
    found = [one for derivation in derivations for one in _suspects(result, derivation, message, "")]
    if all(one.fit.level != ALL for one in found):
        wanted = {one.fit.sizes for one in found if one.fit.sizes is not None}
        others = [
            one
            for derivation in derivations
            for size in _sizes(derivation, wanted)
            for one in _at_size(result, derivation, message, size)
        ]
        found += [one for one in others if one.fit.level == ALL] or ([] if found else others)
    best = min((one.fit.level for one in found), default=None)
    merged: dict[object, Suspect] = {}
    for one in found:
        if one.fit.level != best:
            continue
        same = merged.setdefault((one.place, one.fit.why, one.size), one)
        if same is not one:
            same.variants.extend(name for name in one.variants if name not in same.variants)
    suspects = _likeliest(list(merged.values()), best)
    told = [finding for one in suspects for finding in one.findings]
    quoted = [one for one in _quoting(result, message) if one not in told]
    word = derivations[0].network.variant_word if derivations else ""
    errors = [] if suspects or quoted else [one for one in result.findings if one.severity is Severity.ERROR]
    return Causes(
        message, suspects[:MOST_SUSPECTS], quoted, errors[:MOST_SUSPECTS], word, max(0, len(suspects) - MOST_SUSPECTS)
    )


def _likeliest(suspects: list[Suspect], best: int | None) -> list[Suspect]:
    """Of layers that nothing contradicts, those that are found wrong anyway; of others the first sizes that fit."""
    if best == MAYBE:
        return [one for one in suspects if one.findings] or suspects
    at_home = [one for one in suspects if not one.size]
    if at_home or not suspects:
        return at_home
    return [one for one in suspects if one.size == suspects[0].size]


def _suspects(result: Result, derivation: Derivation, message: Message, size: str) -> Iterator[Suspect]:
    given = zip(derivation.network.inputs, derivation.inputs, strict=True)
    places = Places(result.source, [(one.name, value) for one, value in given])
    rows = derivation.network.rows
    listed = rows if rows is not None and len(rows) == len(derivation.layers) else None
    variant = derivation.network.variant
    for index, top in enumerate(derivation.layers):
        for at in _inside(top):
            fit = message.look(Seen(at, top, listed[index] if listed else None))
            if fit is None:
                continue
            place = places.layer(at)
            if at is not top:
                place += f" in {places.name(top)} ({top.layer.type})"
            about = _about(result, at, top, message)
            yield Suspect(at, top, place, fit, size, [variant] if variant else [], about)


def _inside(top: Derived) -> Iterator[Derived]:
    """A layer and all that is inside of it."""
    waiting = [top]
    while waiting:
        at = waiting.pop()
        yield at
        waiting += reversed(at.children)


def _about(result: Result, at: Derived, top: Derived, message: Message) -> list[Diagnostic]:
    """The findings about a layer, or about what it stands in; infos if they name what the message names."""
    start, end = top.layer.place.extent
    names = {at.name, top.name} - {None}
    return [
        found
        for found in result.findings
        if ((found.severity or Severity.ERROR) > Severity.INFO or _names(found, message))
        and (found.layer in names if found.layer is not None else start <= found.span[0] < end)
    ]


def _sizes(derivation: Derivation, wanted: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Other sizes of the one input to look at: those that would fit first."""
    inputs = derivation.network.inputs
    if len(inputs) != 1 or inputs[0].shape is None or derivation.network.only_here:
        return []
    if len(walk(derivation.network.layers)) > MOST_LAYERS:
        return []
    axes = len(inputs[0].shape) - 1
    tried = sorted((size for size in wanted if len(size) == axes), reverse=True)[:4]
    tried += [(size,) * axes for size in TRIED if axes and (size,) * axes not in tried]
    return [size for size in tried if size != inputs[0].shape[1:]]


def _at_size(result: Result, derivation: Derivation, message: Message, size: tuple[int, ...]) -> list[Suspect]:
    other = derive(resized(derivation.network, [size]))
    return list(_suspects(result, other, message, sizes(size)))


def _quoting(result: Result, message: Message) -> list[Diagnostic]:
    """The findings whose rules quote the message, or that name what it names."""
    found = []
    for one in result.findings:
        if (one.severity or Severity.ERROR) <= Severity.INFO:
            continue
        says = message.quoted and message.quoted in catalogue.BY_CODE[one.code].page
        if says or _names(one, message):
            found.append(one)
    return found


def _names(finding: Diagnostic, message: Message) -> bool:
    return bool(message.name) and f"`{message.name}`" in finding.message
