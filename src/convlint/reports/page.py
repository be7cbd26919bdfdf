"""The page of a rule."""

from __future__ import annotations

from convlint import catalogue


def page(rule: catalogue.Rule) -> str:
    """The page of a rule with its heading."""
    words = rule.page
    level = f"Severity: {rule.severity}." if rule.on else f"Severity: {rule.severity}. Off by default."
    return f"# {rule.name} ({rule.code})\n\n{level}\n\n{words}"
