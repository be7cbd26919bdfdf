"""``convlint diff --format html``: both files side by side on one page that loads nothing."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from convlint.compare import Change, Comparison, Item, Kind
from convlint.reports.difference.words import SAID, Count, Words, counts, shapes, summary, told, written
from convlint.reports.escape import escape
from convlint.session.comparing import Compared, Pair

#: Of longer networks only what changed is on the page, with some layers around it.
MOST, AROUND = 2_000, 3

#: Of the tables alone, for pages that hold more than a difference.
STYLE = """
:root { --added: #d7f5dd; --gone: #ffdcd9; --other: #fff1c2; --line: #8888; }
@media screen and (prefers-color-scheme: dark) { :root { --added: #12391f; --gone: #4b1715; --other: #413509; } }
table { border-collapse: collapse; margin: 1rem 0; }
.totals th, .totals td, .sides th, .sides td { border: 1px solid var(--line); padding: .2rem .5rem; text-align: left; }
.sides td { vertical-align: top; white-space: normal; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.sides { width: 100%; table-layout: fixed; font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.sides th:nth-child(2) { width: 7.5em; }
.inserted td, .moved td.after { background: var(--added); } .removed td, .moved td.before { background: var(--gone); }
.changed td, .rewired td { background: var(--other); }
.effect { opacity: .8; display: block; }
"""
_PAGE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; }
@media print { body { margin: 0; } }
"""


def text(compared: Compared) -> str:
    """The page."""
    title = f"{compared.before.label} → {compared.after.label}"
    body = [f"<h1>{shown(title)}</h1>", *sections(compared)]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown(title)}</title>\n<style>{_PAGE}{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>"
    )


def sections(compared: Compared) -> Iterator[str]:
    """What is said of each pair of networks, below headings of the second level."""
    if not compared.differs:
        yield "<p>No difference.</p>"
    for pair in compared.pairs:
        yield from _pair(compared, pair)


def shown(text: str) -> str:
    """Text as HTML, with nothing in it that is hidden or obeyed."""
    return html.escape(escape(text, 500))


def _pair(compared: Compared, pair: Pair) -> Iterator[str]:
    comparison, words = pair.comparison, Words(compared, pair.comparison)
    if pair.name:
        yield f"<h2>{shown(pair.name)}</h2>"
    yield f"<p>{shown(summary(comparison))}</p>"
    if comparison.settings:
        yield f"<ul>{''.join(f'<li><code>{shown(told(one))}</code></li>' for one in comparison.settings)}</ul>"
    yield _totals(counts(*comparison.totals))
    if pair is compared.pairs[0]:
        yield _sides(compared, comparison, words)
    else:
        yield f"<details><summary>All layers</summary>{_sides(compared, comparison, words)}</details>"


def _totals(found: Iterable[Count]) -> str:
    rows = []
    for count in found:
        numbers = "".join(f'<td class="number">{cell}</td>' for cell in (count.before, count.after, count.change))
        rows.append(f'<tr><th scope="row">{count.name}</th>{numbers}</tr>')
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("before", "after", "change"))
    body = "".join(rows)
    return f'<table class="totals"><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _sides(compared: Compared, comparison: Comparison, words: Words) -> str:
    """A row for each layer, before on the left and after on the right."""
    heads = (compared.before.label, "", compared.after.label)
    head = "".join(f'<th scope="col">{shown(text) or "change"}</th>' for text in heads)
    rows = []
    for change in _kept(comparison.changes):
        if change is None:
            rows.append('<tr><td colspan="3">…</td></tr>')
            continue
        before = "" if change.before is None else _cell(words.before.place(change.before), change.before)
        after = "" if change.after is None else _cell(words.after.place(change.after), change.after)
        told = "; ".join(filter(None, (SAID.get(change.kind, ""), _effect(change, words))))
        rows.append(
            f'<tr class="{change.kind.value}"><td class="before">{before}</td><td>{shown(told)}</td>'
            f'<td class="after">{after}</td></tr>'
        )
    return f'<table class="sides"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _effect(change: Change, words: Words) -> str:
    return "" if change.before is None or change.after is None else words.follows(change)


def _cell(place: str, item: Item) -> str:
    effect = f"{shapes(item)}"
    return f'{shown(f"{place}  {item.type}  {written(item)}")}<span class="effect">{shown(effect)}</span>'


def _kept(changes: list[Change]) -> Iterator[Change | None]:
    """All layers of a network of usual length; else what was edited and its neighbours, None for what is left out."""
    if len(changes) <= MOST:
        yield from changes
        return
    near: set[int] = set()
    for index, change in enumerate(changes):
        if change.kind not in (Kind.SAME, Kind.AFFECTED):
            near.update(range(index - AROUND, index + AROUND + 1))
    last = -1
    for index in sorted(near & set(range(len(changes)))):
        if index != last + 1:
            yield None
        yield changes[index]
        last = index
    if last != len(changes) - 1:
        yield None
