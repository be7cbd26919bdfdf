"""What every format makes of a document."""

from __future__ import annotations

from dataclasses import dataclass, field

from convlint.diagnostic import Diagnostic
from convlint.model.network import Network


@dataclass(slots=True)
class Lowered:
    """Networks (several where a format describes variants), and what is wrong with the notation."""

    networks: list[Network] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
