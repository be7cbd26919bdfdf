"""``convlint [check] PATH...``: look for mistakes."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Iterator

from convlint import __version__, settings
from convlint.cli import exits, files, paths
from convlint.cli.trouble import ArgumentParser
from convlint.diagnostic import Diagnostic, Severity
from convlint.lint import Result, counted
from convlint.reports import text
from convlint.reports.escape import escape
from convlint.reports.style import chosen
from convlint.reports.summary import Checked, Failure, Summary

#: The garbage collector is off; after so many characters of networks it may run once.
_SWEEP_AFTER = 4_000_000

_EPILOG = """\
other commands (as the first argument):
  show FILE...          print everything that is derived: shapes, kernels, parameters, MACs, receptive fields
  rules                 list the rules
  explain RULE...       print the page of a rule
  schema                print the JSON Schema of the native format, for editors

exit codes:
  0  nothing at the level of --fail-on or above
  1  findings; syntax errors, encoding errors and exceeded limits are findings too
  2  convlint could not do its job, whatever else it found: wrong usage or settings, a path that cannot be read,
     a file named on the command line that describes no network

Folders are searched for *.yaml, *.yml and *.json; what describes no network is skipped and counted.
Settings are read from the nearest convlint.toml, or [tool.convlint] in pyproject.toml.
Rules are named by code (CL103), name (dropped-input), beginning of a code (CL1) or ALL.
CL001 (syntax-error) and CL022 (limit-exceeded) are always on.
"""


def run(argv: list[str]) -> int:
    """Check what a command line asks for; the exit code says what came of it."""
    options = _parse(argv)
    try:
        config = _settings(options)
        codes = settings.selected(config, options.select, options.extend_select, options.ignore)
    except settings.SettingsError as error:
        return _refuse(str(error))
    except KeyError as error:
        return _refuse(settings.unknown_rule(error.args[0]))
    fail_on = settings.SEVERITIES[options.fail_on] if options.fail_on else config.fail_on
    shows_info = options.info or fail_on == Severity.INFO
    summary = Summary()
    checked = _check(options, config, codes, summary, Severity.INFO if shows_info else Severity.WARNING)
    _report(checked, summary, options, shows_info)
    if summary.failures:
        return exits.TROUBLE
    failed = any(count for severity, count in summary.severities.items() if severity >= fail_on)
    return exits.FINDINGS if failed and not options.exit_zero else exits.CLEAN


def _parse(argv: list[str]) -> Namespace:
    from argparse import RawDescriptionHelpFormatter

    parser = ArgumentParser(
        prog="convlint",
        usage="convlint [check] [OPTION]... [PATH]...",
        description="Find mistakes in files that describe convolutional networks.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="file or folder; - is standard input (default: this folder)")
    group = parser.add_argument_group("rules")
    add = group.add_argument
    add("--select", action="append", default=[], metavar="RULES", help="only these, instead of the default ones")
    add("--extend-select", action="append", default=[], metavar="RULES", help="these too")
    add("--ignore", action="append", default=[], metavar="RULES", help="these not (comma separated, repeatable)")
    group = parser.add_argument_group("output")
    add = group.add_argument
    add("--format", choices=("full", "concise", "json", "github"), default="full", help="default: full")
    add("--info", action="store_true", help="show findings of severity info, which are only counted otherwise")
    add("--quiet", "-q", action="store_true", help="print findings and failures, but no line that sums up")
    add("--statistics", action="store_true", help="print how often each rule found something (not in json)")
    add("--color", choices=("auto", "always", "never"), default="auto", help="auto obeys NO_COLOR and FORCE_COLOR")
    group = parser.add_argument_group("running")
    add = group.add_argument
    add(
        "--fail-on",
        choices=tuple(settings.SEVERITIES),
        help="least severity that exits with 1 (default: warning); info implies --info",
    )
    add("--exit-zero", action="store_true", help="exit with 0 despite findings")
    add(
        "--skip-unrecognised",
        action="store_true",
        help="treat named files like those met in a folder: skip what describes no network, obey `exclude`",
    )
    add("--stdin-filename", metavar="NAME", help="what to call standard input")
    either = group.add_mutually_exclusive_group()
    either.add_argument("--config", metavar="FILE", help="read the settings from this file")
    either.add_argument("--isolated", action="store_true", help="read no settings")
    add("--version", action="version", version=f"convlint {__version__}", help="print the version")
    add("--help", "-h", action="help", help="print this")
    options = parser.parse_intermixed_args(argv)
    for name in ("select", "extend_select", "ignore"):
        values = getattr(options, name)
        words = [word.strip() for value in values for word in value.split(",") if word.strip()]
        if values and not words:
            parser.error(f"argument --{name.replace('_', '-')}: expected rules")
        setattr(options, name, words)
    return options


def _settings(options: Namespace) -> settings.Settings:
    if options.isolated:
        return settings.Settings()
    if options.config is not None:
        found = settings.read(options.config)
        assert found is not None
        return found
    return settings.discover(os.getcwd())


def _check(
    options: Namespace, config: settings.Settings, codes: frozenset[str], summary: Summary, least: Severity
) -> Iterator[Checked]:
    """Lint file after file and sum up; yields the files with findings to show."""
    skips = options.skip_unrecognised or config.skip_unrecognised
    stdin_name = options.stdin_filename or "<stdin>"
    targets, summary.failures = paths.collect(options.paths or [os.curdir], config.excludes)
    unswept = 0
    for target in targets:
        name = stdin_name if target.path == paths.STDIN else target.path
        named = target.named and not skips
        if target.named and skips and config.excludes(name):
            summary.skipped += 1
            continue
        result = files.check(target, name, codes - config.ignored(name), named)
        if isinstance(result, Failure):
            summary.failures.append(result)
            continue
        if not result.recognised:
            summary.skipped += 1
            continue
        shown = _count(result, summary, least)
        if shown:
            yield Checked(result.source, shown)
        unswept += len(result.source.text)
        if unswept > _SWEEP_AFTER and not gc.isenabled() and target is not targets[-1]:
            unswept = 0
            gc.collect()


def _count(result: Result, summary: Summary, least: Severity) -> list[Diagnostic]:
    """Add the result of a file to the summary; returns the findings to show."""
    summary.files += 1
    summary.suppressed += result.suppressed
    for severity, count in counted(result.findings).items():
        summary.severities[severity] += count
    shown = [found for found in result.findings if (found.severity or Severity.ERROR) >= least]
    for found in shown:
        summary.rules[found.code] = summary.rules.get(found.code, 0) + 1
    return shown


def _report(checked: Iterator[Checked], summary: Summary, options: Namespace, shows_info: bool) -> None:
    """Print findings as they come, then failures, then what sums up."""
    style = chosen(options.color, sys.stdout)
    if options.format == "json":
        from convlint.reports import json_report

        print(json_report.report(checked, summary))
    elif options.format == "github":
        from convlint.reports import github

        annotated = github.report(checked, summary, style)
        if annotated:
            print(annotated)
    elif options.format == "concise":
        from convlint.reports import concise

        for file in checked:
            print("\n".join(concise.finding(file.source, found, style) for found in file.findings))
    else:
        for file in checked:
            for found in file.findings:
                print(text.finding(file.source, found, style), end="\n\n")
    sys.stdout.flush()
    if options.format != "github":  # there they are annotations
        for failure in summary.failures:
            print(f"convlint: {escape(failure.path)}: {escape(failure.message)}", file=sys.stderr)
    if options.format == "json":
        return
    if options.statistics and summary.rules:
        print(text.statistics(summary))
    if not options.quiet:
        if summary.files or summary.failures:
            print(text.footer(summary, shows_info, style))
        else:
            where = ", ".join(escape(path) for path in options.paths) or "this folder"
            print(f"convlint: nothing to check in {where} ({summary.skipped:,} skipped)", file=sys.stderr)


def _refuse(message: str) -> int:
    print(f"convlint: {escape(message)}", file=sys.stderr)
    return exits.TROUBLE
