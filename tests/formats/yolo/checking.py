"""Small YOLO files, and what convlint makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from convlint.catalogue import selection
from convlint.derive import Derivation
from convlint.document import Source, decode
from convlint.findings import Diagnostic, Severity
from convlint.formats.yolo.options import Options
from convlint.lint import Result, lint


def net(*rows: str, top: str = "", nc: str = "nc: 4\n") -> str:
    """A file whose last row is its head."""
    backbone = "".join(f"  - {row}\n" for row in rows[:-1])
    return f"{nc}{top}backbone:\n{backbone}head:\n  - {rows[-1]}\n"


def check(text: str, path: str = "net.yaml", options: Options | None = None, also: Sequence[str] = ()) -> Result:
    """Lint a text at default settings."""
    return lint(Source(path, text), selection(extend=also), options={"yolo": options or Options()})


def check_file(path: Path, scale: str | None = None, dialect: str | None = None) -> Result:
    """Lint a file, at one scale if one is given."""
    text, _ = decode(path.read_bytes())
    return check(text, str(path), Options((scale,) if scale else (), None, dialect))


def found(result: Result, least: Severity = Severity.WARNING) -> list[tuple[str, int, str]]:
    """Code, line and message of every finding that is bad enough."""
    return [
        (finding.code, result.source.position(finding.span[0])[0], finding.message)
        for finding in result.findings
        if (finding.severity or Severity.ERROR) >= least
    ]


def errors(result: Result) -> list[Diagnostic]:
    """The findings that are errors."""
    return [finding for finding in result.findings if finding.severity is Severity.ERROR]


def shapes(derivation: Derivation) -> list[tuple[int | None, ...] | None]:
    """The first output of every row."""
    return [layer.outputs[0].shape for layer in derivation.layers]
