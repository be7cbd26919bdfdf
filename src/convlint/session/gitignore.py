"""What git ignores below a folder: the files ``.gitignore`` of a repository, from its root down."""

from __future__ import annotations

import os

from convlint.session.patterns import Patterns

#: Longer files are no lists of patterns.
_LONGEST = 1 << 20


class Ignored:
    """The patterns that hold in a folder: its own ones, then those of the folders above, up to the root."""

    __slots__ = ("_above", "_depth", "_patterns")

    def __init__(self, patterns: Patterns | None, depth: int, above: Ignored | None) -> None:
        self._patterns = patterns
        self._depth = depth
        self._above = above

    def means(self, names: list[str], folder: bool) -> bool:
        """Whether git ignores a path, given by its names from the root of the repository."""
        at: Ignored | None = self
        while at is not None:
            decided = at._patterns.decides(names[at._depth :], folder) if at._patterns else None
            if decided is not None:
                return decided
            at = at._above
        return False

    def below(self, path: str, names: list[str], has_own: bool) -> Ignored:
        """What holds in a folder of this one."""
        patterns = _read(os.path.join(path, ".gitignore")) if has_own else None
        return Ignored(patterns, len(names), self) if patterns else self


def at_root(path: str) -> Ignored:
    """What holds in the root of a repository."""
    above = Ignored(_read(os.path.join(path, ".git", "info", "exclude")), 0, None)
    return Ignored(_read(os.path.join(path, ".gitignore")), 0, above)


def in_folder(path: str) -> tuple[Ignored, list[str]] | None:
    """What holds in a folder, and its names from the root of its repository; None if it is in none."""
    folder = os.path.abspath(path)
    names: list[str] = []
    while not os.path.exists(os.path.join(folder, ".git")):
        parent, name = os.path.split(folder)
        if parent == folder:
            return None
        names.insert(0, name)
        folder = parent
    found = at_root(folder)
    for end in range(1, len(names) + 1):
        folder = os.path.join(folder, names[end - 1])
        found = found.below(folder, names[:end], True)
    return found, names


def _read(path: str) -> Patterns | None:
    """The patterns in a file; lines that are none are passed over, as git does."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            data = file.read(_LONGEST)
    except OSError:
        return None
    texts = []
    for line in data.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n"):
        text = line.removesuffix("\r")
        if not text.strip() or text.startswith("#"):
            continue
        try:
            Patterns([text])
        except ValueError:
            continue
        texts.append(text)
    return Patterns(texts) if texts else None
