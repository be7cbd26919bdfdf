"""``convlint show FILE...``: print everything that is derived."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.arguments import ArgumentParser
from convlint.derive import Derivation
from convlint.document import Source
from convlint.findings import Severity
from convlint.formats.yolo.options import add_arguments
from convlint.reports import concise
from convlint.reports.escape import escape
from convlint.reports.style import chosen
from convlint.session import configuration, files, paths
from convlint.session.outcome import Failure
from convlint.session.settings import SettingsError

_EPILOG = """\
exit codes: 0 shown, whatever convlint finds in it; 1 a file is so wrong that nothing can be shown; 2 a path cannot
be read or describes no network
"""


def run(argv: list[str]) -> int:
    """Print the networks in some files."""
    parser = ArgumentParser(
        prog="convlint show",
        usage="convlint show [OPTION]... FILE...",
        description="Print shapes, kernels, parameters, MACs and receptive fields of every layer; of a YOLO file the\n"
        "table that its framework prints when it builds the model, for every scale.",
        epilog=_EPILOG,
    )
    parser.add_argument("paths", nargs="*", metavar="FILE", help="file or folder; - is standard input")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--stdin-filename", metavar="NAME", default="<stdin>", help="what to call standard input")
    settings = parser.add_mutually_exclusive_group()
    settings.add_argument("--config", metavar="FILE", help="read the settings from this file")
    settings.add_argument("--isolated", action="store_true", help="read no settings")
    add_arguments(parser.add_argument_group("YOLO files"))
    options = parser.parse_paths(argv)
    if not options.paths:
        parser.error("expected a FILE")
    try:
        config = configuration.settings_for(options.config, options.isolated)
        given = configuration.format_options(options, config)
    except SettingsError as error:
        print(f"convlint: {escape(str(error))}", file=sys.stderr)
        return exits.TROUBLE
    style = chosen(options.color, sys.stdout)
    troubles = _Troubles()
    shown = _derive(options.paths, options.stdin_filename, given, troubles)
    if options.format == "json":
        from convlint.reports import json_report

        print(json_report.networks(shown))
    else:
        from convlint.reports import table

        for index, (source, derivation) in enumerate(shown):
            print(("\n" if index else "") + table.table(source, derivation, style))
    sys.stdout.flush()
    for line in troubles.lines:
        print(line, file=sys.stderr)
    return troubles.code


class _Troubles:
    """What could not be shown, or is shown although it is wrong."""

    def __init__(self) -> None:
        self.code = exits.CLEAN
        self.lines: list[str] = []

    def failed(self, failure: Failure) -> None:
        self.code = exits.TROUBLE
        self.lines.append(f"convlint: {escape(failure.path)}: {escape(failure.message)}")


def _derive(
    named: list[str], stdin_name: str, options: files.FormatOptions, troubles: _Troubles
) -> Iterator[tuple[Source, Derivation]]:
    targets, failures = paths.collect(named, lambda path: False)
    for failure in failures:
        troubles.failed(failure)
    codes = catalogue.selection()
    for target in targets:
        name = stdin_name if target.path == paths.STDIN else target.path
        result = files.check(target, name, codes, target.named, options)
        if isinstance(result, Failure):
            troubles.failed(result)
            continue
        errors = [found for found in result.findings if found.severity == Severity.ERROR]
        for derivation in result.derivations:
            yield result.source, derivation
        if errors and result.derivations:
            troubles.lines.append(f"convlint: {escape(name)}: there are mistakes in this file, see `convlint check`")
        elif errors:
            troubles.code = max(troubles.code, exits.FINDINGS)
            troubles.lines += [concise.finding(result.source, found) for found in errors]
