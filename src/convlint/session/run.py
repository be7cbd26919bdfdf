"""A run over files, perhaps in several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from time import monotonic

from convlint.session.outcome import Came, Shown, Summary
from convlint.session.paths import Target
from convlint.session.running import Asked, checked_all
from convlint.session.session import Session

#: How many files tell whether several processes pay, and how many seconds of work have to be left for that.
_TRIED, _PAYS = 16, 0.3


class Run:
    """Lints file after file and sums up.

    ``jobs`` is the number of processes, None as many as pay.  ``progress`` is told how many files are done, and of how
    many.
    """

    def __init__(
        self,
        session: Session,
        asked: Asked,
        paths: list[str],
        jobs: int | None = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.session = session
        self.asked = asked
        self.paths = paths
        self.jobs = jobs
        self.progress = progress
        self.summary = Summary()
        self._networks: list[str] = []

    def shown(self) -> Iterator[Shown]:
        """The files with something to show."""
        targets, self.summary.failures = self.session.targets(self.paths)
        for done, came in enumerate(self._came(targets), 1):
            self.summary.add(came)
            if came.checked and not targets[done - 1].streamed:
                self._networks.append(targets[done - 1].path)
            if self.progress is not None:
                self.progress(done, len(targets))
            if came.shown is not None:
                yield came.shown
        for path, looked_at in self.summary.looked_at.items():
            baseline = self.session.baseline_at(path)
            stale = baseline.stale(self.summary.known.get(path, set()), looked_at, self.paths)
            if stale:
                self.summary.stale[path] = stale

    def checked(self, path: str) -> bool:
        """Whether a path is that of a network that was checked, over which nothing is to be written."""
        return os.path.exists(path) and any(
            os.path.exists(network) and os.path.samefile(network, path) for network in self._networks
        )

    def _came(self, targets: list[Target]) -> Iterator[Came]:
        """What came of each file.

        The first ones are checked here: that tells how long the others will take, and loads what all need before
        processes are made that inherit it.
        """
        jobs = _cores() if self.jobs is None else self.jobs
        if jobs == 1 or len(targets) < (2 * _TRIED if self.jobs is None else 2) or any(one.streamed for one in targets):
            yield from checked_all(self.session, targets, self.asked)
            return
        tried = _TRIED if self.jobs is None else max(1, min(_TRIED, len(targets) // (4 * jobs)))
        start = monotonic()
        yield from checked_all(self.session, targets[:tried], self.asked)
        rest = targets[tried:]
        if self.jobs is None:
            expected = (monotonic() - start) / tried * len(rest)
            if expected < _PAYS:
                jobs = 1
        if jobs == 1:
            yield from checked_all(self.session, rest, self.asked)
            return
        from convlint.session.parallel import checked_by_several

        yield from checked_by_several(self.session, rest, self.asked, jobs)


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
