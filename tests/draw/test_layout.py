"""Pictures by geometry: nothing lies upon anything else."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from pathlib import Path

import pytest

from convlint import draw
from convlint.catalogue import selection
from convlint.derive import Derivation
from convlint.document import Source
from convlint.draw.labels import HEIGHT
from convlint.draw.nodes import FLAT
from convlint.lint import lint
from tests.conftest import ROOT, SHARED, without_hanging

EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".yaml", ".cfg"))
STOCK = sorted((SHARED / "corpus" / "yolo").rglob("*.yaml")) + sorted((SHARED / "corpus" / "darknet").rglob("*.cfg"))
WIDTH = 60


def derived(path: Path) -> list[Derivation]:
    return lint(Source(path.name, path.read_text(encoding="utf-8")), selection()).derivations


def of(text: str) -> Derivation:
    return lint(Source("net.yaml", text), selection()).derivations[0]


def overlaps(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check(nodes: list[draw.Node], made: draw.Picture | None = None) -> draw.Picture:
    """No box upon another, none left of its column's order, no line through a box, no word upon anything."""
    picture = made or draw.picture(nodes)
    boxes = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in picture.boxes]
    assert len(boxes) == len(nodes)
    assert all(
        min(left, top) > 0 and right < picture.width and bottom < picture.height for left, top, right, bottom in boxes
    )
    assert [box[0] for box in boxes] == sorted(box[0] for box in boxes)  # columns are in order
    columns = sorted({box[0] for box in boxes})
    by_column: dict[int, list[tuple[int, int, int, int]]] = {}
    for box in boxes:
        by_column.setdefault(box[0], []).append(box)

    def near(left: int, right: int) -> list[tuple[int, int, int, int]]:
        first = max(0, bisect_left(columns, left) - 1)
        last = bisect_left(columns, right + 1)
        return [box for column in columns[first:last] for box in by_column[column]]

    for box in boxes:
        assert sum(overlaps(box, other) for other in near(box[0], box[2])) == 1
    lines = []
    for edge in picture.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        assert source[0] <= edge.points[0][0] <= source[2] and source[1] <= edge.points[0][1] <= source[3]
        assert target[0] <= edge.points[-1][0] <= target[2] and target[1] <= edge.points[-1][1] <= target[3]
        for (x, y), (to_x, to_y) in pairwise(edge.points):
            assert x == to_x or y == to_y
            line = min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)
            lines.append((edge.source, line))
            through = (line[0], line[1], line[2] + 1, line[3] + 1)
            for box in near(line[0], line[2]):
                inside = box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1
                assert not overlaps(through, inside), (edge, box)
    words = [
        (label.x, label.y - HEIGHT, label.x + WIDTH, label.y)
        for label in draw.labels(picture, {(edge.source, edge.part): WIDTH for edge in picture.edges})
    ]
    for index, word in enumerate(words):
        assert not any(overlaps(word, other) for other in words[:index])
        assert not any(overlaps(word, box) for box in near(word[0], word[2]))
        assert not any(overlaps(word, (a, b, c + 1, d + 1)) for _, (a, b, c, d) in lines)
    return picture


def together(picture: draw.Picture) -> int:
    """How often lines of different sources run along each other in the same place."""
    lines: dict[tuple[bool, int], list[tuple[int, int, int]]] = {}
    for edge in picture.edges:
        for (x, y), (to_x, to_y) in pairwise(edge.points):
            if (x, y) != (to_x, to_y):
                upright = x == to_x
                ends = sorted((y, to_y) if upright else (x, to_x))
                lines.setdefault((upright, x if upright else y), []).append((ends[0], ends[1], edge.source))
    found = 0
    for parallel in lines.values():
        parallel.sort()
        for one, other in pairwise(parallel):
            found += one[2] != other[2] and other[0] < one[1]
    return found


@pytest.mark.parametrize("opened", [False, True], ids=["block", "layer"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples(path: Path, opened: bool) -> None:
    for derivation in derived(path):
        picture = check(draw.nodes(derivation, opened))
        assert together(picture) == 0


@pytest.mark.skipif(not STOCK, reason="the reference data is not here")
def test_stock_networks() -> None:
    for path in STOCK:
        for derivation in derived(path)[:1]:
            picture = check(draw.nodes(derivation))
            assert together(picture) == 0, path


@pytest.mark.skipif(not STOCK, reason="the reference data is not here")
def test_stock_networks_layer_by_layer() -> None:
    for path in STOCK[::7]:
        for derivation in derived(path)[:1]:
            picture = check(draw.nodes(derivation, opened=True))
            assert together(picture) == 0, path


CHAIN = (
    "convlint: 1\ninput: [8, 32, 32]\nlayers:\n"
    + "  - {type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}\n" * 5000
)


def test_a_chain_of_thousands_is_a_page_and_no_ribbon() -> None:
    derivation = of(CHAIN)
    with without_hanging():
        picture = check(draw.nodes(derivation))
    assert len(picture.boxes) == 5001
    assert picture.width < 4 * picture.height


U_NET = (ROOT / "examples" / "u-net.yaml").read_text(encoding="utf-8")


def test_a_u_net_is_a_u() -> None:
    nodes = draw.nodes(of(U_NET))
    picture = check(nodes)
    lanes = list(dict.fromkeys(node.lane for node in nodes))
    assert lanes == [0, 1, 2, 3, 4]
    order = [node.lane for index, node in enumerate(nodes) if not index or nodes[index - 1].lane != node.lane]
    assert order == [0, 1, 2, 3, 4, 3, 2, 1, 0]
    assert [lane.lane for lane in picture.lanes] == [0, 1, 2, 3, 4]
    assert [lane.y for lane in picture.lanes] == sorted(lane.y for lane in picture.lanes)


def test_blocks_of_a_resnet_are_a_chain_with_arcs() -> None:
    path = ROOT / "examples" / "resnet-18.yaml"
    nodes = draw.nodes(derived(path)[0], opened=True)
    picture = check(nodes)
    arcs = [edge for edge in picture.edges if edge.skips]
    joins = [edge.target for edge in arcs if len(nodes[edge.target].reads) == 2]
    assert len(set(joins)) >= 7  # one a block; of two equal blocks one is drawn
    assert any(picture.boxes[edge.source].x == picture.boxes[edge.target].x for edge in arcs)


def test_a_head_stands_across_the_lanes_that_it_reads() -> None:
    nodes = draw.nodes(derived(ROOT / "examples" / "yolo-shifted.yaml")[0])
    picture = check(nodes)
    last = len(nodes) - 1
    straight = [edge for edge in picture.edges if edge.target == last and edge.points[0][1] == edge.points[-1][1]]
    assert picture.boxes[last].height > 2 * picture.boxes[0].height
    assert len(straight) == len(nodes[last].reads) == 3


def test_lanes_are_strides() -> None:
    text = """\
convlint: 1
input: [100, 1, 1]
layers:
  - {type: ConvTranspose2d, out_channels: 64, kernel_size: 4}
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1}
  - {type: Flatten}
  - {type: Linear, out_features: 10}
"""
    assert [node.lane for node in draw.nodes(of(text))] == [FLAT, -2, -3, FLAT, FLAT]


def test_what_is_not_known_stays_on_its_lane() -> None:
    text = """\
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  - {type: Conv2d, out_channels: 8, kernel_size: 99}
  - {type: ReLU}
"""
    assert [node.lane for node in draw.nodes(of(text))] == [0, 1, 1, 1]
