"""The picture in the README is a real run, and a picture."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def picture() -> ModuleType:
    """The script in the folder of the documentation."""
    spec = spec_from_file_location("picture", ROOT / "docs" / "picture.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_fresh(picture: ModuleType) -> None:
    assert picture.run(["--check"]) == 0, "run python docs/picture.py"


def test_it_shows_every_word_in_its_place(picture: ModuleType) -> None:
    text = picture.printed()
    plain = picture._PAINTED.sub("", text).rstrip("\n").split("\n")
    root = ElementTree.fromstring(picture.drawn(text))
    rows = [""] * len(plain)
    for span in root.iter("{http://www.w3.org/2000/svg}text"):
        line = round((float(span.attrib["y"]) - picture._EDGE) / picture._HIGH - 0.75)
        column = round((float(span.attrib["x"]) - picture._EDGE) / picture._WIDE)
        assert len(rows[line]) <= column
        rows[line] = rows[line].ljust(column) + (span.text or "")
    assert rows == plain
    assert max(map(len, plain)) <= picture.COLUMNS


def test_colours_are_drawn(picture: ModuleType) -> None:
    drawn = picture.drawn("\x1b[1;31merror\x1b[0m a & b <c>\n")
    assert f'fill="{picture._COLOURS["31"]}" font-weight="bold">error</text>' in drawn
    assert ">a &amp; b &lt;c&gt;</text>" in drawn


def test_the_readme_shows_it() -> None:
    assert "](docs/picture.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")
