"""Whether a layer would work with other arguments."""

from __future__ import annotations

from convlint.catalogue import selection
from convlint.derive import Derived
from convlint.derive.repairs.trial import works
from convlint.document import Source
from convlint.lint import lint


def layer(text: str, size: int) -> tuple[Derived, list[str]]:
    """The one layer of a network, and what is irregular."""
    source = Source("net.yaml", f"convlint: 1\ninput: [3, {size}, {size}]\nlayers:\n  - {text}\n")
    (derivation,) = lint(source, selection()).derivations
    return derivation.layers[0], [found.kind for found in derivation.irregularities]


def test_what_a_change_may_bring_and_what_not() -> None:
    """Stride 2 drops the last row of the padding of a map of 10."""
    at, kinds = layer("{type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}", 10)
    assert kinds == []
    assert works(at, "", padding=[0, 0])
    assert not works(at, "", stride=[2, 2])
    assert works(at, "", None, "dropped-padding", stride=[2, 2])
    assert not works(at, "dropped-padding", None, "dropped-padding", stride=[2, 2])
    assert not works(at, "", None, "dropped-padding", stride=[2, 2], padding=[0, 0])


def test_what_is_irregular_already_may_stay() -> None:
    at, kinds = layer("{type: Conv2d, out_channels: 4, kernel_size: 3, stride: 2}", 10)
    assert kinds == ["dropped-input"]
    assert works(at, "", stride=[2, 2])
    assert not works(at, "dropped-input", stride=[2, 2])
    assert works(at, "dropped-input", (3, 11, 11))
