"""Products of matrices: ``matmul``, ``einsum``, ``linear``, attention; with their multiply-adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convlint.model import operations as op
from convlint.source.axes import (
    NOTHING,
    axes,
    axis,
    brackets,
    broadcast,
    multiply,
    product,
    refuse,
    same,
    tensor_of,
    times,
    whole,
    wholes,
)
from convlint.source.reshaping import expanded
from convlint.source.trace import Trace
from convlint.source.values import Sizes, Tensor, Unknown


def matmul(trace: Trace, input: Any, other: Any, *, out: Any = None) -> Any:
    """``torch.matmul`` and ``@``: batches of matrices, with broadcasting of all axes but the last two."""
    a, b = tensor_of(input), tensor_of(other)
    shape, inner = matrix_product(a.shape, b.shape)
    macs = multiply(inner, None if shape is None else product(shape))
    if trace.flows([a, b]) and len(a.shape or ()) == len(b.shape or ()) > 2:
        return trace.says("matmul", op.MatMul(), [a, b], shape, macs)
    return trace.function("matmul", [a, b], shape, macs)


def matrix_product(a: Sizes | None, b: Sizes | None) -> tuple[Sizes | None, int | None]:
    """The shape of a product of matrices, and the size that is summed over."""
    if a == () or b == ():
        ranks = " and ".join(["?D" if shape is None else f"{len(shape)}D" for shape in (a, b)])
        raise refuse(f"both arguments to matmul need to be at least 1D, but they are {ranks}")
    if a is None or b is None:
        return None, None
    left, right = a if len(a) > 1 else (1, *a), b if len(b) > 1 else (*b, 1)
    inner, rows, columns = left[-1], left[-2], right[-1]
    if not same(left[-1], right[-2]):
        raise refuse(product_mismatch(a, b, left, right))
    batch = broadcast(left[:-2], right[:-2])
    if batch is None:
        return None, None
    made = batch
    if len(a) > 1:
        made = (*made, rows)
    if len(b) > 1:
        made = (*made, columns)
    return made, right[-2] if inner is None else inner


def product_mismatch(a: Sizes, b: Sizes, left: Sizes, right: Sizes) -> str:
    """What torch says of matrices whose sizes do not fit."""
    if len(a) == 1 and len(b) == 1:
        return (
            f"inconsistent tensor size, expected tensor {brackets(a)} and src {brackets(b)} to have the same number "
            f"of elements, but got {a[0]} and {b[0]} elements respectively"
        )
    if len(b) == 1:
        rows = product(a[:-1])
        return f"size mismatch, got input ({rows}), mat ({rows}x{a[-1]}), vec ({b[0]})"
    if len(b) == 2:
        return cannot_multiply((product(left[:-1]), left[-1]), right)
    expected = [product(broadcast(left[:-2], right[:-2]) or (None,)), left[-1]]
    got = [expected[0], right[-2]]
    return batch_mismatch(expected, got)


def cannot_multiply(a: Sequence[int | None], b: Sequence[int | None]) -> str:
    """What torch says of two matrices."""
    return f"mat1 and mat2 shapes cannot be multiplied ({times(a)} and {times(b)})"


def batch_mismatch(expected: Sequence[int | None], got: Sequence[int | None]) -> str:
    """What torch says of two batches of matrices."""
    return (
        f"Expected size for first two dimensions of batch2 tensor to be: {brackets(expected)} but got: {brackets(got)}."
    )


def mm(trace: Trace, input: Any, mat2: Any, *, out: Any = None) -> Any:
    """``torch.mm``: two matrices."""
    a, b = tensor_of(input), tensor_of(mat2)
    shape, macs = matrices(a.shape, b.shape, "self must be a matrix", "mat2 must be a matrix")
    return trace.function("mm", [a, b], shape, macs)


def matrices(a: Sizes | None, b: Sizes | None, first: str, second: str) -> tuple[Sizes, int | None]:
    """The shape of a product of exactly two matrices, and its multiply-adds."""
    if a is not None and len(a) != 2:
        raise refuse(first)
    if b is not None and len(b) != 2:
        raise refuse(second)
    rows, inner = a if a is not None else (None, None)
    other, columns = b if b is not None else (None, None)
    if not same(inner, other):
        raise refuse(cannot_multiply((rows, inner), (other, columns)))
    return (rows, columns), multiply(rows, other if inner is None else inner, columns)


def batches(a: Sizes | None, b: Sizes | None) -> tuple[Sizes, int | None]:
    """The shape of a product of two batches of matrices without broadcasting, and its multiply-adds."""
    if a is not None and len(a) != 3:
        raise refuse("batch1 must be a 3D tensor")
    if b is not None and len(b) != 3:
        raise refuse("batch2 must be a 3D tensor")
    batch, rows, inner = a if a is not None else (None, None, None)
    other_batch, other, columns = b if b is not None else (None, None, None)
    if not same(batch, other_batch) or not same(inner, other):
        raise refuse(batch_mismatch((batch, inner), (other_batch, other)))
    batch = other_batch if batch is None else batch
    return (batch, rows, columns), multiply(batch, rows, other if inner is None else inner, columns)


def bmm(trace: Trace, input: Any, mat2: Any, *, out: Any = None) -> Any:
    """``torch.bmm``: two batches of matrices."""
    a, b = tensor_of(input), tensor_of(mat2)
    shape, macs = batches(a.shape, b.shape)
    return trace.function("bmm", [a, b], shape, macs)


def baddbmm(
    trace: Trace, input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1, out: Any = None
) -> Any:
    """``torch.baddbmm``: a product of batches and something added."""
    added, a, b = tensor_of(input), tensor_of(batch1), tensor_of(batch2)
    shape, macs = batches(a.shape, b.shape)
    return trace.function("baddbmm", [added, a, b], added_to(added.shape, shape), macs)


def addmm(trace: Trace, input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1, out: Any = None) -> Any:
    """``torch.addmm``: a product of matrices and something added."""
    added, a, b = tensor_of(input), tensor_of(mat1), tensor_of(mat2)
    shape, macs = matrices(a.shape, b.shape, "mat1 must be a matrix", "mat2 must be a matrix")
    return trace.function("addmm", [added, a, b], added_to(added.shape, shape), macs)


def added_to(added: Sizes | None, shape: Sizes) -> Sizes:
    """The shape of a product to which something is added that is expanded to it."""
    expanded(added, shape)
    return shape


def vector_product(trace: Trace, input: Any, other: Any = None, *, tensor: Any = None, out: Any = None) -> Any:
    """``torch.dot`` and ``torch.inner`` of vectors."""
    a, b = tensor_of(input), tensor_of(tensor if other is None else other)
    for shape in (a.shape, b.shape):
        if shape is not None and len(shape) != 1:
            ranks = " and ".join(["?" if one is None else f"{len(one)}D" for one in (a.shape, b.shape)])
            raise refuse(f"1D tensors expected, but got {ranks} tensors")
    if a.shape and b.shape and not same(a.shape[0], b.shape[0]):
        raise refuse(product_mismatch(a.shape, b.shape, a.shape, b.shape))
    return trace.function("dot", [a, b], (), a.count)


def inner(trace: Trace, input: Any, other: Any, *, out: Any = None) -> Any:
    """``torch.inner``: over the last axes."""
    a, b = tensor_of(input), tensor_of(other)
    made: Sizes | None = None
    if a.shape is not None and b.shape is not None:
        if not a.shape or not b.shape:
            made = a.shape + b.shape
        else:
            if not same(a.shape[-1], b.shape[-1]):
                raise refuse(
                    "inner() the last dimension must match on both input tensors but got shapes "
                    f"{brackets(a.shape)} and {brackets(b.shape)}"
                )
            made = a.shape[:-1] + b.shape[:-1]
    last = a.shape[-1] if a.shape else None
    return trace.function("inner", [a, b], made, multiply(last, None if made is None else product(made)))


def mv(trace: Trace, input: Any, vec: Any, *, out: Any = None) -> Any:
    """``torch.mv``: a matrix and a vector."""
    a, b = tensor_of(input), tensor_of(vec)
    if (a.shape is not None and len(a.shape) != 2) or (b.shape is not None and len(b.shape) != 1):
        ranks = ", ".join(["?" if one is None else str(len(one)) for one in (a.shape, b.shape)])
        raise refuse(f"vector + matrix @ vector expected, got 1, {ranks}")
    rows, columns = a.shape or (None, None)
    if b.shape and not same(columns, b.shape[0]):
        raise refuse(f"size mismatch, got input ({rows}), mat ({rows}x{columns}), vec ({b.shape[0]})")
    return trace.function("mv", [a, b], (rows,), a.count)


def outer(trace: Trace, input: Any, vec2: Any, *, out: Any = None) -> Any:
    """``torch.outer`` and ``ger``."""
    a, b = tensor_of(input), tensor_of(vec2)
    for number, shape in enumerate((a.shape, b.shape), 1):
        if shape is not None and len(shape) != 1:
            name = "self" if number == 1 else "vec2"
            raise refuse(f"outer: Expected 1-D argument {name}, but got {len(shape)}-D")
    made = (a.shape[0] if a.shape else None, b.shape[0] if b.shape else None)
    return trace.function("outer", [a, b], made, product(made))


def linear(trace: Trace, input: Any, weight: Any, bias: Any = None) -> Any:
    """``F.linear``: the last axis."""
    tensor, matrix = tensor_of(input), tensor_of(weight)
    shape, weights = tensor.shape, matrix.shape
    made: Sizes | None = None
    if weights is not None and len(weights) == 1:
        made = shape[:-1] if shape else None
    elif shape and (weights is None or len(weights) == 2):
        features, width = weights or (None, None)
        if not same(shape[-1], width):
            raise refuse(cannot_multiply((product(shape[:-1]), shape[-1]), (width, features)))
        made = (*shape[:-1], features)
    macs = multiply(None if made is None else product(made), shape[-1] if shape else None)
    return trace.function("linear", read(tensor, matrix, bias), made, macs)


def read(*values: Any) -> list[Tensor]:
    """The tensors among some values."""
    return [value if isinstance(value, Tensor) else Tensor(None, NOTHING) for value in values if value is not None]


def bilinear(trace: Trace, input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """``F.bilinear``: weight of (out, in1, in2)."""
    a, b, matrix = tensor_of(input1), tensor_of(input2), tensor_of(weight)
    made: Sizes | None = None
    macs: int | None = None
    if a.shape and matrix.shape is not None and len(matrix.shape) == 3:
        features, first, second = matrix.shape
        if not same(a.shape[-1], first):
            raise refuse(f"bilinear(): input1 size does not match weight size: got {a.shape[-1]} but expected {first}")
        if b.shape and not same(b.shape[-1], second):
            raise refuse(f"bilinear(): input2 size does not match weight size: got {b.shape[-1]} but expected {second}")
        made = (*a.shape[:-1], features)
        macs = multiply(product(made), first, second)
    return trace.function("bilinear", read(a, b, matrix, bias), made, macs)


def attention(
    trace: Trace,
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: Any = 0.0,
    is_causal: Any = False,
    scale: Any = None,
    enable_gqa: Any = False,
) -> Any:
    """``F.scaled_dot_product_attention``: (..., L, E), (..., S, E), (..., S, V) give (..., L, V)."""
    q, k, v = tensor_of(query), tensor_of(key), tensor_of(value)
    made: Sizes | None = None
    macs: int | None = None
    named = (("query", q.shape), ("key", k.shape), ("value", v.shape))
    if any(shape is not None and len(shape) < 2 for _, shape in named):
        ranks = ", ".join([f"{word} dim: {'?' if shape is None else len(shape)}" for word, shape in named])
        raise refuse(
            "scaled_dot_product_attention: Expected query, key, and value to all be  at least 2 dimensional, but got "
            f"{ranks} instead."
        )
    if q.shape is not None and k.shape is not None and v.shape is not None:
        made = (*q.shape[:-1], v.shape[-1])
        if enable_gqa is False:
            scores, _ = matrix_product(q.shape, (*k.shape[:-2], k.shape[-1], k.shape[-2]))
            batch = None if scores is None else broadcast(scores[:-2], v.shape[:-2])
            made = None if batch is None else (*batch, q.shape[-2], v.shape[-1])
            if made is not None and not same(k.shape[-2], v.shape[-2]):
                if len(made) != 4:
                    matrix_product(scores, v.shape)
                # Fast kernels for four axes do not compare the lengths of keys and values.
                made = (None,) * len(made)
        macs = multiply(None if made is None else product(made[:-1]), k.shape[-2], total(q.shape[-1], v.shape[-1]))
    return trace.function("scaled_dot_product_attention", read(q, k, v, attn_mask), made, macs)


def total(a: int | None, b: int | None) -> int | None:
    """The sum of two numbers."""
    return None if a is None or b is None else a + b


def tensordot(trace: Trace, a: Any, b: Any, dims: Any = 2, out: Any = None) -> Any:
    """``torch.tensordot``: a sum over axes of both."""
    left, right = tensor_of(a), tensor_of(b)
    made: Sizes | None = None
    macs: int | None = None
    if left.shape is not None and right.shape is not None:
        count = whole(dims)
        first: tuple[int, ...] | None = None
        second: tuple[int, ...] | None = None
        if count is not None and count <= len(left.shape) and count <= len(right.shape):
            first, second = tuple(range(len(left.shape) - count, len(left.shape))), tuple(range(count))
        elif isinstance(dims, list | tuple) and len(dims) == 2 and all(wholes(one) is not None for one in dims):
            first, second = axes(dims[0], len(left.shape)), axes(dims[1], len(right.shape))
        if first is not None and second is not None:
            if len(first) != len(second):
                raise refuse("both dimension lists should have same length")
            summed = [left.shape[place] for place in first]
            for x, y in zip(first, second):
                p, q = left.shape[x], right.shape[y]
                named = x if count is None else x - len(left.shape)
                if not same(p, q) and p != 1 and q != 1:
                    raise refuse(
                        f"contracted dimensions need to match, but first has size {p} in dim {named} and second has "
                        f"size {q} in dim {y}"
                    )
            rest = [size for place, size in enumerate(left.shape) if place not in first]
            made = (*rest, *[size for place, size in enumerate(right.shape) if place not in second])
            macs = multiply(product(made), *summed)
    return trace.function("tensordot", [left, right], made, macs)


def kron(trace: Trace, input: Any, other: Any, *, out: Any = None) -> Any:
    """``torch.kron``: sizes times sizes."""
    a, b = tensor_of(input), tensor_of(other)
    made: Sizes | None = None
    if a.shape is not None and b.shape is not None:
        rank = max(len(a.shape), len(b.shape))
        left, right = [(1,) * (rank - len(shape)) + shape for shape in (a.shape, b.shape)]
        made = tuple([product(sizes) for sizes in zip(left, right)])
    return trace.function("kron", [a, b], made, None if made is None else product(made))


def cross(trace: Trace, input: Any, other: Any, dim: Any = None, *, out: Any = None) -> Any:
    """``torch.cross``: vectors of three."""
    a, b = tensor_of(input), tensor_of(other)
    shape = broadcast(a.shape, b.shape)
    if dim is not None and shape is not None:
        axis(dim, len(shape))
    return trace.function("cross", [a, b], shape)


def multi_dot(trace: Trace, tensors: Any, *, out: Any = None) -> Any:
    """``torch.linalg.multi_dot`` and ``chain_matmul``."""
    if not isinstance(tensors, list | tuple) or not tensors:
        return Unknown("a product of matrices that are not known")
    made = tensors[0]
    for tensor in tensors[1:]:
        made = matmul(trace, made, tensor)
    return made


def cdist(trace: Trace, x1: Any, x2: Any, p: Any = 2.0, compute_mode: Any = None) -> Any:
    """``torch.cdist``: (..., P, M) and (..., R, M) give (..., P, R)."""
    a, b = tensor_of(x1), tensor_of(x2)
    made: Sizes | None = None
    if a.shape is not None and b.shape is not None and len(a.shape) > 1 and len(b.shape) > 1:
        if not same(a.shape[-1], b.shape[-1]):
            raise refuse(f"X1 and X2 must have the same number of columns. X1: {a.shape[-1]} X2: {b.shape[-1]}")
        batch = broadcast(a.shape[:-2], b.shape[:-2])
        made = None if batch is None else (*batch, a.shape[-2], b.shape[-2])
    return trace.function("cdist", [a, b], made, None)


BOTH: dict[str, Callable[..., Any]] = {
    "addmm": addmm,
    "baddbmm": baddbmm,
    "bmm": bmm,
    "cross": cross,
    "dot": vector_product,
    "ger": outer,
    "inner": inner,
    "kron": kron,
    "matmul": matmul,
    "mm": mm,
    "mv": mv,
    "outer": outer,
    "vdot": vector_product,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cdist": cdist,
    "linalg.cross": cross,
    "linalg.matmul": matmul,
    "linalg.multi_dot": multi_dot,
    "tensordot": tensordot,
}

FUNCTIONAL: dict[str, Callable[..., Any]] = {
    "bilinear": bilinear,
    "linear": linear,
    "scaled_dot_product_attention": attention,
}
