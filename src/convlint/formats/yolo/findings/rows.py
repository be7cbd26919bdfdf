"""Rows that are not what the parser takes apart, or that read what is not there."""

from __future__ import annotations

from typing import Any

from convlint.document import Sequence
from convlint.findings import Diagnostic, Label
from convlint.formats.yolo.reading import Row
from convlint.formats.yolo.refusal import Refused, shown


def index_out_of_range(row: Row, source: int) -> Refused:
    """A row reads a row that does not exist, or not yet.

    ## What it does

    Finds numbers in `from` that point at the row itself, behind it, or before the first row.
    Row numbers count from 0 and run on from `backbone` into `head`; negative ones count back from the row.

    ## Why it matters

    The framework stops with `IndexError: list index out of range`, without a line.
    The usual causes are a deleted row and numbers copied from another file.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [[4], 1, Detect, [nc]]
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

    ultralytics, `parse_model`; ultralytics#7475, yolov7#1253.
    """
    i = row.number
    why = "which does not exist yet" if source >= i else "which is before the first row"
    if source == i:
        why = "which is this row itself"
    return Refused("CL013", f"row {i} reads from {source}, {why}; it can read {-i}..{i - 1}", "from")


def numbers_out_of_range(row: Row, others: list[tuple[Row, int]], shift: int | None, backbone: int) -> Diagnostic:
    """Several rows of the head read rows that do not exist: they were written for another backbone."""
    count = len(others) + 1
    message = f"{count} rows from here on read rows that do not exist: they were written for another backbone"
    labels = [Label(other.items[0].span, f"row {other.number} reads {source}") for other, source in others[:6]]
    help = "number the rows of the head anew: rows count from 0, and on from the backbone into the head"
    if shift is not None:
        message = f"the row numbers of the head are {shift} too high: the backbone has {backbone} rows, not {backbone + shift}"
        help = f"subtract {shift} from each that means a row of the head, and look up those of the backbone"
    return Diagnostic("CL013", message, row.items[0].span, labels=labels, help=help, layer=f"model.{row.index}")


def row_shape(message: str, argument: str | None = None, help: str | None = None) -> Refused:
    """A row is not [from, repeats, module, args].

    ## What it does

    Finds rows with another number of items than four, and items of the wrong kind: repeats that are text, arguments that
    are no list, sources that are no row numbers.

    ## Why it matters

    The framework stops with `not enough values to unpack (expected 4, got 3)`, without a line.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, Conv, [32, 3, 2]]
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
    return Refused("CL030", message, argument, help)


def items(row: Row) -> Refused:
    """Another number of items than four."""
    if not isinstance(row.node, Sequence):
        return row_shape("a row is a list: [from, repeats, module, args]")
    count = len(row.values)
    kinds = ["list" if isinstance(v, list) else "text" if isinstance(v, str) else "number" for v in row.values]
    help = None
    if count == 3 and kinds[1:] == ["text", "list"]:
        help = "the repeats are missing: write 1 behind `from`"
    elif count == 3 and kinds[:2] == ["number", "number"]:
        help = "the args are missing: write [] at the end"
    elif count > 4 and kinds[2] == "text":
        help = "put the arguments into a list of their own"
    return row_shape(f"a row has 4 items, [from, repeats, module, args]; this one has {count}", help=help)


def no_row_number(source: Any) -> Refused:
    """A source that is no number."""
    return row_shape(f"`from` holds row numbers, not {shown(source)}", "from")


def no_repeats(n: Any) -> Refused:
    """Repeats that are no number."""
    quoted = isinstance(n, str) and n.strip("-").isdigit()
    help = f"write {n} without quotes" if quoted else None
    return row_shape(f"the repeats must be a number, not {shown(n)}", "repeats", help)


def no_list_of_arguments(values: Any, evaluates: bool) -> Refused:
    """Arguments that are no list; a framework that ``evaluates`` text may make one of it."""
    if isinstance(values, str) and evaluates:
        return row_shape("the arguments must be a list", "args")
    help = f"write [{'' if values is None else values}]"
    return row_shape(f"the arguments must be a list, not {shown(values)}", "args", help)


def first_row_source(source: int) -> Refused:
    """The first row reads anything but the image.

    ## What it does

    Finds a row 0 whose `from` is not -1: there is no row that it could read.

    ## Why it matters

    The framework stops with `ZeroDivisionError: integer modulo by zero`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [0, 1, Conv, [16, 3, 2]]
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

    ultralytics, `parse_model`.
    """
    message = f"row 0 reads the image: `from` must be -1, not {source}"
    return Refused("CL031", message, "from", instead="-1")


def source_must_be_one(row: Row) -> Refused:
    """A list of sources where one row is read.

    ## What it does

    Finds a list in `from` of a module that reads one map; a list of one number is a list too.

    ## Why it matters

    The framework stops with `list indices must be integers or slices, not list`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [[-1], 1, Conv, [32, 3, 2]]
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
    value = row.values[0]
    only = str(value[0]) if len(value) == 1 and type(value[0]) is int else None
    return Refused("CL038", f"{row.module} reads one map; `from` is a list", "from", instead=only)


def source_must_be_list(row: Row) -> Refused:
    """One source where a list of rows is read.

    ## What it does

    Finds a single number in `from` of a Concat, a head, a CBFuse or another module that reads a list of maps.

    ## Why it matters

    The framework stops with `'int' object is not iterable`.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
    head:
      - [1, 1, Detect, [nc]]
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
    value = row.values[0]
    instead = f"[{value}]" if type(value) is int else None
    message = f"{row.module} reads a list of maps; `from` is {shown(value)}"
    return Refused("CL039", message, "from", instead=instead)


def repeated_shape_change(module: str, n: int, why: str, help: str = "write 1") -> Refused:
    """Repeats of a module that changes its channels.

    ## What it does

    Finds a repeat count above 1 (after scaling by the depth) on a module that does not repeat inside and whose output is
    not what it reads: a convolution from 16 to 32 channels, a Concat, a head.

    ## Why it matters

    The copies are put in a row, all built for the same input. The second one gets the output of the first.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 3, Conv, [32, 3, 2]]
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
    return Refused("CL040", f"{n} copies of {module} in a row, {why}", "repeats", help)
