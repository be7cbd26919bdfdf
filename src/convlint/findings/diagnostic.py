"""What convlint says about a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from convlint.catalogue import Severity
from convlint.document import Span
from convlint.model.changes import Edit


@dataclass(slots=True)
class Label:
    """A further place that explains a finding. An empty message only underlines."""

    span: Span
    message: str


@dataclass(slots=True)
class Fix:
    """Edits that repair a finding; ``safe`` means that the network stays what its author meant."""

    title: str
    edits: list[Edit]
    safe: bool = False


@dataclass(slots=True)
class Diagnostic:
    """One finding.

    ``message`` is complete in itself (one line, no full stop). ``span`` is the primary place, ``label`` the words
    behind its carets. ``severity`` None means the rule's own, from the catalogue. ``key`` tells apart two findings of
    the same rule at the same place; findings that agree in code, span and key are one.
    """

    code: str
    message: str
    span: Span
    label: str = ""
    labels: list[Label] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    help: str | None = None
    fixes: list[Fix] = field(default_factory=list)
    layer: str | None = None
    severity: Severity | None = None
    key: object = None
    variants: list[str] = field(default_factory=list)
