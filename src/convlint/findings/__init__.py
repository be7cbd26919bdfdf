"""What convlint says about a file: findings, the edits that repair them, and what becomes of both."""

from convlint.catalogue import Severity
from convlint.findings.diagnostic import Diagnostic, Fact, Fix, Label
from convlint.model.changes import Edit

__all__ = ["Diagnostic", "Edit", "Fact", "Fix", "Label", "Severity"]
