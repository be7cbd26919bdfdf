"""Whatever is in a file, convlint has something to say or nothing, but never an exception.

Three sorts of text: anything at all; files drawn from the format's own words with values of every kind in every place;
and right files with tokens dropped, doubled, swapped and replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convlint import work
from convlint.catalogue import RULES
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.findings.fixing import apply
from convlint.formats.native import schema
from convlint.lint import Result, lint
from convlint.reports import concise, github, json_report, table, text
from convlint.reports.escape import escape
from convlint.reports.style import Style
from convlint.session.outcome import Shown, Summary
from tests.conftest import ROOT, examples

EVERYTHING = frozenset(rule.code for rule in RULES)
#: What a terminal would obey or hide: controls, marks that turn the direction of writing, separators.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
#: No text of a few hundred characters may take this long, however slow the machine.
PATIENT = settings(
    deadline=timedelta(seconds=20), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@pytest.fixture(autouse=True, scope="module")
def few_copies() -> Iterator[None]:
    """Tens of thousands of copies take a second, too long for every other example."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "BASE", 20_000)
        yield


def hold(written: str) -> Result:
    """Everything that must be true of the result of any text."""
    source = Source("network.yaml", written)
    result = lint(source, EVERYTHING)
    for finding in result.findings:
        check_places(finding, len(written))
        check_words(finding)
        assert finding.severity is not None
        for fix in finding.fixes:
            apply(fix.edits, written)
    again = lint(Source("network.yaml", written), EVERYTHING)
    assert [shown(source, finding) for finding in result.findings] == [
        shown(again.source, finding) for finding in again.findings
    ]
    check_reports(source, result)
    return result


def check_places(finding: Diagnostic, length: int) -> None:
    spans = [finding.span, *(label.span for label in finding.labels)]
    spans += [edit.span for fix in finding.fixes for edit in fix.edits]
    for start, end in spans:
        assert 0 <= start <= end <= length, (finding.code, finding.message, start, end, length)


def check_words(finding: Diagnostic) -> None:
    words = [finding.message, finding.label, finding.help or "", *finding.notes]
    words += [label.message for label in finding.labels] + [fix.title for fix in finding.fixes]
    assert finding.message.strip()
    for word in words:
        assert CONTROLS.search(escape(word)) is None
        assert "object at 0x" not in word, word


def shown(source: Source, finding: Diagnostic) -> str:
    return text.finding(source, finding, Style())


def check_reports(source: Source, result: Result) -> None:
    checked = [Shown(source, result.findings)]
    for finding in result.findings:
        assert CONTROLS.search(concise.finding(source, finding)) is None
        assert CONTROLS.search(shown(source, finding).replace("\n", "")) is None
    assert len(json.loads("".join(json_report.parts(checked, Summary(), Style())))["findings"]) == len(result.findings)
    annotations = "\n".join(github.parts(checked, Summary(), Style()))
    assert annotations.count("::stop-commands::") == bool(result.findings)
    for derivation in result.derivations:
        assert table.table(source, derivation, Style())
    json.loads(json_report.networks((source, derivation, []) for derivation in result.derivations))


# Any text at all --------------------------------------------------------------------------------------------------------

#: What means something in YAML, in this format, or to a terminal.
_PIECES = (
    *":-?,[]{}&*!|>'\"%@`#\\~=_./()",
    " ", "  ", "    ", "\n", "\n  ", "\n  - ", "\r\n", "\t", "\0", "\x1b[31m", "\u202e", "\ufeff", "\x85", "\u2028",
    "---\n", "...\n", "%YAML 1.1\n", "<<: *a", "&a ", "*a", "!!int ", "!!python/object:os.system ", "|\n", ">-\n",
    "convlint: 1\n", "input: [3, 8, 8]\n", "layers:\n", "  - {type: Conv2d, out_channels: 4, kernel_size: 3}\n",
    "  - {type: ReLU}\n", "name", "type", "from", "repeat", "expect", "output", "kernel_convention", "1", "0", "-1",
    "012", "1e3", "1:30", "0x", "0b", ".inf", ".nan", "yes", "null", "1_000", "9" * 400, "2001-01-01", "é", "日本",
    "# convlint: ignore[CL103]", "# convlint: ignore-file[ALL", "# convlint: ignore", "{{ x }}", "${x}",
)  # fmt: skip
_SOUP = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=40).map("".join)


@settings(PATIENT, max_examples=examples(150))
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text(written: str) -> None:
    hold(written)


@settings(PATIENT, max_examples=examples(250))
@given(_SOUP, st.sampled_from(("", "convlint: 1\n", "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - ")))
def test_soup_of_signs(soup: str, beginning: str) -> None:
    hold(beginning + soup)


# The format's own words, with values of every kind ----------------------------------------------------------------------

_SMALL = st.integers(-2, 9)
_SCALARS = st.one_of(
    _SMALL.map(str),
    _SMALL.map(str),
    st.sampled_from(
        (
            "64", "1000000", "99999999999999999", "9" * 30, "-9" * 3, "0.5", "1.5", "-0.0", ".inf", "-.inf", ".nan", "1e3",
            "null", "~", "true", "no", "same", "valid", "reflect", "circular", "bilinear", "3x3", "012", "1:30", "1_0",
            "0x10", "''", '"3"', "3d", "2d", "61M", "2.7K", "input", "a", "b", "a.0", "a.99999", "input.0", "1.0e+300",
            '"\\u001b[2J"', '"\\n"', "2001-01-01", "*all", "!!str 3", "!!float 3", "! 3", "[]", "{}", "",
        )
    ),
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(("output", "params", "macs", "weight", "a")), inner, max_size=3).map(
            lambda items: f"{{{', '.join(f'{key}: {value}' for key, value in items.items())}}}"
        ),
    ),
    max_leaves=6,
)
_NAMES = st.sampled_from(("a", "b", "a.0", "input", "n1", "n2", "n3", "n2.0", "''", '"\\u001b[2J"', "é"))
#: Inputs by the number of their spatial axes.
_SHAPES = {
    0: ("[8]", "[2048]"),
    1: ("[4, 8]", "[3, 50]", "[null, 7]"),
    2: ("[3, 8, 8]", "[4, 16, 12]", "[null, 9, null]", "[3, 1, 1]", "[16, 64, 64]", "{a: [3, 8, 8], input: [3, 9, 9]}"),
    3: ("[2, 6, 6, 6]", "[1, 5, 16, 16]"),
}
_BOOLEANS = st.sampled_from(("true", "false", "yes"))
_NUMBERS = st.sampled_from(("0.5", "0.1", "1", "0", "1.0e-5", "-3.5"))
_SIZES = st.one_of(st.integers(1, 4), st.integers(0, 8))


#: What a right file would have, so that most layers get past the reader and into the derivation.
_LIKELY: dict[str, st.SearchStrategy[str]] = {
    "out_channels": st.integers(1, 8).map(str),
    "out_features": st.integers(1, 8).map(str),
    "bias": st.sampled_from(("true", "false")),
    "affine": st.sampled_from(("true", "false")),
    "ceil_mode": st.sampled_from(("true", "false")),
    "mode": st.sampled_from(("nearest", "bilinear", "linear", "area")),
    "in_channels": st.integers(1, 8).map(str),
    "groups": st.integers(1, 4).map(str),
    "output_size": st.integers(1, 8).map(str),
    "padding_mode": st.sampled_from(("zeros", "reflect", "circular", "replicate")),
    "connections": st.sampled_from(("[[0], [1], [0, 1], [2]]", "[[0, 0]]", "[[9], []]", "[]", "null")),
    "scale_factor": st.sampled_from(("2", "0.5", "1.4", "[2, 3]", "-1", "1.0e-320", "1.0e+300", ".inf", ".nan")),
    "shape": st.sampled_from(("[-1]", "[3, -1]", "[2, 2, 2]", "[0, -1]", "[-1, -1]", "[]")),
    "dims": st.sampled_from(("[0, 2, 1, 3]", "[0, 1]", "[1, 0, 2, 3]", "[0, -1, 1, 2]")),
    "unflattened_size": st.sampled_from(("[3, 1]", "[-1, 2]", "[]", "[0]", "[0, -1]")),
    "split_size": st.sampled_from(("1", "2", "[1, 2]", "0", "-1", "[]", "100000000000")),
    "chunks": st.sampled_from(("2", "3", "0", "1000000000000")),
    "normalized_shape": st.sampled_from(("8", "[8, 8]", "[3, 8, 8]", "[]", "[0]")),
    "expect": st.sampled_from(
        (
            "{output: [3, 8, 8]}", "{params: 0}", "{macs: 0}", "{params: 61M, macs: 1K}", "{weight: [], kernels_2d: 3, kernels_3d: -1}",
            "{receptive_field: [3, 3]}", "{receptive_field: []}", "{output: []}", "{params: 1.7976931348623157T}",
        )
    ),
}  # fmt: skip


class _Drawing:
    """Draws the layers of one file; ``names`` can be read, ``wild`` of a hundred values are of any kind."""

    def __init__(self, draw: Callable[..., Any], wild: int, rank: int) -> None:
        self.draw = draw
        self.wild = wild
        fit = [name for name in schema.TYPES if name[-1] != "d" or name.endswith(f"{rank}d")]
        self.types = [*fit, *[f"Conv{rank or 1}d", "Add", "Concat"] * 4]
        self.names = ["input"]
        self.depth = 0

    def rarely(self) -> bool:
        return bool(self.draw(st.integers(1, 100)) <= self.wild)

    def one_in(self, times: int) -> bool:
        return bool(self.draw(st.integers(1, times)) == times)

    def value(self, name: str, type_name: str = "", default: object = None) -> str:
        """A value of the kind that an argument takes, or rarely of any."""
        rank = int(type_name[-2]) if type_name.endswith(("1d", "2d", "3d")) else 2
        strategy: st.SearchStrategy[str]
        if self.rarely():
            strategy = _VALUES
        elif name in _LIKELY:
            strategy = _LIKELY[name]
        elif isinstance(default, bool):
            strategy = _BOOLEANS
        elif isinstance(default, float) or name in ("value", "norm_type", "threshold"):
            strategy = _NUMBERS
        elif self.one_in(3) and (isinstance(default, tuple) or name in ("kernel_size", "stride")):
            strategy = st.lists(_SIZES, min_size=rank, max_size=rank).map(str)
        else:
            strategy = _SIZES.map(str)
        written: str = self.draw(strategy)
        return written

    def layer(self) -> str:
        """One layer in flow style: a known type with some of its arguments, or a group."""
        fields: dict[str, str] = {}
        if not self.one_in(3):
            fields["name"] = self.draw(_NAMES) if self.rarely() else f"n{len(self.names)}"
        if self.depth < 3 and self.one_in(8):
            if self.one_in(2):
                fields["repeat"] = self.draw(
                    _SCALARS if self.rarely() else st.sampled_from(("1", "2", "3", "1000000000"))
                )
            fields["layers"] = self.group()
        else:
            types = tuple(schema.TYPES) if self.rarely() else self.types
            fields["type"] = type_name = self.draw(st.sampled_from(types))
            for name, (_, default) in schema.layer_type(type_name).arguments.items():
                if self.one_in(3) or (default is schema.REQUIRED and not self.rarely()):
                    fields[name] = self.value(name, type_name, default)
        if self.one_in(4) or fields.get("type") in ("Add", "Mul", "Concat"):
            names = st.one_of(st.sampled_from(self.names), _NAMES) if self.rarely() else st.sampled_from(self.names)
            joins = fields.get("type") in ("Add", "Mul", "Concat")
            sources = self.draw(
                st.lists(names, min_size=2 if joins else 1, max_size=3 if joins or self.rarely() else 1)
            )
            fields["from"] = sources[0] if len(sources) == 1 else f"[{', '.join(sources)}]"
        if self.one_in(10):
            fields["expect"] = self.value("expect")
        if self.rarely() and self.one_in(3):
            fields[self.draw(st.sampled_from(("kernel-size", "<<", "convlint", "?", "kernels")))] = self.draw(_VALUES)
        if "name" in fields:
            part = fields.get("type") in ("Split", "Chunk") and not self.rarely()
            self.names.append(f"{fields['name']}.{self.draw(st.integers(0, 2))}" if part else fields["name"])
        return f"{{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}"

    def group(self) -> str:
        outer, self.names = self.names, ["input"]
        self.depth += 1
        body = [self.layer() for _ in range(self.draw(st.integers(0, 3)))]
        self.depth -= 1
        self.names = outer
        return f"[{', '.join(body)}]"


@st.composite
def described(draw: Callable[..., Any]) -> str:
    """A whole file: most of it right, or hardly anything."""
    rank = draw(st.sampled_from((2, 2, 2, 1, 3, 0)))
    drawing = _Drawing(draw, draw(st.sampled_from((0, 1, 2, 5, 30))), rank)
    lines = ["convlint: 1", f"x-all: &all {draw(_SCALARS) or 'x'}"]
    lines.append(f"input: {draw(_VALUES) if drawing.rarely() else draw(st.sampled_from(_SHAPES[rank]))}")
    further = [key for key in ("kernel_convention", "output", "expect", "name") if drawing.rarely()]
    lines += [f"{key}: {draw(_LIKELY.get(key, _VALUES))}" for key in further]
    lines.append("layers:")
    for _ in range(draw(st.integers(1, 8))):
        comment = draw(
            st.sampled_from(("", "", "", "", "  # convlint: ignore[CL1]", "  # convlint: ignore[dead-layer]"))
        )
        lines.append(f"  - {drawing.layer()}{comment}")
    return "\n".join((*lines, ""))


@pytest.mark.no_cover  # long, and what it reaches other tests reach
@settings(PATIENT, max_examples=examples(300))
@given(described())
def test_values_of_every_kind_in_every_place(written: str) -> None:
    hold(written)


# Right files, mutated ---------------------------------------------------------------------------------------------------

_TOKENS = re.compile(r"\s+|[\w.]+|.", re.DOTALL)
_BASES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.yaml"))}
_SHORT = [name for name, written in _BASES.items() if len(written) < 3000]
_REPLACEMENTS = st.one_of(_SCALARS, st.sampled_from(_PIECES), _VALUES, st.text(max_size=2))


@st.composite
def mutated(draw: Callable[..., Any]) -> str:
    """An example with one to three tokens dropped, doubled, swapped with the next or replaced."""
    tokens = _TOKENS.findall(_BASES[draw(st.sampled_from(_SHORT))])
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(tokens) - 2))
        match draw(st.integers(0, 4)):
            case 0:
                del tokens[place]
            case 1:
                tokens.insert(place, tokens[place])
            case 2:
                tokens[place : place + 2] = tokens[place + 1], tokens[place]
            case _:
                tokens[place] = draw(_REPLACEMENTS)
    return "".join(tokens)


@settings(PATIENT, max_examples=examples(120))
@given(mutated())
def test_mutated_examples(written: str) -> None:
    hold(written)


@settings(PATIENT, max_examples=examples(60))
@given(st.sampled_from(_SHORT), st.data())
def test_beginnings_and_ends_of_examples(name: str, data: st.DataObject) -> None:
    written = _BASES[name]
    start = data.draw(st.integers(0, len(written)))
    hold(written[start:] if data.draw(st.booleans()) else written[:start])


def test_a_row_that_is_only_begun() -> None:
    """An empty value at the very end of a file lies in it, too."""
    written = _BASES["yolo-shifted"]
    hold(written[: written.index("  - ", written.index("head:")) + 3])


# Hostile shapes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [10, 95, 101, 10_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("{layers: [", "]}"), ("- ", "")])
def test_deep_nesting(depth: int, opening: str, closing: str) -> None:
    hold("convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - " + opening * depth + closing * depth)


@pytest.mark.parametrize(
    "written",
    [
        # Nine levels of ten aliases each: a thousand million values, if anybody wrote them out.
        "\n".join(
            ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)), "convlint: 1"]
        ),
        # The same with layers, which a reader may be tempted to read one by one.
        "convlint: 1\ninput: [3, 8, 8]\nx-a: &a {layers: [{type: ReLU}, {type: ReLU}]}\n"
        + "\n".join(f"x-{n}: &n{n} {{layers: [{', '.join([f'*n{n - 1}' if n else '*a'] * 8)}]}}" for n in range(6))
        + "\nlayers: [*n5]\n",
        "convlint: 1\ninput: &i [3, 8, *i]\nlayers: []\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers: &l [{layers: *l}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nx: &x {type: ReLU, <<: *x}\nlayers: [*x]\n",
        "convlint: 1\ninput: [3, 8, 8]\nx: &x {type: Conv2d, kernel_size: 3}\nlayers: [{<<: *x}, {<<: [*x, *x], out_channels: 4}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers:\n" + "  - {<<: {<<: {<<: {type: ReLU}}}}\n" * 3,
        "convlint: 1\ninput: [3, 8, 8]\nlayers: [{type: Conv2d, out_channels: 999999999999999999, kernel_size: 999999999999999999}]\n",
        "convlint: 1\ninput: [999999999999999999, 999999999999999999]\nlayers: [{type: Conv1d, out_channels: 3, kernel_size: 2, stride: 999999999999999998}]\n",
        "convlint: 1\ninput: [999999999999999999, 999999999999999999]\nlayers: [{type: Upsample, scale_factor: 1.0e+300}, {type: Flatten}, {type: Linear, out_features: 3}]\n",
        "convlint: 1\ninput: [999999999999999999]\nlayers: [{type: Split, split_size: 1, dim: 1}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers: [{repeat: 999999999999999999, layers: [{type: ReLU}]}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers: [{repeat: 99999, layers: [{repeat: 99999, layers: [{type: ZeroPad2d, padding: 1}]}]}]\n",
        "convlint: 1\ninput: [" + "3, " * 1000 + "3]\nlayers: [{type: Flatten}, {type: Linear, out_features: 3}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers: [{name: a, type: Identity}, {type: Concat, from: ["
        + "a, " * 1000
        + "a]}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  -",
        "convlint: 1\ninput: null\nlayers: [{repeat: 999999999, layers: []}, {repeat: 999999999, layers: [{type: ReLU}]}]\n",
        "convlint: 1\ninput: [8]\nlayers: [{repeat: 999999, layers: [{type: Unflatten, dim: -1, unflattened_size: [1, -1]}]}]\n",
        "convlint: 1\ninput: [9999, 1]\nlayers: [{repeat: 999999, layers: [{name: a, type: Split, split_size: 1}, {type: ZeroPad1d, from: input, padding: 1}]}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers: [{repeat: 999999, layers: [{type: ConvTranspose2d, out_channels: 3, kernel_size: 1, stride: 99999999}]}]\n",
        "convlint: 1\ninput: [3, 8, 8]\nlayers: [{type: Conv2d, out_channels: 999999999999999999, kernel_size: 1, in_channels: 999999999999999999, expect: {params: 61M, macs: 0.61T}}]\n",
        "convlint: 1\ninput: [8]\nlayers: [{repeat: 2, layers: []}]\n",
        "---\nconvlint: 1\n" * 50,
        "convlint: 1\n" * 500,
    ],
    ids=range(24),
)
def test_hostile_files(written: str) -> None:
    hold(written)


def test_no_more_layers_are_read_than_memory_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BASE", 3_000)
    block = ", ".join(["{type: ReLU}, {type: Identity}"] * 5)
    copies = ", ".join(["*block"] * 40)
    result = hold(f"convlint: 1\ninput: [3, 8, 8]\nx-block: &block {{layers: [{block}]}}\nlayers: [{copies}]\n")
    assert [finding.code for finding in result.findings if finding.severity is Severity.ERROR] == ["CL022"]


def test_what_aliases_repeat_is_said_once() -> None:
    wrong = "{type: Conv2d, in_channels: 5, out_channels: 3, kernel_size: 1, expect: {params: 1}}"
    copies = ", ".join(["*block"] * 100)
    result = hold(f"convlint: 1\ninput: [3, 8, 8]\nx-block: &block {{layers: [{wrong}]}}\nlayers: [{copies}]\n")
    errors = [finding.code for finding in result.findings if finding.severity is Severity.ERROR]
    assert sorted(errors) == ["CL201", "CL305"]
