"""Patterns of paths, with the meaning that git gives them in ``.gitignore``.

No regular expression is made of them: a name is matched against a pattern by going back to its last ``*`` only, and a
path likewise to its last ``**``, so that no pattern costs more than its length times that of the path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias

#: Any number of characters of a name; of a path, any number of folders.
_STAR = None
#: Whether a character is one of those that a sign stands for; a character stands for itself.
_Sign: TypeAlias = "str | Callable[[str], bool] | None"
_Name: TypeAlias = "tuple[_Sign, ...]"


class Pattern:
    """One pattern.

    ``*`` and ``?`` stay within a name, ``**`` as a whole name stands for any number of folders.  A pattern without
    ``/`` (but at its end) means names anywhere below the folder of the settings, others are relative to it; one that
    ends with ``/`` means folders only.  ``!`` at the beginning takes back what earlier patterns mean.
    """

    __slots__ = ("_folders_only", "_names", "negated")

    def __init__(self, text: str) -> None:
        """Raises ValueError if the text is no pattern: a comment, a range that ends before it begins."""
        body = _without_trailing_blanks(text)
        self.negated = body.startswith("!")
        body = body[self.negated :]
        if body.startswith("./"):
            body = body[1:]  # in git it means nothing; everybody else means the folder of the settings
        self._folders_only = body.endswith("/")
        body = body.removesuffix("/")
        names = body.removeprefix("/").split("/")
        if names == [""] or body.startswith("#"):
            raise _no_pattern(text)
        if "/" not in body:
            names = ["**", *names] if names != ["**"] else ["**", "*"]
        elif names[-1] == "**":
            names.append("*")  # what is in the folder, not the folder itself
        self._names = [_STAR if name == "**" else _signs(name) for name in names]

    def means(self, path: Sequence[str], folder: bool) -> bool:
        """Whether the pattern means just this path, given as its names."""
        return (folder or not self._folders_only) and _matches(self._names, path, _name_matches)


class Patterns:
    """Patterns in order, of which the last one that means a path decides."""

    __slots__ = ("_patterns", "texts")

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._patterns = [Pattern(text) for text in texts]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def match(self, path: str, folder: bool = False) -> bool:
        """Whether a path with ``/`` is meant, or a folder that it lies in, from which nothing can be taken back."""
        names = path.split("/")
        for end in range(1, len(names) + 1):
            if names[end - 1] != ".." and self.decides(names[:end], folder or end < len(names)):
                return True
        return False

    def decides(self, names: Sequence[str], folder: bool) -> bool | None:
        """Whether just this path is meant, given as its names; None if no pattern has a say."""
        meant = next((pattern for pattern in reversed(self._patterns) if pattern.means(names, folder)), None)
        return None if meant is None else not meant.negated


def _matches(pattern: Sequence[Any], items: Sequence[str], one: Callable[[Any, str], bool]) -> bool:
    """Whether items are what a pattern says, in which a ``_STAR`` stands for any number of them.

    What a star has to take is as little as lets the rest follow; when the rest fails, only the last star can help.
    """
    at = place = 0
    star = taken = -1
    while place < len(items):
        if at < len(pattern) and pattern[at] is _STAR:
            star, taken = at, place
            at += 1
        elif at < len(pattern) and one(pattern[at], items[place]):
            at += 1
            place += 1
        elif star >= 0:
            taken += 1
            at, place = star + 1, taken
        else:
            return False
    return all(rest is _STAR for rest in pattern[at:])


def _name_matches(pattern: _Name, name: str) -> bool:
    return _matches(pattern, name, _sign_matches)


def _sign_matches(sign: str | Callable[[str], bool], character: str) -> bool:
    return sign == character if isinstance(sign, str) else sign(character)


def _without_trailing_blanks(text: str) -> str:
    body = text.rstrip(" ")
    escaped = (len(body) - len(body.rstrip("\\"))) % 2 == 1
    return body + " " if escaped and len(body) < len(text) else body


def _signs(text: str) -> _Name:
    """What the characters of a pattern for one name stand for. Raises ValueError."""
    signs: list[_Sign] = []
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "*":
            if not signs or signs[-1] is not _STAR:
                signs.append(_STAR)
        elif character == "?":
            signs.append(lambda _: True)
        elif character == "[":
            sign, at = _class(text, at)
            signs.append(sign)
        elif character == "\\":
            if at == len(text):
                raise _no_pattern(text)
            signs.append(text[at])
            at += 1
        else:
            signs.append(character)
    return tuple(signs)


def _class(text: str, at: int) -> tuple[Callable[[str], bool], int]:
    """``[a-z]``, from behind its bracket: the characters that it means, and where it ends. Raises ValueError."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    start = at
    single: set[str] = set()
    ranges: list[tuple[str, str]] = []
    while at == start or not text.startswith("]", at):
        if text.startswith("[:", at) and (end := text.find(":]", at)) > 0:
            name = text[at + 2 : end]
            if name not in _classes():
                raise _no_pattern(text)
            single.update(_classes()[name])
            at = end + 2
            continue
        first, at = _character(text, at)
        if text.startswith("-", at) and at + 1 < len(text) and text[at + 1] != "]":
            last, at = _character(text, at + 1)
            if last < first:
                raise _no_pattern(text)
            ranges.append((first, last))
        else:
            single.add(first)

    def means(character: str) -> bool:
        return (character in single or any(first <= character <= last for first, last in ranges)) != negated

    return means, at + 1


@cache
def _classes() -> dict[str, str]:
    """The classes of POSIX, of ASCII characters."""
    import string  # hardly a pattern has one

    return {
        "alnum": string.ascii_letters + string.digits,
        "alpha": string.ascii_letters,
        "blank": " \t",
        "cntrl": "".join(map(chr, (*range(32), 127))),
        "digit": string.digits,
        "graph": string.ascii_letters + string.digits + string.punctuation,
        "lower": string.ascii_lowercase,
        "print": string.ascii_letters + string.digits + string.punctuation + " ",
        "punct": string.punctuation,
        "space": string.whitespace,
        "upper": string.ascii_uppercase,
        "xdigit": string.hexdigits,
    }


def _character(text: str, at: int) -> tuple[str, int]:
    """The character of a class at an offset, perhaps behind a backslash. Raises ValueError at the end of the text."""
    at += text.startswith("\\", at)
    if at >= len(text):
        raise _no_pattern(text)
    return text[at], at + 1


def _no_pattern(text: str) -> ValueError:
    return ValueError(f"`{text}` is no pattern")
