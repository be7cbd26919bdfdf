"""Files checked by several processes: the results are those of one process, in the same order.

Which process checks which files is settled beforehand, so that nothing depends on how fast one of them is.  Each sends
its results through a pipe and waits when that is full, so that no results pile up.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from multiprocessing.connection import Connection
from typing import Any

from convlint.session.outcome import Came, Failure
from convlint.session.paths import Target
from convlint.session.running import Asked, checked_all
from convlint.session.session import Session, Wanted

#: So many files are checked at a stretch: those of a folder often share what was read beside them.
_STRETCH = 16
#: Whether processes are copies of this one. Elsewhere than on Linux a copy may lack what the system's libraries need.
_COPIED = sys.platform == "linux"


def checked_by_several(session: Session, targets: Sequence[Target], asked: Asked, jobs: int) -> Iterator[Came]:
    """What a run makes of some files, in their order."""
    stretch = max(1, min(_STRETCH, -(-len(targets) // jobs)))
    stretches = [targets[start : start + stretch] for start in range(0, len(targets), stretch)]
    workers: list[_Worker] = []
    told: set[tuple[str, int | None, str]] = set()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # what is still to be written would be written by each process
    try:
        for number in range(min(jobs, len(stretches))):
            workers.append(_Worker(session, asked, stretches[number::jobs], workers))
        for number in range(len(stretches)):
            for came in workers[number % jobs].results():
                _once(came, told)
                yield came
    finally:
        for worker in workers:
            worker.end()


def _once(came: Came, told: set[tuple[str, int | None, str]]) -> None:
    """Settings with a mistake are told once, however many processes met it."""
    if came.checked or not came.failures:
        return
    failure = came.failures[0]
    if failure.path == came.name:
        return
    key = (failure.path, failure.line, failure.message)
    if key in told:
        came.failures = []
        came.skipped = True
    told.add(key)


class _Worker:
    """A process that checks its stretches one after the other; another one takes over if it dies."""

    def __init__(
        self, session: Session, asked: Asked, stretches: Sequence[Sequence[Target]], others: list[_Worker]
    ) -> None:
        #: A copy of this process has what it has read; another one has to read it anew.
        self._session = session if _COPIED else session.wanted
        self._asked = asked
        #: Each with whether it is a file of a stretch on which a process died.
        self._left: deque[tuple[Sequence[Target], bool]] = deque((stretch, False) for stretch in stretches)
        self._others = others
        self._start()

    def _start(self) -> None:
        context: Any = multiprocessing.get_context("fork" if _COPIED else "spawn")
        self.connection, theirs = context.Pipe(duplex=False)
        # What a copy of this process holds open would keep the pipes of the others alive.
        inherited = [other.connection for other in (*self._others, self)] if _COPIED else []
        work = [stretch for stretch, _ in self._left]
        self._process = context.Process(
            target=_work, args=(theirs, inherited, self._session, self._asked, work), daemon=True
        )
        self._process.start()
        theirs.close()

    def results(self) -> Iterator[Came]:
        """What came of the next stretch."""
        try:
            found: list[Came] = self.connection.recv()
        except (EOFError, OSError):
            yield from self._after_death()
            return
        self._left.popleft()
        yield from found

    def _after_death(self) -> Iterator[Came]:
        """Look at the files of a stretch one by one; the one on which a process dies again is not checked."""
        stretch, alone = self._left.popleft()
        self.connection.close()
        self._process.join()
        if alone or len(stretch) == 1:
            yield _died(stretch[0], self._process.exitcode)
            if self._left:
                self._start()
            return
        self._left.extendleft(([target], True) for target in reversed(stretch))
        self._start()
        for _ in stretch:
            yield from self.results()

    def end(self) -> None:
        """Stop the process, if it is not done."""
        self.connection.close()
        if self._process.is_alive():
            self._process.terminate()
        self._process.join()


def _died(target: Target, code: int | None) -> Came:
    came = Came()
    came.name = target.path
    how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with {code}"
    came.failures.append(Failure(target.path, f"cannot be checked: the process that did {how}"))
    return came


def _work(
    connection: Connection,
    inherited: list[Connection],
    given: Session | Wanted,
    asked: Asked,
    stretches: Sequence[Sequence[Target]],
) -> None:
    """Be the process: check, and send what came of each stretch."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one ends it
    for other in inherited:
        other.close()
    session = Session(given) if isinstance(given, Wanted) else given
    every = checked_all(session, chain.from_iterable(stretches), asked)
    try:
        for stretch in stretches:
            found = []
            for target in stretch:
                came = next(every)
                came.name = target.path
                came.findings = []
                for one in came.shown.findings if came.shown is not None else ():
                    one.key = None  # has told it from others of its file, and may be anything
                found.append(came)
            connection.send(found)
    except OSError:  # nobody listens any more
        pass
