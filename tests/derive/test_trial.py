"""Whether a layer would work with other arguments."""

from __future__ import annotations

import pytest

from convlint.catalogue import selection
from convlint.derive import Derived
from convlint.derive.repairs import trial
from convlint.derive.repairs.trial import Outcome, Trials, works
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


WIRED = """convlint: 1
input: [3, 32, 32]
layers:
  - {name: a, type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {name: b, type: Conv2d, out_channels: 64, kernel_size: 3, padding: 1}
  - {name: act, type: ReLU, from: a}
  - name: blocks
    repeat: 2
    layers:
      - {name: c, type: Conv2d, in_channels: 64, out_channels: 64, kernel_size: 3, padding: 1}
"""


def told(outcome: Outcome | None) -> tuple[bool, int]:
    assert outcome is not None
    return outcome.cured, outcome.new


def test_a_network_with_one_change() -> None:
    (derivation,) = lint(Source("net.yaml", WIRED), selection()).derivations
    (wrong,) = [found for found in derivation.irregularities if found.kind == "channel-mismatch"]
    a, b, act, blocks = derivation.layers
    tried = Trials(derivation)
    assert told(tried.rewired(wrong, act.layer, 0, (b.layer.number, 0))) == (True, 0)
    assert told(tried.rewired(wrong, act.layer, 0, (a.layer.number, 0))) == (False, 0)
    # Inside the group, and a change that the second copy contradicts.
    assert told(tried.changed(wrong, blocks.children[0], in_channels=32)) == (True, 1)
    assert told(tried.changed(wrong, a, out_channels=64)) == (True, 0)
    assert tried.changed(wrong, a, num_features=64) is None
    assert tried.changed(wrong, blocks, repeat=1) is None


def test_the_trials_of_a_network_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MAX_ANEW", 10)
    (derivation,) = lint(Source("net.yaml", WIRED), selection()).derivations
    (wrong,) = [found for found in derivation.irregularities if found.kind == "channel-mismatch"]
    tried = Trials(derivation)
    outcomes = [tried.changed(wrong, derivation.layers[0], out_channels=64) for _ in range(4)]
    assert [outcome is not None for outcome in outcomes] == [True, True, False, False]
