"""The one way in which text from files, and names of files, reach a terminal."""

from __future__ import annotations

import re

#: Longer texts are cut: a message quotes what stands in a file, and that may be a megabyte.
MOST = 1000

#: C0 and C1 controls, invisible characters, characters that turn the direction of writing, lone surrogates.
_HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str, most: int = MOST) -> str:
    r"""The text with everything that a terminal would obey or hide made visible: ``\x1b``, ``\u202e``, ``\n``."""
    if len(text) > most:
        text = text[:most] + "..."
    return text if text.isascii() and text.isprintable() else re.sub(_HIDDEN, _visible, text)


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
