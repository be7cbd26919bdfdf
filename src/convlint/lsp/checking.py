"""Checks texts while somebody types: one at a time, the newest version only, the chosen variant before the others."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

from convlint import formats
from convlint.document import Source
from convlint.formats.lowered import GivenUp, Memory
from convlint.ide import View
from convlint.lsp.buffers import Buffer, Outcome, Wishes
from convlint.session.outcome import Failure
from convlint.session.paths import STDIN, Target
from convlint.session.session import Session, Usage, Wanted
from convlint.session.settings import SettingsError, candidates
from convlint.session.trouble import internal_error

#: So long nobody types before the other variants are checked, in seconds.
IDLE = 0.4
#: Looking for garbage takes as long as a check: done after so many, it delays fewer than one key in twenty.
_SWEPT_AFTER = 24

T = TypeVar("T")


class _Asked(NamedTuple):
    """A text as it is when it is to be checked."""

    path: str
    stored: bool
    text: str
    wishes: Wishes
    #: The key of the option that chooses, and the variant; None for all.
    chosen: tuple[str, str] | None


class _Memory(Memory):
    """What formats keep for as long as the server runs; ``wanted`` says whether somebody still waits."""

    def __init__(self) -> None:
        super().__init__(lasting=True)
        self.wanted: Callable[[], bool] = lambda: True

    def go_on(self) -> None:
        """Stop where nobody waits any more."""
        if not self.wanted():
            raise GivenUp


class Checker:
    """Follows the buffers. All that is worked out is worked out in one thread, one thing after the other."""

    def __init__(self, publish: Callable[[Buffer, Outcome], None]) -> None:
        self.publish = publish
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="convlint")
        self._memory = _Memory()
        self._sessions: dict[object, Session] = {}
        #: The files of settings of a folder, with the time and the size of each, when they were read.
        self._stamps: dict[str, object] = {}
        #: What waits for the thread and is more urgent than other variants.
        self._urgent = 0
        #: How often was tidied up.
        self._tidied = 0

    # On the thread of the event loop ---------------------------------------------------------------------------

    def touch(self, buffer: Buffer) -> None:
        """Check a buffer: it, or something around it, changed."""
        buffer.touches += 1
        buffer.seen = None
        buffer.touched.set()
        if buffer.task is None or buffer.task.done():
            buffer.task = asyncio.get_running_loop().create_task(self._follow(buffer))

    def close(self, buffer: Buffer) -> None:
        """Nobody asks about a buffer any more."""
        buffer.touches += 1
        if buffer.task is not None:
            buffer.task.cancel()
        buffer.wake()

    def stop(self) -> None:
        """End with the server."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def work(self, function: Callable[[], T]) -> T:
        """Work something out for somebody who waits."""
        self._urgent += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function)
        finally:
            self._urgent -= 1

    async def _follow(self, buffer: Buffer) -> None:
        while True:
            buffer.touched.clear()
            touches = buffer.touches
            chosen = (buffer.variant_word, buffer.chosen) if buffer.chosen is not None else None
            asked = _Asked(buffer.path, buffer.stored, buffer.text, buffer.wishes, chosen)
            outcome = await self.work(partial(self._check, asked))
            if buffer.touches != touches:
                continue
            if outcome.partial and (outcome.view is None or not _has(outcome.view)):
                # The chosen variant is gone.
                outcome = await self.work(partial(self._check, asked._replace(chosen=None)))
            if buffer.touches != touches:
                continue
            self._take(buffer, outcome)
            if not outcome.partial or await self._rest(buffer, asked, touches):
                return

    def _take(self, buffer: Buffer, outcome: Outcome) -> None:
        """Show what came of a check, and tidy up behind it: who asked about older views was answered before."""
        old = buffer.take(outcome)
        self.publish(buffer, outcome)
        asyncio.get_running_loop().run_in_executor(self._pool, partial(self._tidy, old))

    async def _rest(self, buffer: Buffer, asked: _Asked, touches: int) -> bool:
        """Check the other variants too when nobody types; False if somebody does."""
        while True:
            try:
                await asyncio.wait_for(buffer.touched.wait(), IDLE)
            except TimeoutError:
                pass
            if buffer.touches != touches:
                return False
            wanted = partial(self._quiet, buffer, touches)
            everything = partial(self._others, asked._replace(chosen=None), wanted)
            outcome = await asyncio.get_running_loop().run_in_executor(self._pool, everything)
            if buffer.touches != touches:
                return False
            if outcome is not None:
                self._take(buffer, outcome)
                return True

    def _quiet(self, buffer: Buffer, touches: int) -> bool:
        return buffer.touches == touches and not self._urgent

    # On the other thread ---------------------------------------------------------------------------------------

    def _tidy(self, old: list[View]) -> None:
        """Free what was known of older texts, and now and then what code that was followed left in circles.

        Python by itself would look for garbage in the middle of a check, before anybody learns what came of it, and go
        through all that lasts each time.
        """
        for view in old:
            view.let_go()
        old.clear()
        self._tidied += 1
        if self._tidied % _SWEPT_AFTER == 0:
            gc.collect()
        if self._tidied == _SWEPT_AFTER:
            # By now everything that lasts was loaded.
            gc.freeze()

    def _others(self, asked: _Asked, wanted: Callable[[], bool]) -> Outcome | None:
        """What comes of all variants of a text; None if it was given up."""
        self._memory.wanted = wanted
        try:
            return self._check(asked)
        except GivenUp:
            return None
        finally:
            self._memory.wanted = lambda: True

    def _check(self, asked: _Asked) -> Outcome:
        """What comes of a text."""
        try:
            return self._outcome(asked)
        except SettingsError as error:
            return Outcome(failure=Failure(error.path, error.message, error.line))
        except Usage as error:
            return Outcome(failure=Failure(asked.path, str(error)))
        except Exception as error:
            return Outcome(failure=Failure(asked.path, internal_error(error)))

    def _outcome(self, asked: _Asked) -> Outcome:
        session = self._session(asked)
        session.settings(asked.path)
        target = Target(asked.path if asked.stored else STDIN, True)
        checked = session.check(target, text=(Source(asked.path, asked.text), None))
        if isinstance(checked, Failure):
            return Outcome(failure=checked)
        if checked is None:
            return Outcome()
        chosen = asked.chosen[1] if asked.chosen is not None else asked.wishes.scale or checked.result.selected
        baseline = session.baseline(checked.settings)
        new = None if baseline is None else baseline.known(checked.result.source, checked.result.findings)[0]
        return Outcome(View(session, checked, chosen, new), partial=asked.chosen is not None)

    def _session(self, asked: _Asked) -> Session:
        """The session for a text; a new one where settings have changed since."""
        folder = os.path.dirname(asked.path) if asked.stored else os.curdir
        stamps = [_stamp(path) for path in (asked.wishes.config, *candidates(folder)) if path is not None]
        if self._stamps.setdefault(folder, stamps) != stamps:
            self._stamps = {folder: stamps}
            self._sessions.clear()
        name = "-" if asked.stored else asked.path
        key = (asked.wishes.config, name, asked.chosen)
        session = self._sessions.get(key)
        if session is None:
            options = {} if asked.chosen is None else _options(*asked.chosen)
            wanted = Wanted(asked.wishes.config, False, [], [], [], True, name, options)
            session = self._sessions[key] = Session(wanted, self._memory)
        return session


def _has(view: View) -> bool:
    """Whether a view has the variant that it is to look at, or cannot be read anyway."""
    found = view.result.derivations
    return not found or any(one.network.variant == view.chosen for one in found)


def _options(word: str, variant: str) -> dict[str, list[str]]:
    """The option that chooses a variant: it is called what the format calls these."""
    known = any(option.key == word and option.partial for one in formats.FORMATS for option in one.OPTIONS)
    return {word: [variant]} if known else {}


def _stamp(path: str) -> tuple[str, int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return path, found.st_mtime_ns, found.st_size
