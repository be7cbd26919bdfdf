"""What a file of trained numbers holds: the parameters, what is not trained, and what normalisations remember."""

from __future__ import annotations

from math import prod

from convlint.derive.state import Derivation, Derived
from convlint.model.operations import ChannelNorm, Convolution, ParameterTensor, TransposedConvolution


def stored_numbers(derivation: Derivation) -> int | None:
    """Parameters, untrained weights, running means and variances of a network; None if a layer's are unknown."""
    if derivation.params is None:
        return None
    others = [_untrained(derived) for derived in derivation.layers]
    return None if None in others else derivation.params + sum(others)  # type: ignore[arg-type]


def numbers(derived: Derived) -> int | None:
    """What is stored of one layer; None if it is unknown."""
    others = _untrained(derived)
    return None if derived.params is None or others is None else derived.params + others


def fixed_numbers(derived: Derived) -> int | None:
    """The weights and biases of one layer that are not trained; None if they are unknown."""
    operation = derived.layer.operation
    if isinstance(operation, ParameterTensor) and not operation.trained:
        return None if derived.params is None else prod(operation.shape)
    if isinstance(operation, Convolution | TransposedConvolution) and not operation.trained:
        if derived.kernels_2d is None:
            return None
        return derived.kernels_2d * prod(operation.kernel_size) + (operation.out_channels if operation.bias else 0)
    return 0


def _untrained(derived: Derived) -> int | None:
    """Weights that are not trained, mean and variance of every channel that is normalised; all copies together."""
    operation = derived.layer.operation
    if isinstance(operation, ChannelNorm):
        if operation.kind != "batch" or not operation.track_running_stats:
            return 0
        shape = derived.inputs[0].shape
        channels = operation.num_features or (shape[0] if shape else None)
        return None if channels is None else 2 * channels * derived.times
    fixed = fixed_numbers(derived)
    inside = [None if fixed is None else fixed * derived.times, *(_untrained(child) for child in derived.children)]
    return None if None in inside else sum(inside)  # type: ignore[arg-type]
