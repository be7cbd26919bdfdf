"""What is recorded about irregularities agrees with how loud their rules are."""

from __future__ import annotations

import inspect
import re
from typing import Any

from convlint.catalogue import BY_NAME, RULES, Severity, Sort, selection
from convlint.derive import irregularities
from convlint.derive.sizing.troubles import DROPS, NO_MATTER, SIZELESS
from convlint.derive.state import REFUSED
from convlint.document import Source
from convlint.lint import lint
from tests.rules.test_cases import CASES

KINDS = {rule.name for rule in RULES if rule.sort is Sort.IRREGULARITY}


def test_what_a_framework_refuses_is_an_error() -> None:
    """A rule is an error by itself if, and only if, its irregularity is fatal wherever nothing else is recorded."""
    assert {name for name in KINDS if BY_NAME[name].severity is Severity.ERROR} == REFUSED


def test_what_is_only_worth_knowing_is_no_matter_for_sizes() -> None:
    """But for pools that drop input, and for what is a warning whatever the size."""
    informs = {name for name in KINDS if BY_NAME[name].severity is Severity.INFO or not BY_NAME[name].on}
    assert informs - DROPS == NO_MATTER - SIZELESS
    assert DROPS <= KINDS and SIZELESS <= KINDS


#: The type of the numbers of every kind, as ``Note`` pairs them.
TYPES: dict[str, Any] = {
    kind: getattr(irregularities, name)
    for kinds, name in re.findall(
        r"kind: Literal\[(.*?)\],.*?Unpack\[(\w+)\]", inspect.getsource(irregularities.Note), re.DOTALL
    )
    for kind in re.findall(r'"([a-z-]+)"', kinds)
}


def test_every_kind_has_a_type() -> None:
    assert set(TYPES) == KINDS


def test_numbers_are_what_their_type_says() -> None:
    met = set()
    for case in CASES:
        for derivation in lint(Source(f"net.{case.syntax}", case.yaml), selection()).derivations:
            for irregularity in derivation.irregularities:
                met.add(irregularity.kind)
                undeclared = set(irregularity.numbers) - set(TYPES[irregularity.kind].__annotations__)
                assert not undeclared, (case.heading, irregularity.kind)
    assert len(met) > 60
