"""Sections of options, as both Darknets read their ``.cfg`` files: ``[section]``, then lines ``key=value``.

Blanks are deleted wherever they stand in a line, inside values too. A line that then begins with ``#`` or ``;`` is a
comment; nothing else is one, so what stands behind a value belongs to it. Of a key that is written several times the
first counts. A section is whatever begins with ``[``: its name is the whole line. Sources: ``read_cfg`` in
``src/parser.c``, ``read_option`` in ``src/option_list.c`` and ``strip`` in ``src/utils.c`` of both.
"""

from __future__ import annotations

import re

from convlint.document.assembly import MAX_NODES, Refused, too_many
from convlint.document.nodes import Document, Mapping, Problem, Scalar, Sequence
from convlint.document.source import Comment

#: What is deleted from every line; pjreddie's Darknet leaves carriage returns.
BLANKS = " \t\r"
_DELETE = str.maketrans("", "", BLANKS)
_SIGNS = ("#", ";")


def squeezed(text: str) -> str:
    """A text as Darknet sees it: without any blank."""
    return text.translate(_DELETE)


def read(text: str) -> list[Document]:
    """The document of a text, a sequence of named mappings, or none if nothing is written in it. Raises ``Refused``.

    ``unread`` of the document holds the lines that are neither section, option nor comment, and what stands before the
    first section.
    """
    broken = text.find("\0")
    if broken >= 0:
        message = "found a NUL character: this is no text file, or not in UTF-8"
        raise Refused(Problem("CL001", message, (broken, broken + 1)))
    root = Sequence(False, None, 0)
    document = Document(root)
    section: Mapping | None = None
    keys: dict[str, Scalar] = {}
    count = 0
    for match in re.finditer(r"[^\n]+", text):
        start, end = _trimmed(text, match.start(), match.end())
        if start == end or text.startswith(_SIGNS, start):
            continue
        count += 1
        if count > MAX_NODES:
            raise too_many(start)
        if text[start] == "[":
            section = Mapping(False, None, start)
            section.name = Scalar(squeezed(text[start:end]), False, None, start, end)
            section.end = end
            root.items.append(section)
            keys = section.keys_that_count()
            continue
        equals = text.find("=", start, end)
        line = squeezed(text[start:end])
        if section is None or equals < 0 or (line.endswith("=") and line.count("=") == 1):
            document.unread.append(Scalar(line, False, None, start, end))
            continue
        count += 1
        key = Scalar(line.partition("=")[0], False, None, *_trimmed(text, start, equals))
        value = Scalar(line.partition("=")[2], False, None, *_trimmed(text, equals + 1, end))
        section.pairs.append((key, value))
        if key.text not in keys:
            keys[key.text] = key
            section.fields[key.text] = value
        section.end = end
    if root.items:
        root.start, root.end = root.items[0].start, root.items[-1].end
    return [document] if root.items or document.unread else []


def comments(text: str, documents: list[Document]) -> list[Comment]:
    """All comments in order: the lines that begin with ``#`` or ``;``."""
    found = []
    for match in re.finditer(r"(?m)^[ \t\r]*([#;][^\n]*)", text):
        start, end = _trimmed(text, *match.span(1))
        found.append(Comment(start, end, text[start:end]))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the blanks at its ends."""
    while start < end and text[end - 1] in BLANKS:
        end -= 1
    while start < end and text[start] in BLANKS:
        start += 1
    return start, end
