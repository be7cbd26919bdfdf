"""The explanation of a layer that somebody names, with what convlint finds about it."""

from __future__ import annotations

from typing import NamedTuple

from convlint.derive import Derivation, Derived, derive
from convlint.explain import Explanation, Found, Places, belonging, explain, find
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result
from convlint.model.network import Network
from convlint.session.obstacles import obstacles, told
from convlint.words.text import joined


class Explained(NamedTuple):
    """A layer that was explained; ``remark`` is what else the word for it could have meant.

    ``wrong`` is what keeps its network from being built.
    """

    explanation: Explanation
    findings: list[Diagnostic]
    remark: str
    network: Network
    wrong: list[Diagnostic]


class NoLayer(Exception):
    """A word that names no layer; the message is one line."""


def explained(result: Result, name: str, word: str) -> Explained:
    """Explain a layer of a file with networks; ``name`` is that of the file. Raises NoLayer."""
    derivation, found = _find(result, word)
    if not found.layers:
        raise NoLayer(_unknown(name, word, found))
    at = found.layers[0]
    findings = _about(result, derivation, at)
    network = derivation.network
    remark = _remark(result, derivation, found, word)
    wrong = obstacles(result, derivation)
    if wrong:
        remark = f"{remark} {_broken(result, wrong, findings)}".lstrip()
    if found.stands_for is not None:
        derivation, at = _copy(result, derivation, found.stands_for, at)
    return Explained(explain(derivation, result.source, at), findings, remark, network, wrong)


def _find(result: Result, word: str) -> tuple[Derivation, Found]:
    """The first network of a file that has such a layer."""
    looked = [(derivation, find(derivation, result.source, word)) for derivation in result.derivations]
    return next((one for one in looked if one[1].layers), looked[0])


def _unknown(name: str, word: str, found: Found) -> str:
    if word.isascii() and word.isdigit():
        meant = f"; did you mean `{found.otherwise.name}`?" if found.otherwise is not None else ""
        return f"{name}: no layer is written in line {word}{meant}"
    if found.near is not None:
        return f"{name}: no layer is called `{word}`; did you mean `{found.near}`?"
    return f"{name}: no layer is called `{word}`; `convlint show` lists them, and the number of a line works too"


def _copy(result: Result, derivation: Derivation, name: str, equal: Derived) -> tuple[Derivation, Derived]:
    """A copy that equals an earlier one, with what it reads itself; the earlier one if there are too many copies."""
    unfolded = derive(derivation.network, unfold=True)
    found = find(unfolded, result.source, name)
    if found.layers and found.stands_for is None:
        return unfolded, found.layers[0]
    return derivation, equal


def _remark(result: Result, derivation: Derivation, found: Found, word: str) -> str:
    """What else the word could have meant, and what holds for copies."""
    at = found.layers[0]
    places = Places(result.source, [])
    remarks = []
    if found.stands_for is not None:
        remarks.append(f"In all but what it reads and its receptive field, {found.stands_for} equals {at.name}.")
    elif at.times > 1:
        remarks.append(
            f"It is the first of {at.times} copies, which are equal but for what they read and their receptive fields."
        )
    others = [
        places.layer(other) if other.name == at.name else other.name
        for other in found.layers[1:]
        if other.name is not None
    ]
    if others:
        what = "line" if word.isdigit() and at.name != word else "word"
        remarks.append(f"The same {what} also names {_some(others)}.")
    elif len(found.layers) > 1:
        written = "copies; the others have inputs of other shapes"
        if any(other.layer is not at.layer for other in found.layers):
            written = "layers that are written there"
        remarks.append(f"It is the first of {len(found.layers)} {written}.")
    if found.beside:
        remarks.append(f"Line {word} also holds {_some([places.name(other) for other in found.beside])}.")
    other = found.otherwise
    if other is not None and at.name == word:
        remarks.append(f"{word} is a name here; in line {word} stands {places.name(other)}.")
    elif other is not None:
        remarks.append(f"{word} is the number of a line here; {other.name} stands in line {places.line(other.layer)}.")
    variants = [other.network.variant for other in result.derivations if other is not derivation]
    named = [variant for variant in variants if variant is not None]
    if derivation.network.variant is not None and named:
        remarks.append(f"The file has further {derivation.network.variant_word}s: {', '.join(named)}.")
    return " ".join(remarks)


def _broken(result: Result, wrong: list[Diagnostic], here: list[Diagnostic]) -> str:
    """What holds for the numbers of a network that cannot be built."""
    told_below = {(one.code, one.span) for one in here}
    where = "see below" if all((one.code, one.span) in told_below for one in wrong) else told(result.source, wrong)
    return f"The network cannot be built: {where}. What follows from that is not certain."


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:3])} and {len(names) - 3} more" if len(names) > 3 else joined(names)


def _about(result: Result, derivation: Derivation, at: Derived) -> list[Diagnostic]:
    """The findings about a layer: those that name it, and those that stand where it is written and name none."""
    belongs = belonging(derivation, at)
    return [
        finding
        for finding in result.findings
        if (finding.severity or Severity.ERROR) > Severity.INFO
        and (finding.layer == at.name if finding.layer is not None else belongs(finding.span[0]))
    ]
