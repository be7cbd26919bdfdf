"""``convlint rules``: list the rules."""

from __future__ import annotations

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.options import Options


def run(options: Options) -> int:
    """Print the catalogue."""
    if options.format == "json":
        from convlint.reports import json_report

        print(json_report.rules(catalogue.RULES))
        return exits.CLEAN
    width = max(len(rule.name) for rule in catalogue.RULES)
    for rule in catalogue.RULES:
        severity = str(rule.severity) if rule.on else "off"
        print(f"{rule.code}  {rule.name:{width}}  {severity:7}  {rule.summary}")
    return exits.CLEAN
