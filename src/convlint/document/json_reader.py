r"""JSON by its own rules, for files named ``.json``.

YAML is nearly a superset of JSON, but not quite: libyaml refuses ``"\\ud83d\\ude00"`` and keys of 1,025 characters,
YAML 1.1 takes ``1e-05`` for text, and YAML accepts a lot that no reader of JSON does.
"""

from __future__ import annotations

import json
import re

from convlint.document.assembly import MAX_DEPTH, MAX_NODES, Refused, finish, too_deep, too_many
from convlint.document.nodes import FLOAT_TAG, Document, Mapping, Node, Problem, Scalar, Sequence, Span

_BLANKS = re.compile(r"[ \t\n\r]*")
#: Numbers and words; ``NaN`` and ``Infinity`` are what Python's own reader, and with it Keras, accepts.
_PLAIN = re.compile(
    r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null|(NaN|-?Infinity))(?![^\s,:\[\]{}\"/#])"
)
_WRONG = re.compile(r"[^\s,:\[\]{}\"]{1,40}")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,4}|.?)")
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_decode = json.JSONDecoder().raw_decode


def read(text: str) -> list[Document]:
    """The document of a text, or none if it is empty. Raises ``Refused``."""
    if not text.strip(" \t\r\n"):
        return []
    reader = _Reader(text)
    root = reader.value(0, 1)
    rest = reader.skip(root.end)
    if rest < len(text):
        raise reader.refusal("the JSON value ends before this", reader.word(rest))
    document = Document(root)
    document.problems = reader.problems
    return [document]


class _Reader:
    """A recursive descent: the limit on levels is far below Python's."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.count = 0

    def value(self, at: int, depth: int) -> Node:
        """The value that begins at or behind an offset."""
        at = self.skip(at)
        self.count += 1
        if self.count > MAX_NODES:
            raise too_many(at)
        sign = self.text[at : at + 1]
        if sign == '"':
            return self.string(at)
        if sign == "{" or sign == "[":
            if depth > MAX_DEPTH:
                raise too_deep(at)
            return self.mapping(at, depth) if sign == "{" else self.sequence(at, depth)
        plain = _PLAIN.match(self.text, at)
        if plain is None:
            raise self.wrong("a value", at)
        tag = FLOAT_TAG if plain.lastindex else None
        return Scalar(plain.group(), True, tag, at, plain.end())

    def sequence(self, at: int, depth: int) -> Sequence:
        node = Sequence(True, None, at)
        at = self.skip(at + 1)
        if not self.text.startswith("]", at):
            while True:
                item = self.value(at, depth + 1)
                node.items.append(item)
                at = self.skip(item.end)
                if not self.text.startswith(",", at):
                    break
                at = self.next(at, "]")
        node.end = self.close(node.start, at, "]")
        return node

    def mapping(self, at: int, depth: int) -> Mapping:
        node = Mapping(True, None, at)
        at = self.skip(at + 1)
        if not self.text.startswith("}", at):
            while True:
                if not self.text.startswith('"', at):
                    raise self.wrong("a key in double quotes", at)
                key = self.string(at)
                at = self.skip(key.end)
                if not self.text.startswith(":", at):
                    raise self.refusal("a `:` is missing after this key", key.span)
                value = self.value(at + 1, depth + 1)
                node.pairs.append((key, value))
                at = self.skip(value.end)
                if not self.text.startswith(",", at):
                    break
                at = self.next(at, "}")
        node.end = self.close(node.start, at, "}")
        finish(node, self.problems)
        return node

    def string(self, at: int) -> Scalar:
        try:
            value, end = _decode(self.text, at)
        except json.JSONDecodeError as error:
            raise self.wrong_string(at, error) from None
        if "\\u" in self.text[at:end]:
            # Two escapes may be one character, and one alone may be none.
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return Scalar(value, False, None, at, end)

    def next(self, comma: int, closer: str) -> int:
        """The offset of what follows a comma."""
        at = self.skip(comma + 1)
        if self.text.startswith(closer, at):
            raise self.refusal(f"JSON allows no comma before `{closer}`", (comma, comma + 1))
        return at

    def close(self, start: int, at: int, closer: str) -> int:
        """The offset behind the closing bracket, which has to stand here."""
        if self.text.startswith(closer, at):
            return at + 1
        if at == len(self.text):
            raise self.refusal(f"`{self.text[start]}` is never closed; `{closer}` is missing", (start, start + 1))
        before = len(self.text[:at].rstrip())
        if self.text[at] in "]}":
            labels = (((start, start + 1), "opened here"),)
            message = f"`{self.text[at]}` stands where `{closer}` closes the list or mapping"
            raise Refused(Problem("CL001", message, (at, at + 1), labels))
        if "\n" in self.text[before:at] and not self.is_comment(at):
            raise self.refusal(f"`{closer}` or a comma is missing after this", (before - 1, before))
        raise self.wrong("a comma", at)

    def skip(self, at: int) -> int:
        """The offset of the next thing."""
        blanks = _BLANKS.match(self.text, at)
        return at if blanks is None else blanks.end()

    def word(self, at: int) -> Span:
        """The word at an offset, at least one character."""
        match = _WRONG.match(self.text, at)
        return match.span() if match is not None else (at, at + 1)

    def is_comment(self, at: int) -> bool:
        return self.text.startswith(("#", "//", "/*"), at)

    def wrong(self, wanted: str, at: int) -> Refused:
        """What to say if something else stands where a value, a key or a comma should."""
        if at == len(self.text):
            end = max(len(self.text.rstrip()), 1)
            return self.refusal(f"the text ends before {wanted}", (end - 1, end))
        if self.is_comment(at):
            return self.refusal("JSON has no comments", (at, at + 1))
        span = self.word(at)
        word = self.text[span[0] : span[1]]
        if wanted == "a comma":
            return self.refusal(f"a comma is missing before `{word}`", span)
        if word.startswith("'"):
            return self.refusal("JSON wants double quotes", (at, at + 1))
        if word in _PYTHON and wanted == "a value":
            return self.refusal(f"`{word}` is Python; JSON writes `{_PYTHON[word]}`", span)
        return self.refusal(f"`{word}` stands where JSON wants {wanted}", span)

    def wrong_string(self, start: int, error: json.JSONDecodeError) -> Refused:
        place = min(error.pos, len(self.text))
        escape = _ESCAPE.match(self.text, max(self.text.rfind("\\", start, place + 1), start))
        if "escape" in error.msg and escape is not None:
            return self.refusal(f"`{escape.group()}` is no escape that JSON knows", escape.span())
        if "control character" in error.msg and self.text[place : place + 1] not in ("\n", "\r"):
            message = f"found the control character U+{ord(self.text[place]):04X}, which JSON does not allow"
            return self.refusal(message, (place, place + 1))
        return self.refusal("the quote opened here is never closed in its line", (start, start + 1))

    def refusal(self, message: str, span: Span) -> Refused:
        return Refused(Problem("CL001", message, span))
