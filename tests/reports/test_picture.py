"""Pictures: well-formed, the same in every run, and nothing in them that a file could have put there."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.lint import lint
from convlint.reports import picture
from convlint.session.meant import meant
from tests.conftest import ROOT
from tests.draw.test_layout import check

EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".yaml", ".cfg"))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str, opened: bool = False, path: str = "net.yaml") -> str:
    result = lint(Source(path, text), selection())
    return picture.standalone(picture.drawn(result.source, result.derivations[0], result.findings, opened))


def classes(svg: str) -> list[str]:
    return [group.get("class") or "" for group in ElementTree.fromstring(svg).iter(f"{SVG}g")]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_pictures_are_well_formed_and_always_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    svg = drawn(text, path=path.name)
    assert svg == drawn(text, path=path.name)
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg" and root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "style", "defs", "pattern", "path", "rect", "text", "g"}
    assert "--" not in svg and "fill: #e3edfb" in svg  # no variables, which Inkscape and librsvg do not know
    assert not any(name in ("href", "src") for element in root.iter() for name in element.attrib)


HOSTILE = r"""
convlint: 1
name: "</title><script>alert(1)</script>"
input: [3, 32, 32]
layers:
  - {name: "\"><b onload=x>", type: Conv2d, out_channels: 8, kernel_size: 1}
  - {name: "\e[31m\u202egnp\uFFFE", type: Conv2d, out_channels: 8, kernel_size: 1}
  - {name: "a name of a layer that is longer than any box", type: ReLU}
  - {name: "世界世界世界世界世界世界", type: ReLU}
"""


def test_names_are_text() -> None:
    svg = drawn(HOSTILE)
    root = ElementTree.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()}.isdisjoint({"script", "b"})
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert '"><b onload=x>' in texts
    assert "世界世界世界世界…" in texts and max(map(len, texts)) <= 18
    assert "\x1b" not in svg and "\u202e" not in svg and "\ufffe" not in svg


def test_what_skips_layers_says_its_shape() -> None:
    svg = drawn((ROOT / "examples" / "u-net.yaml").read_text(encoding="utf-8"))
    labels = [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text") if one.get("class") == "label"]
    assert labels == ["512×64×64", "256×136×136", "128×280×280", "64×568×568"]


def test_findings_are_where_they_are() -> None:
    text = """\
convlint: 1
input: [3, 32, 32]
layers:
  - {name: a, type: Conv2d, in_channels: 4, out_channels: 8, kernel_size: 1}
  - {name: dead, type: Conv2d, out_channels: 8, kernel_size: 1}
  - {name: b, type: ReLU, from: a}
"""
    svg = drawn(text)
    assert classes(svg) == ["plain", "conv error", "conv warning dead", "plain"]
    assert "a Conv2d: 8×32×32, " in svg and "line 4, an error</title>" in svg


def test_repeats_and_shapes() -> None:
    text = """\
convlint: 1
input: [8, 32, 32]
layers:
  - name: stage
    repeat: 3
    layers:
      - {name: one, type: Conv2d, out_channels: 8, kernel_size: 1}
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: Concat, from: [stage, stage]}
"""
    svg = drawn(text)
    assert ">group × 3</text>" in svg and ">16×30×30</text>" in svg
    assert ">one × 3</text>" not in svg
    assert ">Conv2d × " in drawn(text, opened=True)
    broken = "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {type: Conv2d, out_channels: 8, kernel_size: 99}\n"
    assert ">8×?×?</text>" in drawn(broken)


def test_a_wrong_line_and_the_one_that_was_meant() -> None:
    result = lint(
        Source("yolo-shifted.yaml", (ROOT / "examples" / "yolo-shifted.yaml").read_text("utf-8")), selection()
    )
    proposed = meant(result, lambda source: lint(source, selection()))
    one = picture.drawn(result.source, result.derivations[0], result.findings, meant=proposed)
    # Node 1 is row 0, behind the input.
    assert one.meant == {(8, 13), (6, 16), (17, 18), (10, 18), (14, 18)}
    assert one.wrong == {(7, 13), (5, 16), (16, 18), (13, 18), (9, 18)}
    check(one.nodes, one.picture)
    svg = picture.standalone(one)
    assert svg.count('class="edge wrong"') == 5 == svg.count('class="edge meant"')
    assert "48×80×80, probably not meant" in svg
