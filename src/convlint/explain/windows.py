"""The size of what a window makes, axis by axis: W' = (W - K + 2P)/S + 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import TypeVar

from convlint.explain.words import Part, Section
from convlint.model import operations as op
from convlint.model.network import Shape
from convlint.model.window import Window, effective_kernel, output_size, quotient, transposed_size
from convlint.words.text import CELL_NAMES, axes, joined, number_of

T = TypeVar("T")


def groups(values: Sequence[T], names: Sequence[str]) -> list[tuple[T, list[str]]]:
    """Equal values with the names of their axes."""
    found: list[tuple[T, list[str]]] = []
    for value, name in zip(values, names, strict=True):
        for other, at in found:
            if other == value:
                at.append(name)
                break
        else:
            found.append((value, [name]))
    return found


def by_axis(texts: Sequence[str], names: Sequence[str]) -> list[str]:
    """Lines such as ``height and width: ...``, one for equal texts."""
    labelled = [(f"{joined(at)}:", text) for text, at in groups(texts, names)]
    widest = max((len(label) for label, _ in labelled), default=0)
    return [f"  {label.ljust(widest)} {text}" for label, text in labelled]


def window_section(
    sizes: Shape,
    kernel_size: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int],
    ceil: bool = False,
    tail: Sequence[int] | None = None,
    what: str = "kernel",
    word: str | None = None,
    writes: bool = False,
    truncates: bool = False,
) -> Section:
    """How a window comes to its output size, and what it leaves unread (unwritten if it ``writes``)."""
    names = axes(len(sizes))
    even = all(before == after for before, after in padding)
    formula = "W' = (W - K + 2P)/S + 1" if even else "W' = (W - K + P + P')/S + 1"
    sides = "P padding on either side" if even else "P padding before and P' behind"
    section = Section("Size", [f"  {formula}      W input, K {what}, {sides}, S stride"])
    if word == "same":
        pads = [f"{before} before and {after} behind" for before, after in padding]
        texts = [f"{pad} along {joined(at)}" for pad, at in groups(pads, names)]
        section.parts.append(f"`padding: same` pads by K - 1 cells in all: {'; '.join(texts)}.")
    for (d, k), at in groups(list(zip(dilation, kernel_size, strict=True)), names):
        if d > 1:
            along = f" along {joined(at)}" if len(at) < len(names) else ""
            section.parts.append(
                f"A dilation of {d} spreads the {k} taps of the {what}{along}: it spans "
                f"K = {d}*({k} - 1) + 1 = {effective_kernel(k, d)} cells."
            )
    windows: list[Window | None] = []
    for axis, n in enumerate(sizes):
        before, after = padding[axis]
        trailing = tail[axis] if tail is not None and axis < len(tail) else 0
        k, s, d = kernel_size[axis], stride[axis], dilation[axis]
        windows.append(None if n is None else Window(n, k, s, before, after, d, ceil, trailing))
    texts = ["unknown" if window is None else calculation(window, even) for window in windows]
    for axis, window in enumerate(windows):
        if truncates and window is not None and -window.stride < window.room < 0 < window.size:
            # One window on a map that is smaller than it; nothing is left over.
            texts[axis] = texts[axis].replace(", less than 1: no output", ", cut towards zero before 1 is added: 1")
            windows[axis] = None
    section.parts.append(by_axis(texts, names))
    section.parts += _leftovers(windows, names, what, writes)
    return section


def _leftovers(windows: Sequence[Window | None], names: Sequence[str], what: str, writes: bool) -> list[Part]:
    """What is left unread, in sentences; those that are not about all axes begin with their axes."""
    sentences = [
        (text, at)
        for window, at in groups(windows, names)
        if window is not None
        for text in leftover(window, at, what, writes)
    ]
    found: list[Part] = []
    for text in dict.fromkeys(text for text, _ in sentences):
        at = [name for other, axes_ in sentences if other == text for name in axes_]
        found.append(text if len(at) == len(names) else f"{joined(at).capitalize()}: {text[:1].lower()}{text[1:]}")
    return found


def calculation(window: Window, even: bool) -> str:
    """The formula with the numbers of one axis."""
    n, s, reach = window.size, window.stride, window.effective_kernel
    pad = f"2*{window.before}" if even else f"{window.before} + {window.after}"
    text = f"({n} - {reach} + {pad})/{s} + 1"
    if s > 1:
        text += f" = {window.room}/{s} + 1"
    if window.room % s == 0:
        return f"{text} = {window.output}" + (": no output" if window.output < 1 else "")
    text += f" = {quotient(window.room + s, s)}"
    if window.output < 1:
        return f"{text}, less than 1: no output"
    rounded = -(-window.room // s) + 1 if window.ceil else window.output
    text += f", rounded {'up' if window.ceil else 'down'}: {rounded}"
    if rounded != window.output:
        text += f", less the last window, which would begin behind the input: {window.output}"
    return text


def cells(at: Sequence[str], count: int, last: bool = False) -> str:
    """So many cells along some axes: 1 row and 1 column; the last 2 rows and columns."""
    words = [CELL_NAMES.get(name, "cell") for name in at]
    if last:
        if count == 1:
            return f"the last {joined(words)}"
        return f"the last {count} {joined([word + 's' for word in words])}"
    return joined([number_of(count, word) for word in words])


def leftover(window: Window, at: Sequence[str], what: str, writes: bool = False) -> list[str]:
    """What the windows along some axes leave unread."""
    reach, s, n = window.effective_kernel, window.stride, window.size
    words = [f"{CELL_NAMES.get(name, 'cell')}s" for name in at]
    done = "written" if writes else "read"
    if window.output < 1:
        return [f"The {what} spans {number_of(reach, 'cell')}, but there are only {window.padded}: it does not fit."]
    lost = window.never_read
    more = f", and as many {joined(words[1:])}," if len(at) > 1 else ""
    count = f"{lost} of the {n} {words[0]}{more} {'is' if lost == 1 and not more else 'are'} never {done}"
    found: list[str] = []
    if s > reach and window.output > 1:
        taps = window.kernel
        text = (
            f"The stride is larger than the {what}: of every {s} neighbours {taps} {'is' if taps == 1 else 'are'} "
            f"{done}, {s - taps} skipped"
        )
        return [f"{text}.", f"{count}."] if lost else [f"{text}."]
    gaps = lost > max(0, window.behind - window.after)
    if gaps:
        common = gcd(s, window.dilation)
        if common > 1:
            why = f"Stride and dilation are both multiples of {common}, so of every {common} neighbours at most one is"
            found.append(f"{why} {done}: {count}.")
        else:
            which = f"The {window.kernel} taps of a window, {window.dilation} cells apart,"
            found.append(f"{which} leave gaps that no other window fills: {count}.")
    if window.overhang:
        found.append(f"Rounding up lets the last window hang over the end by {number_of(window.overhang, 'cell')}.")
    elif window.dropped_input:
        padding = window.trailing
        behind = window.dropped_input + padding
        verb = "is" if behind == 1 and len(at) == 1 else "are"
        ends = joined([f"{CELL_NAMES.get(name, 'cell')} {n - behind}" for name in at])
        text = f"The last window ends at {ends} of {n}: {cells(at, behind, last=True)} {verb} never {done}"
        if padding:
            text += f" ({padding} of {behind} {'is' if padding == 1 else 'are'} padding that an earlier layer added)"
        text += (
            f" and {'stays' if verb == 'is' else 'stay'} 0." if writes else ". The network runs; no framework says so."
        )
        found.append(text)
    elif window.dropped_padding:
        verb = "is" if window.dropped_padding == 1 and len(at) == 1 else "are"
        text = f"Behind the last window {cells(at, window.dropped_padding)} {verb} left over, but that is padding"
        found.append(f"{text}." if gaps or writes else f"{text}: no input is lost.")
    elif window.behind == 0:
        padded = " with its padding" if window.before or window.after else ""
        found.append(f"It comes out even, for the last window ends where the input{padded} ends.")
    return found


def transposed_section(operation: op.TransposedConvolution, sizes: Shape) -> Section:
    """How a transposed convolution comes to its output size."""
    names = axes(len(sizes))
    section = Section(
        "Size", ["  W' = (W - 1)*S - 2P + K + O      W input, S stride, P padding, K kernel, O output_padding"]
    )
    texts, back = [], []
    for axis, n in enumerate(sizes):
        k, s, d = operation.kernel_size[axis], operation.stride[axis], operation.dilation[axis]
        p = operation.padding[axis][0]
        reach = effective_kernel(k, d)
        if n is None:
            texts.append("unknown")
            continue
        least = transposed_size(n, k, s, p, p, d)
        if operation.output_size is not None:
            wanted = operation.output_size[axis]
            texts.append(
                f"({n} - 1)*{s} - 2*{p} + {reach} = {least} at least, {least + s - 1} at most; `output_size` asks for "
                f"{wanted}: O = {wanted - least}"
            )
            made = wanted
        else:
            extra = operation.output_padding[axis]
            made = least + extra
            texts.append(f"({n} - 1)*{s} - 2*{p} + {reach} + {extra} = {made}")
        if made >= 1 and s >= 1 and output_size(made, k, s, p, p, d) == n:
            back.append((made, n))
    section.parts.append(by_axis(texts, names))
    if back and len(back) == len(sizes):
        before, after = "x".join(str(made) for made, _ in back), "x".join(str(n) for _, n in back)
        section.parts.append(
            f"It is the formula of a convolution read backwards: one with this kernel, stride and padding makes "
            f"{after} of {before}. Every cell that comes in is multiplied by the whole kernel, and these copies, S "
            "cells apart, are added up where they overlap."
        )
    return section
