"""What a file of trained numbers holds: the parameters, and what normalisations remember of what they saw."""

from __future__ import annotations

from convlint.derive.state import Derivation, Derived
from convlint.model.operations import ChannelNorm


def stored_numbers(derivation: Derivation) -> int | None:
    """Parameters, running means and running variances of a network; None if a layer's are unknown."""
    if derivation.params is None:
        return None
    running = [_running(derived) for derived in derivation.layers]
    return None if None in running else derivation.params + sum(running)  # type: ignore[arg-type]


def _running(derived: Derived) -> int | None:
    """Mean and variance of every channel that a layer normalises, all copies together."""
    operation = derived.layer.operation
    if isinstance(operation, ChannelNorm):
        if operation.kind != "batch" or not operation.track_running_stats:
            return 0
        shape = derived.inputs[0].shape
        channels = operation.num_features or (shape[0] if shape else None)
        return None if channels is None else 2 * channels * derived.times
    inside = [_running(child) for child in derived.children]
    return None if None in inside else sum(inside)  # type: ignore[arg-type]
