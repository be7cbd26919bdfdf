"""Annotations that the runner reads as we mean them, and nothing else that it reads as commands."""

import pytest

from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.reports import github
from convlint.reports.style import Style
from convlint.session.outcome import Failure, Shown, Summary

TOKEN = "00" * 16


@pytest.fixture(autouse=True)
def _known_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github.os, "urandom", bytes)


def report(path: str, text: str, *found: Diagnostic, failures: tuple[Failure, ...] = ()) -> str:
    """What is printed about one file."""
    summary = Summary()
    summary.failures = list(failures)
    return "\n".join(github.parts([Shown(Source(path, text), list(found))], summary, Style()))


def test_annotations_stand_before_the_text_report() -> None:
    found = Diagnostic("CL301", "16384 kernels", (3, 8), notes=["why", "how"], help="write 64", severity=Severity.ERROR)
    assert f"""\
::error file=nets/a.yaml,line=1,endLine=1,col=4,endColumn=9,title=CL301 kernel-count-mismatch::16384 kernels%0Awhy%0Ahow%0Ahelp: write 64
::stop-commands::{TOKEN}
error[CL301] kernel-count-mismatch: 16384 kernels
  --> ./nets/a.yaml:1:4
   |
 1 | a: 16384
   |    ^^^^^
   |
   = note: why
   = note: how
   = help: write 64

::{TOKEN}::""" == report("./nets/a.yaml", "a: 16384\n", found)


def test_the_worst_come_first() -> None:
    found = [
        Diagnostic("CL105", "i", (0, 1), severity=Severity.INFO),
        Diagnostic("CL103", "w", (0, 1), severity=Severity.WARNING),
        Diagnostic("CL102", "e", (0, 1), severity=Severity.ERROR),
    ]
    lines = report("a", "b", *found, failures=(Failure("gone", "no such file"),)).split("\n")
    assert lines[:4] == [
        "::error title=convlint::gone: no such file",
        "::error file=a,line=1,endLine=1,col=1,endColumn=2,title=CL102 kernel-too-large::e",
        "::warning file=a,line=1,endLine=1,col=1,endColumn=2,title=CL103 dropped-input::w",
        "::notice file=a,line=1,endLine=1,col=1,endColumn=2,title=CL105 pool-drops-input::i",
    ]


def test_no_columns_when_a_finding_spans_lines() -> None:
    found = Diagnostic("CL102", "e", (3, 9), severity=Severity.ERROR)
    assert (
        report("a", "a: [1,\n 2]", found).split("\n")[0]
        == "::error file=a,line=1,endLine=2,title=CL102 kernel-too-large::e"
    )


@pytest.mark.parametrize(("span", "columns"), [((3, 3), "col=4,endColumn=4"), ((9, 2), "col=5,endColumn=5")])
def test_the_end_is_never_before_the_start(span: tuple[int, int], columns: str) -> None:
    found = Diagnostic("CL102", "e", span, severity=Severity.ERROR)
    assert f",{columns}," in report("a", "a: 1\n", found).split("\n")[0]


def test_names_and_messages_cannot_become_commands() -> None:
    found = Diagnostic(
        "CL102", "50%\r\n::error::pwned\x1b[31m", (0, 1), notes=["##[error]pwned"], severity=Severity.ERROR
    )
    printed = report(
        "x,y:z\n::error file=q::pwned\u202e%.yaml", "##[error]pwned\n", found, failures=(Failure("\n::error::x", "y"),)
    )
    assert [
        "::error title=convlint::\\n::error::x: y",
        "::error file=x%2Cy%3Az\\n%3A%3Aerror file=q%3A%3Apwned\\u202e%25.yaml,line=1,endLine=1,col=1,endColumn=2,"
        "title=CL102 kernel-too-large::50%25\\r\\n::error::pwned\\x1b[31m%0A\\x23#[error]pwned",
        f"::stop-commands::{TOKEN}",
    ] == printed.split("\n")[:3]
    assert f"::{TOKEN}::" == printed.split("\n")[-1]
    assert sum(line.startswith("::") for line in printed.split("\n")) == 4


def test_more_than_github_shows() -> None:
    errors = [Diagnostic("CL102", f"e{number}", (0, 1), severity=Severity.ERROR) for number in range(12)]
    infos = [Diagnostic("CL105", f"i{number}", (0, 1), severity=Severity.INFO) for number in range(11)]
    lines = report("a", "b", *infos, *errors).split("\n")
    annotations = lines[: lines.index(f"::stop-commands::{TOKEN}")]
    assert [f"e{number}" for number in range(10)] + [f"i{number}" for number in range(9)] == [
        line.rsplit("::", 1)[1] for line in annotations[:-1]
    ]
    assert annotations[-1] == "::notice title=convlint::... and 4 more; the log of this step has them all"
    assert sum(line.startswith(("error[", "info[")) for line in lines) == 23


def test_nothing_to_say() -> None:
    assert report("a", "b") == ""
