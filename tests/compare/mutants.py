"""Edits of stock files as a person makes them, and which rows a comparison may name."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convlint.compare import Kind, compare
from convlint.document import Source
from convlint.lint import Result


def mutants(folder: Path) -> Iterator[tuple[dict[str, Any], Source, Source]]:
    """Every edit with the text before and after it."""
    stock = folder.parent.parent / "corpus" / "yolo" / "ultralytics"
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "apply.py", str(stock), "mutants.json.gz", made]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for mutant in json.loads((Path(made) / "index.json").read_text(encoding="utf-8")):
            (path,) = (Path(made) / mutant["id"]).iterdir()
            texts = (path.read_text(encoding="utf-8") for path in (stock / mutant["file"], path))
            before, after = (Source(path.name, text) for text in texts)
            yield mutant, before, after


def named_wrongly(mutant: dict[str, Any], before: Result, after: Result) -> list[str]:
    """The rows that are named although nobody edited them."""
    old = {one.network.variant: one for one in before.derivations}
    pairs = [(old[one.network.variant], one) for one in after.derivations if one.network.variant in old]
    a, b = pairs[0] if pairs else (before.derivations[0], after.derivations[0])
    comparison = compare(a, b)
    touched = set(mutant["edit_lines"])
    lines = after.source.text.split("\n")
    if mutant["kind"] == "swap_rows":  # either of the two may be the one that moved
        touched = set(range(min(touched), max(touched) + 1))
    elif mutant["kind"] == "delete_row":  # the line is that behind the row, which need not hold one
        touched |= {line - shift for line in touched for shift in range(3)}
    wrong = []
    for index, change in enumerate(comparison.changes):
        if change.kind not in (Kind.INSERTED, Kind.REMOVED, Kind.MOVED, Kind.CHANGED):
            continue
        if mutant["kind"] == "dup_key" and change.kind is Kind.REMOVED:
            continue  # the rows below the first of two keys are gone
        if change.after is not None:
            at = _lines(change.after.derived.layer.place.extent, after.source)
        else:
            around = [one.after for one in comparison.changes[index + 1 :] if one.after is not None][:1]
            around += [one.after for one in comparison.changes[:index] if one.after is not None][-1:]
            at = set().union(*(_lines(item.derived.layer.place.extent, after.source) for item in around))
            at |= {line + 1 for line in at}
        # Of equal rows any may be the one that was put in.
        rows = {_row(lines, line) for line in touched}
        if not at & touched and not any(_row(lines, line) in rows for line in at):
            wrong.append(f"{change.kind} {change.item.type} in {sorted(at)}")
    return wrong


def _lines(extent: tuple[int, int], source: Source) -> set[int]:
    start, end = extent
    return set(range(source.position(start)[0], source.position(max(start, end - 1))[0] + 1))


def _row(lines: list[str], line: int) -> str:
    """A row without its comment."""
    return lines[line - 1].partition("#")[0].strip() if line <= len(lines) else ""
