"""The whole program on one screen: text -> documents -> networks -> derivations -> findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from convlint import catalogue, directives, formats
from convlint.derive import Derivation, derive
from convlint.diagnostic import Diagnostic, Label, Severity
from convlint.document import Problem, Source, read
from convlint.rules import judge


@dataclass(slots=True)
class Result:
    """What came of one file. ``recognised`` is False if nothing in it is a network description."""

    source: Source
    findings: list[Diagnostic] = field(default_factory=list)
    derivations: list[Derivation] = field(default_factory=list)
    suppressed: int = 0
    recognised: bool = True


def lint(source: Source, selected: frozenset[str], *, named: bool = True, unreadable: Problem | None = None) -> Result:
    """Check one text.

    ``named`` is False for a file met while walking a folder: then more proof is asked before it counts as a network
    description.  ``unreadable`` is what decoding the bytes already found.
    """
    result = Result(source)
    reading = None if unreadable else read(source)
    problem = unreadable or (reading.problem if reading else None)
    if problem is not None:
        result.recognised = named or formats.looks_like_network(source.text)
        result.findings = _finish([_diagnostic(problem)], selected) if result.recognised else []
        return result
    assert reading is not None
    findings: list[Diagnostic] = []
    result.recognised = False
    for document in reading.documents:
        format = formats.recognise(document, named)
        if format is None:
            continue
        result.recognised = True
        findings += [_diagnostic(problem) for problem in document.problems]
        lowered = format.lower(document)
        findings += lowered.findings
        for network in lowered.networks:
            derivation = derive(network)
            result.derivations.append(derivation)
            findings += judge(derivation, selected)
    if result.recognised:
        findings, result.suppressed = directives.apply(source, reading, findings, selected)
        result.findings = _finish(findings, selected)
    return result


def _diagnostic(problem: Problem) -> Diagnostic:
    labels = [Label(span, message) for span, message in problem.labels]
    return Diagnostic(problem.code, problem.message, problem.span, problem.label, labels, help=problem.help)


def _finish(findings: list[Diagnostic], selected: frozenset[str]) -> list[Diagnostic]:
    """Drop what is off, give severities, keep one of equal findings, and sort by place."""
    kept: dict[object, Diagnostic] = {}
    for finding in findings:
        if finding.code in selected:
            if finding.severity is None:
                finding.severity = catalogue.BY_CODE[finding.code].severity
            kept.setdefault((finding.code, finding.span, finding.key), finding)
    return sorted(kept.values(), key=lambda finding: (finding.span, finding.code))


def counted(findings: list[Diagnostic]) -> dict[Severity, int]:
    """How many findings there are of each severity."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity or Severity.ERROR] += 1
    return counts
