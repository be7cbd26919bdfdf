"""The one way in which text from files, and names of files, reach a terminal or the log of a CI.

The runners of a CI read the output of every step line by line and obey what looks like a command of theirs: Azure
Pipelines ``##vso[...]``, TeamCity ``##teamcity[...]``, GitHub and Azure ``##[error]``, all of them anywhere in a line;
GitHub ``::error::`` where a line begins, behind any blanks; GitLab ``section_start:...`` before an escape character,
which is made visible anyway.
"""

from __future__ import annotations

import re

# Patterns are compiled when the first text is met that may match; most files have none.

#: Longer texts are cut: a message quotes what stands in a file, and that may be a megabyte.
MOST = 1000

#: C0 and C1 controls, invisible characters, characters that turn the direction of writing, lone surrogates.
_HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
#: Characters without width that .NET skips when it compares texts, as runners do.
_UNSEEN = "[\u034f\u115f\u1160\u17b4\u17b5\u200c\u200d\u3164\ufe00-\ufe0f\uffa0]*"
#: The first character of a command that is obeyed anywhere in a line.  `##[from, number, module, args]` is none: the
#: names of commands are words, and blanks or nothing follow them.
_COMMAND = (
    f"(?i)#(?={_UNSEEN}#{_UNSEEN}(?:(?:{_UNSEEN.join('vso')}|{_UNSEEN.join('teamcity')}){_UNSEEN}\\["
    f"|\\[{_UNSEEN}/?[a-z][a-z_-]*(?:[\\s\\]]|\\Z)))"
)
#: The first character of a command of GitHub, where a line begins.
_BEGINNING = rf"(?m)^((?:[^\S\n]|{_UNSEEN[:-1]})*):(?={_UNSEEN}:)"
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str, most: int = MOST) -> str:
    r"""The text with all that a terminal or a CI would obey or hide made visible: ``\x1b``, ``\x23#[group]``.

    Longer texts are cut.
    """
    if len(text) > most:
        text = text[:most] + "..."
    if not (text.isascii() and text.isprintable()):
        text = re.sub(_HIDDEN, _visible, text)
    return re.sub(_COMMAND, r"\\x23", text) if "#" in text else text


def escape_path(path: str) -> str:
    """The path of a file as the first word of a line: what GitHub would obey becomes another name of the same file."""
    return escape(f"./{path}" if re.match(_BEGINNING, path) else path)


def commands(text: str) -> list[int]:
    """Where a text has the first character of what a CI would obey anywhere in a line."""
    return [match.start() for match in re.finditer(_COMMAND, text)] if "#" in text else []


def lines(text: str) -> str:
    """A text of several lines, each of its parts escaped, with nothing that a CI would obey where a line begins."""
    text = re.sub(_BEGINNING, r"\1\\x3a", text) if "::" in text or not text.isascii() else text
    return re.sub(_COMMAND, r"\\x23", text) if "#" in text else text


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
