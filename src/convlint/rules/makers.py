"""Words about the layer that made some channels."""

from __future__ import annotations

from convlint.derive import Derivation, Map
from convlint.derive.provenance import channel_maker, passes_channels, trace
from convlint.document import Span
from convlint.findings import Label
from convlint.model.operations import Concat, Convolution, TransposedConvolution
from convlint.rules import advice
from convlint.rules.wording import layer_name, place, size, source_label, without_place
from convlint.words.text import many

#: Layers that pass channels on whose `from` is labelled.
MOST_PASSING = 3


def channel_labels(value: Map, derivation: Derivation, primary: Span) -> list[Label]:
    """A label where the channels of a map are decided: at `out_channels`, at a Concat, or at the network's input."""
    channels = value.shape[0] if value.shape else None
    if channels is None:
        return []
    source = channel_maker(value)
    if source.shape is None or source.shape[0] != channels:
        return without_place(source_label(value, f"makes {many(channels, 'channel')}", derivation), primary)
    maker = source.made_by
    parts = concat_parts(source)
    if maker is None:
        labels = source_label(source, many(channels, "channel"), derivation)
    elif parts is not None:
        labels = source_label(source, f"{' + '.join(map(str, parts))} = {many(channels, 'channel')}", derivation)
        labels += part_labels(source)
    elif isinstance(maker.layer.operation, Convolution | TransposedConvolution):
        labels = [Label(place(maker.layer, "out_channels"), f"makes {many(channels, 'channel')}")]
    else:
        labels = source_label(source, f"makes {many(channels, 'channel')}", derivation)
    return without_place(labels, primary)


def part_labels(value: Map) -> list[Label]:
    """Labels where the channels are decided that a Concat put together into a map."""
    parts, made_by = concat_parts(value), value.made_by
    labels: dict[Span, Label] = {}
    for part, source in zip(parts or (), made_by.inputs if made_by is not None else (), strict=False):
        maker = channel_maker(source).made_by
        if maker is not None and maker.layer.place.value_span("out_channels") is not None:
            span = place(maker.layer, "out_channels")
            labels.setdefault(span, Label(span, f"makes {part}"))
    return list(labels.values())


def passing_labels(value: Map) -> list[Label]:
    """Labels at every `from` of the layers that only pass channels on, down to the one that decides how many."""
    labels = []
    for step in trace(value):
        made_by = step.made_by
        if made_by is None or not passes_channels(made_by):
            break
        span, source = made_by.layer.place.value_span("from"), made_by.layer.place.source(0)
        if span is not None and source is not None:
            labels.append(Label(source.span, f"reads {size(made_by.inputs[0].shape)}"))
    return labels[:MOST_PASSING]


def shape_labels(value: Map, derivation: Derivation, primary: Span) -> list[Label]:
    """A label with the shape of a map at the layer that made it, or at the network's input."""
    words = size(value.shape) if value.made_by is None else f"makes {size(value.shape)}"
    return without_place(source_label(value, words, derivation), primary)


def concat_parts(value: Map) -> list[int] | None:
    """The channels that a Concat put together into a map, if they are a few."""
    made_by = value.made_by
    if made_by is None or not isinstance(made_by.layer.operation, Concat):
        return None
    found = [source.shape[0] if source.shape else None for source in made_by.inputs]
    known = [channels for channels in found if channels is not None]
    if len(known) < len(found) or not 2 <= len(found) <= 6 or value.shape is None or sum(known) != value.shape[0]:
        return None
    return known


def let_make(value: Map, derivation: Derivation, wanted: str) -> str:
    """The other repair: another number of channels from the layer that decides it."""
    source = channel_maker(value)
    maker = source.made_by
    if maker is not None:
        return f"let {layer_name(maker)} make {wanted}"
    one = wanted.isdigit() and len(derivation.inputs) == 1 and source.shape is not None
    if one and source.shape is not None:
        written = advice.spelt_only(derivation.network.place, input=(int(wanted), *source.shape[1:]))
        if written is not None:
            return f"write {written}"
    return f"give the network an input of {wanted} channels"
