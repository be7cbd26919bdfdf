"""YAML to trees: where every value is written, what merges and aliases stand for, and where reading ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from convlint.document import Mapping, Scalar, Sequence, Source, assembly, python_value, read, reader, yaml_reader
from tests.conftest import without_hanging
from tests.document.helpers import documents, nodes, problem, reading, root, written


def value_of(text: str) -> str:
    """How the value of the key `a` is written according to its node."""
    return written(text, root(text).fields["a"])


@pytest.mark.parametrize(
    "text, value",
    [
        ("a: 64\n", "64"),
        ("a:   conv 1   # c\n", "conv 1"),
        ("a: x\n  y\n\n  z # c\n", "x\n  y\n\n  z"),
        ("a: 'it''s'\n", "'it''s'"),
        ('a: "x\\n\\"" # c\n', '"x\\n\\""'),
        ('a: "x\n  y"\n', '"x\n  y"'),
        ("a: |\n  x\n  y\n\n# c\nb: 1\n", "|\n  x\n  y"),
        ("a: |+  # c\n  x\n\n\n", "|+  # c\n  x"),
        ("a: >-\n  x\nb: 1\n", ">-\n  x"),
        ("a: |2\n    x\n", "|2\n    x"),
        ("a: | # c\n", "|"),
        ("a: |\n\n\n", "|"),
        ("a: &x 64\n", "64"),
        ("a: !!int 64\n", "64"),
        ("a: &x !!str 64\n", "64"),
        ("a: !!str &x 64\n", "64"),
        ("a: !<tag:yaml.org,2002:str> 64\n", "64"),
        ("a: ! 64\n", "64"),
        ("a: &x # c\n  64\n", "64"),
        ("a: &x |\n  x\n", "|\n  x"),
        ("a: &x 'q'\n", "'q'"),
        ("a: [1, 2]  # c\n", "[1, 2]"),
        ("a: &x [1,\n  2]\n", "[1,\n  2]"),
        ("a: !!seq\n  [1]\n", "[1]"),
        ("a: {b: {c: 1} }\n", "{b: {c: 1} }"),
        ("a: !!map &x {}\n", "{}"),
        ("a:\n- x\n- y  # c\n\n# c\nb: 1\n", "- x\n- y"),
        ("a: &x\n- x\n", "- x"),
        ("a: &x\n  - x\n", "- x"),
        ("a: !!seq # c\n  - x\n", "- x"),
        ("a:\n  b: 1\n  c:\n    d: 2   # c\n\n", "b: 1\n  c:\n    d: 2"),
        ("a: &x\n  b: 1\n", "b: 1"),
        ("a:\n  ? b\n  : 1\n", "? b\n  : 1"),
        ("a:\n  b:   # c\n\n", "b:"),
        ("a:\n  - \n", "-"),
        ("a: 😀\n", "😀"),
        ("a: [日本, é]\n", "[日本, é]"),
    ],
)
def test_where_a_value_is_written(text: str, value: str) -> None:
    assert value == value_of(text)


@pytest.mark.parametrize("text", ["a:\n", "a:   # c\n", "a: &x\n", "a: !!null\n", "a: &x # c\nb: 1\n"])
def test_an_empty_value_has_no_width_and_is_shown_by_its_key(text: str) -> None:
    mapping = root(text)
    value = mapping.fields["a"]
    assert value.start == value.end
    assert text[: value.end].rstrip() == text[: value.end]
    assert mapping.key_span("a") == mapping.value_span("a") == (0, 1)


@pytest.mark.parametrize("text", ["{a , b}", "{a # c:\n, b}", "? a\n# c\n? b\n"])
def test_a_key_without_colon_has_its_value_behind_it(text: str) -> None:
    mapping = root(text)
    assert text.index("a") + 1 == mapping.fields["a"].start


def test_an_empty_item_is_behind_its_dash() -> None:
    text = "- \n-  # c\n- a"
    assert [item.start for item in root(text).items[:2]] == [1, 4]


def test_an_empty_key() -> None:
    mapping = root("? a\n: b\n? # c\n: d\n")
    assert python_value(mapping) == {"a": "b", "": "d"}


def test_a_pair_in_a_list() -> None:
    text = "[a: 1 , b: [2] , c: ]"
    items = root(text).items
    assert [written(text, item) for item in items] == ["a: 1", "b: [2]", "c:"]
    assert [python_value(item) for item in items] == [{"a": 1}, {"b": [2]}, {"c": None}]


def test_spans_for_underlining() -> None:
    text = "list:\n  - x: 1\n    y: 2\n  - [1]\nflow: {a: 1}\n"
    mapping = root(text)
    assert written(text, mapping.span) == "list"
    assert written(text, mapping.fields["list"].span) == "-"
    assert written(text, mapping.fields["list"].items[0].span) == "x"
    assert written(text, mapping.fields["list"].items[1].span) == "[1]"
    assert written(text, mapping.fields["flow"].span) == "{a: 1}"
    assert written(text, mapping.value_span("list")) == "list"
    assert written(text, mapping.value_span("flow")) == "{a: 1}"
    assert mapping.key_span("none") is mapping.value_span("none") is None


def test_the_span_of_a_mapping_whose_first_key_is_not_there() -> None:
    text = "b: 1\nc:\n  ? [x]\n  : 1\n"
    (document,) = documents(text)
    assert written(text, document.root.fields["c"].span) == "?"  # type: ignore[union-attr]


def test_the_anchor_of_a_key_is_not_the_key() -> None:
    text = "&k key: &v value\n"
    mapping = root(text)
    assert (written(text, mapping.key_span("key")), written(text, mapping.span)) == ("key", "key")


class TestDuplicates:
    def test_the_last_one_counts(self) -> None:
        text = "a: 1\nb: 2\na: 3\n"
        (document,) = documents(text)
        mapping = document.root
        assert isinstance(mapping, Mapping)
        assert python_value(mapping) == {"a": 3, "b": 2}
        assert [key.text for key, _ in mapping.pairs] == ["a", "b", "a"]
        assert mapping.key_span("a") == (10, 11)
        (found,) = document.problems
        assert found[:3] == ("CL002", "the key `a` is written twice", (10, 11))
        assert found.labels == (((0, 1), "first written here"),)
        assert found.label == "YAML readers keep this one and silently drop the other"

    def test_equal_values_do_not_confuse_the_place(self) -> None:
        (document,) = documents("x: &x 1\nm: {a: *x, a: *x}\n")
        mapping = document.root.fields["m"]  # type: ignore[union-attr]
        assert mapping.key_span("a") == (19, 20)

    def test_several(self) -> None:
        (document,) = documents("".join(f"a: {i}\n" for i in range(8)) + "b: 1\nb: 2\n")
        first, second = document.problems
        assert first.message == "the key `a` is written 8 times"
        assert first.span == (35, 36)
        assert [span for span, _ in first.labels] == [(0, 1), (5, 6), (10, 11), (15, 16), (20, 21)]
        assert second.message == "the key `b` is written twice"

    def test_a_long_key_is_cut_short(self) -> None:
        (document,) = documents(("k" * 100 + ": 1\n") * 2)
        assert f"the key `{'k' * 57}...` is written twice" == document.problems[0].message

    def test_no_more_than_anybody_reads(self) -> None:
        (document,) = documents("".join(f"a{i}: 1\na{i}: 2\n" for i in range(2_000)))
        assert len(document.problems) == assembly.MAX_PROBLEMS


class TestMerges:
    def test_a_merged_field_is_where_it_is_written(self) -> None:
        text = "base: &b {x: 1, y: 2}\nm:\n  <<: *b\n  y: 3\n"
        mapping = root(text).fields["m"]
        assert python_value(mapping) == {"x": 1, "y": 3}
        assert mapping.key_span("x") == (10, 11)
        assert mapping.value_span("x") == (13, 14)
        assert text.index("y: 3") == mapping.key_span("y")[0]
        assert [key.text for key, _ in mapping.pairs] == ["y", "x"]
        assert [key.text for key, _ in mapping.merges] == ["<<"]
        assert written(text, mapping.span) == "<<"
        assert mapping.key_span("<<") is None

    @pytest.mark.parametrize(
        "text, value",
        [
            ("{<<: [*a, *b]}", {"x": "a", "y": "b", "z": "a"}),
            ("{<<: [*b, *a]}", {"x": "b", "y": "b", "z": "a"}),
            ("{<<: *a, <<: *b}", {"x": "b", "y": "b", "z": "a"}),
            ("{x: m, <<: *a}", {"x": "m", "z": "a"}),
            ("{<<: *c}", {"x": "c", "y": "b"}),
            ("{<<: {x: i}, z: m}", {"x": "i", "z": "m"}),
            ("{<<: []}", {}),
            ("{!!merge <<: *a}", {"x": "a", "z": "a"}),
            ('{"<<": 1, <<: *a}', {"<<": 1, "x": "a", "z": "a"}),
            ("{'<<': *a}", {"<<": {"x": "a", "z": "a"}}),
            ("{!!str <<: 1}", {"<<": 1}),
        ],
    )
    def test_what_wins(self, text: str, value: object) -> None:
        text = f"- &a {{x: a, z: a}}\n- &b {{x: b, y: b}}\n- &c {{<<: *b, x: c}}\n- {text}\n"
        assert value == python_value(root(text).items[3])

    def test_duplicates_in_what_is_merged(self) -> None:
        (document,) = documents("a: &a {x: 1, x: 2}\nm: {<<: *a}\n")
        mapping = document.root.fields["m"]  # type: ignore[union-attr]
        assert python_value(mapping) == {"x": 2}
        assert [(key.text, value.value) for key, value in mapping.pairs] == [("x", 2)]
        assert len(document.problems) == 1

    @pytest.mark.parametrize("text, what", [("3", "a single value"), ("", "a single value"), ("[[x: 1]]", "a list")])
    def test_only_mappings_merge(self, text: str, what: str) -> None:
        (document,) = documents(f"a: 1\n<<: {text}\n")
        (found,) = document.problems
        assert ("CL005", f"`<<` merges mappings, and this is {what}", (5, 7)) == found[:3]
        assert python_value(document.root) == {"a": 1}

    def test_a_block_mapping_that_only_merges_is_shown_where_it_stands(self) -> None:
        text = "a: &a {x: 1}\nb:\n  - <<: *a\n"
        assert written(text, root(text).fields["b"].items[0].span) == "<<"


class TestAliases:
    def test_they_share_the_node_and_keep_their_places(self) -> None:
        text = "a: &x [1]\nb: *x\nc: [*x, *x]\n"
        (document,) = documents(text)
        fields = document.root.fields  # type: ignore[union-attr]
        assert fields["a"] is fields["b"]
        assert [written(text, span) for span, _ in document.aliases] == ["*x", "*x", "*x"]
        assert all(node is fields["a"] for _, node in document.aliases)
        assert written(text, document.root.value_span("b")) == "[1]"  # type: ignore[union-attr, arg-type]

    def test_as_a_key_it_is_where_it_stands(self) -> None:
        text = "- &k name\n- {*k : 1}\n"
        mapping = root(text).items[1]
        assert python_value(mapping) == {"name": 1}
        assert written(text, mapping.key_span("name")) == "*k"

    def test_anchors_do_not_reach_into_the_next_document(self) -> None:
        assert problem("--- &x 1\n--- *x\n").message == "no anchor `&x` stands before this alias"

    def test_an_anchor_defined_twice_is_refused_by_pyyaml(self) -> None:
        (document,) = documents("a: &x 1\nb: &x 2\nc: *x\n")
        (found,) = document.problems
        assert found[:2] == ("CL001", "the anchor `&x` is defined twice in this document, which PyYAML refuses")
        assert (found.span, found.labels) == ((11, 12), (((6, 7), "the first value of that name"),))
        assert python_value(document.root)["c"] == 2

    def test_an_anchor_defined_again_inside_its_own_value(self) -> None:
        (document,) = documents("&x [&x 1, *x]\n")
        assert python_value(document.root) == [1, 1]


class TestOddKeys:
    @pytest.mark.parametrize("text", ["? [a]\n: 1\n", "{[a]: 1}\n", "? {a: 1}\n: 1\n", "- &l [a]\n- {*l : 1}\n"])
    def test_a_list_or_mapping_is_no_key(self, text: str) -> None:
        (document,) = documents(text)
        (found,) = document.problems
        assert found[:2] == ("CL005", "a key must be a word, not a list or a mapping")
        assert len(document.unread) == 2

    def test_a_template(self) -> None:
        (document,) = documents("a: {{ x }}\n")
        assert document.problems[0].message.endswith("is this a template that has not been filled in?")

    def test_other_words_are_keys_by_their_text(self) -> None:
        assert python_value(root("{1: 1, yes: 2, ~: 3, 1.50: 4}")) == {"1": 1, "yes": 2, "~": 3, "1.50": 4}


class TestTags:
    @pytest.mark.parametrize(
        "text, tag",
        [
            ("a: !!python/object/apply:os.system [x]", "!!python/object/apply:os.system"),
            ("a: !!python/tuple\n  - 1", "!!python/tuple"),
            ("a: &x !foo bar", "!foo"),
            ("a: !foo &x bar", "!foo"),
            ("a: !<foo> bar", "!<foo>"),
            ("a: !!map [x]", "!!map"),
            ("a: !!str {x: 1}", "!!str"),
            ("a: !!seq 1", "!!seq"),
            ("a: [!foo , 1]", "!foo"),
        ],
    )
    def test_others_are_problems_at_their_places(self, text: str, tag: str) -> None:
        (document,) = documents(text)
        (found,) = document.problems
        assert found.code == "CL005"
        assert tag == written(text, found.span)
        assert f"the tag `{tag.removeprefix('!<').rstrip('>')}` is not read" in found.message

    def test_each_is_reported_once_in_a_document(self) -> None:
        text = "- !!python/tuple [1]\n- !!python/tuple [2]\n- !x 1\n- !x 2\n"
        first, second = documents(f"{text}---\n{text}")
        assert [written(text, found.span) for found in first.problems] == ["!!python/tuple", "!x"]
        assert len(second.problems) == 2

    def test_of_a_directive(self) -> None:
        (document,) = documents("%TAG !e! tag:yaml.org,2002:\n---\na: !e!int '3'\n")
        assert python_value(document.root) == {"a": 3}


class TestStreams:
    @pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "  \n\n# a\n"])
    def test_nothing(self, text: str) -> None:
        assert documents(text) == []

    @pytest.mark.parametrize(
        "text, values",
        [
            ("---\n", [None]),
            ("--- # c\n...\n---\n", [None, None]),
            ("a: 1\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
            ("%YAML 1.1\n---\n- 1\n", [[1]]),
            ("%YAML 1.2\n--- x\n", ["x"]),
            ("--- |\n  x\n--- [y]\n", ["x\n", ["y"]]),
            ("a: 1\r\nb:\r\n  - 2\r\n", [{"a": 1, "b": [2]}]),
            ('{"a":\t1,\n\t"b":[\t]}', [{"a": 1, "b": []}]),
            ("a:\t1 \t# c\n", [{"a": 1}]),
        ],
    )
    def test_documents(self, text: str, values: list[object]) -> None:
        assert values == [python_value(document.root) for document in documents(text)]

    def test_each_document_has_its_own_problems(self) -> None:
        first, second, third = documents("a: 1\n---\na: 1\na: 2\n---\nb: &x 1\nc: *x\n")
        assert [len(document.problems) for document in (first, second, third)] == [0, 1, 0]
        assert [len(document.aliases) for document in (first, second, third)] == [0, 0, 1]

    def test_windows_line_ends_do_not_move_anything(self) -> None:
        text = "a: x\r\nb:\r\n  - 'y'\r\n"
        assert sorted(
            (written(text, node) for node in nodes(root(text)) if not isinstance(node, Mapping)), key=text.index
        ) == ["a", "x", "b", "- 'y'", "'y'"]


class TestUnreadable:
    @pytest.mark.parametrize(
        "text, message, place",
        [
            ("a: \x07b", "found the control character U+0007, which YAML does not allow", 3),
            ("a: \x1b[31m", "found the control character U+001B, which YAML does not allow", 3),
            ("a: \x7f", "found the control character U+007F, which YAML does not allow", 3),
            ("a: \x9f", "found the control character U+009F, which YAML does not allow", 3),
            ("a: \uffff", "found the control character U+FFFF, which YAML does not allow", 3),
            ("\x00", "found a NUL character: this is no text file, or not in UTF-8", 0),
            ("a: 1\ufeff", "found a byte order mark (U+FEFF) inside the text", 4),
            ("# \x85a", "found the line separator U+0085: editors and YAML disagree whether it ends the line", 2),
            ("# \u2028a", "found the line separator U+2028: editors and YAML disagree whether it ends the line", 2),
            ("# \u2029a", "found the line separator U+2029: editors and YAML disagree whether it ends the line", 2),
            (
                "a: 1\rb: 2",
                "found a lone carriage return: editors and YAML disagree whether it ends the line; use \\n or \\r\\n",
                4,
            ),
            ("a: \ud83d", "found half a character, U+D83D", 3),
        ],
    )
    def test_characters(self, text: str, message: str, place: int) -> None:
        found = problem(text)
        assert ("CL001", message, (place, place + 1)) == found[:3]

    @pytest.mark.parametrize("text", ["a: é\xa0日本 😀 \ue000 \U0010ffff\n", "a: 1\r\n", "a:\t1\n", "a: \ufffd\n"])
    def test_characters_that_are_read(self, text: str) -> None:
        assert reading(text).problem is None

    @pytest.mark.parametrize(
        "escape", ["\\0", "\\a", "\\e", "\\x1b", "\\u0085", "\\L", "\\P", "\\uffff", "\\U0010ffff"]
    )
    def test_escaped_they_are_read(self, escape: str) -> None:
        assert len(root(f'"{escape}"').text) == 1


class TestLimits:
    @pytest.mark.parametrize(
        "text",
        [
            "[" * 100_000,
            "[" * 100_000 + "]" * 100_000,
            "{a: " * 100_000,
            "- " * 100_000,
            "? " * 100_000,
            "".join(" " * level + "a:\n" for level in range(1_000)),
        ],
        ids=["[", "[]", "{", "-", "?", "a:"],
    )
    def test_depth(self, text: str) -> None:
        found = problem(text)
        assert found[:2] == ("CL022", "nested more than 100 levels deep")

    def test_depth_at_the_limit(self) -> None:
        text = "[" * 100 + "]" * 100
        assert len(nodes(root(text))) == 100
        assert problem(f"[{text}]").span == (100, 101)

    def test_depth_through_aliases(self) -> None:
        chain = "- &a0 []\n" + "".join(f"- &a{level + 1} [*a{level}]\n" for level in range(98))
        assert len(root(chain).items) == 99
        found = problem(chain + "- [*a98]\n")
        assert found[:2] == ("CL022", "nested more than 100 levels deep")
        assert written(chain + "- [*a98]\n", found.span) == "*"

    def test_depth_beside_an_anchor_does_not_count(self) -> None:
        deep = "[" * 90 + "]" * 90
        text = f"- {deep}\n- &a [x]\n- &b [{'[' * 50}*a{']' * 50}]\n- *b\n- [[[*b]]]\n"
        assert len(root(text).items) == 5

    def test_an_alias_bomb(self) -> None:
        names = "abcdefghij"
        text = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(names)
        )
        found = problem(text)
        assert found[:2] == ("CL022", "the aliases of this document stand for more than 3,000,000 values")
        assert written(text, found.span) == "*f"

    def test_a_merge_bomb(self) -> None:
        text = "a0: &a0 {x: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {{<<: [*a{i}, *a{i}]}}\n" for i in range(40))
        assert problem(text).code == "CL022"

    def test_values(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(yaml_reader, "MAX_NODES", 5)
        assert len(root("[1, 2, 3, 4]").items) == 4
        assert problem("[1, 2, 3, 4, 5]").span == (13, 14)
        assert problem("[[], [], [], [], []]").code == "CL022"
        assert problem("- &a 1\n- *a\n- *a\n- *a\n- *a\n").code == "CL022"

    def test_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "MAX_BYTES", 10)
        assert reading("a: 3456789").problem is None
        assert problem("a: 34567890").code == "CL022"
        assert problem("a: 日本語").code == "CL022"
        assert problem('"日本語語"', "x.json").code == "CL022"

    def test_documents(self) -> None:
        assert len(documents("---\n" * 1_000)) == 1_000
        assert problem("---\n" * 1_001).message == "more than 1,000 documents"

    def test_directives(self) -> None:
        assert len(documents("".join(f"%TAG !{i}! x\n" for i in range(100)) + "---\na\n")) == 1
        found = problem("".join(f"%TAG !{i}! x\n" for i in range(100_000)) + "---\na\n")
        assert found[:2] == ("CL022", "more than 100 directives")

    @pytest.mark.parametrize(
        "text",
        [
            "[" + "1," * 50_000 + "]",
            "a: 1\n" * 20_000,
            "# c\n" * 50_000,
            "a: 1 " + "#" * 200_000,
            "a: " + "x\n " * 100_000,
            'a: "' + "x\n\n " * 50_000 + '"',
            'a: "' + "x" * 500_000,
            "a: |\n" + "  x # y\n" * 50_000,
            "- !a b\n" * 10_000,
            "- &a x\n" + "- *a\n" * 20_000,
            "a:" * 100_000,
            "a: " + "{x: 1} " * 50_000,
            "a: " + "!" * 200_000,
            "a: [" + "# x # y # z\n" * 20_000,
            "%" * 200_000,
            "a: " + '"x" ' * 50_000,
            "{" + "a: b c, " * 20_000 + "} : 1",
            "a: " + "{a: b c, " * 50 + "d: " * 50_000,
            "&a" + " # c\n" * 50_000 + " x y: z: ",
            "!a" + " " * 200_000 + "&b x",
            "# c\n" * 50_000 + "a: b: c",
            "a: [" + "\n# c" * 50_000,
            "a: b\n" + "# c\n" * 50_000 + "  c: d",
        ],
        ids=lambda text: text[:12],
    )
    def test_nothing_takes_long(self, text: str) -> None:
        """Where anything is quadratic, each of them takes minutes."""
        with without_hanging():
            assert isinstance(reading(text).comments, list)


def test_reading_again_gives_equal_comments() -> None:
    result = read(Source("net.yaml", "a: 1 # c\n"))
    assert result.comments is result.comments


def test_kinds_of_nodes() -> None:
    mapping = root("a: [x]\nb: {c: d}\n")
    assert (Mapping, Sequence, Mapping, Scalar) == (
        type(mapping),
        type(mapping.fields["a"]),
        type(mapping.fields["b"]),
        type(mapping.fields["a"].items[0]),
    )
    assert [mapping.flow, mapping.fields["a"].flow, mapping.fields["b"].flow] == [False, True, True]
