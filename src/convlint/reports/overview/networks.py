"""One network on a page: its numbers, its picture, and a table of what is wide and dear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.derive.state import Derived
from convlint.findings import Diagnostic
from convlint.reports import picture
from convlint.reports.memory import Memory, Use
from convlint.reports.picture import Drawn, said
from convlint.session.obstacles import told

#: Longer tables show the dearest layers; a larger picture keeps its size and is scrolled.
MOST_ROWS, LARGE, WIDE = 1_000, 2_600, 960
UNKNOWN = "?"


def picture_of(drawn: Drawn, index: int, found: Sequence[Diagnostic], heading: str) -> Iterator[str]:
    """The numbers of a network and its picture; ``found`` keeps it from being built."""
    yield f'<div class="view view{index}"><h2 id="h{index}">{said(heading)}</h2>'
    if found:
        words = f"Cannot be built: {told(drawn.source, found)}; what follows from that is not certain."
        yield f'<p class="verdict error">{said(words)}</p>'
    yield _facts(drawn, Use(drawn.derivation, Memory()))
    width = drawn.picture.width
    size = " large" if max(width, drawn.picture.height) > LARGE else " wide" if width > WIDE else ""
    svg = picture.embedded(drawn, f"b{index}-").replace('class="net"', f'class="net{size}"', 1)
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="Drawing: {said(heading)}">{svg}</div></div>'


def table_of(drawn: Drawn, index: int, heading: str) -> Iterator[str]:
    """What its layers cost."""
    yield f'<div class="view view{index}"><h2>What is wide and dear: {said(heading)}</h2>'
    yield from _table(drawn, Use(drawn.derivation, Memory()), heading)
    yield "</div>"


def gflops(macs: int | None) -> str:
    """Twice the multiply-adds, in billions, as frameworks print them."""
    if macs is None:
        return UNKNOWN
    count = 2 * macs / 1e9
    return f"{count:,.1f}" if count >= 1 else f"{count:.3g}"


def number(count: int | None) -> str:
    """A count."""
    return UNKNOWN if count is None else f"{count:,}"


def _facts(drawn: Drawn, used: Use) -> str:
    derivation = drawn.derivation
    inputs = ", ".join(picture.shape(value) for value in derivation.inputs)
    facts = [
        ("Input", inputs),
        ("Parameters", number(derivation.params)),
        ("GFLOPs (2 × MACs)", gflops(derivation.macs)),
        ("Activations, float32", used.bytes(used.total)),
        ("Alive at once, at most", used.bytes(used.peak)),
        ("Layers", f"{len(derivation.layers):,}"),
    ]
    cells = "".join(f"<div><dt>{said(name)}</dt><dd>{said(value)}</dd></div>" for name, value in facts)
    assumed = derivation.network.assumed_input
    notes = [f"The file does not say how large the input is: {assumed}."] if assumed else []
    if derivation.network.assumes or any(value.assumed for value in derivation.outputs):
        notes.append("Some modules are not known; what rests on an assumption about them is shown all the same.")
    unknown = sum(picture.kind(node) == "unknown" for node in drawn.nodes)
    if unknown:
        notes.append(f"Hatched boxes ({unknown:,}) are layers whose inside or output is not known.")
    return f'<dl class="facts">{cells}</dl>' + "".join(f'<p class="quiet">{said(note)}</p>' for note in notes)


def _table(drawn: Drawn, used: Use, heading: str) -> Iterator[str]:
    rows = [(number, node.derived) for number, node in enumerate(drawn.nodes) if node.derived is not None]
    values = {number: _values(derived, used) for number, derived in rows}
    most = [max((counts[column] or 0 for counts in values.values()), default=0) or 1 for column in range(3)]
    kept = rows
    if len(rows) > MOST_ROWS:
        dearest = {one for one, _ in sorted(rows, key=lambda row: -(values[row[0]][1] or 0))[:MOST_ROWS]}
        kept = [row for row in rows if row[0] in dearest]
    words = "One line a layer" if kept is rows else f"The {MOST_ROWS:,} layers of the most MACs of {len(rows):,}"
    heads = ("Layer", "Type", "Output", "Parameters", "", "MACs", "", "Activations", "")
    columns = "".join(_head(index, head) for index, head in enumerate(heads))
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="Layers of {said(heading)}">'
    yield f"<table><caption>{words}, with all that is inside of it; bars compare layers.</caption>"
    yield f"<thead><tr>{columns}</tr></thead><tbody>"
    for one, derived in kept:
        severity = drawn.marks.severities.get(one)
        line = picture.line_of(drawn, one)
        times = picture.times_of(drawn, one)
        name = said(picture.name_of(drawn, one) or f"line {line}")
        type = said(derived.layer.type + (f" × {times}" if times > 1 else ""))
        outputs = said(", ".join(dict.fromkeys(map(picture.shape, derived.outputs))))
        shown = (number(values[one][0]), number(values[one][1]), used.bytes(values[one][2]))
        bars = "".join(
            f'<td class="num" data-v="{values[one][column] or 0}">{text}</td>{_bar(values[one][column], most[column])}'
            for column, text in enumerate(shown)
        )
        mark = f' class="{severity}"' if severity is not None else ""
        yield (
            f'<tr{mark} data-l="{line}"><th scope="row"><a href="#L{line}">{name}</a></th>'
            f'<td>{type}</td><td class="mono">{outputs}</td>{bars}</tr>'
        )
    yield "</tbody></table></div>"


def _head(index: int, head: str) -> str:
    """The head of a column; what is behind bars can be sorted."""
    if not head:
        return "<td></td>"
    return f'<th scope="col" data-c="{index}">{head}</th>' if index >= 3 else f'<th scope="col">{head}</th>'


def _values(derived: Derived, used: Use) -> tuple[int | None, int | None, int | None]:
    return derived.params, derived.macs, used.made(derived)


def _bar(count: int | None, most: int) -> str:
    if not count:
        return '<td class="bar"></td>'
    part = max(1, round(100 * count / most))
    return f'<td class="bar"><svg aria-hidden="true"><rect width="{part}%" height="100%"/></svg></td>'
