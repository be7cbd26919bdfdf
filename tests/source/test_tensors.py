"""What tensor functions do to shapes: by hand, and asked of PyTorch itself where it is installed."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from convlint.source.tensors import ATTRIBUTES, FUNCTIONS, METHODS, binary, index, iterate, store, unary
from convlint.source.trace import Trace
from convlint.source.values import Outside, Raised, Tensor, Unknown

F = "torch.nn.functional."


class Given(NamedTuple):
    """A tensor as an argument: its shape and what numbers it holds."""

    shape: Any
    kind: str = "float"
    below: int = 1


def T(*shape: int | None) -> Given:
    return Given(shape)


def ints(*shape: int, below: int = 1) -> Given:
    return Given(shape, "int", below)


LOST = Given(None)
WHAT = Unknown("a test")


class Call(NamedTuple):
    name: str
    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return f"{self.name}{self.arguments}{self.named or ''}"


def call(name: str, *arguments: Any, **named: Any) -> Call:
    return Call(name, arguments, named)


def filled(value: Any, tensor: Callable[[Given], Any]) -> Any:
    if isinstance(value, Given):
        return tensor(value)
    if isinstance(value, list):
        return [filled(one, tensor) for one in value]
    if isinstance(value, tuple):
        return tuple([filled(one, tensor) for one in value])
    return value


def sharp(value: Any) -> Any:
    return value


def traced(one: Call, blur: Callable[[Any], Any] = sharp) -> tuple[Trace, Any]:
    """What the abstract function gives; every tensor flows in from somewhere. ``blur`` hides a part of the arguments."""
    trace = Trace([])

    def made(value: Any) -> Any:
        return filled(blur(value), lambda given: Tensor(given.shape, (0, 0)))

    arguments = [made(value) for value in one.arguments]
    named = {key: made(value) for key, value in (one.named or {}).items()}
    if one.name.startswith("."):
        return trace, METHODS[one.name[1:]](trace, *arguments, **named)
    if one.name == "[]":
        return trace, index(trace, *arguments)
    if one.name == "[]=":
        store(trace, *arguments)
        return trace, arguments[0]
    if one.name == "iter":
        return trace, iterate(trace, *arguments)
    if one.name == "binary":
        return trace, binary(trace, *arguments)
    if one.name.startswith("@"):
        return trace, ATTRIBUTES[one.name[1:]](trace, *arguments)
    return trace, FUNCTIONS[one.name](trace, *arguments, **named)


def plain(value: Any) -> Any:
    """Shapes of what came out."""
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


X = T(1, 64, 40, 40)

MADE: list[tuple[Call, Any]] = [
    (call(".view", X, 1, 4, 16, -1), (1, 4, 16, 1600)),
    (call(".view", X, [1, 64, 1600]), (1, 64, 1600)),
    (call(".view", T(1, 64, None, 40), 1, 64, -1), (1, 64, None)),
    (call(".view", T(1, 64), 1, WHAT, 8), (1, 8, 8)),
    (call(".view", X, WHAT), None),
    (call(".view", LOST, 1, -1), (1, None)),
    (call(".reshape", X, 1, WHAT, WHAT), (1, None, None)),
    (call(".flatten", X, 2), (1, 64, 1600)),
    (call(".unflatten", X, 1, [2, -1]), (1, 2, 32, 40, 40)),
    (call(".permute", X, 0, 2, 3, 1), (1, 40, 40, 64)),
    (call(".permute", X, WHAT), (None, None, None, None)),
    (call(".transpose", T(1, 2, 3), -1, 0), (3, 2, 1)),
    (call(".squeeze", T(1, 2, 1)), (2,)),
    (call(".squeeze", T(1, 2, 1), 1), (1, 2, 1)),
    (call(".squeeze", T(1, None, 1)), None),
    (call(".unsqueeze", T(2, 3), -1), (2, 3, 1)),
    (call(".unsqueeze", T(2, 3), WHAT), (None, None, None)),
    (call(".expand", T(2, 1), 4, -1, 3), (4, 2, 3)),
    (call(".repeat", T(2, 3), 4, 1, 2), (4, 2, 6)),
    (call("torch.tile", T(2, 3), [2]), (2, 6)),
    (call(".repeat_interleave", T(2, 3), 2, dim=1), (2, 6)),
    (call("torch.movedim", T(2, 3, 4), 0, 2), (3, 4, 2)),
    (call("@T", T(2, 3)), (3, 2)),
    (call("@mT", T(1, 2, 3)), (1, 3, 2)),
    (call("@shape", T(1, None)), [1, "?"]),
    (call("@ndim", X), 4),
    (call(".size", X, -1), 40),
    (call(".numel", T(2, 3)), 6),
    (call("torch.cat", [X, T(1, 32, 40, 40)], 1), (1, 96, 40, 40)),
    (call("torch.cat", [X, WHAT], 1), (1, None, 40, 40)),
    (call("torch.cat", [X, T(1, None, None, 40)], dim=1), (1, None, 40, 40)),
    (call("torch.cat", [T(0), X], 1), (1, 64, 40, 40)),
    (call("torch.cat", WHAT, 1), None),
    (call("torch.stack", [T(2, 3), T(2, 3)], -1), (2, 3, 2)),
    (call(".chunk", T(1, 7), 3, 1), [(1, 3), (1, 3), (1, 1)]),
    (call(".chunk", T(1, 6), 4, 1), [(1, 2), (1, 2), (1, 2)]),
    (call(".chunk", T(1, None), 2, 1), [(1, None), (1, None)]),
    (call("torch.split", T(1, 7), 3, dim=1), [(1, 3), (1, 3), (1, 1)]),
    (call(".split", T(1, 7), [3, 4], 1), [(1, 3), (1, 4)]),
    (call(".split", T(1, None), 3, 1), "?"),
    (call("torch.tensor_split", T(7), 3), [(3,), (2,), (2,)]),
    (call(".unbind", T(2, 3)), [(3,), (3,)]),
    (call("iter", T(2, None)), [(None,), (None,)]),
    (call("iter", T(None, 3)), "?"),
    (call("torch.meshgrid", T(2), T(3)), [(2, 3), (2, 3)]),
    (call("torch.meshgrid", T(2), T(3), indexing="xy"), [(3, 2), (3, 2)]),
    (call(".mean", X, dim=(2, 3), keepdim=True), (1, 64, 1, 1)),
    (call(".mean", X, [2, 3]), (1, 64)),
    (call(".mean", X), ()),
    (call(".sum", X, WHAT), None),
    (call("torch.max", X, dim=1, keepdim=True), [(1, 1, 40, 40), (1, 1, 40, 40)]),
    (call("torch.max", T(2, 1), T(3)), (2, 3)),
    (call(".topk", T(2, 9), 4), [(2, 4), (2, 4)]),
    (call(".softmax", X, dim=-1), (1, 64, 40, 40)),
    (call("binary", "*", X, T(1, 64, 1, 1)), (1, 64, 40, 40)),
    (call("binary", "+", 1, X), (1, 64, 40, 40)),
    (call("binary", "+", T(1, None), T(3)), (1, 3)),
    (call("binary", "*", X, WHAT), None),
    (call("binary", "==", X, None), False),
    (call("binary", "@", T(2, 3), T(5, 3, 4)), (5, 2, 4)),
    (call("torch.where", T(2, 1), T(3), 0.0), (2, 3)),
    (call("torch.matmul", T(1, 8, 2, 3), T(3)), (1, 8, 2)),
    (call("torch.bmm", T(2, 3, 4), T(2, 4, 5)), (2, 3, 5)),
    (call("torch.einsum", "b...d,de->b...e", T(2, 7, 8, 3), T(3, 5)), (2, 7, 8, 5)),
    (call("torch.einsum", "ij,jk", T(2, 3), T(3, 4)), (2, 4)),
    (call("torch.einsum", "ii->i", T(3, 3)), (3,)),
    (call("torch.einsum", "bij,bjk->bik", T(2, None, 3), WHAT), (2, None, None)),
    (call("torch.einsum", "bij,bjk->bik", T(1, 2, 3), LOST), (None, 2, None)),
    (call("torch.tensordot", T(2, 3, 4), T(3, 4, 5)), (2, 5)),
    (call(F + "linear", X, T(10, 40)), (1, 64, 40, 10)),
    (call(F + "scaled_dot_product_attention", T(1, 8, 9, 4), T(1, 8, 7, 4), T(1, 8, 7, 5)), (1, 8, 9, 5)),
    (call(F + "conv2d", X, T(32, 64, 3, 3), stride=2, padding=1), (1, 32, 20, 20)),
    (call(F + "conv2d", T(1, 64, None, 40), T(32, 64, 3, 3), padding="same"), (1, 32, None, 40)),
    (call(F + "conv_transpose2d", X, T(64, 3, 2, 2), stride=2), (1, 3, 80, 80)),
    (call(F + "max_pool2d", T(1, 8, 7, 7), 2, ceil_mode=True), (1, 8, 4, 4)),
    (call(F + "avg_pool2d", T(1, 8, 7, 7), kernel_size=3, stride=1, padding=1), (1, 8, 7, 7)),
    (call(F + "adaptive_avg_pool2d", X, (None, 1)), (1, 64, 40, 1)),
    (call(F + "interpolate", X, scale_factor=2, mode="nearest"), (1, 64, 80, 80)),
    (call(F + "interpolate", X, size=(20, 10), mode="bilinear", align_corners=True), (1, 64, 20, 10)),
    (call(F + "interpolate", X, size=WHAT), (1, 64, None, None)),
    (call(F + "pad", X, (1, 2, 3, 4)), (1, 64, 47, 43)),
    (call(F + "unfold", X, 3, padding=1), (1, 576, 1600)),
    (call(F + "fold", T(1, 576, 1600), (40, 40), 3, padding=1), (1, 64, 40, 40)),
    (call(F + "pixel_shuffle", X, 2), (1, 16, 80, 80)),
    (call(F + "pixel_unshuffle", X, 2), (1, 256, 20, 20)),
    (call(F + "grid_sample", X, T(1, 5, 6, 2)), (1, 64, 5, 6)),
    (call(F + "affine_grid", T(1, 2, 3), [1, 3, 5, 6]), (1, 5, 6, 2)),
    (call(F + "glu", X, 1), (1, 32, 40, 40)),
    (call(F + "one_hot", T(2, 3), 5), (2, 3, 5)),
    (call(F + "embedding", T(2, 3), T(10, 8)), (2, 3, 8)),
    (call(F + "mse_loss", X, X), "?"),
    (call("torch.fft.rfft2", X), (1, 64, 40, 21)),
    (call("torch.fft.irfft2", T(1, 64, 40, 21), s=(40, 41)), (1, 64, 40, 41)),
    (call("torch.view_as_complex", T(3, 2)), (3,)),
    (call("torch.zeros", 2, WHAT), (2, None)),
    (call("torch.zeros", (2, 3), device=WHAT), (2, 3)),
    (call("torch.zeros_like", X), (1, 64, 40, 40)),
    (call("torch.arange", WHAT), (None,)),
    (call("torch.full", (2, 2), 1.0), (2, 2)),
    (call("torch.tensor", [[1, 2], [3, 4], [5, 6]]), (3, 2)),
    (call(".new_zeros", X, 3), (3,)),
    (call("[]", X, (..., slice(None, None, 2))), (1, 64, 40, 20)),
    (call("[]", X, (slice(None), 3, None)), (1, 1, 40, 40)),
    (call("[]", X, (slice(None), slice(0, WHAT))), (1, None, 40, 40)),
    (call("[]", X, WHAT), None),
    (call("[]", X, (slice(None), [0, 5, 6])), (1, 3, 40, 40)),
    (call("[]", X, ([0, 0], slice(None), [1, 2])), (2, 64, 40)),
    # A tensor of the very size of an axis may be a mask: nobody knows how many entries it takes.
    (call("[]", T(5, 3), T(5)), (None, 3)),
    (call("[]", T(9, 3), T(16, 16)), (16, 16, 3)),
    (call("[]=", X, (0, 1), 3.0), (1, 64, 40, 40)),
    (call(".gather", T(3, 5), 1, T(3, 2)), (3, 2)),
    (call(".narrow", X, 1, 3, 5), (1, 5, 40, 40)),
    (call("torch.nonzero", X), (None, 4)),
    (call("torch.roll", X, (1, 1), dims=(2, 3)), (1, 64, 40, 40)),
    (call("einops.rearrange", X, "b (g c) h w -> (b g) c (h w)", g=4), (4, 16, 1600)),
    (call("einops.rearrange", X, "b c ... -> b ... c"), (1, 40, 40, 64)),
    (call("einops.rearrange", [T(2, 3), T(2, 3)], "n a b -> a (n b)"), (2, 6)),
    (call("einops.rearrange", X, "b (g c) h w -> b g c h w", g=WHAT), (1, None, None, 40, 40)),
    (call("einops.reduce", X, "b c (h 2) (w 2) -> b c h w", "max"), (1, 64, 20, 20)),
    (call("einops.reduce", X, "b c h w -> b c 1 1", "mean"), (1, 64, 1, 1)),
    (call("einops.repeat", T(5), "n -> b n 1", b=WHAT), (None, 5, 1)),
    (call("einops.repeat", T(5), "n -> (n 3) 2"), (15, 2)),
]


@pytest.mark.parametrize("one, expected", MADE, ids=repr)
def test_made(one: Call, expected: Any) -> None:
    assert plain(traced(one)[1]) == expected


REFUSED: list[tuple[Call, type[Exception], str]] = [
    (call(".view", T(1, 16), 1, 3, 5), RuntimeError, "shape '[1, 3, 5]' is invalid for input of size 16"),
    (call(".view", T(4), -1, -1), RuntimeError, "only one dimension can be inferred"),
    (
        call("torch.cat", [X, T(1, 64, 20, 40)], 1),
        RuntimeError,
        "Sizes of tensors must match except in dimension 1. Expected size 40 but got size 20 for tensor number 1 in the list.",
    ),
    (call("torch.cat", [X, T(1, 64)], 1), RuntimeError, "Tensors must have same number of dimensions: got 4 and 2"),
    (
        call("binary", "+", T(1, 3), T(1, 4)),
        RuntimeError,
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
    ),
    (
        call("torch.matmul", T(2, 3), T(4, 5)),
        RuntimeError,
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)",
    ),
    (
        call("torch.bmm", T(2, 3, 4), T(2, 5, 6)),
        RuntimeError,
        "Expected size for first two dimensions of batch2 tensor to be: [2, 4] but got: [2, 5].",
    ),
    (
        call(".mean", X, 4),
        IndexError,
        "Dimension out of range (expected to be in range of [-4, 3], but got 4)",
    ),
    (call("[]", T(3), 3), IndexError, "index 3 is out of bounds for dimension 0 with size 3"),
    (call("[]", T(3), (0, 0)), IndexError, "too many indices for tensor of dimension 1"),
    (call("iter", T()), TypeError, "iteration over a 0-d tensor"),
    (
        call(F + "conv2d", X, T(8, 32, 1, 1)),
        RuntimeError,
        "Given groups=1, weight of size [8, 32, 1, 1], expected input[1, 64, 40, 40] to have 32 channels, but got 64 channels instead",
    ),
    (
        call("[]=", T(2, 3), 0, T(4)),
        RuntimeError,
        "The expanded size of the tensor (3) must match the existing size (4)",
    ),
    (
        call("einops.rearrange", T(1, 3), "b (g c) -> b g c", g=2),
        RuntimeError,
        ' Error while processing rearrange-reduction pattern "b (g c) -> b g c".\n Input tensor shape: torch.Size([1, 3]). '
        "Additional info: {'g': 2}.\n Shape mismatch, can't divide axis of length 3 in chunks of 2",
    ),
]


@pytest.mark.parametrize("one, kind, words", REFUSED, ids=repr)
def test_refused(one: Call, kind: type[Exception], words: str) -> None:
    with pytest.raises(Raised) as raised:
        traced(one)
    assert raised.value.kind is kind
    assert raised.value.message.startswith(words)


@pytest.mark.parametrize(
    "one, macs",
    [
        (call("torch.matmul", T(2, 3), T(3, 5)), 30),
        (call("torch.bmm", T(2, 3, 4), T(2, 4, 5)), 120),
        (call("torch.einsum", "bij,bjk->bik", T(2, 3, 4), T(2, 4, 5)), 120),
        (call(F + "linear", T(1, 7, 3), T(5, 3)), 105),
        (call(F + "conv2d", T(1, 4, 8, 8), T(6, 2, 3, 3), groups=2, padding=1), 6 * 64 * 18),
        (call(F + "conv_transpose2d", T(1, 4, 8, 8), T(4, 2, 2, 2), stride=2), 4 * 64 * 8),
        (call(F + "scaled_dot_product_attention", T(1, 2, 5, 4), T(1, 2, 7, 4), T(1, 2, 7, 3)), 2 * 5 * 7 * 7),
        (call("torch.matmul", T(2, None), T(3, 5)), 30),
        (call("torch.matmul", T(2, None), T(None, 5)), None),
        (call("binary", "+", X, X), 0),
        (call(".view", X, -1), 0),
    ],
    ids=repr,
)
def test_multiply_adds(one: Call, macs: int | None) -> None:
    trace, _ = traced(one)
    assert trace.layers[-1].operation.macs == macs


def test_constants_keep_their_numbers() -> None:
    trace = Trace([])
    numbers = FUNCTIONS["torch.arange"](trace, 5)
    assert METHODS["tolist"](trace, numbers) == [0, 1, 2, 3, 4]
    assert METHODS["item"](trace, index(trace, numbers, -1)) == 4
    assert METHODS["tolist"](trace, binary(trace, "+", binary(trace, "*", numbers, 2), 1)) == [1, 3, 5, 7, 9]
    assert METHODS["tolist"](trace, index(trace, numbers, slice(1, None, 2))) == [1, 3]
    assert METHODS["__int__"](trace, METHODS["sum"](trace, numbers)) == 10
    steps = FUNCTIONS["torch.linspace"](trace, 0, 1, 3)
    assert [METHODS["item"](trace, one) for one in iterate(trace, steps)] == [0.0, 0.5, 1.0]
    # As 32 bits hold it: 0.29 * 100 is not 28.999999999999996.
    hundredths = binary(trace, "*", FUNCTIONS["torch.tensor"](trace, 0.29), 100)
    assert METHODS["__int__"](trace, hundredths) == 29
    half = FUNCTIONS["torch.tensor"](trace, 0.29, dtype=Outside("torch.float16"))
    assert isinstance(METHODS["item"](trace, half), Unknown)
    assert trace.layers == []


def test_written_tensor_comes_of_what_was_written() -> None:
    x = Tensor((1, 3))
    trace = Trace([x])
    made = FUNCTIONS["torch.zeros"](trace, 1, 3)
    assert METHODS["add_"](trace, made, x) is made
    assert made.source == (2, 0)
    with pytest.raises(Raised, match="doesn't match the broadcast shape"):
        METHODS["add_"](trace, Tensor((1, 3)), Tensor((2, 3)))


def test_copies_are_tensors_of_their_own() -> None:
    x = Tensor((1, 3))
    trace = Trace([x])
    copy = METHODS["clone"](trace, x)
    METHODS["mul_"](trace, copy, 2)
    assert x.source == (1, 0) and copy.source == (2, 0)


def test_in_place_changes_of_axes_change_the_tensor() -> None:
    x = Tensor((1, 3))
    assert METHODS["unsqueeze_"](Trace([x]), x, 0) is x
    assert x.shape == (1, 1, 3)


def test_negative_of_constant() -> None:
    trace = Trace([])
    assert METHODS["tolist"](trace, unary(trace, "-", FUNCTIONS["torch.arange"](trace, 3))) == [0, -1, -2]


@pytest.mark.parametrize(
    "junk",
    [WHAT, None, "text", 3, -1, [], {}, 2.5, LOST, 10**400, float("inf"), float("nan"), range(10**12)],
    ids=lambda junk: repr(junk)[:20],
)
def test_whatever_is_given_only_evaluated_errors_leave(junk: Any) -> None:
    """An argument of any type, anywhere, ends in a value or in an error of the evaluated code, or does not bind."""
    tensor = Tensor(None, (0, 0)) if junk is LOST else junk
    for table in (FUNCTIONS, METHODS):
        for name, function in table.items():
            for arguments in (
                [tensor],
                [tensor, tensor],
                [Tensor((1, 4, 6, 6)), tensor],
                [Tensor((1, 4, 6, 6)), tensor, tensor],
                [Tensor((1, 4, 6, 6)), 1, tensor],
                [Tensor((2, 2)), Tensor((2, 2)), tensor],
                [tensor, Tensor((3,)), 1],
                [tensor] * 4,
            ):
                try:
                    function(Trace([]), *arguments)
                except Raised:
                    pass
                except TypeError as error:
                    if "argument" not in str(error) or "__init__" in str(error):
                        pytest.fail(f"{name}{arguments}: {error}")


# PyTorch itself ------------------------------------------------------------------------------------------------------


def shapes(dice: random.Random, least: int = 0, most: int = 4) -> Given:
    return T(*[dice.choice([1, 2, 3, 4, 6]) for _ in range(dice.randint(least, most))])


def near(dice: random.Random, given: Given) -> Given:
    """Nearly the same shape: a few sizes others, or 1, or an axis less."""
    made = [dice.choice([size] * 6 + [1, 3]) for size in given.shape]
    return T(*made[dice.choice([0, 0, 0, 1]) :])


def generated(dice: random.Random) -> Iterator[Call]:
    """One call of each kind, with random small shapes; about a third of them are refused."""
    x = shapes(dice)
    rank = len(x.shape)
    dim = dice.randint(-rank - 1, rank) if dice.random() < 0.2 else dice.randint(-max(rank, 1), max(rank, 1) - 1)
    number = dice.randint(0, 5)
    some = [dice.randint(0, max(rank - 1, 0)) for _ in range(dice.randint(1, 2))]
    keep = dice.random() < 0.5
    count = 1
    for size in x.shape:
        count *= size
    sizes = [dice.choice([-1, 1, 2, 3, 4, count, max(count // 2, 1)]) for _ in range(dice.randint(1, 3))]
    order = list(range(rank))
    dice.shuffle(order)
    yield call(".view", x, *sizes)
    yield call(".reshape", x, sizes)
    yield call(".permute", x, *(order or [0]))
    yield call(".permute", x, order[:-1] if dice.random() < 0.1 else order)
    yield call(".transpose", x, dim, dice.choice(order or [0]))
    yield call(".flatten", x, dim, -1)
    yield call("torch.flatten", x, start_dim=dim)
    yield call(".unflatten", x, dim, sizes)
    yield call(".squeeze", x)
    yield call(".squeeze", x, dim)
    yield call(".unsqueeze", x, dim)
    yield call(".expand", x, *[dice.choice([-1, 1, 3, size]) for size in (*[2] * dice.randint(0, 1), *x.shape)])
    yield call(".expand_as", x, near(dice, x))
    yield call(".repeat", x, *[dice.randint(1, 3) for _ in range(max(rank + dice.randint(-1, 1), 1))])
    yield call("torch.tile", x, [dice.randint(1, 3) for _ in range(dice.randint(1, 3))])
    yield call(".repeat_interleave", x, number, dim=dim)
    yield call(".repeat_interleave", x, number)
    yield call("torch.movedim", x, dim, dice.choice(order or [0]))
    yield call("torch.diagonal", x, dice.randint(-2, 2), dim, 0)
    yield call("torch.diag", x, dice.randint(-1, 1))
    yield call("torch.diag_embed", x)
    yield call(".unfold", x, dim, dice.randint(1, 4), dice.randint(1, 3))
    yield call(".t", x)
    yield call("@mT", x)
    for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
        yield call(f"torch.{name}", x)
    yield call("torch.cat", [x, near(dice, x), near(dice, x)][: dice.randint(1, 3)], dim)
    yield call("torch.stack", [x, near(dice, x)], dim)
    for name in ("hstack", "vstack", "dstack"):
        yield call(f"torch.{name}", [x, near(dice, x)])
    yield call(".chunk", x, number, dim)
    yield call(".split", x, number, dim)
    yield call(".split", x, [dice.randint(0, 3) for _ in range(2)], dim)
    yield call("torch.tensor_split", x, dice.choice([number, [1, 3], [2]]), dim)
    yield call(".unbind", x, dim)
    yield call("torch.meshgrid", T(2), T(*[3] * dice.randint(0, 2)), indexing=dice.choice(["ij", "xy"]))
    yield call("torch.broadcast_tensors", x, near(dice, x))
    for name in ("mean", "sum", "amax", "std", "var", "norm", "logsumexp", "all", "argmax"):
        yield call(f".{name}", x, dim=dim, keepdim=keep)
    for name in ("mean", "sum", "amax", "std", "logsumexp"):
        yield call(f".{name}", x, some, keepdim=keep)
    for name in ("max", "min", "median", "mode", "cummax", "sort", "argsort", "cumsum", "softmax", "log_softmax"):
        yield call(f".{name}", x, dim)
    yield call(".topk", x, number, dim)
    yield call("torch.var_mean", x, some, keepdim=keep)
    for name in ("+", "*", "-", "/", "<", "**"):
        yield call("binary", name, x, near(dice, x))
        yield call("binary", name, x, 2)
    yield call("torch.maximum", x, near(dice, x))
    yield call("torch.where", Given(near(dice, x).shape, "bool"), x, near(dice, x))
    yield call(".masked_fill", x, Given(near(dice, x).shape, "bool"), 0.0)
    yield call(".clamp", x, min=0)
    yield call(".add_", x, near(dice, x))
    yield call(F + "normalize", x, dim=dim)
    yield call(F + "glu", x, dim)
    yield call(F + "cosine_similarity", x, near(dice, x), dim)
    a, b, c, d = [dice.randint(1, 4) for _ in range(4)]
    inner = b if dice.random() < 0.7 else d
    batch = [dice.randint(1, 2) for _ in range(dice.randint(0, 2))]
    other = [dice.choice([size, size, 1, 3]) for size in batch[dice.randint(0, 1) :]]
    yield call("torch.matmul", T(*batch, a, b), T(*other, inner, c))
    yield call("torch.matmul", T(b), T(*other, inner, c))
    yield call("torch.matmul", T(*batch, a, b), T(inner))
    yield call("torch.matmul", shapes(dice), shapes(dice))
    yield call("torch.mm", T(a, b), T(inner, c))
    yield call("torch.bmm", T(a, b, c), T(a, inner, c))
    yield call("torch.bmm", T(a, b, c), T(a, c, d))
    yield call("torch.addmm", T(c), T(a, b), T(inner, c))
    yield call("torch.baddbmm", T(1, 1, d), T(a, b, c), T(a, c, d))
    yield call("torch.dot", T(a), T(b))
    yield call("torch.mv", T(a, b), T(inner))
    yield call("torch.outer", T(a), T(b))
    yield call("torch.inner", T(a, b), T(c, inner))
    yield call("torch.kron", shapes(dice, 1, 3), shapes(dice, 1, 3))
    yield call("torch.tensordot", T(a, b, c), T(inner, c, d), 2)
    yield call("torch.tensordot", T(a, b, c), T(inner, d), ([1], [0]))
    yield call("torch.cdist", T(*batch, a, b), T(*batch, c, inner))
    yield call(F + "linear", T(*batch, a, b), T(c, inner), T(c))
    yield call(F + "bilinear", T(a, b), T(a, c), T(d, inner, c))
    yield call(
        F + "scaled_dot_product_attention", T(*batch, a, b), T(*batch, c, inner), T(*batch, dice.choice([c, c, d]), d)
    )
    for equation in (
        "ij,jk->ik",
        "bij,bjk->bik",
        "i,j->ij",
        "ij,ij",
        "...i,ij->...j",
        "ij->ji",
        "ii",
        "ab,cb->ac",
        "ij,k->z",
    ):
        terms = equation.partition("->")[0].split(",")
        letters = {letter: dice.randint(1, 3) for letter in "abcijk"}
        yield call(
            "torch.einsum",
            equation,
            *[
                T(*batch * term.startswith("..."), *[dice.choice([letters[one]] * 5 + [2]) for one in term.strip(".")])
                for term in terms
            ],
        )
    channels, size = dice.choice([2, 4, 6, 8]), dice.randint(1, 9)
    kernel, stride, padding = dice.randint(1, 4), dice.randint(1, 3), dice.randint(0, 2)
    dilation, groups = dice.choice([1, 1, 2]), dice.choice([1, 1, 2, 3])
    for dims in (1, 2, 3):
        spatial = [size + one for one in range(dims)]
        front = [channels] if dice.random() < 0.2 else [1, channels]
        maps = channels // groups if dice.random() < 0.8 else 3
        yield call(
            f"{F}conv{dims}d",
            T(*front, *spatial),
            T(6, maps, *[kernel] * dims),
            T(6),
            stride,
            padding,
            dilation,
            groups,
        )
        yield call(f"{F}conv{dims}d", T(*front, *spatial), T(4, channels, *[kernel] * dims), padding="same")
        yield call(
            f"{F}conv_transpose{dims}d", T(*front, *spatial), T(channels, 3, *[kernel] * dims), None, stride, padding
        )
        yield call(
            f"{F}max_pool{dims}d", T(*front, *spatial), kernel, stride, padding, dilation, ceil_mode=dice.random() < 0.5
        )
        yield call(f"{F}avg_pool{dims}d", T(*front, *spatial), kernel, stride, padding, dice.random() < 0.5)
        yield call(f"{F}adaptive_avg_pool{dims}d", T(*front, *spatial), dice.randint(1, 4))
        yield call(f"{F}adaptive_max_pool{dims}d", T(*front, *spatial), dice.randint(1, 4))
        mode = dice.choice(["nearest", "linear", "bilinear", "trilinear", "area", "bicubic"])
        yield call(F + "interpolate", T(*front, *spatial), scale_factor=dice.choice([2, 0.5, 1.5, 0.3, 3.0]), mode=mode)
        yield call(F + "interpolate", T(*front, *spatial), size=dice.choice([3, [3] * dims, [2, 5]]), mode=mode)
        yield call(
            F + "pad",
            T(*front, *spatial),
            [dice.randint(-1, 3) for _ in range(2 * dice.choice([dims, dims, 1]))],
            mode=dice.choice(["constant", "reflect", "replicate", "circular"]),
        )
    map_ = T(1, channels, size, size + 1)
    yield call(F + "lp_pool2d", map_, 2, kernel, stride)
    yield call(F + "unfold", map_, kernel, dilation, padding, stride)
    yield call(
        F + "fold", T(1, channels * kernel * kernel, dice.choice([size * size, (size - kernel + 1) ** 2])), size, kernel
    )
    yield call(F + "pixel_shuffle", map_, dice.randint(1, 3))
    yield call(F + "pixel_unshuffle", T(channels, size, size), dice.randint(1, 3))
    yield call("torch.channel_shuffle", map_, groups)
    yield call(F + "grid_sample", map_, T(dice.choice([1, 1, 2]), 3, 4, dice.choice([2, 2, 3])), align_corners=False)
    yield call(F + "affine_grid", T(1, 2, 3), [1, channels, 4, 5], align_corners=False)
    yield call(F + "layer_norm", x, list(x.shape[-1:]) if dice.random() < 0.7 else [3])
    yield call(F + "group_norm", map_, groups)
    yield call(F + "batch_norm", map_, T(channels), T(dice.choice([channels, channels, 3])))
    yield call(F + "prelu", map_, T(dice.choice([1, channels, 3])))
    yield call(F + "embedding", ints(2, 3), T(5, channels))
    yield call(F + "one_hot", ints(2, 3), 4)
    yield call("torch.zeros", *[dice.randint(-1, 4) for _ in range(3)])
    yield call("torch.arange", dice.randint(-3, 3), dice.randint(-3, 9), dice.choice([1, 2, 0.3, -1, 0.1]))
    yield call("torch.linspace", 0, 1, number)
    yield call("torch.eye", a, b)
    yield call("torch.tensor", dice.choice([[1, 2.5], [[1, 2], [3, 4]], 3, [], [[1], [2, 3]], [[], []]]))
    yield call("torch.full", (a, b), 1.5)
    slices = [slice(None), slice(1, None), slice(None, -1), slice(None, None, 2), slice(-2, None), slice(5, 2)]
    plain_parts = [*slices, *slices, 0, -1, 2, None]
    parts = [dice.choice(plain_parts) for _ in range(dice.randint(1, max(rank, 1)))]
    yield call("[]", x, tuple(parts))
    yield call("[]", x, parts[0])
    yield call("[]", x, (..., *parts[:1]))
    yield call("[]", x, tuple(dice.choice([*slices, [0, 0], ints(3), ints(2, 1), 0, None]) for _ in parts))
    yield call("[]", T(5, 5, 5), Given(dice.choice([(5,), (5, 5)]), "bool"))
    yield call("[]=", x, tuple(parts), dice.choice([1.0, near(dice, x), T(1), T(3)]))
    yield call("iter", x)
    yield call("torch.gather", x, dim, ints(*near(dice, x).shape))
    yield call("torch.index_select", x, dim, ints(dice.randint(1, 4)))
    yield call(".select", x, dim, dice.randint(-2, 2))
    yield call(".narrow", x, dim, dice.randint(0, 2), dice.randint(0, 3))
    yield call("torch.roll", x, 1, dim)
    yield call("torch.roll", x, (1, 2), dims=tuple(some))
    yield call(".flip", x, some)
    yield call("torch.rot90", x, number, some)
    yield call("torch.tril", x)
    yield call("torch.take_along_dim", x, ints(*near(dice, x).shape), dim)
    for name in ("fft", "rfft", "irfft", "ifft"):
        yield call(f"torch.fft.{name}", x, dim=dim)
    for name in ("fft2", "rfft2", "irfft2"):
        yield call(f"torch.fft.{name}", x)
    yield call("torch.fft.irfft2", x, s=(a, b))
    yield call("torch.fft.fftshift", x, dim)
    yield call("torch.view_as_complex", x)
    yield call("torch.quantile", x, 0.5, dim)
    for name in ("sigmoid", "abs", "exp", "rsqrt", "neg", "floor", "relu", "nan_to_num", "reciprocal"):
        yield call(f".{name}", x)
    for name in ("silu", "gelu", "hardswish", "hardsigmoid", "mish", "softplus", "elu", "leaky_relu", "relu6", "selu"):
        yield call(F + name, x)


def patterns(dice: random.Random) -> Iterator[Call]:
    x = T(*[dice.choice([1, 2, 4, 6]) for _ in range(dice.choice([4, 4, 4, 3]))])
    given = {"g": dice.choice([1, 2, 3])}
    for pattern in (
        "b (g c) h w -> (b g) c h w",
        "b c (h g) w -> b (c g) h w",
        "b (c g) ... -> b g c ...",
        "(g b) ... -> g b (...)",
    ):
        yield call("einops.rearrange", x, pattern, **given)
    for pattern in (
        "b c h w -> b (h w) c",
        "b c h w -> b c h",
        "b c h w -> b 1 c h w",
        "b c 1 w -> b c w",
        "... c w -> c w ...",
        "b b c d -> b",
    ):
        yield call("einops.rearrange", x, pattern)
    yield call("einops.reduce", x, "b c (h g) w -> b c h w", dice.choice(["mean", "max", "sum"]), **given)
    yield call("einops.reduce", x, "b c h w -> b c () 1", "mean")
    yield call("einops.reduce", x, "b ... (w 2) -> w b", "max")
    yield call("einops.repeat", x, "b c h w -> b (c g) h w", **given)
    yield call("einops.repeat", x, "b c h w -> b c h w 3 n")
    yield call("einops.repeat", x, "b c h w -> (2 b) c h w")
    yield call("einops.rearrange", [x, near(dice, x)], "n b c h w -> b (n c) h w")
    yield call("einops.einsum", T(2, 3), T(dice.choice([3, 3, 4]), 5), "a b, b c -> a c")


def real(torch: Any, one: Call) -> Any:
    """What PyTorch gives."""

    def tensor(given: Given) -> Any:
        if given.kind == "int":
            return torch.zeros(given.shape, dtype=torch.long)
        return torch.ones(given.shape, dtype=torch.bool) if given.kind == "bool" else torch.rand(given.shape) + 0.5

    arguments = [filled(value, tensor) for value in one.arguments]
    named = {key: filled(value, tensor) for key, value in (one.named or {}).items()}
    if one.name.startswith("."):
        return getattr(arguments[0], one.name[1:])(*arguments[1:], **named)
    if one.name.startswith("@"):
        return getattr(arguments[0], one.name[1:])
    if one.name == "[]":
        return arguments[0][arguments[1]]
    if one.name == "[]=":
        arguments[0][arguments[1]] = arguments[2]
        return arguments[0]
    if one.name == "iter":
        return list(arguments[0])
    if one.name == "binary":
        return eval(f"a {arguments[0]} b", {"a": arguments[1], "b": arguments[2]})
    function = pytest.importorskip("einops") if one.name.startswith("einops.") else torch
    for part in one.name.split(".")[1:]:
        function = getattr(function, part)
    return function(*arguments, **named)


def agrees(made: Any, real: Any) -> bool:
    """Whether what was worked out does not contradict what PyTorch made."""
    if isinstance(made, Unknown):
        return True
    if isinstance(made, Tensor):
        if made.shape is None:
            return hasattr(real, "shape")
        sizes = tuple(real.shape)
        return len(sizes) == len(made.shape) and all(a is None or a == b for a, b in zip(made.shape, sizes))
    if isinstance(made, list | tuple):
        return len(made) == len(real) and all(agrees(a, b) for a, b in zip(made, real))
    return bool(made == real)


def is_known(made: Any) -> bool:
    if isinstance(made, list | tuple):
        return all(is_known(one) for one in made)
    return not isinstance(made, Tensor) or (made.shape is not None and None not in made.shape)


def blurred(dice: random.Random) -> Callable[[Any], Any]:
    """Hides sizes, shapes and numbers here and there."""

    def blur(value: Any) -> Any:
        if isinstance(value, Given):
            if dice.random() < 0.1:
                return Given(None)
            return Given(tuple([None if dice.random() < 0.25 else size for size in value.shape]))
        if isinstance(value, list | tuple):
            return type(value)([blur(one) for one in value])
        return Unknown("a test") if isinstance(value, int | float) and dice.random() < 0.15 else value

    return blur


def compared(torch: Any, calls: Iterator[Call], blur: Callable[[Any], Any] = sharp) -> dict[str, list[str]]:
    """What disagrees, and what PyTorch refuses and is not refused here."""
    found: dict[str, list[str]] = {"wrong": [], "false": [], "missed": [], "vague": [], "kind": [], "same": []}
    for one in calls:
        expected: Any = None
        refused: Exception | None = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = real(torch, one)
        except Exception as error:
            refused = error
        try:
            made = traced(one, blur)[1]
        except Raised as raised:
            if refused is None:
                found["false"].append(f"{one}: {raised.words}")
            elif not isinstance(refused, raised.kind):
                found["kind"].append(f"{one}: {raised.words} / {type(refused).__name__}: {refused}")
            else:
                key = "same" if str(refused).splitlines()[:1] == raised.message.splitlines()[:1] else "words"
                found.setdefault(key, []).append(f"{one}\n    ours  {raised.message}\n    torch {refused}")
            continue
        if refused is not None:
            if not isinstance(made, Unknown) and is_known(made):
                found["missed"].append(f"{one}: {plain(made)} / {type(refused).__name__}: {refused}")
        elif not agrees(made, expected):
            shape = getattr(expected, "shape", None) or [tuple(getattr(part, "shape", ())) for part in expected]
            found["wrong"].append(f"{one}: {plain(made)} / {shape}")
        else:
            found["same" if is_known(made) and not isinstance(made, Unknown) else "vague"].append(str(one))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_torch(seed: int) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    found = compared(torch, generated(random.Random(seed)))
    assert found["wrong"] == []
    assert found["false"] == []
    assert found["kind"] == []
    assert found["missed"] == []
    assert len(found["same"]) > 150


@pytest.mark.parametrize("seed", range(10, 16))
def test_what_is_hidden_is_never_claimed(seed: int) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    for calls in (generated, patterns):
        # How many parts ``chunk`` gives of an axis of unknown size is taken to be what was asked for.
        told = (one for one in calls(random.Random(seed)) if one.name != ".chunk")
        found = compared(torch, told, blurred(random.Random(-seed)))
        assert found["wrong"] == []
        assert found["false"] == []


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_einops(seed: int) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("einops")
    found = compared(torch, patterns(random.Random(seed)))
    assert found["wrong"] == []
    assert found["false"] == []
    assert found["missed"] == []


@pytest.mark.parametrize("start, end, steps", [(0, 0.1, 5), (0, 0.3, 12), (1, 7, 4), (0.2, 0.2, 3), (0, 1, 1)])
def test_linspace_has_the_numbers_of_torch(start: float, end: float, steps: int) -> None:
    torch = pytest.importorskip("torch")
    trace = Trace([])
    ours = METHODS["tolist"](trace, FUNCTIONS["torch.linspace"](trace, start, end, steps))
    assert ours == pytest.approx(torch.linspace(start, end, steps).tolist(), rel=1e-6)


def test_constants_have_the_numbers_of_torch() -> None:
    """Chains of operators on small constants, whose numbers are followed as far as they are certain."""
    torch = pytest.importorskip("torch")
    dice = random.Random(1)
    followed = 0
    for _ in range(2000):
        numbers = [dice.choice([0, 1, 2, 3, 7, -2, 0.5, 0.29, 1.1, 100]) for _ in range(dice.randint(1, 3))]
        if dice.random() < 0.7:
            numbers = [int(number) for number in numbers]
        trace = Trace([])
        ours, theirs = FUNCTIONS["torch.tensor"](trace, numbers), torch.tensor(numbers)
        for _ in range(3):
            sign = dice.choice(["+", "-", "*", "/", "//", "%", "<", "==", "&", "float", "long", "floor", "neg", "[]"])
            other = dice.choice([1, 2, 3, 0.1, -3, 100, True])
            try:
                if sign == "[]":
                    ours, theirs = index(trace, ours, slice(None, other)), theirs[:other]
                elif sign.isalpha():
                    made = getattr(theirs, sign)()
                    ours, theirs = METHODS[sign](trace, ours), made
                else:
                    made = eval(f"a {sign} b", {"a": theirs, "b": other})
                    ours, theirs = binary(trace, sign, ours, other), made
            except (RuntimeError, TypeError, ZeroDivisionError):
                break
        assert ours.shape is None or ours.shape == tuple(theirs.shape) or None in ours.shape
        if ours.data is not None:
            followed += 1
            assert list(ours.data) == theirs.tolist()
            assert [type(number) for number in ours.data] == [type(number) for number in theirs.tolist()]
    assert followed > 500


def test_nothing_is_known_that_torch_does_not_have() -> None:
    """A name that torch lacks is an error of the evaluated code, and must not be worked out."""
    torch = pytest.importorskip("torch")
    for path in FUNCTIONS:
        holder = pytest.importorskip("einops") if path.startswith("einops.") else torch
        for part in path.split(".")[1:]:
            assert hasattr(holder, part), path
            holder = getattr(holder, part)
    assert [name for name in (*METHODS, *ATTRIBUTES) if not hasattr(torch.Tensor, name)] == []
