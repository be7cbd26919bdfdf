"""The full report, character by character."""

from typing import Any

import pytest

from convlint.document import Source
from convlint.findings import Diagnostic, Label, Severity
from convlint.reports import text
from convlint.reports.style import Style

FIGURE = """\
input: [1, 83, 83]
layers:
  - {name: pool1, type: AvgPool2d, kernel_size: 10, stride: 5}
  - {name: conv2, type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 16384}
"""


def at(source: str, words: str, nth: int = 0) -> tuple[int, int]:
    """Where some words stand for the nth time."""
    start = -1
    for _ in range(nth + 1):
        start = source.index(words, start + 1)
    return start, start + len(words)


def shown(source: str, span: tuple[int, int], path: str = "net.yaml", **fields: Any) -> str:
    """The report on one made-up finding, without its headline."""
    fields.setdefault("severity", Severity.ERROR)
    found = Diagnostic("CL301", "what is wrong", span, **fields)
    headline, report = text.finding(Source(path, source), found).split("\n", 1)
    assert f"{fields['severity']}[CL301] kernel-count-mismatch: what is wrong" == headline
    return f"\n{report}\n"


def test_the_layout_of_the_design() -> None:
    found = Diagnostic(
        "CL301",
        "16384 kernels declared, 4096 derived",
        at(FIGURE, "16384"),
        "declared here, in the 2-D convention",
        [
            Label(at(FIGURE, "256"), "256 output maps"),
            Label(at(FIGURE, "16", 0), "each reads 16 of them"),
            Label(at(FIGURE, "pool1"), "gives 64 feature maps"),
        ],
        [
            "derived: 256 maps x 16 inputs each = 4096 two-dimensional kernels of 9x9",
            "16384 = 256 x 64 is the count when every map reads all 64 inputs",
        ],
        "write `kernels: 4096`, or drop `fan_in`",
        severity=Severity.ERROR,
    )
    assert (
        text.finding(Source("examples/lecun-ranzato.yaml", FIGURE), found)
        == """\
error[CL301] kernel-count-mismatch: 16384 kernels declared, 4096 derived
  --> examples/lecun-ranzato.yaml:4:89
   |
 3 |   - {name: pool1, type: AvgPool2d, kernel_size: 10, stride: 5}
   |            ----- gives 64 feature maps
 4 |   - {name: conv2, type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 16384}
   |                                               ---                          --           ^^^^^ declared here, in the 2-D convention
   |                                               |                            |
   |                                               |                            each reads 16 of them
   |                                               256 output maps
   |
   = derived: 256 maps x 16 inputs each = 4096 two-dimensional kernels of 9x9
   = note: 16384 = 256 x 64 is the count when every map reads all 64 inputs
   = help: write `kernels: 4096`, or drop `fan_in`"""
    )


def test_lines_between_are_left_out_and_a_single_one_is_shown() -> None:
    source = "".join(f"line{number}\n" for number in range(1, 15))
    labels = [Label(at(source, "line3"), "third"), Label(at(source, "line5"), "fifth")]
    assert (
        shown(source, at(source, "line11"), label="here", labels=labels)
        == """
   --> net.yaml:11:1
    |
  3 | line3
    | ----- third
  4 | line4
  5 | line5
    | ----- fifth
...
 11 | line11
    | ^^^^^^ here
"""
    )


def test_lines_that_follow_each_other_have_no_gap() -> None:
    assert (
        shown("a\nb\n", (0, 1), labels=[Label((2, 3), "second")])
        == """
  --> net.yaml:1:1
   |
 1 | a
   | ^
 2 | b
   | - second
"""
    )


@pytest.mark.parametrize("label", ["", "needs a value"])
def test_an_empty_span_is_one_caret(label: str) -> None:
    assert (
        f"""
  --> net.yaml:1:9
   |
 1 | convlint:
   |         ^ {label}
""".replace(" \n", "\n")
        == shown("convlint:\n", (8, 8), label=label)
    )


@pytest.mark.parametrize("source", ["a: [1\n", "a: [1", "a: [1\r\n"])
def test_the_end_of_the_file_belongs_to_its_last_line(source: str) -> None:
    assert (
        shown(source, (len(source), len(source)), label="the text ends here")
        == """
  --> net.yaml:1:6
   |
 1 | a: [1
   |      ^ the text ends here
"""
    )


def test_an_empty_file() -> None:
    assert (
        shown("", (0, 0))
        == """
  --> net.yaml:1:1
   |
 1 |
   | ^
"""
    )


def test_a_span_of_several_lines_is_marked_in_its_first() -> None:
    source = "a: [1,\n  2,\n  3]\nb: 1\n"
    assert (
        shown(source, at(source, "[1,\n  2,\n  3]"), label="this list")
        == """
  --> net.yaml:1:4
   |
 1 | a: [1,
   |    ^^^ this list
"""
    )


def test_a_span_beyond_the_text_stays_in_it() -> None:
    assert (
        shown("abc", (50, 60))
        == """
  --> net.yaml:1:4
   |
 1 | abc
   |    ^
"""
    )


def test_windows_line_ends_are_not_shown() -> None:
    assert (
        shown("a: 1\r\nb: 2\r\n", (6, 10))
        == """
  --> net.yaml:2:1
   |
 2 | b: 2
   | ^^^^
"""
    )


def test_wide_characters_and_combining_ones() -> None:
    source = '{"日本": 1, "😀": 2, e\u0301: 3, a: 1, a: 2}'
    labels = [Label(at(source, '"日本"'), "wide"), Label(at(source, "a"), "here")]
    assert (
        shown(source, at(source, "a", 1), label="again", labels=labels)
        == """
  --> net.yaml:1:32
   |
 1 | {"日本": 1, "😀": 2, e\u0301: 3, a: 1, a: 2}
   |  ------                    -     ^ again
   |  |                         |
   |  |                         here
   |  wide
"""
    )


def test_tabs_are_expanded() -> None:
    assert (
        shown("\ta\t b", (4, 5), label="second")
        == """
  --> net.yaml:1:5
   |
 1 |     a    b
   |          ^ second
"""
    )


def test_what_a_terminal_would_obey_is_made_visible_and_the_carets_stay_right() -> None:
    source = 'a: "\x1b[31m", \u202eb: 1'
    assert (
        shown(
            source,
            at(source, "b"),
            path="evil\n::error::\x1b[31m.yaml",
            label="\x07 rings",
            notes=["\u202e turns"],
            help="\nnothing",
        )
        == """
  --> evil\\n::error::\\x1b[31m.yaml:1:14
   |
 1 | a: "\\x1b[31m", \\u202eb: 1
   |                      ^ \\x07 rings
   |
   = note: \\u202e turns
   = help: \\nnothing
"""
    )


def test_two_labels_at_one_place() -> None:
    assert (
        shown("a: 64", (3, 5), label="declared", labels=[Label((3, 5), "derived")])
        == """
  --> net.yaml:1:4
   |
 1 | a: 64
   |    ^^ declared
   |    |
   |    derived
"""
    )


def test_a_mark_inside_another() -> None:
    assert (
        shown("a: [1, 64, 64]", (3, 14), label="declared", labels=[Label((7, 9), "this one")])
        == """
  --> net.yaml:1:4
   |
 1 | a: [1, 64, 64]
   |    ^^^^^^^^^^^ declared
   |        |
   |        this one
"""
    )


def test_labels_without_words_only_underline() -> None:
    assert (
        shown("a: 1, b: 2", (0, 1), label="first", labels=[Label((6, 7), "")])
        == """
  --> net.yaml:1:1
   |
 1 | a: 1, b: 2
   | ^     -
   | |
   | first
"""
    )


def test_a_line_of_a_megabyte_is_cut_round_its_marks() -> None:
    source = "[" + "12345, " * 70_000 + "bad, " + "67890, " * 70_000 + "end]"
    report = shown(
        source, at(source, "bad"), label="here", labels=[Label((1, 6), "first"), Label(at(source, "end"), "last")]
    )
    assert (
        report
        == """
  --> net.yaml:1:490002
   |
 1 | [12345, 12345, 12345, 12345, 12345, 12345, 123...12345, 12345, 12345, 12345, 12345, 12345, bad, 67890, 67890, 67890, 67890, 67890, 678...67890, 67890, 67890, 67890, 67890, 67890, end]
   |  -----                                                                                     ^^^                                                                                     --- last
   |  |                                                                                         |
   |  |                                                                                         here
   |  first
"""
    )


def test_long_lines_that_are_only_shown_and_marks_close_together() -> None:
    source = "a: 1\n" + "b" * 1000 + "\n" + "c" * 400 + "12 34" + "d" * 400
    labels = [Label((0, 1), "one"), Label(at(source, "34"), "two")]
    assert (
        """
  --> net.yaml:3:401
   |
 1 | a: 1
   | - one
 2 | {b}...
 3 | ...{c}12 34{d}...
   |    {blank}^^ -- two
   |    {blank}|
   |    {blank}here
""".format(b="b" * 197, c="c" * 40, d="d" * 40, blank=" " * 40)
        == shown(source, at(source, "12"), label="here", labels=labels)
    )


def test_a_mark_of_a_megabyte_is_cut() -> None:
    lines = shown("[" + "x" * 1_000_000 + "]", (1, 1_000_001), label="all").splitlines()
    assert lines[3:] == [" 1 | [" + "x" * 140 + "...", "   |  " + "^" * 100 + " all"]


def test_long_words_are_cut() -> None:
    report = shown("a", (0, 1), help="y" * 5000)
    assert report.splitlines()[-1] == "   = help: " + "y" * 1000 + "..."


def test_colours() -> None:
    found = Diagnostic(
        "CL103", "one column lost", (3, 4), "here", [Label((0, 1), "this")], ["why"], severity=Severity.WARNING
    )
    assert text.finding(Source("a.yaml", "a: 1"), found, Style(True)).split("\n") == [
        "\x1b[1;33mwarning[CL103]\x1b[0m\x1b[1m dropped-input: one column lost\x1b[0m",
        "\x1b[34m  -->\x1b[0m a.yaml:1:4",
        "\x1b[34m   |\x1b[0m",
        "\x1b[34m 1 |\x1b[0m a: 1",
        "\x1b[34m   |\x1b[0m \x1b[1;34m-\x1b[0m  \x1b[1;33m^\x1b[0m \x1b[1;33mhere\x1b[0m",
        "\x1b[34m   |\x1b[0m \x1b[1;34m|\x1b[0m",
        "\x1b[34m   |\x1b[0m \x1b[1;34mthis\x1b[0m",
        "\x1b[34m   |\x1b[0m",
        "\x1b[34m   =\x1b[0m \x1b[1mnote:\x1b[0m why",
    ]


def test_characters_that_the_output_lacks_do_not_move_the_carets() -> None:
    found = Diagnostic("CL103", "größer", (4, 5), "über", severity=Severity.WARNING)
    report = text.finding(Source("日.yaml", "日本ö: 1"), found, Style(encoding="cp1252"))
    assert (
        report
        == """\
warning[CL103] dropped-input: größer
  --> \\u65e5.yaml:1:5
   |
 1 | \\u65e5\\u672cö: 1
   |               ^ über"""
    )
    assert report.encode("cp1252")


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_a_report_is_as_wide_as_its_output(width: int) -> None:
    """Nothing but a path is wider, and every mark stands under what it is about."""
    found = Diagnostic(
        "CL301",
        "16384 kernels declared, 4096 derived",
        at(FIGURE, "16384"),
        "declared here, in the 2-D convention",
        [Label(at(FIGURE, "16", 0), "each reads 16 of them"), Label(at(FIGURE, "256"), "256 output maps")],
        ["16384 = 256 x 64 is the count when every map reads all 64 inputs"],
        "write `kernels: 4096`, or drop `fan_in`",
        severity=Severity.ERROR,
    )
    lines = text.finding(Source("net.yaml", FIGURE), found, Style(width=width)).split("\n")
    assert max(map(len, lines)) <= width
    marked = next(index for index, line in enumerate(lines) if "^^^^^" in line)
    column = lines[marked].index("^^^^^")
    assert lines[marked - 1][column : column + 5] == "16384"
    assert "--> net.yaml:4:89" in lines[1 + (width < 80)]
    words = " ".join(line.strip(" |=") for line in lines)
    assert "when every map reads all 64 inputs" in words and "write `kernels: 4096`, or drop `fan_in`" in words


def test_words_that_a_ci_obeys_begin_no_line() -> None:
    found = Diagnostic("CL301", "a " * 18 + "::error::stop " * 3, (0, 1), severity=Severity.ERROR)
    lines = text.finding(Source("net.yaml", "a"), found, Style(width=40)).split("\n")
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert any("\\x3a:error::stop" in line for line in lines)
