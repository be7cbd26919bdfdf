"""What holds for any text at all."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convlint.document import Document, Mapping, Odd, Scalar, Sequence, Source, Span, decode, python_value, read
from tests.conftest import examples
from tests.document.helpers import documents, nodes, outline, written
from tests.document.texts import almost_yaml, any_text, dumped


class Loader(yaml.CSafeLoader):
    """PyYAML, except that keys are what is written, and that a merge is what it was until PyYAML 6.0.3.

    In 6.0.4 the identity of the key's string decides which of two merged values stays: of `<<: [{x: 1}, {x: 2}]` the
    first, of `<<: [{ab: 1}, {ab: 2}]` the second.
    """


def _flattened(loader: Any, node: Any) -> list[tuple[Any, Any]]:
    merged: list[tuple[Any, Any]] = []
    written: list[tuple[Any, Any]] = []
    for key, value in node.value:
        if key.tag != "tag:yaml.org,2002:merge":
            written.append((key, value))
            continue
        parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if not all(isinstance(part, yaml.MappingNode) for part in parts):
            raise yaml.constructor.ConstructorError(None, None, "no mapping to merge", node.start_mark)
        for part in reversed(parts):
            merged += _flattened(loader, part)
    return merged + written


def _mapping(loader: Any, node: Any) -> dict[str, Any]:
    return {key.value: loader.construct_object(value, deep=True) for key, value in _flattened(loader, node)}


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def inside(span: Span, text: str) -> bool:
    return 0 <= span[0] <= span[1] <= len(text)


def check(text: str, path: str) -> None:
    result = read(Source(path, text))
    if result.problem is not None:
        assert [] == result.documents == result.comments
        assert result.problem.code in ("CL001", "CL022")
        assert result.problem.message
        assert all(inside(span, text) for span in (result.problem.span, *(span for span, _ in result.problem.labels)))
        # Something to underline, in one line.
        assert result.problem.span[0] < result.problem.span[1] or not text.strip()
        assert "\n" not in written(text, result.problem.span)[:-1]
    for document in result.documents:
        check_document(document, text)
    for comment in result.comments:
        assert comment.text == text[comment.start : comment.end]
        assert comment.text.startswith("#") and "\n" not in comment.text


def check_document(document: Document, text: str) -> None:
    for problem in document.problems:
        assert all(inside(span, text) for span in (problem.span, *(span for span, _ in problem.labels)))
    for span, _ in document.aliases:
        assert written(text, span)[0] == "*"
    for node in nodes(document.root):
        assert inside(node.span, text) and inside((node.start, node.end), text)
        if isinstance(node, Scalar):
            check_scalar(node, text)
        elif isinstance(node, Sequence):
            assert ("[" if node.flow else "-") == text[node.start]
            assert not node.flow or text[node.end - 1] == "]"
        else:
            check_mapping(node, text)


def check_scalar(node: Scalar, text: str) -> None:
    shown = written(text, node)
    if shown.startswith("*"):
        return  # the alias of a key
    if not node.plain:
        assert shown[0] in "\"'|>"
        assert node.text == "" or shown[0] in "|>" or shown[0] == shown[-1]
    elif "\n" not in shown:
        assert shown == node.text


def check_mapping(node: Mapping, text: str) -> None:
    if node.flow and text[node.start] == "{":
        assert text[node.end - 1] == "}"
    for name in node.fields:
        key, value = node.key_span(name), node.value_span(name)
        assert key is not None and inside(key, text)
        assert value is not None and inside(value, text)
        assert any(key == written_key.span and name == written_key.text for written_key, _ in node.pairs)
    assert {key.text for key, _ in node.pairs} == set(node.fields)


@settings(max_examples=examples(500))
@given(any_text, st.sampled_from(["net.yaml", "net.json"]))
@example("!!int :\n&y : \n  ", "net.yaml")
@example("? !<x> : ?yes", "net.yaml")
@example("yes: ->+\n?  &x : é", "net.yaml")
@example("[? \n  : 1e3[: -!!seq <<, ", "net.yaml")
@example("a: \\\n  b: {c: *a", "net.yaml")
def test_any_text_gives_documents_or_one_problem(text: str, path: str) -> None:
    check(text, path)


@given(st.binary(max_size=30) | any_text.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_documents_or_one_problem(data: bytes) -> None:
    text, problem = decode(data)
    if problem is None:
        check(text, "net.yaml")


def traps(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(traps, value.values()))
    return any(map(traps, value)) if isinstance(value, list) else isinstance(value, Odd)


@settings(max_examples=examples(500))
@given(almost_yaml)
@example("a: &a {x: 1, x: 2}\nb: {<<: [*a, {x: 3, y: 4}], <<: {y: 5}}\n")
def test_values_are_those_of_pyyaml(text: str) -> None:
    result = read(Source("net.yaml", text))
    values = [python_value(document.root) for document in result.documents]
    # What PyYAML refuses is a problem here, and what it builds by tag is not built; it reads `!!float --1` and `! ''`
    # in ways of its own.
    if any(problem.code != "CL002" for document in result.documents for problem in document.problems):
        return
    if result.problem is not None or traps(values) or "!" in text.replace("!!", "") or "!!float -" in text:
        return
    try:
        expected = list(yaml.load_all(text, Loader))
    except (ValueError, IndexError):
        assert "!!int" in text or "!!float" in text
        return
    except yaml.constructor.ConstructorError:
        return  # `=` and `<<` as values
    assert expected == values
    assert repr(expected) == repr(values) or any("<<" in str(document) or "<<" in text for document in values)


@given(dumped())
def test_what_pyyaml_writes_is_read(pair: tuple[str, Any]) -> None:
    text, _ = pair
    (document,) = documents(text)
    check_document(document, text)
    value = python_value(document.root)
    if not traps(value):
        assert yaml.load(text, Loader) == value


@given(dumped(), dumped())
def test_documents_do_not_touch_each_other(one: tuple[str, Any], other: tuple[str, Any]) -> None:
    first, second = (text if text.startswith("---") else "--- \n" + text for text, _ in (one, other))
    alone = [outline(document.root) for document in documents(first)]
    together = documents(first + ("" if first.endswith("\n") else "\n") + second)
    assert alone == [outline(together[0].root)]
    assert [python_value(document.root) for document in documents(second)] == [python_value(together[1].root)]
