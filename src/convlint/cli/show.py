"""``convlint show FILE...``: print everything that is derived."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from convlint.cli import troubles
from convlint.cli.options import DTYPES, Options
from convlint.derive import Derivation
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.lint import counted
from convlint.reports.escape import escape
from convlint.reports.memory import Memory
from convlint.reports.style import chosen
from convlint.reports.summary import counted as many
from convlint.session.obstacles import obstacles
from convlint.session.session import Session
from convlint.session.trouble import internal_error
from convlint.work import Budget


def run(options: Options) -> int:
    """Print the networks in some files."""
    said = troubles.Troubles()
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    shown = _derivations(session, options.paths, said)
    if options.format == "json":
        from convlint.reports import json_report

        print(json_report.networks(shown, _memory(options)))
    else:
        from convlint.reports import table

        style = chosen(options.color, sys.stdout)
        view = table.View(options.columns, options.wide, _memory(options))
        for index, (source, derivation, wrong) in enumerate(shown):
            try:
                text = table.table(source, derivation, style, wrong, view)
            except Exception as error:
                said.failed(source.path, internal_error(error))
                continue
            print(("\n" if index else "") + text)
    sys.stdout.flush()
    return said.told()


def _memory(options: Options) -> Memory | None:
    if not options.memory:
        return None
    dtype = options.dtype or "float32"
    return Memory(options.batch or 1, DTYPES[dtype], dtype)


def _derivations(
    session: Session, paths: list[str], said: troubles.Troubles
) -> Iterator[tuple[Source, Derivation, list[Diagnostic]]]:
    """The networks, and what keeps each of them from being built."""
    for checked in said.checked(session, paths):
        result = checked.result
        with Budget(len(result.source.text), result.steps):
            for derivation in result.derivations:
                yield result.source, derivation, obstacles(result, derivation)
        errors = counted(result.findings)[Severity.ERROR]
        if not errors:
            continue
        if result.derivations:
            words = f"{many(errors, 'error')} in this file, see `convlint check`"
            said.lines.append(f"convlint: {escape(checked.name)}: {words}")
        else:
            said.unusable(checked)
