"""argparse with convlint's manners."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from convlint.cli import exits
from convlint.reports.escape import escape


class ArgumentParser(argparse.ArgumentParser):
    """A parser whose complaints are one line, with nothing in them that a terminal would obey."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, **arguments)

    def parse_paths(self, argv: list[str], options: Any = None) -> Any:
        """Read options and ``paths`` in any order; behind ``--`` everything is a path."""
        cut = argv.index("--") if "--" in argv else len(argv)
        found = self.parse_intermixed_args(argv[:cut], options)
        found.paths = [*found.paths, *argv[cut + 1 :]]
        return found

    def error(self, message: str) -> NoReturn:
        """Complain and end."""
        self.exit(exits.TROUBLE, f"convlint: {escape(message)} (see {self.prog} --help)\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help that looks the same in every terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=110)
