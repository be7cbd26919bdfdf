"""What rules about patterns of layers share."""

from __future__ import annotations

from convlint.derive import Derived
from convlint.model.operations import ChannelNorm, Elementwise, GroupNorm, LayerNorm, LocalNorm, PReLU


def layer_before(derived: Derived, activations: bool = True) -> Derived | None:
    """The layer whose output a layer reads through normalisations, dropout and (if wanted) activations.

    None behind the network's input; what is not passed over is returned, whatever it is.
    """
    while derived.inputs:
        before = derived.inputs[0].made_by
        if before is None:
            return None
        operation = before.layer.operation
        if isinstance(operation, Elementwise | PReLU):
            active = isinstance(operation, PReLU) or operation.kind == "activation"
            if active and not activations:
                return None
        elif not isinstance(operation, ChannelNorm | GroupNorm | LayerNorm | LocalNorm):
            return before
        derived = before
    return None
