"""Paths as programs on the other side want them: from the root of the repository, with slashes."""

from __future__ import annotations

import os
from functools import cache
from urllib.parse import quote


def from_root(path: str) -> str:
    """A path relative to the root of the repository that the working directory lies in, links resolved.

    What lies elsewhere keeps its absolute path.
    """
    if path.startswith("<"):
        return path
    try:
        absolute = os.path.realpath(path)
        relative = os.path.relpath(absolute, _root(os.path.realpath(os.curdir)))
    except (OSError, ValueError):  # another drive, no path at all, or the working directory was deleted
        absolute, relative = path, os.pardir
    inside = relative != os.pardir and not relative.startswith(os.pardir + os.sep)
    return (relative if inside else absolute).replace(os.sep, "/")


def uri(path: str) -> str:
    """The same as a URI."""
    named = from_root(path)
    try:
        quoted = quote(named.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        quoted = quote(named.encode("utf-8", "backslashreplace"))
    return f"file://{'' if named.startswith('/') else '/'}{quoted}" if os.path.isabs(named) else quoted


@cache
def _root(folder: str) -> str:
    above = folder
    while not os.path.exists(os.path.join(above, ".git")):
        parent = os.path.dirname(above)
        if parent == above:
            return folder
        above = parent
    return above
