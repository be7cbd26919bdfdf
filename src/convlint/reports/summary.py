"""What a run comes to, as every output format gets it."""

from __future__ import annotations

from dataclasses import dataclass, field

from convlint.diagnostic import Diagnostic, Severity
from convlint.document import Source


@dataclass(slots=True)
class Checked:
    """A file that was checked, with the findings to be shown."""

    source: Source
    findings: list[Diagnostic]


@dataclass(slots=True)
class Failure:
    """A path with which nothing could be done, and why."""

    path: str
    message: str


@dataclass(slots=True)
class Summary:
    """What a run comes to; ``severities`` counts hidden findings too, ``rules`` the shown ones by code."""

    files: int = 0
    skipped: int = 0
    suppressed: int = 0
    severities: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    rules: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
