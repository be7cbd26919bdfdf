"""Modules that a user registered himself: what he declares about them. His code is never run.

A comment works with every framework::

    # convlint: module CBAM(c1) out=in spatial=same
    # convlint: module SPDConv(c2) kind=base spatial=/2

and so does a key that the frameworks ignore::

    x-convlint:
      modules:
        CBAM: {kind: passthrough, c1_arg: 0, max_args: 2}

``kind`` is passthrough (arguments as written), base (first argument scaled, input channels injected), repeat (base,
and the repeats injected), concat, add, or opaque (nothing is known).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from convlint.document import Comment, Span

if TYPE_CHECKING:
    from convlint.source.text import SourceFile

KINDS = ("passthrough", "base", "repeat", "concat", "add", "opaque")
# Compiled when somebody declares a module; most files declare none.
_COMMENT = r"#+\s*convlint:\s*module\s+(.*)\Z"
_HEAD = r"([A-Za-z_][\w.]*)\s*(?:\(([^)]*)\))?\s*(.*)\Z"
_SPATIAL = r"(?:same|conv|([/x])([1-9][0-9]?))\Z"
_ARGUMENT = r"arg([0-9]{1,6})\Z"
_FIELDS = ("kind", "out", "spatial", "scaled", "c1_arg", "c2", "min_args", "max_args", "require", "params")

#: What holds the names in a parser's source.
_CONTAINERS = ("frozenset", "set", "torch", "nn")


class Declared(NamedTuple):
    """What a user says about a module."""

    name: str
    kind: str
    spatial: str = "same"
    scaled: bool = True
    c1_arg: int | None = None
    c2_arg: int | None = None
    min_args: int = 0
    max_args: int | None = None
    require: tuple[str, ...] = ()
    params: str | None = None

    @property
    def scale(self) -> tuple[int, int]:
        """How height and width change, as a fraction."""
        found = re.match(_SPATIAL, self.spatial)
        if found is None or found.group(1) is None:
            return (1, 1)
        number = int(found.group(2))
        return (1, number) if found.group(1) == "/" else (number, 1)


class Mistake(NamedTuple):
    """A declaration that cannot be understood."""

    message: str
    span: Span


def from_comments(comments: Iterable[Comment]) -> tuple[dict[str, Declared], list[Mistake]]:
    """The declarations in comments."""
    found: dict[str, Declared] = {}
    mistakes: list[Mistake] = []
    for comment in comments:
        match = re.match(_COMMENT, comment.text) if "convlint:" in comment.text else None
        if match is None:
            continue
        span = (comment.start, comment.end)
        head = re.match(_HEAD, match.group(1).strip())
        if head is None:
            mistakes.append(Mistake("a declaration is `module NAME(arguments) field=value ...`", span))
            continue
        fields: dict[str, Any] = {}
        words = [word.strip() for word in (head.group(2) or "").split(",") if word.strip()]
        if "c1" in words:
            fields["c1_arg"] = words.index("c1")
        if "c2" in words:
            fields["c2"] = f"arg{words.index('c2')}"
        for word in head.group(3).split():
            key, _, value = word.partition("=")
            fields[key] = value
        declared = declare(head.group(1), fields)
        if isinstance(declared, str):
            mistakes.append(Mistake(declared, span))
        else:
            found[declared.name] = declared
    return found, mistakes


def declare(name: str, fields: Any) -> Declared | str:
    """A declaration from its fields, or what is wrong with it."""
    if isinstance(fields, str):
        fields = {"kind": fields}
    if not isinstance(fields, dict):
        return f"the declaration of {name} must be a mapping such as {{kind: base}}"
    for key in fields:
        if key not in _FIELDS:
            return f"unknown field `{key}` in the declaration of {name}; there are {', '.join(_FIELDS)}"
    c2 = fields.get("c2")
    kind = fields.get("kind") or "passthrough"
    if kind not in KINDS:
        return f"kind of {name} must be one of {', '.join(KINDS)}, not `{kind}`"
    spatial = fields.get("spatial", "same")
    if not isinstance(spatial, str) or not re.match(_SPATIAL, spatial):
        return f"spatial of {name} must be same, conv, /2 or x2, not `{spatial}`"
    place = re.match(_ARGUMENT, c2) if isinstance(c2, str) else None
    if c2 is not None and place is None:
        return f"c2 of {name} must name an argument, such as arg0"
    require = () if fields.get("require") is None else fields["require"]
    if not isinstance(require, str | list | tuple):
        wanted = "a condition such as `c1 % 32 == 0`, or a list of them"
        return f"require of {name} must be {wanted}, not `{shown(require)}`"
    counts = {key: _whole_number(fields.get(key)) for key in ("c1_arg", "min_args", "max_args")}
    for key, count in counts.items():
        if count is None and fields.get(key) is not None:
            return f"{key} of {name} must be a whole number, not `{shown(fields[key])}`"
    return Declared(
        name,
        kind,
        spatial,
        shown(fields.get("scaled", True)).lower() != "false",
        counts["c1_arg"],
        int(place.group(1)) if place is not None else None,
        counts["min_args"] or 0,
        counts["max_args"],
        (require,) if isinstance(require, str) else tuple(shown(item) for item in require),
        None if fields.get("params") is None else shown(fields["params"]),
    )


def _whole_number(value: Any) -> int | None:
    """A number of arguments, written as a number or in digits; None if it is none, or larger than any could be."""
    text = shown(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def shown(value: Any) -> str:
    """A value in words; TOML's hexadecimal numbers may be longer than Python writes out."""
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"


def from_tasks(file: SourceFile) -> dict[str, Declared]:
    """The names in ``base_modules`` and ``repeat_modules`` of a patched parser, read as text and never imported.

    Those that ultralytics has there itself are known better than by their kind, and left out.
    """
    import ast

    from convlint.formats.yolo.dialects import ULTRALYTICS

    found: dict[str, Declared] = {}
    numbers = sorted({number for numbers in file.names.values() for number in numbers})
    for node in (node for number in numbers for node in ast.walk(file.statement(number))):
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        kind = "repeat" if "repeat_modules" in names else "base" if "base_modules" in names else None
        if kind is None:
            continue
        for inner in ast.walk(node.value):
            if isinstance(inner, ast.Name) and (kind == "repeat" or inner.id not in found):
                found[inner.id] = Declared(inner.id, kind, c2_arg=0)
    known = {*ULTRALYTICS.base, *ULTRALYTICS.heads, *ULTRALYTICS.special, "base_modules", "repeat_modules"}
    return {name: declared for name, declared in found.items() if name not in known and name not in _CONTAINERS}


def value_of(expression: str, names: dict[str, Any]) -> Any:
    """A small expression such as ``c1 % 32 == 0``: numbers, names, + - * // % ** and comparisons; else ValueError."""
    import ast

    if len(expression) > 200:
        raise ValueError(expression)
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError(expression) from None
    return _evaluate(tree, names, 0)


def _evaluate(node: Any, names: dict[str, Any], depth: int) -> Any:
    import ast
    import operator

    binary = {
        ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
    }  # fmt: skip
    compared = {
        ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
        ast.GtE: operator.ge,
    }  # fmt: skip
    if depth > 20:
        raise ValueError("too deep")
    if isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        return node.value
    if isinstance(node, ast.Name) and isinstance(names.get(node.id), int):
        return names[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in binary:
        left, right = _evaluate(node.left, names, depth + 1), _evaluate(node.right, names, depth + 1)
        if abs(left) > 10**15 or abs(right) > 10**15:
            raise ValueError("too large")
        return binary[type(node.op)](left, right)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in compared:
        left, right = _evaluate(node.left, names, depth + 1), _evaluate(node.comparators[0], names, depth + 1)
        return compared[type(node.ops[0])](left, right)
    raise ValueError("only numbers, names, arithmetic and comparisons are understood")
