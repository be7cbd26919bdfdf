"""The tensors that a checkpoint of a network holds: what ``state_dict()`` of torch's layers lists."""

from __future__ import annotations

from typing import NamedTuple

from convlint.derive.state import Derivation, Derived
from convlint.model import operations as op


class Tensor(NamedTuple):
    """A tensor that is stored; () is the shape of a single number. ``name`` is None if its layer has none."""

    name: str | None
    shape: tuple[int, ...]


def tensors(derived: Derived) -> list[Tensor] | None:
    """The tensors of a layer and of all layers in it, trained or not; None if they are not known.

    Of equal copies only the first is listed: ``derive(network, unfold=True)`` writes all of them out.
    """
    own = _own(derived)
    if own is None:
        return None
    for child in _inside(derived):
        more = tensors(child)
        if more is None:
            return None
        own += more
    return own


def of_network(derivation: Derivation) -> dict[str, tuple[int, ...]] | None:
    """All tensors of a network by name, in its order; None if some layer's are not known, or have no name."""
    found: dict[str, tuple[int, ...]] = {}
    for derived in derivation.layers:
        more = tensors(derived)
        if more is None:
            return None
        for name, shape in more:
            if name is None:
                return None
            found[name] = shape
    return found


def _inside(derived: Derived) -> list[Derived]:
    """The layers in a layer whose tensors are not listed with it."""
    return [] if derived.layer.stored is not None else derived.children


def _own(derived: Derived) -> list[Tensor] | None:
    """What a layer itself stores."""
    layer = derived.layer
    if layer.stored is not None:
        name = layer.name or ""
        prefix = "" if derived.name is None else derived.name.removesuffix(name)
        return [Tensor(prefix + own, shape) for own, shape in layer.stored]
    if isinstance(layer.operation, op.Group):
        return []
    shapes = _shapes(derived)
    if shapes is None:
        return None
    of = derived.name
    return [Tensor(None if of is None else f"{of}.{key}" if key else of, shape) for key, shape in shapes.items()]


def _shapes(derived: Derived) -> dict[str, tuple[int, ...]] | None:
    """Tensors of torch's layer that does an operation, by the names that it gives them."""
    operation = derived.layer.operation
    if isinstance(operation, op.Convolution | op.TransposedConvolution | op.Linear):
        if derived.weight is None:
            return None
        out = operation.out_features if isinstance(operation, op.Linear) else operation.out_channels
        return {"weight": derived.weight} | ({"bias": (out,)} if operation.bias else {})
    if isinstance(operation, op.ChannelNorm):
        return _channel_norm(operation, derived)
    if isinstance(operation, op.GroupNorm):
        channels = operation.num_channels or _axis(derived, 0)
        return _affine(operation.affine, operation.bias, None if channels is None else (channels,))
    if isinstance(operation, op.LayerNorm):
        last = _axis(derived, -1)
        shape = operation.normalized_shape or (None if last is None else (last,))
        return _affine(operation.affine, operation.bias, shape)
    if isinstance(operation, op.PReLU):
        return {"weight": (operation.num_parameters,)}
    if isinstance(operation, op.MultiheadAttention):
        return _attention(operation)
    if isinstance(operation, op.TransformerEncoderLayer):
        return None if derived.params is None else _encoder_layer(operation)
    if isinstance(operation, op.Recurrent):
        return None if derived.params is None else _recurrent(operation)
    if isinstance(operation, op.ParameterTensor):
        return {"": operation.shape}
    if isinstance(operation, op.Opaque | op.Unknown | op.Parameters | op.Subsampling):
        return {} if derived.params == 0 and not isinstance(operation, op.Unknown) else None
    return {}


def _axis(derived: Derived, axis: int) -> int | None:
    shape = derived.inputs[0].shape if derived.inputs else None
    return shape[axis] if shape else None


def _affine(affine: bool, bias: bool, shape: tuple[int, ...] | None) -> dict[str, tuple[int, ...]] | None:
    if not affine:
        return {}
    if shape is None:
        return None
    return {"weight": shape, "bias": shape} if bias else {"weight": shape}


def _channel_norm(operation: op.ChannelNorm, derived: Derived) -> dict[str, tuple[int, ...]] | None:
    """BatchNorm and InstanceNorm; running statistics are no parameters, but stored."""
    remembers = operation.track_running_stats
    channels = operation.num_features or _axis(derived, 0)
    if channels is None:
        return None if operation.affine or remembers else {}
    found = _affine(operation.affine, operation.bias, (channels,))
    if found is not None and remembers:
        found |= {"running_mean": (channels,), "running_var": (channels,), "num_batches_tracked": ()}
    return found


def _attention(operation: op.MultiheadAttention) -> dict[str, tuple[int, ...]]:
    """``torch.nn.MultiheadAttention``: one projection for all three if they are equally wide."""
    embed = operation.embed_dim
    widths = {"q": embed, "k": operation.kdim or embed, "v": operation.vdim or embed}
    if set(widths.values()) == {embed}:
        found: dict[str, tuple[int, ...]] = {"in_proj_weight": (3 * embed, embed)}
    else:
        found = {f"{name}_proj_weight": (embed, width) for name, width in widths.items()}
    if operation.bias:
        found["in_proj_bias"] = (3 * embed,)
    if operation.add_bias_kv:
        found |= {"bias_k": (1, 1, embed), "bias_v": (1, 1, embed)}
    found["out_proj.weight"] = (embed, embed)
    return found | ({"out_proj.bias": (embed,)} if operation.bias else {})


def _encoder_layer(operation: op.TransformerEncoderLayer) -> dict[str, tuple[int, ...]]:
    """``torch.nn.TransformerEncoderLayer``: its layers in the order in which it makes them."""
    embed, hidden, bias = operation.d_model, operation.dim_feedforward, operation.bias
    attention = _attention(op.MultiheadAttention(embed, operation.nhead, bias))
    found = {f"self_attn.{name}": shape for name, shape in attention.items()}
    for name, shape in (
        ("linear1", (hidden, embed)),
        ("linear2", (embed, hidden)),
        ("norm1", (embed,)),
        ("norm2", (embed,)),
    ):
        found[f"{name}.weight"] = shape
        if bias:
            found[f"{name}.bias"] = shape[:1]
    return found


def _recurrent(operation: op.Recurrent) -> dict[str, tuple[int, ...]]:
    """``torch.nn.LSTM``, ``GRU`` and ``RNN``: what every layer has, forwards and then backwards."""
    rows, made = operation.gates * operation.hidden_size, operation.made
    found: dict[str, tuple[int, ...]] = {}
    for layer in range(operation.num_layers):
        given = operation.input_size if layer == 0 else made * operation.directions
        for end in ("", "_reverse")[: operation.directions]:
            own: dict[str, tuple[int, ...]] = {"weight_ih": (rows, given), "weight_hh": (rows, made)}
            own |= {"bias_ih": (rows,), "bias_hh": (rows,)} if operation.bias else {}
            own |= {"weight_hr": (operation.proj_size, operation.hidden_size)} if operation.proj_size else {}
            found |= {f"{name}_l{layer}{end}": shape for name, shape in own.items()}
    return found
