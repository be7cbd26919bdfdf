"""A patch (``--diff``, ``renumber``) has to fit byte for byte, and yet is read by the runner of a CI, which obeys it.

Where the output is a file nobody obeys it, and it is the patch alone.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TextIO

from convlint.reports.escape import commands, escape

#: What makes GitLab fold the lines of a log.
_SECTION = re.compile(r"section_(?:start|end):[^\n]*\x1b")


class Guard:
    """Keeps the runner of a CI from obeying a patch.

    GitHub stops obeying between two lines with a word that nobody can guess; ``patch`` and ``git apply`` take no notice
    of lines before and behind a change.  Azure Pipelines and GitLab know nothing of the kind.
    """

    def __init__(self, output: TextIO) -> None:
        self.listened = not _is_file(output)
        self.token = os.urandom(16).hex() if self.listened and os.environ.get("GITHUB_ACTIONS") else ""
        self.opened = False

    def show(self, change: str, output: TextIO, command: str) -> str | None:
        """Print a change; or say why not, and how the command's output can be had.

        A terminal or a CI gets nothing that it would obey.
        """
        runner = self.obeyed_by(change)
        if runner is not None:
            return f"the change holds what {runner} would obey; print it into a file ({command} > fix.patch)"
        if output.isatty():
            output.write("\n".join(map(escape, change.split("\n"))))
        else:  # the bytes of the file, whatever the locale: a patch has to fit
            output.write(self.opening())
            output.flush()
            output.buffer.write(change.encode("utf-8", "surrogateescape"))
        return None

    def opening(self) -> str:
        """What goes before a change: a line for GitHub before the first one."""
        if not self.token or self.opened:
            return ""
        self.opened = True
        return f"::stop-commands::{self.token}\n"

    def closing(self) -> str:
        """What goes behind the last change."""
        return f"::{self.token}::\n" if self.opened else ""

    def obeyed_by(self, change: str) -> str | None:
        """The runner that would obey something in a change and cannot be stopped, if it is the one that listens."""
        if self.listened and os.environ.get("TF_BUILD") and commands(change):
            return "Azure Pipelines"
        if self.listened and os.environ.get("TEAMCITY_VERSION") and commands(change):
            return "TeamCity"
        if self.listened and os.environ.get("GITLAB_CI") and _SECTION.search(change):
            return "GitLab"
        return None


def _is_file(output: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(output.fileno()).st_mode)
    except (OSError, ValueError):  # no output of the system
        return False
