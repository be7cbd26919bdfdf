"""``convlint renumber FILE...``: row numbers and index comments written anew after rows were put in or taken out."""

from __future__ import annotations

import sys

from convlint.cli import troubles
from convlint.cli.options import Options
from convlint.reports import patch
from convlint.reports.escape import escape
from convlint.reports.summary import counted as many
from convlint.session.outcome import Failure
from convlint.session.renumbering import Renumbered, Undecided, renumber


def run(options: Options) -> int:
    """Print the change of some files, or make it."""
    said = troubles.Troubles()
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    guard = patch.Guard(sys.stdout)
    for checked in said.checked(session, options.paths):
        done = renumber(session, checked, options.against, options.write)
        if isinstance(done, Failure):
            said.failed(done.place, done.message)
        elif isinstance(done, Undecided):
            _list(said, checked.name, done)
        else:
            _tell(said, checked.name, done, options, guard)
    sys.stdout.write(guard.closing())
    sys.stdout.flush()
    return said.told()


def _list(said: troubles.Troubles, name: str, done: Undecided) -> None:
    """Say what may have happened."""
    said.failed(name, "nothing is changed, for there are several possibilities (`--against FILE` tells them apart):")
    shown = done.possibilities[:8]
    said.lines += [f"  - {escape(one, 400)}" for one in shown]
    if len(done.possibilities) > len(shown):
        said.lines.append(f"  - and {len(done.possibilities) - len(shown)} more")


def _tell(said: troubles.Troubles, name: str, done: Renumbered, options: Options, guard: patch.Guard) -> None:
    """Show a change, or say that it was made."""
    if done.diff is None:
        said.lines.append(f"convlint: {escape(name)}: nothing to renumber")
    else:
        if not options.write:
            refused = guard.show(done.diff, sys.stdout, "renumber")
            if refused is not None:
                said.failed(name, refused)
                return
        counts = [many(done.numbers, "row number")] if done.numbers else []
        counts += [many(done.comments, "comment")] if done.comments else []
        verb = "wrote" if options.write else "would write"
        said.lines.append(f"convlint: {escape(name)}: {escape(done.why, 400)}; {verb} {' and '.join(counts)}")
    said.lines += [f"  note: {escape(note, 400)}" for note in done.notes]
