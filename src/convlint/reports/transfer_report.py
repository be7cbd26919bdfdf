"""``convlint transfer``: what loads, row by row, why the rest does not, and where a new block would cost less."""

from __future__ import annotations

from typing import Any

from convlint.compare.transfer import Placement, Row, Transfer, Why
from convlint.reports.escape import escape
from convlint.reports.escape import lines as harmless
from convlint.reports.json_report import VERSION, encode
from convlint.reports.style import Style
from convlint.reports.width import width
from convlint.session.transferring import Transferred
from convlint.words.text import joined, many

#: Other places for a block that are shown.
_MOST_PLACES = 3


def text(found: list[Transferred], style: Style) -> str:
    """The first network in full, the others in a line each."""
    first = found[0]
    transfer = first.transfer
    parts = [style.paint(_title(first), "bold") + _remarks(first)]
    parts.append("\n".join(_rows(first, style)))
    placed = _placed(transfer)
    if placed:
        parts.append(placed)
    others = [f"{_title(one)}" for one in found[1:]]
    if others:
        parts.append("\n".join(others))
    return harmless("\n\n".join(parts))


def _title(one: Transferred) -> str:
    transfer = one.transfer
    what = "layers with weights" if transfer.loading.in_order else "tensors"
    count = f"{transfer.loaded} of {transfer.total} {what} load from {escape(one.base)}"
    return f"{escape(one.mine)}: {count}"


def _remarks(one: Transferred) -> str:
    transfer = one.transfer
    loading = transfer.loading
    if loading.in_order:
        rule = f"{loading.framework} reads the file number by number, not by name"
    else:
        rule = f"by name and shape, as {loading.framework} does; {escape(one.base)} holds {transfer.base}"
    said = [f"\n  {rule}"]
    if loading.excluded and any(Why.EXCLUDED in row.others for row in transfer.rows):
        said.append(f"\n  names with `{loading.excluded}` are never loaded into a model that is built from a file")
    if transfer.more:
        said.append(f"\n  {loading.besides}: {transfer.more} more, {transfer.loaded + transfer.more} in all")
    if transfer.unknown:
        said.append(f"\n  without {many(transfer.unknown, 'row')} of which nobody knows what is stored")
    return "".join(said)


def _rows(one: Transferred, style: Style) -> list[str]:
    heads = ("row", "module", "tensors", "load", "why the others do not")
    cells = [heads, *(_cells(one, row) for row in one.transfer.rows if row.tensors != 0)]
    cells = [tuple(map(style.writable, row)) for row in cells]
    widths = [max(width(row[column]) for row in cells) for column in range(4)]
    lines = []
    for row in cells:
        padded = [cell + " " * (most - width(cell)) for cell, most in zip(row[:2], widths[:2], strict=True)]
        padded += [" " * (most - width(cell)) + cell for cell, most in zip(row[2:4], widths[2:], strict=True)]
        lines.append("  ".join([*padded, row[4]]).rstrip())
    lines[0] = style.paint(lines[0], "bold")
    return lines


def _cells(one: Transferred, row: Row) -> tuple[str, ...]:
    place = str(row.item.index) if one.derivation.network.rows is not None else row.item.derived.name or "-"
    if row.tensors is None:
        said = ("?", "?", "what it stores is not known")
    else:
        why = ", ".join(_why(why, count, name) for why, (count, name) in row.others.items())
        if row.others and row.was is not None and not one.transfer.loading.in_order:
            why += f"; it is row {row.was} there"
        said = (str(row.tensors), str(row.loaded), why)
    return (escape(place), escape(row.item.type), *said)


def _why(why: Why, count: int, name: str) -> str:
    if why is Why.ORDER:
        return str(why)
    return f"{count} {why.value} (`{escape(name, 120)}`)"


def _placed(transfer: Transfer) -> str:
    """Where the rows that were put in would cost less."""
    if not transfer.block:
        return ""
    rows = joined([f"row {index}" for index in transfer.block[:4]])
    if len(transfer.block) > 4:
        rows = f"{len(transfer.block)} rows from row {transfer.block[0]} on"
    best = _best(transfer.placements)
    if not best:
        return f"{rows} {'was' if len(transfer.block) == 1 else 'were'} put in, where it costs the least"
    lines = [f"of {rows}, which moved the numbers of all rows behind, another place costs less:"]
    size = max(len(str(one.loaded)) for one in best)
    for one in best:
        where = (
            f"inside the module of row {one.behind}, without a row of its own"
            if one.inside
            else f"behind row {one.behind}"
        )
        lines.append(f"  {one.loaded:>{size}} of {transfer.base} load if it stands {where}")
    return "\n".join(lines)


def _best(placements: list[Placement]) -> list[Placement]:
    """The best places, those inside a module first."""
    inside = [one for one in placements if one.inside][:1]
    return inside + [one for one in placements if not one.inside][: _MOST_PLACES - len(inside)]


def as_json(found: list[Transferred]) -> str:
    """One object, a line for each network."""
    networks = ",\n  ".join(encode(_network(one)) for one in found)
    return f'{{"version": {VERSION},\n "networks": [\n  {networks}]}}'


def _network(one: Transferred) -> dict[str, Any]:
    transfer = one.transfer
    return {
        "path": one.source.path,
        "variant": one.derivation.network.variant,
        "from": one.base,
        "framework": transfer.loading.framework,
        "loaded": transfer.loaded,
        "tensors": transfer.total,
        "base": transfer.base,
        "more": transfer.more,
        "unknown": transfer.unknown,
        "rows": [
            {
                "name": row.item.derived.name,
                "type": row.item.type,
                "line": one.source.position(row.item.derived.layer.place.span[0])[0],
                "tensors": row.tensors,
                "loaded": row.loaded,
                "was": row.was,
                "others": {
                    why.name.lower(): {"tensors": count, "first": name} for why, (count, name) in row.others.items()
                },
            }
            for row in transfer.rows
        ],
        "inserted": transfer.block,
        "placements": [
            {"behind": place.behind, "inside": place.inside, "loaded": place.loaded} for place in transfer.placements
        ],
    }
