"""What is recorded about irregularities agrees with how loud their rules are."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from types import MappingProxyType
from typing import Any

import pytest

from convlint.catalogue import BY_NAME, RULES, Severity, Sort, selection
from convlint.derive import irregularities
from convlint.derive.sizing.troubles import DROPS, NO_MATTER, SIZELESS
from convlint.derive.state import REFUSED, Derived, Irregularity
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


def name_of(kind: str) -> str:
    """The numbers of ``dropped-input`` are a ``DroppedInput``."""
    return "".join(map(str.capitalize, kind.split("-")))


def keys_of(declared: Any) -> tuple[set[str], set[str]]:
    """The keys that are always there, and those that may be missing."""
    hints = {key: getattr(hint, "__forward_arg__", str(hint)) for key, hint in declared.__annotations__.items()}
    # Where annotations are text, Python itself does not see which keys are not required.
    may = {key for key, hint in hints.items() if key in declared.__optional_keys__ or hint.startswith("NotRequired[")}
    return hints.keys() - may, may


#: The type of the numbers of every kind, as ``Note`` pairs them.
TYPES: dict[str, Any] = {
    kind: getattr(irregularities, name)
    for kinds, name in re.findall(
        r"kind: Literal\[(.*?)\],.*?Unpack\[(\w+)\]", inspect.getsource(irregularities.Note), re.DOTALL
    )
    for kind in re.findall(r'"([a-z-]+)"', kinds)
}


#: Types that several kinds have in common.
SHARED = {"OnAxis", "Windowed", "Declaring", "Compared", "Explained", "Join"}


def test_every_kind_has_a_type() -> None:
    """Called like the kind; and nothing is declared that no kind has."""
    assert {kind: declared.__name__ for kind, declared in TYPES.items()} == {kind: name_of(kind) for kind in KINDS}
    declared = {name for name, value in vars(irregularities).items() if hasattr(value, "__required_keys__")}
    assert declared - SHARED == {name_of(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_rule_reads_the_type_of_its_kind(kind: str) -> None:
    """Nothing else ties the numbers that ``judge`` hands over to what the rule says they are."""
    word = import_module(BY_NAME[kind].module).word
    assert word.__annotations__["irregularity"] == f"Irregularity[{name_of(kind)}]"


@pytest.mark.usefixtures("few_copies")
def test_numbers_are_what_their_type_says() -> None:
    met = set()
    for case in CASES:
        for derivation in lint(Source(f"net.{case.syntax}", case.yaml), selection()).derivations:
            for irregularity in derivation.irregularities:
                met.add(irregularity.kind)
                must, may = keys_of(TYPES[irregularity.kind])
                assert must <= irregularity.numbers.keys() <= must | may, (case.heading, irregularity.kind)
    assert len(met) > 60


class Sealed(Irregularity[Any]):
    """One whose numbers nobody can add to."""

    def __init__(self, kind: str, at: Derived, numbers: Any, *effect: bool | None) -> None:
        super().__init__(kind, at, MappingProxyType(numbers), *effect)


def test_nobody_writes_to_what_was_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither deriving what follows nor wording it; later layers that agree make a new value, once all are known."""
    monkeypatch.setattr("convlint.derive.walk.Irregularity", Sealed)
    agree = 0
    for case in CASES:
        for derivation in lint(Source(f"net.{case.syntax}", case.yaml), selection()).derivations:
            agree += sum("agree" in irregularity.numbers for irregularity in derivation.irregularities)
    assert agree > 1
