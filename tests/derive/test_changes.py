"""Every change of a single argument of the right examples, and of every layer type, judged by PyTorch.

What PyTorch refuses is one error, at what was changed or at the layer where PyTorch fails; what it accepts is none, and
the shape and the parameters of every layer are PyTorch's.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.conftest import SLICE, Slice
from tests.oracle import recorded
from tests.oracle.descriptions import Written
from tests.oracle.judging import checked, digest, elsewhere, errors, numbers

#: Of so many recorded changes one is asked again where torch is installed.
SAMPLE = 50
#: Each file is checked in so many tests, so that several processes can share the work.
PARTS = 8


@cache
def networks_of(file: str) -> list[recorded.Recorded]:
    """The networks of a file with their verdicts; reading them takes longer than checking a part of them."""
    return list(recorded.read(file))


# Tens of thousands of files are checked here; what they reach other tests reach, and measuring it doubles the time.
@pytest.mark.no_cover
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("file", recorded.all_files())
def test_recorded_verdicts(file: str, part: int, checked_here: Slice) -> None:
    wrong = []
    for network in networks_of(file):
        if part == 0:
            result = checked(Written(network.description).text)
            assert errors(result) == [] and digest(numbers(result)) == network.numbers, network.name
        for change, word in network.verdicts[part::PARTS]:
            here = word != "?" and (network.name, change) in checked_here
            found = _difference(network, change, word) if here else None
            if found is not None:
                wrong.append(f"{network.name}, {change}: {found}")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:20])


def _difference(network: recorded.Recorded, change: recorded.Change, word: str) -> str | None:
    """What convlint says otherwise than PyTorch about one change."""
    written = Written(change.made(network.description))
    result = checked(written.text)
    if word.startswith("!"):
        refused, changed = recorded.lines_of(word, change, written), recorded.changed_lines(change, written)
        return elsewhere(result, refused, changed)
    if errors(result):
        return f"accepted, but {errors(result)}"
    mine = digest(numbers(result))
    return None if mine == (network.numbers if word == "=" else word) else "other shapes or parameters"


def test_the_slice_is_a_fixed_part_of_both_sorts() -> None:
    part, everything = Slice(False), Slice(True)
    sorts: Counter[tuple[bool, bool]] = Counter()
    for file in recorded.all_files():
        for network in networks_of(file):
            for change, word in network.verdicts:
                assert (network.name, change) in everything
                sorts[word.startswith("!"), (network.name, change) in part] += 1
    for refused in (True, False):
        assert 0.9 < sorts[refused, True] / (sorts[refused, True] + sorts[refused, False]) * SLICE < 1.1


def test_the_record_has_both_sorts() -> None:
    words = Counter(
        word[0] if word[0] in "!=?" else "other"
        for file in recorded.all_files()
        for network in networks_of(file)
        for _, word in network.verdicts
    )
    assert words["!"] > 20_000 and words["="] > 4_000 and words["other"] > 10_000
    assert words["?"] < 100


@pytest.mark.parametrize(
    "file", [recorded.LAYER_TYPES, recorded.FUNCTIONS, "keyword-spotting-1d", "dcgan-generator", "lenet-5"]
)
def test_pytorch_still_says_so(file: str) -> None:
    pytest.importorskip("torch", reason="torch is not installed: only recorded verdicts are checked")
    from tests.oracle.record_changes import Shapes, verdict

    engine = Shapes()
    count = 0
    for network in networks_of(file):
        for change, word in network.verdicts:
            count += 1
            if count % SAMPLE == 0:
                assert verdict(network.description, change, network.numbers, engine) == word, (network.name, change)
