"""The framework's code that a YOLO file is read with: looked for by paths, so that a file without costs nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from convlint.formats.yolo.options import AUTO, INSTALLED, Options

if TYPE_CHECKING:
    from convlint.formats.lowered import Context
    from convlint.source.repository import Repository

#: What is there in a folder that may hold a framework's code, or that lies inside it.
_SIGNS = ("ultralytics/nn/tasks.py", "nn/tasks.py", "models/yolo.py", "yolo.py")


def code(context: Context, options: Options, dialect: str) -> Repository | None:
    """The code that a file of a dialect is read with: what the user names, else what lies beside the file."""
    memory: dict[Any, Any] = {} if context.memory is None else context.memory.setdefault("code of frameworks", {})
    lasting = context.memory is not None and context.memory.lasting
    if lasting:
        _look_again(memory)
    if not isinstance(options.source, str):
        return memory.setdefault(options.source, options.source) if lasting else options.source
    found = None
    if options.source == INSTALLED:
        found = _installed(memory) if dialect == "ultralytics" else None
    elif options.source == AUTO and context.stored:
        found = _beside(context.path, memory)
        if found is not None and options.dialect is not None:
            # Code of another framework than the one that the user says the file is for.
            same = (found.framework == "ultralytics") == (options.dialect == "ultralytics")
            found = found if same else None
    last = memory.get("last")
    if found is not None and last is not found:
        memory["last"] = found
        if last is not None:
            last.drop()
    return found


def _look_again(memory: dict[Any, Any]) -> None:
    """Keep what was read for as long as its files are what they were; where there was no code, look for some again."""
    renewed: dict[Repository, Repository] = {}
    for key, found in list(memory.items()):
        if found is not None and found not in renewed:
            renewed[found] = found.renewed()
        if found is None or renewed[found].file(found.main) is None:
            del memory[key]
        else:
            memory[key] = renewed[found]


def _installed(memory: dict[Any, Any]) -> Repository | None:
    if INSTALLED not in memory:
        from convlint.source.repository import installed

        memory[INSTALLED] = installed(os.environ)
    found: Repository | None = memory[INSTALLED]
    return found


def _beside(path: str, memory: dict[Any, Any]) -> Repository | None:
    """The code beside a file, read once a run; None if there is none, or no such file."""
    if not os.path.isfile(path):
        return None
    folder = os.path.dirname(os.path.realpath(path))
    if folder not in memory:
        found = _find(path, folder)
        if found is not None:
            # Folders of one repository share what was read of it.
            found = memory.setdefault((found.root, found.main), found)
        memory[folder] = found
    beside: Repository | None = memory[folder]
    return beside


def _find(path: str, folder: str) -> Repository | None:
    while True:
        if any(os.path.lexists(os.path.join(folder, sign)) for sign in _SIGNS):
            from pathlib import Path

            from convlint.source import repository

            return repository.find(Path(path))
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return None
        folder = above


def words_about(code: Repository) -> tuple[str, str]:
    """For the summary of a run: which code was read, and how much of it."""
    place = str(code.root)
    try:
        near = os.path.relpath(place)
    except (OSError, ValueError):  # no working directory, another drive
        near = place
    if not near.startswith(os.path.join(os.pardir, os.pardir)):
        place = "this folder" if near == os.curdir else near
    if code.only == code.main:
        place = code.main_path if place == "this folder" else os.path.join(place, code.main_path)
    about = f"Checked with {code.title} as in {place}"
    files = "1 Python file" if code.read == 1 else f"{code.read} Python files"
    return about, f"{files} read, none run"
