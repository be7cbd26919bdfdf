"""Heads, and what they read."""

from __future__ import annotations

from convlint.findings import Diagnostic, Label
from convlint.formats.yolo.reading import Row
from convlint.formats.yolo.refusal import Refused


def head_arguments(message: str, argument: str | None = None, help: str | None = None) -> Refused:
    """Arguments that a head does not take.

    ## What it does

    Finds heads with too few or too many arguments, YOLOv5's `[nc, anchors]` on an anchor-free head, and values that a head
    cannot work with; the convolutions that were YOLOv5's head before 2.0.
    A file called `-seg`, `-pose`, `-obb` or `-cls` with another head is a warning; a file for YOLOv5 by its head that has the
    name or the modules of one for ultralytics is an info.

    ## Why it matters

    Further arguments are appended by the parser, so their number must be exact: the framework stops with
    `takes from 1 to 5 positional arguments but 6 were given`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc, anchors]]
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

    ultralytics, `parse_model`; yolov5#12640.
    """
    return Refused("CL041", message, argument, help)


def head_levels(message: str, argument: str | None = None) -> Refused:
    """A head reads another number of maps than it needs.

    ## What it does

    Finds heads with no source, IAuxDetect and Dual heads whose sources are not two for each level, Triple heads whose
    sources are not three, YOLOE heads with other than three.

    ## Why it matters

    The framework stops with `index 0 is out of range`, or never gives a result.

    ## Example

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 1.0
    anchors: 3
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[0, 1, 1], 1, DualDDetect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 1.0
    anchors: 3
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[0, 1, 0, 1], 1, DualDDetect, [nc]]
    ```

    ## Source

    yolov7, yolov9.
    """
    return Refused("CL042", message, argument)


def anchor_levels(message: str, argument: str | None = None) -> Refused:
    """The anchors do not fit the levels of the head.

    ## What it does

    Finds heads with anchors (YOLOv5, YOLOv7) whose number of sources is not the number of rows of `anchors`, rows of
    different or odd length, and missing anchors.

    ## Why it matters

    The framework stops with `The size of tensor a (3) must match the size of tensor b (4)`, far from the cause.

    ## Example

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 1.0
    anchors:
      - [10,13, 16,30]
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[0, 1], 1, Detect, [nc, anchors]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 1.0
    anchors:
      - [10,13, 16,30]
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc, anchors]]
    ```

    ## Source

    yolov5#82.
    """
    return Refused("CL043", message, argument)


def head_not_last(last: Row, head: Row | None) -> Diagnostic:
    """The last row is no head.

    ## What it does

    Finds files whose last row is neither a detection, segmentation, pose, depth nor classification head.

    ## Why it matters

    ultralytics tells the task of a model from its last row: loading fails with `NotImplementedError`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [-1, 1, C2f, [32]]
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

    ultralytics, `guess_model_task`.
    """
    untold = "what the model is for cannot be told"
    if head is None:
        message = f"the last row, {last.module}, is no head: {untold}"
        return Diagnostic("CL045", message, last.span, help="end with a head such as [[...], 1, Detect, [nc]]")
    message = f"the head {head.module} (row {head.number}) is not the last row: {untold}"
    labels = [Label(last.span, "this is the last row")]
    return Diagnostic("CL045", message, head.span, labels=labels, help="move the head to the end")
