"""Comments that suppress findings."""

from __future__ import annotations

from convlint.diagnostic import Diagnostic
from convlint.document import Source
from convlint.document.reader import Reading


def apply(
    source: Source, reading: Reading, findings: list[Diagnostic], selected: frozenset[str]
) -> tuple[list[Diagnostic], int]:
    """Drop the findings that comments suppress; returns the rest and how many were dropped."""
    return findings, 0
