"""The same trees without libyaml, through PyYAML's own parser.

The two do not agree about everything. PyYAML knows no tab inside a plain word and reads one where a block of text is
indented; it skips unknown directives, and allows signs in tags, half characters in quotes and ``{a:[1]}``.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from convlint.document import Reading, Source, read, yaml_reader
from tests.conftest import examples
from tests.document.helpers import outline, problem, root
from tests.document.texts import almost_yaml, any_text, dumped


@pytest.fixture(scope="module", autouse=True)
def with_libyaml() -> None:
    if yaml_reader._CParser is None:
        pytest.skip("PyYAML has no libyaml here")


def test_it_is_taken_where_pyyaml_has_no_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.find_spec("convlint.document.yaml_reader")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    spec.loader.exec_module(module)
    assert module._CParser is None
    assert module.read("a: 1")[0].root.fields["a"].value == 1


def fallback(text: str) -> Reading:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_reader, "_CParser", None)
        result = read(Source("net.yaml", text))
        result.comments  # noqa: B018 - computed now
        return result


def facts(result: Reading) -> Iterator[Any]:
    for document in result.documents:
        yield outline(document.root)
        yield document.problems
        yield [span for span, _ in document.aliases]
    yield result.comments


@settings(max_examples=examples(500))
@given(almost_yaml)
def test_texts_that_both_read_are_the_same_trees(text: str) -> None:
    one, other = read(Source("net.yaml", text)), fallback(text)
    if one.problem is None and other.problem is None:
        assert list(facts(one)) == list(facts(other))


@given(any_text)
def test_it_never_raises(text: str) -> None:
    fallback(text)


@given(dumped())
def test_what_pyyaml_writes_is_read(pair: tuple[str, Any]) -> None:
    text, _ = pair
    result = fallback(text)
    assert result.problem is None
    assert list(facts(read(Source("net.yaml", text)))) == list(facts(result))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":\t1,\n\t"b":[\t2\t]\t}\t# c\n',
        "a:\t1\t# c\nb:\n  - x\t# d\n",
        "# a\r\na: 1 # b\r\n",
    ],
)
def test_tabs_stand_where_libyaml_allows_them(text: str) -> None:
    result = fallback(text)
    assert result.problem is None
    assert list(facts(read(Source("net.yaml", text)))) == list(facts(result))


def test_a_tag_with_a_broken_escape() -> None:
    found = fallback("a: !%zz x\n").problem
    assert found is not None
    assert (found.message, found.span) == ("`!` begins a tag in YAML, and this is none", (3, 5))


def test_an_escape_beyond_unicode() -> None:
    found = fallback('a: "\\UFFFFFFFF"\n').problem
    assert found is not None
    assert (found.message, found.span) == ("an escape that stands for no character", (4, 14))


def test_limits() -> None:
    for text in ("[" * 10_000, "{a: " * 10_000, "- " * 10_000):
        found = fallback(text).problem
        assert found is not None
        assert found.code == "CL022"


def test_libyaml_decides_where_the_two_disagree() -> None:
    assert problem("{a:[1]}").message == "a space is missing after this colon"
    assert root("a\tb\n").value == "a\tb"
