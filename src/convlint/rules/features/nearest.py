"""The whole numbers next to a wrong one."""

from __future__ import annotations

from math import isqrt

from convlint.words.text import joined


def divisors_near(count: int, wanted: int) -> list[int]:
    """The largest divisor of a count below a wanted one and the smallest above it: (48, 32) gives 24 and 48."""
    if count < 1 or count > 10**9:
        return []
    small = [number for number in range(1, isqrt(count) + 1) if count % number == 0]
    divisors = sorted({*small, *(count // number for number in small)})
    below = [number for number in divisors if number < wanted]
    above = [number for number in divisors if number > wanted]
    return below[-1:] + above[:1]


def multiples_near(step: int, wanted: int) -> list[int]:
    """The multiples of a step next to a wanted number, without 0."""
    below = wanted // step * step
    return [number for number in (below, below + step) if number > 0]


def either(numbers: list[int]) -> str:
    """``24 or 48``."""
    return joined([str(number) for number in numbers], "or")
