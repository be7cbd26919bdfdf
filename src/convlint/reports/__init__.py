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


class Report(NamedTuple):
    """An output format: its module has ``parts``.

    ``empty``: there is something to print even if there is nothing to show.  ``complains``: failures are said on
    standard error, too.  ``sums_up``: lines that sum up may follow, ``notes``: and what formats say of the run.
    """

    module: str
    empty: bool
    complains: bool
    sums_up: bool
    notes: bool = False

    def parts(self, shown: Iterator[Shown], summary: Summary, style: Style) -> Iterator[str]:
        """What to print. A report is loaded when there is something for it to print: a clean run needs none."""
        first = None if self.empty else next(shown, None)
        if self.empty or first is not None:
            module = import_module(f"convlint.reports.{self.module}")
            yield from module.parts(shown if first is None else chain((first,), shown), summary, style)


REPORTS = {
    "full": Report("text", empty=False, complains=True, sums_up=True, notes=True),
    "concise": Report("concise", empty=False, complains=True, sums_up=True),
    "json": Report("json_report", empty=True, complains=True, sums_up=False),
    "json-lines": Report("json_lines", empty=False, complains=True, sums_up=False),
    "sarif": Report("sarif", empty=True, complains=True, sums_up=False),
    "github": Report("github", empty=True, complains=False, sums_up=True),
    "gitlab": Report("gitlab", empty=True, complains=True, sums_up=False),
    "junit": Report("junit", empty=True, complains=True, sums_up=False),
    "rdjson": Report("rdjson", empty=True, complains=True, sums_up=False),
    "markdown": Report("markdown", empty=True, complains=True, sums_up=False),
}


def automatic() -> str:
    """The format for where convlint runs: annotations under GitHub Actions, else the full report."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "full"
