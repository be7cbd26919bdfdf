"""``convlint explain RULE...``: print the page of a rule."""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import cleandoc

from convlint import catalogue, settings
from convlint.cli import exits
from convlint.cli.arguments import ArgumentParser
from convlint.reports.escape import escape


def run(argv: list[str]) -> int:
    """Print the docstrings of rules' modules."""
    parser = ArgumentParser(
        prog="convlint explain",
        usage="convlint explain RULE...",
        description="Say what a rule finds, why it matters and what to write instead.",
    )
    parser.add_argument("rules", nargs="+", metavar="RULE", help="a code (CL103) or a name (dropped-input)")
    words = parser.parse_args(argv).rules
    for word in words:
        if catalogue.find(word) is None:
            print(f"convlint: {escape(settings.unknown_rule(word))}", file=sys.stderr)
            return exits.TROUBLE
    print("\n\n\n".join(page(rule) for word in words if (rule := catalogue.find(word)) is not None))
    return exits.CLEAN


def page(rule: catalogue.Rule) -> str:
    """The page of a rule with its heading."""
    words = cleandoc(import_module(rule.module).__doc__ or f"Finds {rule.summary}.")
    level = f"Severity: {rule.severity}." if rule.on else f"Severity: {rule.severity}. Off by default."
    return f"# {rule.name} ({rule.code})\n\n{level}\n\n{words}"
