"""Compares what somebody wrote with what was derived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convlint.derive.state import Derivation, Derived
from convlint.model.network import Amount, Claim

#: The rule that words a false claim of each kind.
RULE_OF = {
    "kernels_2d": "kernel-count-mismatch",
    "kernels_3d": "filter-count-mismatch",
    "weight": "weight-shape-mismatch",
    "params": "parameter-count-mismatch",
    "macs": "mac-count-mismatch",
    "output": "declared-shape",
    "receptive_field": "receptive-field-mismatch",
    "stride_comment": "stale-stride-comment",
    "params_comment": "stale-parameter-comment",
}


class Difference:
    """A claim that is false: ``derived`` is what it should say; ``at`` is None for a claim about the whole file."""

    __slots__ = ("at", "claim", "derived", "kind")

    def __init__(self, kind: str, claim: Claim, derived: Any, at: Derived | None) -> None:
        self.kind = kind
        self.claim = claim
        self.derived = derived
        self.at = at


def differences(derivation: Derivation) -> Iterator[Difference]:
    """Every claim that is not what follows; unknown values contradict nobody."""
    for derived in derivation.flat():
        for claim in derived.layer.claims:
            yield from _compare(claim, _of_layer(claim.kind, derived), derived)
    bare = bare_kernel_claims(derivation)
    convention = derivation.network.kernel_convention
    switched = _switched(derivation, bare) if convention is not None else None
    if switched is not None:
        yield switched
    for claim, derived in bare:
        if switched is not None and claim.value == (derived.kernels_3d if convention == "2d" else derived.kernels_2d):
            continue
        if convention is not None:
            value = derived.kernels_2d if convention == "2d" else derived.kernels_3d
            yield from _compare(claim, value, derived, f"kernels_{convention}")
        elif derived.kernels_2d is not None and claim.value not in (derived.kernels_2d, derived.kernels_3d):
            yield Difference("kernel-count-mismatch", claim, derived.kernels_2d, derived)
    for claim in derivation.network.claims:
        yield from _compare(claim, _of_file(claim.kind, derivation), None)


def _switched(derivation: Derivation, bare: list[tuple[Claim, Derived]]) -> Difference | None:
    """The convention that the file states, if most of its counts are right in the other one only."""
    stated = derivation.network.kernel_convention
    span = derivation.network.place.value_span("kernel_convention")
    known = [(claim.value, at.kernels_2d, at.kernels_3d) for claim, at in bare if at.kernels_2d is not None]
    twos = sum(written == flat != solid for written, flat, solid in known)
    threes = sum(written == solid != flat for written, flat, solid in known)
    here, other = (twos, threes) if stated == "2d" else (threes, twos)
    if span is None or other < 2 or other <= here:
        return None
    kind = "kernel-count-mismatch" if stated == "2d" else "filter-count-mismatch"
    claim = Claim("kernel_convention", stated, span, exact=True)
    return Difference(kind, claim, ("3d" if stated == "2d" else "2d", other, len(bare)), None)


def bare_kernel_claims(derivation: Derivation) -> list[tuple[Claim, Derived]]:
    """The ``kernels:`` counts of a file, which its convention (written or guessed) reads."""
    return [
        (claim, derived) for derived in derivation.flat() for claim in derived.layer.claims if claim.kind == "kernels"
    ]


def _compare(claim: Claim, value: Any, at: Derived | None, kind: str | None = None) -> Iterator[Difference]:
    kind = kind or claim.kind
    if value is None or kind == "kernels":
        return
    written = claim.value
    if isinstance(written, Amount):
        right = written.fits(value)
    elif kind == "receptive_field":
        right = written in (value, (value[0],)) if len(set(value)) == 1 else written == value
    elif isinstance(value, tuple):
        right = len(written) == len(value) and all(b is None or a == b for a, b in zip(written, value, strict=True))
    else:
        right = written == value
    if not right:
        yield Difference(RULE_OF[kind], claim, value, at)


def _of_layer(kind: str, derived: Derived) -> Any:
    if kind == "output":
        return derived.outputs[0].shape
    if kind == "receptive_field":
        return derived.outputs[0].field or None  # a vector has no spatial axis
    if kind == "kernels":
        return None
    if kind == "stride_comment":
        jump = derived.outputs[0].jump
        return None if jump is None else jump[0]
    return getattr(derived, kind)


def _of_file(kind: str, derivation: Derivation) -> Any:
    if kind == "output":
        return derivation.outputs[0].shape if derivation.outputs else None
    if kind == "params_comment":
        return derivation.params
    return getattr(derivation, kind)


def single_convention_counts(derivation: Derivation) -> dict[str, list[tuple[Claim, Derived]]]:
    """The bare counts that fit one convention only, 2-D or 3-D; nothing where the file states its convention."""
    only: dict[str, list[tuple[Claim, Derived]]] = {"2-D": [], "3-D": []}
    if derivation.network.kernel_convention is not None:
        return only
    for claim, at in bare_kernel_claims(derivation):
        if at.kernels_2d is None:
            continue  # something else is wrong with this layer
        in_2d, in_3d = claim.value == at.kernels_2d, claim.value == at.kernels_3d
        if in_2d != in_3d:
            only["2-D" if in_2d else "3-D"].append((claim, at))
    return only
