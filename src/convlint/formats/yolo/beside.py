"""The framework's code beside a YOLO file: looked for by paths alone, so that a file without costs next to nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convlint.source.repository import Repository

#: What is there in a folder that may hold a framework's code, or that lies inside it.
_SIGNS = ("ultralytics/nn/tasks.py", "nn/tasks.py", "models/yolo.py", "yolo.py")


def beside(path: str, memory: dict[Any, Any] | None) -> Repository | None:
    """The code beside a file, read once a run; None if there is none, or the file is none (standard input)."""
    if not os.path.isfile(path):
        return None
    folder = os.path.dirname(os.path.realpath(path))
    known = {} if memory is None else memory.setdefault("code beside files", {})
    if folder not in known:
        known[folder] = _find(path, folder)
        if known[folder] is not None:
            # Folders of one repository share what was read of it.
            root = known[folder].root
            known[folder] = known.setdefault((root, known[folder].main), known[folder])
    found: Repository | None = known[folder]
    return found


def _find(path: str, folder: str) -> Repository | None:
    while True:
        if any(os.path.lexists(os.path.join(folder, sign)) for sign in _SIGNS):
            from convlint.source import repository

            return repository.find(Path(path))
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return None
        folder = above
