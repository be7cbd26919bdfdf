"""Edits of ``examples/yolo-small.yaml`` as a person makes them, numbered rows moved along where the edit says so."""

from __future__ import annotations

import re

#: What is edited: a name, and pairs of old and new text.
EDITS: dict[str, list[tuple[str, str]]] = {
    "nothing": [],
    "more classes": [("nc: 6", "nc: 80")],
    "one class": [("nc: 6", "nc: 1")],
    "wider": [("t: [0.5, 0.5, 256]", "t: [0.5, 0.75, 256]"), ("w: [1.0, 1.0, 512]", "w: [1.0, 1.25, 512]")],
    "deeper": [("t: [0.5, 0.5, 256]", "t: [1.0, 0.5, 256]"), ("w: [1.0, 1.0, 512]", "w: [2.0, 1.0, 512]")],
    "kernel": [("Conv, [32, 5, 2]", "Conv, [32, 3, 2]")],
    "channels": [("4, C3, [96]", "4, C3, [128]")],
    "another module": [("4, C3, [160]", "4, C2f, [160]")],
    "attention": [("1, SPPF, [224, 3]", "1, C2PSA, [224]")],
    "pool": [("SPPF, [224, 3]", "SPPF, [224, 7]")],
    "groups": [("1, Conv, [160, 1, 1]", "1, Conv, [160, 1, 1, None, 4]")],
    "light head": [("2, C3, [96, False]", "2, C3k2, [96, False]")],
    "another head": [("1, Detect, [nc]", "1, v10Detect, [nc]")],
    "two levels": [("[[15, 12, 8], 1, Detect", "[[15, 12], 1, Detect")],
}
#: Rows that are put in behind a row, with all numbers moved along.
INSERTED = {
    "identity": "[-1, 1, nn.Identity, []]",
    "convolution": "[-1, 1, Conv, [{channels}, 3, 1]]",
    "two": "[-1, 1, nn.Identity, []]\n  - [-1, 1, DWConv, [{channels}, 3, 1]]",
}
BEHIND = {1: 48, 4: 96, 6: 160, 8: 224, 12: 160, 15: 96}


def edited(text: str, name: str) -> str:
    """The text after an edit; ``identity 4`` is a row put in behind row 4."""
    if name in EDITS:
        for old, new in EDITS[name]:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text
    kind, _, number = name.rpartition(" ")
    return put_in(text, INSERTED[kind].format(channels=BEHIND[int(number)]), int(number))


def put_in(text: str, row: str, after: int) -> str:
    """The text with rows behind another one, and the numbers in lists of sources moved along."""
    moved = row.count("- ") + 1

    def sources(found: re.Match[str]) -> str:
        return re.sub(r"\d+", lambda one: str(int(one[0]) + moved * (int(one[0]) > after)), found[0])

    lines = []
    index = -1
    for line in text.split("\n"):
        if line.startswith("  - ["):
            index += 1
            line = re.sub(r"(?<=- \[)\[[^\]]*\]", sources, line)
        lines.append(line)
        if line.startswith("  - [") and index == after:
            lines.append(f"  - {row}")
    return "\n".join(lines)


NAMES = [*EDITS, *(f"{kind} {after}" for kind in INSERTED for after in BEHIND)]
