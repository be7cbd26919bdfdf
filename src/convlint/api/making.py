"""From what a session finds to the records of the public interface."""

from __future__ import annotations

from collections.abc import Iterable

from convlint import catalogue
from convlint.api.records import Finding, Layer, Network, Report, Unchecked
from convlint.catalogue import Severity
from convlint.derive import Derivation, Derived
from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.model.operations import Group
from convlint.reports import text
from convlint.reports.places import ends
from convlint.reports.style import Style
from convlint.reports.summary import footer
from convlint.session.outcome import Failure, Summary
from convlint.session.running import Asked, came_of
from convlint.session.session import Checked, Session

_COLOURED = Style(True)


def report(session: Session, failures: list[Failure], files: Iterable[Checked | Failure | None]) -> Report:
    """What came of some files that a session checked."""
    summary = Summary()
    summary.failures = failures
    findings: list[Finding] = []
    networks: list[Network] = []
    for checked in files:
        came = came_of(session, checked, Asked())
        summary.add(came)
        if isinstance(checked, Checked):
            result = checked.result
            findings += (_finding(result.source, found) for found in came.findings)
            networks += (network(result.source, derivation) for derivation in result.derivations)
    return Report(
        ok=not summary.failed and not summary.failures,
        findings=tuple(findings),
        networks=tuple(networks),
        failures=tuple(Unchecked(one.path, one.message, one.line) for one in summary.failures),
        files=summary.files,
        skipped=summary.skipped,
        suppressed=summary.suppressed,
        notes=summary.notes,
        _shows_info=summary.shows_info,
        _last_line=footer(summary, _COLOURED),
    )


def _finding(source: Source, found: Diagnostic) -> Finding:
    (line, column), (end_line, end_column) = ends(source, found.span)
    rule = catalogue.BY_CODE[found.code]
    return Finding(
        found.code,
        rule.name,
        str(found.severity or Severity.ERROR),
        found.message,
        source.path,
        line,
        column,
        end_line,
        end_column,
        found.layer,
        tuple(found.variants),
        tuple(found.notes),
        found.help,
        rule.url,
        text.finding(source, found, _COLOURED),
    )


def network(source: Source, derivation: Derivation) -> Network:
    """What follows from one network of a file."""
    described = derivation.network
    return Network(
        source.path,
        described.name,
        described.variant,
        {given.name: value.shape for given, value in zip(described.inputs, derivation.inputs, strict=True)},
        tuple(value.shape for value in derivation.outputs),
        derivation.params,
        derivation.macs,
        _layers(source, derivation.layers),
    )


def _layers(source: Source, layers: list[Derived]) -> tuple[Layer, ...]:
    return tuple(
        Layer(
            derived.name,
            derived.layer.type,
            source.position(derived.layer.place.span[0])[0],
            tuple(value.shape for value in derived.inputs),
            tuple(value.shape for value in derived.outputs),
            derived.params,
            derived.macs,
            derived.outputs[0].field if derived.outputs else None,
            derived.times,
            _layers(source, derived.children) if _is_open(derived) else (),
        )
        for derived in layers
    )


def _is_open(derived: Derived) -> bool:
    """Whether the layers inside are written in the file, and not the framework's own."""
    operation = derived.layer.operation
    return isinstance(operation, Group) and operation.numbers is None
