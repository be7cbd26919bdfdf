"""Files as they were in a revision of their repository, by the ``git`` program.

Nothing of a repository is run: the commands read objects, and neither hooks, aliases, filters, pagers nor helpers of a
remote come into play.  No argument can be taken for an option: a revision is asked for behind ``--end-of-options``,
and a file by the name of an object.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess

from convlint.document import Problem, Source
from convlint.document.assembly import MAX_BYTES
from convlint.session import paths

#: Seconds that git may take.
TIMEOUT = 10
#: What no repository may decide: that something is fetched, or run to see what changed.
_SAFE = ("--no-pager", "-c", "protocol.allow=never", "-c", "core.fsmonitor=false")


class NoRevision(Exception):
    """There is no such file in a revision; the message is one line."""


def load(revision: str, path: str) -> tuple[Source, Problem | None]:
    """The text of a file in a revision, and what makes it unreadable; raises NoRevision."""
    folder, name = os.path.split(path)
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    words = commit.decode("ascii", "replace").strip()
    if not re.fullmatch("[0-9a-f]{40,64}", words):
        raise NoRevision(f"git knows no revision `{revision}` where {path} is")
    blob = f"{words}:./{name}"
    size = int(_git(folder, "cat-file", "-s", blob))
    if size > MAX_BYTES:
        raise NoRevision(f"the file is longer than {MAX_BYTES // 1024 // 1024} MiB and is not read")
    return paths.decoded(path, io.BytesIO(_git(folder, "cat-file", "blob", blob)))


def _git(folder: str, *arguments: str) -> bytes:
    """What git prints; raises NoRevision."""
    program = _program()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
    command = [program, *_SAFE, "-C", folder or os.curdir, *arguments]
    try:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        ) as process:
            try:
                out, complaint = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise NoRevision(f"git did not answer within {TIMEOUT} seconds") from None
    except (OSError, ValueError) as error:
        raise NoRevision(f"git cannot be run: {paths.reason(error)}") from None
    if process.returncode:
        raise NoRevision(_why(arguments, complaint.decode("utf-8", "replace")))
    return out


def _program() -> str:
    """The git of the search path; what lies in the working directory is not meant, whatever the system thinks."""
    for folder in os.get_exec_path():
        found = shutil.which("git", path=folder) if os.path.isabs(folder) else None
        if found is not None and os.path.dirname(os.path.abspath(found)) == os.path.abspath(folder):
            return found
    raise NoRevision("the program git is not installed, and without it no revision can be read")


def _why(arguments: tuple[str, ...], complaint: str) -> str:
    """What git complained of, in a line."""
    last = complaint.strip().splitlines()[-1:] or [""]
    if "not a git repository" in complaint:
        return "the file is in no git repository"
    if "dubious ownership" in complaint:
        return "the repository belongs to somebody else, and git does not read it (see git's safe.directory)"
    if arguments[0] == "rev-parse":
        return f"git knows no revision `{arguments[-1].removesuffix('^{commit}')}`"
    if "does not exist" in complaint or "exists on disk, but not in" in complaint or "invalid object name" in complaint:
        return "the file is not in that revision"
    return f"git says: {last[0]}"
