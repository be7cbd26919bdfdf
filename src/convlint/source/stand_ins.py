"""Modules of other libraries as texts of our own, for the evaluator to read as it reads people's code.

``libraries/`` holds a text for each package that has some (``timm.layers``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from convlint.source.text import SourceFile

#: The packages that there is a text of.
PACKAGES = frozenset(["mmcv.cnn", "mmcv.ops", "mmengine.model", "timm.layers", "torch.nn", "torchvision.ops"])


def stand_in(path: str) -> tuple[SourceFile, str] | None:
    """The text that has what a library offers under a path, and its name there; None if there is none."""
    package, _, name = path.rpartition(".")
    if package not in PACKAGES:
        return None
    file = _text(package)
    return (file, name) if name in file.names and not name.startswith("_") else None


@cache
def _text(package: str) -> SourceFile:
    text = (Path(__file__).with_name("libraries") / f"{package}.txt").read_text(encoding="utf-8")
    return SourceFile(package, text, True, f"{package} as convlint knows it")
