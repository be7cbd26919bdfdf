"""``convlint [check] PATH...``: look for mistakes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.cli.progress import Progress
from convlint.reports import REPORTS, automatic
from convlint.reports.escape import escape
from convlint.reports.style import Style, chosen
from convlint.reports.summary import counted as many
from convlint.reports.summary import fixes, footer, more, notes, skips, stale, statistics
from convlint.session.outcome import Failure, Shown, Summary
from convlint.session.paths import reason
from convlint.session.run import Run
from convlint.session.running import Asked
from convlint.session.session import Session
from convlint.session.settings import SEVERITIES, SettingsError

_CHECKED = "is a file that was checked, and is not written over"


def run(options: Options) -> int:
    """Check what a command line asks for; the exit code says what came of it."""
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    if options.show_files:
        return _list_files(session, options)
    if options.show_settings:
        from convlint.cli import show_settings

        return show_settings.run(session, options)
    _obey(session, options)
    asked = Asked(
        SEVERITIES[options.fail_on] if options.fail_on else None,
        options.info,
        options.fix,
        options.diff,
        options.unsafe_fixes,
    )
    progress = Progress(sys.stderr) if not options.quiet else None
    run = Run(session, asked, options.paths or [os.curdir], options.jobs, progress)
    if options.write_baseline is not None:
        return _write_baseline(run, options.write_baseline)
    if options.diff:
        _print_diffs(_clearing(run), run.summary)
    else:
        _report(run, options)
    if options.prune_baseline:
        _prune(run)
    if run.summary.failures:
        return exits.TROUBLE
    return exits.FINDINGS if run.summary.failed and not options.exit_zero else exits.CLEAN


def _obey(session: Session, options: Options) -> None:
    """Let the settings of the working directory say what holds for a whole run and the command line leaves open."""
    try:
        here = session.settings("here")
    except SettingsError:
        return  # said when a file is checked that they are for
    options.format = options.format or here.format
    options.color = options.color or here.color
    options.quiet = options.quiet or here.quiet
    options.statistics = options.statistics or here.statistics
    options.exit_zero = options.exit_zero or here.exit_zero
    options.jobs = options.jobs or here.jobs


def _report(run: Run, options: Options) -> None:
    """Print findings as they come, then failures, then what sums up."""
    style = chosen(options.color, sys.stdout)
    name = options.format or "full"
    report = REPORTS[automatic() if name == "auto" else name]
    kept: list[Shown] = []
    shown, most = _clearing(run), options.max_same
    for part in report.parts(_keeping(shown, kept) if options.outputs else shown, run.summary, style, most):
        print(part)
    sys.stdout.flush()
    summary = run.summary
    unwritten = [failure for output in options.outputs if (failure := _write(*output, kept, run, most)) is not None]
    summary.failures += unwritten
    if not report.complains:
        for failure in unwritten:
            print(f"convlint: {escape(failure.place)}: {escape(failure.message)}", file=sys.stderr)
    if report.complains:
        for failure in summary.failures:
            print(f"convlint: {escape(failure.place)}: {escape(failure.message)}", file=sys.stderr)
    if not report.sums_up:
        return
    if options.show_fixes or (report.notes and not options.quiet):
        for line in fixes(summary, options.show_fixes):
            print(style.writable(line))
    if options.statistics and summary.rules:
        print(statistics(summary))
    if not options.quiet:
        if summary.files or summary.failures:
            for line in more(summary) if report.notes else ():
                print(line)
            print(footer(summary, style))
            if report.notes:
                for line in notes(summary):
                    print(style.writable(line))
            for line in () if options.prune_baseline else stale(summary):
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


def _write_baseline(run: Run, path: str) -> int:
    """List what is found, from now on known, in a file."""
    from convlint.session import baseline

    shown = [(file.source, file.findings) for file in _clearing(run)]
    summary = run.summary
    entries = baseline.entries_of(path, shown)
    wrong = _CHECKED if run.checked(path) else None
    if wrong is None:
        try:
            baseline.write(path, entries)
        except (OSError, ValueError) as error:
            wrong = f"cannot be written: {reason(error)}"
    if wrong is None:
        print(f"Wrote {many(len(entries), 'finding')} of {many(summary.files, 'file')} to {escape(path)}.")
    else:
        summary.failures.append(Failure(path, wrong))
    sys.stdout.flush()
    for failure in summary.failures:
        print(f"convlint: {escape(failure.place)}: {escape(failure.message)}", file=sys.stderr)
    return exits.TROUBLE if summary.failures else exits.CLEAN


def _prune(run: Run) -> None:
    """Take what is gone out of all baselines that were compared."""
    from convlint.session import baseline

    for path, gone in run.summary.stale.items():
        try:
            baseline.write(path, run.session.baseline_at(path).without(gone))
        except OSError as error:
            run.summary.failures.append(Failure(path, f"cannot be written: {reason(error)}"))
            print(f"convlint: {escape(path)}: cannot be written: {reason(error)}", file=sys.stderr)
        else:
            print(f"convlint: took {many(len(gone), 'finding')} out of {escape(path)}", file=sys.stderr)


def _clearing(run: Run) -> Iterator[Shown]:
    """The files with something to show, with nothing of the progress in the way of what is printed of them."""
    try:
        for file in run.shown():
            if isinstance(run.progress, Progress):
                run.progress.clear()
            yield file
    finally:
        if isinstance(run.progress, Progress):
            run.progress.clear()


def _keeping(shown: Iterator[Shown], kept: list[Shown]) -> Iterator[Shown]:
    for file in shown:
        kept.append(file)
        yield file


def _write(name: str, path: str, kept: list[Shown], run: Run, most: int) -> Failure | None:
    """Write a report into a file, or say why that cannot be done."""
    if run.checked(path):
        return Failure(path, _CHECKED)
    report, style, summary = REPORTS[name], Style(), run.summary
    parts = [*report.parts(iter(kept), summary, style, most)]
    parts += more(summary) if report.notes else ()
    if report.sums_up:
        parts.append(footer(summary, style))
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(f"{part}\n" for part in parts)
    except (OSError, ValueError) as error:
        return Failure(path, f"cannot be written: {reason(error)}")
    return None


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
