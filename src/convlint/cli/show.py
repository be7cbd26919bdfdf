"""``convlint show FILE...``: print everything that is derived."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from convlint import catalogue
from convlint.cli import exits, files, paths
from convlint.cli.arguments import ArgumentParser
from convlint.derive import Derivation
from convlint.diagnostic import Severity
from convlint.document import Source
from convlint.reports import concise
from convlint.reports.escape import escape
from convlint.reports.style import Style, chosen
from convlint.reports.summary import Failure

_EPILOG = """\
exit codes: 0 shown, whatever convlint finds in it; 1 a file is so wrong that nothing can be shown; 2 a path cannot
be read or describes no network
"""


def run(argv: list[str]) -> int:
    """Print the networks in some files."""
    parser = ArgumentParser(
        prog="convlint show",
        usage="convlint show [OPTION]... FILE...",
        description="Print shapes, kernels, parameters, MACs and receptive fields of every layer.",
        epilog=_EPILOG,
    )
    parser.add_argument("paths", nargs="*", metavar="FILE", help="file or folder; - is standard input")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--stdin-filename", metavar="NAME", default="<stdin>", help="what to call standard input")
    options = parser.parse_paths(argv)
    if not options.paths:
        parser.error("expected a FILE")
    style = chosen(options.color, sys.stdout)
    troubles = _Troubles()
    shown = _derive(options.paths, options.stdin_filename, troubles, style)
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
    given: list[str], stdin_name: str, troubles: _Troubles, style: Style
) -> Iterator[tuple[Source, Derivation]]:
    targets, failures = paths.collect(given, lambda path: False)
    for failure in failures:
        troubles.failed(failure)
    codes = catalogue.selection()
    for target in targets:
        name = stdin_name if target.path == paths.STDIN else target.path
        result = files.check(target, name, codes, target.named)
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
