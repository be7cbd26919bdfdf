"""Writing what a command makes into a file that is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable

from convlint.session.paths import reason


def written(path: str, text: str, read: Iterable[str] = ()) -> str | None:
    """Write a text, but not over a file that was read; what keeps it from being written."""
    try:
        if os.path.exists(path) and any(os.path.exists(one) and os.path.samefile(path, one) for one in read):
            return f"{path}: is a file that is read, and is not written over"
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        return f"{path}: cannot be written: {reason(error)}"
    return None
