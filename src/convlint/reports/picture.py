"""A network as a picture: an SVG with text as text, which loads nothing and is the same in every run."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from math import log2
from typing import NamedTuple

from convlint import draw
from convlint.derive.state import Derivation, Map
from convlint.document import Source
from convlint.draw import Box, Edge, Node, Picture
from convlint.draw.nodes import FLAT, Port
from convlint.findings import Diagnostic, Severity
from convlint.model import operations
from convlint.model.network import ListedRow
from convlint.reports.escape import escape
from convlint.reports.marks import Marks, holding, marks
from convlint.reports.width import width

#: So many signs have room in a box.
_ROOM = 18
#: How wide a sign of a label is.
_SIGN = 6
#: What kinds of layers look alike.
_KINDS: tuple[tuple[str, tuple[type[operations.Operation], ...]], ...] = (
    ("unknown", (operations.Unknown, operations.Opaque)),
    ("block", (operations.Group,)),
    ("conv", (operations.Convolution, operations.TransposedConvolution)),
    (
        "resize",
        (
            operations.Pool,
            operations.AdaptivePool,
            operations.Subsampling,
            operations.Upsample,
            operations.PixelShuffle,
        ),
    ),
    ("join", (operations.Concat, operations.Merge, operations.Split)),
    ("plain", (operations.Elementwise,)),
)

#: How it looks, here and in the page of a report, which has colours of its own for a dark screen.
STYLE = """
.net { --paper: #fff; --ink: #1c2530; --soft: #5b6876; --band: #f3f5f8; --rim: #8593a3; --flow: #5f7389;
--block: #e3edfb; --conv: #e3edfb; --resize: #e5f4e6; --join: #fdf0d5; --plain: #f1f1f4; --unknown: #fff;
--error: #c62828; --warning: #b26a00; --info: #2f6fb0; --right: #1b7f3b; }
.net text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: var(--ink); }
.net .name { font-weight: bold; } .net .shape, .net .lane, .net .label { fill: var(--soft); }
.net .label { font-size: 10px; } .net .lane { font-size: 12px; }
.net .paper { fill: var(--paper); } .net .band { fill: var(--band); }
.net .edge { fill: none; stroke: var(--flow); stroke-linejoin: round; }
.net .tip { fill: var(--flow); stroke: none; }
.net .edge.wrong { stroke: var(--error); } .net .tip.wrong { fill: var(--error); }
.net .edge.meant { stroke: var(--right); stroke-dasharray: 7 4; } .net .tip.meant { fill: var(--right); }
.net .box { fill: var(--plain); stroke: var(--rim); }
.net .block .box { fill: var(--block); } .net .conv .box { fill: var(--conv); }
.net .resize .box { fill: var(--resize); } .net .join .box { fill: var(--join); }
.net .unknown .box { fill: url(#hatch); stroke-dasharray: 2 2; } .net .hatch { stroke: var(--rim); }
.net .info .box { stroke: var(--info); stroke-width: 2; }
.net .warning .box { stroke: var(--warning); stroke-width: 2.5; }
.net .error .box { stroke: var(--error); stroke-width: 3; }
.net .dead .box { fill: var(--band); stroke-dasharray: 5 3; } .net .dead text { fill: var(--soft); }
"""
_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0V6" stroke-width="1"/></pattern></defs>'
)


class Drawn(NamedTuple):
    """A network with a place for everything, and what findings say of its layers."""

    source: Source
    derivation: Derivation
    nodes: list[Node]
    picture: Picture
    marks: Marks
    #: The rows as the framework lists them, by the identity of their layers.
    rows: dict[int, ListedRow]
    #: Source and target of lines that are probably wrong, and of those that were probably meant.
    wrong: frozenset[tuple[int, int]]
    meant: frozenset[tuple[int, int]]


def drawn(
    source: Source,
    derivation: Derivation,
    findings: list[Diagnostic],
    opened: bool = False,
    meant: Sequence[Derivation] = (),
) -> Drawn:
    """Lay out a network; ``opened``: the layers inside of groups.  ``meant`` is what fixes would make of its file."""
    nodes = draw.nodes(derivation, opened)
    found = marks(nodes, holding(derivation, findings))
    listed = derivation.network.rows or []
    rows = {id(derived): row for derived, row in zip(derivation.layers, listed, strict=False)}
    wrong, right = _rewired(nodes, derivation, meant, opened)
    read = [
        node._replace(reads=(*node.reads, *((start, 0) for start, end in sorted(right) if end == number)))
        for number, node in enumerate(nodes)
    ]
    return Drawn(source, derivation, nodes, draw.picture(read if right else nodes), found, rows, wrong, right)


def _rewired(
    nodes: list[Node], derivation: Derivation, meant: Sequence[Derivation], opened: bool
) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    """Lines that a fix takes away, and those that it puts in their stead, where it leaves the layers as they are."""
    wrong: set[tuple[int, int]] = set()
    right: set[tuple[int, int]] = set()
    before = {(source, target) for target, node in enumerate(nodes) for source, _ in node.reads}
    for other in meant:
        fixed = draw.nodes(other, opened) if other.network.variant == derivation.network.variant else []
        if [_type(node) for node in fixed] != [_type(node) for node in nodes]:
            continue
        after = {(source, target) for target, node in enumerate(fixed) for source, _ in node.reads}
        wrong |= before - after
        right |= after - before
    return frozenset(wrong), frozenset(right)


def _type(node: Node) -> str:
    return node.derived.layer.type if node.derived is not None else ""


def standalone(one: Drawn) -> str:
    """A file of its own."""
    return "".join(_parts(one, None)).replace("</title>", f"</title><style>{_plain(STYLE)}</style>{_HATCH}", 1) + "\n"


def _plain(style: str) -> str:
    """A style without variables, which programs for drawing do not know."""
    values = dict(re.findall(r"--(\w+): ([^;]+);", style))
    return re.sub(r"var\(--(\w+)\)", lambda match: values[match[1]], re.sub(r"--\w+: [^;]+;\s*", "", style))


def embedded(one: Drawn, prefix: str) -> str:
    """A part of a page that holds ``STYLE`` and ``HATCH``; boxes are links, and their ids begin with a prefix."""
    return "".join(_parts(one, prefix))


#: What the pictures of a page share.
HATCH = f'<svg width="0" height="0" aria-hidden="true" focusable="false">{_HATCH}</svg>'


def said(text: str) -> str:
    """Text from a file as markup shows it; two characters that XML does not have become the one for what is lost."""
    return html.escape(escape(text, 300)).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def _parts(one: Drawn, prefix: str | None) -> Iterator[str]:
    picture = one.picture
    size = f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}"'
    name = said(title(one))
    role = 'role="img"' if prefix is None else f'role="group" aria-label="{name}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" class="net" {size} {role}>'
    yield f"<title>{name}</title>"
    yield f'<rect class="paper" width="{picture.width}" height="{picture.height}"/>'
    for lane in picture.lanes:
        yield f'\n<rect class="band" x="4" y="{lane.y - 5}" width="{picture.width - 8}" height="{lane.height + 10}"/>'
        yield f'<text class="lane" x="10" y="{lane.y + lane.height // 2 + 4}">{_lane(lane.lane)}</text>'
    widths = {}
    for edge in picture.edges:
        yield _edge(one, edge, prefix)
        if edge.skips:
            widths[edge.source, edge.part] = _SIGN * len(shape(_made(one, (edge.source, edge.part))))
    for label in draw.labels(picture, widths):
        words = said(shape(_made(one, label.port)))
        yield f'\n<text class="label" x="{label.x}" y="{label.y - 1}">{words}</text>'
    for number, box in enumerate(picture.boxes):
        yield _box(one, number, box, prefix)
    yield "\n</svg>"


def title(one: Drawn) -> str:
    """What a picture shows."""
    network = one.derivation.network
    words = [network.name or one.source.path.replace("\\", "/").rpartition("/")[2]]
    if network.variant:
        words.append(f"{network.variant_word} {network.variant}")
    return ", ".join(words)


def _lane(lane: int) -> str:
    if lane == FLAT:
        return "1x1"
    return f"/{2**lane}" if lane >= 0 else f"x{2**-lane}"


def _edge(one: Drawn, edge: Edge, prefix: str | None) -> str:
    value = _made(one, (edge.source, edge.part))
    channels = value.shape[0] if value is not None and value.shape else None
    thick = round(0.8 + 0.3 * log2(channels), 1) if channels else 1
    path = "".join(f"{'L' if index else 'M'}{x} {y}" for index, (x, y) in enumerate(edge.points))
    (from_x, _), (x, y) = edge.points[-2:]
    if from_x == x:
        tip = f"M{x - 4} {y - 6}h8L{x} {y}z"
    else:
        step = -6 if x > from_x else 6
        tip = f"M{x + step} {y - 4}v8L{x} {y}z"
    way = edge.source, edge.target
    kind = " wrong" if way in one.wrong else " meant" if way in one.meant else ""
    about = shape(value) + {" wrong": ", probably not meant", " meant": ", probably meant"}.get(kind, "")
    ends = "" if prefix is None else f' data-s="{prefix}{edge.source}" data-t="{prefix}{edge.target}"'
    return (
        f'\n<path class="edge{kind}" d="{path}" stroke-width="{thick}"{ends}><title>{said(about)}</title></path>'
        f'<path class="tip{kind}" d="{tip}"/>'
    )


def _made(one: Drawn, port: Port) -> Map | None:
    outputs = one.nodes[port[0]].outputs
    return outputs[port[1]] if port[1] < len(outputs) else None


def shape(value: Map | None) -> str:
    """Channels x height x width."""
    if value is None or value.shape is None:
        return "?"
    return "×".join("?" if axis is None else str(axis) for axis in value.shape) or "1"


def _box(one: Drawn, number: int, box: Box, prefix: str | None) -> str:
    node = one.nodes[number]
    lines = _lines(one, number, max(1, (box.height - 34) // 14))
    y = box.y + (box.height - 14 * len(lines)) // 2 + 11
    texts = "".join(
        f'<text class="{kind}" x="{box.x + 6}" y="{y + 14 * index}">{said(text)}</text>'
        for index, (kind, text) in enumerate(lines)
    )
    classes = [kind(node)]
    if number in one.marks.severities:
        classes.append(str(one.marks.severities[number]))
    if number in one.marks.dead:
        classes.append("dead")
    rectangle = f'<rect class="box" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="5"/>'
    inside = f"<title>{said(about(one, number))}</title>{rectangle}{texts}"
    if prefix is None or node.derived is None:
        return f'\n<g class="{" ".join(classes)}">{inside}</g>'
    line = line_of(one, number)
    return f'\n<a id="{prefix}{number}" class="{" ".join(classes)}" href="#L{line}" data-l="{line}">{inside}</a>'


def line_of(one: Drawn, number: int) -> int:
    """The line in which a layer begins; 0 for an input."""
    derived = one.nodes[number].derived
    return one.source.position(derived.layer.place.span[0])[0] if derived is not None else 0


def kind(node: Node) -> str:
    """What a box looks like."""
    if node.derived is None:
        return "plain"
    operation = node.derived.layer.operation
    if any(value.shape is None for value in node.outputs):
        return "unknown"
    return next((kind for kind, types in _KINDS if isinstance(operation, types)), "plain")


def name_of(one: Drawn, number: int) -> str:
    """What a box is called: the number of its row, or its own name."""
    node = one.nodes[number]
    if node.derived is None:
        return node.given.name if node.given is not None else ""
    row = one.rows.get(id(node.derived))
    return str(row.index) if row is not None else node.derived.name or ""


def times_of(one: Drawn, number: int) -> int:
    """How often a layer stands in a row."""
    derived = one.nodes[number].derived
    if derived is None:
        return 1
    row = one.rows.get(id(derived))
    operation = derived.layer.operation
    own = operation.repeat if isinstance(operation, operations.Group) else 1
    times = row.repeats if row is not None and isinstance(row.repeats, int) else own
    return max(1, derived.times * times)


def _lines(one: Drawn, number: int, shapes: int) -> list[tuple[str, str]]:
    """The lines in a box with their classes: its name, what it is, what it makes."""
    node, name = one.nodes[number], name_of(one, number)
    times = times_of(one, number)
    type = node.derived.layer.type if node.derived is not None else "input"
    made = list(dict.fromkeys(map(shape, node.outputs))) or ["?"]
    if times > 1:
        repeats = f" × {times}"
        type = f"{_cut(type, _ROOM - len(repeats))}{repeats}"
    lines = [("name", name)] if name else []
    lines.append(("type", type))
    lines += [("shape", text) for text in made[:shapes]]
    if len(made) > shapes:
        lines[-1] = "shape", f"{_cut(made[shapes - 1], _ROOM - 3)} .."
    return [(kind, _cut(escape(text), _ROOM)) for kind, text in lines]


def _cut(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return text + "…"


def about(one: Drawn, number: int) -> str:
    """All that a box stands for, in words."""
    node = one.nodes[number]
    made = ", ".join(dict.fromkeys(map(shape, node.outputs))) or "?"
    if node.derived is None:
        return f"input {name_of(one, number)}: {made}"
    derived = node.derived
    times = times_of(one, number)
    words = [
        f"{name_of(one, number)} {derived.layer.type}".strip() + (f" × {times}" if times > 1 else "") + f": {made}"
    ]
    words.append("? parameters" if derived.params is None else f"{derived.params:,} parameters")
    words.append("? MACs" if derived.macs is None else f"{derived.macs:,} MACs")
    words.append(f"line {line_of(one, number)}")
    severity = one.marks.severities.get(number)
    if severity is not None:
        words.append({Severity.INFO: "a remark", Severity.WARNING: "a warning"}.get(severity, "an error"))
    return ", ".join(words)
