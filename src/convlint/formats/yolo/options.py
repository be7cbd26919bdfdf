"""What a user may say about YOLO files beyond the file itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Options:
    """Command line and settings.

    ``scales`` are the letters to check (empty: every one the file has), ``input`` is (channels, height, width) or None
    for 3 x 640 x 640, ``dialect`` overrides recognition, ``modules`` declares custom modules by name.
    """

    scales: tuple[str, ...] = ()
    input: tuple[int, int, int] | None = None
    dialect: str | None = None
    modules: dict[str, Any] = field(default_factory=dict)


def parse_input(text: str) -> tuple[int, int, int]:
    """``640``, ``480x640`` or ``1x480x640`` as (channels, height, width); ValueError if it is none of them."""
    sizes = [int(part) for part in text.lower().replace(",", "x").split("x")]
    if not 1 <= len(sizes) <= 3 or min(sizes) < 1:
        raise ValueError(text)
    if len(sizes) == 1:
        return (3, sizes[0], sizes[0])
    return (3, sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], sizes[1], sizes[2])
