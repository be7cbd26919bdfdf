"""The messages of frameworks that are recognised, and what is asked of layers."""

import re

import pytest

from convlint.explain.messages import KINDS, MOST_LINE, recognise

#: As PyTorch 2.13 and Python 3.11 to 3.13 word them, with the beginning of what they say.
MESSAGES = {
    "Given groups=1, weight of size [1024, 1024, 1, 1], expected input[1, 512, 20, 20] to have 1024 channels, but got 512 "
    "channels instead": "A convolution with the weight 1024x1024x1x1 was made for 1024 channels, and 512 arrive",
    "Given groups=4, weight of size [8, 2, 3, 3], expected input[1, 4, 20, 20] to have 8 channels, but got 4 channels "
    "instead": "A convolution with the weight 8x2x3x3 in 4 groups was made for 8 channels, and 4 arrive",
    "Given groups=1, weight of size [8, 8, 3], expected input[1, 4, 20] to have 8 channels, but got 4 channels instead": (
        "A convolution with the weight 8x8x3 was made for 8 channels, and 4 arrive (a map of 4x20)"
    ),
    "Given transposed=1, weight of size [8, 4, 3, 3], expected input[1, 4, 20, 20] to have 8 channels, but got 4 channels "
    "instead": "A transposed convolution with the weight 8x4x3x3 was made for 8 channels, and 4 arrive",
    "Sizes of tensors must match except in dimension 1. Expected size 40 but got size 20 for tensor number 1 in the list.": (
        "Maps are put together of which the first has the size 40 and number 1 (from 0) has 20."
    ),
    "Sizes of tensors must match except in dimension 1. Got 40 and 20 in dimension 2 (The offending index is 1)": (
        "Maps are put together of which the first has the size 40 and number 1 (from 0) has 20."
    ),
    "mat1 and mat2 shapes cannot be multiplied (1x512 and 1024x10)": (
        "A dense layer from 1024 to 10 features reads 512 (in 1 row)."
    ),
    "Expected more than 1 value per channel when training, got input size torch.Size([1, 64, 1, 1])": (
        "A BatchNorm in training reads a map of 64x1x1 with a batch of 1"
    ),
    "Expected more than 1 value per channel when training, got input size [1, 64, 1, 1]": (
        "A BatchNorm in training reads a map of 64x1x1 with a batch of 1"
    ),
    "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't be greater than actual "
    "input size": "A convolution whose kernel takes 3x3 cells reads a map that has 2x2 with its padding.",
    "Given input size: (64x2x2). Calculated output size: (64x0x0). Output size is too small": (
        "A pool reads a map of 64x2x2, into which no window of it fits."
    ),
    "The size of tensor a (40) must match the size of tensor b (20) at non-singleton dimension 3": (
        "Two maps are added (or multiplied) whose sizes along dimension 3 are 40 and 20."
    ),
    "shape '[1, 64, 100]' is invalid for input of size 4800": "4800 numbers are to become 1x64x100",
    "running_mean should contain 64 elements not 32": "A BatchNorm (or InstanceNorm) was made for 32 channels, and 64 arrive.",
    "Conv.__init__() takes from 2 to 3 positional arguments but 5 were given": (
        "`Conv` is built with 4 arguments besides `self`, which is counted; it takes at most 2."
    ),
    "__init__() takes 2 positional arguments but 5 were given": "A class is built with 4 arguments besides `self`",
    "Conv.forward() takes 2 positional arguments but 4 were given": "`Conv` is called with 3 arguments besides `self`",
    "Conv.__init__() missing 1 required positional argument: 'a'": "`Conv` is built without arguments that it needs.",
    "KeyError: 'CBAM'": "The framework looks for `CBAM` and has no such name.",
    "NameError: name 'CBAM' is not defined": "The framework looks for `CBAM` and has no such name.",
    "AttributeError: module 'torch.nn' has no attribute 'Conv9'": "The framework looks for `Conv9` and has no such name.",
    "IndexError: list index out of range": "A list is asked for an item that it does not have",
    "not enough values to unpack (expected 4, got 3)": "Something that is taken apart into 4 values has 3",
    "too many values to unpack (expected 4)": "Something that is taken apart into 4 values has more",
    "ValueError: in_channels must be divisible by groups": "It holds no numbers by which a layer could be found.",
    "too many values to unpack (expected 4, got 5)": "Something that is taken apart into 4 values has 5",
}


@pytest.mark.parametrize("text", MESSAGES)
def test_messages(text: str) -> None:
    message = recognise(text)
    assert message is not None
    assert message.says.startswith(MESSAGES[text])
    assert message.text in text


def test_every_kind_has_a_message() -> None:
    assert all(any(re.search(pattern, text) for text in MESSAGES) for pattern, _ in KINDS)


def test_the_last_known_line_of_a_traceback_counts() -> None:
    trace = "KeyError: 'first'\n\nDuring handling:\n  File x\nRuntimeError: running_mean should contain 64 elements not 32\n\n  bye"
    message = recognise(trace)
    assert message is not None
    assert message.text == "running_mean should contain 64 elements not 32"


def test_a_line_that_a_terminal_broke() -> None:
    message = recognise("RuntimeError: mat1 and mat2 shapes\ncannot be multiplied\n(1x512 and 1024x10)")
    assert message is not None
    assert message.says.startswith("A dense layer")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "CUDA out of memory",
        "Given groups=1, weight of size [" + "1, " * 100_000,
        "Given groups=" + "1" * 100_000,
        "KeyError: '" + "a" * 100_000,
        "KeyError: '" * 50_000,
        "\0" * 10_000 + "\ud800",
        "x" * 1_000_000,
    ],
)
def test_what_is_none(text: str) -> None:
    """Hostile texts are cut, and no pattern takes more time than in proportion to a line."""
    assert recognise(text) is None


def test_numbers_are_bounded() -> None:
    message = recognise("running_mean should contain " + "9" * 18 + " elements not 1")
    assert message is not None
    assert recognise("running_mean should contain " + "9" * 19 + " elements not 1") is None
    assert MOST_LINE < 10_000


def test_torch_words_them_so() -> None:
    """What PyTorch itself says today is recognised, by the pattern that is meant."""
    torch = pytest.importorskip("torch")
    nn, x = torch.nn, torch.zeros
    calls = {
        "A convolution with": lambda: nn.Conv2d(8, 8, 3, groups=4)(x(1, 4, 20, 20)),
        "A transposed convolution": lambda: nn.ConvTranspose2d(8, 4, 3)(x(1, 4, 20, 20)),
        "Maps are put together": lambda: torch.cat([x(1, 3, 40, 40), x(1, 3, 20, 20)], 1),
        "A dense layer": lambda: nn.Linear(1024, 10)(x(1, 512)),
        "A BatchNorm in training": lambda: nn.BatchNorm2d(64)(x(1, 64, 1, 1)),
        "A convolution whose kernel": lambda: nn.Conv2d(3, 3, 3, dilation=2)(x(1, 3, 2, 9)),
        "A pool reads": lambda: nn.MaxPool2d(3)(x(1, 64, 2, 2)),
        "Two maps are added": lambda: x(1, 3, 40, 40) + x(1, 3, 40, 20),
        "4800 numbers are to become": lambda: x(1, 3, 40, 40).reshape(1, 64, 100),
        "A BatchNorm (or InstanceNorm)": lambda: nn.BatchNorm2d(32)(x(2, 64, 4, 4)),
        "`Conv2d` is called": lambda: nn.Conv2d(3, 3, 3).forward(1, 2, 3),
        "`GroupNorm` is built without": lambda: nn.GroupNorm(3),
        "The framework looks for `Conv9`": lambda: nn.Conv9(3),
    }
    for says, call in calls.items():
        with pytest.raises(Exception) as raised:  # noqa: PT011
            call()
        message = recognise(f"{type(raised.value).__name__}: {raised.value}")
        assert message is not None
        assert message.says.startswith(says)
