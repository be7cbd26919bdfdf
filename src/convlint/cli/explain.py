"""``convlint explain RULE...``: the page of a rule. ``convlint explain FILE LAYER``: the arithmetic of a layer."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from inspect import cleandoc

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.arguments import ArgumentParser
from convlint.reports.escape import escape
from convlint.session import paths

_EPILOG = """\
LAYER is the name of a layer, also inside groups (stage1.0.conv), or the number of a line.

exit codes: 0 explained; 1 the file is so wrong that nothing can be explained; 2 there is no such rule or layer, or the
file cannot be read or describes no network
"""


def run(argv: list[str]) -> int:
    """Print pages of rules, or explain layers."""
    parser = ArgumentParser(
        prog="convlint explain",
        usage="convlint explain RULE...\n       convlint explain [OPTION]... FILE LAYER...",
        description="Say what a rule finds, or how the numbers of a layer come about.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="RULE", help="a code (CL103) or a name (dropped-input); or a FILE and its LAYERs")
    add("--format", choices=("full", "json"), default="full", help="of an explained layer; default: full")
    add("--color", choices=("auto", "always", "never"), default="auto")
    add("--stdin-filename", metavar="NAME", default="<stdin>", help="what to call standard input")
    options = parser.parse_paths(argv)
    words: list[str] = options.paths
    if not words:
        parser.error("expected a RULE, or a FILE and a LAYER")
    if catalogue.find(words[0]) is None and len(words) > 1:
        from convlint.cli import explain_layer

        return explain_layer.run(words[0], words[1:], options)
    for word in words:
        if catalogue.find(word) is None:
            message = catalogue.unknown_rule(word)
            if word == words[0] and (word == paths.STDIN or os.path.exists(word)):
                message = "expected a LAYER behind the FILE; `convlint show` lists them"
            print(f"convlint: {escape(message)}", file=sys.stderr)
            return exits.TROUBLE
    print("\n\n\n".join(page(rule) for word in words if (rule := catalogue.find(word)) is not None))
    return exits.CLEAN


def page(rule: catalogue.Rule) -> str:
    """The page of a rule with its heading."""
    words = cleandoc(import_module(rule.module).__doc__ or f"Finds {rule.summary}.")
    level = f"Severity: {rule.severity}." if rule.on else f"Severity: {rule.severity}. Off by default."
    return f"# {rule.name} ({rule.code})\n\n{level}\n\n{words}"
