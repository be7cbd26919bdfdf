"""What is recorded about irregularities agrees with how loud their rules are."""

from __future__ import annotations

from convlint.catalogue import BY_NAME, RULES, Severity, Sort
from convlint.derive.sizing.troubles import DROPS, NO_MATTER, SIZELESS
from convlint.derive.state import REFUSED

KINDS = {rule.name for rule in RULES if rule.sort is Sort.IRREGULARITY}


def test_what_a_framework_refuses_is_an_error() -> None:
    """A rule is an error by itself if, and only if, its irregularity is fatal wherever nothing else is recorded."""
    assert {name for name in KINDS if BY_NAME[name].severity is Severity.ERROR} == REFUSED


def test_what_is_only_worth_knowing_is_no_matter_for_sizes() -> None:
    """But for pools that drop input, and for what is a warning whatever the size."""
    informs = {name for name in KINDS if BY_NAME[name].severity is Severity.INFO or not BY_NAME[name].on}
    assert informs - DROPS == NO_MATTER - SIZELESS
    assert DROPS <= KINDS and SIZELESS <= KINDS
