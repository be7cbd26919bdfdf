"""``convlint show``: everything that follows from a network, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.derive.activations import elements, peak
from convlint.derive.state import Derivation, Derived, Map
from convlint.derive.stored import stored_numbers
from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.model.network import ListedRow
from convlint.model.operations import Convolution, Group, TransposedConvolution
from convlint.reports.escape import escape, escape_path
from convlint.reports.escape import lines as harmless
from convlint.reports.style import Style
from convlint.reports.width import width
from convlint.session.obstacles import told

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

_HEADS = (
    ("layer", "<"),
    ("type", "<"),
    ("arguments", "<"),
    ("output", ">"),
    ("2-D kernels", ">"),
    ("3-D kernels", ">"),
    ("weight", ">"),
    ("parameters", ">"),
    ("MACs", ">"),
    ("field", ">"),
    ("elements", ">"),
)
#: The columns for a file whose framework lists its rows while it builds them: the same ones, and one more.
_ROW_HEADS = (
    ("row", ">"),
    ("from", ">"),
    ("n", ">"),
    ("module", "<"),
    ("arguments", "<"),
    ("output", ">"),
    ("parameters", ">"),
    ("GFLOPs", ">"),
)
_LONGEST_ARGUMENTS = 60
_UNKNOWN, _NOTHING = "?", "-"


def table(source: Source, derivation: Derivation, style: Style, obstacles: Sequence[Diagnostic] = ()) -> str:
    """One network: a line that names it, a row a layer, and totals.

    What keeps it from being built is said before anything else.
    """
    title = _title(source, derivation, style)
    if obstacles:
        words = f"cannot be built: {escape(told(source, obstacles))}; what follows from that is not certain"
        title += f"\n{style.paint(style.writable(words), 'error')}"
    if derivation.network.rows is not None:
        return _listing(title, derivation, derivation.network.rows, style)
    total = ("total", *[""] * 6, _number(derivation.params), _number(derivation.macs), "", "")
    lines = _aligned(_HEADS, [*_rows(source, derivation.layers, 0), total], style)
    lines = [title, "", *lines]
    largest = peak(derivation)
    if largest is None:
        alive = "activations alive at once: ?"
    else:
        at = _called(source, largest.at)
        alive = f"activations alive at once: at most {largest.elements:,} elements, while {style.writable(at)} runs"
    if derivation.network.stored is not None:
        alive = f"{derivation.network.stored}: {_number(stored_numbers(derivation))}\n{alive}"
    return harmless("\n".join([*lines, "", alive, f"{_LEGEND}; field: receptive field; ?: unknown"]))


def _listing(title: str, derivation: Derivation, listed: list[ListedRow], style: Style) -> str:
    """A network as its framework lists it: the rows of the file, with their arguments after scaling."""
    rows = []
    for row, derived in zip(listed, derivation.layers, strict=True):
        arguments = _UNKNOWN if row.arguments is None else str(row.arguments)
        if len(arguments) > _LONGEST_ARGUMENTS:
            arguments = arguments[: _LONGEST_ARGUMENTS - 4] + "...]"
        outputs = list(dict.fromkeys(map(size, derived.outputs)))
        rows.append(
            (
                str(row.index),
                escape(str(row.source)),
                _UNKNOWN if row.repeats is None else escape(str(row.repeats)),
                escape(row.module) or _UNKNOWN,
                escape(arguments),
                ", ".join(outputs),
                _number(derived.params),
                _gflops(derived.macs, 3),
            )
        )
    total = ("total", *[""] * 5, _number(derivation.params), _gflops(derivation.macs, 3))
    lines = _aligned(_ROW_HEADS, [*rows, total], style)
    macs = "?" if derivation.macs is None else f"{derivation.macs / 1e9:,.2f}"
    summary = (
        f"{len(rows):,} rows, {_number(derivation.params)} parameters, {macs} GMACs = "
        f"{_gflops(derivation.macs, 1)} GFLOPs (2 x MACs)"
    )
    return harmless("\n".join([title, "", *lines, "", summary]))


def _gflops(macs: int | None, digits: int) -> str:
    return _UNKNOWN if macs is None else f"{2 * macs / 1e9:,.{digits}f}"


def _aligned(heads: Sequence[tuple[str, str]], rows: list[tuple[str, ...]], style: Style) -> list[str]:
    """Lines of columns below their heads; the last row is the totals."""
    cells = [tuple(head for head, _ in heads), *(tuple(map(style.writable, row)) for row in rows)]
    widths = [max(width(row[column]) for row in cells) for column in range(len(heads))]
    lines = []
    for index, row in enumerate(cells):
        padded = []
        for cell, most, (_, align) in zip(row, widths, heads, strict=True):
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


def _rows(source: Source, layers: list[Derived], depth: int) -> Iterator[tuple[str, ...]]:
    for derived in layers:
        name = "  " * depth + (escape(derived.name) if derived.name else _NOTHING)
        counts = (elements(value) for value in derived.outputs)
        sizes = [count for count in counts if count is not None]
        yield (
            f"{name} x {derived.times:,}" if derived.times > 1 else name,
            escape(derived.layer.type),
            _arguments(source, derived),
            ", ".join(map(size, derived.outputs)),
            *_kernels(derived),
            _number(derived.params),
            _number(derived.macs),
            _field(derived.output) if derived.outputs else _NOTHING,
            f"{sum(sizes):,}" if len(sizes) == len(derived.outputs) else _UNKNOWN,
        )
        if not _is_closed(derived):
            yield from _rows(source, derived.children, depth + 1)


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
