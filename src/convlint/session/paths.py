"""Which files are meant, and what is in them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from convlint.document import Problem, Source, decode
from convlint.document.assembly import MAX_BYTES
from convlint.document.source import MARK
from convlint.document.syntax import SYNTAXES
from convlint.session.gitignore import Ignored, at_root, in_folder
from convlint.session.outcome import Failure

STDIN = "-"
#: Folders that hold other people's files; hidden ones are not entered either, nor virtual environments.
OTHERS_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})
#: Of a file that is too large only so much is looked at.
_HEAD = 64 * 1024
#: Where a shell puts what it pipes into a command: `convlint <(make-network)`.
_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


class Target(NamedTuple):
    """A file to check. ``named`` is False if it was met while walking a folder."""

    path: str
    named: bool

    @property
    def streamed(self) -> bool:
        """Whether it is standard input, or what a shell pipes in, whatever it is called."""
        return self.path == STDIN or self.path.startswith(_STREAMS)


def collect(
    paths: list[str],
    excluded: Callable[[str, bool], bool],
    more: tuple[str, ...] = (),
    gitignore: Callable[[str], bool] = lambda _: True,
    ignored: Callable[[str, bool], None] = lambda *_: None,
) -> tuple[list[Target], list[Failure]]:
    """The files that the paths of a command line mean, each once, in order; and the paths that mean none.

    ``excluded`` is asked about what is met in folders: a path, and whether it is a folder.  ``more`` are endings of
    files that are met there besides those that may describe networks.  ``gitignore`` is asked whether what git ignores
    is left out below a folder; ``ignored`` is told what is.
    """
    targets: dict[str, Target] = {}
    failures: list[Failure] = []
    for path in paths:
        if path == STDIN:
            targets[STDIN] = Target(path, True)
            continue
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            failures.append(Failure(path, _no_file(path, error)))
            continue
        if stat.S_ISDIR(mode):
            for found in _walk(path, excluded, failures, more, ignored if gitignore(path) else None):
                targets.setdefault(os.path.realpath(found), Target(found, False))
        elif stat.S_ISREG(mode) or path.startswith(_STREAMS):
            key = os.path.realpath(path)
            if key in targets and not targets[key].named:
                del targets[key]
            targets.setdefault(key, Target(path, True))
        else:
            failures.append(Failure(path, f"not a regular file but {_kind(mode)}"))
    return list(targets.values()), failures


def _walk(
    top: str,
    excluded: Callable[[str, bool], bool],
    failures: list[Failure],
    more: tuple[str, ...],
    leave: Callable[[str, bool], None] | None,
) -> Iterator[str]:
    """The files below a folder that may describe networks, sorted; links to folders are not followed.

    ``leave`` is told what git ignores; None if that is looked at too.
    """
    endings = (*(ending for syntax in SYNTAXES for ending in syntax.endings), *more)
    ignored, names = (leave is not None and in_folder(top)) or (None, [])
    waiting: list[tuple[str, bool, Ignored | None, list[str]]] = [(top, True, ignored, names)]
    while waiting:
        path, is_folder, ignored, names = waiting.pop()
        if not is_folder:
            yield path
            continue
        try:
            with os.scandir(path) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            failures.append(Failure(path, f"cannot read this folder: {reason(error)}"))
            continue
        inner = {entry.name for entry in entries}
        if path != top and "pyvenv.cfg" in inner:
            continue
        if leave is not None and path != top:
            if ".git" in inner:
                ignored, names = at_root(path), []
            elif ignored is not None:
                ignored = ignored.below(path, names, ".gitignore" in inner)
        found: list[tuple[str, bool, Ignored | None, list[str]]] = []
        for entry in entries:
            name = entry.name
            inside = name if path == os.curdir else os.path.join(path, name)
            try:
                folder = entry.is_dir(follow_symlinks=False)
                if folder:
                    if name.startswith(".") or name in OTHERS_FOLDERS:
                        continue
                elif not name.lower().endswith(endings) or not entry.is_file():
                    continue
                called = [*names, name]
                if leave is not None and ignored is not None and ignored.means(called, folder):
                    leave(inside, folder)
                elif not excluded(inside, folder):
                    found.append((inside, folder, ignored, called))
            except OSError as error:
                failures.append(Failure(inside, f"cannot read this file: {reason(error)}"))
        waiting += reversed(found)


def load(target: Target, stdin_name: str) -> tuple[Source, Problem | None]:
    """The text of a file, and what makes it unreadable as text; raises OSError if there is nothing to read."""
    if target.path == STDIN:
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return decoded(stdin_name, sys.stdin.buffer)
    with open(target.path, "rb") as file:
        return decoded(target.path, file)


def decoded(name: str, file: BinaryIO) -> tuple[Source, Problem | None]:
    """The text of what was opened, by its name, and what makes it unreadable as text."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        text = data[:_HEAD].decode("utf-8", "replace")
        return Source(name, text), Problem(
            "CL022", f"the file is longer than {MAX_BYTES // 1024 // 1024} MiB and is not read", (0, 0)
        )
    text, problem = decode(data)
    if problem is None:
        return Source(name, text, data.startswith(MARK)), None
    offset, message = problem
    return Source(name, text), Problem("CL001", message, (offset, min(offset + 1, len(text))))


def reason(error: OSError | ValueError) -> str:
    """What went wrong, in the same words on every system where that is possible."""
    if isinstance(error, FileNotFoundError):
        return "no such file or directory"
    if isinstance(error, PermissionError):
        return "permission denied"
    if not isinstance(error, OSError):
        return "no path can look like this"
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]


def _no_file(path: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return "the symbolic link leads nowhere"
    return reason(error)


def _kind(mode: int) -> str:
    for test, words in (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    ):
        if test(mode):
            return words
    return "something else"
