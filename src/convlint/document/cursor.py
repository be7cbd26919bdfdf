"""Where in a text somebody writes, told from the text before him alone, which need not be whole."""

from __future__ import annotations

import re
from typing import NamedTuple

from convlint.document.nodes import Span

#: What an item of a block list begins with, and a key at the beginning of a line.
_ITEM = re.compile(r"^([ \t]*)- ", re.MULTILINE)
_TOP = re.compile(r"^(?=[^\s#\-\]}])", re.MULTILINE)
_KEY = re.compile(r"""^([ \t]*)((?:- +)*)(["']?)([\w.-]+)\3[ \t]*:(?=\s|$)""")
_TOKEN = re.compile(
    r"""(?<![^\s\[{,:])(?:"(?:\\.|[^"\\\n])*(?:"|\n|\Z)|'(?:''|[^'\n])*(?:'|\n|\Z))"""
    r"""|(?<!\S)\#[^\n]*|[\[\]{},]|:(?=\s|\Z)"""
)
_WORD = re.compile(r"[\w.\-]*\Z")
_REST = re.compile(r"[\w.\-]*")
_SECTION = re.compile(r"^[ \t]*\[([^\]\n]*)\]?", re.MULTILINE)
#: No item of a list is looked at beyond so many characters.
_FARTHEST = 20_000


class Cursor(NamedTuple):
    """A place where somebody writes.

    ``word`` is what he has written there of a word.  ``top`` is the key, or the section, that it all belongs to.
    ``path`` leads there from the innermost item of a block list or the innermost key at the beginning of a line: the
    keys (None: one that is being written) and the places of items.  ``before`` are, for each step of the path, the
    items that stand before in that list, ``beside`` the keys and single values written beside in the innermost mapping.
    """

    word: Span
    top: str
    path: tuple[str | int | None, ...]
    before: tuple[tuple[str, ...], ...] = ()
    beside: dict[str, str] = {}  # noqa: RUF012


def in_tree(text: str, offset: int) -> Cursor | None:
    """A place in YAML or JSON; None inside a comment."""
    word = _word(text, offset)
    start = _beginning(text, offset)
    line_start = text.rfind("\n", 0, offset) + 1
    top = ""
    for found in re.finditer(r"""^["']?([\w-]+)["']?[ \t]*:""", text[:offset], re.MULTILINE):
        top = found.group(1)
    stack = _open(text, start, word[0])
    if stack is None:
        return None
    if stack:
        outer = _block_key(text, stack[0].start)
        if outer is None and text[start - 1 : start] in ("", "\n") and text[start] not in "[{":
            outer = top
        path = [*([] if outer is None else [outer]), *(one.place() for one in stack)]
        innermost = stack[-1]
        beside = innermost.pairs()
        if not innermost.listed:
            beside |= _following(text, word[1])
        before = tuple(tuple(one.items) for one in stack)
        if not top and isinstance(path[0], str):
            top = path[0] if len(path) > 1 else ""
        return Cursor(word, top, tuple(path), before if outer is None else ((), *before), beside)
    line = text[line_start : word[0]]
    key = _KEY.match(line)
    indent = len(key.group(1) + key.group(2)) if key else len(re.match(r"[ \t]*(?:- +)*", line).group())  # type: ignore[union-attr]
    if not key and line.strip(" \t-"):
        return None
    return Cursor(word, top if indent else "", (key.group(4) if key else None,), (), _block(text, line_start, indent))


def in_sections(text: str, offset: int) -> Cursor | None:
    """A place in a text of sections with ``key=value`` lines; None inside a comment."""
    word = _word(text, offset)
    line_start = text.rfind("\n", 0, offset) + 1
    line = text[line_start : word[0]]
    if line.lstrip().startswith(("#", ";")):
        return None
    heads = list(_SECTION.finditer(text, 0, line_start))
    top = heads[-1].group(1).strip() if heads else ""
    if line.lstrip().startswith("["):
        return Cursor(word, "", ("[",))
    begin = heads[-1].end() if heads else 0
    following = _SECTION.search(text, text.find("\n", offset) if "\n" in text[offset:] else len(text))
    body = text[begin : following.start() if following else len(text)]
    pairs = (entry.partition("=") for entry in body.split("\n") if "=" in entry)
    beside = {key.strip(): value.strip() for key, _, value in pairs}
    key, equals, value = line.partition("=")
    if not equals:
        return Cursor(word, top, (None,), (), beside) if not line.strip() else None
    return Cursor(word, top, (key.strip(), value.count(",")), (), beside)


def _word(text: str, offset: int) -> Span:
    line_start = text.rfind("\n", 0, offset) + 1
    before = _WORD.search(text, line_start, offset)
    after = _REST.match(text, offset)
    assert before is not None and after is not None
    return before.start(), after.end()


class _Open:
    """A bracket that is open: the items before the place, or the keys, and where the last one begins."""

    def __init__(self, start: int, listed: bool) -> None:
        self.start = start
        self.listed = listed
        self.items: list[str] = []
        self.written: dict[str, str] = {}
        self.key: str | None = None
        self.since = start + 1

    def comma(self, text: str, offset: int) -> None:
        """An item, or a value, ends."""
        part = text[self.since : offset].strip()
        if self.listed:
            self.items.append(part)
        elif self.key is not None:
            self.written[self.key] = part.strip("\"'")
        self.key, self.since = None, offset + 1

    def colon(self, text: str, offset: int) -> None:
        """A key ends."""
        if not self.listed and self.key is None:
            self.key, self.since = text[self.since : offset].strip().strip("\"'"), offset + 1

    def place(self) -> str | int | None:
        """Where in it somebody writes."""
        return len(self.items) if self.listed else self.key

    def pairs(self) -> dict[str, str]:
        """The keys that are written before with their single values."""
        return dict(self.written)


def _open(text: str, start: int, offset: int) -> list[_Open] | None:
    """The brackets that are open at a place, outermost first; None if it is in a comment."""
    stack: list[_Open] = []
    for found in _TOKEN.finditer(text, start, offset):
        token = found.group()
        if token.startswith("#") and found.end() == offset and "\n" not in text[found.start() : offset]:
            return None
        if token in ("[", "{"):
            stack.append(_Open(found.start(), token == "["))
        elif token in ("]", "}"):
            if stack:
                stack.pop()
        elif token == "," and stack:
            stack[-1].comma(text, found.start())
        elif token == ":" and stack:
            stack[-1].colon(text, found.start())
    return stack


def _beginning(text: str, offset: int) -> int:
    """Where the innermost item of a block list begins, or the last line that begins with a key at its first column."""
    least = max(0, offset - _FARTHEST)
    found = least
    for pattern in (_ITEM, _TOP):
        for match in pattern.finditer(text, least, offset):
            if pattern is _TOP or match.end() <= offset:
                found = max(found, match.end())
    return found


def _block_key(text: str, bracket: int) -> str | None:
    """The key of a block mapping behind which a bracket stands."""
    line_start = text.rfind("\n", 0, bracket) + 1
    key = _KEY.match(text[line_start:bracket].rstrip() + " ")
    return key.group(4) if key else None


def _following(text: str, offset: int) -> dict[str, str]:
    """The keys and single values behind a place up to the end of the braces or of the line."""
    rest = re.split(r"[}\n]", text[offset : offset + 2000], maxsplit=1)[0]
    return dict(re.findall(r"""["']?([\w-]+)["']?\s*:\s*["']?([\w.+-]+)""", rest))


def _block(text: str, line_start: int, indent: int) -> dict[str, str]:
    """The keys and values of the block mapping with an indentation around a line, that line left out."""
    found: dict[str, str] = {}
    for step in (-1, 1):
        at = line_start
        while True:
            if step < 0:
                if at == 0 or _starts_item(text, at, indent):
                    break
                at = text.rfind("\n", 0, at - 1) + 1
            else:
                end = text.find("\n", at)
                if end < 0:
                    break
                at = end + 1
                if _starts_item(text, at, indent):
                    break
            end = text.find("\n", at)
            line = text[at : end if end >= 0 else len(text)]
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            margin = len(re.match(r"[ \t]*(?:- +)*", line).group())  # type: ignore[union-attr]
            if margin < indent:
                break
            key = _KEY.match(line)
            if margin == indent and key is not None:
                found.setdefault(key.group(4), line[key.end() :].split(" #")[0].strip().strip("\"'"))
    return found


def _starts_item(text: str, at: int, indent: int) -> bool:
    """Whether the line at an offset begins the item of a list whose keys have an indentation."""
    found = re.compile(r"[ \t]*(?:- +)+").match(text, at)
    return found is not None and found.end() - at == indent
