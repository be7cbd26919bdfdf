"""Encoder layers and recurrent layers: tensors, parameters and multiply-adds are PyTorch's."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.derive import derive
from convlint.derive.tensors import of_network
from tests.derive.networks import network_of

LENGTH = 9
ENCODER = {"d_model": 16, "nhead": 4, "dim_feedforward": 32}
#: A layer, its parameters, and its multiply-adds by PyTorch 2.13.0's ``FlopCounterMode``.  That sees nothing of an LSTM
#: without a projection, which is computed elsewhere; it has as many as its weights are used, as the others have.
LAYERS: list[tuple[str, dict[str, Any], int, int]] = [
    ("TransformerEncoderLayer", ENCODER, 2224, 21024),
    ("TransformerEncoderLayer", ENCODER | {"bias": False, "norm_first": True}, 2080, 21024),
    ("LSTM", {"input_size": 16, "hidden_size": 8, "proj_size": 5}, 776, 6408),
    ("LSTM", {"input_size": 16, "hidden_size": 8, "proj_size": 5, "num_layers": 3, "bidirectional": True}, 3888, 31536),
    ("LSTM", {"input_size": 16, "hidden_size": 8, "num_layers": 2}, 1408, 11520),
    ("GRU", {"input_size": 16, "hidden_size": 8}, 624, 5184),
    ("GRU", {"input_size": 16, "hidden_size": 8, "num_layers": 2, "bidirectional": True, "bias": False}, 2304, 20736),
    ("RNN", {"input_size": 16, "hidden_size": 8, "nonlinearity": "relu"}, 208, 1728),
]


def derivation_of(kind: str, arguments: dict[str, Any], shape: list[Any] | None = None) -> Any:
    layer = {"name": "a", "type": kind, **arguments}
    return derive(network_of({"input": [LENGTH, 16] if shape is None else shape, "layers": [layer]}))


@pytest.mark.parametrize(("kind", "arguments", "params", "macs"), LAYERS)
def test_counts(kind: str, arguments: dict[str, Any], params: int, macs: int) -> None:
    derivation = derivation_of(kind, arguments)
    assert (derivation.params, derivation.macs) == (params, macs)
    tensors = of_network(derivation)
    assert tensors is not None
    assert sum(shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in tensors.values()) == params
    unknown = derivation_of(kind, arguments, [None, 16])
    assert (unknown.params, unknown.macs) == (params, None)


@pytest.mark.filterwarnings("ignore:LSTM with projections")  # PyTorch says that it is slow
@pytest.mark.parametrize(("kind", "arguments", "params", "macs"), LAYERS)
def test_counts_are_pytorchs(kind: str, arguments: dict[str, Any], params: int, macs: int) -> None:
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    module = getattr(torch.nn, kind)(**arguments, batch_first=True)
    assert sum(one.numel() for one in module.parameters()) == params
    stored = {f"a.{name}": tuple(one.shape) for name, one in module.state_dict().items()}
    assert list(stored.items()) == list((of_network(derivation_of(kind, arguments)) or {}).items())
    counter = FlopCounterMode(display=False)
    with counter:
        made = module(torch.rand(1, LENGTH, 16))
    counted = counter.get_total_flops() // 2
    assert counted == (0 if kind == "LSTM" and "proj_size" not in arguments else macs)
    shape = tuple((made[0] if isinstance(made, tuple) else made).shape[1:])
    assert derivation_of(kind, arguments).layers[0].output.shape == shape


def test_what_is_refused_stores_nothing_that_is_known() -> None:
    assert of_network(derivation_of("LSTM", {"input_size": 16, "hidden_size": 0})) is None
    assert of_network(derivation_of("TransformerEncoderLayer", ENCODER | {"nhead": 3})) is None


def test_an_unknown_shape_goes_on_with_what_is_written() -> None:
    for shape in ([None, None], [None, 16]):
        gru = derivation_of("GRU", {"input_size": 16, "hidden_size": 8, "bidirectional": True}, shape)
        assert gru.layers[0].output.shape == (None, 16) and gru.params == 1248
