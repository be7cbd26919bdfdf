"""``convlint [check] PATH...``: look for mistakes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.options import Options, parse
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result, counted
from convlint.reports.escape import escape
from convlint.reports.style import chosen
from convlint.reports.summary import counted as many
from convlint.reports.summary import footer, statistics
from convlint.session import configuration, files, paths, settings
from convlint.session.outcome import Checked, Failure, Summary

#: The garbage collector is off; after so many characters of networks it may run once.
_SWEEP_AFTER = 4_000_000


def run(argv: list[str]) -> int:
    """Check what a command line asks for; the exit code says what came of it."""
    options = parse(argv)
    try:
        config = configuration.settings_for(options.config, options.isolated)
        given = configuration.format_options(options, config)
        codes = settings.selected(config, options.select, options.extend_select, options.ignore)
    except settings.SettingsError as error:
        return _refuse(str(error))
    except KeyError as error:
        return _refuse(catalogue.unknown_rule(error.args[0]))
    fail_on = settings.SEVERITIES[options.fail_on] if options.fail_on else config.fail_on
    shows_info = options.info or fail_on == Severity.INFO
    summary = Summary()
    checked = _check(options, config, given, codes, summary, Severity.INFO if shows_info else Severity.WARNING)
    if options.diff:
        _print_diffs(checked, summary)
    else:
        _report(checked, summary, options, shows_info)
    if summary.failures:
        return exits.TROUBLE
    failed = any(count for severity, count in summary.severities.items() if severity >= fail_on)
    return exits.FINDINGS if failed and not options.exit_zero else exits.CLEAN


def _check(
    options: Options,
    config: settings.Settings,
    given: files.FormatOptions,
    codes: frozenset[str],
    summary: Summary,
    least: Severity,
) -> Iterator[Checked]:
    """Lint file after file and sum up; yields the files with findings to show."""
    skips = options.skip_unrecognised or config.skip_unrecognised
    stdin_name = options.stdin_filename
    targets, summary.failures = paths.collect(options.paths or [os.curdir], config.excludes)
    unswept = 0
    for target in targets:
        name = stdin_name if target.path == paths.STDIN else target.path
        named = target.named and not skips
        if target.named and skips and config.excludes(name):
            summary.skipped += 1
            continue
        result = files.check(target, name, codes - config.ignored(name), named, given)
        if isinstance(result, Failure):
            summary.failures.append(result)
            continue
        if not result.recognised:
            summary.skipped += 1
            continue
        change = None
        if (options.fix or options.diff) and result.findings:
            wanted = codes - config.ignored(name)
            repaired = files.repair(target, result, wanted, named, least, options.unsafe_fixes, options.fix, given)
            if isinstance(repaired, Failure):
                summary.failures.append(repaired)
            else:
                summary.fixed += repaired.fixes
                change = repaired.diff
                result = repaired.result
        shown = _count(result, summary, least)
        if shown or change:
            yield Checked(result.source, shown, change)
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
        if found.fixes:
            summary.fixable[any(fix.safe for fix in found.fixes)] += 1
    return shown


def _report(checked: Iterator[Checked], summary: Summary, options: Options, shows_info: bool) -> None:
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
            from convlint.reports import text  # a clean run needs none of it

            for found in file.findings:
                print(text.finding(file.source, found, style), end="\n\n")
    sys.stdout.flush()
    if options.format != "github":  # there they are annotations
        for failure in summary.failures:
            print(f"convlint: {escape(failure.path)}: {escape(failure.message)}", file=sys.stderr)
    if options.format == "json":
        return
    if options.statistics and summary.rules:
        print(statistics(summary))
    if not options.quiet:
        if summary.files or summary.failures:
            print(footer(summary, shows_info, style))
        else:
            where = ", ".join(escape(path) for path in options.paths) or "this folder"
            print(f"convlint: nothing to check in {where} ({summary.skipped:,} skipped)", file=sys.stderr)


def _print_diffs(checked: Iterator[Checked], summary: Summary) -> None:
    """Print what would be changed, ready for ``git apply``; a terminal gets nothing that it would obey."""
    changed = 0
    for file in checked:
        if file.change:
            changed += 1
            if sys.stdout.isatty():
                print("\n".join(map(escape, file.change.split("\n"))), end="")
            else:  # the bytes of the file, whatever the locale: a patch has to fit
                sys.stdout.flush()
                sys.stdout.buffer.write(file.change.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()
    for failure in summary.failures:
        print(f"convlint: {escape(failure.path)}: {escape(failure.message)}", file=sys.stderr)
    print(f"Would fix {many(summary.fixed, 'finding')} in {many(changed, 'file')}.", file=sys.stderr)


def _refuse(message: str) -> int:
    print(f"convlint: {escape(message)}", file=sys.stderr)
    return exits.TROUBLE
