"""``convlint [check] PATH...``: look for mistakes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.findings import Diagnostic, Severity
from convlint.lint import counted
from convlint.reports import REPORTS
from convlint.reports.escape import escape
from convlint.reports.style import chosen
from convlint.reports.summary import counted as many
from convlint.reports.summary import footer, notes, skips, statistics
from convlint.session.outcome import Failure, Shown, Summary
from convlint.session.session import Checked, Session
from convlint.session.settings import SEVERITIES

#: The garbage collector is off; after so many characters of networks it may run once.
_SWEEP_AFTER = 4_000_000


def run(options: Options) -> int:
    """Check what a command line asks for; the exit code says what came of it."""
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    if options.show_files:
        return _list_files(session, options)
    run = _Run(session, options)
    if options.diff:
        _print_diffs(run.shown(), run.summary)
    else:
        _report(run, options)
    if run.summary.failures:
        return exits.TROUBLE
    return exits.FINDINGS if run.failed and not options.exit_zero else exits.CLEAN


class _Run:
    """Lints file after file and sums up."""

    def __init__(self, session: Session, options: Options) -> None:
        self.session = session
        self.options = options
        self.summary = Summary()
        #: Whether anything was found at the level of ``--fail-on``, or what the settings of its file say.
        self.failed = False
        self.fail_on = SEVERITIES[options.fail_on] if options.fail_on else None
        #: Whether infos are shown, and not only counted.
        self.shows_info = options.info or self.fail_on == Severity.INFO

    def shown(self) -> Iterator[Shown]:
        """The files with something to show."""
        options, summary = self.options, self.summary
        targets, summary.failures = self.session.targets(options.paths or [os.curdir])
        unswept = 0
        for target in targets:
            checked = self.session.check(target)
            if isinstance(checked, Failure):
                summary.failures.append(checked)
                continue
            if checked is None:
                summary.skipped += 1
                skipped = self.session.skipped
                if skipped is not None and skipped.kind is not None:
                    kind = skipped.kind
                    summary.kinds[kind] = summary.kinds.get(kind, 0) + 1
                continue
            shown = self.of_file(checked)
            if shown.findings or shown.change:
                yield shown
            unswept += len(shown.source.text)
            if unswept > _SWEEP_AFTER and not gc.isenabled() and target is not targets[-1]:
                unswept = 0
                gc.collect()

    def of_file(self, checked: Checked) -> Shown:
        """What is to be shown of a file, after it was fixed if that is wanted; and count it."""
        options, summary, result = self.options, self.summary, checked.result
        fail_on = self.fail_on or checked.settings.fail_on
        least = Severity.INFO if options.info or fail_on == Severity.INFO else Severity.WARNING
        self.shows_info = self.shows_info or least == Severity.INFO
        change = None
        if (options.fix or options.diff) and result.findings:
            repaired = self.session.repair(checked, least, options.unsafe_fixes, options.fix)
            if isinstance(repaired, Failure):
                summary.failures.append(repaired)
            else:
                summary.fixed += repaired.fixes
                change = repaired.diff
                result = repaired.result
        summary.files += 1
        summary.suppressed += result.suppressed
        summary.notes.update(result.notes)
        for severity, count in counted(result.findings).items():
            summary.severities[severity] += count
            self.failed = self.failed or (count > 0 and severity >= fail_on)
        shown = [found for found in result.findings if (found.severity or Severity.ERROR) >= least]
        self.count(shown)
        return Shown(result.source, shown, change)

    def count(self, shown: list[Diagnostic]) -> None:
        """Add what is shown of a file to the summary."""
        rules, fixable = self.summary.rules, self.summary.fixable
        for found in shown:
            rules[found.code] = rules.get(found.code, 0) + 1
            if found.fixes:
                fixable[any(fix.safe for fix in found.fixes)] += 1


def _report(run: _Run, options: Options) -> None:
    """Print findings as they come, then failures, then what sums up."""
    style = chosen(options.color, sys.stdout)
    report = REPORTS[options.format or "full"]
    for part in report.parts(run.shown(), run.summary, style):
        print(part)
    sys.stdout.flush()
    summary = run.summary
    if report.complains:
        for failure in summary.failures:
            print(f"convlint: {escape(failure.place)}: {escape(failure.message)}", file=sys.stderr)
    if not report.sums_up:
        return
    if options.statistics and summary.rules:
        print(statistics(summary))
    if not options.quiet:
        if summary.files or summary.failures:
            print(footer(summary, run.shows_info, style))
            if report.notes:
                for line in notes(summary):
                    print(style.writable(line))
        else:
            where = ", ".join(escape(path) for path in options.paths) or "this folder"
            print(f"convlint: nothing to check in {where}: {skips(summary)}", file=sys.stderr)


def _list_files(session: Session, options: Options) -> int:
    """Print which files would be checked, and why the others would not."""
    from convlint.reports import files_report
    from convlint.session.listing import listed

    files = listed(session, options.paths or [os.curdir])
    if options.format == "json":
        print(files_report.as_json(files))
    else:
        for line in files_report.text(files, chosen(options.color, sys.stdout)):
            print(line)
    return exits.CLEAN


def _print_diffs(shown: Iterator[Shown], summary: Summary) -> None:
    """Print what would be changed, ready for ``git apply``; a terminal or a CI gets nothing that it would obey."""
    from convlint.reports import patch

    changed = 0
    guard = patch.Guard(sys.stdout)
    for file in shown:
        if not file.change:
            continue
        refused = guard.show(file.change, sys.stdout, "--diff")
        if refused is not None:
            summary.failures.append(Failure(file.source.path, refused))
            continue
        changed += 1
    sys.stdout.flush()
    sys.stdout.write(guard.closing())
    sys.stdout.flush()
    for failure in summary.failures:
        print(f"convlint: {escape(failure.place)}: {escape(failure.message)}", file=sys.stderr)
    print(f"Would fix {many(summary.fixed, 'finding')} in {many(changed, 'file')}.", file=sys.stderr)
