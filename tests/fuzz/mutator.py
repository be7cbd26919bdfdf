"""Texts that are nearly right: the structure of known files, changed at random."""

from __future__ import annotations

import json
import random
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

#: Values at the edges of what somebody might compare, count, multiply or name.
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 7, 16, 255, 1000, 10**5, 10**9, 2**31, 2**63, -(2**63), 10**18, 10**40, 0.5, 1.1,
    -0.0, 1e300, float("inf"), float("nan"), "", " ", "a", "²", "9" * 5000, "input", "same", "*", "None", "nc", "[0]",
    "-1", "1e3", "::error::x", "##vso[x]", "\x1b[31m", "\u202e", "é", [], [0], [-1], [1, 1], [[1]], [-1, -2], {}, {"a": 1},
]  # fmt: skip
TOKENS = (
    "-1", "0", "1", "3", "64", "999999999999", "1e9", "~", "*a", "&a", "!!int", "[", "]", "{", "}", ":", "- ", "#", "'", '"',
    "repeat: 1000000", "from: [-1, -2]", "padding: 2", "# convlint: ignore[CL103]", "%TAG ! x", "---", "\t", "nan",
)  # fmt: skip
#: A network is a handful of layers; more cost time and find nothing new.
MOST_TEXT = 4_000


def seeds() -> dict[str, list[str]]:
    """Known texts by the ending of their files: the examples, and the cases of all rules."""
    found: dict[str, list[str]] = {"yaml": [], "json": [], "cfg": []}
    for path in sorted((ROOT / "examples").iterdir()):
        if path.suffix[1:] in found:
            found[path.suffix[1:]].append(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "tests" / "rules").glob("*.md")):
        for kind, block in re.findall(r"(?s)```(yaml|json|cfg|ini)\n(.*?)```", path.read_text(encoding="utf-8")):
            found["cfg" if kind == "ini" else kind].append(block)
    return {kind: [text for text in texts if len(text) < MOST_TEXT] for kind, texts in found.items()}


class Mutator:
    """Makes texts; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = seeds()
        self.trees = [tree for text in self.texts["yaml"] if isinstance(tree := _tree(text), dict)]

    def text(self) -> tuple[str, str]:
        """An ending and a text."""
        chance = self.random.random()
        if chance < 0.15 and self.texts["cfg"]:
            return "cfg", self.scratched(self.random.choice(self.texts["cfg"]))
        if chance < 0.4:
            return "yaml", self.scratched(self.random.choice(self.texts["yaml"]))
        tree = self.changed()
        if chance < 0.5:
            return "json", json.dumps(tree, default=str)
        written = yaml.safe_dump(tree, default_flow_style=self.random.choice([None, True]), sort_keys=False, width=200)
        return "yaml", self.scratched(written) if chance > 0.9 else written

    def scratched(self, text: str) -> str:
        """A text with characters, tokens and lines exchanged."""
        choose = self.random
        for _ in range(choose.randint(1, 4)):
            lines = text.split("\n")
            at = choose.randrange(len(lines))
            what = choose.randrange(6)
            if what == 0:
                del lines[at]
            elif what == 1:
                lines.insert(at, choose.choice(lines))
            elif what == 2:
                other = choose.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            elif what == 3:
                lines[at] = re.sub(r"-?\d+", lambda match: choose.choice([match[0], *TOKENS[:6]]), lines[at])
            else:
                place = choose.randint(0, len(lines[at]))
                end = min(len(lines[at]), place + choose.randint(0, 3))
                lines[at] = lines[at][:place] + choose.choice(TOKENS) + lines[at][end:]
            text = "\n".join(lines)
        return text

    def changed(self) -> dict[str, Any]:
        """The tree of a known text with some of its values exchanged, moved, repeated or gone."""
        tree: dict[str, Any] = deepcopy(self.random.choice(self.trees))
        for _ in range(self.random.randint(1, 5)):
            holders = list(_holders(tree))
            if not holders:
                break
            self.change(self.random.choice(holders))
        return tree

    def change(self, holder: Any) -> None:
        """Change one entry of a list or mapping."""
        choose = self.random
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = choose.choice(keys)
        what = choose.randrange(7)
        if what == 0:
            del holder[key]
        elif what == 1:
            holder[key] = deepcopy(choose.choice(list(_values(choose.choice(self.trees)))))
        elif what == 2:
            holder[key] = [holder[key]] * choose.randint(0, 3)
        elif what == 3 and isinstance(holder, list):
            holder.insert(choose.randint(0, len(holder)), deepcopy(choose.choice(holder)))
        elif what == 4 and isinstance(holder, dict):
            other = choose.choice(
                [entry for tree in choose.sample(self.trees, 2) for one in _holders(tree) for entry in one]
            )
            if isinstance(other, str):
                holder[other] = holder.pop(key)
        elif what == 5 and isinstance(holder[key], int):
            holder[key] = holder[key] + choose.choice([-1, 1, 2, 16])
        else:
            holder[key] = deepcopy(choose.choice(VALUES))


def _tree(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return None


def _holders(tree: Any) -> Any:
    """All lists and mappings in a tree that hold something."""
    waiting = [tree]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict | list) and at:
            yield at
            waiting += at.values() if isinstance(at, dict) else at


def _values(tree: Any) -> Any:
    for holder in _holders(tree):
        yield from holder.values() if isinstance(holder, dict) else holder


def crashes() -> list[Path]:
    """The files that once crashed convlint, or kept it busy."""
    return sorted((ROOT / "tests" / "fuzz" / "crashes").iterdir())
