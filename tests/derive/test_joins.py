"""What a failed join is, which size goes on behind it, and that explaining many of them takes linear time."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.derive import Derivation, derive, provenance
from convlint.document import Source, read
from convlint.formats import native

U_NET = """
  - {name: enc, type: Conv2d, out_channels: 8, kernel_size: 3, padding: PADDING}
  - {name: down, type: MaxPool2d, kernel_size: 2}
  - {name: middle, type: Conv2d, out_channels: 8, kernel_size: 3, padding: MIDDLE}
  - {name: up, type: Upsample, scale_factor: 2}
  - {name: join, type: JOIN, from: [up, enc]}
"""


def derived(layers: str, input: str = "[4, 16, 16]") -> Derivation:
    """What follows from some layers."""
    text = f"convlint: 1\ninput: {input}\nlayers:\n{layers.strip(chr(10))}\n"
    lowered = native.lower(read(Source("net.yaml", text)).documents[0])
    assert not lowered.findings, lowered.findings
    return derive(lowered.networks[0])


def joins(derivation: Derivation) -> list[tuple[str, dict[str, Any]]]:
    """Kind and numbers of what was found about joins and splits."""
    kinds = ("concat-size", "add-shape", "odd-skip", "crop-needed", "missing-projection", "split-divides")
    return [(found.kind, found.numbers) for found in derivation.irregularities if found.kind in kinds]


def u_net(size: int, padding: int = 1, middle: int = 1, join: str = "Concat") -> Derivation:
    """One level down and up again."""
    layers = U_NET.replace("PADDING", str(padding)).replace("MIDDLE", str(middle)).replace("JOIN", join)
    return derived(layers, f"[4, {size}, {size}]")


@pytest.mark.parametrize("join", ["Concat", "Add"])
def test_an_odd_size_on_the_way_down(join: str) -> None:
    assert joins(u_net(16, join=join)) == []
    ((kind, numbers),) = joins(u_net(17, join=join))
    assert kind == "odd-skip"
    level = numbers["level"]
    assert (level.at.name, level.axis, level.before, level.after, level.stride) == ("down", 0, 17, 8, 2)
    assert (numbers["upsampled"], numbers["skip"], numbers["axes"]) == (0, 1, [1, 2])


@pytest.mark.parametrize("join", ["Concat", "Add"])
def test_cells_lost_at_the_edges(join: str) -> None:
    ((kind, numbers),) = joins(u_net(16, middle=0, join=join))
    assert kind == "crop-needed"
    assert [(step.at.name, step.before, step.after) for step in numbers["trims"]] == [
        ("middle", 8, 6),
        ("middle", 8, 6),
    ]
    # What is lost before the skip is lost on both branches.
    assert joins(u_net(16, padding=0)) == []


def test_a_crop_explains_more_than_an_odd_size() -> None:
    ((kind, _),) = joins(u_net(17, middle=0))
    assert kind == "crop-needed"


@pytest.mark.parametrize(
    "layers, strides",
    [
        ("  - {name: a, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}", (1, 1)),
        ("  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1, stride: 2}", (2, 2)),
        ("  - {name: a, type: Conv2d, out_channels: 9, kernel_size: [1, 3], padding: [0, 1], stride: [1, 2]}", (1, 2)),
        ("  - {name: b, type: MaxPool2d, kernel_size: 2}\n  - {name: a, type: ReLU}", (2, 2)),
    ],
)
def test_a_shortcut_round_a_change(layers: str, strides: tuple[int, int]) -> None:
    for sources, main in (("[a, input]", 0), ("[input, a]", 1)):
        ((kind, numbers),) = joins(derived(f"{layers}\n  - {{type: Add, from: {sources}}}"))
        assert kind == "missing-projection"
        assert (numbers["main"], numbers["shortcut"], numbers["strides"]) == (main, 1 - main, strides)


def test_no_projection_repairs_a_lost_border() -> None:
    layers = "  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3}\n  - {type: Add, from: [a, input]}"
    ((kind, numbers),) = joins(derived(layers))
    assert kind == "add-shape"
    assert [step.trims for step in numbers["fork"].steps[0]] == [True, True]


def test_a_shortcut_with_layers_of_its_own_is_no_identity() -> None:
    layers = """
  - {name: a, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1, from: input}
  - {name: b, type: Conv2d, out_channels: 6, kernel_size: 1, from: input}
  - {type: Add, from: [a, b]}
"""
    ((kind, numbers),) = joins(derived(layers))
    assert (kind, numbers["axes"], numbers["pair"], numbers["odd"]) == ("add-shape", [0], (0, 1), None)


def test_the_level_that_fits() -> None:
    layers = """
  - {name: one, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - {type: ReLU}
  - {type: MaxPool2d, kernel_size: 2}
  - {name: two, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - {type: ReLU}
  - {type: MaxPool2d, kernel_size: 2}
  - {name: up, type: Upsample, scale_factor: 2}
  - {type: Concat, from: [up, one]}
"""
    ((kind, numbers),) = joins(derived(layers))
    index, level = numbers["fitting"]
    assert (kind, index, level.made_by.name) == ("concat-size", 1, "two")


def test_the_odd_one_of_many() -> None:
    branches = "\n".join(
        f"  - {{name: b{number}, type: Conv2d, out_channels: 4, kernel_size: 3, padding: {int(number != 2)}, from: input}}"
        for number in range(5)
    )
    ((kind, numbers),) = joins(derived(f"{branches}\n  - {{type: Concat, from: [b0, b1, b2, b3, b4]}}"))
    assert (kind, numbers["odd"], numbers["pair"]) == ("concat-size", 2, (1, 2))


@pytest.mark.parametrize(
    "shapes, merge, result",
    [
        ([(4, 8), (4, 8)], "Add", (4, 8)),
        ([(None, 8), (4, None)], "Add", (4, 8)),
        ([(1, 8), (4, 1)], "Mul", (4, 8)),
        ([(1, 8), (None, 8)], "Mul", (None, 8)),
        ([(4, 8), (4, 9)], "Add", (4, None)),
        ([(4, 8), (5, 8)], "Mul", (None, 8)),
        ([(4, 8), (4, 8, 8)], "Add", None),
        ([(4, 8), (6, 8)], "Concat", (10, 8)),
        ([(4, 8), (None, None)], "Concat", (None, 8)),
        ([(4, 8), (4, 9)], "Concat", (None, None)),
    ],
)
def test_the_shape_behind_a_join(shapes: list[Any], merge: str, result: Any) -> None:
    given = {f"x{number}": ["null" if size is None else size for size in shape] for number, shape in enumerate(shapes)}
    written = ", ".join(f"{name}: [{', '.join(map(str, shape))}]" for name, shape in given.items())
    derivation = derived(f"  - {{type: {merge}, from: [{', '.join(given)}]}}", f"{{{written}}}")
    assert derivation.layers[0].output.shape == result


def test_repeating_an_axis_is_noted_in_sums_only() -> None:
    for merge, count in (("Add", 1), ("Mul", 0)):
        found = joins(derived(f"  - {{type: {merge}, from: [a, b]}}", "{a: [8, 4, 4], b: [1, 4, 4]}"))
        assert [numbers["problem"] for _, numbers in found] == ["broadcast"] * count


def test_batches_cannot_meet_what_is_one() -> None:
    layers = """
  - {name: both, type: Concat, from: [input, input], dim: 0}
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: sum, type: Add, from: [conv, input]}
  - {name: next, type: Add, from: [sum, input]}
"""
    assert [(kind, numbers["problem"]) for kind, numbers in joins(derived(layers))] == [
        ("concat-size", "batch"),
        ("add-shape", "batches"),
    ]


@pytest.mark.parametrize(
    "layer, shapes, noted",
    [
        ("Split, split_size: [1, 3]", [(1, 9), (3, 9)], False),
        ("Split, split_size: [1, 2]", [(None, 9), (None, 9)], True),
        ("Split, split_size: 3", [(3, 9), (1, 9)], True),
        ("Split, split_size: 2", [(2, 9), (2, 9)], False),
        ("Chunk, chunks: 3", [(2, 9), (2, 9)], True),
        ("Chunk, chunks: 2", [(2, 9), (2, 9)], False),
        ("Chunk, chunks: 3, dim: 2", [(4, 3), (4, 3), (4, 3)], False),
    ],
)
def test_parts(layer: str, shapes: list[Any], noted: bool) -> None:
    derivation = derived(f"  - {{name: parts, type: {layer}}}", "[4, 9]")
    assert [output.shape for output in derivation.layers[0].outputs] == shapes
    assert bool(joins(derivation)) == noted


@pytest.mark.parametrize(
    "layer", ["Split, split_size: 0", "Chunk, chunks: 0", "Chunk, chunks: -3", "Split, split_size: -1"]
)
def test_impossible_parts_can_still_be_read(layer: str) -> None:
    derivation = derived(f"  - {{name: parts, type: {layer}}}\n  - {{type: ReLU, from: parts.1}}", "[4, 9]")
    assert [found.kind for found in derivation.irregularities] == ["split-divides"]


@pytest.mark.parametrize(
    "wrong",
    [
        # A channel count of the stem: the other readers of the same map are not asked any more.
        "  - {name: stem, type: Conv2d, out_channels: 7, kernel_size: 3, padding: 1}",
        # Groups that divide nothing.
        "  - {name: stem, type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1, groups: 3}",
    ],
)
def test_one_mistake_is_found_once(wrong: str) -> None:
    layers = f"""
{wrong}
  - {{name: a, type: Conv2d, in_channels: 8, out_channels: 8, kernel_size: 3, padding: 1}}
  - {{name: s, type: Add, from: [a, stem]}}
  - {{name: b, type: Conv2d, in_channels: 8, out_channels: 8, kernel_size: 3, padding: 1, from: stem}}
  - {{name: t, type: Add, from: [b, s, stem]}}
  - {{type: BatchNorm2d, num_features: 8}}
  - {{type: Flatten}}
  - {{type: Linear, in_features: 2048, out_features: 10}}
"""
    errors = [found for found in derived(layers).irregularities if found.kind in provenance_errors()]
    assert len(errors) == 1, [(found.kind, found.at.name) for found in errors]


def provenance_errors() -> set[str]:
    """The rules whose findings are errors."""
    from convlint.catalogue import RULES
    from convlint.findings import Severity

    return {rule.name for rule in RULES if rule.severity is Severity.ERROR}


def hourglasses(count: int) -> str:
    """A row of networks that go down and up, each with a skip that an odd size breaks."""
    rows = ["  - {name: x0, type: ReLU}"]
    for number in range(count):
        rows += [
            f"  - {{name: p{number}, type: MaxPool2d, kernel_size: 2, from: x{number}}}",
            f"  - {{name: u{number}, type: Upsample, scale_factor: 2}}",
            f"  - {{name: j{number}, type: Add, from: [u{number}, x{number}]}}",
            f"  - {{name: x{number + 1}, type: AdaptiveAvgPool2d, output_size: 17}}",
        ]
    return "\n".join(rows)


def test_many_failed_joins_take_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    original = provenance.before

    def counted(value: Any) -> Any:
        nonlocal steps
        steps += 1
        return original(value)

    monkeypatch.setattr(provenance, "before", counted)
    taken = []
    for count in (400, 800):
        steps = 0
        found = joins(derived(hourglasses(count), "[4, 17, 17]"))
        assert [kind for kind, _ in found] == ["odd-skip"] * count
        taken.append(steps)
    assert taken[1] < 3 * taken[0]
