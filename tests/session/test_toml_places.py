"""In which line of a TOML file a key is set."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.session.toml_places import line_of

PATHS: list[tuple[str, str, int | None]] = [
    ("a = 1\nb = 2", "b", 2),
    ("\n\n  a\t= 1 # b = 2\nb = 3", "b", 4),
    ("a = 1\r\nb = 2\r\n", "b", 2),
    # Dotted keys, quoted ones, blanks around the dots.
    ("a.b = 1\na . \"c\" = 2\na.'d e'.f = 3", "a c", 2),
    ("a.b = 1\na.c = 2", "a", None),
    ("x = 1\na.b = 1", "a", 2),
    ('"\\u0061" = 1', "a", 1),
    ('"a.b" = 1\na.b = 2', "a b", 2),
    # Headers.
    ("[a]\nb = 1\n[ c . b ]\nb = 2\nd = 3", "c b b", 4),
    ("[a]\nb = 1\n[c]\nb = 2", "c", 3),
    ("x = 1\n[a.b.c]\nd = 1\ne = 2", "a b", 2),
    ("[a.b.c]\n[a.b.d]", "a b", None),
    ("[a]\nb = 1", "b", None),
    ("[a]\nb = 1", "a c", None),
    # Values over several lines, with what looks like keys.
    ('x = """\nb = 1\n\\"""\n"""\nb = 2', "b", 5),
    ("x = '''\nb = 1\n[c]\n'''\nb = 2", "b", 5),
    ('x = """""a"""""\nb = 2', "b", 2),
    ('x = ""\nb = 2', "b", 2),
    ('x = "[" # ]\nb = 2', "b", 2),
    ("x = '#'\nb = 2", "b", 2),
    ('x = "\\"#["\nb = 2', "b", 2),
    ("x = [ # ]\n  'b = 1', # b = 1 '''\n  [2],\n]\nb = 2", "b", 5),
    ("x = 1979-05-27 07:32:00\nb = 2", "b", 2),
    # Inline tables stand where they are set.
    ("x = 1\na = {b = {c = 1}, d = 2}", "a b c", 2),
    ("x = 1\na = {b = 1}\nb = 2", "b", 3),
    # Arrays of tables: which one is meant is not known.
    ("x = 1\n[[a]]\nb = 1\n[[a]]\nb = 2", "a b", None),
    ("[[a]]\n[a.b]\nc = 1\n[d]\nc = 2", "a b c", None),
    ("[[a]]\n[a.b]\nc = 1\n[d]\nc = 2", "d c", 5),
    ("x = 1\n[[a]]\n[[a]]", "a", 2),
    ("[[a]]\n[[a.b]]\n[[c]]", "c", 3),
]


@pytest.mark.parametrize(("text", "path", "line"), PATHS)
def test_lines(text: str, path: str, line: int | None) -> None:
    tomllib.loads(text)
    assert line_of(text, path.split()) == line


@pytest.mark.parametrize("text", ["a", "[a", "a = 'x", "a = 1 b", "a = 1\n= 2", "[[a]\nb = 1", "a.=1", "[a]b = 1"])
def test_what_is_no_toml_is_not_found(text: str) -> None:
    assert line_of(text, ["zzz"]) is None


KEYS = st.sampled_from(["a", "b", '"a"', "'b.c'", "a.b", "b . a", '"\\n"'])
VALUES = st.sampled_from(
    [
        "1",
        '"a = 1"',
        "'[b]'",
        '"""\na = 1\n"""',
        "'''\n[a]\n'''",
        "[\n'a',# ]\n 2]",
        "{a = 1, b = {a = 2}}",
        '"#"',
        "1.5 # a",
    ]
)
ROWS = st.one_of(
    st.tuples(KEYS, VALUES).map(" = ".join), KEYS.map("[{}]".format), KEYS.map("[[{}]]".format), st.just("# a = 1")
)


@given(st.lists(ROWS, max_size=6).map("\n".join))
def test_a_line_that_is_told_sets_the_key(text: str) -> None:
    """Without all from the line on there is no such key yet, or a table that gets its header; behind it there is."""
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for path in paths(whole):
        line = line_of(text, path)
        if line is None:
            continue
        before, told = text.split("\n")[: line - 1], text.split("\n")[line - 1 :]
        assert not holds(tomllib.loads("\n".join(before)), path) or told[0].startswith("[")
        ends = [end for end in range(1, len(told) + 1) if loads("\n".join([*before, *told[:end]])) is not None]
        assert holds(loads("\n".join([*before, *told[: ends[0]]])), path)


def loads(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def paths(table: dict[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """All keys of a table and the tables in it."""
    found = []
    for key, value in table.items():
        found.append((*above, key))
        if isinstance(value, dict):
            found += paths(value, (*above, key))
    return found


def holds(table: Any, path: tuple[str, ...]) -> bool:
    """Whether there is such a key."""
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True
