"""For which sizes networks run: all answers against deriving the network at each size."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convlint.derive import derive
from convlint.derive.columns import trouble
from convlint.derive.input_sizes import InputSizes, input_sizes, resized
from convlint.model.network import Network, Shape
from tests.derive.networks import descriptions, network_of

#: What follows from the arguments of a layer alone. Deriving stops at the first of equal copies, also if it is equal
#: only because sizes are unknown, so that in later copies these would look like news.
NO_QUESTION_OF_SIZE = {"padding-exceeds-kernel", "stride-dilation-gap", "upsample-holes", "asymmetric-same"}


def troubles(network: Network, sizes: Sequence[Shape]) -> set[Any]:
    """What is wrong with a network at some sizes, by deriving it there: (layer, its name, trouble)."""
    return {
        (id(irregularity.at.layer), irregularity.at.name, found)
        for irregularity in derive(resized(network, sizes)).irregularities
        if (found := trouble(irregularity)) is not None and found.kind not in NO_QUESTION_OF_SIZE
    }


class Truth:
    """Whether a network runs, and runs clean, at given sizes of its axes (None: unknown)."""

    def __init__(self, network: Network, found: InputSizes) -> None:
        self.network = network
        self.axes = found.axes
        self.always = troubles(network, self.shapes([None] * len(found.axes)))

    def shapes(self, sizes: Sequence[int | None]) -> list[Shape]:
        shapes: list[list[int | None]] = [[None] * (len(given.shape or ()) - 1) for given in self.network.inputs]
        for axis, size in zip(self.axes, sizes, strict=True):
            for index, spatial in axis.members:
                shapes[index][spatial] = size
        return [tuple(shape) for shape in shapes]

    def at(self, sizes: Sequence[int | None]) -> tuple[bool, bool]:
        new = troubles(self.network, self.shapes(sizes)) - self.always
        return not any(found.breaks for _, _, found in new), not new

    def alone(self, axis: int, size: int) -> tuple[bool, bool]:
        return self.at([size if index == axis else None for index in range(len(self.axes))])


def compare(network: Network, found: InputSizes, alone: Sequence[int], together: Sequence[Sequence[int]]) -> int:
    """Assert that every answer is what deriving says; the number of comparisons."""
    truth = Truth(network, found)
    if any(found.breaks for _, _, found in truth.always):
        return 0  # after a mistake deriving keeps silent about what may follow from it
    count = 0
    for index, axis in enumerate(found.axes):
        for size in alone:
            said = size in axis.runs, size in axis.clean
            if not axis.runs.exact and size >= axis.runs.start:
                continue
            assert said == truth.alone(index, size), (index, size)
            count += 1
    for sizes in together:
        expected = truth.at(sizes)
        answers = found.runs(sizes), found.clean(sizes)
        for answer, right in zip(answers, expected, strict=True):
            assert answer is None or answer == right, (sizes, answers, expected)
            assert answer is not None or found.unsolved or not found.axes[0].runs.exact
        count += 1
        if len(set(sizes)) == 1 and (squares := found.equal(clean=True)) is not None and squares.exact:
            assert (sizes[0] in squares) == expected[1]
            runs = found.equal(clean=False)
            assert runs is not None and (sizes[0] in runs) == expected[0]
    return count


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(descriptions(), st.integers(0, 2**32))
def test_every_answer_is_what_deriving_says(description: dict[str, Any], seed: int) -> None:
    network = network_of(description)
    found = input_sizes(network, up_to=128)
    assert found is not None
    choice = random.Random(seed)
    rank = len(found.axes)
    alone = [*range(1, 33), *(choice.randint(33, 400) for _ in range(12))]
    together = [[size] * rank for size in (*range(1, 13), choice.randint(13, 60))]
    together += [[choice.randint(1, 40) for _ in range(rank)] for _ in range(16)]
    compare(network, found, alone, together)
