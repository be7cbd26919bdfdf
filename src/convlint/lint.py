"""The whole program on one screen: text -> documents -> networks -> derivations -> findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convlint import catalogue, formats
from convlint.derive import Derivation, derive
from convlint.document import Problem, Reading, Source, read
from convlint.findings import Diagnostic, Label, Severity, edits, facts, suppressions
from convlint.findings.variants import merged
from convlint.formats.lowered import Context, Memory
from convlint.rules import judge
from convlint.work import Budget, TooMuch


class Result:
    """What came of one file. ``recognised`` is False if nothing in it is a network description.

    ``notes`` are for the summary of the run: what they are about, and what is said of it.  ``mistakes`` are the errors
    found while the file was read, whatever is selected or suppressed: what they are in cannot be built.  ``formats``
    are those of its documents, none if the text could not be read.  ``selected`` is the variant that the file itself
    selects, where it describes several.  ``steps`` is what the text cost of its budget.
    """

    __slots__ = (
        "derivations", "findings", "formats", "mistakes", "notes", "recognised", "selected", "source", "steps",
        "suppressed",
    )  # fmt: skip

    def __init__(self, source: Source, findings: list[Diagnostic] | None = None) -> None:
        self.source = source
        self.findings = [] if findings is None else findings
        self.derivations: list[Derivation] = []
        self.suppressed = 0
        self.steps = 0
        self.notes: dict[str, str] = {}
        self.mistakes: list[Diagnostic] = []
        self.formats: list[formats.Format] = []
        self.recognised = True
        self.selected: str | None = None


def lint(
    source: Source,
    selected: frozenset[str],
    *,
    named: bool = True,
    unreadable: Problem | None = None,
    options: Mapping[str, Any] | None = None,
    partial: bool = False,
    memory: Memory | None = None,
    stored: bool = True,
) -> Result:
    """Check one text.

    ``named`` is False for a file met while walking a folder: then more proof is asked before it counts as a network
    description.  ``unreadable`` is what decoding the bytes already found.  ``options`` are what is said of each format,
    by its name; ``partial`` says that they choose for this run what part of a file is looked at.  ``memory`` is for
    what formats keep from one file of a run for the next one.  ``stored`` is False for standard input.
    """
    with Budget(len(source.text)) as budget:
        try:
            result = _lint(source, selected, named, unreadable, options, partial, memory, stored)
        except TooMuch as too_much:
            result = Result(source, [_too_much(too_much)])
            result.findings[0].severity = Severity.ERROR
    result.steps = budget.spent
    return result


def _lint(
    source: Source,
    selected: frozenset[str],
    named: bool,
    unreadable: Problem | None,
    options: Mapping[str, Any] | None,
    partial: bool,
    memory: Memory | None,
    stored: bool,
) -> Result:
    result = Result(source)
    if not named and not formats.may_be_network(source.text):
        result.recognised = False
        return result
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
        result.formats.append(format)
        found = [_diagnostic(problem) for problem in document.problems]
        try:
            lowered = format.lower(document, context(source, reading, format, options, memory, stored))
        except TooMuch as too_much:
            findings += [*found, _too_much(too_much, document.root.start)]
            continue
        found += lowered.findings
        result.mistakes += [one for one in found if _severity(one, format) is Severity.ERROR]
        result.notes.update(lowered.notes)
        result.selected = lowered.selected or result.selected
        judged = []
        for network in lowered.networks:
            if memory is not None:
                memory.go_on()
            derivation = derive(network)
            if network.trial is None:
                result.derivations.append(derivation)
            words: list[Diagnostic] = []
            try:
                words.extend(judge(derivation, selected))
            except TooMuch as too_much:
                words.append(_too_much(too_much, document.root.start))
            judged.append((network, words))
        findings += _of_format(merged(lowered.variants, lowered.selected, found, judged, format.VARIANT), format)
    if result.recognised:
        findings, result.suppressed = suppressions.apply(source, reading, findings, selected, not partial)
        result.findings = facts.gathered(_finish(findings, selected), source)
        edits.prepare(result.findings, source, reading.documents)
        for finding in result.findings:
            if any(fix.doubtful for fix in finding.fixes):
                _try(
                    finding,
                    result,
                    lambda text: lint(
                        Source(source.path, text), selected, named=named, options=options, memory=memory, stored=stored
                    ),
                )
    return result


def _try(finding: Diagnostic, result: Result, again: Callable[[str], Result]) -> None:
    """Withdraw the doubtful fixes of a finding that do not leave a network whose sizes are known and fit."""
    before = counted(result.findings)[Severity.ERROR]
    for fix in [fix for fix in finding.fixes if fix.doubtful]:
        after = again(edits.apply(fix.edits, result.source.text))
        if counted(after.findings)[Severity.ERROR] > before:
            finding.fixes.remove(fix)
            finding.help = None
            finding.notes.append("numbers that are moved so do not fit either: see which rows are meant")
        elif not all(known(derivation) for derivation in after.derivations):
            finding.fixes.remove(fix)


def known(derivation: Derivation) -> bool:
    """Whether the sizes of all maps that meet anywhere in a network are known."""
    return all(
        source.shape is not None and None not in source.shape
        for layer in derivation.layers if len(layer.inputs) > 1
        for source in layer.inputs
    )  # fmt: skip


def context(
    source: Source,
    reading: Reading,
    format: formats.Format,
    options: Mapping[str, Any] | None,
    memory: Memory | None,
    stored: bool,
) -> Context:
    """What a format is told about a text; the arguments are those of ``lint``."""
    said = (options or {}).get(format.NAME)
    return Context(source.path, source.text, lambda: reading.comments, said, memory, stored)


def _of_format(findings: list[Diagnostic], format: formats.Format) -> list[Diagnostic]:
    """Give the severities that a format has otherwise than the catalogue."""
    for finding in findings:
        finding.severity = _severity(finding, format)
    return findings


def _severity(finding: Diagnostic, format: formats.Format) -> Severity:
    """How bad a finding is: as it says itself, as its format has it, or as the catalogue does."""
    return finding.severity or format.SEVERITIES.get(finding.code) or catalogue.BY_CODE[finding.code].severity


def _too_much(too_much: TooMuch, place: int = 0) -> Diagnostic:
    message = f"{too_much.what} are more work than is done for a file of this length"
    return Diagnostic("CL022", message, (place, place), help="see `convlint explain CL022`")


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
