"""``einsum``: any product and sum of tensors, written with a letter for each axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convlint.source.axes import (
    broadcast,
    multiply,
    refuse,
    same,
    tensor_of,
)
from convlint.source.trace import Trace
from convlint.source.values import Sizes


def einsum(trace: Trace, equation: Any, *operands: Any) -> Any:
    """``torch.einsum``: any product and sum, written with a letter for each axis."""
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    tensors = [tensor_of(one) for one in operands]
    if not isinstance(equation, str):
        return trace.function("einsum", tensors, None, None)
    shape, macs = einsum_shape(equation.replace(" ", ""), [tensor.shape for tensor in tensors])
    return trace.function("einsum", tensors, shape, macs)


def einsum_shape(equation: str, shapes: Sequence[Sizes | None]) -> tuple[Sizes | None, int | None]:
    """The shape that an equation makes, and its multiply-adds."""
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) < len(shapes):
        raise refuse("einsum(): more operands were provided than specified in the equation")
    if len(terms) > len(shapes):
        raise refuse("einsum(): fewer operands were provided than specified in the equation")
    sizes: dict[str, int | None] = {}
    dots: Sizes | None = ()
    for number, (term, shape) in enumerate(zip(terms, shapes)):
        before, ellipsis, after = term.partition("...")
        if not all(letter.isalpha() for letter in before + after):
            bad = next(letter for letter in before + after if not letter.isalpha())
            if bad == ".":
                raise refuse(f"einsum(): found '.' for operand {number} that is not part of any ellipsis")
            raise refuse(
                f"einsum(): invalid subscript given at index {left.index(bad)} in the equation string, subscripts "
                "must be in [a-zA-Z]"
            )
        if shape is None:
            for letter in before + after:
                # It may stretch what has been 1 so far.
                meet(sizes, letter, None, number)
            if ellipsis:
                dots = None
            continue
        extra = len(shape) - len(before) - len(after)
        if extra < 0 or (extra and not ellipsis):
            raise refuse(
                f"einsum(): the number of subscripts in the equation ({len(before) + len(after)}) "
                + ("is more than" if ellipsis else "does not match")
                + f" the number of dimensions ({len(shape)}) for operand {number}"
                + ("" if ellipsis else " and no ellipsis was given")
            )
        dots = broadcast(dots, shape[len(before) : len(before) + extra]) if ellipsis else dots
        mine: dict[str, int | None] = {}
        for letter, size in [*zip(before, shape), *zip(after, shape[len(before) + extra :])]:
            if not same(mine.setdefault(letter, size), size):
                raise refuse(
                    f"einsum(): subscript {letter} is repeated for operand {number} but the sizes don't match, {size} "
                    f"!= {mine[letter]}"
                )
            meet(sizes, letter, size, number)
    if not arrow:
        letters = [letter for letter in sorted(sizes) if left.count(letter) == 1]
        right = ("..." if "..." in left else "") + "".join(letters)
    return einsum_output(right, sizes, dots)


def meet(sizes: dict[str, int | None], letter: str, size: int | None, number: int) -> None:
    """Note the size of a letter; sizes of 1 are stretched."""
    old = sizes.get(letter, 1)
    if size is None and old == 1:
        sizes[letter] = None
    elif old is None or old == 1:
        sizes[letter] = old if size == 1 and letter in sizes else size
    elif size not in (None, 1, old):
        raise refuse(
            f"einsum(): subscript {letter} has size {size} for operand {number} which does not broadcast with "
            f"previously seen size {old}"
        )


def einsum_output(right: str, sizes: dict[str, int | None], dots: Sizes | None) -> tuple[Sizes | None, int | None]:
    """The shape behind the arrow, and the product of all sizes."""
    before, ellipsis, after = right.partition("...")
    for place, letter in enumerate(before + after):
        if letter not in sizes:
            if letter.isalpha():
                raise refuse(
                    f"einsum(): output subscript {letter} does not appear in the equation for any input operand"
                )
            return None, None
        if letter in (before + after)[:place]:
            raise refuse(f"einsum(): output subscript {letter} appears more than once in the output")
    macs = multiply(*sizes.values(), *(dots if dots is not None else (None,)))
    if ellipsis and dots is None:
        return None, None
    middle = dots or () if ellipsis else ()
    return (*[sizes[letter] for letter in before], *middle, *[sizes[letter] for letter in after]), macs


FUNCTIONS: dict[str, Callable[..., Any]] = {"einsum": einsum, "functional.einsum": einsum}
