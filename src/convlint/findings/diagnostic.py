"""What convlint says about a file.

The records are written out: ``dataclasses`` takes longer to load than a small file to check.
"""

from __future__ import annotations

from typing import NamedTuple

from convlint.catalogue import Severity
from convlint.document import Span
from convlint.model.changes import Edit


class Label(NamedTuple):
    """A further place that explains a finding. An empty message only underlines."""

    span: Span
    message: str


class Fix:
    """Edits that repair a finding; ``safe`` means that the network stays what its author meant.

    A ``doubtful`` one is offered only if all maps that meet in the repaired network have known sizes that fit.
    """

    __slots__ = ("doubtful", "edits", "safe", "title")

    def __init__(self, title: str, edits: list[Edit], safe: bool = False, doubtful: bool = False) -> None:
        self.title = title
        self.doubtful = doubtful
        self.edits = edits
        self.safe = safe


class Fact(NamedTuple):
    """What several findings of a rule have in common, so that they are told as one: its message and help.

    ``{}`` in the message stands for how many there are.
    """

    message: str
    help: str | None


class Diagnostic:
    """One finding.

    ``message`` is complete in itself (one line, no full stop). ``span`` is the primary place, ``label`` the words
    behind its carets. ``severity`` None means the rule's own, from the catalogue. ``key`` tells apart two findings of
    the same rule at the same place; findings that agree in code, span and key are one. ``fact`` is what it shares with
    others of its rule, which become one finding with several places.
    """

    __slots__ = (
        "code", "fact", "fixes", "help", "key", "label", "labels", "layer", "message", "notes", "severity", "span",
        "variants",
    )  # fmt: skip

    def __init__(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        labels: list[Label] | None = None,
        notes: list[str] | None = None,
        help: str | None = None,
        fixes: list[Fix] | None = None,
        layer: str | None = None,
        severity: Severity | None = None,
        key: object = None,
        variants: list[str] | None = None,
        fact: Fact | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.span = span
        self.label = label
        self.labels = [] if labels is None else labels
        self.notes = [] if notes is None else notes
        self.help = help
        self.fixes = [] if fixes is None else fixes
        self.layer = layer
        self.severity = severity
        self.key = key
        self.fact = fact
        self.variants = [] if variants is None else variants
