"""``convlint transfer MINE --from BASE``: which pretrained weights load, and why the others do not."""

from __future__ import annotations

import sys

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.reports import transfer_report
from convlint.reports.style import chosen
from convlint.session.outcome import Failure
from convlint.session.transferring import transferred


def run(options: Options) -> int:
    """Print what loads."""
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    found = transferred(session, options.paths[0], options.base, options.checkpoint)
    if isinstance(found, Failure):
        return troubles.refuse(f"{found.place}: {found.message}")
    if options.format == "json":
        print(transfer_report.as_json(found))
    else:
        print(transfer_report.text(found, chosen(options.color, sys.stdout)))
    return exits.CLEAN
