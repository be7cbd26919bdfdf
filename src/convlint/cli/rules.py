"""``convlint rules``: list the rules."""

from __future__ import annotations

import sys

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.options import Options
from convlint.cli.troubles import refuse
from convlint.reports.width import columns
from convlint.reports.wrapping import wrapped


def run(options: Options) -> int:
    """Print the catalogue, or the rules that some words mean."""
    rules = catalogue.RULES
    for word in options.paths:
        if not catalogue.matching(word):
            return refuse(catalogue.unknown_rule(word))
    if options.paths:
        codes = catalogue.codes(options.paths)
        rules = [rule for rule in rules if rule.code in codes]
    if options.format == "json":
        from convlint.reports import json_report

        print(json_report.rules(rules))
        return exits.CLEAN
    longest = max(len(rule.name) for rule in rules)
    width = columns(sys.stdout)
    for rule in rules:
        severity = str(rule.severity) if rule.on else "off"
        lead = f"{rule.code}  {rule.name:{longest}}  {severity:7}  "
        for line in wrapped(rule.summary, width, lead, " " * len(lead)):
            print(line)
    return exits.CLEAN
