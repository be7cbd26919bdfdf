"""Words about the layer that made some channels."""

from __future__ import annotations

from convlint.derive import Derivation, Map
from convlint.derive.provenance import channel_maker
from convlint.model.operations import Concat
from convlint.rules.wording import layer_name, many


def channels_of(value: Map, channels: int) -> str:
    """What a label at a layer says about the channels that it makes or passes on."""
    parts = concat_parts(value)
    if parts is not None:
        return f"makes {' + '.join(map(str, parts))} = {many(channels, 'channel')}"
    return f"makes {many(channels, 'channel')}"


def concat_parts(value: Map) -> list[int] | None:
    """The channels that a Concat put together into a map, if they are a few."""
    made_by = value.made_by
    if made_by is None or not isinstance(made_by.layer.operation, Concat):
        return None
    found = [source.shape[0] if source.shape else None for source in made_by.inputs]
    if value.shape is None or None in found or sum(found) != value.shape[0]:  # type: ignore[arg-type]
        return None
    return found if 2 <= len(found) <= 6 else None  # type: ignore[return-value]


def maker_words(value: Map, derivation: Derivation) -> str:
    """The layer that decided how many channels a map has: `conv1`, or the input."""
    return layer_name(channel_maker(value).made_by)
