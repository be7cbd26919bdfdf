"""The syntaxes that texts are written in, each a value: how it is read, where its comments are, how it writes a value.

Nothing else knows one syntax from another; the name of a file tells which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from convlint.document.assembly import FIRST_COUNTS, LAST_COUNTS, Duplicates
from convlint.document.nodes import Document, resolve
from convlint.document.source import Comment, Source


class Syntax(NamedTuple):
    """One syntax.

    ``endings`` are those of file names, in lower case. ``read`` gives the documents of a text and raises ``Refused``;
    ``comments`` gives the comments of a text that was read, in order, each of which begins with one of
    ``comment_signs``. ``written`` gives a new value as it is written in the place of an old one (both as text; the
    third argument says that the new one is a string, whatever it looks like), or None if that is not safe.
    ``duplicates`` says what becomes of a key that is written several times.
    """

    name: str
    endings: tuple[str, ...]
    read: Callable[[str], list[Document]]
    comments: Callable[[str, list[Document]], list[Comment]]
    comment_signs: str
    written: Callable[[str, str, bool], str | None]
    duplicates: Duplicates


#: What is written without quotes in JSON as in YAML: numbers, true, false, null, and lists of them.
_LITERAL = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null|\[[-0-9a-z., ]*\]"
_WORD = r"[^\"'\\{}\[\]\s](?:[^\"'\\{}\[\]\n]*[^\"'\\{}\[\]\s])?"


def _read_yaml(text: str) -> list[Document]:
    from convlint.document import yaml_reader  # each run needs one reader

    return yaml_reader.read(text)


def _yaml_comments(text: str, documents: list[Document]) -> list[Comment]:
    from convlint.document import yaml_comments

    return list(yaml_comments.find(text, documents))


def _written_in_yaml(new: str, old: str, word: bool) -> str | None:
    """A word in quotes stays in quotes, and a string that YAML would take for something else gets some."""
    if re.fullmatch(_LITERAL, new) and not word:
        return new
    quote = _quote(old)
    if not quote and (not word or type(resolve(new)) is str):
        return new
    return _in_quotes(new, quote)


def _read_json(text: str) -> list[Document]:
    from convlint.document import json_reader

    return json_reader.read(text)


def _no_comments(text: str, documents: list[Document]) -> list[Comment]:
    return []


def _written_in_json(new: str, old: str, word: bool) -> str | None:
    """Every string stands in quotes."""
    return new if re.fullmatch(_LITERAL, new) and not word else _in_quotes(new, _quote(old))


def _quote(old: str) -> str:
    """The quotes that a value stands in; empty if it has none."""
    return old[0] if len(old) > 1 and old[0] in "\"'" and old[-1] == old[0] else ""


def _in_quotes(new: str, quote: str) -> str | None:
    """A text in quotes; None if it holds what has to be escaped there."""
    quote = quote or '"'
    return f"{quote}{new}{quote}" if re.fullmatch(_WORD, new) else None


def _read_sections(text: str) -> list[Document]:
    from convlint.document import sections

    return sections.read(text)


def _section_comments(text: str, documents: list[Document]) -> list[Comment]:
    from convlint.document import sections

    return sections.comments(text, documents)


def _written_in_sections(new: str, old: str, word: bool) -> str | None:
    """Nothing is quoted here, and no value goes on in the next line."""
    return None if "\n" in new else new


YAML = Syntax("YAML", (".yaml", ".yml"), _read_yaml, _yaml_comments, "#", _written_in_yaml, LAST_COUNTS)
JSON = Syntax("JSON", (".json",), _read_json, _no_comments, "", _written_in_json, LAST_COUNTS)
SECTIONS = Syntax("sections", (".cfg",), _read_sections, _section_comments, "#;", _written_in_sections, FIRST_COUNTS)
#: A format with a syntax of its own adds it.
SYNTAXES: list[Syntax] = [YAML, JSON, SECTIONS]


def syntax_of(source: Source) -> Syntax:
    """The syntax of a file, by the ending of its name; YAML where that says nothing."""
    path = source.path.lower()
    return next((syntax for syntax in SYNTAXES if path.endswith(syntax.endings)), YAML)
