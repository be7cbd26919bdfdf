"""Whether convlint says about a file what PyTorch does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from zlib import crc32

from convlint.catalogue import selection
from convlint.derive import Derived
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import Result, lint
from tests.oracle.descriptions import Written
from tests.oracle.mutations import Mutation

SELECTED = selection()
#: First and last line (from 1) of a layer.
Lines = tuple[int, int]


class Verdict(NamedTuple):
    """What PyTorch made of a file.

    ``refused`` are the lines of the layer that it does not build or run, None if all run; ``layers`` are shape and
    trainable parameters of every layer in the order in which they run, the copies of groups one after the other.
    A shape has no batch axis: ``16x8x8``, the parts of a split with bars between them.
    """

    refused: Lines | None
    message: str
    layers: list[tuple[str, int]]


def shown(shapes: Iterable[Iterable[Any] | None]) -> str:
    """The shapes of the outputs of one layer."""
    return "|".join("?" if shape is None else "x".join(map(str, shape)) for shape in shapes)


def changed_lines(mutation: Mutation, written: Written) -> Lines:
    """Where a mistake was made: the line of the argument, or the layer if it is gone or nothing is written any more."""
    if mutation.field is not None and (mutation.path, mutation.field) in written.fields:
        line = written.fields[mutation.path, mutation.field]
        return line, line
    return written.layers.get(mutation.path, (0, 0))


def checked(text: str) -> Result:
    """What convlint makes of a text."""
    return lint(Source("net.yaml", text), SELECTED)


def errors(result: Result) -> list[tuple[int, str]]:
    """Line (from 1) and headline of every error."""
    return [
        (result.source.text.count("\n", 0, finding.span[0]) + 1, f"{finding.code} {finding.message}")
        for finding in result.findings
        if finding.severity is Severity.ERROR
    ]


def flattened(layers: list[Derived]) -> list[Derived]:
    """The derived layers as they run: copies of groups that were not written out are written out."""
    found = []
    for derived in layers:
        if derived.layer.type != "group":
            found.append(derived)
            continue
        children = derived.children
        size = len(derived.layer.operation.layers)  # type: ignore[attr-defined]
        copies = [children[start : start + size] for start in range(0, len(children), size)]
        for copy in copies:
            for _ in range(copy[0].times):
                found += flattened(copy)
    return found


def difference(text: str, verdict: Verdict, changed: Lines | None = None) -> str | None:
    """What convlint says otherwise than PyTorch, or at another place; None if nothing."""
    result = checked(text)
    if verdict.refused is not None:
        return elsewhere(result, verdict.refused, changed or (0, 0), verdict.message)
    found = errors(result)
    return f"accepted, but {found}" if found else _other_numbers(result, verdict)


def elsewhere(result: Result, refused: Lines, changed: Lines, message: str = "") -> str | None:
    """Whether a refused file has not exactly one error, at what was changed or at the layer that PyTorch refuses."""
    found = errors(result)
    if len(found) != 1:
        return f"refused in lines {refused}: {message}; {len(found)} errors: {found}"
    line, words = found[0]
    if not any(first <= line <= last for first, last in (refused, changed)):
        return f"line {line}, {words}; not {refused} or {changed}: {message}"
    return None


def numbers(result: Result) -> list[tuple[str, int | None]]:
    """Shape and parameters of every layer, as in a Verdict."""
    derived = flattened(result.derivations[0].layers)
    return [(shown(output.shape for output in layer.outputs), layer.params) for layer in derived]


def digest(layers: Iterable[tuple[str, int | None]]) -> str:
    """A few letters for the shapes and parameters of all layers."""
    return f"{crc32(repr([tuple(layer) for layer in layers]).encode()):08x}"


def _other_numbers(result: Result, verdict: Verdict) -> str | None:
    """The first layer with another shape or count."""
    derived = numbers(result)
    if len(derived) != len(verdict.layers):
        return f"{len(derived)} layers, not {len(verdict.layers)}"
    for index, (mine, layer) in enumerate(zip(derived, verdict.layers, strict=True)):
        if mine != tuple(layer):
            return f"layer {index} {mine}, not {layer}"
    total = sum(params for _, params in verdict.layers)
    mine_in_all = result.derivations[0].params
    return None if mine_in_all == total else f"{mine_in_all} parameters, not {total}"
