"""Who made the channels or features that a layer did not expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Derived, Irregularity, Map
from convlint.derive.provenance import channel_maker
from convlint.derive.repairs.numbers import sides
from convlint.derive.repairs.wiring import misread
from convlint.findings import Diagnostic, Fix
from convlint.rules import advice
from convlint.rules.wording import field_labels, finding, layer_name, listed, size
from convlint.words.text import joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import Declaring

#: Readers that are named one by one.
_NAMED = 3


def maker(value: Map) -> Derived | None:
    """The layer that decided how many channels (of a vector: features) a value has; None for the network's input."""
    return channel_maker(value).made_by


def has(value: Map, what: str) -> str:
    """What a label says at the layer, or at the network input, that a value comes from."""
    return f"makes {what}" if value.made_by is not None else f"has {what}"


def shape_of(value: Map) -> str:
    """What a label says about the shape of a value; nothing at the network's input, where it is written."""
    if value.made_by is None or value.shape is None:
        return ""
    return f"makes {size(value.shape) if len(value.shape) > 1 else listed(value.shape)}"


def blame_maker(
    irregularity: Irregularity[Declaring], argument: str, what: str, derivation: Derivation
) -> Diagnostic | None:
    """The finding where it is the layer before that makes a wrong number: more speaks against it; None otherwise."""
    numbers = irregularity.numbers
    agree = numbers.get("agree", [])
    both = sides(irregularity, argument, derivation)
    made_by, field = both.maker, both.argument
    if made_by is None or not both.blames_maker(len(agree)) or misread(irregularity, derivation) is not None:
        return None
    own = made_by.layer.place.value_span(field)
    assert own is not None
    declared, derived = numbers["declared"], numbers["derived"]
    readers = [irregularity.at, *agree]
    names = f"{len(readers)} layers"
    if len(readers) <= _NAMED:
        names = joined([layer_name(reader) for reader in readers])
    declare = "declares" if len(readers) == 1 else "declare"
    message = f"{layer_name(made_by)} makes {many(derived, what)}, but {names} {declare} {declared}"
    found = finding(irregularity, message, argument)
    for reader in readers[:_NAMED]:
        said = f"{declared} declared"
        found.labels += field_labels(
            reader.layer, in_channels=said, num_features=said, num_channels=said, in_features=said, embed_dim=said
        )
    found.span, found.label, found.layer = own, f"makes {derived}", made_by.name
    found.help = f"write {advice.spelt(made_by.layer.place, **{field: declared})}"
    if both.made is None or both.made.runs:
        found.fixes = advice.fix(made_by.layer.place, **{field: declared})
    if both.reader is not None and both.reader.new and not agree:
        written = advice.spelt(irregularity.at.layer.place, **{argument: derived})
        found.notes.append(f"with {written} something else would not fit")
    return found


def declaring_fix(irregularity: Irregularity[Declaring], argument: str, derivation: Derivation) -> list[Fix]:
    """The fix that declares what arrives, unless another layer contradicts then."""
    outcome = sides(irregularity, argument, derivation).reader
    if outcome is not None and not outcome.runs:
        return []
    return advice.fix(irregularity.at.layer.place, **{argument: irregularity.numbers["derived"]})
