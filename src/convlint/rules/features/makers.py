"""Who made the channels or features that a layer did not expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derived, Irregularity, Map
from convlint.derive.provenance import channel_maker
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.wording import field_labels, finding, layer_name, listed, size
from convlint.words.text import joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import Declaring

#: Fields that say how many channels or features a layer makes.
_MADE = ("out_channels", "out_features")
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


def blame_maker(irregularity: Irregularity[Declaring], argument: str, what: str) -> Diagnostic | None:
    """If several layers declare the same number, it is the layer before them that makes a wrong one; None otherwise."""
    numbers = irregularity.numbers
    made_by = maker(irregularity.at.inputs[0])
    if not numbers.get("agree") or made_by is None:
        return None
    field = next((name for name in _MADE if made_by.layer.place.value_span(name) is not None), None)
    own = made_by.layer.place.value_span(field) if field is not None else None
    if own is None:
        return None
    declared, derived = numbers["declared"], numbers["derived"]
    readers = [irregularity.at, *numbers["agree"]]
    names = f"{len(readers)} layers"
    if len(readers) <= _NAMED:
        names = joined([layer_name(reader) for reader in readers])
    message = f"{layer_name(made_by)} makes {many(derived, what)}, but {names} declare {declared}"
    found = finding(irregularity, message, argument)
    for reader in readers[:_NAMED]:
        said = f"{declared} declared"
        found.labels += field_labels(
            reader.layer, in_channels=said, num_features=said, num_channels=said, in_features=said
        )
    found.span, found.label, found.layer = own, f"makes {derived}", made_by.name
    found.help = f"write {advice.spelt(made_by.layer.place, **{f'{field}': declared})}"
    found.fixes = advice.fix(made_by.layer.place, **{f"{field}": declared})
    return found
