"""``convlint explain FILE LAYER``: the explanation of a layer, in words or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from convlint import catalogue
from convlint.document import Source
from convlint.explain import Explanation
from convlint.findings import Diagnostic
from convlint.model.network import Network
from convlint.reports.escape import escape
from convlint.reports.escape import lines as harmless
from convlint.reports.json_report import brief
from convlint.reports.style import Style
from convlint.reports.wrapping import wrapped

#: Prose is wrapped here; what stands on the board in lines of its own may be wider.
WIDTH = 100
VERSION = 1


def text(
    source: Source,
    explanation: Explanation,
    findings: Sequence[Diagnostic],
    remark: str,
    network: Network,
    style: Style,
) -> str:
    """The layer, what goes in and out, and the steps between; then what convlint finds about it."""
    lines = [_paint(_title(source, explanation, network), style, "bold"), ""]
    outputs = ", ".join(explanation.outputs)
    lines.append(_line(f"    {' and '.join(explanation.inputs)}  ->  {outputs}", style))
    if remark:
        lines += ["", *prose(remark, style)]
    for section in explanation.sections:
        lines += ["", _paint(section.title, style, "bold")]
        for index, part in enumerate(section.parts):
            before = section.parts[index - 1] if index else None
            announced = isinstance(before, str) and before.endswith(":")
            if section.loose and before is not None and not (announced and isinstance(part, list)):
                lines.append("")
            if isinstance(part, list):
                lines += [_line(f"  {line}" if line else "", style) for line in part]
            else:
                lines += prose(part, style)
    if findings:
        lines += ["", _paint("What convlint finds here", style, "bold")]
        for found in findings:
            rule = catalogue.BY_CODE[found.code]
            lines += prose(f"{found.message} ({rule.code} {rule.name})", style, hanging=True)
    return harmless("\n".join(lines))


def _title(source: Source, explanation: Explanation, network: Network) -> str:
    at = explanation.at
    name = f"{at.name} ({at.layer.type})" if at.name is not None else at.layer.type
    scale = f", {network.variant_word} {network.variant}" if network.variant else ""
    return f"{name}, line {explanation.line} of {source.path}{scale}"


def prose(words: str, style: Style, hanging: bool = False) -> list[str]:
    """Words, wrapped and indented."""
    width = min(WIDTH, style.width or WIDTH)
    return wrapped(_line(words, style), width, "  ", "    " if hanging else "  ")


def _line(words: str, style: Style) -> str:
    return style.writable(escape(words, sys.maxsize))


def _paint(words: str, style: Style, role: str) -> str:
    return style.paint(_line(words, style), role)


def as_json(
    source: Source,
    explanation: Explanation,
    findings: Sequence[Diagnostic],
    remark: str,
    variant: str | None,
    obstacles: Sequence[Diagnostic] = (),
) -> dict[str, Any]:
    """The same as data, with what keeps the network from being built."""
    at = explanation.at
    return {
        "path": source.path,
        "variant": variant,
        "name": at.name,
        "type": at.layer.type,
        "line": explanation.line,
        "inputs": [value.shape for value in at.inputs],
        "outputs": [value.shape for value in at.outputs],
        "kernels_2d": at.kernels_2d,
        "kernels_3d": at.kernels_3d,
        "weight": at.weight,
        "params": at.params,
        "macs": at.macs,
        "receptive_field": at.outputs[0].field if at.outputs else None,
        "remark": remark or None,
        "errors": [brief(source, found) for found in obstacles],
        "sections": [{"title": section.title, "parts": section.parts} for section in explanation.sections],
        "findings": [
            {
                "code": found.code,
                "name": catalogue.BY_CODE[found.code].name,
                "severity": str(found.severity),
                "message": found.message,
            }
            for found in findings
        ],
    }
