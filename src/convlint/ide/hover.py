"""What is said of the layer under the cursor."""

from __future__ import annotations

from typing import NamedTuple

from convlint.derive import Derivation, Derived
from convlint.document import Span
from convlint.explain import Explanation, explain
from convlint.explain.lookup import around
from convlint.findings import Diagnostic
from convlint.ide.view import View


class Hover(NamedTuple):
    """A layer with its arithmetic, and what is found there."""

    span: Span
    title: str
    explanation: Explanation
    derivation: Derivation
    findings: list[Diagnostic]


def hover(view: View, offset: int) -> Hover | None:
    """The layer whose text is around an offset; None outside of all, and where only blanks or a comment stand."""
    found = at(view, offset)
    if found is None:
        return None
    derivation, layer = found
    extent = layer.layer.place.extent
    findings = [one for one in view.findings if one.span[0] <= offset <= one.span[1]]
    explained = explain(derivation, view.source, layer)
    return Hover(extent, _title(derivation, layer), explained, derivation, findings)


def at(view: View, offset: int) -> tuple[Derivation, Derived] | None:
    """The innermost layer around an offset, with the network that it is in."""
    for derivation in view.derivations:
        found = around(derivation, offset)
        if found is not None:
            return derivation, found
    return None


def _title(derivation: Derivation, layer: Derived) -> str:
    name = f"{layer.name} ({layer.layer.type})" if layer.name is not None else layer.layer.type
    network = derivation.network
    return f"{name}, {network.variant_word} {network.variant}" if network.variant else name
