"""What a scalar means: YAML 1.1 as PyYAML reads it, and the traps in it kept visible."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from convlint.document import Odd, Scalar, python_value
from convlint.document.nodes import resolve
from tests.conftest import without_hanging
from tests.document.helpers import root

#: Words, numbers and whatever looks like one.
plain_texts = st.one_of(
    st.text("0123456789+-_.:eExobaAfFNn~T zZ", min_size=1, max_size=12),
    st.from_regex(r"[-+]?[0-9_]{1,6}(\.[0-9_]{0,4})?([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"[-+]?0?[0-9_]{1,3}(:[0-9]{1,2}){1,3}(\.[0-9]*)?", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2})?", fullmatch=True),
    st.sampled_from(
        [
            "yes",
            "Yes",
            "YES",
            "yEs",
            "no",
            "true",
            "off",
            "~",
            "null",
            "Null",
            ".inf",
            "-.Inf",
            "+.INF",
            ".nan",
            ".NaN",
            "-.nan",
            "=",
            "<<",
        ]
    ),
    st.text(max_size=8),
).map(str.strip)


def is_plain(text: str) -> bool:
    """Whether libyaml reads the text as one plain scalar of exactly this text."""
    try:
        _, _, event, *_ = yaml.parse(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return False
    return isinstance(event, yaml.ScalarEvent) and not event.style and event.implicit[0] and event.value == text


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return type(one) is type(other) and one == other


@given(plain_texts)
@example("-.5")
@example("1:30.5")
@example("0_")
@example("0b_")
@example("+0x1F")
@example("0o17")
@example("08")
@example("2024-1-1")
@example("2٠24-01-01")
@example("1_000")
@example("9" * 5_000)
def test_plain_scalars_are_what_pyyaml_makes_of_them(text: str) -> None:
    if not is_plain(text):
        return
    value = resolve(text)
    if isinstance(value, Odd):
        assert text == value
        assert value.meaning
        if value.instead and not value.instead.startswith('"'):
            assert type(resolve(value.instead)) in (int, float)
    else:
        expected = yaml.load(text, Loader=yaml.CSafeLoader)
        assert same(value, expected), (value, expected)


@given(plain_texts)
def test_what_pyyaml_takes_for_a_number_is_a_number_or_odd(text: str) -> None:
    if not is_plain(text):
        return
    try:
        expected = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return  # `=`, `<<`, `0b_`, 2024-13-45
    assert isinstance(expected, str) == (type(resolve(text)) is str) or isinstance(resolve(text), Odd)


@pytest.mark.parametrize(
    "text, value",
    [
        ("", None),
        ("~", None),
        ("yes", True),
        ("OFF", False),
        ("64", 64),
        ("-1", -1),
        ("-0", 0),
        ("1_000", 1_000),
        ("0x1F", 31),
        ("-0b11", -3),
        ("0b" + "1" * 50, 2**50 - 1),
        ("9" * 18, 10**18 - 1),
        ("-" + "9" * 18, 1 - 10**18),
        ("1.", 1.0),
        (".5", 0.5),
        ("1.5e+3", 1500.0),
        ("1.e-5", 1e-5),
        ("-.inf", -math.inf),
        ("conv1", "conv1"),
        ("3x3", "3x3"),
        ("-", "-"),
        ("+", "+"),
        ("1-2", "1-2"),
        ("2024-1-1", "2024-1-1"),
    ],
)
def test_values(text: str, value: object) -> None:
    assert same(value, resolve(text))


@pytest.mark.parametrize(
    "text, meaning, instead",
    [
        ("012", "the octal number 10 in YAML 1.1", "12"),
        ("-012", "the octal number -10 in YAML 1.1", "-12"),
        ("00", "the octal number 0 in YAML 1.1", "0"),
        ("08", "text in YAML 1.1, where a leading 0 begins an octal number and 8 and 9 are no octal digits", "8"),
        ("0o17", "text in YAML 1.1; YAML 1.2 reads an octal number", "15"),
        ("1:30", "the base-60 number 90 in YAML 1.1", ""),
        ("-1:30.5", "the base-60 number -90.5 in YAML 1.1", ""),
        ("1e3", "text in YAML 1.1, which wants a dot and a sign in an exponent", "1.0e+3"),
        ("-.5E2", "text in YAML 1.1, which wants a dot and a sign in an exponent", "-0.5e+2"),
        ("-.5", "text in YAML 1.1, which wants a digit between sign and point", "-0.5"),
        ("2024-01-01", "a date in YAML 1.1", ""),
        ("2024-1-1 10:30:00", "a date in YAML 1.1", ""),
        ("1" + "0" * 18, "a number of 19 digits", ""),
        ("-0" + "7" * 20, "a number of 21 digits", ""),
        ("0x" + "f" * 30, "a number of 30 digits", ""),
        ("0x_", "the beginning of a number without its digits", ""),
        ("1." + "0" * 400, "a number too long to read", ""),
        ("=", "a sign of YAML 1.1 that stands for no value", '"="'),
    ],
)
def test_traps(text: str, meaning: str, instead: str) -> None:
    value = resolve(text)
    assert isinstance(value, Odd)
    assert (text, meaning, instead) == (value, value.meaning, value.instead)


@pytest.mark.parametrize(
    "text", ["1" * 10**6, "1" * 10**6 + "x", "1:" * 10**6, "0" * 10**6 + "x", "1_" * 10**6, "_1" * 10**6]
)
def test_a_long_text_is_no_work(text: str) -> None:
    with without_hanging():
        assert resolve(text) == text


def test_a_trap_survives_copying() -> None:
    value = copy.deepcopy(resolve("012"))
    assert (value, value.instead) == ("012", "12")
    assert isinstance(value, Odd)


@pytest.mark.parametrize(
    "text, value",
    [
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!int abc", "abc"),
        ("!!int 1.5", "1.5"),
        ("!!int yes", "yes"),
        ("!!int 012", "012"),
        ("!!float 3", 3.0),
        ("!!float 1e3", 1000.0),
        ("!!float .inf", math.inf),
        ("!!float abc", "abc"),
        ("!!float yes", "yes"),
        ("!!bool yes", True),
        ("!!bool 1", "1"),
        ("!!null ''", None),
        ("!!null x", None),
        ("! 12", 12),
        ("! '12'", 12),
        ("!<tag:yaml.org,2002:int> 7", 7),
    ],
)
def test_tags_that_are_read(text: str, value: object) -> None:
    node = root(text)
    assert isinstance(node, Scalar)
    assert same(value, node.value) or (isinstance(node.value, Odd) and value == node.value)


def test_quoted_words_stay_text() -> None:
    assert python_value(root('[\'12\', "yes", \'~\', "012", "1\\n"]')) == ["12", "yes", "~", "012", "1\n"]


def test_resolving_remembers_short_words_only() -> None:
    from convlint.document import nodes

    resolve("a-word")
    resolve("x" * 1_000)
    assert "a-word" in nodes._resolved
    assert "x" * 1_000 not in nodes._resolved
