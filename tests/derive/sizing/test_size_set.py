"""Sets of sizes against sets of Python, far beyond their periods."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from convlint.derive.sizing.size_set import EVERY, NONE, SizeSet, both, combine, either, without

FAR = 200


@st.composite
def size_sets(draw: st.DrawFn) -> SizeSet:
    start = draw(st.integers(1, 12))
    period = draw(st.integers(1, 12))
    members = draw(st.sets(st.integers(1, start - 1))) if start > 1 else set()
    residues = draw(st.sets(st.integers(0, period - 1)))
    return SizeSet(members, start, period, residues)


def listed(found: SizeSet) -> set[int]:
    return {size for size in range(1, FAR) if size in found}


@given(st.sets(st.integers(1, 11)), st.integers(1, 12), st.integers(1, 12), st.sets(st.integers(0, 11)))
def test_the_simplest_form_holds_the_same_sizes(members: set[int], start: int, period: int, residues: set[int]) -> None:
    members = {size for size in members if size < start}
    residues = {residue % period for residue in residues}
    found = SizeSet(members, start, period, residues)
    expected = {n for n in range(1, FAR) if (n in members if n < start else n % period in residues)}
    assert listed(found) == expected
    assert found == SizeSet.of(lambda n: n in found, start + 5, period * 3)
    assert hash(found) == hash(SizeSet.of(lambda n: n in found, start, period))
    assert found.smallest == (min(expected) if expected else None)
    assert bool(found) == bool(expected)
    assert found.finite == (not residues)
    rule = found.rule
    if rule is not None:
        again = {n for n in range(1, FAR) if n in rule.also or (n >= rule.least and n % rule.modulus in rule.residues)}
        assert again == expected


@given(size_sets(), st.integers(1, 100))
def test_neighbours(found: SizeSet, size: int) -> None:
    expected = listed(found)
    assert found.below(size) == max((n for n in expected if n < size), default=None)
    assert found.above(size) == min((n for n in expected if n > size), default=None)


@given(size_sets(), st.integers(1, 60))
def test_ranges(found: SizeSet, up_to: int) -> None:
    runs = found.ranges(up_to)
    assert [n for first, last in runs for n in range(first, last + 1)] == sorted(n for n in listed(found) if n <= up_to)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(runs))
    if found.finite:
        assert found.ranges() == found.ranges(FAR)


@given(size_sets(), size_sets())
def test_combinations(first: SizeSet, second: SizeSet) -> None:
    assert listed(both(first, second)) == listed(first) & listed(second)
    assert listed(either(first, second)) == listed(first) | listed(second)
    assert listed(without(first, second)) == listed(first) - listed(second)


def test_what_is_known_only_up_to_a_size() -> None:
    tried = SizeSet([2, 4, 6], 8, 0)
    assert not tried.exact and not tried.finite and tried.rule is None
    assert 8 not in tried and tried.above(6) is None and tried.below(100) == 6
    even = SizeSet([], 1, 2, [0])
    assert both(tried, even) == tried
    assert either(tried, even) == SizeSet([2, 4, 6], 8, 0)
    assert without(even, tried) == SizeSet([], 8, 0)
    assert both(SizeSet([2, 3], 4, 1), tried) == SizeSet([2], 3, 1)
    assert both(SizeSet([2, 9], 10, 1), tried) == SizeSet([2], 8, 0)


def test_ends() -> None:
    assert EVERY.smallest == 1 and not NONE
    assert 0 not in EVERY and "1" not in EVERY
    assert EVERY != "every" and repr(EVERY) == "SizeSet((), 1, 1, (0,))"
    large = SizeSet([], 1, 65521, [0]), SizeSet([], 1, 65519, [0])
    assert not combine(lambda a, b: a and b, *large).exact
