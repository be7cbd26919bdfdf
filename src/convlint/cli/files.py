"""One file from its path to its result; whatever goes wrong becomes a line of words."""

from __future__ import annotations

from convlint import formats
from convlint.cli import paths
from convlint.cli.trouble import internal_error
from convlint.lint import Result, lint
from convlint.reports.summary import Failure


def check(target: paths.Target, name: str, codes: frozenset[str], named: bool) -> Result | Failure:
    """Lint a file; ``name`` is what to call it, ``named`` that it must describe a network."""
    try:
        source, problem = paths.load(target, name)
    except (OSError, ValueError) as error:
        return Failure(name, f"cannot be read: {paths.reason(error)}")
    try:
        result = lint(source, codes, named=named, unreadable=problem)
    except Exception as error:
        return Failure(name, internal_error(error))
    if named and not result.recognised:
        wanted = " or ".join(format.LOOKED_FOR for format in formats.FORMATS)
        return Failure(name, f"describes no network (looked for {wanted})")
    return result
