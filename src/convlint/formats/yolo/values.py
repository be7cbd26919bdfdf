"""Text among the arguments of a row, as the parsers of the frameworks read it; nothing is ever executed."""

from __future__ import annotations

import re
from typing import Any

from convlint.formats.yolo import findings

_WORDS = {"None": None, "True": True, "False": False}
_NAME = re.compile(r"[^\W\d]\w*\Z")
_KEYWORDS = frozenset(
    [
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
    ]
)
#: Longer texts are not tried as literals.
MAX_LITERAL = 300


class Captured:
    """A variable of the parser that is no plain value."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


def literal(text: str) -> Any:
    """What ``ast.literal_eval`` makes of a text: its value, the text itself where that raises ValueError.

    Refused where it raises anything else: those errors stop the framework.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _NAME.match(text) and text not in _KEYWORDS:
        return text
    if len(text) > MAX_LITERAL:
        return text
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(text)
    except ValueError:
        return text
    except (SyntaxError, TypeError, MemoryError, RecursionError):
        raise findings.bad_string_argument(f"`{text}` is neither a number nor a name") from None


def evaluated(text: str) -> Any:
    """What ``eval`` makes of a literal or a name in YOLOv5, v7 and v9: unknown names stay text.

    Calls such as ``nn.LeakyReLU(0.1)`` become an object that nothing here looks into.
    """
    if re.match(r"nn\.\w+\(.*\)\Z", text):
        return Captured(text)
    return literal(text)
