"""The syntax: words in lines."""

from __future__ import annotations

import re

from convlint.document import Comment, Document, Scalar, Sequence


def documents(text: str) -> list[Document]:
    """One document, a sequence of lines, each a sequence of words."""
    root = Sequence(False, None, 0)
    for match in re.finditer(r"^[^%\n]+", text, re.MULTILINE):
        line = Sequence(True, None, match.start())
        for word in re.finditer(r"\S+", match.group()):
            start = match.start() + word.start()
            line.items.append(Scalar(word.group(), False, None, start, start + len(word.group())))
            line.end = start + len(word.group())
        if line.items:
            root.items.append(line)
    return [Document(root)] if root.items else []


def comments(text: str, documents: list[Document]) -> list[Comment]:
    """What stands behind a ``%``."""
    return [Comment(*match.span(), match.group()) for match in re.finditer(r"%.*", text)]
