"""``convlint rules``: list the rules."""

from __future__ import annotations

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.arguments import ArgumentParser


def run(argv: list[str]) -> int:
    """Print the catalogue."""
    parser = ArgumentParser(
        prog="convlint rules",
        usage="convlint rules [--format text|json]",
        description="List the rules.",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    options = parser.parse_args(argv)
    if options.format == "json":
        from convlint.reports import json_report

        print(json_report.rules(catalogue.RULES))
        return exits.CLEAN
    width = max(len(rule.name) for rule in catalogue.RULES)
    for rule in catalogue.RULES:
        severity = str(rule.severity) if rule.on else "off"
        print(f"{rule.code}  {rule.name:{width}}  {severity:7}  {rule.summary}")
    return exits.CLEAN
