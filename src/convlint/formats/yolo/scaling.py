"""What one entry of ``scales`` makes of channels and repeats."""

from __future__ import annotations

import math
import re
from typing import Any

from convlint.document import Span

_LETTER = re.compile(r"yolo(?:e-)?v?\d+([nslmx])")


def divisible(channels: Any, divisor: Any = 8) -> int:
    """The next multiple, in the doubles of the frameworks: 800 * 0.55 is a little more than 440, hence 448."""
    return int(math.ceil(channels / divisor) * divisor)


def file_scale(stem: str) -> str:
    """The scale letter that ultralytics finds anywhere in a file name, or nothing."""
    found = _LETTER.search(stem)
    return found.group(1) if found else ""


class Scale:
    """What one entry of ``scales`` sets. ``letter`` is what the parser compares with; ``label`` names the variant."""

    __slots__ = ("broken", "depth", "label", "letter", "max_channels", "span", "width")

    def __init__(self, letter: str, label: str | None, depth: Any, width: Any, max_channels: Any, span: Span) -> None:
        self.letter = letter
        self.label = label
        self.depth = depth
        self.width = width
        self.max_channels = max_channels
        self.span = span
        self.broken = False
