"""``--format json``: a contract with other programs, to which later versions only add."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from convlint import catalogue
from convlint.derive.activations import elements
from convlint.derive.state import Derivation, Derived
from convlint.derive.stored import stored_numbers
from convlint.derive.tensors import tensors
from convlint.document import Source, Span
from convlint.findings import Diagnostic, Severity
from convlint.model.network import Field
from convlint.model.operations import Group
from convlint.reports.escape import commands
from convlint.reports.memory import Memory, Use
from convlint.reports.memory import as_json as memory_as_json
from convlint.reports.places import ends
from convlint.reports.style import Style
from convlint.session.outcome import Failure, Shown, Summary
from convlint.work import LISTED, affords

VERSION = 1


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """All findings, failures and counts as one object, one finding a line."""
    findings = (encode(finding(file.source, found)) for file in shown for found in file.findings)
    # The counts are complete only when the last finding is drawn.
    listed = _listed(findings)
    failures = _listed(encode(_failure(failure)) for failure in summary.failures)
    severities = summary.severities
    counts = {
        "files": summary.files,
        "skipped": summary.skipped,
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "infos": severities[Severity.INFO],
        "suppressed": summary.suppressed,
        "omitted": summary.omitted,
    }
    if summary.looked_at:
        counts["known"] = sum(map(len, summary.known.values()))
        counts["stale"] = sum(map(len, summary.stale.values()))
    notes = _listed(encode({"about": about, "message": words}) for about, words in summary.notes.items())
    yield (
        f'{{"version": {VERSION},\n "findings": {listed},\n "failures": {failures},\n "notes": {notes},\n'
        f' "summary": {json.dumps(counts)}}}'
    )


def encode(value: Any) -> str:
    """A value as JSON that every reader and every output accepts, and in which no CI finds anything to obey."""
    encoded = json.dumps(_without_surrogates(value))
    return encoded.replace("##", "#\\u0023") if "##" in encoded and commands(encoded) else encoded


def _without_surrogates(value: Any) -> Any:
    """Lone surrogates stand for undecodable bytes in file names; many readers refuse them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value


def _listed(items: Iterator[str]) -> str:
    joined = ",\n  ".join(items)
    return f"[\n  {joined}]" if joined else "[]"


def _failure(failure: Failure) -> dict[str, Any]:
    line = {} if failure.line is None else {"line": failure.line}
    return {"path": failure.path, **line, "message": failure.message}


def finding(source: Source, found: Diagnostic) -> dict[str, Any]:
    """One finding as an object."""
    labels = [(found.span, found.label)] if found.label else []
    labels += [(label.span, label.message) for label in found.labels]
    return {
        "code": found.code,
        "name": catalogue.BY_CODE[found.code].name,
        "severity": str(found.severity or Severity.ERROR),
        "message": found.message,
        "path": source.path,
        **_place(source, found.span),
        "variants": found.variants,
        "layer": found.layer,
        "labels": [{"message": message, **_place(source, span)} for span, message in labels],
        "notes": found.notes,
        "help": found.help,
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [{**_place(source, edit.span), "text": edit.text} for edit in fix.edits],
            }
            for fix in found.fixes
        ],
        "url": catalogue.BY_CODE[found.code].url,
    }


def _place(source: Source, span: Span) -> dict[str, dict[str, int]]:
    start, end = ends(source, span)
    return {"start": {"line": start[0], "column": start[1]}, "end": {"line": end[0], "column": end[1]}}


def brief(source: Source, found: Diagnostic) -> dict[str, Any]:
    """A finding in few words, for what tells of networks."""
    return {
        "code": found.code,
        "name": catalogue.BY_CODE[found.code].name,
        "severity": str(found.severity or Severity.ERROR),
        "message": found.message,
        "layer": found.layer,
        "line": ends(source, found.span)[0][0],
    }


def networks(derived: Iterable[tuple[Source, Derivation, list[Diagnostic]]], memory: Memory | None = None) -> str:
    """Everything that follows from some networks, one network a line, with what keeps each from being built."""
    listed = _listed(
        encode(
            _network(source, derivation)
            | {"errors": [brief(source, one) for one in obstacles]}
            | ({} if memory is None else {"memory": memory_as_json(Use(derivation, memory))})
        )
        for source, derivation, obstacles in derived
    )
    return f'{{"version": {VERSION},\n "networks": {listed}}}'


def _network(source: Source, derivation: Derivation) -> dict[str, Any]:
    network = derivation.network
    given = list(zip(network.inputs, derivation.inputs, strict=True))
    known = _Known(
        {item.number: item.name for item, _ in given}, {item.number: f"input:{item.name}" for item, _ in given}
    )
    return {
        "path": source.path,
        "name": network.name,
        "variant": network.variant,
        "inputs": {item.name: value.shape for item, value in given},
        "params": derivation.params,
        **({} if network.stored is None else {"stored": stored_numbers(derivation)}),
        "macs": derivation.macs,
        "layers": _layers(source, derivation.layers, known, ""),
    }


class _Known:
    """What layers may read, by value number: its name, its id, and whether it comes in several parts."""

    def __init__(
        self, names: MutableMapping[int, str | None], ids: MutableMapping[int, str], split: set[int] | None = None
    ) -> None:
        self.names = names
        self.ids = ids
        self.split: set[int] = set() if split is None else split

    def inside(self, group: Group, at: str) -> _Known:
        """What the layers of a group may read; those of a closed one read nothing else, and count values anew."""
        names: dict[int, str | None] = dict.fromkeys(group.inputs, "input")
        several = len(group.inputs) > 1
        ids = {number: f"{at}/input{f':{index}' * several}" for index, number in enumerate(group.inputs)}
        if group.numbers is not None:
            return _Known(names, ids)
        return _Known(ChainMap(names, self.names), ChainMap(ids, self.ids), self.split)


def _layers(
    source: Source, layers: list[Derived], known: _Known, before: str, written: bool = True
) -> list[dict[str, Any]]:
    """Layers one level below what has the id ``before``; what is ``written`` has arguments of its own.

    Those inside of groups end where they become too many for a text of this length.
    """
    found: list[dict[str, Any]] = []
    for index, derived in enumerate(layers):
        if before and not affords(LISTED):
            break
        layer, operation = derived.layer, derived.layer.operation
        place_id = f"{before}{index}"
        entry: dict[str, Any] = {
            "id": place_id,
            "name": derived.name,
            "type": layer.type,
            "line": source.position(layer.place.span[0])[0],
            "from": [_reference(known.names.get(number), part, number in known.split) for number, part in layer.inputs],
            "from_ids": [
                f"{known.ids[number]}:{part}" if number in known.split else known.ids.get(number)
                for number, part in layer.inputs
            ],
            "arguments": _arguments(layer.place.fields()) if written else {},
            "inputs": [value.shape for value in derived.inputs],
            "outputs": [value.shape for value in derived.outputs],
            "elements": [elements(value) for value in derived.outputs],
            "kernels_2d": derived.kernels_2d,
            "kernels_3d": derived.kernels_3d,
            "weight": derived.weight,
            "params": derived.params,
            "macs": derived.macs,
            "tensors": tensors(derived),
            "receptive_field": derived.outputs[0].field if derived.outputs else None,
            "layers": [],
        }
        if derived.times > 1:
            entry["times"] = derived.times
        if isinstance(operation, Group):
            inside = known.inside(operation, place_id)
            entry["layers"] = _layers(
                source, derived.children, inside, f"{place_id}/", written and operation.numbers is None
            )
            if len(entry["layers"]) < len(derived.children):
                entry["layers_left_out"] = len(derived.children) - len(entry["layers"])
        known.names[layer.number] = derived.name
        known.ids[layer.number] = place_id
        if len(derived.outputs) > 1:
            known.split.add(layer.number)
        found.append(entry)
    return found


def _arguments(fields: list[Field]) -> dict[str, str]:
    """What is written of a layer besides its name, what it reads and what is expected, as it is written."""
    return {
        field.word or field.name: field.text
        for field in fields
        if not field.reads and field.name != "name" and not field.name.startswith("expect")
    }


def _reference(name: str | None, part: int, split: bool) -> str | None:
    return f"{name}.{part}" if split and name is not None else name


def rules(catalogued: Iterable[catalogue.Rule]) -> str:
    """The catalogue, one rule a line."""
    listed = _listed(
        encode(
            {
                "code": rule.code,
                "name": rule.name,
                "severity": str(rule.severity),
                "default": rule.on,
                "summary": rule.summary,
                "url": rule.url,
            }
        )
        for rule in catalogued
    )
    return f'{{"version": {VERSION},\n "rules": {listed}}}'
