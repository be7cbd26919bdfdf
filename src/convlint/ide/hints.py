"""What stands behind each row or layer: its number, the shape that it makes, and by how much it is smaller."""

from __future__ import annotations

from typing import NamedTuple

from convlint.derive import Derivation, Derived
from convlint.derive.state import Map
from convlint.document import Span
from convlint.explain.lookup import written
from convlint.ide.view import View
from convlint.model.network import Shape
from convlint.words.text import sizes

#: More outputs are counted instead.
_MOST_SHOWN = 3


class Hint(NamedTuple):
    """Words behind the line in which a layer begins, and more about it."""

    offset: int
    text: str
    more: str


def hints(view: View, span: Span | None = None) -> list[Hint]:
    """The hints for the layers that begin in a part of the text."""
    found = []
    shown = shapes(view)
    for part in view.parts:
        for item in part.outline:
            place = item.extent[0]
            if place not in shown or (span is not None and not span[0] <= place <= span[1]):
                continue
            derivation, layer = shown[place]
            text = summary(derivation, layer)
            words = [item.name] if item.numbered else []
            words += [text] if text else []
            if not words:
                continue
            line = view.source.position(place)[0]
            found.append(Hint(view.source.line_span(line)[1], f"# {'  '.join(words)}", _more(layer)))
    return found


def shapes(view: View) -> dict[int, tuple[Derivation, Derived]]:
    """The layers by where they begin; of copies the first."""
    found: dict[int, tuple[Derivation, Derived]] = {}
    for derivation in view.derivations:
        for layer in written(derivation):
            found.setdefault(layer.layer.place.extent[0], (derivation, layer))
    return found


def summary(derivation: Derivation, layer: Derived) -> str:
    """``256x40x40 /16``: what a layer makes, and how often its map fits into the input's.

    Empty if nothing is known; with a question mark if it rests on a layer that nobody knows.
    """
    known = [value for value in layer.outputs if value.shape is not None]
    texts = list(dict.fromkeys(sizes(value.shape) for value in known if value.shape))
    if not texts:
        return ""
    text = ", ".join(texts) if len(texts) <= _MOST_SHOWN else f"{len(texts)} shapes"
    factor = _factor(derivation, known[0]) if len(texts) == 1 else None
    text += f" /{factor}" if factor is not None and factor > 1 else ""
    return f"{text} ?" if any(value.assumed for value in known) else text


def _factor(derivation: Derivation, value: Map) -> int | None:
    """By how much each axis is smaller than the input's; None where that is not one whole number."""
    given: list[Shape | None] = [one.shape for one in derivation.inputs]
    if len(given) != 1 or given[0] is None or value.shape is None or len(value.shape) != len(given[0]):
        return None
    factors = set()
    for large, small in zip(given[0][1:], value.shape[1:], strict=True):
        if not large or not small or large % small:
            return None
        factors.add(large // small)
    return factors.pop() if len(factors) == 1 else None


def _more(layer: Derived) -> str:
    """The counts of a layer."""
    counts = (("parameters", layer.params), ("MACs", layer.macs))
    return ", ".join(f"{count:,} {what}" for what, count in counts if count is not None)
