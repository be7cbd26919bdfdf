"""``convlint show``: everything that follows from a network, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convlint.derive.activations import elements, peak
from convlint.derive.state import Derivation, Derived, Map
from convlint.derive.stored import stored_numbers
from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.model.network import ListedRow
from convlint.model.operations import Convolution, Group, TransposedConvolution
from convlint.reports.escape import escape, escape_path
from convlint.reports.escape import lines as harmless
from convlint.reports.memory import Memory, Use
from convlint.reports.memory import told as memory_told
from convlint.reports.style import Style
from convlint.reports.width import width
from convlint.reports.wiring import Wiring
from convlint.reports.wrapping import wrapped
from convlint.session.obstacles import told
from convlint.work import LISTED, affords

#: The arguments that are shown where they are written, with short names for the most frequent ones; what the other
#: columns say already (channel counts) is left out.
_ARGUMENTS = {
    "kernel_size": "k",
    "stride": "s",
    "padding": "p",
    "dilation": "d",
    "groups": "g",
    "output_padding": "output_padding",
    "fan_in": "fan_in",
    "connections": "connections",
    "padding_mode": "padding_mode",
    "ceil_mode": "ceil_mode",
    "bias": "bias",
    "output_size": "output_size",
    "size": "size",
    "scale_factor": "scale_factor",
    "mode": "mode",
    "upscale_factor": "upscale_factor",
    "downscale_factor": "downscale_factor",
    "start_dim": "start_dim",
    "end_dim": "end_dim",
    "unflattened_size": "unflattened_size",
    "shape": "shape",
    "dims": "dims",
    "dim": "dim",
    "split_size": "split_size",
    "chunks": "chunks",
    "num_groups": "num_groups",
    "num_heads": "num_heads",
    "num_parameters": "num_parameters",
    "normalized_shape": "normalized_shape",
    "affine": "affine",
    "elementwise_affine": "elementwise_affine",
}
_LEGEND = ", ".join(f"{short} {name}" for name, short in _ARGUMENTS.items() if short != name)
_LONGEST_ARGUMENT = 20

_HEADS = {
    "layer": ("layer", "<"),
    "type": ("type", "<"),
    "from": ("from", "<"),
    "arguments": ("arguments", "<"),
    "output": ("output", ">"),
    "kernels-2d": ("2-D kernels", ">"),
    "kernels-3d": ("3-D kernels", ">"),
    "weight": ("weight", ">"),
    "parameters": ("parameters", ">"),
    "macs": ("MACs", ">"),
    "field": ("field", ">"),
    "elements": ("elements", ">"),
}
#: What is asked for besides: bytes of what a layer makes, of all that is alive while it runs, and of its parameters.
_MEMORY = {"activations": ("activations", ">"), "alive": ("alive", ">"), "weights": ("weights", ">")}
#: What is left out first where the output is too narrow.
_SPARED = ("kernels-3d", "elements", "weight", "kernels-2d", "field", "macs", "arguments", "from")
#: The columns for a file whose framework lists its rows while it builds them: the same ones, and one more.
_ROW_HEADS = {
    "row": ("row", ">"),
    "from": ("from", ">"),
    "n": ("n", ">"),
    "module": ("module", "<"),
    "arguments": ("arguments", "<"),
    "output": ("output", ">"),
    "parameters": ("parameters", ">"),
    "gflops": ("GFLOPs", ">"),
}
#: Words of --columns that are another column here.
_IN_ROWS = {"layer": "row", "type": "module", "macs": "gflops"}
_ROWS_SPARED = ("n", "arguments", "gflops")
_SHORTEST_ARGUMENTS = 12
_LONGEST_ARGUMENTS = 60
_UNKNOWN, _NOTHING = "?", "-"


class View(NamedTuple):
    """What of a table is shown: the ``columns``, or those that have room; ``wide`` is all of them.

    ``memory`` is what an example's numbers take: how many examples, the bytes of a number and what it is called.
    """

    columns: tuple[str, ...] = ()
    wide: bool = False
    memory: Memory | None = None


ALL = View()


def table(
    source: Source, derivation: Derivation, style: Style, obstacles: Sequence[Diagnostic] = (), view: View = ALL
) -> str:
    """One network: a line that names it, a row a layer, and totals.

    What keeps it from being built is said before anything else.
    """
    lines = wrapped(_title(source, derivation, style), style.width, rest="  ")
    if obstacles:
        words = f"cannot be built: {escape(told(source, obstacles))}; what follows from that is not certain"
        lines += [style.paint(line, "error") for line in wrapped(style.writable(words), style.width, rest="  ")]
    lines.append("")
    listed = derivation.network.rows
    used = Use(derivation, view.memory) if view.memory is not None else None
    if listed is not None:
        lines += _listing(derivation, listed, used, view, style)
        closing = [_row_totals(derivation, len(listed))]
    else:
        lines += _layers(source, derivation, used, view, style)
        closing = [_alive(source, derivation)]
        if derivation.network.stored is not None:
            closing.insert(0, f"{derivation.network.stored}: {_number(stored_numbers(derivation))}")
    if used is not None:
        closing.append(memory_told(used))
    if listed is None:
        closing.append(f"{_LEGEND}; field: receptive field; ?: unknown")
    lines.append("")
    lines += [line for words in closing for line in wrapped(style.writable(words), style.width, rest="  ")]
    return harmless("\n".join(lines))


def _layers(source: Source, derivation: Derivation, used: Use | None, view: View, style: Style) -> list[str]:
    """A row a layer, under their heads."""
    wiring = Wiring(source, derivation)
    rows = list(_rows(source, derivation.layers, 0, wiring, used))
    rows.append({"layer": "total", "parameters": _number(derivation.params), "macs": _number(derivation.macs)})
    heads = dict(_HEADS)
    if wiring.plain and "from" not in view.columns:
        del heads["from"]
    return _fitted(heads, _SPARED, rows, used, view, style)


def _fitted(
    heads: dict[str, tuple[str, str]],
    spared: tuple[str, ...],
    rows: list[dict[str, str]],
    used: Use | None,
    view: View,
    style: Style,
) -> list[str]:
    """The columns that are asked for, or have room, below their heads, and which were left out; totals come last."""
    if used is not None or any(name in _MEMORY for name in view.columns):
        heads = heads | _MEMORY
    if view.columns:
        heads = {name: heads[name] for name in view.columns if name in heads}
        return _aligned(heads, rows, style)
    left_out = []
    if style.width is not None and not view.wide:
        widths = _widths(heads, rows, style)
        for name in (*spared, "parameters") if used is not None else spared:
            if sum(widths.values()) + 2 * (len(widths) - 1) <= style.width:
                break
            if widths.pop(name, None) is not None:
                left_out.append(heads[name][0])
        heads = {name: heads[name] for name in widths}
    lines = _aligned(heads, rows, style)
    if left_out:
        words = f"left out for want of room: {', '.join(left_out)} (--wide shows all, --columns some)"
        lines += wrapped(words, style.width, rest="  ")
    return lines


def _widths(heads: dict[str, tuple[str, str]], rows: list[dict[str, str]], style: Style) -> dict[str, int]:
    return {
        name: max(len(head), *(width(style.writable(row.get(name, ""))) for row in rows))
        for name, (head, _) in heads.items()
    }


def _listing(derivation: Derivation, listed: list[ListedRow], used: Use | None, view: View, style: Style) -> list[str]:
    """A network as its framework lists it: the rows of the file, with their arguments after scaling."""
    rows = []
    for row, derived in zip(listed, derivation.layers, strict=True):
        arguments = _UNKNOWN if row.arguments is None else str(row.arguments)
        outputs = list(dict.fromkeys(map(size, derived.outputs)))
        rows.append(
            {
                "row": str(row.index),
                "from": escape(str(row.source)),
                "n": _UNKNOWN if row.repeats is None else escape(str(row.repeats)),
                "module": escape(row.module) or _UNKNOWN,
                "arguments": escape(_cut(arguments, _LONGEST_ARGUMENTS)),
                "output": ", ".join(outputs),
                "parameters": _number(derived.params),
                "gflops": _gflops(derived.macs, 3),
                **(used.cells(derived) if used is not None else {}),
            }
        )
    rows.append({"row": "total", "parameters": _number(derivation.params), "gflops": _gflops(derivation.macs, 3)})
    view = view._replace(columns=tuple(_IN_ROWS.get(name, name) for name in view.columns))
    if style.width is not None and not view.wide and not view.columns:
        heads = _ROW_HEADS | (_MEMORY if used is not None else {})
        widths = _widths(heads, rows, style)
        over = sum(widths.values()) + 2 * (len(widths) - 1) - style.width
        longest = widths["arguments"]
        if 0 < over <= longest - _SHORTEST_ARGUMENTS:
            for row_cells in rows:
                row_cells["arguments"] = _cut(row_cells.get("arguments", ""), longest - over)
    return _fitted(dict(_ROW_HEADS), _ROWS_SPARED, rows, used, view, style)


def _cut(arguments: str, most: int) -> str:
    return arguments if len(arguments) <= most else arguments[: most - 4] + "...]"


def _row_totals(derivation: Derivation, rows: int) -> str:
    macs = "?" if derivation.macs is None else f"{derivation.macs / 1e9:,.2f}"
    return (
        f"{rows:,} rows, {_number(derivation.params)} parameters, {macs} GMACs = "
        f"{_gflops(derivation.macs, 1)} GFLOPs (2 x MACs)"
    )


def _alive(source: Source, derivation: Derivation) -> str:
    largest = peak(derivation)
    if largest is None:
        return "activations alive at once: ?"
    at = _called(source, largest.at)
    return f"activations alive at once: at most {largest.elements:,} elements, while {at} runs"


def _gflops(macs: int | None, digits: int) -> str:
    return _UNKNOWN if macs is None else f"{2 * macs / 1e9:,.{digits}f}"


def _aligned(heads: dict[str, tuple[str, str]], rows: list[dict[str, str]], style: Style) -> list[str]:
    """Lines of columns below their heads; the last row is the totals."""
    cells = [
        [head for head, _ in heads.values()],
        *([style.writable(row.get(name, "")) for name in heads] for row in rows),
    ]
    widths = _widths(heads, rows, style).values()
    lines = []
    for index, row in enumerate(cells):
        padded = []
        for cell, most, (_, align) in zip(row, widths, heads.values(), strict=True):
            blanks = " " * (most - width(cell))
            padded.append(cell + blanks if align == "<" else blanks + cell)
        line = "  ".join(padded).rstrip()
        lines.append(style.paint(line, "bold") if index in (0, len(cells) - 1) else line)
    return lines


def _title(source: Source, derivation: Derivation, style: Style) -> str:
    network = derivation.network
    words = [escape_path(source.path)]
    if network.name:
        words.append(escape(network.name))
    if network.variant:
        words.append(f"{network.variant_word} {escape(network.variant)}")
    inputs = (
        f"{escape(given.name)} {size(value)}" for given, value in zip(network.inputs, derivation.inputs, strict=True)
    )
    return style.writable(f"{': '.join(words)} ({', '.join(inputs)})")


def _called(source: Source, derived: Derived) -> str:
    """A layer's name, or where it is."""
    if derived.name:
        return escape(derived.name)
    return f"the {escape(derived.layer.type)} in line {source.position(derived.layer.place.span[0])[0]}"


def _rows(
    source: Source, layers: list[Derived], depth: int, wiring: Wiring, used: Use | None
) -> Iterator[dict[str, str]]:
    for derived in layers:
        if depth and not affords(LISTED):
            yield {"layer": "  " * depth + "..."}
            return
        name = "  " * depth + (escape(derived.name) if derived.name else _NOTHING)
        counts = (elements(value) for value in derived.outputs)
        sizes = [count for count in counts if count is not None]
        kernels_2d, kernels_3d, weight = _kernels(derived)
        yield {
            "layer": f"{name} x {derived.times:,}" if derived.times > 1 else name,
            "type": escape(derived.layer.type),
            "from": wiring.of(derived),
            "arguments": _arguments(source, derived),
            "output": ", ".join(map(size, derived.outputs)),
            "kernels-2d": kernels_2d,
            "kernels-3d": kernels_3d,
            "weight": weight,
            "parameters": _number(derived.params),
            "macs": _number(derived.macs),
            "field": _field(derived.output) if derived.outputs else _NOTHING,
            "elements": f"{sum(sizes):,}" if len(sizes) == len(derived.outputs) else _UNKNOWN,
            **(used.cells(derived) if used is not None else {}),
        }
        if not _is_closed(derived):
            yield from _rows(source, derived.children, depth + 1, wiring, used)


def _is_closed(derived: Derived) -> bool:
    """Whether the layers inside are the framework's own and not written in the file."""
    return isinstance(derived.layer.operation, Group) and derived.layer.operation.numbers is not None


def _arguments(source: Source, derived: Derived) -> str:
    """The arguments that the author wrote, as he wrote them."""
    place = derived.layer.place
    found = []
    for name, short in _ARGUMENTS.items():
        span = place.value_span(name)
        if span is None:
            continue
        text = "".join(source.text[span[0] : span[1]].split()) if span != place.key_span(name) else "..."
        if len(text) > _LONGEST_ARGUMENT:
            text = "[...]" if text[0] == "[" else "..."
        found.append(f"{short}={escape(text)}")
    return " ".join(found)


def _kernels(derived: Derived) -> tuple[str, str, str]:
    """Counts of 2-D and of 3-D kernels, and the shape of the weight."""
    if _is_closed(derived):
        inside = [child for child in derived.children if child.weight is not None]
        return _kernels(inside[0]) if len(inside) == 1 else (_NOTHING,) * 3
    weight = "x".join(map(str, derived.weight)) if derived.weight is not None else _NOTHING
    if not isinstance(derived.layer.operation, Convolution | TransposedConvolution):
        return _NOTHING, _NOTHING, weight
    if derived.weight is None and derived.params is None:
        weight = _UNKNOWN
    return _number(derived.kernels_2d), _number(derived.kernels_3d), weight


def size(value: Map) -> str:
    """``64x75x75``, with ``?`` for what is unknown, and behind what rests on a layer that nobody knows."""
    if value.shape is None:
        return _UNKNOWN
    sizes = "x".join(_UNKNOWN if axis is None else str(axis) for axis in value.shape) or "1"
    return sizes + _UNKNOWN if value.assumed and sizes[-1] != _UNKNOWN else sizes


def _field(value: Map) -> str:
    return _NOTHING if value.field is None else "x".join(map(str, value.field))


def _number(count: int | None) -> str:
    return _UNKNOWN if count is None else f"{count:,}"
