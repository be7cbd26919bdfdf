"""``convlint diff --format json``: a contract to which later versions only add."""

from __future__ import annotations

from typing import Any

from convlint.compare import Change, Item, Kind, Setting
from convlint.compare.changes import Totals
from convlint.document import Source
from convlint.reports.json_report import VERSION, encode
from convlint.session.comparing import Compared, Pair


def text(compared: Compared) -> str:
    """One object, a line for each pair of networks."""
    networks = ",\n  ".join(encode(_network(compared, pair)) for pair in compared.pairs)
    before, after = encode(compared.before.label), encode(compared.after.label)
    return f'{{"version": {VERSION},\n "before": {before},\n "after": {after},\n "networks": [\n  {networks}]}}'


def _network(compared: Compared, pair: Pair) -> dict[str, Any]:
    comparison = pair.comparison
    sources = compared.before.source, compared.after.source
    return {
        "name": comparison.after.network.name,
        "variants": [comparison.before.network.variant, comparison.after.network.variant],
        "settings": [_setting(setting) for setting in comparison.settings],
        "layers": [_change(change, *sources) for change in comparison.changes if change.kind is not Kind.SAME],
        "before": _totals(comparison.totals[0]),
        "after": _totals(comparison.totals[1]),
    }


def _change(change: Change, before: Source, after: Source) -> dict[str, Any]:
    reading = change.reading
    return {
        "change": change.kind.value,
        "before": _item(change.before, before),
        "after": _item(change.after, after),
        "arguments": [_setting(setting) for setting in change.arguments],
        "reads": None if reading is None else {"before": reading.before, "after": reading.after},
    }


def _item(item: Item | None, source: Source) -> dict[str, Any] | None:
    if item is None:
        return None
    derived = item.derived
    return {
        "index": item.index,
        "name": derived.name,
        "type": item.type,
        "line": source.position(derived.layer.place.span[0])[0],
        "outputs": item.shapes,
        "params": derived.params,
        "macs": derived.macs,
        "elements": item.elements,
        "receptive_field": item.field,
    }


def _setting(setting: Setting) -> dict[str, str | None]:
    return {"name": setting.name, "before": setting.before, "after": setting.after}


def _totals(totals: Totals) -> dict[str, int | None]:
    return {"layers": totals.layers, "params": totals.params, "macs": totals.macs, "elements": totals.memory}
