"""argparse with convlint's manners."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

from convlint import formats
from convlint.cli import exits
from convlint.formats.options import Option
from convlint.reports.escape import escape
from convlint.reports.width import columns
from convlint.reports.wrapping import WIDEST, wrapped
from convlint.words.spelling import did_you_mean

#: Given instead of a command line, it asks for the parser itself.
DESCRIBE: list[str] = []


class Described(Exception):
    """The parser that was asked for."""

    def __init__(self, parser: ArgumentParser) -> None:
        super().__init__(parser.prog)
        self.parser = parser


class ArgumentParser(argparse.ArgumentParser):
    """A parser whose complaints are one line, with nothing in them that a terminal would obey.

    ``brief`` are the options that ``-h`` shows; without any it shows all but those of ``aside``.
    """

    def __init__(self, brief: tuple[str, ...] = (), **arguments: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, add_help=False, **arguments)
        self.brief = brief
        #: Options that all commands have, which a short help leaves out.
        self.aside: list[argparse.Action] = []
        self.add_argument("-h", action=_ShortHelp, nargs=0, default=argparse.SUPPRESS, help="print a short help")
        self.add_argument("--help", action="help", default=argparse.SUPPRESS, help="print this")

    def short_help(self) -> str:
        """Usage, what the command does, and its main options."""
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, [], [])
        formatter.add_text(self.description)
        formatter.start_section("main options" if self.brief else "options")
        for action in self._actions:
            wanted = set(action.option_strings) & set(self.brief) if self.brief else action not in self.aside
            if wanted or not action.option_strings:
                formatter.add_argument(action)
        formatter.end_section()
        formatter.add_text(f"`{self.prog} --help` tells all.")
        return formatter.format_help()

    def parse_paths(self, argv: list[str], options: Any = None) -> Any:
        """Read options and ``paths`` in any order; behind ``--`` everything is a path."""
        if argv is DESCRIBE:
            raise Described(self)
        cut = argv.index("--") if "--" in argv else len(argv)
        found = self.parse_intermixed_args(argv[:cut], options)
        found.paths = [*found.paths, *argv[cut + 1 :]]
        return found

    def parse_alone(self, argv: list[str], options: Any = None) -> Any:
        """Read a command line of a command that takes no files."""
        if argv is DESCRIBE:
            raise Described(self)
        return self.parse_args(argv, options)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Write help or a complaint; argparse itself would swallow that it cannot be written."""
        if message:
            file = file or sys.stderr
            file.write(message)
            file.flush()

    def error(self, message: str) -> NoReturn:
        """Complain and end, with what was probably meant."""
        wrong = re.match(r"unrecognized arguments: (-\S+)", message)
        choice = re.search(r"argument (\S+): invalid choice: '([^']*)' \(choose from (.*)\)", message)
        if wrong is not None:
            flag = wrong[1].partition("=")[0]
            message = f"there is no option {flag}{did_you_mean(flag, self._option_string_actions)}"
        elif choice is not None:
            known = [word.strip(" '\"") for word in choice[3].split(",")]
            hint = did_you_mean(choice[2], known) or f"; there are {', '.join(known)}"
            message = f"argument {choice[1]}: `{choice[2]}` is no choice{hint}"
        self.exit(exits.TROUBLE, f"convlint: {escape(message)} (see {self.prog} --help)\n")


class _ShortHelp(argparse.Action):
    """Prints the short help, and ends."""

    def __call__(self, parser: Any, namespace: Any, values: Any, flag: str | None = None) -> None:
        parser._print_message(parser.short_help(), sys.stdout)
        parser.exit()


def add_settings(parser: argparse._ActionsContainer) -> None:
    """Which file of settings is read."""
    add = parser.add_mutually_exclusive_group().add_argument
    add("--config", metavar="FILE", help="read the settings from this file")
    add("--isolated", action="store_true", help="read no settings")


def add_format_options(parser: ArgumentParser) -> None:
    """What may be said about the files of each format; a flag that several formats know is one option."""
    shared: dict[str, list[Option]] = {}
    for format in formats.FORMATS:
        for option in format.OPTIONS:
            if option.flags:
                shared.setdefault(option.flags[0], []).append(option)
    group = parser.add_argument_group("what files do not say")
    for options in shared.values():
        first = options[0]
        action = group.add_argument(
            *dict.fromkeys(flag for option in options for flag in option.flags),
            dest=first.key,
            action=_Said,
            several=first.several,
            metavar=first.metavar,
            choices=[choice for option in options for choice in option.choices] or None,
            help="; ".join(option.help for option in options),
        )
        parser.aside.append(action)


class _Said(argparse.Action):
    """Puts a word among what is said about formats."""

    def __init__(self, several: bool, **arguments: Any) -> None:
        super().__init__(default=argparse.SUPPRESS, **arguments)
        self.several = several

    def __call__(self, parser: Any, namespace: Any, values: Any, flag: str | None = None) -> None:
        if self.several:
            values = [*namespace.said.get(self.dest, ()), values]
        namespace.said[self.dest] = values


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help that is laid out for the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=min(columns(sys.stdout), WIDEST))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Paragraphs and items: an item begins with two blanks, and its words hang behind its first column."""
        blocks: list[str] = []
        for line in text.splitlines():
            goes_on = blocks and blocks[-1] and line and not blocks[-1].endswith(":")
            if goes_on and (line[:3] == "   " or (line[0] != " " and blocks[-1][0] != " ")):
                gap = "  " if line[0] == " " and "  " not in blocks[-1].lstrip() else " "
                blocks[-1] += gap + line.lstrip()
            else:
                blocks.append(line)
        lines: list[str] = []
        for block in blocks:
            item = re.match(r" +\S.*?  +(?=\S)", block)
            if item is None:
                lines += wrapped(block, width)
            else:
                lines += wrapped(block[item.end() :], width, item[0], " " * len(item[0]))
        return "".join(f"{indent}{line}\n" for line in lines)
