"""``convlint explain FILE LAYER...``: the arithmetic of layers."""

from __future__ import annotations

import sys

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.cli.troubles import refuse
from convlint.reports import explanation
from convlint.reports.style import chosen
from convlint.session.explaining import NoLayer, explained
from convlint.session.outcome import Failure
from convlint.session.session import Checked


def one_file(path: str, options: Options) -> Checked | int:
    """A file that is to be explained, or the exit code after it was said that it cannot be."""
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    targets, failures = session.targets([path])
    if failures:
        return refuse(f"{failures[0].place}: {failures[0].message}")
    if not targets or not targets[0].named:
        return refuse(f"{path}: expected a file")
    checked = session.check(targets[0])
    if isinstance(checked, Failure):
        return refuse(f"{checked.place}: {checked.message}")
    if checked is None:
        return refuse(f"{path}: is skipped, as the settings say")
    return checked


def run(path: str, words: list[str], options: Options) -> int:
    """Explain some layers of a file."""
    checked = one_file(path, options)
    if isinstance(checked, int):
        return checked
    name, result = checked.name, checked.result
    if not result.derivations:
        said = troubles.Troubles()
        said.unusable(checked)
        return said.told()
    style = chosen(options.color, sys.stdout)
    texts, entries = [], []
    for word in words:
        try:
            one = explained(result, name, word)
        except NoLayer as error:
            return refuse(str(error))
        source, variant = result.source, one.network.variant
        entries.append(explanation.as_json(source, one.explanation, one.findings, one.remark, variant, one.wrong))
        texts.append(explanation.text(source, one.explanation, one.findings, one.remark, one.network, style))
    if options.format == "json":
        from convlint.reports.json_report import encode

        print(f'{{"version": {explanation.VERSION}, "layers": {encode(entries)}}}')
    else:
        print("\n\n".join(texts))
    return exits.CLEAN
