"""What keeps a network from being built, whatever anybody selects or suppresses."""

from __future__ import annotations

from collections.abc import Sequence

from convlint import catalogue
from convlint.derive import Derivation
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result
from convlint.model.network import Network
from convlint.rules import judge


def mistakes(result: Result, network: Network) -> list[Diagnostic]:
    """The errors in what is written, in the order of the file; what stands there cannot be built at any size."""
    found = [one for one in result.mistakes if not one.variants or network.variant in one.variants]
    return sorted(found, key=lambda one: one.span)


def obstacles(result: Result, derivation: Derivation) -> list[Diagnostic]:
    """These, and what the framework refuses of what is written, in the order of the file."""
    found = mistakes(result, derivation.network)
    fatal = [one for one in derivation.irregularities if one.fatal]
    if fatal:
        words = (rule.code for rule in catalogue.RULES if rule.sort is catalogue.Sort.IRREGULARITY)
        for one in judge(derivation.with_irregularities(fatal), frozenset(words)):
            one.severity = one.severity or catalogue.BY_CODE[one.code].severity
            if one.severity is Severity.ERROR:
                found.append(one)
    return sorted(found, key=lambda one: one.span)


def told(source: Source, found: Sequence[Diagnostic]) -> str:
    """The obstacles in a few words: how many there are, and the first one."""
    first = found[0]
    line = source.position(first.span[0])[0]
    many = "an error" if len(found) == 1 else f"{len(found):,} errors, the first"
    return f"{many} in line {line}: {first.message} ({first.code} {catalogue.BY_CODE[first.code].name})"
