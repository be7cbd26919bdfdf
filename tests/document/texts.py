"""Texts for property tests: anything at all, almost YAML, and YAML that PyYAML wrote."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

PIECES = [
    *("a", "b", "key", "x y", "1", "-1", "1.5", "012", "1e3", "yes", "null", "~", "é", "😀", "\xa0"),
    *(
        ": ",
        ": ",
        ": ",
        ":",
        "- ",
        "- ",
        "-",
        "? ",
        "?",
        "\n",
        "\n",
        "\n",
        "\n  ",
        "\n  ",
        "\n    ",
        "\n - ",
        " ",
        "\r\n",
        "\t",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        ", ",
        ",",
        "{a: 1}",
        "[1, 2]",
        "[a: 1]",
        '"',
        "'",
        '"q"',
        "'s'",
        '"q # r"',
        '"<<"',
        "\\",
        "\\n",
    ),
    *("#", " # c", "# c\n", "|", ">", "|\n", "|-\n  t\n", ">+\n", "|2\n"),
    *("&x ", "&y ", "*x", "*y", "<<: *x", "<<: ", "<<: [*x, *y]", "<<"),
    *("!", "! ", "!!str ", "!!int ", "!!float ", "!!map ", "!!seq ", "!foo ", "!<x> ", "!%ed%a0%80 ", "\\UFFFFFFFF"),
    *(
        "%",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "---\n",
        "--- ",
        "...\n",
        "=",
        "@",
        "`",
        "?x",
        ":x",
        "a:b",
        "a#b",
        "{{",
        "//",
        "[net]\n",
    ),
]

#: Few of them are YAML, but many are close to it.
almost_yaml = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)

any_text = st.one_of(
    almost_yaml,
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.text("ab:-?{}[],&*#|>!%@`\"'\\ \n\t<=", max_size=20),
)

_words = st.text("ab1 :#-é😀'\"\n", max_size=8) | st.sampled_from(
    ["012", "yes", "<<", "=", "1:30", "null", "[x]", "- y"]
)
_leaves = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False) | _words
values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def dumped(draw: st.DrawFn) -> tuple[str, Any]:
    """A value, and how PyYAML writes it in some style, with an alias where a part is used again."""
    value = draw(values)
    if draw(st.booleans()):
        part = draw(values)
        value = {"first": part, "second": [part, value], "again": part}
    text = yaml.dump(
        value,
        Dumper=yaml.SafeDumper,
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        default_flow_style=draw(st.sampled_from([True, False, None])),
        indent=draw(st.sampled_from([2, 4, 7])),
        width=draw(st.sampled_from([5, 80])),
        allow_unicode=draw(st.booleans()),
        explicit_start=draw(st.booleans()),
        explicit_end=draw(st.booleans()),
        line_break=draw(st.sampled_from(["\n", "\r\n"])),
        sort_keys=False,
    )
    return text, value
