"""What the framework's own code beside the file says."""

from __future__ import annotations

from convlint.document import Span
from convlint.findings import Diagnostic


def framework_raises(title: str, raised: str, running: bool, span: Span) -> Diagnostic:
    """The code beside the file raises while it builds or runs a row.

    ## What it does

    Where a YOLO file lies in a copy of its framework, convlint reads that copy's parser and modules as data, works out
    what they would compute, and says where they would raise. The exception is quoted as Python would print it.

    ## Why it matters

    Training stops with this exception, with a traceback into the framework and without the row of the file.

    ## Source

    The framework's code in the repository of the file. It is read and never run; see `docs/source.md`.
    """
    what = "the first time it runs this row" if running else "while it builds this row"
    quoted = " ".join(raised.split())
    if len(quoted) > 300:
        quoted = quoted[:297] + "..."
    return Diagnostic("YO001", f"{title} raises `{quoted}` {what}", span)


def source_not_followed(title: str, why: str, span: Span) -> Diagnostic:
    """The code beside the file could not be followed to its end.

    ## What it does

    Says once for a file what convlint did not understand in the framework's code beside it. What rests on that is
    unknown, and nothing is said of it.

    ## Why it matters

    Rows behind such a place are not checked. A declaration of the module (`# convlint: module NAME(c1)`) helps.

    ## Source

    `docs/source.md` tells what is understood.
    """
    return Diagnostic("YO002", f"the code of {title} was not followed to its end: {why}", span)
