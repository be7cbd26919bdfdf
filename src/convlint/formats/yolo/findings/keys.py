"""Keys of the file: those that are missing, scales, and what is ignored."""

from __future__ import annotations

from convlint.document import Span
from convlint.findings import Diagnostic, Label, Severity


def scale_keys(
    message: str, span: Span, help: str | None = None, severity: Severity | None = None, key: object = None
) -> Diagnostic:
    """A scale is missing or is not [depth, width, max_channels].

    ## What it does

    Finds entries of `scales` with another number of values or values that are no numbers, and a scale that the file name
    or the command line asks for and the file has not. As an info it names the scale that is built where the file name
    looks as if it selected one, or never can.

    ## Why it matters

    The framework stops with `KeyError: 's'` or in the middle of building.

    ## Example

    ```yaml
    nc: 4
    scales:
      n: [0.5, 1.0]
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    scales:
      n: [0.5, 1.0, 1024]
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    ultralytics, `parse_model`.
    """
    return Diagnostic("CL046", message, span, help=help, severity=severity, key=key)


def missing_model_key(
    message: str, span: Span, help: str | None = None, labels: list[Label] | None = None
) -> Diagnostic:
    """A key without which there is no model.

    ## What it does

    Finds files without `backbone`, `head`, `nc`, or with something else there than a list of rows; in YOLOv5, v7 and v9
    also without the two multiples.

    ## Why it matters

    The framework stops with `KeyError: 'head'`, or with `unsupported operand type(s) for +: 'NoneType' and 'int'`.

    ## Example

    ```yaml
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
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

    ultralytics, `parse_model`; ultralytics#21132.
    """
    return Diagnostic("CL048", message, span, labels=labels or [], help=help)


def ignored_channels_key(key: str, span: Span, severity: Severity | None = None, beside: bool = False) -> Diagnostic:
    """A key for the input channels is ignored.

    ## What it does

    Finds `ch` and, in a detection model, `channels`: ultralytics builds for the channels that its caller gives.
    It has done so with `ch` since a version between 8.3.107, which still reads the key, and 8.3.169, which does not.
    Beside modules that somebody added to the framework `ch` is an info, since most copies that people change are older.
    Where the framework's code lies beside the file, that code tells whether it reads the key.

    ## Why it matters

    The network is built for 3 channels, whatever is written (ultralytics#18229). In newer versions the key `channels` of
    the data file says how many an image has.

    ## Example

    ```yaml
    nc: 4
    ch: 6
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
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

    ultralytics#18229.
    """
    if beside:
        message = f"`{key}` is ignored by the code beside the file, which builds for the channels that its caller gives"
        return Diagnostic("CL213", message, span, severity=severity)
    since = " since ultralytics 8.3.1xx" if key == "ch" else ""
    message = f"`{key}` is ignored{since}: the model is built for the channels that its caller gives"
    help = "8.3.107 still reads it, 8.3.169 does not: write `channels` into the data file" if key == "ch" else None
    return Diagnostic("CL213", message, span, help=help, severity=severity)
