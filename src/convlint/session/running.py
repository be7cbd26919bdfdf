"""What is asked of a run over files, and what comes of each file."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from convlint.catalogue import Severity
from convlint.lint import counted
from convlint.session.outcome import Came, Failure, Shown
from convlint.session.paths import Target
from convlint.session.session import Checked, Session

#: The garbage collector may be off; after so many characters of networks it may run once.
_SWEEP_AFTER = 2_000_000


class Asked(NamedTuple):
    """What a run is for.

    ``fail_on`` wins over the settings; ``info`` shows infos.  ``fix`` repairs files, ``diff`` tells the change only.
    """

    fail_on: Severity | None = None
    info: bool = False
    fix: bool = False
    diff: bool = False
    unsafe: bool = False


def came_of(session: Session, checked: Checked | Failure | None, asked: Asked) -> Came:
    """What a run makes of a file that was checked, after it was fixed if that is wanted."""
    came = Came()
    if isinstance(checked, Failure):
        came.failures.append(checked)
        return came
    if checked is None:
        came.skipped = True
        came.kind = session.skipped.kind if session.skipped is not None else None
        return came
    result = checked.result
    settings = checked.settings
    fail_on = asked.fail_on or settings.fail_on
    least = Severity.INFO if asked.info or settings.info or fail_on == Severity.INFO else Severity.WARNING
    change = None
    if (asked.fix or asked.diff) and result.findings:
        repaired = session.repair(checked, least, asked.unsafe or settings.unsafe_fixes, asked.fix)
        if isinstance(repaired, Failure):
            came.failures.append(repaired)
        else:
            came.fixed = repaired.fixes
            came.made = list(repaired.made)
            change = repaired.diff
            result = repaired.result
    came.checked = True
    came.name = checked.name
    came.findings = result.findings
    baseline = session.baseline(settings)
    if baseline is not None:
        came.baseline = baseline.path
        came.findings, came.known = baseline.known(result.source, result.findings)
    came.shows_info = least == Severity.INFO
    came.suppressed = result.suppressed
    came.notes = result.notes
    if settings.sources and not session.wanted.select and (off := settings.off()):
        came.off = settings.sources[-1], off
    came.severities = {severity: count for severity, count in counted(came.findings).items() if count}
    came.failed = any(severity >= fail_on for severity in came.severities)
    shown = [found for found in came.findings if (found.severity or Severity.ERROR) >= least]
    if shown or change:
        came.shown = Shown(result.source, shown, change)
    return came


def checked_all(session: Session, targets: Iterable[Target], asked: Asked) -> Iterator[Came]:
    """What a run makes of some files, one after the other."""
    unswept = 0
    for target in targets:
        if unswept > _SWEEP_AFTER and not gc.isenabled():
            unswept = 0
            gc.collect()
        checked = session.check(target)
        came = came_of(session, checked, asked)
        unswept += len(checked.result.source.text) if isinstance(checked, Checked) else 0
        del checked
        yield came
