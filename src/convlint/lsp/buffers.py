"""The texts that are open in the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls import uris

from convlint.findings import Diagnostic
from convlint.ide import Shift, View
from convlint.lsp.positions import Lines
from convlint.session.outcome import Failure

#: What a text that is stored nowhere is called, by the language that the editor takes it for.
_UNTITLED = {"json": "untitled.json", "jsonc": "untitled.json", "ini": "untitled.cfg", "properties": "untitled.cfg"}


class Wishes(NamedTuple):
    """What a user says in the settings of his editor.

    ``scale`` is the variant to look at first, ``hints`` whether there are words behind layers, ``config`` the path of
    the one file of settings to read.
    """

    scale: str | None = None
    hints: bool = True
    config: str | None = None

    @classmethod
    def read(cls, said: Any) -> Wishes:
        """The wishes in a table; what is of another kind than it must be counts as not said."""
        if not isinstance(said, dict):
            return cls()
        scale, hints, config = said.get("scale"), said.get("hints"), said.get("config")
        return cls(
            scale if isinstance(scale, str) and scale else None,
            hints if isinstance(hints, bool) else True,
            config if isinstance(config, str) and config else None,
        )


class Outcome(NamedTuple):
    """What a check came to: a view, a failure, or neither if the text is none of ours.

    ``partial`` says that only the chosen variant was checked.
    """

    view: View | None = None
    failure: Failure | None = None
    partial: bool = False


class Buffer:
    """One text, as it is in the editor."""

    def __init__(self, document: types.TextDocumentItem, encoding: str) -> None:
        self.uri = document.uri
        path = uris.to_fs_path(document.uri) if document.uri.startswith("file:") else None
        #: Whether it has a place in the file system, with settings and code around it.
        self.stored = path is not None
        self.path = path or _name(document)
        self.version = document.version
        self.lines = Lines(document.text, encoding)
        self.wishes = Wishes()
        #: What came of the version ``seen``; ``good`` is the last view that told of layers.
        self.outcome = Outcome()
        self.seen: int | None = None
        self.good: View | None = None
        #: The last view of all variants.
        self.full: View | None = None
        #: The variants of the text, and what they are called, when all were checked.
        self.variants: list[str] = []
        self.variant_word = ""
        self.selected: str | None = None
        #: Set when the text or anything around it changes.
        self.touched = asyncio.Event()
        #: Counts what it was touched by.
        self.touches = 0
        self.task: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def text(self) -> str:
        """The text of the version."""
        return self.lines.text

    def change(self, changes: Sequence[types.TextDocumentContentChangeEvent], version: int) -> None:
        """Take over what somebody typed."""
        encoding = self.lines.encoding
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = self.lines.span(change.range)
                self.lines = Lines(self.text[:start] + change.text + self.text[end:], encoding)
            else:
                self.lines = Lines(change.text, encoding)
        self.version = version

    def take(self, outcome: Outcome) -> list[View]:
        """Take over what came of the present version, and wake who waits for it; the views that nobody needs now."""
        before = {self.outcome.view, self.good}
        self.outcome, self.seen = outcome, self.version
        view = outcome.view
        if view is not None and view.readable:
            self.good = view
        if view is not None and not outcome.partial and view.readable:
            self.full = view
            networks = [one.network for one in view.result.derivations]
            self.variants = list(dict.fromkeys(one.variant for one in networks if one.variant is not None))
            self.variant_word = networks[0].variant_word
            self.selected = view.result.selected
        self.wake()
        return [one for one in before - {view, self.good} if one is not None]

    @property
    def findings(self) -> list[Diagnostic]:
        """What is found; of other variants than the chosen one what was, until they are checked again."""
        view = self.outcome.view
        found = [] if view is None else view.findings
        if view is None or self.full is None or not self.outcome.partial:
            return found
        shift = Shift(self.full.source.text, self.text)
        others = [one for one in self.full.findings if one.variants and view.chosen not in one.variants]
        return found + [shift.finding(one) for one in others]

    def wake(self) -> None:
        """Let everybody look again."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def waited(self) -> None:
        """Wait until something is known, or the text is closed."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    @property
    def chosen(self) -> str | None:
        """The variant to look at first; None where there is one only."""
        if len(self.variants) < 2:
            return None
        for word in (self.wishes.scale, self.selected):
            if word in self.variants:
                return word
        return self.variants[0]


def _name(document: types.TextDocumentItem) -> str:
    """What to call a text without a path: its syntax is told from that."""
    name = unquote(urlsplit(document.uri).path).rpartition("/")[2]
    return name if "." in name else _UNTITLED.get(document.language_id, "untitled.yaml")
