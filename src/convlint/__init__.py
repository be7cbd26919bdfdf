"""convlint checks files that describe convolutional networks.

What is listed here is the public Python interface, described in ``docs/python.md``; it is loaded when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convlint.api import (
        ConvlintError,
        Finding,
        InputAxis,
        Layer,
        Network,
        Report,
        Shape,
        Sizes,
        Unchecked,
        check,
        check_text,
        explanation,
        input_sizes,
        shapes,
    )

__version__ = "0.1.0"

__all__ = [
    "ConvlintError",
    "Finding",
    "InputAxis",
    "Layer",
    "Network",
    "Report",
    "Shape",
    "Sizes",
    "Unchecked",
    "__version__",
    "check",
    "check_text",
    "explanation",
    "input_sizes",
    "shapes",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module

        value: object = getattr(import_module("convlint.api"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'convlint' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
