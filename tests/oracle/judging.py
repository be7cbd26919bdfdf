"""Whether convlint says about a description what PyTorch does."""

from __future__ import annotations

from typing import NamedTuple

from convlint.catalogue import selection
from convlint.derive import Derived
from convlint.diagnostic import Severity
from convlint.document import Source
from convlint.lint import Result, lint
from tests.oracle.descriptions import Path, Written

SELECTED = selection()


class Verdict(NamedTuple):
    """What PyTorch made of a description.

    ``refused`` is the layer that it does not build or run, None if it runs; ``shapes`` and ``params`` are those of
    the layers that ran, in order, the copies of groups one after the other.
    """

    refused: Path | None
    message: str
    shapes: list[list[tuple[int, ...]]]
    params: list[int]


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


def difference(written: Written, verdict: Verdict, changed: tuple[Path, str | None] | None) -> str | None:
    """What convlint says otherwise than PyTorch, or at another place; None if nothing."""
    result = checked(written.text)
    found = errors(result)
    if verdict.refused is None:
        if found:
            return f"accepted, but {found}"
        derived = flattened(result.derivations[0].layers)
        if len(derived) != len(verdict.shapes):
            return f"{len(derived)} layers, not {len(verdict.shapes)}"
        for layer, shapes, params in zip(derived, verdict.shapes, verdict.params, strict=True):
            if [output.shape for output in layer.outputs] != shapes:
                return f"{layer.layer.type} gives {[output.shape for output in layer.outputs]}, not {shapes}"
            if layer.params != params:
                return f"{layer.layer.type} has {layer.params} parameters, not {params}"
        if result.derivations[0].params != sum(verdict.params):
            return f"{result.derivations[0].params} parameters, not {sum(verdict.params)}"
        return None
    if not found:
        return f"refused at {verdict.refused}, {verdict.message}, but not found"
    if len(found) > 1:
        return f"{len(found)} errors: {found}; {verdict.message}"
    lines = set(range(written.layers[verdict.refused][0], written.layers[verdict.refused][1] + 1))
    if changed is not None:
        path, field = changed
        if field is not None and (path, field) in written.fields:
            lines.add(written.fields[path, field])
        elif path in written.layers:
            lines |= set(range(written.layers[path][0], written.layers[path][1] + 1))
    if found[0][0] not in lines:
        return f"line {found[0][0]} ({found[0][1]}), not {sorted(lines)}; {verdict.message}"
    return None
