"""``convlint explain RULE...``: the page of a rule. ``convlint explain FILE LAYER``: the arithmetic of a layer.

``convlint explain FILE --error TEXT``: the layers that a framework's message can come from.
"""

from __future__ import annotations

import os
import re
import sys

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.options import Options
from convlint.document.syntax import SYNTAXES
from convlint.reports.escape import escape
from convlint.reports.page import page
from convlint.reports.width import columns
from convlint.reports.wrapping import wrapped
from convlint.session.paths import STDIN


def run(options: Options) -> int:
    """Print pages of rules, or explain layers."""
    words = options.paths
    if options.error is not None:
        from convlint.cli import explain_error

        return explain_error.run(words[0], options.error, options)
    if catalogue.find(words[0]) is None and len(words) > 1:
        from convlint.cli import explain_layer

        return explain_layer.run(words[0], words[1:], options)
    for word in words:
        if catalogue.find(word) is None:
            message = catalogue.unknown_rule(word)
            if word == words[0] and (word == STDIN or os.path.exists(word)):
                message = "expected a LAYER behind the FILE; `convlint show` lists them"
            elif os.path.dirname(word) or any(word.endswith(syntax.endings) for syntax in SYNTAXES):
                message = f"{word}: no such file or directory"
            print(f"convlint: {escape(message)}", file=sys.stderr)
            return exits.TROUBLE
    width = columns(sys.stdout)
    pages = [page(rule) for word in words if (rule := catalogue.find(word)) is not None]
    print("\n".join(line for text in "\n\n\n".join(pages).split("\n") for line in _laid_out(text, width)))
    return exits.CLEAN


def _laid_out(line: str, width: int) -> list[str]:
    """A line of a page in as many lines as it needs; what is indented by four blanks is no prose, nor is a table."""
    if line.startswith(("    ", "|", "```")):
        return [line]
    item = re.match(r" *[-*] +", line)
    indent = item[0] if item is not None else ""
    return wrapped(line[len(indent) :], width, indent, " " * len(indent))
