"""Which layers of a network findings are about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from convlint import catalogue
from convlint.derive.state import Derivation
from convlint.draw import Node
from convlint.findings import Diagnostic, Severity

#: The rules that say that nobody reads what a layer makes.
_DEAD = frozenset({"dead-layer"})
#: A layer around a place begins no more layers before it than this.
_NEAR = 1_000


class Marks(NamedTuple):
    """The worst finding of each node, by its number, and the nodes that nobody reads."""

    severities: dict[int, Severity]
    dead: frozenset[int]


def holding(derivation: Derivation, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings that hold for a network: of a variant those that name it, or none."""
    variant = derivation.network.variant
    return [one for one in findings if not one.variants or variant is None or variant in one.variants]


def marks(nodes: list[Node], findings: Iterable[Diagnostic]) -> Marks:
    """What findings say of nodes: a finding is about the innermost layer in whose text it stands."""
    extents = sorted(
        ((*node.derived.layer.place.extent, number) for number, node in enumerate(nodes) if node.derived is not None),
        key=lambda one: (one[0], -one[2]),
    )
    starts = [start for start, _, _ in extents]
    severities: dict[int, Severity] = {}
    dead = set()
    for finding in findings:
        at = finding.span[0]
        first = bisect_right(starts, at)
        number = next(
            (
                number
                for start, end, number in reversed(extents[max(0, first - _NEAR) : first])
                if at < max(end, start + 1)
            ),
            None,
        )
        if number is None:
            continue
        severity = finding.severity or Severity.ERROR
        severities[number] = max(severity, severities.get(number, severity))
        if catalogue.BY_CODE[finding.code].name in _DEAD:
            dead.add(number)
    return Marks(severities, frozenset(dead))
