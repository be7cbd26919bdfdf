"""What became of the layers of a network."""

import pytest

from convlint.catalogue import selection
from convlint.compare import Comparison, Kind, compare, matching
from convlint.document import Source
from convlint.lint import lint
from tests.conftest import SHARED, Slice, without_hanging

OLD = """\
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]  # 0
  - [-1, 1, Conv, [32, 3, 2]]  # 1
  - [-1, 1, C2f, [32]]  # 2
  - [-1, 1, Conv, [64, 3, 2]]  # 3
  - [-1, 1, C2f, [64]]  # 4
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]  # 5
  - [[-1, 2], 1, Concat, [1]]  # 6
  - [-1, 1, C2f, [32]]  # 7
  - [[7, 4], 1, Detect, [nc]]  # 8
"""
NATIVE = """\
convlint: 1
input: [3, 16, 16]
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3}
  - {name: b, type: ReLU}
  - name: c
    repeat: 2
    layers:
      - {name: d, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
      - {type: Add, from: [d, input]}
  - {name: e, type: Conv2d, out_channels: 8, kernel_size: 3}
"""


def compared(before: str, after: str, name: str = "net.yaml") -> Comparison:
    old, new = (lint(Source(name, text), selection()).derivations for text in (before, after))
    return compare(old[0], new[0])


def told(before: str, after: str, name: str = "net.yaml") -> list[str]:
    """What was edited, and what reads another layer, in short."""
    found = []
    for change in compared(before, after, name).changes:
        if change.kind in (Kind.SAME, Kind.AFFECTED):
            continue
        index = [None if item is None else item.index for item in (change.before, change.after)]
        arguments = [f"{one.name}: {one.before} -> {one.after}" for one in change.arguments]
        reading = [] if change.reading is None else [f"{change.reading.before} -> {change.reading.after}"]
        found.append(f"{change.kind} {change.item.type} {index[0]} {index[1]} {' '.join(arguments + reading)}".rstrip())
    return found


def edited(old: str, new: str, text: str = OLD) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


ROW = "  - [-1, 1, C2f, [64]]  # 4\n"
RENUMBERED = (
    OLD.replace(ROW, ROW + "  - [-1, 1, nn.Identity, []]\n").replace("[7, 4]", "[8, 5]")
)  # fmt: skip


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (OLD, []),
        (OLD.replace("# 4", "# 5"), []),
        (edited("[16, 3, 2]", "[1_6,   3, 2]"), []),
        (edited("[[-1, 2], 1", "[[5, 2], 1"), []),
        (edited(ROW, "  - - -1\n    - 1\n    - 'C2f'\n    - [64]\n"), []),
        (edited("[16, 3, 2]", "[16, 5, 2]"), ["changed Conv 0 0 k: 3 -> 5"]),
        (edited("[16, 3, 2]", "[16, 3]"), ["changed Conv 0 0 s: 2 -> None"]),
        (edited("[16, 3, 2]", '[16, 3, "2"]'), ['changed Conv 0 0 s: 2 -> "2"']),
        (edited("1, C2f, [64]", "3, C2f, [64]"), ["changed C2f 4 4 repeats: 1 -> 3"]),
        (edited("1, C2f, [64]", "1, C3, [64]"), ["changed C3 4 4 type: C2f -> C3"]),
        (edited("[[-1, 2], 1", "[[-1, 1], 1"), ["changed Concat 6 6 (5, 2) -> (5, 1)"]),
        # What is put in is that; who reads it instead of what stood before it was not touched.
        (edited(ROW, ROW + "  - [-1, 1, nn.Identity, []]\n"), [
            "inserted nn.Identity None 5", "rewired Detect 8 9 (7, 4) -> (7, 4)",
        ]),
        (RENUMBERED.replace("[8, 5]", "[8, 4]"), ["inserted nn.Identity None 5"]),
        (RENUMBERED, ["inserted nn.Identity None 5", "changed Detect 8 9 (7, 4) -> (8, 5)"]),
        # A copy stands behind what it copies.
        (edited(ROW, ROW + ROW).replace("[7, 4]", "[8, 4]"), ["inserted C2f None 5"]),
        (edited("  - [-1, 1, C2f, [32]]  # 2\n", ""), [
            "removed C2f 2 None", "rewired Concat 6 5 (5, 2) -> (4, 2)", "rewired Detect 8 7 (7, 4) -> (None,)",
        ]),
        (edited("  - [-1, 1, Conv, [32, 3, 2]]  # 1\n  - [-1, 1, C2f, [32]]  # 2\n",
                "  - [-1, 1, C2f, [32]]  # 2\n  - [-1, 1, Conv, [32, 3, 2]]  # 1\n"), [
            "moved Conv 1 2", "rewired Concat 6 6 (5, 2) -> (5, 2)",
        ]),
    ],
)  # fmt: skip
def test_rows(after: str, expected: list[str]) -> None:
    assert told(OLD, after) == expected


def test_settings() -> None:
    found = compared(OLD, OLD.replace("nc: 4", "nc: 5\nscales: {n: [1, 1, 64]}")).settings
    assert [tuple(one) for one in found] == [("nc", "4", "5"), ("scales.n", None, "[1, 1, 64]")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: b, type", "name: bb, type", ["changed ReLU 1 1 name: b -> bb"]),
        ("padding: 1", "padding: 2", ["changed Conv2d 3 3 padding: 1 -> 2"]),
        ("repeat: 2", "repeat: 3", ["changed group 2 2 repeat: 2 -> 3"]),
        ("      - {type: Add", "      - {type: ReLU}\n      - {type: Add", ["inserted ReLU None 4"]),
        # A group is no layer, and a layer in it is none outside.
        ("  - name: c\n    repeat: 2\n    layers:\n      - {name: d", "  - {name: d", None),
    ],
)
def test_native(old: str, new: str, expected: list[str] | None) -> None:
    after = edited(old, new, NATIVE)
    if expected is None:
        after = after.replace("      - {type: Add, from: [d, input]}\n", "")
        expected = ["removed group 2 None", "removed Add 4 None", "moved Conv2d 3 2"]
    assert told(NATIVE, after) == expected


def test_sources_of_a_group_are_those_of_its_layers() -> None:
    before = NATIVE.replace("from: [d, input]", "from: [d, input]").replace("repeat: 2\n", "from: b\n", 1)
    assert told(before, before.replace("from: b", "from: a"))[:1] == ["changed group 2 2 (1,) -> (0,)"]


CFG = """\
[net]
height=32
width=32
channels=3

[convolutional]
filters=8
size=3
pad=1

[convolutional]
filters=8
size=1

[route]
layers=-2

[shortcut]
from=0
"""


def test_sections() -> None:
    assert told(CFG, CFG, "net.cfg") == []
    assert told(CFG, CFG.replace("layers=-2", "layers=0"), "net.cfg") == []
    assert told(CFG, edited("size=1", "size=3\npad = 1", CFG), "net.cfg") == [
        "changed convolutional 1 1 size: 1 -> 3 pad: None -> 1"
    ]
    assert told(CFG, edited("from=0", "from=1", CFG), "net.cfg") == ["changed shortcut 3 3 (2, 0) -> (2, 1)"]
    assert [one.name for one in compared(CFG, edited("height=32", "height=64", CFG), "net.cfg").settings] == ["height"]


def test_effects_are_told() -> None:
    found = compared(OLD, edited("1, C2f, [64]", "1, C2f, [96]"))
    assert [change.item.index for change in found.of(Kind.AFFECTED)] == [5, 6, 7, 8]
    before, after = found.totals
    assert (before.layers, before.params, before.macs, before.memory) == (9, 253_992, 3_554_508_800, 4_505_600)
    assert (after.layers, after.params, after.macs) == (9, 315_624, 3_967_385_600)


def test_long_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = "  - {type: Conv2d, out_channels: 4, kernel_size: 1}\n"
    head = "convlint: 1\ninput: [4, 9, 9]\nlayers:\n"
    one = head + layer * 2000 + "  - {type: ReLU}\n" + layer * 2000
    other = head + layer * 2000 + layer * 2001
    with without_hanging():
        assert told(one, other) == [
            "changed Conv2d 2000 2000 type: ReLU -> Conv2d out_channels: None -> 4 kernel_size: None -> 1"
        ]
        assert len(told(head + layer * 900 + "  - {type: ReLU}\n" * 900, head + "  - {type: ReLU}\n" * 900)) == 900
    monkeypatch.setattr(matching, "MOST_PAIRS", 0)
    assert told(OLD, RENUMBERED) == ["inserted nn.Identity None 5", "changed Detect 8 9 (7, 4) -> (8, 5)"]
    assert told(OLD, edited("[16, 3, 2]", "[16, 5, 2]")) == ["changed Conv 0 0 k: 3 -> 5"]


def test_long_networks_with_many_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every edit is found where it was made, and none makes all that is behind it another."""
    kinds = (
        "Conv2d, out_channels: 4, kernel_size: 1",
        "BatchNorm2d",
        "ReLU",
        "Conv2d, out_channels: 4, kernel_size: 3, padding: 1",
    )
    before = [kinds[number * number % 7 % 4] for number in range(3_000)]
    after = list(before)
    after[2_900:2_900] = ["Tanh"]
    after[1_500] = "Sigmoid"
    del after[100]
    head = "convlint: 1\ninput: [4, 9, 9]\nlayers:\n"
    one, other = (head + "".join(f"  - {{type: {kind}}}\n" for kind in kinds) for kinds in (before, after))
    with without_hanging():
        found = told(one, other)
    assert len(found) == 3 and found[2] == "inserted Tanh None 2899"
    assert found[0].startswith("removed") and found[1].split()[:4] == ["changed", "Sigmoid", "1500", "1499"]
    # What is too different is given up, and then more is named than was edited.
    monkeypatch.setattr(matching, "MOST_TRIED", 1)
    assert len(told(one, other)) > 1_000


def test_every_kind_of_edit_of_stock_files(checked_here: Slice) -> None:
    """The rows that were edited are named and no others, in whatever way a person edits a file."""
    folder = SHARED / "golden" / "yolo-mutants"
    if not folder.is_dir():
        pytest.skip("no folder of reference data beside the repository")
    from tests.compare.mutants import mutants, named_wrongly

    wrong = []
    stock = {}
    for number, (mutant, before, after) in enumerate(mutants(folder)):
        if number not in checked_here:
            continue
        name = mutant["file"]
        if name not in stock:
            stock[name] = lint(before, selection())
        result = lint(after, selection())
        if result.derivations and (found := named_wrongly(mutant, stock[name], result)):
            wrong.append(f"{mutant['id']} {mutant['kind']} {mutant['variant']}: {found}")
    assert wrong == []
