"""One Python file as text: cut into its statements, each of which is parsed when it is asked for, and none ever run."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

#: The same limits as those of Python's own tokenizer, looked at before it is asked.
MAX_BRACKETS = 200
MAX_INDENTS = 100
#: Characters that are parsed at once.
MAX_PARSED = 512 * 1024
#: Lines and items that are parsed at once: dense text makes trees of a thousand times its size.
MAX_ITEMS = 50_000
#: Statements at top level.
MAX_STATEMENTS = 10_000
#: Opening braces in text that is parsed at once, if it has f-strings: Python 3.11 takes the square of their fields.
MAX_FIELDS = 5_000
#: Names that are followed through the sums of ``__all__``.
MAX_EXPORTS = 10_000

#: The next thing that decides where a statement begins, behind all that does not. A quantifier never gives back what it
#: took, and three quotes that are not closed end the scan: so no text takes longer than a few times its length.
_TOKENS = re.compile(
    r'''
    (?:
        [^][(){}'"\#\\\n;]++
      | \n (?! (?: [ \t\f]* \f )? [^\s\#)\]}] )
      | \# [^\n]*+
      | """ [^"\\]*+ (?: (?: \\. | "(?!"") ) [^"\\]*+ )*+ """
      | \'\'\' [^'\\]*+ (?: (?: \\. | '(?!\'\') ) [^'\\]*+ )*+ \'\'\'
      | (?! """ | \'\'\' ) (?: " [^"\\\n]*+ (?: \\. [^"\\\n]*+ )*+ "? | ' [^'\\\n]*+ (?: \\. [^'\\\n]*+ )*+ '? )
      | \( [^][(){}'"\#\\;]*+ \)
      | \[ [^][(){}'"\#\\;]*+ \]
      | \\ \n?
    )*+
    (?: (?P<open> [(\[{] ) | (?P<close> [)\]}] ) | (?P<semicolon> ; ) | (?P<line> \n ) | (?P<unclosed> ["'] ) | \Z )
    ''',
    re.VERBOSE | re.DOTALL,
)
#: What comes first, behind empty lines and comments.
_FIRST = re.compile(r"(?:[ \t\f]*+(?:#[^\n]*+)?\n)*+(?=[ \t\f]*+[^\n#])")
_CLAUSE = re.compile(r"[ \t\f]*(?:else|elif|except|finally)\b")
_COMPOUND = re.compile(r"[ \t\f]*(?:@|(?:async|class|def|for|if|try|while|with)\b)")
_DEFINITION = re.compile(r"[ \t\f]*(?:(?:async[ \t]+)?def|class)[ \t]+([^\W\d]\w*)")
_ASSIGNMENT = re.compile(r"[ \t\f]*([^\W\d]\w*)[ \t]*=(?!=)")
_FORMATTED = re.compile(r"""\b(?:[fF][rR]?|[rR][fF])["']""")
_DEEP = re.compile(rf"^[ \t\f]{{{MAX_INDENTS}}}", re.MULTILINE)
_INDENT = re.compile(r"^([ \t\f]*)(?=[^\s#])", re.MULTILINE)


class _Piece(NamedTuple):
    """A statement at top level: where its text begins and ends, its line, and which one it is of several in a line.

    ``head`` is where it begins behind its decorators.
    """

    start: int
    end: int
    line: int
    head: int
    part: int = 0
    parts: int = 1


class _Refused(Exception):
    """Text that is no Python, in words."""


class _TooMuch(_Refused):
    """Text that is beyond a limit, and not parsed whatever it is."""


class SourceFile:
    """A Python file, parsed statement by statement: to parse one of 8,500 lines whole takes half a second.

    ``name`` is dotted, ``path`` for people.  Statements at top level are numbered; a number stays good for as long as
    the file lives.  A file that is no Python has a ``problem`` and no names.
    """

    def __init__(self, name: str, text: str, package: bool, path: str) -> None:
        self.name = name
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self.package = package
        self.path = path
        self._problem: str | None = None
        self._pieces: list[_Piece] | None = None
        self._lines: list[int] = []
        self._trees: dict[int, list[ast.stmt]] = {}
        #: Behind the pieces, if cutting went wrong: the statements of the whole text, and how many there are.
        self._whole: list[ast.stmt] | None = None
        self._whole_count: int | None = None
        self._names: dict[str, list[int]] | None = None
        self._changes: dict[str, list[int]] = {}
        self._exports: tuple[list[str] | None] | None = None
        self._stars: list[tuple[int, int, str]] = []

    # What others ask ------------------------------------------------------------------------------------------------

    @property
    def problem(self) -> str | None:
        """Why the file cannot be read: ``line 12: invalid syntax``. A statement nobody asks for is not looked into."""
        self._cut()
        return self._problem

    @property
    def names(self) -> dict[str, list[int]]:
        """The names that statements at top level bind, each with the numbers of these statements."""
        self._analyse()
        return self._names or {}

    @property
    def stars(self) -> list[tuple[int, int, str]]:
        """What is imported with ``*``, in order: number of the statement, leading dots, module."""
        self._analyse()
        return self._stars

    def changes(self, name: str) -> list[int]:
        """Statements that touch what a name stands for: ``Conv.act = nn.SiLU()``, ``__all__.append("x")``."""
        self._analyse()
        return self._changes.get(name, [])

    def statement(self, number: int) -> ast.stmt:
        """A statement, with its line numbers in the file; ``pass`` in place of one that is no Python (``problem``)."""
        pieces = self._cut()
        if self._problem is None and self._whole_count is None:
            piece = pieces[number]
            # Several statements of one line are parsed together.
            tree = self._trees.get(piece.start)
            if tree is None:
                tree = self._trees[piece.start] = self._parse_piece(piece)
            if tree:
                return tree[piece.part]
        line = pieces[number].line if number < len(pieces) else 1
        if self._problem is None:
            whole = self._parse_whole()
            if number >= len(pieces):
                number -= len(pieces)
            else:
                number = max(0, bisect_right(whole, line, key=_first_line) - 1)
            if number < len(whole):
                return whole[number]
        return ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=0)

    def drop(self) -> None:
        """Forget the trees; they are made again when they are asked for."""
        self._trees.clear()
        self._whole = None

    @property
    def exports(self) -> list[str] | None:
        """The names in ``__all__`` where they are written out as texts; None where they are not."""
        names = self.names
        if self._exports is None:
            found: list[str] | None = None
            for number in sorted({*names.get("__all__", ()), *self.changes("__all__")}):
                found = _exported(self.statement(number), found)
                if found is None:
                    break
            self._exports = (found,)
        return self._exports[0]

    def star_names(self) -> list[str]:
        """What ``import *`` of this file takes, besides what the file itself takes in that way."""
        exports = self.exports
        return [name for name in self.names if not name.startswith("_")] if exports is None else exports

    # Cutting --------------------------------------------------------------------------------------------------------

    def _cut(self) -> list[_Piece]:
        if self._pieces is None:
            self._pieces = []
            try:
                if "\0" in self.text:
                    raise _Refused(f"line {self._line_at(self.text.index(chr(0)))}: a null byte")
                self._look_at_indents()
                self._pieces = self._scan()
                if self._pieces is _WRONG:
                    self._pieces = []
                    self._parse_whole()
            except _Refused as refused:
                self._refuse(str(refused))
        return self._pieces

    def _refuse(self, words: str) -> None:
        self._problem = words
        self._names, self._changes, self._stars, self._exports = {}, {}, [], (None,)
        self.drop()

    def _line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def _look_at_indents(self) -> None:
        """Refuse what is indented too deep; where no line begins with so many blanks, nothing can be."""
        if _DEEP.search(self.text) is None:
            return
        levels = [0]
        for found in _INDENT.finditer(self.text):
            width = len(found[1].expandtabs())
            while width < levels[-1]:
                levels.pop()
            if width > levels[-1]:
                levels.append(width)
                if len(levels) > MAX_INDENTS:
                    line = self._line_at(found.start())
                    raise _TooMuch(f"line {line}: more than {MAX_INDENTS} levels of indentation")

    def _scan(self) -> list[_Piece]:
        text = self.text
        first = _FIRST.match(text)
        if first is None:
            return []
        starts = [first.end()]
        semicolons: list[int] = []
        depth = 0
        for found in _TOKENS.finditer(text, first.end()):
            kind = found.lastgroup
            if kind is None:
                continue
            if kind == "open":
                depth += 1
                if depth > MAX_BRACKETS:
                    line = self._line_at(found.end())
                    raise _TooMuch(f"line {line}: more than {MAX_BRACKETS} brackets inside each other")
            elif kind == "close":
                depth -= 1
                if depth < 0:
                    return _WRONG
            elif kind == "unclosed":
                return _WRONG
            elif depth == 0:
                if kind == "line":
                    starts.append(found.end())
                    if len(starts) > MAX_STATEMENTS:
                        raise _TooMuch(_MANY)
                else:
                    semicolons.append(found.end() - 1)
        return _WRONG if depth else self._pieces_at(starts, semicolons)

    def _pieces_at(self, starts: list[int], semicolons: list[int]) -> list[_Piece]:
        """Pieces from the places of lines that are not indented."""
        text = self.text
        joined: list[tuple[int, int]] = []
        decorated = False
        for start in starts:
            if decorated:
                joined[-1] = joined[-1][0], start
            elif not joined or _CLAUSE.match(text, start) is None:
                joined.append((start, start))
            decorated = text.startswith("@", start)
        pieces: list[_Piece] = []
        line, counted, after = 1, 0, 0
        for place, (start, head) in enumerate(joined):
            end = joined[place + 1][0] if place + 1 < len(joined) else len(text)
            line += text.count("\n", counted, start)
            counted = start
            piece = _Piece(start, end, line, head)
            before = after
            while after < len(semicolons) and semicolons[after] < end:
                after += 1
            if after > before and _COMPOUND.match(text, start) is None:
                if after - before > MAX_STATEMENTS:
                    raise _TooMuch(_MANY)
                # `match` is a statement or a name: only parsing tells.
                parts = len(self._parse(text[start:end], line).body)
                if len(pieces) + parts > MAX_STATEMENTS:
                    raise _TooMuch(_MANY)
                pieces += [piece._replace(part=part, parts=parts) for part in range(parts)]
            else:
                pieces.append(piece)
        return pieces

    # Parsing --------------------------------------------------------------------------------------------------------

    def _parse(self, text: str, line: int) -> ast.Module:
        """Parse text that begins at a line; ``_Refused`` in words."""
        if len(text) > MAX_PARSED:
            raise _TooMuch(f"line {line}: more than {MAX_PARSED // 1024} kB in one statement")
        if sum(map(text.count, "\n;,")) > MAX_ITEMS:
            raise _TooMuch(f"line {line}: more than {MAX_ITEMS:,} lines or items in one statement")
        if text.count("{") > MAX_FIELDS and _FORMATTED.search(text):
            raise _TooMuch(f"line {line}: more than {MAX_FIELDS:,} braces in one statement")
        before = 0
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Empty lines in front cost less than to walk the tree and move it, unless there is little to move.
                before = line - 1 if len(text) * 16 > line else 0
                tree = ast.parse("\n" * before + text)
            return tree if before == line - 1 else ast.increment_lineno(tree, line - 1)
        except SyntaxError as error:
            raise _Refused(f"line {(error.lineno or 1) + line - 1 - before}: {error.msg[:100]}") from None
        except (RecursionError, MemoryError):
            raise _TooMuch(f"line {line}: nested too deep to be parsed") from None
        except ValueError as error:
            raise _Refused(f"line {line}: {str(error)[:100]}") from None

    def _parse_piece(self, piece: _Piece) -> list[ast.stmt]:
        """The statements of a piece; if it is none, the whole text is parsed, and that counts."""
        words = None
        try:
            body = self._parse(self.text[piece.start : piece.end], piece.line).body
            if len(body) == piece.parts:
                return body
        except _TooMuch as refused:
            self._refuse(str(refused))
            return []
        except _Refused as refused:
            words = str(refused)
        try:
            self._parse_whole()
        except _TooMuch as refused:
            self._refuse(words or str(refused))
        except _Refused as refused:
            self._refuse(str(refused))
        return []

    def _parse_whole(self) -> list[ast.stmt]:
        if self._whole is None:
            self._whole = self._parse(self.text, 1).body
            if self._whole_count is None:
                if len(self._whole) > MAX_STATEMENTS:
                    raise _TooMuch(_MANY)
                self._whole_count = len(self._whole)
                self._trees.clear()
                self._names = self._exports = None
        return self._whole

    # Names ----------------------------------------------------------------------------------------------------------

    def _analyse(self) -> None:
        """Find out which statements bind which names."""
        pieces = self._cut()
        while self._names is None:
            names: dict[str, list[int]] = {}
            self._names, self._changes, self._stars = names, {}, []
            count = self._whole_count
            numbers = range(len(pieces)) if count is None else range(len(pieces), len(pieces) + count)
            for number in numbers:
                name = self._bound_by_sight(pieces[number]) if count is None else None
                if name is None:
                    self._note(number, self.statement(number))
                elif name:
                    names.setdefault(name, []).append(number)
                if self._names is not names:
                    # Refused, or to be done again with the statements of the whole text.
                    break

    def _bound_by_sight(self, piece: _Piece) -> str | None:
        """The one name that a statement binds, as far as it need not be parsed to see it; empty if it binds none."""
        text = self.text
        found = _DEFINITION.match(text, piece.head)
        if found is not None:
            return found[1]
        found = _ASSIGNMENT.match(text, piece.start)
        if found is not None and piece.parts == 1 and text.find("=", found.end(), piece.end) < 0:
            return found[1]
        if text[piece.start] in "\"'" and text.find("=", piece.start, piece.end) < 0:
            return ""
        return None

    def _note(self, number: int, statement: ast.stmt) -> None:
        names: set[str] = set()
        for node in _of_this_scope(statement):
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                self._stars.append((number, node.level, node.module or ""))
            for name in _binds(node):
                if name not in names and self._names is not None:
                    names.add(name)
                    self._names.setdefault(name, []).append(number)
            for name in _touches(node):
                numbers = self._changes.setdefault(name, [])
                if number not in numbers[-1:]:
                    numbers.append(number)


_MANY = f"more than {MAX_STATEMENTS:,} statements"
#: What a scan gives that lost its way.
_WRONG: list[_Piece] = [_Piece(0, 0, 0, 0)]


def _first_line(statement: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and statement.decorator_list:
        return statement.decorator_list[0].lineno
    return statement.lineno


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _of_this_scope(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement in order, without the inside of functions and classes."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.comprehension):
            # Its target is a name of its own.
            waiting += reversed([node.iter, *node.ifs])
        elif not isinstance(node, _SCOPES):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _binds(node: ast.AST) -> Iterable[str]:
    """The names that one node binds."""
    if isinstance(node, ast.Name):
        return [node.id] if isinstance(node.ctx, ast.Store) else []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names if alias.name != "*"]
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return [node.name] if node.name else []
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    return []


def _touches(node: ast.AST) -> Iterable[str]:
    """The names whose value one node changes: an attribute or item that is set, a method called as a statement."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return _owner(node.value)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute):
            return _owner(called.value)
        if isinstance(called, ast.Name) and called.id in ("setattr", "delattr") and node.value.args:
            return _owner(node.value.args[0])
    return []


def _owner(node: ast.expr) -> list[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return [node.id] if isinstance(node, ast.Name) else []


def _exported(statement: ast.stmt, before: list[str] | None) -> list[str] | None:
    """``__all__`` behind a statement that sets or changes it; None if it is not written out."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return _texts(statement.value, before)
    if isinstance(statement, ast.AnnAssign) and statement.value is not None and isinstance(statement.target, ast.Name):
        return _texts(statement.value, before)
    if before is None:
        return None
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        more = _texts(statement.value, before)
        return None if more is None else before + more
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if isinstance(call.func, ast.Attribute) and len(call.args) == 1 and not call.keywords:
            if call.func.attr == "extend":
                more = _texts(call.args[0], before)
                return None if more is None else before + more
            if call.func.attr in ("append", "remove"):
                text = call.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    others = [name for name in before if name != text.value]
                    return [*before, text.value] if call.func.attr == "append" else others
    return None


def _texts(node: ast.expr, before: list[str] | None) -> list[str] | None:
    """The texts of a list or tuple, or of a sum of them; ``__all__`` itself is what it was before."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add):
            waiting += [one.right, one.left]
        elif isinstance(one, ast.Name) and one.id == "__all__" and before is not None:
            found += before
        elif isinstance(one, ast.List | ast.Tuple):
            for item in one.elts:
                if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
                    return None
                found.append(item.value)
        else:
            return None
        if len(found) > MAX_EXPORTS:
            return None
    return found
