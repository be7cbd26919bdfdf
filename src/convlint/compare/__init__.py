"""What became of a network: two derivations side by side, matched by what is written, not by number.

Knows no output, no file, and no format; what comes of it are values.
"""

from __future__ import annotations

from convlint.compare.changes import Change, Comparison, Kind, Setting, compare
from convlint.compare.items import Item, items

__all__ = ["Change", "Comparison", "Item", "Kind", "Setting", "compare", "items"]
