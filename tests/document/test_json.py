"""JSON files are read as JSON readers do, with places, and what they refuse is explained."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.document import Odd, Scalar, json_reader, python_value
from convlint.document.nodes import Mapping
from tests.document.helpers import documents, nodes, problem, reading, root, written


@pytest.mark.parametrize("path", ["net.json", "NET.JSON", "a/b.yaml.json"])
def test_by_the_name_of_the_file(path: str) -> None:
    assert python_value(root('{"epsilon": 1e-05}', path))["epsilon"] == 1e-05


def test_other_files_are_yaml() -> None:
    assert isinstance(python_value(root('{"epsilon": 1e-05}', "net.yaml"))["epsilon"], Odd)
    assert python_value(root("[1, 2,] # c", "json")) == [1, 2]


def test_places() -> None:
    text = '\n{"a" : [1, -2.5e+3,\t"x\\n"],\r\n "b": {"c": null, "d": {}, "e": []}}\n'
    (document,) = documents(text, "x.json")
    tree = document.root
    assert isinstance(tree, Mapping)
    assert text.strip() == written(text, tree.span) == written(text, tree)
    places = [written(text, node) for node in nodes(tree)]
    assert all(
        place in places for place in ['"a"', '[1, -2.5e+3,\t"x\\n"]', "1", "-2.5e+3", '"x\\n"', "null", "{}", "[]"]
    )
    assert tree.key_span("a") == (2, 5)
    assert written(text, tree.value_span("b") or (0, 0)) == '{"c": null, "d": {}, "e": []}'


@pytest.mark.parametrize(
    "text, value",
    [
        ("1e3", 1000.0),
        ("1E-5", 1e-5),
        ("-0", 0),
        ("1.50", 1.5),
        ("1e400", math.inf),
        ("-Infinity", -math.inf),
        ("true", True),
        ("null", None),
        ('"yes"', "yes"),
        (r'"\ud83d\ude00\/\u00e9"', "😀/é"),
        (r'"\ud83d!"', "�!"),
        ('"\x7f\u2028\ufeff"', "\x7f\u2028\ufeff"),
        ('"<<"', "<<"),
        ('{"<<": {"a": 1}}', {"<<": {"a": 1}}),
        ('{"' + "k" * 2_000 + '"\n:1}', {"k" * 2_000: 1}),
    ],
)
def test_values(text: str, value: object) -> None:
    assert value == python_value(root(text, "x.json"))


def test_numbers_that_are_too_long_are_traps_as_in_yaml() -> None:
    value = python_value(root("9" * 5_000, "x.json"))
    assert isinstance(value, Odd)
    assert value.meaning == "a number of 5000 digits"


@pytest.mark.parametrize("text", ["", " \t\r\n"])
def test_nothing(text: str) -> None:
    assert documents(text, "x.json") == []


def test_duplicates() -> None:
    (document,) = documents('{"a": 1, "a": 2}', "x.json")
    assert [(found.code, found.span) for found in document.problems] == [("CL002", (9, 12))]


@pytest.mark.parametrize(
    "text, message, place",
    [
        ('{"a": 1,}', "JSON allows no comma before `}`", ","),
        ("[1, \n]", "JSON allows no comma before `]`", ","),
        ("[1 2]", "a comma is missing before `2`", "2"),
        ("[1\n2]", "`]` or a comma is missing after this", "1"),
        ('{"a": 1 "b": 2}', 'a comma is missing before `"`', '"b"'),
        ('{"a" 1}', "a `:` is missing after this key", '"a"'),
        ("{a: 1}", "`a` stands where JSON wants a key in double quotes", "a"),
        ("{1: 1}", "`1` stands where JSON wants a key in double quotes", "1"),
        ("{'a': 1}", "JSON wants double quotes", "'"),
        ("['a']", "JSON wants double quotes", "'"),
        ("[1, # c\n2]", "JSON has no comments", "#"),
        ("[1 // c\n, 2]", "JSON has no comments", "//"),
        ("/* c */ 1", "JSON has no comments", "/*"),
        ("[1\n# c\n]", "JSON has no comments", "#"),
        ("[[1]", "`[` is never closed; `]` is missing", "[[1]"),
        ('{"a": 1\n', "`{` is never closed; `}` is missing", "{"),
        ('{"a": [1, 2}', "`}` stands where `]` closes the list or mapping", "}"),
        ("[1, ", "the text ends before a value", ","),
        ('{"a": ', "the text ends before a value", ":"),
        ('{"a": 1, ', "the text ends before a key in double quotes", ","),
        ("[1, , 2]", "`,` stands where JSON wants a value", ", 2"),
        ('{"a": }', "`}` stands where JSON wants a value", "}"),
        ('{"a": 1, , }', "`,` stands where JSON wants a key in double quotes", ", }"),
        ("[01]", "`01` stands where JSON wants a value", "01"),
        ("[.5]", "`.5` stands where JSON wants a value", ".5"),
        ("[+1]", "`+1` stands where JSON wants a value", "+1"),
        ("[0x1F]", "`0x1F` stands where JSON wants a value", "0x1F"),
        ("[nullx]", "`nullx` stands where JSON wants a value", "nullx"),
        ("[True]", "`True` is Python; JSON writes `true`", "True"),
        ("[1] [2]", "the JSON value ends before this", "[2]"),
        ("[1] x", "the JSON value ends before this", "x"),
        ('"abc', "the quote opened here is never closed in its line", '"'),
        ('["a\nb"]', "the quote opened here is never closed in its line", '"'),
        ('"a\\', "the quote opened here is never closed in its line", '"'),
        (r'["\x41"]', r"`\x` is no escape that JSON knows", r"\x"),
        (r'["ab\u12"]', r"`\u12` is no escape that JSON knows", r"\u12"),
        (r'["ab\u12"' + " " * 9 + "]", r"`\u12` is no escape that JSON knows", r"\u12"),
        ('["a\tb"]', "found the control character U+0009, which JSON does not allow", "\t"),
        ("[\x00]", "`\x00` stands where JSON wants a value", "\x00"),
    ],
)
def test_what_is_wrong(text: str, message: str, place: str) -> None:
    found = problem(text, "x.json")
    assert ("CL001", message) == found[:2]
    assert text[found.span[0] :].startswith(place)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [('{"a": 1,}', ","), ("[1, \n]", ","), ("[[1]", "["), ('{"a": 1\n', "{"), ("[1 2]", "2"), ('{"a": [1, 2}', "}")],
)
def test_only_what_is_wrong_is_marked(text: str, place: str) -> None:
    start, end = problem(text, "x.json").span
    assert text[start:end] == place


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(nodes(root("[" * 100 + "]" * 100, "x.json"))) == 100
    for text in ("[" * 101 + "]" * 101, "[" * 100_000, '{"a":' * 100_000):
        assert problem(text, "x.json")[:2] == ("CL022", "nested more than 100 levels deep")
    monkeypatch.setattr(json_reader, "MAX_NODES", 3)
    assert problem("[1, 2, 3]", "x.json").code == "CL022"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    return type(one) is type(other) and bool(one == other)


@given(values, st.booleans(), st.sampled_from([None, 0, 2, "\t"]))
def test_whatever_json_writes_is_read(value: Any, only_ascii: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=only_ascii, indent=indent)
    (document,) = documents(text, "x.json")
    assert same(value, python_value(document.root))
    for node in nodes(document.root):
        assert isinstance(node, Scalar) or written(text, node)[0] in "[{"
        part = json.loads(written(text, node))
        assert same(part, python_value(node))


@given(st.text('{}[],:"\\ \n\tnulltrue01.eE+-/u#a😀\x00', max_size=30))
def test_whatever_json_refuses_is_refused(text: str) -> None:
    try:
        json.loads(text)
        valid = True
    except ValueError:
        valid = False
    result = reading(text, "x.json")
    assert valid == (result.problem is None and result.documents != [])
    if result.problem is not None:
        start, end = result.problem.span
        assert 0 <= start < end <= len(text)
