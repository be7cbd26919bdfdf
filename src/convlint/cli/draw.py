"""``convlint draw FILE``: a network as a picture."""

from __future__ import annotations

from convlint.cli import troubles
from convlint.cli.options import Options
from convlint.derive import Derivation
from convlint.lint import Result
from convlint.session.meant import meant
from convlint.session.trouble import internal_error
from convlint.session.writing import written


def run(options: Options) -> int:
    """Draw the network of a file: the scale that it selects, or is asked for, unless it is the only one."""
    said = troubles.Troubles()
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    for checked in said.checked(session, options.paths):
        if not checked.result.derivations:
            said.unusable(checked)
            continue
        try:
            text = _svg(checked.result, options.level == "layer", meant(checked.result, session.again(checked)))
        except Exception as error:
            said.failed(checked.name, internal_error(error))
            continue
        if options.into is None:
            print(text, end="")
            continue
        failure = written(options.into, text, options.paths)
        if failure is not None:
            return troubles.refuse(failure)
    return said.told()


def _svg(result: Result, opened: bool, proposed: list[Derivation]) -> str:
    from convlint.reports import picture

    derivation = next(
        (one for one in result.derivations if one.network.variant == result.selected), result.derivations[0]
    )
    return picture.standalone(picture.drawn(result.source, derivation, result.findings, opened, proposed))
