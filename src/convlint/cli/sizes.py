"""``convlint sizes FILE...``: for which input sizes networks run, and run clean."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.reports import sizes_report
from convlint.reports.style import chosen
from convlint.session.obstacles import mistakes
from convlint.session.session import Session
from convlint.session.sizes import Shared, Sized, sized
from convlint.session.trouble import internal_error


def run(options: Options) -> int:
    """Print the sizes of the networks in some files."""
    said = troubles.Troubles()
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    networks = list(_sized(session, options, said))
    if options.format == "json":
        print(sizes_report.as_json(networks))
    elif networks:
        print(sizes_report.text(networks, chosen(options.color, sys.stdout)))
    sys.stdout.flush()
    return said.told()


def _sized(session: Session, options: Options, said: troubles.Troubles) -> Iterator[Sized]:
    for checked in said.checked(session, options.paths):
        result = checked.result
        shared = Shared(result.source, result.steps)
        for derivation in result.derivations:
            try:
                wrong = mistakes(result, derivation.network)
                again = session.resized(checked, derivation.network)
                asked, up_to = options.asked, options.up_to
                answer = sized(result.source, derivation, asked, up_to, checked.codes, wrong, shared, again)
            except ValueError as error:
                said.failed(checked.name, str(error))
                continue
            except Exception as error:
                said.failed(checked.name, internal_error(error))
                continue
            if answer.mistakes or (options.asked and answer.asked is not None and not answer.asked.runs):
                said.code = max(said.code, exits.FINDINGS)
            yield answer
        if not result.derivations:
            said.unusable(checked)
