"""Words for what went wrong in convlint itself."""

from __future__ import annotations

#: No error says more than this.
_MOST = 200

ISSUES = "https://github.com/convlint/convlint/issues"


def internal_error(error: BaseException) -> str:
    """A bug in one line: what, where, and what to do about it."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        _, package, module = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/convlint/")
        if package:
            place = f" at {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if len(what) > _MOST:
        what = what[:_MOST] + "..."
    return f"internal error ({what}{place}); please report it with the file: {ISSUES}"
