"""One file from its path to its result; whatever goes wrong becomes a line of words."""

from __future__ import annotations

from typing import Any, NamedTuple

from convlint import formats
from convlint.document import Source
from convlint.findings import Severity, fixing
from convlint.lint import Result, lint
from convlint.session import paths
from convlint.session.outcome import Failure
from convlint.session.trouble import internal_error

#: What is said about each format beyond its files, by the format's name.
FormatOptions = dict[str, Any]


class Repaired(NamedTuple):
    """What fixing came to: the result to report, the number of fixes, and the change as a diff."""

    result: Result
    fixes: int
    diff: str | None


def check(
    target: paths.Target, name: str, codes: frozenset[str], named: bool, options: FormatOptions | None = None
) -> Result | Failure:
    """Lint a file; ``name`` is what to call it, ``named`` that it must describe a network."""
    try:
        source, problem = paths.load(target, name)
    except (OSError, ValueError) as error:
        return Failure(name, f"cannot be read: {paths.reason(error)}")
    try:
        result = lint(source, codes, named=named, unreadable=problem, options=options)
    except Exception as error:
        return Failure(name, internal_error(error))
    if named and not result.recognised:
        wanted = " or ".join(format.LOOKED_FOR for format in formats.FORMATS)
        return Failure(name, f"describes no network (looked for {wanted})")
    return result


def repair(
    target: paths.Target,
    result: Result,
    codes: frozenset[str],
    named: bool,
    least: Severity,
    unsafe: bool,
    write: bool,
    options: FormatOptions | None = None,
) -> Repaired | Failure:
    """Fix a file as far as it can be fixed; ``write`` replaces it, else only the change is told."""

    def again(source: Source) -> Result:
        return lint(source, codes, named=named, options=options)

    before = result.source
    try:
        fixed = fixing.fix(result, again, unsafe, least)
        if fixed.source.text == before.text:
            return Repaired(result, 0, None)
        if not write:
            return Repaired(result, len(fixed.applied), fixing.diff(before, fixed.source.text))
        fixing.write(target.path, before.text, fixed.source.text)
    except OSError as error:
        return Failure(before.path, f"cannot be written: {paths.reason(error)}")
    except Exception as error:
        return Failure(before.path, internal_error(error))
    return Repaired(fixed.result, len(fixed.applied), None)
