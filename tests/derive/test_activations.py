"""How many numbers must be held at once."""

import pytest

from convlint.derive.activations import Peak, peak
from convlint.document import Source
from convlint.lint import lint


def largest(layers: str, given: str = "[1, 8, 8]", more: str = "") -> tuple[int, str | None] | None:
    """The peak of a network and the name of the layer that runs then."""
    text = f"convlint: 1\ninput: {given}\nlayers:\n{layers}\n{more}"
    (derivation,) = lint(Source("net.yaml", text), frozenset()).derivations
    found: Peak | None = peak(derivation)
    return found and (found.elements, found.at.name)


def test_a_chain_holds_what_the_layer_reads_and_makes() -> None:
    assert largest("""\
  - {name: wide, type: Conv2d, out_channels: 2, kernel_size: 1}
  - {name: narrow, type: Conv2d, out_channels: 1, kernel_size: 1}
""") == (64 + 128, "wide")


def test_a_skip_stays_until_it_is_read() -> None:
    assert largest("""\
  - {name: wide, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: act, type: ReLU}
  - {name: narrow, type: Conv2d, out_channels: 1, kernel_size: 1}
  - {name: sum, type: Add, from: [narrow, input]}
""") == (64 + 256 + 256, "act")


def test_outputs_stay_to_the_end() -> None:
    layers = """\
  - {name: first, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: second, type: MaxPool2d, kernel_size: 8}
  - {name: third, type: Linear, out_features: 300}
"""
    assert largest(layers) == (4 + 1200, "third")
    assert largest(layers, more="output: [first, third]") == (4 + 1200 + 256, "third")


def test_an_input_that_nothing_reads_takes_nothing() -> None:
    layers = "  - {name: only, type: ReLU, from: a}\n"
    assert largest(layers, given="{a: [1, 8, 8], b: [100, 8, 8]}") == (128, "only")


def test_an_output_that_nothing_reads_goes_at_once() -> None:
    assert largest("""\
  - {name: dead, type: Conv2d, out_channels: 100, kernel_size: 1}
  - {name: live, type: ReLU, from: input}
""") == (64 + 64 * 100, "dead")


@pytest.mark.parametrize(("most", "repeat"), [(64 + 256 + 256, 1), (64 + 64 + 256 + 256, 2), (64 + 64 + 256 + 256, 7)])
def test_what_a_group_reads_and_gives_is_followed_through_it(most: int, repeat: int) -> None:
    # While `act` runs: what it reads and makes, what the copy reads, and what the network reads for the last sum.
    found = largest(f"""\
  - name: block
    repeat: {repeat}
    layers:
      - {{name: wide, type: Conv2d, out_channels: 4, kernel_size: 1}}
      - {{name: act, type: ReLU}}
      - {{name: narrow, type: Conv2d, out_channels: 1, kernel_size: 1}}
      - {{type: Add, from: [narrow, input]}}
  - {{name: sum, type: Add, from: [block, input]}}
""")
    assert found is not None
    assert (most, "act") == (found[0], str(found[1]).rsplit(".", 1)[-1])


def test_copies_that_differ() -> None:
    assert largest("""\
  - {name: block, repeat: 3, layers: [{name: conv, type: Conv2d, out_channels: 8, kernel_size: 2}, {type: Conv2d, out_channels: 1, kernel_size: 1}]}
""") == (64 + 49 * 8, "block.0.conv")


def test_repeats_in_repeats_take_no_time() -> None:
    layers = "{name: inner, type: ReLU}"
    for _ in range(40):
        layers = f"{{repeat: 2, layers: [{layers}]}}"
    found = largest(f"  - {layers}\n")
    assert found is not None
    assert found[0] == 128


def test_the_output_of_repeated_layers_is_the_value_of_the_last_one() -> None:
    assert largest("""\
  - {name: block, repeat: 5, layers: [{name: a, type: ReLU}]}
  - {name: b, type: ReLU}
""") == (64 + 64, "block.0.a")


@pytest.mark.parametrize(
    ("layers", "given"),
    [
        ("  - {type: ReLU}\n", "[null, 8, 8]"),
        ("  - {type: ReLU}\n  - {type: Conv2d, out_channels: 1, kernel_size: 3}\n", "[1, null, 8]"),
        ("  - {type: ReLU}\n", "null"),
    ],
)
def test_unknown_sizes(layers: str, given: str) -> None:
    assert None is largest(layers, given)
