"""``--format json-lines``: a finding a line, each as in ``--format json``, while files are checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convlint.reports.json_report import encode, finding
from convlint.reports.style import Style
from convlint.session.outcome import Shown, Summary


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """One object a finding; at the end how many were left out of files with too many."""
    for file in shown:
        for found in file.findings:
            yield encode(finding(file.source, found))
    if summary.omitted:
        yield encode({"omitted": summary.omitted})
