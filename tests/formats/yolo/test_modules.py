"""Every module of the dialects, by its shape, its parameters and the graph inside."""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path

import pytest

from convlint.derive import Derivation
from convlint.formats.yolo.dialects import DIALECTS, Dialect
from convlint.formats.yolo.options import Options
from convlint.model import operations as op
from convlint.model.network import Layer
from tests.formats.yolo.checking import check, errors

PAGE = Path(__file__).parent / "modules.md"
UPDATING = os.environ.get("CONVLINT_UPDATE", "") not in ("", "0")
SECTION = re.compile(
    r"^## (\w+): ([^\n]*)\n\n```yaml\n(.*?)^```\n\n```text\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def derived(dialect: str, text: str) -> Derivation:
    """What convlint makes of a file in which nothing is wrong."""
    result = check(text, options=Options(input=(3, 64, 64), dialect=dialect))
    assert [(error.code, error.message) for error in errors(result)] == []
    (derivation,) = result.derivations
    return derivation


def table(derivation: Derivation) -> str:
    """A line for each row: its module, what comes out, and its parameters."""
    rows = []
    for row in derivation.layers:
        made = ["x".join("?" if size is None else str(size) for size in value.shape or ()) for value in row.outputs]
        rows.append((row.layer.type, ", ".join(made), "?" if row.params is None else f"{row.params:,}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name.ljust(widths[0])}   {made.ljust(widths[1])}   {count.rjust(widths[2])}" for name, made, count in rows
    ]
    return "".join(f"{line}\n" for line in lines)


def graphs(derivation: Derivation) -> str:
    """Who reads whom inside each row that is a module of several layers."""
    found = []
    for index, row in enumerate(derivation.layers):
        if isinstance(row.layer.operation, op.Group):
            lines = graph(row.layer.operation)
            found.append(f"{index} {row.layer.type}\n" + "".join(f"{line}\n" for line in lines))
    return "".join(found)


def graph(group: op.Group) -> list[str]:
    """A line for each chain of layers that read only the one before; what it begins with says what it reads."""
    names = {number: f"x{place}" if place else "x" for place, number in enumerate(group.inputs)}
    parts = {number for layer in group.layers for number, part in layer.inputs if part}
    chains: list[list[str]] = []
    last = 0
    for layer in group.layers:
        name = layer.name or ""
        stem = name.removesuffix("bn")
        if stem and stem != name and layer.inputs == ((last, 0),) and names[last] == f"{stem}conv":
            # A convolution and its norm are one box of the figures.
            chains[-1][-1] = chains[-1][-1].replace(names[last], stem[:-1], 1)
            names[layer.number] = stem[:-1]
        else:
            names[layer.number] = name
            reads = [f"{names[number]}[{part}]" if number in parts else names[number] for number, part in layer.inputs]
            if len(reads) > 1:
                chains.append([f"{written(layer)}({', '.join(reads)})"])
            elif layer.inputs == ((last, 0),) and last not in parts:
                chains[-1].append(written(layer))
            else:
                chains.append([*reads, written(layer)])
        last = layer.number
    if group.outputs != ((last, 0),):
        made = [
            f"{names[number]}[{part}]" if part or number in parts else names[number] for number, part in group.outputs
        ]
        chains.append([f"out({', '.join(made)})"])
    lines = []
    for chain in chains:
        lines += textwrap.wrap(
            " > ".join(chain), 116, initial_indent="  ", subsequent_indent="      ", break_long_words=False
        )
    return lines


def written(layer: Layer) -> str:
    """The name of a layer, with what its figure shows of a window: kernel, stride, groups, dilation."""
    operation = layer.operation
    name = layer.name or ""
    if isinstance(operation, op.SelfAttention):
        area = f", area {operation.area}" if operation.area > 1 else ""
        return f"{name} {operation.heads} heads of {operation.key_channels}+{operation.value_channels}{area}"
    if not isinstance(operation, op.Convolution | op.TransposedConvolution | op.Pool):
        return name
    shown = [name]
    if isinstance(operation, op.Pool):
        shown.append(operation.kind)
    shown.append("x".join(map(str, operation.kernel_size)))
    shown += [f"/{operation.stride[0]}"] if max(operation.stride) > 1 else []
    if not isinstance(operation, op.Pool) and operation.groups > 1:
        shown.append(f"g{operation.groups}")
    shown += [f"d{operation.dilation[0]}"] if max(operation.dilation) > 1 else []
    return " ".join(shown)


def test_modules() -> None:
    page = PAGE.read_text(encoding="utf-8")
    if UPDATING:
        page = SECTION.sub(
            lambda found: (
                f"## {found[1]}: {found[2]}\n\n```yaml\n{found[3]}```\n\n"
                f"```text\n{table(derived(found[1], found[3]))}```\n\n"
                f"```text\n{graphs(derived(found[1], found[3]))}```"
            ),
            page,
        )
        PAGE.write_text(page, encoding="utf-8")
    sections = SECTION.findall(page)
    assert len(sections) == page.count("\n## ")
    for dialect, _, text, rows, inside in sections:
        derivation = derived(dialect, text)
        assert table(derivation) == rows
        assert graphs(derivation) == inside


#: Heads that are only approximated, by another one of their dialect.
APPROXIMATED = {"IBin", "IKeypoint", "Panoptic"}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_no_module_is_missing(dialect: Dialect) -> None:
    told = "".join(
        rows for name, _, _, rows, _ in SECTION.findall(PAGE.read_text(encoding="utf-8")) if name == dialect.name
    )
    names = {line.split()[0] for line in told.splitlines()}
    assert {*dialect.base, *dialect.heads, *dialect.through} - names <= APPROXIMATED
