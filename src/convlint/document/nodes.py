"""The tree of a document.

Nodes are plain slotted records, because a file may hold hundreds of thousands of them.  They are shared where the
text uses an alias, so the tree of a hostile file stays as small as its text.
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

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return str(self), self.meaning, self.instead


class Scalar:
    """A single value. ``text`` is what was written (escapes resolved).

    ``plain`` means that YAML decides what it is: without quotes there, and the numbers and words of JSON, which mean
    the same in YAML. All else is text.

    ``start`` and ``end`` enclose the value with its quotes, without anchor and tag; a block scalar reaches from its
    ``|`` to its last visible character. An empty value has no width.
    """

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
    """A list, from its first bracket or dash to the end of its last item or bracket."""

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
    """A mapping, from its first key or brace to the end of its last value or brace.

    ``pairs`` are the keys and values as written (duplicates included), those of merge keys (``<<``) behind them;
    ``fields`` finds the value of a key: the last of duplicates, and what is written wins over what is merged.
    ``merges`` are the merge keys themselves with their values. Keys are compared by their text: ``1`` and ``"1"`` are
    the same key. A section has a ``name``, the line that begins it; there the first of duplicates counts.
    """

    __slots__ = ("_keys", "end", "fields", "flow", "merges", "name", "pairs", "start", "tag")

    def __init__(self, flow: bool, tag: str | None, start: int) -> None:
        self.pairs: list[tuple[Scalar, Node]] = []
        self.fields: dict[str, Node] = {}
        self.merges: tuple[tuple[Scalar, Node], ...] = ()
        self.flow = flow
        self.tag = tag
        self.start = start
        self.end = start
        self.name: Scalar | None = None
        self._keys: dict[str, Scalar] | None = None

    def keys_that_count(self) -> dict[str, Scalar]:
        """The keys by their names, for a reader that fills them itself."""
        self._keys = {}
        return self._keys

    @property
    def span(self) -> Span:
        """The whole mapping in flow style; of a block mapping its first key."""
        if self.flow:
            return self.start, self.end
        # A merge may have put keys from elsewhere into ``pairs``.
        for key, _ in sorted((*self.merges[:1], *self.pairs[:1]), key=lambda pair: pair[0].start):
            if self.start <= key.start < key.end <= self.end:
                return key.span
        return self.start, self.start + 1

    @property
    def extent(self) -> Span:
        """The whole mapping, in either style."""
        return self.start, self.end

    def key_span(self, name: str) -> Span | None:
        """Where a key is written; of duplicates the one that counts."""
        if self._keys is None:
            self._keys = {key.text: key for key, _ in self.pairs}
        key = self._keys.get(name)
        return None if key is None else key.span

    def value_span(self, name: str) -> Span | None:
        """Where a value is written; the key's place if the value is empty or a block collection.

        What an alias stands for is written at its anchor.
        """
        node = self.fields.get(name)
        if node is None:
            return None
        if node.start == node.end or (not isinstance(node, Scalar) and not node.flow):
            return self.key_span(name)
        return node.start, node.end


Node: TypeAlias = Scalar | Sequence | Mapping


class Document:
    """One document of a stream.

    ``aliases`` are the places of all aliases with the nodes they stand for; ``unread`` are nodes that are written but
    belong to no tree, because their key is a list or a mapping.
    """

    __slots__ = ("aliases", "problems", "root", "unread")

    def __init__(self, root: Node) -> None:
        self.root = root
        self.aliases: list[tuple[Span, Node]] = []
        self.problems: list[Problem] = []
        self.unread: list[Node] = []


_BOOLS = {
    word: value
    for value, words in ((True, "yes true on"), (False, "no false off"))
    for lower in words.split()
    for word in (lower, lower.capitalize(), lower.upper())
}
_NULLS = {"", "~", "null", "Null", "NULL"}
# What PyYAML's resolver knows, pattern by pattern; compiled when they are needed, which in most files few are.
_INT = r"[-+]?(?:0|[1-9][0-9_]*)\Z"
_OTHER_INT = r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+)\Z"
_OCTAL = r"[-+]?0[0-7_]+\Z"
_BASE60 = r"[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)\Z"
_FLOAT = r"(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)\Z"
_SPECIAL_FLOAT = r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
_DATE = (
    r"[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)\Z"
)
# What it takes for text, although it looks like a number.
_EXPONENT = r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)[eE][-+]?[0-9]+\Z"
_SIGNED_POINT = r"[-+]\.[0-9][0-9_]*\Z"
_NOT_OCTAL = r"[-+]?0[0-9_]*[89][0-9_]*\Z"
_NEW_OCTAL = r"0o[0-7]+\Z"
#: A longer number is not read: nothing in a network is so large, and Python refuses thousands of digits.
_MAX_DIGITS = 18
_MAX_FLOAT_LENGTH = 400
_MAX_REMEMBERED, _MAX_WORD = 100_000, 40

_resolved: dict[str, Any] = {}


def resolve(text: str) -> Any:
    """What YAML 1.1 makes of a plain scalar, with its traps as ``Odd`` (``012``, ``1:30``, ``1e3``, dates)."""
    try:
        return _resolved[text]
    except KeyError:
        value = _resolve(text)
        if len(_resolved) < _MAX_REMEMBERED and len(text) <= _MAX_WORD:
            _resolved[text] = value
        return value


def _resolve(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text in ("=", "<<"):
        return Odd(text, "a sign of YAML 1.1 that stands for no value", f'"{text}"')
    if text[0] not in "+-.0123456789":
        return text
    bare = text.removeprefix("-")
    if bare.isdecimal() and bare.isascii() and (bare[0] != "0" or bare == "0") and len(bare) <= _MAX_DIGITS:
        return int(text)
    digits = text.replace("_", "")
    sign = "-" if text[0] == "-" else ""
    magnitude = digits.lstrip("+-")
    if re.match(_FLOAT, text):
        return float(digits) if len(digits) <= _MAX_FLOAT_LENGTH else Odd(text, "a number too long to read")
    if re.match(_SPECIAL_FLOAT, text):
        return float(digits.replace(".", "", 1))
    if re.match(_OTHER_INT, text):
        if len(magnitude) <= 2:
            return Odd(text, "the beginning of a number without its digits")
        number = int(digits, 0)
        return number if abs(number) < 10**_MAX_DIGITS else Odd(text, f"a number of {len(magnitude) - 2} digits")
    if len(magnitude) > _MAX_DIGITS:
        if re.match(_INT, text) or re.match(_OCTAL, text) or re.match(_BASE60, text):
            return Odd(text, f"a number of {len(magnitude)} digits")
    elif re.match(_INT, text):
        return int(digits)
    elif re.match(_OCTAL, text):
        meaning = f"the octal number {int(digits, 8)} in YAML 1.1"
        return Odd(text, meaning, sign + (magnitude.lstrip("0") or "0"))
    elif re.match(_NOT_OCTAL, text):
        meaning = "text in YAML 1.1, where a leading 0 begins an octal number and 8 and 9 are no octal digits"
        return Odd(text, meaning, sign + magnitude.lstrip("0"))
    elif re.match(_NEW_OCTAL, text):
        return Odd(text, "text in YAML 1.1; YAML 1.2 reads an octal number", str(int(text, 8)))
    elif re.match(_BASE60, text):
        return Odd(text, f"the base-60 number {sign}{_base_60(magnitude)} in YAML 1.1")
    if re.match(_EXPONENT, text):
        return Odd(text, "text in YAML 1.1, which wants a dot and a sign in an exponent", _dotted(sign, magnitude))
    if re.match(_SIGNED_POINT, text):
        return Odd(text, "text in YAML 1.1, which wants a digit between sign and point", f"{sign}0{magnitude}")
    if re.match(_DATE, text):
        return Odd(text, "a date in YAML 1.1")
    return text


def _base_60(magnitude: str) -> int | float:
    """The value of ``1:30`` or ``1:30.5``."""
    total: int | float = 0
    for part in magnitude.split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return total


def _dotted(sign: str, magnitude: str) -> str:
    """An exponent number in the only spelling that YAML 1.1 reads as one: 1e3 -> 1.0e+3."""
    mantissa, exponent = re.split("[eE]", magnitude)
    whole, _, fraction = mantissa.partition(".")
    return f"{sign}{whole or '0'}.{fraction or '0'}e{exponent if exponent[0] in '+-' else '+' + exponent}"


CORE = "tag:yaml.org,2002:"
FLOAT_TAG = CORE + "float"
_INT_TAG, _BOOL_TAG, _NULL_TAG = CORE + "int", CORE + "bool", CORE + "null"


def _tagged(scalar: Scalar) -> Any:
    """The value of a scalar with a tag: quotes do not count then; a value that the tag does not fit stays text."""
    text, tag = scalar.text, scalar.tag
    if tag == "!":
        return resolve(text)
    if tag == _NULL_TAG:
        return None
    value = resolve(text) if tag in (_INT_TAG, FLOAT_TAG, _BOOL_TAG) else text
    if tag == _INT_TAG:
        return value if type(value) is int or isinstance(value, Odd) else text
    if tag == _BOOL_TAG:
        return value if type(value) is bool else text
    if tag == FLOAT_TAG and type(value) is not float:
        try:
            return float(text)
        except ValueError:
            return text
    return value


def python_value(node: Node) -> Any:
    """The plain Python value of a node: dicts, lists and what ``Scalar.value`` gives."""
    if type(node) is Scalar:
        return node.value
    if type(node) is Sequence:
        return [python_value(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {name: python_value(value) for name, value in node.fields.items()}
