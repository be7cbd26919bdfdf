"""Comments that suppress findings."""

import pytest

from convlint import catalogue
from convlint.document import Source, read
from convlint.findings import Diagnostic, suppressions
from convlint.lint import lint

ALL = catalogue.selection(["ALL"])
WORDS = "write `# convlint: ignore[CL103]` or `# convlint: ignore-file[CL103]`"


def at(text: str, words: str, nth: int = 0) -> tuple[int, int]:
    """Where some words stand for the nth time."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def left(text: str, *places: tuple[str, str], selected: frozenset[str] = ALL) -> tuple[list[tuple[str, str]], int]:
    """What is left of findings (rule, words where it is), and what is said about the comments; and the number dropped."""
    source = Source("net.yaml", text)
    given = [Diagnostic(code, "m", at(text, words)) for code, words in places]
    findings, dropped = suppressions.apply(source, read(source), given, selected)
    assert all(found.code in ("CL023", "CL024") for found in findings if found not in given)
    return [(found.code, text[slice(*found.span)]) for found in findings], dropped


def about(text: str, *places: tuple[str, str]) -> list[tuple[str, str, str, str | None]]:
    """Code, message, place and help of what is said about the comments themselves."""
    source = Source("net.yaml", text)
    given = [Diagnostic(code, "m", at(text, words)) for code, words in places]
    findings, _ = suppressions.apply(source, read(source), given, ALL)
    return [
        (found.code, found.message, text[slice(*found.span)], found.help)
        for found in findings
        if found.code in ("CL023", "CL024")
    ]


def repaired(text: str, *places: tuple[str, str]) -> str:
    """The text after the fixes of everything that is said about the comments."""
    source = Source("net.yaml", text)
    findings, _ = suppressions.apply(
        source, read(source), [Diagnostic(code, "m", at(text, words)) for code, words in places], ALL
    )
    edits = {(*edit.span, edit.text) for found in findings for fix in found.fixes for edit in fix.edits}
    assert all(fix.safe for found in findings for fix in found.fixes)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize(
    "comment",
    [
        "# convlint: ignore[CL103]",
        "# convlint: ignore[CL103] the camera is 224 wide",
        "#convlint:ignore[cl103]",
        "#  convlint:  ignore [ Dropped-Input ]",
        "# 11x11 # convlint: ignore[CL103]",
        "# noqa  ## convlint: ignore[CL301,CL103]",
        "# convlint: ignore[CL301] # convlint: ignore[CL103]",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_at_the_end_of_a_line(comment: str, end: str) -> None:
    text = f"a: 11  {comment}{end}"
    remaining, dropped = left(text, ("CL103", "11"))
    assert dropped == 1
    assert [entry for entry in remaining if entry[1] != "CL301"] == []


def test_only_the_named_rule_on_that_line() -> None:
    text = "a: 1  # convlint: ignore[CL103]\nb: 2\n"
    assert left(text, ("CL103", "1"), ("CL103", "2"), ("CL102", "1")) == ([("CL103", "2"), ("CL102", "1")], 1)


def test_alone_on_a_line_above() -> None:
    text = "x: 0\n# convlint: ignore[CL103]\n\n# another comment\n# convlint: ignore[CL301] too\na: 77\nb: 88\n"
    assert left(text, ("CL103", "77"), ("CL301", "77"), ("CL103", "88"), ("CL103", "x")) == (
        [("CL103", "88"), ("CL103", "x")],
        2,
    )


def test_indented_and_above_a_line_with_its_own_comment() -> None:
    text = "l:\n  # convlint: ignore[CL103]\r\n  - 11 # convlint: ignore[CL301]\r\n"
    assert left(text, ("CL103", "11"), ("CL301", "11")) == ([], 2)


def test_for_the_whole_file() -> None:
    text = "a: 1\nb: 2\n# convlint: ignore-file[CL103, dead-layer]\n---\nc: 3\n"
    assert left(text, ("CL103", "1"), ("CL014", "2"), ("CL103", "3"), ("CL102", "1")) == ([("CL102", "1")], 3)


def test_a_finding_over_several_lines() -> None:
    text = "l: [\n  1,  # convlint: ignore[CL103]\n  2]\n"
    assert left(text, ("CL103", "[\n  1,  # convlint: ignore[CL103]\n  2]")) == ([], 1)


def test_one_line_flow_style() -> None:
    text = '{"layers": [{"kernel": 11}]} # convlint: ignore[CL103]\n'
    assert left(text, ("CL103", "11")) == ([], 1)


@pytest.mark.parametrize(
    "text",
    [
        'a: "11 # convlint: ignore[CL103]"\n',
        "a: '11\n  # convlint: ignore[CL103]'\n",
        "a: |\n  11\n  # convlint: ignore[CL103]\n",
        "a: >-\n  11 # convlint: nonsense\n",
        "a: 11# convlint: ignore[CL103]\n",
        "a: 11 # see convlint: ignore[CL103]\n",
        "a: 11 # Convlint: ignore[CL103]\n",
        "# convlint: 1\na: 11\n",
        "# convlint:\na: 11\n",
        "a: 11 # convlint:\n",
        "a: 11 #" + " " * 100 + "convlint: ignore[CL103]\n",
    ],
)
def test_what_is_no_comment_for_convlint(text: str) -> None:
    assert left(text, ("CL103", "11")) == ([("CL103", "11")], 0)


def test_behind_a_block_scalar() -> None:
    assert left("a: |\n  text\n# convlint: ignore[CL103]\nb: 11\n", ("CL103", "11")) == ([], 1)


def test_findings_of_rules_that_are_off_are_not_counted() -> None:
    text = "a: 1 # convlint: ignore[CL103]\n"
    assert left(text, ("CL103", "1"), selected=ALL - {"CL103"}) == ([("CL103", "1")], 0)


def test_equal_findings_count_once() -> None:
    text = "a: 1 # convlint: ignore[CL103]\n"
    assert left(text, ("CL103", "1"), ("CL103", "1")) == ([], 1)


@pytest.mark.parametrize(
    ("text", "message", "fixed"),
    [
        ("a: 1  # convlint: ignore[CL103]\nb: 2\n", "no CL103 (dropped-input) on line 1", "a: 1\nb: 2\n"),
        ("a: 1  # convlint: ignore[CL103] why\r\nb: 2\n", "no CL103 (dropped-input) on line 1", "a: 1\r\nb: 2\n"),
        ("a: 1\n  # convlint: ignore[CL103]\n\nb: 2\n", "no CL103 (dropped-input) on line 4", "a: 1\n\nb: 2\n"),
        ("a: 1\r\n# convlint: ignore[CL103]\r\nb: 2\r\n", "no CL103 (dropped-input) on line 3", "a: 1\r\nb: 2\r\n"),
        ("a: 1\n# convlint: ignore[CL103]", "no CL103 (dropped-input) below", "a: 1\n"),
        ("a: 1 # 3x3 # convlint: ignore[CL103]", "no CL103 (dropped-input) on line 1", "a: 1 # 3x3"),
        ("a: 1\n# x # convlint: ignore[CL103]\nb: 2\n", "no CL103 (dropped-input) on line 3", "a: 1\n# x\nb: 2\n"),
        ("# convlint: ignore-file[CL103]\na: 1\n", "no CL103 (dropped-input) in this file", "a: 1\n"),
    ],
)
def test_a_comment_that_suppresses_nothing(text: str, message: str, fixed: str) -> None:
    assert about(text) == [("CL023", f"nothing to suppress: {message}", "CL103", "delete the comment")]
    assert repaired(text) == fixed


def test_one_idle_rule_of_several() -> None:
    text = "a: 1  # convlint: ignore[CL103, dead-layer ,CL301] why\n"
    assert about(text, ("CL014", "1")) == [
        ("CL023", "nothing to suppress: no CL103 (dropped-input) on line 1", "CL103", "write `ignore[dead-layer]`"),
        (
            "CL023",
            "nothing to suppress: no CL301 (kernel-count-mismatch) on line 1",
            "CL301",
            "write `ignore[dead-layer]`",
        ),
    ]
    assert repaired(text, ("CL014", "1")) == "a: 1  # convlint: ignore[dead-layer] why\n"
    assert repaired(text) == "a: 1\n"
    text = "# convlint: ignore-file[CL103,CL301]\na: 1\n"
    assert repaired(text, ("CL301", "1")) == "# convlint: ignore-file[CL301]\na: 1\n"


def test_the_first_of_two_comments_in_one() -> None:
    text = "a: 1  # convlint: ignore[CL103] # convlint: ignore[CL301]\n"
    assert repaired(text, ("CL301", "1")) == "a: 1 # convlint: ignore[CL301]\n"


def test_the_wrong_rule_on_the_right_line() -> None:
    text = "a: 1  # convlint: ignore[CL103]\n"
    assert left(text, ("CL105", "1")) == ([("CL105", "1"), ("CL023", "CL103")], 0)


def test_a_rule_that_is_off_is_not_called_idle() -> None:
    assert left("a: 1  # convlint: ignore[CL103]\n", selected=ALL - {"CL103"}) == ([], 0)


def test_what_an_earlier_mistake_keeps_silent_is_not_called_idle() -> None:
    text = "a: 1\nb: 2 # convlint: ignore[CL103]\nc: 3 # convlint: ignore[CL014]\nd: 4\n"
    assert left(text, ("CL102", "1")) == ([("CL102", "1")], 0)
    assert left(text, ("CL102", "4")) == ([("CL102", "4")], 0)
    assert left(text, ("CL301", "1")) == ([("CL301", "1"), ("CL023", "CL103"), ("CL023", "CL014")], 0)
    text = "a: 1\n# convlint: ignore-file[CL103]\n"
    assert left(text, ("CL102", "1")) == ([("CL102", "1")], 0)
    # It does so whether it is shown or not.
    assert left(text, ("CL102", "1"), selected=ALL - {"CL102"}) == ([("CL102", "1")], 0)
    text = "a: 1  # convlint: ignore[CL102]\nb: 2 # convlint: ignore[CL103]\n"
    assert left(text, ("CL102", "1")) == ([], 1)


def test_what_is_suppressed_within_one_layer_is_not_called_idle_beside_a_mistake() -> None:
    text = """\
convlint: 1
input: [3, 32, 32]
kernel_convention: 2d
layers:
  - type: Conv2d
    kernels: 8   # convlint: ignore[CL301] counted in 3-D
    kernel_size: "3"
    out_channels: 8
"""
    assert [found.code for found in lint(Source("net.yaml", text), ALL).findings] == ["CL005"]


@pytest.mark.parametrize(
    ("comment", "message", "place", "help"),
    [
        ("ignore[CL999]", "unknown rule `CL999`", "CL999", None),
        ("ignore[droped-input]", "unknown rule `droped-input`; did you mean `dropped-input`?", "droped-input", None),
        ("ignore[CL1O3]", "unknown rule `CL1O3`; did you mean `CL103`?", "CL1O3", None),
        ("ignore[CL1]", "`CL1` is not a single rule", "CL1", "name every rule by its code or name"),
        ("ignore[ALL]", "`ALL` is not a single rule", "ALL", "name every rule by its code or name"),
        ("ignore[CL022]", "CL022 (limit-exceeded) cannot be suppressed", "CL022", None),
        ("ignore-file[syntax-error]", "CL001 (syntax-error) cannot be suppressed", "syntax-error", None),
        (
            "ignore[CL023]",
            "CL023 (unused-suppression) can be suppressed for the whole file only",
            "CL023",
            "write `# convlint: ignore-file[CL023]`",
        ),
        ("ignore", "`ignore` names no rule", "ignore", "write `# convlint: ignore[CL103]`"),
        (
            "ignore CL301, dead-layer: why",
            "`ignore` names no rule",
            "ignore",
            "write `# convlint: ignore[CL301, dead-layer]`",
        ),
        ("ignore: CL301", "`ignore` names no rule", "ignore", "write `# convlint: ignore[CL301]`"),
        ("ignore-file(CL301)", "`ignore-file` names no rule", "ignore-file", "write `# convlint: ignore-file[CL301]`"),
        ("ignore[]", "`ignore` names no rule", "ignore", "write `# convlint: ignore[CL103]`"),
        ("ignore[ ]", "`ignore` names no rule", "ignore", "write `# convlint: ignore[CL103]`"),
        ("ignore[CL301", "`ignore` lacks its `]`", "ignore", "write `# convlint: ignore[CL301]`"),
        (
            "ignore-fille[CL103]",
            "`convlint: ignore-fille` is unknown; did you mean `ignore-file`?",
            "ignore-fille",
            WORDS,
        ),
        ("disable-line", "`convlint: disable-line` is unknown", "disable-line", WORDS),
    ],
)
def test_a_comment_that_cannot_be_understood(comment: str, message: str, place: str, help: str | None) -> None:
    assert about(f"a: 1  # convlint: {comment}\n") == [("CL024", message, place, help)]


def test_known_rules_beside_unknown_ones_count() -> None:
    text = "a: 1  # convlint: ignore[CL999, CL103]\n"
    assert left(text, ("CL103", "1")) == ([("CL024", "CL999")], 1)
    assert repaired(text) == "a: 1  # convlint: ignore[CL999]\n"


def test_findings_about_comments_are_suppressed_for_the_whole_file() -> None:
    text = "# convlint: ignore-file[CL023]\n# convlint: ignore-file[CL024]\na: 1 # convlint: ignore[CL103]\nb: 2 # convlint: x\n"
    assert left(text) == ([], 2)
    assert left("# convlint: ignore-file[CL023]\na: 1\n") == ([], 0)
    assert left("# convlint: ignore-file[CL024]\na: 1\n") == ([("CL023", "CL024")], 0)


def test_a_text_of_a_megabyte_in_one_line() -> None:
    text = "{" + ", ".join(f'"convlint: {number}": 1' for number in range(40_000)) + "} # convlint: ignore[CL103]\n"
    assert left(text, ("CL103", ": 1}")) == ([], 1)


def test_many_comments() -> None:
    text = "".join(f"a{number}: {number}  # convlint: ignore[CL103]\n" for number in range(3000))
    assert len(left(text)[0]) == 3000
