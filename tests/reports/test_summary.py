"""The last line of a run."""

from typing import Any

import pytest

from convlint.findings import Severity
from convlint.reports.style import Style
from convlint.reports.summary import footer, statistics
from convlint.session.outcome import Failure, Summary


def summary(errors: int = 0, warnings: int = 0, infos: int = 0, **counts: Any) -> Summary:
    """A summary with these counts."""
    made = Summary()
    made.severities = {Severity.INFO: infos, Severity.WARNING: warnings, Severity.ERROR: errors}
    for name, value in counts.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("shown", "made"),
    [
        ("All good: 1 file checked.", summary(files=1)),
        ("All good: 3 files checked.", summary(files=3)),
        ("All good: 3 files checked; 1 info (shown with --info).", summary(files=3, infos=1)),
        (
            "All good: 3 files checked; 1 suppressed; 2 skipped (--show-files says why).",
            summary(files=3, suppressed=1, skipped=2),
        ),
        ("1 error in 1 file", summary(1, files=1)),
        ("1 warning in 2 files", summary(0, 1, files=2)),
        (
            "2 errors, 1 warning in 3 files; 4 infos (shown with --info); 1 suppressed; 2 skipped (--show-files says why)",
            summary(2, 1, 4, files=3, suppressed=1, skipped=2),
        ),
        ("1,234 errors in 2,000 files", summary(1234, files=2000)),
        ("No findings in 2 files; 1 not checked", summary(files=2, failures=[Failure("a", "b")])),
        ("1 error in 1 file; 1 not checked", summary(1, files=1, failures=[Failure("a", "b")])),
    ],
)
def test_counts(shown: str, made: Summary) -> None:
    assert shown == footer(made, Style())


def test_infos_that_are_shown() -> None:
    assert footer(summary(1, 0, 2, files=1, shows_info=True), Style()) == "1 error, 2 infos in 1 file"
    assert footer(summary(infos=2, files=1, shows_info=True), Style()) == "2 infos in 1 file"


def test_colours() -> None:
    made = summary(1, 2, 3, files=1, shows_info=True)
    assert (
        footer(made, Style(True))
        == "\x1b[1;31m1 error\x1b[0m, \x1b[1;33m2 warnings\x1b[0m, \x1b[1;36m3 infos\x1b[0m in 1 file"
    )
    assert footer(summary(files=1), Style(True)) == "\x1b[1;32mAll good\x1b[0m: 1 file checked."


def test_statistics() -> None:
    made = summary(rules={"CL103": 2, "CL301": 1200, "CL102": 2})
    assert (
        statistics(made)
        == """\
1,200  CL301 kernel-count-mismatch
    2  CL102 kernel-too-large
    2  CL103 dropped-input"""
    )
