"""Words for what went wrong in convlint itself."""

from __future__ import annotations

import os

from convlint.catalogue import HOME

#: No error says more than this.
_MOST = 200
#: The folder of the package, up to where its modules' names begin.
_PACKAGE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "")


def internal_error(error: BaseException) -> str:
    """A bug in one line: what, where, and what to do about it."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_PACKAGE):
            module = file.removeprefix(_PACKAGE).replace(os.sep, "/")
            place = f" at {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if len(what) > _MOST:
        what = what[:_MOST] + "..."
    return f"internal error ({what}{place}); please report it with the file: {HOME}/issues"
