"""Input sizes of a network that holds for one size alone: the file is read anew with others, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from convlint.catalogue import Severity
from convlint.derive import Derivation
from convlint.findings import Diagnostic
from convlint.lint import Result
from convlint.model.network import Shape

#: So many sizes of the networks of a file are tried.
MOST_TRIED = 31
#: The step between sizes where the total stride of a network cannot be told.
_STEP = 32
#: After so many sizes at which the code could not be followed, which is what takes longest, no more are tried.
_MOST_UNCLEAR = 3

#: What comes of a network's file with an input of some shape; None if its format cannot say.
Again = Callable[[Shape], Result | None]


class Tried(NamedTuple):
    """Sizes that were tried, the same along all axes, a ``step`` apart: at which ones the network runs, and runs clean.

    ``unclear`` are those at which the code of its modules could not be followed to its end.
    """

    sizes: tuple[int, ...]
    step: int
    runs: tuple[int, ...]
    clean: tuple[int, ...]
    unclear: tuple[int, ...]


def tried(derivation: Derivation, again: Again, most: int, counts: Callable[[Diagnostic], bool]) -> Tried | None:
    """Try sizes from half of the declared one to twice as much, in steps of the total stride; ``most`` at most.

    None if the network has more than one input, one with other than two axes, or another one for its height and width.
    """
    shape = derivation.network.inputs[0].shape if len(derivation.network.inputs) == 1 else None
    if shape is None or len(shape) != 3 or shape[1] is None or shape[1] != shape[2] or most < 1:
        return None
    sizes, step = _around(shape[1], _stride(derivation, shape[1]), most)
    found: dict[int, list[Diagnostic]] = {}
    unclear: list[int] = []
    for number, size in enumerate(sizes):
        if len(unclear) == _MOST_UNCLEAR:
            del sizes[number:]
            break
        result = again((shape[0], size, size))
        if result is None:
            return None
        if not result.derivations or any(one.code == "YO002" for one in result.findings):
            unclear.append(size)
        else:
            found[size] = [one for one in result.findings if counts(one)]
    # What is found at every size is no question of size.
    always = set.intersection(*({_key(one) for one in every} for every in found.values())) if len(found) > 1 else set()
    runs = [size for size, every in found.items() if not _errors(every)]
    clean = [size for size in runs if all(_key(one) in always for one in found[size])]
    return Tried(tuple(sizes), step, tuple(runs), tuple(clean), tuple(unclear))


def _key(found: Diagnostic) -> object:
    return found.code, found.span, found.layer


def _errors(found: Iterable[Diagnostic]) -> bool:
    return any(one.severity is Severity.ERROR for one in found)


def _stride(derivation: Derivation, size: int) -> int:
    """How many cells of the input one of the coarsest map that a row makes stands for."""
    strides = [1]
    for layer in derivation.layers:
        for made in layer.outputs:
            rows = made.shape[1] if made.shape is not None and len(made.shape) == 3 else None
            if rows is not None and rows > 1 and size % rows == 0:
                strides.append(size // rows)
    stride = max(strides)
    return stride if 1 < stride <= 128 else _STEP


def _around(size: int, stride: int, most: int) -> tuple[list[int], int]:
    """Multiples of a stride around a size, some of them left out if there are too many."""
    step = stride
    while 2 * size // step - max(1, -(-size // 2 // step)) + 1 > most:
        step += stride
    return [n * step for n in range(max(1, -(-size // 2 // step)), 2 * size // step + 1)], step
