"""Syntax errors of YAML, in words and at the place where a person would look for them.

The parser decides that a text is no YAML and where it gave up, in the terms of its own tokens.  What was probably
meant is found by looking at the text around that place and at what was open there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, ScalarEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from convlint.document.assembly import brief, too_deep
from convlint.document.nodes import Problem, Span


class PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser, for a PyYAML that was built without libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks, and tabs where libyaml allows them: PyYAML never does."""
        while True:
            while (sign := self.peek()) == " " or (sign == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if sign == "#":
                while self.peek() not in "\0\r\n":
                    self.forward()
            if not self.scan_line_break():  # type: ignore[no-untyped-call]
                return
            if not self.flow_level:
                self.allow_simple_key = True


_FOREIGN_COMMENTS = ("//", "/*")
_NO_COMMENT = "this is no comment in YAML; comments begin with `#`"


class _Place:
    """Where the parser gave up, and what it had read until then."""

    def __init__(self, text: str, error: yaml.MarkedYAMLError, parser: Any) -> None:
        self.text = text
        self.context = error.context or ""
        self.problem = error.problem or str(error)
        self.at = min(_index(error.problem_mark), len(text))
        #: Where the thing begins that is being read.
        self.since = self.at if error.context_mark is None else _index(error.context_mark)
        #: The last scalar.
        self.last: Span = (0, 0)
        #: Offsets of the open `[` and `{`, and of the block lists and mappings that are open or were until this line.
        self.brackets: list[int] = []
        self.blocks: list[int] = []
        self._replay(parser)

    def _replay(self, parser: Any) -> None:
        closed: list[int] = []
        stack: list[tuple[bool, int]] = []
        try:
            while True:  # until it gives up again
                event = parser.get_event()
                if isinstance(event, CollectionEndEvent):
                    flow, start = stack.pop()
                    if not flow:
                        closed.append(start)
                elif isinstance(event, CollectionStartEvent):
                    flow, end = bool(event.flow_style), _index(event.end_mark)
                    # The event ends behind the bracket, behind a dash that is not indented, or at the first thing.
                    behind = flow or self.text[max(end - 1, 0)] == "-"
                    stack.append((flow, max(end - 1, 0) if behind else end))
                    closed.clear()
                elif isinstance(event, ScalarEvent):
                    span = _index(event.start_mark), _index(event.end_mark)
                    if span[0] < span[1]:
                        self.last = span
                    closed.clear()
        except yaml.YAMLError:
            pass
        self.brackets = [start for flow, start in stack if flow and self.text[start] in "[{"]
        self.blocks = [start for flow, start in stack if not flow] + closed

    @property
    def found(self) -> str:
        """The character at which the parser gave up, empty at the end of the text."""
        return self.text[self.at : self.at + 1]

    @property
    def at_end(self) -> bool:
        """Whether nothing but blanks and comments follows."""
        return re.compile(r"(?:\s|#.*+)*+\Z").match(self.text, self.at) is not None

    @property
    def first_in_line(self) -> bool:
        """Whether nothing stands before the place in its line."""
        return not self.text[self.line_start(self.at) : self.at].strip()

    @property
    def is_item(self) -> bool:
        """Whether a list item begins here."""
        return self.found == "-" and self.text[self.at + 1 : self.at + 2] in ("", " ", "\t", "\r", "\n")

    def line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def column(self, offset: int) -> int:
        return offset - self.line_start(offset)

    def line(self) -> Span:
        """The rest of the line, at least one character."""
        end = len(self.text[: self.line_end(self.at)].rstrip())
        return (self.at, end) if end > self.at else _visible(self.text, self.at)

    def line_before(self, offset: int) -> Span | None:
        """The last line above that is neither empty nor a comment, without its indentation."""
        end = self.line_start(offset) - 1
        while end >= 0:
            start = self.line_start(end)
            line = self.text[start:end]
            if line.strip() and not line.lstrip().startswith("#"):
                return start + len(line) - len(line.lstrip()), start + len(line.rstrip())
            end = start - 1
        return None

    def word(self, offset: int) -> Span:
        """The word that begins at an offset, at least one character."""
        match = re.compile(r"[^\s,\[\]{}:#\"']{1,40}").match(self.text, offset)
        return match.span() if match else _visible(self.text, offset)

    def quoted(self, span: Span) -> str:
        return f"`{brief(self.text[span[0] : span[1]])}`"


def problem(text: str, error: yaml.YAMLError, parser: Any) -> Problem:
    """A sentence and a place for a text that ``parser``, a fresh one, will not read."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem("CL001", str(error), (0, 0))
    if "nesting depth" in (error.problem or ""):
        # libyaml looks further ahead than our own limit, so that it may be the first to meet one of its own.
        return too_deep(_index(error.problem_mark)).problem
    place = _Place(text, error, parser)
    for pattern, explain in _EXPLANATIONS:
        if re.search(pattern, place.problem):
            answer = explain(place)
            if answer is not None:
                return Problem("CL001", answer.message, answer.span, answer.labels, help=answer.help)
    wording = place.problem.replace("<stream end>", "the end of the file")
    return Problem("CL001", re.sub("[<>]", "", wording), _visible(text, place.at))


def stumbled(text: str) -> Problem:
    """A text that makes the parser itself fail: an escape that stands for no character."""
    match = re.search(r"\\U[0-9a-fA-F]{8}|!\S{0,200}?%[0-9a-fA-F]{2}|%YAML.*", text)
    return Problem("CL001", "an escape that stands for no character", match.span() if match else (0, 0))


class _Answer(NamedTuple):
    message: str
    span: Span
    labels: tuple[tuple[Span, str], ...] = ()
    help: str | None = None


def _index(mark: Any) -> int:
    return int(mark.index)


def _visible(text: str, offset: int) -> Span:
    """The character at an offset, or the last visible one before it when nothing stands there."""
    if offset >= len(text) or text[offset] in "\r\n":
        offset = max(len(text[:offset].rstrip()) - 1, 0)
    return offset, min(offset + 1, len(text))


def _in_brackets(place: _Place) -> _Answer | None:
    """Neither a comma nor the closing bracket follows a value in ``[...]`` or ``{...}``."""
    text, at, opener = place.text, place.at, place.since
    closer = "]" if text[opener] == "[" else "}"
    start, end = place.last
    if place.at_end:
        return _never_closed(place, opener)
    unclosed = _unclosed_quote(place)
    if unclosed is not None:
        return unclosed
    labels = (((opener, opener + 1), "opened here"),)
    if place.found in "]}":
        return _Answer(f"`{place.found}` stands where `{closer}` closes the list or mapping", (at, at + 1), labels)
    if start < end and text[start] not in "\"'" and not text[end:at].strip():
        written = text[start:end]
        if written.startswith(_FOREIGN_COMMENTS):
            return _Answer(_NO_COMMENT, (start, start + len(written.split("\n")[0].rstrip())))
        if "\n" in written:
            # The parser took what follows in the next line for more of the same word.
            end = start + len(written[: written.index("\n")].rstrip())
        elif place.found == ":":
            words = re.split(r"[ \t]+", written)
            if len(words) == 1:
                return _long_key(start, end) or _second_colon(place)
            word = end - len(words[-1]), end
            return _Answer(f"a comma is missing before {place.quoted(word)}", word)
    if "\n" in text[end:at]:
        message = f"`{closer}` or a comma is missing after this"
        return _Answer(message, _visible(text, max(len(text[:end].rstrip()) - 1, opener)), labels)
    word = place.word(at)
    return _Answer(f"a comma is missing before {place.quoted(word)}", word)


def _never_closed(place: _Place, opener: int) -> _Answer:
    closer = "]" if place.text[opener] == "[" else "}"
    return _Answer(f"`{place.text[opener]}` is never closed; `{closer}` is missing", (opener, opener + 1))


def _unclosed_quote(place: _Place) -> _Answer | None:
    """A quoted text that reaches over lines and is followed by more: its end is another one's beginning."""
    start, end = place.last
    if place.text[start : start + 1] in ("'", '"') and "\n" in place.text[start:end] and place.at - end < 2:
        labels = (((end - 1, end), "this quote closes it"),)
        return _Answer("this quote has no partner in its line", (start, start + 1), labels)
    return None


def _long_key(start: int, end: int) -> _Answer | None:
    if end - start <= 1000:
        return None
    return _Answer("a key longer than 1,024 characters, which YAML does not allow", (start, start + 1))


def _second_colon(place: _Place) -> _Answer:
    written = place.text[place.line_start(place.at) : place.at]
    help = "put text with a colon in quotes"
    another = re.search(r"([^:\s])[ \t]+([\w.-]{1,60})\Z", written[-100:])
    if not place.brackets and another is not None:
        if another.group(1) == ",":
            help = "write one key in a line, or all of them in braces: `{a: 1, b: 2}`"
        else:
            help = f"begin a new line before `{brief(another.group(2))}`, or {help}"
    return _Answer("a second `: ` in one value", _visible(place.text, place.at), help=help)


def _no_value(place: _Place) -> _Answer | None:
    """A value is wanted, in brackets or behind an anchor, and something else follows."""
    span = _visible(place.text, place.at)
    if place.at_end and place.brackets:
        return _never_closed(place, place.brackets[-1])
    if place.brackets and place.is_item:
        labels = (((place.brackets[-1], place.brackets[-1] + 1), "opened here"),)
        return _Answer("a list item with a dash inside brackets; is a closing bracket missing?", span, labels)
    if place.found == ",":
        return _Answer("nothing stands before this comma", span)
    if place.found == ":":
        return _Answer("no key stands before this colon", span)
    return _Answer(f"a value is missing before {place.quoted(span)}", span)


def _left_over(place: _Place) -> _Answer | None:
    """A block list or mapping goes on in a way that does not belong to it."""
    text, at = place.text, place.at
    span = place.word(at)
    if place.found in ("]", "}"):
        return _Answer(
            f"`{place.found}` closes nothing; its opening bracket is missing or closed already", (at, at + 1)
        )
    if not place.first_in_line:
        return _behind_value(place)
    if place.found == "-" and not place.is_item:
        return _Answer("a space is missing after the dash", (at, at + 1))
    columns = sorted({place.column(offset) for offset in place.blocks})
    item_columns = {place.column(offset) for offset in place.blocks if text[offset] == "-"}
    column = place.column(at)
    if place.is_item and item_columns and column not in item_columns:
        nearest = max(offset for offset in place.blocks if text[offset] == "-")
        labels = (((nearest, nearest + 1), "the first item of the list"),)
        message = f"this list item is indented by {column}, its list by {place.column(nearest)}"
        return _Answer(message, (at, at + 1), labels)
    if column not in columns:
        *fewer, most = columns
        allowed = f"{', '.join(map(str, fewer))} or {most}" if fewer else str(most)
        return _Answer(f"this line is indented by {column}, the lines above it allow {allowed}", span)
    if place.is_item:
        return _Answer("a list item stands among the keys of a mapping", (at, at + 1))
    if place.found == ":":
        return _Answer("no key stands before this colon", (at, at + 1))
    return _Answer("a key stands among the items of a list; a dash is missing, or the indentation is wrong", span)


def _behind_value(place: _Place) -> _Answer:
    """Something follows a complete value in the same line."""
    unclosed = _unclosed_quote(place)
    if unclosed is not None:
        return unclosed
    text, at = place.text, place.at
    start, end = place.last
    span = place.word(at)
    if place.found == ",":
        return _Answer("a comma after a complete value; commas stand only inside brackets", span)
    if start < end == at and text[start] == "'":
        help = "write an apostrophe inside single quotes twice: `''`"
        return _Answer("the quoted text ends before this", span, (((start, end), "quoted text"),), help)
    if start < end <= at and text[start] in "\"'" and not text[end:at].strip():
        return _Answer("text stands after the closing quote", span, help="put all of it into the quotes")
    return _Answer(f"{place.quoted(span)} stands after a complete value", span)


def _colon(place: _Place) -> _Answer | None:
    """A ``: `` where no key can be: the second in its line, or the line does not fit the one before."""
    text, at = place.text, place.at
    line = place.line_start(at)
    written = text[line:at]
    if re.search(r":[ \t]", written):
        return _second_colon(place)
    key = line + len(written) - len(written.lstrip()), at
    long_key = _long_key(*key)
    if long_key is not None:
        return long_key
    # The parser has taken this line for more of the value above it.
    above = place.line_before(at)
    if text.startswith("---", line):
        return _Answer("a mapping cannot begin in the line of `---`", (line, line + 3))
    if above is None:
        return _Answer("a `: ` is not possible here", _visible(text, at), help="put text with a colon in quotes")
    wrong = _no_pair(place, above)
    if wrong is not None:
        return wrong
    message = "this line is indented deeper than the line above it, which has its value already"
    return _Answer(message, key if key[0] < at else _visible(text, at), ((above, "the line above"),))


def _no_pair(place: _Place, line: Span) -> _Answer | None:
    """What is wrong with a line that is no ``key: value``."""
    written = place.text[line[0] : line[1]]
    start = line[0] + len(written) - len(written.lstrip(" -"))
    if re.match(r"<<<<<<<|=======|>>>>>>>", written):
        return _Answer("a conflict marker of git", line)
    if written.startswith(_FOREIGN_COMMENTS):
        return _Answer(_NO_COMMENT, line)
    tight = re.compile(r"[\w.-]+(:)\S").match(place.text, start, line[1])
    if tight is not None:
        return _Answer("a space is missing after this colon", tight.span(1))
    if re.search(r":(?:\s|$)", written):
        return None
    equals = re.compile(r"[\w.-]+\s*(=)").match(place.text, start, line[1])
    if equals is not None:
        return _Answer("YAML writes `key: value`, not `key = value`", equals.span(1))
    word = re.compile(r"[\w.-]+").match(place.text, start, line[1])
    if word is not None:
        return _Answer(f"a `: ` is missing after {place.quoted(word.span())}", word.span())
    return _Answer("a `: ` is missing in this line", line)


def _no_colon(place: _Place) -> _Answer | None:
    """A line among the keys of a mapping without a colon."""
    line = place.since, max(len(place.text[: place.line_end(place.since)].rstrip()), place.since + 1)
    return _no_pair(place, line) or _Answer("a key must stand in one line, of at most 1024 characters", line)


def _sign(place: _Place) -> _Answer | None:
    """A character that cannot begin a value."""
    at = place.at
    if place.found == "\t":
        return _tab(place)
    if place.text.startswith("{%", at - 1):
        return _Answer("`{%` is no YAML; is this a template that has not been filled in?", (at - 1, at + 1))
    sign = "a backtick" if place.found == "`" else f"`{place.found}`"
    return _Answer(f"a word cannot begin with {sign}", (at, at + 1), help="put it in quotes")


def _tab(place: _Place) -> _Answer:
    return _Answer("a tab stands where YAML wants spaces", (place.at, place.at + 1), help="indent with spaces")


def _name(place: _Place) -> _Answer | None:
    """An alias, an anchor, a tag or a directive that is none."""
    start = min(place.since, len(place.text) - 1)
    meanings = {"*": "an alias", "&": "an anchor", "!": "a tag", "%": "a directive"}
    sign = place.text[start]
    if sign not in meanings:
        return None
    message = f"`{sign}` begins {meanings[sign]} in YAML, and this is none"
    return _Answer(message, (start, max(place.at, start + 1)), help=f"put text that begins with `{sign}` in quotes")


def _open_quote(place: _Place) -> _Answer | None:
    return _Answer("the quote opened here is never closed", (place.since, place.since + 1))


def _escape(place: _Place) -> _Answer | None:
    start = place.text.rfind("\\", 0, place.at + 1)
    help = "use single quotes, where a backslash is a backslash, or write `\\\\`"
    escape = re.compile(r"\\(?:x[0-9a-fA-F]{0,2}|u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|.|\Z)").match(place.text, start)
    if escape is None:
        return None
    if re.match(r"\\u[dD][89a-fA-F]", escape.group()):
        message = f"{place.quoted(escape.span())} is half a character, as in JSON; YAML writes the character itself"
        return _Answer(message, escape.span())
    return _Answer(f"{place.quoted(escape.span())} is no escape that YAML knows", escape.span(), help=help)


def _second_root(place: _Place) -> _Answer | None:
    """Something follows the end of a document."""
    text, span = place.text, place.word(place.at)
    section = re.match(r"(?:\s|#.*+)*+(\[+[\w.\"' -]+\]+)[ \t]*(?:#.*)?\r?\n", text)
    if section is not None:
        message = f"`{brief(section.group(1))}` begins a section of INI, TOML or Darknet; this is not YAML"
        return _Answer(message, section.span(1))
    if re.search(r"^%", text[: place.at], re.MULTILINE):
        return _Answer("a line `---` must stand between directives (`%`) and the document", span)
    return _Answer("the document ends before this", span, help="a line `---` begins another document")


def _item_behind_key(place: _Place) -> _Answer | None:
    help = "begin the list in the next line, or write `[a, b]`"
    return _Answer("a list with dashes cannot begin in the line of its key", (place.at, place.at + 1), help=help)


def _block_header(place: _Place) -> _Answer | None:
    start = place.since
    sign = place.text[start : start + 1]
    if sign not in ("|", ">"):
        return None
    end = len(place.text[: place.line_end(start)].rstrip())
    message = f"`{sign}` begins a block of text in the next lines; only a comment may follow it"
    return _Answer(message, (start, end), help=f"put text that begins with `{sign}` in quotes")


def _version(place: _Place) -> _Answer | None:
    return _Answer("not a version of YAML that can be read", place.line(), help="leave the line `%YAML` out")


def _twice(place: _Place) -> _Answer | None:
    return _Answer("this directive is written twice", place.line())


def _tag_handle(place: _Place) -> _Answer | None:
    return _Answer("no %TAG directive declares the prefix of this tag", place.word(place.at))


#: What libyaml or PyYAML's own parser calls a problem, and what explains it.
_EXPLANATIONS: tuple[tuple[str, Callable[[_Place], _Answer | None]], ...] = (
    (r"expected ',' or '[\]}]'", _in_brackets),
    (r"node content", _no_value),
    (r"expected '-' indicator|expected key\Z|expected <block end>", _left_over),
    (r"mapping values are not allowed", _colon),
    (r"unexpected ':'", lambda place: _Answer("a space is missing after this colon", (place.at, place.at + 1))),
    (r"could not find expected ':'", _no_colon),
    (r"cannot start any token|mapping keys are not allowed", _sign),
    (r"tab character", lambda place: _tab(place)),
    (r"sequence entries are not allowed", _item_behind_key),
    (r"unexpected end of stream|unexpected document (?:indicator|separator)", _open_quote),
    (r"escape character|hexdecimal number|escape sequence|Unicode character escape|hexadecimal numbers", _escape),
    (r"document start>", _second_root),
    (r"incompatible YAML|version number|digit or '\.'|a digit", _version),
    (r"duplicate (?:%|YAML|tag)", _twice),
    (r"undefined tag handle", _tag_handle),
    (r"indentation indicator|comment or (?:a )?line break", _block_header),
    (r"", _name),
)
