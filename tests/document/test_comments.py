"""Comments are what a scanner skips as comments, wherever a `#` stands."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from convlint.document import Comment
from tests.document.helpers import reading


def comments(text: str) -> list[str]:
    found = reading(text).comments
    assert all(text[comment.start : comment.end] == comment.text for comment in found)
    return [comment.text for comment in found]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a: 1\n", []),
        ("# a\n  # b\na: 1 # c\n#\n", ["# a", "# b", "# c", "#"]),
        ("a: 1 # c # d\n", ["# c # d"]),
        ("a: x#y\n", []),
        ("a: '#' # c\n", ["# c"]),
        ('a: "x # y"# c\n', ["# c"]),
        ("a: [1,# c\n 2]# d\n", ["# c", "# d"]),
        ("a: x\n  y # c\n", ["# c"]),
        ("a: | # c\n  # no\n  x # no\n# d\n", ["# c", "# d"]),
        ("a: |# no\n"[:4] + "\n  # no\n", []),
        ("a: > # c", ["# c"]),
        ("a: |\n\n  # no\n", []),
        ("'# no': 1\n", []),
        ("? [a, '# no'] # c\n: {x: '# no'} # d\n", ["# c", "# d"]),
        ("<<: {a: '# no'} # c\na: 1\n", ["# c"]),
        ("<<: 3 # c\na: 1\n", ["# c"]),
        ("a: 1\na: '# no'\n", []),
        ("a: &x ['# no']\nb: *x # c\n", ["# c"]),
        ("%YAML 1.1 # c\n--- # d\na\n... # e\n", ["# c", "# d", "# e"]),
        ("a: &x # c\n  1\nb: !!str # d\n  x\n", ["# c", "# d"]),
        ("a: 1 # c  \r\nb: 2\t# d\t\r\n", ["# c", "# d"]),
        ("# only", ["# only"]),
        ("a: '# no'\n---\nb: '# no' # c\n", ["# c"]),
        ("é: '😀 # no' # 日本\n", ["# 日本"]),
    ],
)
def test_comments(text: str, expected: list[str]) -> None:
    assert expected == comments(text)


def test_places() -> None:
    assert [Comment(5, 8, "# c"), Comment(9, 12, "# d")] == reading("a: 1 # c\n# d").comments


@pytest.mark.parametrize("text, path", [("a: [ # c\n", "x.yaml"), ('{"a": "# c"}', "x.json"), ("[] # c", "x.json")])
def test_unreadable_texts_and_json_have_none(text: str, path: str) -> None:
    assert reading(text, path).comments == []


def scanned(text: str) -> list[str]:
    """The comments between the tokens of PyYAML's scanner, and those behind the sign of a block scalar."""
    found: list[str] = []
    end = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        gaps = [text[end : token.start_mark.index]]
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = text[token.start_mark.index : token.end_mark.index].partition("\n")[0]
            gaps.append(header)
        for gap in gaps:
            found += [match.group().rstrip() for match in re.finditer("#.*", gap)]
        end = max(end, token.end_mark.index)
    return found + [match.group().rstrip() for match in re.finditer("#.*", text[end:])]


MARKS = ["#", " # ", "# c\n", "'", '"', "'# '", '"#"', "|", ">-", "|\n"]
OTHERS = [
    "a",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    " ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "&x ",
    "*x",
    "!!str ",
    "? ",
    "---\n",
    "é",
    "😀",
]


@given(st.lists(st.sampled_from(MARKS + OTHERS), max_size=14).map("".join))
def test_they_are_what_pyyaml_s_scanner_skips(text: str) -> None:
    if reading(text).problem is not None:
        return
    try:
        expected = scanned(text)
    except yaml.YAMLError:
        return
    assert expected == comments(text)
