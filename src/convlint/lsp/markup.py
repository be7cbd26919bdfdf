"""Findings and explanations in the words of the protocol. What stands in a file is shown, and means nothing."""

from __future__ import annotations

import re

from lsprotocol import types

from convlint import catalogue
from convlint.findings import Diagnostic, Severity
from convlint.ide.hover import Hover
from convlint.lsp.positions import Lines
from convlint.source.repository import printable

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Hint,
}
#: What Markdown would take for its own.
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~&$@])")


#: Longer texts are cut: a message quotes what stands in a file, and that may be a megabyte.
MOST = 1000


def shown(words: str) -> str:
    """Words in one line, of which nothing is hidden, and not too many."""
    return printable(words if len(words) <= MOST else f"{words[:MOST]}...")


def diagnostic(found: Diagnostic, lines: Lines, uri: str, related: bool) -> types.Diagnostic:
    """A finding. Its further places go beside it where the client knows these (``related``), else into its words."""
    rule = catalogue.BY_CODE[found.code]
    words = [found.message]
    if found.label and found.label not in found.message:
        words.append(found.label)
    information = None
    labels = [label for label in found.labels if label.message]
    if related:
        information = [
            types.DiagnosticRelatedInformation(types.Location(uri, lines.range(label.span)), shown(label.message))
            for label in labels
        ]
    else:
        words += [f"line {lines.position(label.span[0]).line + 1}: {label.message}" for label in labels]
    words += found.notes
    if found.help:
        words.append(f"help: {found.help}")
    return types.Diagnostic(
        lines.range(found.span),
        "\n".join(map(shown, words)),
        severity=_SEVERITIES[found.severity or Severity.ERROR],
        code=found.code,
        code_description=types.CodeDescription(rule.url),
        source="convlint",
        related_information=information or None,
    )


def hover(found: Hover, markdown: bool) -> types.MarkupContent:
    """The arithmetic of a layer, and what is found there."""
    explained = found.explanation
    through = f"{' and '.join(explained.inputs)} -> {', '.join(explained.outputs)}"
    blocks = [_strong(found.title, markdown), _board([through], markdown)]
    for section in explained.sections:
        blocks.append(_strong(section.title, markdown))
        blocks += [
            _board(part, markdown) if isinstance(part, list) else _prose(part, markdown) for part in section.parts
        ]
    if found.findings:
        blocks.append(_strong("What convlint finds here", markdown))
        blocks += [_prose(f"{one.message} ({one.code})", markdown) for one in found.findings]
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.MarkupContent(kind, "\n\n".join(blocks))


def _strong(words: str, markdown: bool) -> str:
    return f"**{_escaped(words)}**" if markdown else shown(words)


def _board(lines: list[str], markdown: bool) -> str:
    """Lines that stay as they are."""
    text = "\n".join(map(shown, lines))
    if not markdown:
        return text
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def _prose(words: str, markdown: bool) -> str:
    """A paragraph; what it quotes in backquotes stays in them."""
    if not markdown:
        return shown(words)
    parts = re.split(r"(`[^`]*`)", shown(words))
    return "".join(part if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(words: str) -> str:
    return _SIGNS.sub(r"\\\1", shown(words))
