"""What a count could have been meant to be: the conventions in which people count kernels and parameters."""

from __future__ import annotations

from math import prod

from convlint.derive import Derivation, Derived
from convlint.derive.claims import Difference
from convlint.findings import Diagnostic, Edit, Fix, Label
from convlint.model.network import Claim, Place
from convlint.model.operations import Convolution, TransposedConvolution
from convlint.rules import advice
from convlint.rules.wording import field_labels, size, source_label
from convlint.words.text import many


def channels_in(at: Derived) -> int | None:
    """Input maps of a convolution: declared, else those that arrive."""
    operation = at.layer.operation
    assert isinstance(operation, Convolution | TransposedConvolution)
    shape = at.inputs[0].shape
    return operation.in_channels if operation.in_channels is not None else (shape[0] if shape else None)


def partial(at: Derived) -> str | None:
    """The argument that keeps an output map from reading every input map, if any."""
    operation = at.layer.operation
    if isinstance(operation, Convolution):
        if operation.connections is not None:
            return "connections"
        if operation.fan_in is not None:
            return "fan_in"
    assert isinstance(operation, Convolution | TransposedConvolution)
    return "groups" if operation.groups > 1 else None


def kernel_product(at: Derived) -> str:
    """The count of 2-D kernels as it comes about: ``256 maps x 16 inputs each = 4096``."""
    operation = at.layer.operation
    assert isinstance(operation, Convolution | TransposedConvolution)
    maps, pairs = operation.out_channels, at.kernels_2d
    if isinstance(operation, Convolution) and operation.connections is not None:
        return f"the {maps} rows of the connection table name {pairs} pairs of an input and an output map"
    assert pairs is not None
    return f"{maps} maps x {pairs // maps} inputs each = {pairs}"


def derivation_note(at: Derived) -> str:
    """The count of 2-D kernels in full: ``256 maps x 16 inputs each = 4096 two-dimensional kernels of 9x9``."""
    operation = at.layer.operation
    assert isinstance(operation, Convolution | TransposedConvolution)
    kernel = size(operation.kernel_size)
    what = f"two-dimensional kernels of {kernel}" if operation.rank == 2 else f"kernels of {kernel}, one for each pair"
    if partial(at) == "connections":
        return f"derived: {kernel_product(at)}, so there are {at.kernels_2d} {what}"
    return f"derived: {kernel_product(at)} {what}"


def readings(count: int, at: Derived) -> list[str]:
    """What a number that is wrong as a kernel count is the right count of."""
    operation = at.layer.operation
    assert isinstance(operation, Convolution | TransposedConvolution)
    maps, pairs, channels = operation.out_channels, at.kernels_2d, channels_in(at)
    found = []
    if count == pairs and count != maps:
        found.append(f"{count} is the 2-D count: {kernel_product(at)}")
    if count == maps and count != pairs:
        found.append(f"{count} is the 3-D count: one kernel per output map, {pairs} two-dimensional ones in all")
    way = partial(at)
    if channels is not None and way is not None and count == maps * channels:
        found.append(f"{count} = {maps} x {channels} is the count when every map reads all {channels} inputs")
    if pairs is not None:
        cells = prod(operation.kernel_size)
        if cells > 1 and count == pairs * cells:
            found.append(f"{count} = {pairs} x {cells} counts weights, not kernels")
        if operation.bias and count == pairs * cells + maps:
            found.append(f"{count} counts weights and biases, not kernels")
        if count == pairs + maps:
            found.append(f"{count} = {pairs} + {maps} counts the biases too; biases are parameters, never kernels")
    if channels is not None and count == channels and count not in (maps, pairs):
        found.append(f"{count} is the number of input maps")
    return found


def wiring_labels(at: Derived, derivation: Derivation) -> list[Label]:
    """Labels at what the count of kernels comes from."""
    operation = at.layer.operation
    assert isinstance(operation, Convolution | TransposedConvolution)
    messages = {"out_channels": f"{operation.out_channels} output maps"}
    way = partial(at)
    if way == "fan_in":
        assert isinstance(operation, Convolution)
        messages["fan_in"] = f"each reads {operation.fan_in} of them"
    elif way == "groups":
        channels = channels_in(at)
        if channels is not None:
            messages["groups"] = f"each reads {channels // operation.groups} of them"
    source = at.inputs[0]
    labels = []
    if source.shape is not None and source.shape[0] is not None:
        verb = "gives " if source.made_by is not None else ""
        labels = source_label(source, f"{verb}{many(source.shape[0], 'feature map')}", derivation)
    return labels + field_labels(at.layer, **messages)


def switched(difference: Difference, derivation: Derivation, code: str) -> Diagnostic:
    """The finding about a convention in which most of the counts of a file are wrong, and right in the other one."""
    other, right, total = difference.derived
    claim, place = difference.claim, derivation.network.place
    names = {"2d": "2-D", "3d": "3-D"}
    counts = f"{right} of {total} kernel counts are right"
    message = f"{counts} as counts of {names[other]} kernels, not of {names[claim.value]} ones"
    found = Diagnostic(code, message, claim.span, f"{names[claim.value]} kernels")
    found.help = f"write {advice.spelt(place, kernel_convention=other)}"
    found.fixes = claim_fix(claim, other, place)
    return found


def help_for(count: int, wanted: int, at: Derived, key: str) -> str:
    """What to write, or what to drop if the number is the count without the partial connection."""
    channels, way = channels_in(at), partial(at)
    full = channels is not None and count == at.layer.operation.out_channels * channels  # type: ignore[attr-defined]
    place = at.layer.place
    drop = f", or drop {advice.named(place, way)}" if way is not None and full else ""
    return f"write {advice.spelt(place, **{key: wanted})}{drop}"


def claim_fix(claim: Claim, text: str, place: Place, safe: bool = False) -> list[Fix]:
    """Write what was derived instead of what was claimed.

    Safe only if both say the same (a weight in another layout): a false claim may be the sign of a mistake elsewhere.
    """
    title = f"Write {advice.spelt(place, **{claim.kind: text})}"
    return [Fix(title, [Edit(claim.span, text)], safe)] if claim.exact else []
