"""What is said about mistakes in YAML: the place where a person has to look, and a sentence that needs no manual."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from convlint.document import Problem, Source, yaml_mistakes, yaml_reader
from tests.document.helpers import problem, reading, written

MISTAKES = Path(__file__).with_name("mistakes.txt")


def mistakes() -> Iterator[object]:
    for section in MISTAKES.read_text("utf-8").split("\n### ")[1:]:
        name, _, rest = section.partition("\n")
        text, *answers = rest.rstrip("\n").split("\n=> ")
        yield pytest.param(text.replace("→", "\t").replace("␍", "\r") + "\n", answers, id=name)


def shown(text: str, found: Problem) -> list[str]:
    source = Source("net.yaml", text)

    def place(span: tuple[int, int]) -> str:
        (line, column), (last, end) = source.position(span[0]), source.position(span[1])
        assert line == last
        return f"{line}:{column}-{end}"

    lines = [f"{place(found.span)} {found.message}"]
    lines += [f"{place(span)} ({message})" for span, message in found.labels]
    return lines if found.help is None else [*lines, f"help: {found.help}"]


@pytest.mark.parametrize("text, answers", list(mistakes()))
def test_mistakes_are_explained_where_they_are(text: str, answers: list[str]) -> None:
    found = problem(text)
    assert found.code == "CL001"
    assert answers == shown(text, found)


@pytest.mark.parametrize("text, answers", list(mistakes()))
def test_pyyaml_s_own_parser_gives_the_same_explanations(
    text: str, answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(yaml_reader, "_CParser", None)
        result = reading(text)
    if result.problem is None:
        # Where libyaml is stricter; see the notes in `test_fallback.py`.
        assert "kernel_size:[3, 3]" in text or r"\ud83d" in text
    else:
        # It trips over the tab itself, libyaml over the line that the tab is in.
        assert answers == shown(text, result.problem) or "\t" in text


def test_a_conflict_marker_of_git() -> None:
    text = "convlint: 1\n" + "<" * 7 + " HEAD\nname: a\n" + "=" * 7 + "\nname: b\n"
    found = problem(text)
    assert (found.message, written(text, found.span)) == ("a conflict marker of git", "<<<<<<< HEAD")


@pytest.mark.parametrize("text", ['"' + "k" * 1_100 + '": 1\n', "{" + "k" * 1_100 + ": 1}\n"], ids=["block", "flow"])
def test_a_key_longer_than_yaml_allows(text: str) -> None:
    found = problem(text)
    assert found.message == "a key longer than 1,024 characters, which YAML does not allow"
    assert found.span[1] - found.span[0] == 1


@pytest.mark.parametrize(
    "text, message, place",
    [
        ("[", "`[` is never closed; `]` is missing", (0, 1)),
        ("{a: [1", "`[` is never closed; `]` is missing", (4, 5)),
        ("]", "a value is missing before `]`", (0, 1)),
        (": a\n", "no key stands before this colon", (0, 1)),
        ("\xa0\n? b: c\n", "a `: ` is not possible here", (5, 6)),
        ("a: |0\n b\n", "`|` begins a block of text in the next lines; only a comment may follow it", (3, 5)),
        ("%YAML 1.1x\n---\n", "`%` begins a directive in YAML, and this is none", (0, 9)),
        ("%TAG ! a\n%TAG ! b\n---\n", "this directive is written twice", (9, 17)),
        ("%FOO\n---\na\n", "`%` begins a directive in YAML, and this is none", (0, 4)),
        ("a: !%zz x\n", "`!` begins a tag in YAML, and this is none", (3, 4)),
        ("a: !%ed%a0%80 x\n", "an escape that stands for no character", (3, 7)),
        ('a: "\\UFFFFFFFF"\n', "`\\UFFFFFFFF` is no escape that YAML knows", (4, 14)),
        ("a: ['x'\n 'y']\n", "`]` or a comma is missing after this", (6, 7)),
        ('a: ["x" "y"]\n', 'a comma is missing before `"`', (8, 9)),
        ("a: [1,\n", "`[` is never closed; `]` is missing", (3, 4)),
        ("a: {b: 1\n", "`{` is never closed; `}` is missing", (3, 4)),
        ("b: 1\n - : 2\n", "this line is indented deeper than the line above it, which has its value already", (6, 8)),
        ("[? \n  : 1 [: -!!seq <<, ", "`]` or a comma is missing after this", (0, 1)),
        ("a: 'b\n  c'd\n", "this quote has no partner in its line", (3, 4)),
        ("\n\na b\nc: d\n", "a `: ` is missing after `a`", (2, 3)),
        ("a: [b] c: d\n", "`c` stands after a complete value", (7, 8)),
        ("- a\n- [b]: c: d\n", "a second `: ` in one value", (12, 13)),
        ("--- a\n--- b: c\n", "a mapping cannot begin in the line of `---`", (6, 9)),
        ("? a\n: b: c: d\n", "a second `: ` in one value", (10, 11)),
        ("a: [1, 2]]\n", "`]` closes nothing; its opening bracket is missing or closed already", (9, 10)),
    ],
)
def test_rare_mistakes(text: str, message: str, place: tuple[int, int]) -> None:
    found = problem(text)
    assert (message, place) == (found.message, found.span)


def test_an_error_that_nobody_has_thought_of() -> None:
    mark = yaml.Mark("net.yaml", 3, 0, 3, None, None)
    error = yaml.MarkedYAMLError("while reading", mark, "found <something new> instead of <stream end>", mark)
    parser = yaml_mistakes.PythonParser("a: [")
    assert yaml_mistakes.problem("a: [", error, parser)[1:3] == (
        "found something new instead of the end of the file",
        (3, 4),
    )
    unmarked = yaml_mistakes.problem("a: [", yaml.YAMLError("something else"), parser)
    assert unmarked[1:3] == ("something else", (0, 0))


def test_a_message_has_room_for_the_beginning_of_a_word_only() -> None:
    assert problem(f"a: [1] {'x' * 1_000}\n").message == "`" + "x" * 40 + "` stands after a complete value"


def test_the_place_in_a_text_with_characters_of_several_bytes() -> None:
    text = "größe: 日本 😀\nname: @net\n"
    assert written(text, problem(text).span) == "@"
