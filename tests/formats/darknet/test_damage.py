"""Damaged files: whatever is done to a file, there are findings with places inside it, and never a crash."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from convlint import catalogue
from convlint.document import Source
from convlint.formats.darknet.options import Options
from convlint.lint import lint
from convlint.reports import json_report, text
from tests.conftest import ROOT, examples
from tests.rules.test_cases import CASES

EVERYTHING = catalogue.selection(["ALL"])
FILES = [
    *(case.yaml for case in CASES if case.syntax == "cfg"),
    (ROOT / "examples" / "darknet-small.cfg").read_text(encoding="utf-8"),
]
VALUES = [
    "0",
    "-1",
    "99999999999",
    "-99999999999",
    "4294967297",
    "1e9",
    "",
    "#",
    ",",
    "1,2",
    "-1,-2,-3",
    "x",
    "-",
    ".5",
]
SECTIONS = [
    "[route]\nlayers=-1,0", "[route]\nlayers=0\ngroups=99999999999", "[shortcut]\nfrom=-2", "[reorg]\nstride=0",
    "[upsample]\nstride=0", "[maxpool]\nstride=0\nsize=-3", "[connected]\noutput=-5", "[local]\nsize=0\nstride=0",
    "[yolo]\nnum=99999999", "[region]\nnum=-5", "[detection]", "[scale_channels]\nfrom=0", "[crop]", "[implicit]",
    "[convolutional]\ngroups=-3\nfilters=0", "[deconvolutional]\nsize=-3\nstride=7", "[avgpool]", "[net]", "[",
]  # fmt: skip
damages = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.one_of(
            st.tuples(st.just("value"), st.sampled_from(VALUES)),
            st.tuples(st.just("insert"), st.sampled_from(SECTIONS)),
            st.tuples(st.just("sign"), st.sampled_from("[]=#;, \t-0x\r\0é")),
            st.tuples(st.just("delete"), st.just("")),
        ),
    ),
    min_size=1,
    max_size=6,
)


def damaged(lines: list[str], damage: list[tuple[float, tuple[str, str]]]) -> str:
    lines = list(lines)
    for where, (what, word) in damage:
        index = int(where * len(lines))
        if what == "insert":
            lines.insert(index, word)
        elif what == "delete" and len(lines) > 1:
            del lines[index]
        elif what == "sign":
            middle = len(lines[index]) // 2
            lines[index] = lines[index][:middle] + word + lines[index][middle:]
        else:
            lines[index] = f"{lines[index].partition('=')[0]}={word}"
    return "\n".join(lines)


@settings(max_examples=examples(300))
@given(st.sampled_from(FILES), damages, st.sampled_from([None, "alexeyab", "pjreddie"]))
def test_damaged_file(file: str, damage: list[tuple[float, tuple[str, str]]], dialect: str | None) -> None:
    source = Source("net.cfg", damaged(file.split("\n"), damage))
    result = lint(source, EVERYTHING, options={"darknet": Options(dialect)})
    for found in result.findings:
        edits = [edit.span for fix in found.fixes for edit in fix.edits]
        for span in (found.span, *(label.span for label in found.labels), *edits):
            assert 0 <= span[0] <= span[1] <= len(source.text)
        assert found.message and "\n" not in found.message
        for words in (found.message, found.label, found.help or "", *found.notes):
            assert "None" not in words
        assert text.finding(source, found)
    assert json_report.networks([(source, derivation, []) for derivation in result.derivations])
