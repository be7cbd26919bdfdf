"""One line a finding."""

from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.reports import concise
from convlint.reports.style import Style

FOUND = Diagnostic("CL103", "one\ncolumn \x1b[31mlost", (3, 4), severity=Severity.WARNING)


def test_the_line() -> None:
    assert (
        concise.finding(Source("a\nb.yaml", "a: 1"), FOUND)
        == "a\\nb.yaml:1:4: warning: one\\ncolumn \\x1b[31mlost [CL103 dropped-input]"
    )  # fmt: skip


def test_colours() -> None:
    assert concise.finding(Source("a.yaml", "a: 1"), FOUND, Style(True)) == (
        "\x1b[1ma.yaml:1:4:\x1b[0m \x1b[1;33mwarning:\x1b[0m one\\ncolumn \\x1b[31mlost"
        " \x1b[34m[CL103 dropped-input]\x1b[0m"
    )
