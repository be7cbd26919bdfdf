"""Frameworks' own model files by name: found by path in a framework that is there, for none of them is ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from convlint.formats.lowered import Stock
from convlint.formats.yolo.scaling import file_scale

#: Where frameworks keep model files, from the folder on that holds their code.
_FOLDERS = ("ultralytics/cfg/models", "cfg/models", "models", "cfg")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
#: More folders are not looked at.
_MOST_FOLDERS = 500


def find(name: str, folder: str) -> Stock | None:
    """The file of a stock network; a letter that is no file's own is the scale, as in ultralytics: yolo11s-seg."""
    stem = name.removesuffix(".yaml").removesuffix(".pt")
    if not _NAME.fullmatch(stem):
        return None
    letter = file_scale(stem)
    unscaled = re.sub(rf"(\d+){letter}(?=[.-]|$)", r"\1", stem, count=1) if letter else stem
    for root in _roots(folder):
        files = {file: path for path in _files(root) if (file := os.path.basename(path)[: -len(".yaml")])}
        if stem in files:
            return Stock(files[stem], None)
        if letter and unscaled in files:
            return Stock(files[unscaled], letter)
    return None


def _roots(folder: str) -> Iterator[str]:
    """Folders of frameworks: those that a folder lies in, then the one that is installed."""
    seen = os.path.realpath(folder)
    while True:
        if any(os.path.isdir(os.path.join(seen, inside)) for inside in _FOLDERS):
            yield seen
        above = os.path.dirname(seen)
        if above == seen or os.path.lexists(os.path.join(seen, ".git")):
            break
        seen = above
    from convlint.source.repository import installed

    found = installed(os.environ)
    if found is not None:
        yield str(found.root)


def _files(root: str) -> Iterator[str]:
    """The model files of a framework, links to folders not followed."""
    for inside in _FOLDERS:
        for count, (folder, folders, files) in enumerate(os.walk(os.path.join(root, inside))):
            if count >= _MOST_FOLDERS:
                break
            folders.sort()
            yield from (os.path.join(folder, file) for file in sorted(files, reverse=True) if file.endswith(".yaml"))
