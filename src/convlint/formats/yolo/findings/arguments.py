"""Arguments that a module does not take, and those that it takes for something else."""

from __future__ import annotations

from convlint.document import Span
from convlint.findings import Diagnostic
from convlint.formats.yolo.refusal import Refused


def channels_must_match(message: str, argument: str | None = None, help: str | None = None) -> Refused:
    """A block adds its input to other channels.

    ## What it does

    Finds blocks that add what they read to what they make and are asked for another number of channels: C2PSA, C2fPSA,
    PSA, residual A2C2f, GhostBottleneck without a stride, Shortcut.

    ## Why it matters

    The framework stops with a bare AssertionError, or in its first forward pass. The channels are compared after scaling:
    a file may be right at one scale and wrong at another.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, C2PSA, [32]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, C2PSA, [16]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    return Refused("CL049", message, argument, help)


def attention_heads(message: str, argument: str | None = None) -> Refused:
    """Attention heads do not divide the channels.

    ## What it does

    Finds attention whose number of heads, given or derived from the channels, does not divide the (hidden) channels:
    C2PSA, PSA, C3k2 with attention, C2fAttn, AIFI, RTDETRDecoder.

    ## Why it matters

    C2PSA has one head for every 64 hidden channels. At many widths that does not come out: the framework stops with
    `shape '[1, 3, 137, 64]' is invalid for input of size 26368`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [208, 3, 2]]
      - [-1, 1, C2PSA, [208]]
      - [-1, 1, C2PSA, [208, 1.0]]
    head:
      - [[2], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [256, 3, 2]]
      - [-1, 1, C2PSA, [256]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    145 of 145 widths predicted.
    """
    return Refused("CL050", message, argument)


def fuse_mismatch(message: str, argument: str, help: str | None = None) -> Refused:
    """Parts of CBLinear that CBFuse cannot add.

    ## What it does

    Finds a CBFuse whose chosen part does not exist or has other channels than the map that it is added to, and rows that
    read the list that a CBLinear or a head makes.

    ## Why it matters

    The channels of CBLinear are not scaled by the width: after a change of `width_multiple` the framework stops with
    `stack expects each tensor to be equal size`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, nn.Identity, []]
      - [0, 1, Conv, [16, 3, 2]]
      - [-1, 1, CBLinear, [[24]]]
      - [0, 1, Conv, [16, 3, 2]]
      - [[2, -1], 1, CBFuse, [[0]]]
    head:
      - [[4], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, nn.Identity, []]
      - [0, 1, Conv, [16, 3, 2]]
      - [-1, 1, CBLinear, [[16]]]
      - [0, 1, Conv, [16, 3, 2]]
      - [[2, -1], 1, CBFuse, [[0]]]
    head:
      - [[4], 1, Detect, [nc]]
    ```

    ## Source

    yolov9#183.
    """
    return Refused("CL052", message, argument, help)


def even_kernel_grows(kernel: int, stride: int, span: Span) -> Diagnostic:
    """An even kernel whose automatic padding adds a row.

    ## What it does

    Finds convolutions with an even kernel, stride 2 or more and no padding written: half the kernel is padded on both
    sides, one cell more than halves the size.

    ## Why it matters

    64 becomes 33, and a later Concat with a map of 32 fails.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 4, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 4, 2, 1]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    does = "keeps" if stride == 1 else "divides"
    message = f"a kernel of {kernel} is padded by {kernel // 2} on both sides, one more than {does} the size"
    return Diagnostic("CL053", message, span, help="write an odd kernel, or the padding")


def injected_argument(kernel: int, c1: object, span: Span, takes: str = "[out_channels, kernel, stride]") -> Diagnostic:
    """Input channels are written although they are injected.

    ## What it does

    Finds convolutions whose second argument looks like a channel count: the parser injects the input channels, so the
    second argument is the kernel size.

    ## Why it matters

    `Conv, [16, 32, 3, 2]` is a convolution to 16 channels with a kernel of 32 x 32, stride 3 and padding 2
    (ultralytics#5012).

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [16, 33, 3]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [16, 3, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics#5012.
    """
    message = f"{kernel} is the kernel size here: the {c1} input channels are injected, and never written"
    return Diagnostic("CL054", message, span, help=f"write {takes}")


def argument_count(message: str, argument: str | None = None, help: str | None = None) -> Refused:
    """Too few or too many arguments.

    ## What it does

    Finds modules with fewer arguments than their constructor needs or more than it takes, besides those that the parser
    injects. An HGBlock without a kernel size is a warning where it runs: the repeats are taken for the size.

    ## Why it matters

    The framework stops with `missing 1 required positional argument`, without a line.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, SCDown, [32, 3]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, SCDown, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    return Refused("CL055", message, argument, help)


def bad_string_argument(message: str, help: str | None = None) -> Refused:
    """Text among the arguments that is no value.

    ## What it does

    Finds text that is neither a literal nor a plain word (`12O`, a missing comma as in `64 3`), text that captures a
    variable of the parser by accident, and an `activation` that is no call of a module.

    ## Why it matters

    The framework stops with `invalid syntax (<unknown>, line 1)`, or computes with a variable that nobody meant.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32 3, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    return Refused("CL056", message, help=help)
