"""The words and places that rules share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convlint.derive import Derivation, Derived, Irregularity, Map
from convlint.document import Span
from convlint.findings import Diagnostic, Label
from convlint.model.network import Layer
from convlint.words.text import sizes


def size(shape: Iterable[int | None] | None) -> str:
    """A shape as 64x75x75, unknown sizes as ``?``."""
    return "an unknown shape" if shape is None else sizes(shape)


def listed(shape: Iterable[int | None] | None) -> str:
    """A shape as it is written in a file: [64, 75, 75]."""
    return "null" if shape is None else "[" + ", ".join("null" if n is None else str(n) for n in shape) + "]"


def per_axis(values: Sequence[int]) -> str:
    """An argument as it is written in a file: one number if it is the same on all axes, else a list."""
    return str(values[0]) if len(set(values)) == 1 else listed(values)


def layer_name(derived: Derived | None) -> str:
    """How prose names a layer: `conv1`, or the ReLU before; the network's input if None."""
    if derived is None:
        return "the input"
    return f"`{derived.name}`" if derived.name is not None else f"the {derived.layer.type}"


def names_apart(layers: Sequence[Derived], doing: Sequence[str]) -> list[str]:
    """The names of several layers; those that have none and are of the same type by what they do: ``makes 14``."""
    names = [layer_name(derived) for derived in layers]
    return [f"{name} that {does}" if names.count(name) > 1 else name for name, does in zip(names, doing, strict=True)]


def place(layer: Layer, *fields: str) -> Span:
    """Where the first written of some fields of a layer is; else its type, else the layer itself."""
    for name in (*fields, "type"):
        span = layer.place.value_span(name)
        if span is not None:
            return span
    return layer.place.span


def name_place(layer: Layer) -> Span:
    """The name of a layer, or its type if it has none."""
    return place(layer, "name")


def field_labels(layer: Layer, **messages: str) -> list[Label]:
    """Labels at those fields of a layer that are written."""
    labels = []
    for name, message in messages.items():
        span = layer.place.value_span(name)
        if span is not None:
            labels.append(Label(span, message))
    return labels


def source_label(value: Map, message: str, derivation: Derivation) -> list[Label]:
    """A label at the layer (or the network input) that made a value; none if its place is unknown."""
    if value.made_by is not None:
        return [Label(name_place(value.made_by.layer), message)]
    for given, made in zip(derivation.network.inputs, derivation.inputs, strict=True):
        if made is value:
            span = derivation.network.place.value_span("input")
            return [Label(given.span if span is None or len(derivation.inputs) > 1 else span, message)]
    return []


def finding(
    irregularity: Irregularity, message: str, *fields: str, label: str = "", harmless: bool = False
) -> Diagnostic:
    """A finding of the rule that an irregularity is named after, at the first written of some fields.

    ``harmless`` says that the rule sees more than what deriving recorded: here it does no harm.
    """
    from convlint.catalogue import BY_NAME, severity_of

    layer, kind = irregularity.at.layer, irregularity.kind
    severity = severity_of(kind, fatal=irregularity.fatal, harmless=harmless or irregularity.harmless)
    code = BY_NAME[kind].code
    return Diagnostic(code, message, place(layer, *fields), label, layer=irregularity.at.name, severity=severity)


def without_place(labels: list[Label], span: Span) -> list[Label]:
    """Labels but for those at the primary place."""
    return [label for label in labels if label.span != span]
