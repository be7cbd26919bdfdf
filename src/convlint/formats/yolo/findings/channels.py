"""Channels that the parser records or scales otherwise than a row says."""

from __future__ import annotations

from typing import Any

from convlint.document import Span
from convlint.findings import Diagnostic, Label, Severity
from convlint.formats.yolo.reading import Row
from convlint.formats.yolo.refusal import Refused


def unscaled_literal(
    module: str, written: object, arrive: int, scale: str | None, span: Span, severity: Severity | None = None
) -> Diagnostic:
    """A channel count that the width does not scale.

    ## What it does

    Finds a declared module whose channel argument equals the channels as they are written, not as the width scales them.

    ## Why it matters

    Only the modules of the parser's own table are scaled. A module of your own gets its arguments as they stand:
    `[512]` is right at one scale and wrong at all others (ultralytics#20707).

    ## Example

    ```yaml
    # convlint: module CBAM(c1)
    nc: 4
    scales:
      n: [0.5, 0.5, 1024]
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, CBAM, [32]]
    head:
      - [[2], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    # convlint: module CBAM(c1)
    nc: 4
    scales:
      n: [0.5, 0.5, 1024]
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, CBAM, [16]]
    head:
      - [[2], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics#20707.
    """
    where = f" at scale {scale}" if scale else ""
    message = f"{module} is not scaled by the width: it is built for {written} channels, {arrive} arrive{where}"
    help = f"write {arrive}, or register it where it is scaled"
    return Diagnostic("CL035", message, span, help=help, severity=severity)


def literal_channels_mismatch(
    module: str, written: str, arrive: int, argument: str | None = None, help: str | None = None
) -> Refused:
    """Input channels are written out, and others arrive.

    ## What it does

    Finds a ResNetLayer whose first argument is not the channel count of the row that it reads, and a declared module whose
    channel argument differs from what arrives.

    ## Why it matters

    These modules are built from the number as written. RT-DETR and classification models are not run when they are built,
    so the mistake shows at first use only.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, ResNetLayer, [3, 64, 1, True, 1]]
      - [-1, 1, ResNetLayer, [32, 64, 1, False, 3]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, ResNetLayer, [3, 64, 1, True, 1]]
      - [-1, 1, ResNetLayer, [64, 64, 1, False, 3]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    return Refused("CL036", f"{module} is written for {written} channels, {arrive} arrive", argument, help)


def raw_torch_module(module: str, recorded: object, span: Span) -> Diagnostic:
    """A torch.nn module whose output channels are not recorded.

    ## What it does

    Finds `nn.Conv2d` and other modules of `torch.nn` that can change the number of channels, in a dialect whose parser
    passes them through.

    ## Why it matters

    The parser uses their arguments as they stand and records the output channels as unchanged.
    It works as long as the channels do not change, at one scale.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, nn.Conv2d, [16, 16, 3, 2, 1]]
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

    ultralytics, `parse_model`.
    """
    message = f"{module} gets its arguments as written, and {recorded} output channels are recorded whatever it makes"
    help = "use Conv, which is scaled by the width" if module == "nn.Conv2d" else None
    return Diagnostic("CL037", message, span, help=help)


def stale_channels(module: str, arrive: object, recorded: object, span: Span) -> Diagnostic:
    """A module records the channels of the row before.

    ## What it does

    Finds AIFI and nn.BatchNorm2d that read another row than the one before, with other channels.

    ## Why it matters

    For these two the parser records the output channels of the previous row, whatever they read. Later rows are built for
    channels that never arrive.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 1]]
      - [0, 1, AIFI, [64, 8]]
      - [[-1, 1], 1, Concat, [1]]
    head:
      - [-1, 1, C2f, [32]]
      - [[-1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, AIFI, [64, 8]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    message = f"{module} reads {arrive} channels, but the {recorded} of the row before are recorded for it"
    return Diagnostic("CL057", message, span, help=f"let {module} read -1")


def unscaled_by_coincidence(channels: object, classes: object, span: Span) -> Diagnostic:
    """A channel count that equals a head's output and is left unscaled.

    ## What it does

    Finds channel counts of YOLOv5, v7 and v9 files that equal anchors x (classes + 5): the parsers take them for a head's
    output and do not scale them by the width.

    ## Why it matters

    With 3 anchors and 123 classes a Conv of 384 channels stays 384 at every width.

    ## Example

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 0.5
    anchors:
      - [10,13, 16,30]
    backbone:
      - [-1, 1, Conv, [18, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc, anchors]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 0.5
    anchors:
      - [10,13, 16,30]
    backbone:
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc, anchors]]
    ```

    ## Source

    yolov5, yolov7, yolov9, `parse_model`.
    """
    message = f"{channels} channels are left unscaled: they equal a head's output, anchors x ({classes} + 5)"
    return Diagnostic("CL058", message, span, help="choose another channel count")


def assumed_module(message: str, span: Span) -> Diagnostic:
    """A module whose effect is assumed.

    ## What it does

    Names modules of `torch.nn` whose effect convlint does not know, and modules that are declared `opaque`: their output
    is assumed to have the shape of their input.

    It also names, once a file, the modules that the framework does not know and that many people add to it by that name
    (`CBAM`, `EMA`, `SPDConv`, `C2f_Faster`): their channels and sizes are taken to be what the parsers of these people
    record, as far as they agree. With `--dialect` such a module is an error (CL004), as it is for the framework as
    published.

    ## Why it matters

    Nothing is said about what rests on more than the assumption, so something may be missed; and if your module of that
    name does something else, what is said behind it may be wrong: declare it then.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, nn.LPPool2d, [2, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, nn.MaxPool2d, [2, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    convlint's own limits.
    """
    return Diagnostic("CL059", message, span, help="its output is assumed to have the shape of its input")


def community_modules(names: list[str], title: str, dialect: str, first: Row, others: list[Row]) -> Diagnostic:
    """Modules that the framework does not know and that are taken for the community's: all in one finding.

    ``title`` is the framework's for people, ``dialect`` what it is called on the command line.
    """
    listed = ", ".join(f"`{name}`" for name in names)
    what, them = ("no module", "it") if len(names) == 1 else ("no modules", "them")
    assumed = f"{what} of {title}, assumed as people add {them}"
    notes = []
    message = f"{listed}: {assumed}"
    if len(names) > 3 or len(message) > 110:
        message, notes = f"{len(names)} names are {assumed}", [f"they are {listed}"]
    labels = [Label(row.span, "assumed too") for row in others[:11]]
    help = (
        f"declare what yours does: `# convlint: module {names[0]}(c1)`; "
        f"`--dialect {dialect}` says that nothing was added"
    )
    return Diagnostic("CL059", message, first.span, labels=labels, notes=notes, help=help)


def keys_as_arguments(used: dict[str, Span]) -> Diagnostic:
    """Keys of the file that rows name as arguments or modules, as parsers of people's own understand it."""
    (first, span), *others = used.items()
    listed = ", ".join(f"`{name}`" for name in used)
    message = f"{listed}: no word of the framework's parser, assumed to mean the key of this file"
    if len(message) > 110:
        message = f"`{first}` and {len(others)} more: no words of the framework's, assumed to mean keys of this file"
    return Diagnostic("CL059", message, span, labels=[Label(place, "assumed too") for _, place in others[:11]])


def rounded_channels(wanted: float, made: Any, span: Span) -> Diagnostic:
    """A channel count is rounded up to a multiple of 8.

    ## What it does

    Finds output channels that, multiplied by the width, are no multiple of 8 and are rounded up.

    ## Why it matters

    The network has other channels than the file says; numbers that are written out elsewhere no longer fit.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [30, 3, 2]]
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

    3 of 7,118 rows of stock files.
    """
    return Diagnostic("CL212", f"{wanted:g} channels are rounded up to {made}", span)
