"""The rules about networks: they put into words what deriving found, and never compute.

``judge`` imports the module of a rule only when there is something for it to say, so a rule that is off, or that has
nothing to say, costs nothing.  A rule's module offers

* ``word(irregularity, derivation) -> Diagnostic | None`` if the rule words an irregularity,
* ``word(difference, derivation) -> Diagnostic | None`` if it words a claim that is false,
* ``check(derivation) -> Iterable[Diagnostic]`` if it looks at a whole network,

and nothing but its page if it is about notation, which is found while a file is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from convlint.catalogue import BY_NAME, RULES, Rule, Sort
from convlint.derive import Derivation, Irregularity
from convlint.derive.claims import differences
from convlint.findings import Diagnostic

#: How often a rule speaks of one place in a file: for its several copies, or several mistakes of one kind.
MOST_AT_ONE_PLACE = 20

#: Rules about numbers of a layer, whose mistake may be that it, or a layer before it, reads the wrong one.
_MISREAD = frozenset((
    "norm-features", "prelu-parameters", "group-norm-divides", "groups-divide-input", "dense-features",
    "layer-norm-shape", "rank-mismatch", "split-divides", "reshape-size", "shuffle-factor", "kernel-too-large",
    "unknown-reference",
))  # fmt: skip

#: The rule about the input on which all others rest.
_TURNED = BY_NAME["channels-last"]
_NETWORK_RULES = [rule for rule in RULES if rule.sort is Sort.NETWORK and rule is not _TURNED]


def judge(derivation: Derivation, selected: frozenset[str]) -> Iterator[Diagnostic]:
    """Everything that the selected rules say about a network."""
    said: dict[tuple[str, int], int] = {}

    def enough(rule: Rule, place: object) -> bool:
        """Whether a rule has spoken of one place often enough; the copies of a layer are all written there."""
        times = said[rule.code, id(place)] = said.get((rule.code, id(place)), 0) + 1
        return times > MOST_AT_ONE_PLACE

    if _TURNED.code in selected and _may_be_turned(derivation):
        from convlint.derive.repairs.layout import channels_last

        yield from import_module(_TURNED.module).check(derivation)
        # What is true of maps of 224x3 is not worth reading.
        derivation = channels_last(derivation) or derivation
    for irregularity in derivation.irregularities:
        rule = BY_NAME[irregularity.kind]
        if rule.code in selected and not enough(rule, irregularity.at.layer.place):
            if irregularity.fatal and _follows(irregularity, derivation):
                continue
            yield from _word(rule, irregularity, derivation)
    for difference in differences(derivation):
        rule = BY_NAME[difference.kind]
        if rule.code in selected and not enough(rule, difference.claim):
            yield from _word(rule, difference, derivation)
    for rule in _NETWORK_RULES:
        if rule.code in selected:
            yield from import_module(rule.module).check(derivation)


def _may_be_turned(derivation: Derivation) -> bool:
    """Whether the channels of the one input may come last: at a glance, for hardly any network is so."""
    given = derivation.network.inputs
    shape = given[0].shape if len(given) == 1 else None
    return shape is not None and len(shape) > 2 and (shape[-1] or 0) < (shape[0] or 0)


def _follows(irregularity: Irregularity, derivation: Derivation) -> bool:
    """Whether a contradiction is gone with the mistake that another finding tells."""
    from convlint.derive.repairs import branches, wiring

    return wiring.follows(irregularity, derivation) or id(irregularity) in branches.consequences(derivation)


def _word(rule: Rule, subject: Any, derivation: Derivation) -> Iterator[Diagnostic]:
    finding: Diagnostic | None = import_module(rule.module).word(subject, derivation)
    if finding is not None:
        if rule.name in _MISREAD:
            from convlint.rules.merges.branches import reread

            reread(finding, subject, derivation)
        yield finding
