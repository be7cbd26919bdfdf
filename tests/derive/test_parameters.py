"""Parameters that meet maps, judged by PyTorch: shapes, trainable numbers, and what is refused."""

from __future__ import annotations

import pytest

from tests.oracle import parameters
from tests.oracle.descriptions import Fields, Written
from tests.oracle.judging import checked, errors

NETWORKS = dict(parameters.networks())
RECORDED = parameters.recorded()


def said(description: Fields) -> str:
    """What convlint says, as it is recorded of PyTorch."""
    result = checked(Written(description).text)
    found = errors(result)
    assert len(found) < 2, found
    if found:
        return "!"
    derivation = result.derivations[0]
    shape = derivation.outputs[0].shape
    assert shape is not None
    return f"{'x'.join(map(str, shape))} {derivation.params}"


def test_recorded_verdicts() -> None:
    assert RECORDED.keys() == NETWORKS.keys()
    assert sum(verdict == "!" for verdict in RECORDED.values()) > 400 < len(RECORDED) - 400
    wrong = {name: (mine, RECORDED[name]) for name, net in NETWORKS.items() if (mine := said(net)) != RECORDED[name]}
    assert not wrong


def test_pytorch_still_says_so() -> None:
    pytest.importorskip("torch", reason="torch is not installed: only recorded verdicts are checked")
    from tests.oracle.record_parameters import verdict

    assert {name: verdict(net) for name, net in NETWORKS.items()} == RECORDED
