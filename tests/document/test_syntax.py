"""The syntaxes as values."""

from __future__ import annotations

import pytest

from convlint.document import Source, syntax_of
from convlint.document.syntax import JSON, SYNTAXES, YAML, Syntax


@pytest.mark.parametrize(
    "path, syntax",
    [("a.yaml", YAML), ("a.YML", YAML), ("a/b.json", JSON), ("a.JSON", JSON), ("a.txt", YAML), ("-", YAML), ("", YAML)],
)
def test_the_ending_tells_the_syntax(path: str, syntax: Syntax) -> None:
    assert syntax_of(Source(path, "")) is syntax


def test_no_ending_belongs_to_two() -> None:
    endings = [ending for syntax in SYNTAXES for ending in syntax.endings]
    assert len(endings) == len(set(endings))
    assert all(ending == ending.lower() and ending.startswith(".") for ending in endings)


@pytest.mark.parametrize(
    "new, old, word, in_yaml, in_json",
    [
        ("3", "1", False, "3", "3"),
        ("[1, -2]", "[0, 0]", False, "[1, -2]", "[1, -2]"),
        ("same", "1", False, "same", '"same"'),
        ("same", "'valid'", False, "'same'", "'same'"),
        ("on", "x", True, '"on"', '"on"'),
        ("3", "x", True, '"3"', '"3"'),
        ("relu", "x", True, "relu", '"relu"'),
        ('a"b', '"x"', False, None, None),
        ("{a: 1}", "x", False, "{a: 1}", None),
    ],
)
def test_a_value_is_written_as_the_syntax_writes_it(
    new: str, old: str, word: bool, in_yaml: str | None, in_json: str | None
) -> None:
    assert YAML.written(new, old, word) == in_yaml
    assert JSON.written(new, old, word) == in_json
