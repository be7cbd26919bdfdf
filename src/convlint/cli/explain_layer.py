"""``convlint explain FILE LAYER...``: the arithmetic of layers."""

from __future__ import annotations

import sys
from argparse import Namespace

from convlint import catalogue
from convlint.cli import exits, files, paths
from convlint.derive import Derivation
from convlint.derive.explain import Found, explain, find
from convlint.diagnostic import Diagnostic, Severity
from convlint.lint import Result
from convlint.reports import concise, explanation
from convlint.reports.escape import escape
from convlint.reports.style import chosen
from convlint.reports.summary import Failure


def run(path: str, words: list[str], options: Namespace) -> int:
    """Explain some layers of a file."""
    targets, failures = paths.collect([path], lambda path: False)
    if failures:
        return _refuse(f"{failures[0].path}: {failures[0].message}")
    if not targets or not targets[0].named:
        return _refuse(f"{path}: expected a file")
    name = options.stdin_filename if path == paths.STDIN else path
    result = files.check(targets[0], name, catalogue.selection(), True)
    if isinstance(result, Failure):
        return _refuse(f"{result.path}: {result.message}")
    if not result.derivations:
        for finding in result.findings:
            if finding.severity == Severity.ERROR:
                print(concise.finding(result.source, finding), file=sys.stderr)
        return exits.FINDINGS
    style = chosen(options.color, sys.stdout)
    texts, entries = [], []
    for word in words:
        derivation, found = _find(result, word)
        if not found.layers:
            return _refuse(_unknown(result, name, word, found))
        at = found.layers[0]
        explained = explain(derivation, result.source, at)
        findings = _about(result, derivation, at.name, explained.line)
        variant = derivation.network.variant
        remark = _remark(result, derivation, found)
        entries.append(explanation.as_json(result.source, explained, findings, remark, variant))
        texts.append(explanation.text(result.source, explained, findings, remark, variant, style))
    if options.format == "json":
        from convlint.reports.json_report import encode

        print(f'{{"version": {explanation.VERSION}, "layers": {encode(entries)}}}')
    else:
        print("\n\n".join(texts))
    return exits.CLEAN


def _refuse(message: str) -> int:
    print(f"convlint: {escape(message)}", file=sys.stderr)
    return exits.TROUBLE


def _find(result: Result, word: str) -> tuple[Derivation, Found]:
    """The first network of a file that has such a layer."""
    looked = [(derivation, find(derivation, result.source, word)) for derivation in result.derivations]
    return next((one for one in looked if one[1].layers), looked[0])


def _unknown(result: Result, name: str, word: str, found: Found) -> str:
    if word.isascii() and word.isdigit():
        return f"{name}: no layer is written in line {word}"
    if found.near is not None:
        return f"{name}: no layer is called `{word}`; did you mean `{found.near}`?"
    return f"{name}: no layer is called `{word}`; `convlint show` lists them, and the number of a line works too"


def _remark(result: Result, derivation: Derivation, found: Found) -> str:
    """What else the word could have meant."""
    at = found.layers[0]
    remarks = []
    if found.stands_for is not None:
        remarks.append(f"{found.stands_for} reads the same shape as {at.name}, so this is the explanation of both.")
    elif at.times > 1:
        remarks.append(f"This layer stands for {at.times} equal copies in a row.")
    others = [other.name for other in found.layers[1:] if other.name is not None]
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        remarks.append(f"The same word also names {', '.join(others[:3])}{more}.")
    elif len(found.layers) > 1:
        remarks.append(f"It is the first of {len(found.layers)} copies; the others have inputs of other shapes.")
    variants = [other.network.variant for other in result.derivations if other is not derivation]
    named = [variant for variant in variants if variant is not None]
    if derivation.network.variant is not None and named:
        remarks.append(f"The file has further variants: {', '.join(named)}.")
    return " ".join(remarks)


def _about(result: Result, derivation: Derivation, name: str | None, line: int) -> list[Diagnostic]:
    """The findings about a layer, by its name, or by its line if it has none."""
    found = []
    for finding in result.findings:
        if finding.layer is not None:
            about = finding.layer == name
        else:
            about = name is None and result.source.position(finding.span[0])[0] == line
        if about and (finding.severity or Severity.ERROR) > Severity.INFO:
            found.append(finding)
    return found
