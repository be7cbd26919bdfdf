"""Row numbers that the framework accepts although they are hardly meant."""

from __future__ import annotations

from convlint.document import Span
from convlint.findings import Diagnostic, Edit, Fix, Label
from convlint.formats.yolo.reading import Row


def stale_index_comment(wrong: list[tuple[int, int, Span]]) -> Diagnostic:
    """A comment names another row number than the row's.

    ## What it does

    Compares comments such as `# 9` or `# 9-P5/32` behind a row with the number of that row.

    ## Why it matters

    In 1,927 such comments of stock files none is wrong, so a mismatch nearly always marks an edit.
    The numbers in `from` usually need the same correction, and nothing else tells that they do.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]] # 0
      - [-1, 1, Conv, [32, 3, 2]] # 3-P2/4
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]] # 0
      - [-1, 1, Conv, [32, 3, 2]] # 1-P2/4
    head:
      - [[1], 1, Detect, [nc]]
    ```

    ## Source

    A census of the model files of ultralytics, YOLOv5, YOLOv7 and YOLOv9.
    """
    index, number, span = wrong[0]
    labels = [Label(other, f"row {at}") for at, _, other in wrong[1:6]]
    notes = []
    off = {at - said for at, said, _ in wrong}
    if len(wrong) > 1 and len(off) == 1:
        notes.append(f"{len(wrong)} comments are off by {off.pop()}: the sources below may need the same shift")
    edits = [Edit(span, str(at)) for at, _, span in wrong]
    return Diagnostic(
        "CL019", f"the comment says row {number}, this is row {index}", span, labels=labels, notes=notes,
        layer=f"model.{index}", fixes=[Fix("correct the comments", edits)],
    )  # fmt: skip


def shifted_sources(
    row: Row, inserted: list[int], edits: list[Edit], labels: list[Label], notes: list[str], renumbered: list[str]
) -> Diagnostic:
    """A row was inserted or deleted, and the row numbers behind it were not renumbered.

    ## What it does

    Finds files whose row numbers are odd as they stand (rows that nobody reads, a head that reads a Concat, numbers that
    do not exist) and make sense again if one row, or a few, had not been inserted or deleted.
    The fix writes the renumbered sources. It is offered if the sizes that arrive then are known and fit.

    ## Why it matters

    It is the commonest mistake in these files, and the framework says nothing: one row inserted in the backbone without
    renumbering built without an error in 62 of 62 tries.
    The head then reads the wrong layers, and the last block is computed for nobody.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, C2f, [32]]
      - [-1, 1, nn.Identity, []]
      - [-1, 1, Conv, [64, 3, 2]]
      - [-1, 1, C2f, [64]]
    head:
      - [-1, 1, nn.Upsample, [None, 2, nearest]]
      - [[-1, 2], 1, Concat, [1]]
      - [-1, 1, C2f, [32]]
      - [[7, 4], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, C2f, [32]]
      - [-1, 1, nn.Identity, []]
      - [-1, 1, Conv, [64, 3, 2]]
      - [-1, 1, C2f, [64]]
    head:
      - [-1, 1, nn.Upsample, [None, 2, nearest]]
      - [[-1, 2], 1, Concat, [1]]
      - [-1, 1, C2f, [32]]
      - [[8, 5], 1, Detect, [nc]]
    ```

    ## Source

    Measured with ultralytics 8.4.190; ultralytics#18606, #13284.
    """
    first, count = row.index, len(edits)
    if len(inserted) == 1:
        message = (
            f"row {first} ({row.module}) was probably inserted: {count} row numbers behind it still count without it"
        )
    elif inserted:
        together = inserted[-1] - first == len(inserted) - 1
        listed = ", ".join(map(str, inserted[:-1])) + f" and {inserted[-1]}"
        rows = f"rows {first} to {inserted[-1]}" if together else f"rows {listed}"
        message = f"{rows} were probably inserted: {count} row numbers behind them still count without them"
    else:
        message = f"a row was probably deleted before row {first}: {count} row numbers still count it"
    return Diagnostic(
        "CL027", message, row.span, labels=labels, notes=notes, layer=f"model.{first}",
        help="renumber: " + ", ".join(renumbered), fixes=[Fix(f"renumber {count} sources", edits, doubtful=True)],
    )  # fmt: skip


def head_reads_concat(head: Row, place: Span, level: Row, after: Row | None) -> Diagnostic:
    """The head reads a Concat or an Upsample.

    ## What it does

    Finds levels of a detection head that are put together or enlarged and not yet convolved.

    ## Why it matters

    It happens when row numbers are off by one: the block that should be read is computed for nobody.
    No stock file does it.

    ## Example

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, C2f, [32]]
      - [-1, 1, Conv, [64, 3, 2]]
      - [-1, 1, C2f, [64]]
    head:
      - [-1, 1, nn.Upsample, [None, 2, nearest]]
      - [[-1, 2], 1, Concat, [1]]
      - [-1, 1, C2f, [32]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [[-1, 4], 1, Concat, [1]]
      - [-1, 1, C2f, [64]]
      - [[6, 10], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [-1, 1, C2f, [32]]
      - [-1, 1, Conv, [64, 3, 2]]
      - [-1, 1, C2f, [64]]
    head:
      - [-1, 1, nn.Upsample, [None, 2, nearest]]
      - [[-1, 2], 1, Concat, [1]]
      - [-1, 1, C2f, [32]]
      - [-1, 1, Conv, [32, 3, 2]]
      - [[-1, 4], 1, Concat, [1]]
      - [-1, 1, C2f, [64]]
      - [[7, 10], 1, Detect, [nc]]
    ```

    ## Source

    0 of 143 stock files; 62 of 62 files with an inserted row.
    """
    help = None if after is None else f"row {after.number} ({after.module}) behind it is the usual level"
    return Diagnostic(
        "CL032", f"the head reads row {level.number}, a bare {level.module}", place,
        labels=[Label(level.span, f"row {level.number}")], help=help, layer=f"model.{head.index}",
    )  # fmt: skip
