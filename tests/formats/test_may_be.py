"""What is not even parsed while a folder is walked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from convlint import formats
from convlint.catalogue import selection
from convlint.document import Source
from convlint.lint import lint
from tests.conftest import ROOT

ROWS = "[[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [8, 3, 2]]]"


@pytest.mark.parametrize(
    "text",
    [
        '{"convlint": 1, "input": [1, 8, 8], "layers": [{"type": "ReLU"}]}',
        '{"nc":4,"backbone":[[-1,1,"Conv",[8,3,2]]],"head":[[-1,1,"Classify",[4]]]}',
        f"head: {ROWS}\n",
        f'{{"head" : {ROWS}}}',
        f"{{nc: 4, 'head': {ROWS}}}",
        f"? head # rows\n# more\n: {ROWS}\n",
        f"!!str head: {ROWS}\n",
        f"nc: 4\r\nhead:\r\n  {ROWS}\r\n",
    ],
)
def test_networks_are_found(text: str) -> None:
    assert lint(Source("net.yaml", text), selection(), named=False).recognised


@pytest.mark.parametrize("text", ["services: {web: {image: nginx}}", "# the head of the file: ahead\nheader: 1", ""])
def test_other_files_are_skipped_unread(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convlint.lint.read", None)
    result = lint(Source("net.yaml", text), selection(), named=False)
    assert not result.recognised and not result.findings


def networks(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if lint(Source(str(path), text), frozenset()).recognised:
            yield path


def test_examples() -> None:
    assert all(formats.may_be_network(path.read_text(encoding="utf-8")) for path in networks(ROOT / "examples"))


def test_stock_files(shared: Path) -> None:
    found = list(networks(shared / "corpus" / "yolo"))
    assert len(found) > 140
    assert all(formats.may_be_network(path.read_text(encoding="utf-8")) for path in found)
