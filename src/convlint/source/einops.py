"""einops: ``rearrange``, ``reduce``, ``repeat``, ``pack`` and ``unpack`` as functions of shapes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from convlint.source.axes import brackets, known, multiply, product, refuse, same, tensor_of, whole, wholes
from convlint.source.einsum import einsum as torch_einsum
from convlint.source.joining import cat, several, split_with_sizes, stacked
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor, Unknown

#: The axes for which ``...`` stands, as one name.
DOTS = "…"

#: How numbers may be reduced.
REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")

#: The axes of one place in a pattern; ``DOTS`` or a list of names, of which none stands for an axis of 1.
Group = list[str]

_TOKEN = re.compile(r"\s+|[()]|…|\w+|.", re.DOTALL)


class Refused(Exception):
    """einops refuses a pattern, or a pattern for a shape."""


class Side:
    """One side of a pattern: its places in order, and the sizes of axes that are written as numbers."""

    def __init__(self, text: str) -> None:
        self.groups: list[Group] = []
        self.numbers: dict[str, int] = {}
        self.names: set[str] = set()
        #: Whether ``...`` stands in parentheses; None if there is none.
        self.grouped_dots: bool | None = None
        if "." in text:
            if text.count("...") != 1 or text.count(".") != 3:
                raise Refused("Expression may contain dots only inside ellipsis (...)")
            text = text.replace("...", DOTS)
        group: Group | None = None
        for token in _TOKEN.findall(text):
            if token.isspace():
                continue
            if token == "(":
                if group is not None:
                    raise Refused("Axis composition is one-level (brackets inside brackets not allowed)")
                group = []
            elif token == ")":
                if group is None:
                    raise Refused("Brackets are not balanced")
                self.groups.append(group)
                group = None
            else:
                self.add(token, group)
        if group is not None:
            raise Refused(f'Imbalanced parentheses in expression: "{text}"')

    def add(self, token: str, group: Group | None) -> None:
        """Note an axis, in a group or by itself."""
        name = token
        if token == DOTS:
            self.grouped_dots = group is not None
        elif token.isdecimal():
            size = int(token)
            if size == 0:
                raise Refused("Anonymous axis should have positive length, not 0")
            if size == 1:
                if group is None:
                    self.groups.append([])
                return
            name = f"{size}-axis {len(self.numbers)} {id(self)}"
            self.numbers[name] = size
        elif not token.isidentifier():
            if len(token) == 1 and not token.isalnum() and token != "_":
                raise Refused(f"Unknown character '{token}'")
            raise Refused(f"Invalid axis identifier: {token}\nnot a valid python identifier")
        elif token[0] == "_" or token[-1] == "_":
            raise Refused(f"Invalid axis identifier: {token}\naxis name should should not start or end with underscore")
        if name in self.names:
            raise Refused(f'Indexing expression contains duplicate dimension "{name}"')
        self.names.add(name)
        if group is None:
            self.groups.append([name])
        else:
            group.append(name)


def apply(trace: Trace, kind: str, tensor: Any, pattern: Any, lengths: dict[str, Any]) -> Any:
    """What a pattern makes of a tensor, or of a list of tensors, which are stacked first.

    ``kind`` is 'rearrange', 'repeat' or the name of a reduction.  Raises with einops's words where it refuses.
    """
    if isinstance(tensor, list):
        parts = several(tensor) or []
        shape = stacked([part.shape for part in parts], 0) if parts else None
    else:
        parts = [tensor_of(tensor)]
        shape = parts[0].shape
    name = kind if kind in ("rearrange", "repeat") else "reduce"
    if not isinstance(pattern, str) or pattern.count("->") != 1:
        return trace.function(name, parts, None)
    try:
        made = transformed(shape, kind, pattern, lengths)
    except Refused as refused:
        where = "Input is list." if isinstance(tensor, list) else f"Input tensor shape: {torch_size(shape)}."
        raise refuse(
            f' Error while processing {kind}-reduction pattern "{pattern}".\n {where} Additional info: {lengths}.\n '
            f"{refused}"
        ) from None
    return trace.function(name, parts, made)


def torch_size(shape: Sizes | None) -> str:
    """A shape as Python prints torch's."""
    return "?" if shape is None else f"torch.Size({brackets(shape)})"


def transformed(shape: Sizes | None, kind: str, pattern: str, lengths: dict[str, Any]) -> Sizes | None:
    """The shape that a pattern makes."""
    before, _, after = pattern.partition("->")
    left, right = Side(before), Side(after)
    agree(left, right, kind, lengths, pattern)
    for name in lengths:
        if name not in left.names | right.names:
            raise Refused(f"Axis {name} is not used in transform")
    sizes: dict[str, int | None] = {**left.numbers, **right.numbers}
    given = {name: whole(value) for name, value in lengths.items()}
    sizes.update(given)
    dots: Sizes | None = ()
    flat = left.groups
    if shape is not None:
        flat, dots = unrolled(left, shape)
        for group, size in zip(flat, shape_without_dots(left, shape)):
            solve(group, size, sizes, given)
    else:
        for group in flat:
            if len([name for name in group if name not in sizes and name != DOTS]) > 1:
                raise Refused(f"Could not infer sizes for {set(group) - set(sizes)}")
        dots = None if DOTS in left.names else ()
    made: list[int | None] = []
    for group in right.groups:
        if DOTS in group and right.grouped_dots:
            around = product([sizes.get(name) for name in group if name != DOTS])
            made.append(None if dots is None else multiply(around, product(dots)))
        elif DOTS in group:
            if dots is None:
                return None
            made += dots
        else:
            made.append(product([sizes.get(name) for name in group]))
    return tuple(made)


def agree(left: Side, right: Side, kind: str, lengths: dict[str, Any], pattern: str) -> None:
    """Refuse axes that stand on one side only, where they must not."""
    if left.grouped_dots is None and right.grouped_dots is not None:
        raise Refused(f"Ellipsis found in right side, but not left side of a pattern {pattern}")
    if left.grouped_dots:
        raise Refused(f"Ellipsis inside parenthesis in the left side is not allowed: {pattern}")
    if kind == "rearrange":
        if left.numbers or right.numbers:
            raise Refused("Non-unitary anonymous axes are not supported in rearrange (exception is length 1)")
        if left.names != right.names:
            raise Refused(
                f"Identifiers only on one side of expression (should be on both): {named(left.names ^ right.names)}"
            )
    elif kind == "repeat":
        if left.names - right.names:
            raise Refused(f"Unexpected identifiers on the left side of repeat: {named(left.names - right.names)}")
        new = right.names - left.names - set(right.numbers) - set(lengths)
        if new:
            raise Refused(f"Specify sizes for new axes in repeat: {named(new)}")
    elif right.names - left.names:
        raise Refused(f"Unexpected identifiers on the right side of reduce {kind}: {named(right.names - left.names)}")


def named(names: set[str]) -> str:
    """Names of axes as a set is printed, always in the same order."""
    return f"{{{', '.join([name.partition(' ')[0] if ' ' in name else repr(name) for name in sorted(names)])}}}"


def unrolled(left: Side, shape: Sizes) -> tuple[list[Group], Sizes]:
    """The places of the left side without ``...``, and the axes for which it stands."""
    if left.grouped_dots is None:
        if len(shape) != len(left.groups):
            raise Refused(f"Wrong shape: expected {len(left.groups)} dims. Received {len(shape)}-dim tensor.")
        return left.groups, ()
    others = len(left.groups) - 1
    if len(shape) < others:
        raise Refused(f"Wrong shape: expected >={others} dims. Received {len(shape)}-dim tensor.")
    start = left.groups.index([DOTS])
    return [group for group in left.groups if group != [DOTS]], shape[start : start + len(shape) - others]


def shape_without_dots(left: Side, shape: Sizes) -> Sizes:
    """The sizes of the axes that are named on the left side."""
    if left.grouped_dots is None:
        return shape
    start = left.groups.index([DOTS])
    behind = len(left.groups) - 1 - start
    return shape[:start] + (shape[len(shape) - behind :] if behind else ())


def solve(group: Group, size: int | None, sizes: dict[str, int | None], given: dict[str, int | None]) -> None:
    """Find the size of the one axis of a place that is not given; refuse what cannot be divided."""
    open_names = [name for name in group if name not in sizes]
    if len(open_names) > 1:
        raise Refused(f"Could not infer sizes for {named(set(open_names))}")
    rest = product([sizes[name] for name in group if name in sizes])
    if not open_names:
        if not same(size, rest):
            raise Refused(f"Shape mismatch, {size} != {rest}")
        if len(group) == 1 and sizes[group[0]] is None:
            sizes[group[0]] = size
        return
    if size is None or rest is None or rest == 0:
        sizes[open_names[0]] = None
        return
    if size % rest:
        raise Refused(f"Shape mismatch, can't divide axis of length {size} in chunks of {rest}")
    sizes[open_names[0]] = size // rest


def rearrange(trace: Trace, tensor: Any, pattern: Any, **axes_lengths: Any) -> Any:
    """``einops.rearrange``."""
    return apply(trace, "rearrange", tensor, pattern, axes_lengths)


def repeat(trace: Trace, tensor: Any, pattern: Any, **axes_lengths: Any) -> Any:
    """``einops.repeat``."""
    return apply(trace, "repeat", tensor, pattern, axes_lengths)


def reduce(trace: Trace, tensor: Any, pattern: Any, reduction: Any, **axes_lengths: Any) -> Any:
    """``einops.reduce``; the reduction may be a function."""
    kind = reduction if isinstance(reduction, str) else "reduce"
    if isinstance(reduction, str) and reduction not in REDUCTIONS:
        return Unknown("a reduction that einops does not know")
    return apply(trace, kind, tensor, pattern, axes_lengths)


def parse_shape(trace: Trace, x: Any, pattern: Any) -> Any:
    """``einops.parse_shape``: the sizes of named axes."""
    shape = tensor_of(x).shape
    if shape is None or not isinstance(pattern, str):
        return Unknown("sizes that are not known")
    names = pattern.split()
    if "(" in pattern or "..." in pattern:
        return Unknown("sizes that are not known")
    if len(names) != len(shape):
        raise refuse(f"Can't parse shape with different number of dimensions: {pattern} {brackets(shape)}")
    return {
        name: Unknown("a size that is not known") if size is None else size
        for name, size in zip(names, shape)
        if name != "_" and not name.isdecimal()
    }


def packed_axes(pattern: Any) -> tuple[int, int] | None:
    """How many axes stand before and behind the star of a pattern."""
    names = pattern.split() if isinstance(pattern, str) else []
    if names.count("*") != 1:
        return None
    start = names.index("*")
    return start, len(names) - start - 1


def pack(trace: Trace, tensors: Any, pattern: Any) -> Any:
    """``einops.pack``: one tensor, and the shapes that its star stands for."""
    around = packed_axes(pattern)
    parts = several(tensors)
    if around is None or not parts:
        return Unknown("a pattern that is not known")
    start, behind = around
    flat: list[Tensor] = []
    shapes: list[Any] = []
    for number, part in enumerate(parts):
        shape = part.shape
        if shape is None:
            return Unknown("the shapes of packed tensors")
        if len(shape) < start + behind:
            raise refuse(
                f"packed tensor #{number} (enumeration starts with 0) has shape {torch_size(shape)}, while pattern "
                f"{pattern} assumes at least {start + behind} axes"
            )
        end = len(shape) - behind
        shapes.append(tuple([Unknown("a size") if size is None else size for size in shape[start:end]]))
        made = (*shape[:start], product(shape[start:end]), *shape[end:])
        flat.append(trace.function("reshape", [part], made))
    return cat(trace, flat, start), shapes


def unpack(trace: Trace, tensor: Any, packed_shapes: Any, pattern: Any) -> Any:
    """``einops.unpack``: the tensors that were packed."""
    around = packed_axes(pattern)
    given = tensor_of(tensor)
    if around is None or given.shape is None or not isinstance(packed_shapes, list | tuple):
        return Unknown("a pattern that is not known")
    shapes = [wholes(shape) for shape in packed_shapes]
    if len(given.shape) != sum(around) + 1:
        raise refuse(f"unpack(..., {pattern}) received input of wrong dim with shape {torch_size(given.shape)}")
    start = around[0]
    found = [shape for shape in shapes if known(shape) and -1 not in shape]
    size = given.shape[start]
    if len(found) != len(shapes) or size is None or sum([product(shape) or 0 for shape in found]) != size:
        return Unknown("the shapes of packed tensors")
    parts = split_with_sizes(trace, given, [product(shape) for shape in found], start)
    return [
        trace.function("reshape", [part], (*given.shape[:start], *shape, *given.shape[start + 1 :]))
        for part, shape in zip(parts, found)
    ]


def einsum(trace: Trace, *tensors_and_pattern: Any) -> Any:
    """``einops.einsum``: tensors first, then a pattern with names as axes."""
    *tensors, pattern = tensors_and_pattern
    parts = [tensor_of(tensor) for tensor in tensors]
    if not isinstance(pattern, str) or "->" not in pattern or "(" in pattern:
        return trace.function("einsum", parts, None, None)
    letters: dict[str, str] = {}
    words = re.findall(r"\w+", pattern)
    for word in words:
        letters.setdefault(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(letters) % 52])
    if len(letters) > 52:
        return trace.function("einsum", parts, None, None)
    return torch_einsum(trace, re.sub(r"\w+", lambda found: letters[found[0]], pattern), *parts)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "einsum": einsum,
    "pack": pack,
    "parse_shape": parse_shape,
    "rearrange": rearrange,
    "reduce": reduce,
    "repeat": repeat,
    "unpack": unpack,
}
