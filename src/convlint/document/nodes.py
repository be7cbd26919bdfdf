"""The tree of a document.

Nodes are plain slotted records, because a file may hold hundreds of thousands of them.  They are shared where the
text uses an alias, so the tree of a hostile file stays as small as its text; ``weight`` counts what it would be if
every alias were written out.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]


class Problem(NamedTuple):
    """Something wrong with the notation: a rule's code, one sentence, the place, and further labelled places."""

    code: str
    message: str
    span: Span
    labels: tuple[tuple[Span, str], ...] = ()
    label: str = ""
    help: str | None = None


class Odd(str):
    """A plain scalar that YAML 1.1 makes into something else than most readers think, or that only looks like a number.

    ``meaning`` says what YAML makes of it, ``instead`` how to write what was probably meant (empty if unknown).
    """

    __slots__ = ("instead", "meaning")
    meaning: str
    instead: str

    def __new__(cls, text: str, meaning: str, instead: str = "") -> Odd:
        """Keep the text as it was written."""
        self = super().__new__(cls, text)
        self.meaning = meaning
        self.instead = instead
        return self


class Scalar:
    """A single value. ``text`` is what was written (escapes resolved), ``plain`` means without quotes."""

    __slots__ = ("end", "plain", "start", "tag", "text")

    def __init__(self, text: str, plain: bool, tag: str | None, start: int, end: int) -> None:
        self.text = text
        self.plain = plain
        self.tag = tag
        self.start = start
        self.end = end

    @property
    def value(self) -> Any:
        """None, bool, int, float, str or ``Odd``, resolved as YAML 1.1 (PyYAML) does it."""
        if self.tag is not None:
            return _tagged(self)
        return resolve(self.text) if self.plain else self.text

    @property
    def span(self) -> Span:
        """The offsets between which the value is written."""
        return self.start, self.end


class Sequence:
    """A list. ``end`` is exact only for flow style (``[...]``): underline an item of a block list instead."""

    __slots__ = ("end", "flow", "items", "start", "tag")

    def __init__(self, flow: bool, tag: str | None, start: int) -> None:
        self.items: list[Node] = []
        self.flow = flow
        self.tag = tag
        self.start = start
        self.end = start

    @property
    def span(self) -> Span:
        """The whole list in flow style; of a block list the dash of its first item."""
        return (self.start, self.end) if self.flow else (self.start, self.start + 1)


class Mapping:
    """A mapping.

    ``pairs`` are the keys and values as written (duplicates included), those of merge keys (``<<``) behind them;
    ``fields`` finds the value of a key: the last of duplicates, and what is written wins over what is merged.
    """

    __slots__ = ("end", "fields", "flow", "pairs", "start", "tag")

    def __init__(self, flow: bool, tag: str | None, start: int) -> None:
        self.pairs: list[tuple[Scalar, Node]] = []
        self.fields: dict[str, Node] = {}
        self.flow = flow
        self.tag = tag
        self.start = start
        self.end = start

    @property
    def span(self) -> Span:
        """The whole mapping in flow style; of a block mapping its first key."""
        if self.flow or not self.pairs:
            return self.start, self.end if self.flow else self.start + 1
        return self.pairs[0][0].span

    def key_span(self, name: str) -> Span | None:
        """Where a key is written; of duplicates the last."""
        found = None
        for key, value in self.pairs:
            if key.text == name and (found is None or value is self.fields.get(name)):
                found = key.span
        return found

    def value_span(self, name: str) -> Span | None:
        """Where a value is written; the key's place if the value is empty or a block collection."""
        node = self.fields.get(name)
        if node is None:
            return None
        if node.start == node.end or (not isinstance(node, Scalar) and not node.flow):
            return self.key_span(name)
        return node.start, node.end


Node: TypeAlias = Scalar | Sequence | Mapping


class Document:
    """One document of a stream: its root, the place of every alias with the node it stands for, and its problems."""

    __slots__ = ("aliases", "problems", "root")

    def __init__(self, root: Node) -> None:
        self.root = root
        self.aliases: list[tuple[Span, Node]] = []
        self.problems: list[Problem] = []


_BOOLS = {
    word: value
    for value, words in ((True, "yes true on"), (False, "no false off"))
    for lower in words.split()
    for word in (lower, lower.capitalize(), lower.upper())
}
_NULLS = {"", "~", "null", "Null", "NULL"}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)\Z")
_OTHER_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+)\Z")
_OCTAL = re.compile(r"[-+]?0[0-7_]+\Z")
_BASE60 = re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z")
_FLOAT = re.compile(r"[-+]?(?:(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)\Z")
_SPECIAL_FLOAT = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_EXPONENT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)[eE][-+]?[0-9]+\Z")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?\Z")
_MAX_DIGITS = 18

_resolved: dict[str, Any] = {}


def resolve(text: str) -> Any:
    """What YAML 1.1 makes of a plain scalar, with its traps as ``Odd`` (``012``, ``1:30``, ``1e3``, dates)."""
    try:
        return _resolved[text]
    except KeyError:
        value = _resolve(text)
        if len(_resolved) < 100_000:
            _resolved[text] = value
        return value


def _resolve(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text[0] not in "+-.0123456789":
        return text
    digits = text.replace("_", "")
    if _INT.match(text):
        return int(digits) if len(digits) <= _MAX_DIGITS else Odd(text, f"a number of {len(digits)} digits")
    if _OTHER_INT.match(text):
        if len(digits) > _MAX_DIGITS:
            return Odd(text, f"a number of {len(digits)} digits")
        try:
            return int(digits, 0)
        except ValueError:
            return text
    if _OCTAL.match(text) and len(digits) <= _MAX_DIGITS:
        decimal = digits.lstrip("+-").lstrip("0") or "0"
        sign = "-" if text[0] == "-" else ""
        return Odd(text, f"the octal number {int(digits, 8)} in YAML 1.1", sign + decimal)
    if _BASE60.match(text) and len(digits) <= _MAX_DIGITS and "." not in digits:
        total = 0
        for part in digits.lstrip("+-").split(":"):
            total = total * 60 + int(part)
        return Odd(text, f"the base-60 number {-total if text[0] == '-' else total} in YAML 1.1")
    if _FLOAT.match(text):
        return float(digits) if len(digits) <= 400 else Odd(text, "a number too long to read")
    if _SPECIAL_FLOAT.match(text):
        return float(digits.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if _EXPONENT.match(text):
        return Odd(text, "text in YAML 1.1, which wants a dot and a sign in an exponent", _dotted(digits))
    if _DATE.match(text):
        return Odd(text, "a date in YAML 1.1")
    return text


def _dotted(text: str) -> str:
    """An exponent number in the only spelling that YAML 1.1 reads as one: 1e3 -> 1.0e+3."""
    mantissa, exponent = re.split("[eE]", text)
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}e{exponent if exponent[0] in '+-' else '+' + exponent}"


_CORE = "tag:yaml.org,2002:"
#: Tags whose values are read; anything else is a problem (nothing is ever constructed by tag).
KNOWN_TAGS = {"!"} | {_CORE + name for name in ("str", "int", "float", "bool", "null", "seq", "map", "merge")}


def _tagged(scalar: Scalar) -> Any:
    if scalar.tag in (_CORE + "int", _CORE + "float", _CORE + "bool", _CORE + "null"):
        return resolve(scalar.text)
    return scalar.text


def python_value(node: Node) -> Any:
    """The plain Python value of a node: dicts, lists and what ``Scalar.value`` gives."""
    if type(node) is Scalar:
        return node.value
    if type(node) is Sequence:
        return [python_value(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {name: python_value(value) for name, value in node.fields.items()}
