"""The page of a report: whole, linked with itself alone, and safe whatever a file says."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.lint import Result, lint
from convlint.reports.overview import index, networks, page
from tests.conftest import ROOT, SHARED, without_hanging
from tests.draw.test_layout import CHAIN
from tests.reports.test_picture import EXAMPLES, HOSTILE

VOID = {"meta", "link", "input", "br"}
STOCK = SHARED / "corpus" / "yolo" / "ultralytics" / "v8" / "yolov8.yaml"


class Page(HTMLParser):
    """A page whose tags are closed in order, with what its tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.tags if name == tag]


def checked(text: str, path: str = "net.yaml") -> Result:
    return lint(Source(path, text), selection())


def of(text: str, path: str = "net.yaml") -> tuple[str, Page]:
    written = page.page(checked(text, path))
    return written, Page(written)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_pages_are_whole(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written, found = of(text, path.name)
    assert written == of(text, path.name)[0]
    assert len(found.ids) == len(set(found.ids))
    for tag, given in found.tags:
        assert not any(name.startswith("on") or name in ("src", "style") for name in given), (tag, given)
        if "href" in given and tag != "link":
            assert given["href"].startswith("#") and given["href"][1:] in found.ids
        if given.get("aria-labelledby"):
            assert given["aria-labelledby"] in found.ids
    assert [given.get("href") for given in found.all("link")] == ["data:,"]
    headings = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and all(after - before <= 1 for before, after in pairwise(headings))
    assert all(given.get("aria-label") for given in found.all("svg") if given.get("aria-hidden") != "true")


def test_the_policy_allows_what_is_in_the_page_alone() -> None:
    written, found = of((ROOT / "examples" / "yolo-small.yaml").read_text(encoding="utf-8"))
    policy = found.all("meta")[1]["content"]
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy and "http" not in policy
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", written, re.DOTALL)
        assert f"{tag}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert not re.search(r"(?i)@import|url\((?!#)|https?://(?!www\.w3\.org)", written)


def test_names_are_text() -> None:
    written, found = of(HOSTILE.replace("[3, 32, 32]", '[3, 32, 32]  # </code><img src=x onerror="alert(1)">'))
    assert not found.all("img") and not found.all("b") and len(found.all("script")) == 1
    assert "\x1b" not in written and "\u202e" not in written


def test_scales_are_chosen_in_the_page() -> None:
    text = (ROOT / "examples" / "yolo-small.yaml").read_text(encoding="utf-8")
    written, found = of(text)
    radios = found.all("input")
    scales = len(checked(text).derivations)
    assert len(radios) == scales > 1 and [index for index, one in enumerate(radios) if "checked" in one] == [0]
    assert len(found.all("label")) == scales and ".view { display: none; }" in written
    assert len(found.all("table")) == scales
    single, _ = of("convlint: 1\ninput: [3, 8, 8]\nlayers: [{type: ReLU}]\n")
    assert ".view { display: none; }" not in single


def test_findings_come_with_place_arithmetic_and_what_to_write() -> None:
    written, found = of((ROOT / "examples" / "wrong-channels.yaml").read_text(encoding="utf-8"))
    assert '<p class="verdict error">1 error</p>' in written and "Cannot be built: an error in line 8" in written
    assert '<a href="#L8">line 8</a>: 32 input channels declared, 64 arrive' in written
    assert re.search(r"<pre[^>]*>- .*in_channels: 32.*\n\+ .*in_channels: 64", written)
    assert found.all("details") and '<div id="L8" class="error"' in written
    assert '<tr class="error"' in written


def test_blocks_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    resnet = (ROOT / "examples" / "resnet-18.yaml").read_text(encoding="utf-8")
    written, found = of(resnet)
    assert "Blocks opened" in written and sum(given.get("id", "").startswith("d0-") for given in found.all("a")) > 50
    assert "Blocks opened" not in of((ROOT / "examples" / "u-net.yaml").read_text(encoding="utf-8"))[0]
    monkeypatch.setattr("convlint.reports.overview.page.MOST_INSIDE", 20)
    assert "Blocks opened" not in of(resnet)[0]


def test_what_is_not_known_is_said() -> None:
    text = "nc: 2\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, Mystery, [16]]\nhead:\n  - [[1], 1, Detect, [nc]]\n"
    written, _ = of(text, "yolov8n.yaml")
    assert "not known" in written and "The file does not say how large the input is" in written


def test_many_findings_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convlint.reports.overview.findings.MOST", 1)
    text = (
        "convlint: 1\ninput: [3, 8, 8]\nlayers:\n"
        + "  - {type: Conv2d, in_channels: 4, out_channels: 3, kernel_size: 1}\n" * 3
    )
    written, _ = of(text)
    assert re.search(r"<p>\.\.\. and \d more\.</p>", written)


def test_thousands_of_layers() -> None:
    result = checked(CHAIN)
    with without_hanging():
        written = page.page(result)
    assert len(written) < 6_000_000
    assert written.count("<tr") == 1 + networks.MOST_ROWS and written.count('class="box"') == 5001


def test_numbers() -> None:
    assert [networks.gflops(count) for count in (None, 0, 11_000_000, 4_350_000_000)] == ["?", "0", "0.022", "8.7"]
    assert networks.number(None) == "?"


@pytest.mark.skipif(not STOCK.exists(), reason="the reference data is not here")
def test_a_stock_network_at_five_scales_is_small() -> None:
    written, found = of(STOCK.read_text(encoding="utf-8"), "yolov8.yaml")
    assert len(found.all("input")) == 5 and len(written.encode()) <= 300_000


def test_an_index() -> None:
    lines = index.lines(
        "a b.html", checked((ROOT / "examples" / "wrong-channels.yaml").read_text(encoding="utf-8"), "<x>")
    )
    found = Page(index.index(lines))
    assert [given["href"] for given in found.all("a")] == ["a%20b.html"] and len(found.all("tr")) == 2
