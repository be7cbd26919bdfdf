"""Where the maps that do not fit together came from: which of the known mistakes a failed join is."""

from __future__ import annotations

from typing import Any

from convlint.derive.state import Derived, Map
from convlint.model.operations import PixelShuffle, TransposedConvolution, Upsample


def history(value: Map) -> list[Map]:
    """The maps that a value came through, latest first, along the first input of every layer."""
    found = [value]
    while value.made_by is not None and value.made_by.inputs:
        value = value.made_by.inputs[0]
        found.append(value)
    return found


def _grows(made_by: Derived | None) -> bool:
    if made_by is None:
        return False
    operation = made_by.layer.operation
    return isinstance(operation, TransposedConvolution | Upsample) or (
        isinstance(operation, PixelShuffle) and not operation.down
    )


def _odd_level(upsampled: Map) -> tuple[Derived, int, int, int] | None:
    """On the way down to an upsampled map: the first layer that halved a size with a remainder.

    Returns the layer, the axis, the size it got and the size it made.
    """
    found = None
    grown = False
    for value in history(upsampled):
        made_by = value.made_by
        if _grows(made_by):
            grown = True
        elif grown and made_by is not None and made_by.inputs:
            before, after = made_by.inputs[0].shape, value.shape
            if before is None or after is None or len(before) != len(after):
                continue
            for axis in range(1, len(before)):
                big, small = before[axis], after[axis]
                if big is not None and small is not None and small >= 1 and big // small >= 2 and big % small:
                    found = (made_by, axis - 1, big, small)
                    break
                if big is not None and small is not None and small < big < 2 * small and big - small * 2 == -1:
                    found = (made_by, axis - 1, big, small)
                    break
    return found


def explain_concat(inputs: list[Map], axis: int) -> dict[str, Any]:
    """Kind and numbers of a concat whose sizes differ: 'odd-skip', 'crop-needed' or plainly 'concat-size'."""
    shapes = [source.shape for source in inputs]
    numbers: dict[str, Any] = {"kind": "concat-size", "problem": "size", "shapes": shapes, "axis": axis}
    if len(inputs) != 2 or axis != 0:
        return numbers
    for upsampled, skip in (inputs, inputs[::-1]):
        if not any(_grows(value.made_by) for value in history(upsampled)) or upsampled.shape is None:
            continue
        assert skip.shape is not None
        pairs = [(u, s) for u, s in zip(upsampled.shape[1:], skip.shape[1:], strict=True) if u is not None and s is not None]
        level = _odd_level(upsampled)
        if level is not None and all(abs(u - s) < 2 * max(1, s // max(1, level[3])) for u, s in pairs):
            return numbers | {"kind": "odd-skip", "level": level, "upsampled": upsampled, "skip": skip}
        if level is None and all(s >= u for u, s in pairs) and not _padded_alike(upsampled, skip):
            return numbers | {"kind": "crop-needed", "upsampled": upsampled, "skip": skip}
    return numbers


def _padded_alike(upsampled: Map, skip: Map) -> bool:
    """Whether the skip is a whole power of two larger: a wrong level, not a missing crop."""
    assert upsampled.shape is not None and skip.shape is not None
    return any(
        u is not None and s is not None and u != s and (s % u == 0 or s - u == 1)
        for u, s in zip(upsampled.shape[1:], skip.shape[1:], strict=True)
    )


def explain_add(inputs: list[Map], kind: str) -> dict[str, Any]:
    """Kind and numbers of an addition that does not fit: 'odd-skip', 'missing-projection' or 'add-shape'."""
    shapes = [source.shape for source in inputs]
    numbers: dict[str, Any] = {"kind": "add-shape", "merge": kind, "shapes": shapes}
    if len(inputs) != 2:
        return numbers
    for main, shortcut in (inputs, inputs[::-1]):
        way = history(main)
        if shortcut.shape is not None and any(value is shortcut for value in way[1:]):
            changed = None
            for value in way:
                if value is shortcut:
                    break
                made_by = value.made_by
                assert made_by is not None
                before = made_by.inputs[0].shape
                if before is not None and value.shape is not None and before != value.shape:
                    changed = made_by
            if changed is not None and not any(_grows(value.made_by) for value in way[: way.index(shortcut)]):
                return numbers | {"kind": "missing-projection", "main": main, "shortcut": shortcut, "changed": changed}
        explained = explain_concat([main, shortcut], 0)
        if explained["kind"] == "odd-skip" and main.shape is not None and shortcut.shape is not None:
            if main.shape[0] == shortcut.shape[0]:
                return explained | {"merge": kind}
    return numbers


