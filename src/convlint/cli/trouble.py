"""Words for what went wrong in convlint itself or in its use."""

from __future__ import annotations

import argparse
from typing import NoReturn

from convlint.cli import exits
from convlint.reports.escape import escape

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
    return f"internal error ({escape(what, 200)}{place}); please report it with the file: {ISSUES}"


class ArgumentParser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line, with nothing in them that a terminal would obey."""

    def error(self, message: str) -> NoReturn:
        """Complain and end."""
        self.exit(exits.TROUBLE, f"convlint: {escape(message)} (see {self.prog} --help)\n")
