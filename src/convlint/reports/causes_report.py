"""``convlint explain FILE --error TEXT``: where a framework's message can come from, in words or as JSON."""

from __future__ import annotations

from typing import Any

from convlint import catalogue
from convlint.document import Source
from convlint.explain.messages import ALL, BUT_SIZES
from convlint.findings import Diagnostic
from convlint.reports.escape import lines as harmless
from convlint.reports.explanation import VERSION, prose
from convlint.reports.style import Style
from convlint.session.causes import TRIED, Causes, Suspect
from convlint.words.text import joined


def text(source: Source, causes: Causes, style: Style) -> str:
    """What the message says, the layers that it can come from, and what convlint finds there."""
    message = causes.message
    lines = [*prose(message.text, style), "", style.paint("What it says", "bold"), *prose(message.says, style), ""]
    lines.append(style.paint(f"Where it can come from in {style.writable(source.path)}", "bold"))
    if causes.suspects:
        for suspect in causes.suspects:
            lines += prose(_suspect(suspect, causes), style, hanging=True)
        if causes.suspects[0].fit.level == BUT_SIZES:
            tried = ", ".join(map(str, TRIED))
            lines += prose(f"The sizes are others there, also at inputs of {tried}.", style)
        if causes.more:
            lines += prose(f"and {causes.more} more layers", style)
    elif causes.findings:
        lines += prose("What follows says it.", style)
    else:
        lines += prose(f"No layer fits. It would have to be {message.needs}.", style)
        if not causes.errors:
            lines += prose("The file may not be the one that is run, or its input another one.", style)
    found = _findings(causes)
    if found:
        lines += ["", style.paint(f"What convlint finds {'in the file' if causes.errors else 'there'}", "bold")]
        for one in found:
            rule = catalogue.BY_CODE[one.code]
            line = source.position(one.span[0])[0]
            lines += prose(f"line {line}: {one.message} ({rule.code} {rule.name})", style, hanging=True)
    return harmless("\n".join(lines))


def _suspect(suspect: Suspect, causes: Causes) -> str:
    at = f", at an input of {suspect.size}" if suspect.size else ""
    if suspect.variants:
        word = causes.variant_word if len(suspect.variants) == 1 else f"{causes.variant_word}s"
        at += f", {word} {joined(suspect.variants)}"
    return f"{suspect.place}{at}: {suspect.fit.why}"


def _findings(causes: Causes) -> list[Diagnostic]:
    """What is found at the suspects, and what says the same, each once; else all errors."""
    found = [finding for suspect in causes.suspects for finding in suspect.findings]
    found += causes.findings + causes.errors
    return list({id(finding): finding for finding in found}.values())


def as_json(source: Source, causes: Causes) -> dict[str, Any]:
    """The same as data."""
    return {
        "version": VERSION,
        "error": {
            "path": source.path,
            "text": causes.message.text,
            "says": causes.message.says,
            "needs": causes.message.needs,
            "suspects": [
                {
                    "name": suspect.at.name,
                    "type": suspect.at.layer.type,
                    "inside": None if suspect.top is suspect.at else suspect.top.name,
                    "line": source.position(suspect.at.layer.place.span[0])[0],
                    "certain": suspect.fit.level == ALL,
                    "input": suspect.size or None,
                    "variants": suspect.variants,
                    "why": suspect.fit.why,
                }
                for suspect in causes.suspects
            ],
            "more": causes.more,
            "findings": [
                {
                    "code": found.code,
                    "name": catalogue.BY_CODE[found.code].name,
                    "severity": str(found.severity),
                    "line": source.position(found.span[0])[0],
                    "message": found.message,
                }
                for found in _findings(causes)
            ],
        },
    }
