"""Findings that were there before convlint came: they are written into a file, and known from then on.

A known finding is recognised by its rule and two of three things: its message, its line, the lines around it. So it
survives moves, edits elsewhere in its file and a new name of its file, while another mistake of the same rule is new.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.findings.fingerprints import Fingerprint, fingerprint
from convlint.session.settings import SettingsError

VERSION = 1
#: What is longer is no baseline.
_LONGEST = 1 << 28


class Entry(NamedTuple):
    """A known finding; the path is relative to the folder of the baseline, with slashes."""

    path: str
    print: Fingerprint


class Baseline:
    """The findings in one file. Raises SettingsError if it cannot be read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.entries = _read(path)
        self._folder = os.path.dirname(os.path.abspath(path))
        self._of_path: dict[str, list[int]] = {}
        for index, entry in enumerate(self.entries):
            self._of_path.setdefault(entry.path, []).append(index)
        #: Those of files that are there no more: they may have other names now.
        self._moved = [
            index
            for name, found in self._of_path.items()
            if not os.path.exists(os.path.join(self._folder, name))
            for index in found
        ]
        self._taken: set[int] = set()

    def relative(self, path: str) -> str:
        """How a file is called in this baseline."""
        return _relative(path, self._folder)

    def known(self, source: Source, findings: list[Diagnostic]) -> tuple[list[Diagnostic], list[int]]:
        """The findings of a file that are not known, and the entries for the others; no entry stands for two."""
        prints = [fingerprint(source, found) for found in findings]
        own = self._of_path.get(self.relative(source.path), [])
        free = [index for index in (*own, *self._moved) if index not in self._taken]
        left = dict(enumerate(prints))
        used: list[int] = []
        for least in (3, 2):
            for number, one in list(left.items()):
                match = next((index for index in free if _alike(self.entries[index].print, one) >= least), None)
                if match is not None:
                    free.remove(match)
                    used.append(match)
                    del left[number]
        self._taken.update(used)
        return [findings[number] for number in left], used

    def stale(self, used: set[int], checked: set[str], paths: list[str]) -> list[int]:
        """The entries whose findings are gone, as far as a run over some paths can tell: their files were checked.

        If a file is gone too, it may have another name elsewhere, unless all below the baseline's folder was looked at.
        """
        names = {self.relative(path) for path in checked}
        if any(os.path.join(self._folder, "").startswith(os.path.join(os.path.abspath(path), "")) for path in paths):
            names |= {self.entries[index].path for index in self._moved}
        return [index for index, entry in enumerate(self.entries) if index not in used and entry.path in names]

    def without(self, stale: Iterable[int]) -> list[Entry]:
        """The other entries."""
        dropped = set(stale)
        return [entry for index, entry in enumerate(self.entries) if index not in dropped]


def entries_of(path: str, files: Iterable[tuple[Source, list[Diagnostic]]]) -> list[Entry]:
    """The entries of a new baseline at a path."""
    folder = os.path.dirname(os.path.abspath(path))
    return [
        Entry(_relative(source.path, folder), fingerprint(source, found))
        for source, findings in files
        for found in findings
    ]


def write(path: str, entries: list[Entry]) -> None:
    """Write a baseline, a finding a line, so that changes of it can be read. Raises OSError."""
    lines = [
        json.dumps(
            {
                "path": entry.path,
                "code": entry.print.code,
                "message": entry.print.message,
                "line": entry.print.line,
                "around": entry.print.around,
            }
        )
        for entry in sorted(entries)
    ]
    listed = ",\n".join(lines)
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "w", encoding="utf-8", newline="\n") as file:
            file.write(f'{{"version": {VERSION}, "findings": [\n{listed}\n]}}\n')
        os.replace(beside, path)
    except OSError:
        if os.path.exists(beside):
            os.remove(beside)
        raise


def _alike(one: Fingerprint, other: Fingerprint) -> int:
    """How many of message, line and neighbours agree; none if the rules differ."""
    if one.code != other.code:
        return 0
    return (one.message == other.message) + (one.line == other.line) + (one.around == other.around)


def _relative(path: str, folder: str) -> str:
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # another drive
        relative = os.path.abspath(path)
    return relative.replace(os.sep, "/")


def _read(path: str) -> list[Entry]:
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise SettingsError(path, "this is no baseline: it is no file")
        with open(path, encoding="utf-8") as file:
            data: Any = json.loads(file.read(_LONGEST))
    except OSError as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise SettingsError(path, f"the baseline cannot be read: {words[:1].lower()}{words[1:]}") from None
    except (ValueError, RecursionError):
        raise SettingsError(path, "this is no baseline: it is not JSON") from None
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise SettingsError(path, "this is no baseline (`convlint --write-baseline FILE` makes one)")
    if data.get("version") != VERSION:
        raise SettingsError(path, "this baseline was written by another version of convlint; write it anew")
    entries = []
    for one in data["findings"]:
        named: list[Any] = (
            [one.get(key) for key in ("path", "code", "message", "line", "around")] if isinstance(one, dict) else []
        )
        if not named or not all(isinstance(word, str) for word in named):
            raise SettingsError(path, "this baseline has an entry without path, code, message, line and around")
        entries.append(Entry(named[0], Fingerprint(*named[1:])))
    return entries
