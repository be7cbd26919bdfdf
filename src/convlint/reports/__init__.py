"""One module an output format.

A report is a function of the files as they are checked, the counts (complete only when the last file is drawn) and the
style; it yields what is printed, part by part.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from convlint.reports.style import Style
    from convlint.session.outcome import Shown, Summary


#: Findings that say the same, for people.
MOST_SAME = 10


class Report(NamedTuple):
    """An output format: its module has ``parts``.

    ``empty``: there is something to print even if there is nothing to show.  ``complains``: failures are said on
    standard error, too.  ``sums_up``: lines that sum up may follow, ``notes``: and what formats say of the run.
    ``caps``: it is for people, who do not want to read the same a hundred times.
    """

    module: str
    empty: bool
    complains: bool
    sums_up: bool
    notes: bool = False
    caps: bool = False

    def parts(self, shown: Iterator[Shown], summary: Summary, style: Style, most: int = MOST_SAME) -> Iterator[str]:
        """What to print, for people at most so many findings that say the same.

        A report is loaded when there is something for it to print: a clean run needs none.
        """
        first = None if self.empty else next(shown, None)
        if self.empty or first is not None:
            module = import_module(f"convlint.reports.{self.module}")
            from convlint.reports import limits

            shown = shown if first is None else chain((first,), shown)
            summary.omitted = 0
            limited = limits.capped(shown, most) if self.caps else limits.ended(shown, summary)
            yield from module.parts(limited, summary, style)


REPORTS = {
    "full": Report("text", empty=False, complains=True, sums_up=True, notes=True, caps=True),
    "concise": Report("concise", empty=False, complains=True, sums_up=True, caps=True),
    "json": Report("json_report", empty=True, complains=True, sums_up=False),
    "json-lines": Report("json_lines", empty=False, complains=True, sums_up=False),
    "sarif": Report("sarif", empty=True, complains=True, sums_up=False),
    "github": Report("github", empty=True, complains=False, sums_up=True, caps=True),
    "gitlab": Report("gitlab", empty=True, complains=True, sums_up=False),
    "junit": Report("junit", empty=True, complains=True, sums_up=False),
    "rdjson": Report("rdjson", empty=True, complains=True, sums_up=False),
    "markdown": Report("markdown", empty=True, complains=True, sums_up=False),
}


def automatic() -> str:
    """The format for where convlint runs: annotations under GitHub Actions, else the full report."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "full"
