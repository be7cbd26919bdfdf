"""Damaged files: whatever is done to a file of the cases, there are findings with places inside it, and never a crash."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from convlint import catalogue
from convlint.document import Source
from convlint.lint import lint
from convlint.reports import text
from tests.conftest import examples
from tests.rules.test_cases import CASES

EVERYTHING = catalogue.selection(["ALL"])
#: Files that are quick to lint, and without a million copies that a damaged shape would have to write out.
FILES = [
    case.yaml
    for case in CASES
    if case.syntax == "yaml" and "convlint:" in case.yaml and len(case.yaml) < 2000 and "1000000" not in case.yaml
]
TOKENS = re.compile(r"[\w.\-]+|\[[^\[\]]*\]|\{[^{}]*\}|\S")
INSTEAD = [
    "null",
    "yes",
    "012",
    "1:30",
    "3x3",
    "1e3",
    "-1",
    "0",
    "99999999999",
    "[]",
    "{}",
    "[1,2]",
    "[a,[b]]",
    "{a: b}",
    "'64'",
    "''",
    "*x",
    "&x",
    "!!int",
    "!foo",
    ".inf",
    ".nan",
    "1_000",
    "2012-01-01",
    "input",
    "<<",
    "layers",
    "type",
    "from",
    "name",
    "repeat",
    "expect",
    "Conv2d",
    "ReLU",
    "Concat",
    "Split",
    "-",
    ":",
    ",",
    "#",
    "é",
    "３",
    "?",
    "|",
    "%",
    "x.0",
    "-:",
    "}",
]
damages = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True), st.sampled_from(["replace", "delete", "insert"]), st.sampled_from(INSTEAD)
    ),
    min_size=1,
    max_size=4,
)


def damaged(yaml: str, damage: list[tuple[float, str, str]]) -> str:
    for where, what, word in damage:
        tokens = [match.span() for match in TOKENS.finditer(yaml)]
        if not tokens:
            return yaml
        start, end = tokens[int(where * len(tokens))]
        if what == "insert":
            yaml = f"{yaml[:start]}{word} {yaml[start:]}"
        else:
            yaml = yaml[:start] + (word if what == "replace" else "") + yaml[end:]
    return yaml


@settings(max_examples=examples(400))
@given(st.sampled_from(FILES), damages)
def test_damaged_file(yaml: str, damage: list[tuple[float, str, str]]) -> None:
    source = Source("net.yaml", damaged(yaml, damage))
    for found in lint(source, EVERYTHING).findings:
        for span in (found.span, *(label.span for label in found.labels)):
            assert 0 <= span[0] <= span[1] <= len(source.text)
        assert found.message and "\n" not in found.message
        for words in (found.message, found.label, found.help or "", *found.notes):
            assert "None" not in words
        assert text.finding(source, found)
