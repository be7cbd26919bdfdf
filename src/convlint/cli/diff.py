"""``convlint diff A B``: what changed between two networks, and what follows from it."""

from __future__ import annotations

import sys

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.reports.style import chosen
from convlint.session.comparing import compared, operands
from convlint.session.outcome import Failure
from convlint.session.trouble import internal_error


def run(options: Options) -> int:
    """Print the difference between two networks."""
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    try:
        before, after = operands(options.paths)
    except ValueError as error:
        return troubles.refuse(str(error))
    try:
        found = compared(session, before, after)
        if isinstance(found, Failure):
            return troubles.refuse(f"{found.place}: {found.message}")
        if options.format == "json":
            from convlint.reports.difference import as_json

            text = as_json.text(found)
        elif options.format == "markdown":
            from convlint.reports.difference import markdown

            text = markdown.text(found)
        elif options.format == "html":
            from convlint.reports.difference import page

            text = page.text(found)
        else:
            from convlint.reports.difference import text as plain

            text = plain.text(found, chosen(options.color, sys.stdout))
    except RecursionError as error:
        return troubles.refuse(internal_error(error))
    print(text)
    return exits.FINDINGS if found.differs else exits.CLEAN
