"""Where a key is set in a TOML file, which ``tomllib`` does not tell.

Only for texts that ``tomllib`` has read: what is no TOML is not found here.  What cannot be told for certain is not
told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
#: Strings, the longest quotes first; behind three quotes there may be up to two more that belong to the text.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)  # fmt: skip
_BARE = re.compile(r"[A-Za-z0-9_-]+")
#: Of a value everything that is neither a string, nor opens or closes something, nor may end it.
_PLAIN = re.compile(r"[^\"'#\[\]{}\n]+")


def line_of(text: str, keys: Sequence[str]) -> int | None:
    """The line (from 1) in which a key is set, ``keys`` leading there from the top of the file; None if in doubt.

    A key inside an inline table stands where the table is set.  A table that is set by parts stands where the only one
    of them does.
    """
    wanted = tuple(keys)
    exact: int | None = None
    around: int | None = None
    parts: set[int] = set()
    try:
        for table, path, start in _set(text):
            line = text.count("\n", 0, start) + 1
            if path == wanted:
                exact = exact or line
            elif path[: len(wanted)] == wanted:
                # What stands below a header that leads there belongs to that header.
                if table is None or table[: len(wanted)] != wanted:
                    parts.add(line)
            elif table is not None and path == wanted[: len(path)]:
                around = line
    except _Lost:
        return None
    if exact is None and around is None and len(parts) == 1:
        return parts.pop()
    return exact if exact is not None else around


class _Lost(Exception):
    """The text is not understood."""


def _set(text: str) -> Iterator[tuple[tuple[str, ...] | None, tuple[str, ...], int]]:
    """Everything that is set: the table that it stands in (None for a header), its path, and the offset of it.

    What is inside arrays of tables has no path of keys alone, and is left out.
    """
    at = _after(_SPACE, text, 0)
    table: tuple[str, ...] | None = ()
    lists: list[tuple[str, ...]] = []
    while at < len(text):
        start = at
        if text.startswith("[", at):
            many = text.startswith("[[", at)
            path, at = _path(text, at + 1 + many)
            if not text.startswith("]" * (1 + many), at):
                raise _Lost
            at += 1 + many
            inside = any(path[: len(each)] == each for each in lists)
            if many and not inside:
                lists.append(path)
            table = None if many or inside else path
            if not inside:
                yield None, path, start
        else:
            path, at = _path(text, at)
            if not text.startswith("=", at):
                raise _Lost
            at = _value(text, at + 1)
            if table is not None:
                yield table, (*table, *path), start
        after = _after(_SPACE, text, at)
        if after < len(text) and "\n" not in text[at:after]:
            raise _Lost
        at = after


def _path(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """A dotted key, and the offset behind it and its blanks."""
    keys = []
    while True:
        at = _after(_BLANK, text, at)
        bare = _BARE.match(text, at)
        string = None if bare else _STRING.match(text, at)
        found = bare or string
        if found is None:
            raise _Lost
        keys.append(found[0] if bare else _meaning(found[0]))
        at = _after(_BLANK, text, found.end())
        if not text.startswith(".", at):
            return tuple(keys), at
        at += 1


def _meaning(string: str) -> str:
    import tomllib

    return str(tomllib.loads(f"key = {string}")["key"])


def _value(text: str, at: int) -> int:
    """The offset behind a value, which ends with its line unless something is open."""
    depth = 0
    while at < len(text):
        character = text[at]
        if character in "\"'":
            string = _STRING.match(text, at)
            if string is None:
                raise _Lost
            at = string.end()
            continue
        if character == "#" or (character == "\n" and not depth):
            if not depth:
                return at
            at = _after(_SPACE, text, at)
            continue
        plain = _PLAIN.match(text, at)
        if plain is not None:
            at = plain.end()
            continue
        depth += (character in "[{") - (character in "]}")
        at += 1
    return at


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
