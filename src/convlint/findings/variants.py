"""One finding of what several variants of a network say about the same mistake."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convlint import catalogue
from convlint.findings import Diagnostic, Severity
from convlint.model.network import Network

#: At most so many variants are quoted whose numbers are other ones.
_QUOTED = 4
#: Rules about sizes of maps: their numbers may follow from the size of the input.
_ABOUT_SIZES = ("CL1", "CL4", "CL5")
_SIZE = r"\d+x\d+"


class _Said:
    """What one variant says; ``trial`` is set if only the network that the framework tries says it."""

    __slots__ = ("finding", "trial", "variant")

    def __init__(self, variant: str | None, trial: str | None, finding: Diagnostic) -> None:
        self.variant = variant
        self.trial = trial
        self.finding = finding


def merged(
    variants: Sequence[str],
    selected: str | None,
    found: list[Diagnostic],
    judged: list[tuple[Network, list[Diagnostic]]],
    called: str,
) -> list[Diagnostic]:
    """The findings of a document: ``found`` while it was read, ``judged`` for each of its networks.

    ``variants`` are all that the document describes, ``selected`` the one that it selects itself,
    ``called`` what one of them is called.

    Those that agree in code, place and key are one, as the selected variant words it, else the first.  Of a network
    that is only tried, the errors count that the network itself has not.
    """
    _name_assumed_inputs(judged)
    if not any(network.variant is not None or network.trial is not None for network, _ in judged):
        for _, findings in judged:
            found += findings
        if not variants:
            return found
    same: dict[object, list[_Said]] = {}
    for finding in found:
        concerned: list[str | None] = [*finding.variants] or [None]
        for variant in concerned:
            same.setdefault(_key(finding), []).append(_Said(variant, None, finding))
    for network, findings in judged:
        for finding in findings:
            said = same.setdefault(_key(finding), [])
            severity = finding.severity or catalogue.BY_CODE[finding.code].severity
            if network.trial is None or (severity is Severity.ERROR and all(other.trial for other in said)):
                said.append(_Said(network.variant, network.trial, finding))
    return [_merge(variants, selected, said, called) for said in same.values() if said]


def _key(finding: Diagnostic) -> object:
    return finding.code, finding.span, finding.key


def _name_assumed_inputs(judged: list[tuple[Network, list[Diagnostic]]]) -> None:
    """Note on findings that hold for an input that is assumed.

    What is said in the same words of the network that is tried at another size does not depend on it.
    """
    if not any(network.assumed_input for network, _ in judged):
        return
    at_other_sizes = {
        (network.variant, _key(finding), finding.message)
        for network, findings in judged
        if network.trial is not None
        for finding in findings
    }
    for network, findings in judged:
        if network.assumed_input is None:
            continue
        for finding in findings:
            words = [finding.message, finding.label, *finding.notes, *(label.message for label in finding.labels)]
            if (
                finding.code.startswith(_ABOUT_SIZES)
                and (network.variant, _key(finding), finding.message) not in at_other_sizes
                and any(re.search(_SIZE, text) for text in words)
            ):
                finding.notes.append(network.assumed_input)


def _merge(variants: Sequence[str], selected: str | None, said: list[_Said], called: str) -> Diagnostic:
    """One finding of what the variants say about the same mistake."""
    shown = next((one for one in said if one.variant == selected), said[0])
    finding = shown.finding
    if shown.trial is not None:
        finding.notes.append(f"this holds {shown.trial}")
    concerned = list(dict.fromkeys(one.variant for one in said if one.variant is not None))
    everywhere = not concerned or None in [one.variant for one in said] or set(concerned) == set(variants)
    finding.variants = [] if everywhere else concerned
    if not everywhere:
        all_of_them = [f"{name} (selected)" if name == selected else name for name in variants]
        which = called if len(concerned) == 1 else called + "s"
        finding.notes.append(f"at {which} {', '.join(concerned)} of {', '.join(all_of_them)}")
    others = {one.variant: one.finding.message for one in said if one.variant not in (None, shown.variant)}
    different = [f"{name}: {message}" for name, message in others.items() if message != finding.message]
    if different:
        finding.notes.append(f"at other {called}s: " + "; ".join(different[:_QUOTED]))
    return finding
