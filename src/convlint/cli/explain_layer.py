"""``convlint explain FILE LAYER...``: the arithmetic of layers."""

from __future__ import annotations

import sys

from convlint.cli import exits, troubles
from convlint.cli.options import Options
from convlint.cli.troubles import refuse
from convlint.derive import Derivation, Derived, derive
from convlint.explain import Found, Places, belonging, explain, find
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result
from convlint.reports import explanation
from convlint.reports.style import chosen
from convlint.session.obstacles import obstacles, told
from convlint.session.outcome import Failure
from convlint.session.session import Checked
from convlint.words.text import joined


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
        derivation, found = _find(result, word)
        if not found.layers:
            return refuse(_unknown(result, name, word, found))
        at = found.layers[0]
        findings = _about(result, derivation, at)
        network = derivation.network
        remark = _remark(result, derivation, found, word)
        wrong = obstacles(result, derivation)
        if wrong:
            remark = f"{remark} {_broken(result, wrong, findings)}".lstrip()
        if found.stands_for is not None:
            derivation, at = _copy(result, derivation, found.stands_for, at)
        explained = explain(derivation, result.source, at)
        entries.append(explanation.as_json(result.source, explained, findings, remark, network.variant, wrong))
        texts.append(explanation.text(result.source, explained, findings, remark, network, style))
    if options.format == "json":
        from convlint.reports.json_report import encode

        print(f'{{"version": {explanation.VERSION}, "layers": {encode(entries)}}}')
    else:
        print("\n\n".join(texts))
    return exits.CLEAN


def _find(result: Result, word: str) -> tuple[Derivation, Found]:
    """The first network of a file that has such a layer."""
    looked = [(derivation, find(derivation, result.source, word)) for derivation in result.derivations]
    return next((one for one in looked if one[1].layers), looked[0])


def _unknown(result: Result, name: str, word: str, found: Found) -> str:
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
