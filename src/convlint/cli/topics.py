"""``convlint help TOPIC``: what is no command and yet worth a list."""

from __future__ import annotations

import sys
from importlib import import_module

from convlint import formats
from convlint.cli import exits
from convlint.reports.width import columns
from convlint.reports.wrapping import wrapped

TOPICS = ("types", "formats")


def run(topic: str) -> int:
    """Print a list."""
    width = columns(sys.stdout)
    for line in _types(width) if topic == "types" else _formats(width):
        print(line)
    return exits.CLEAN


def _types(width: int) -> list[str]:
    """The layer types of the native format."""
    schema = import_module(f"{formats.OWN.__name__}.schema")
    words = ", ".join(schema.TYPES)
    more = "Their arguments are those of torch.nn; docs/format.md tells what is added, and `convlint schema` all of it."
    return ["Layer types of convlint's own format:", "", *wrapped(words, width, "  ", "  "), "", *wrapped(more, width)]


def _formats(width: int) -> list[str]:
    """The files that are read, how they are known, and those that are known and not read."""
    from convlint.formats.foreign import FOREIGN

    lines = ["Files that are read, and what they are known by:", ""]
    for format in formats.FORMATS:
        lines += wrapped(f"{format.TITLE}: {format.LOOKED_FOR}", width, "  ", "    ")
    known = ", ".join(dict.fromkeys(kind.plural for kind in FOREIGN))
    return [*lines, "", "Files that are known, and not read:", "", *wrapped(known, width, "  ", "  ")]
