"""What makes a finding known again after its file was edited: itself, its line, and the lines around it."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from convlint.document import Source
from convlint.findings.diagnostic import Diagnostic

#: Of how many UTF-16 units GitHub makes the hash of a line, and with which factor.
_BLOCK, _FACTOR = 100, 37
_WORD = (1 << 64) - 1
_END = 65535


class Fingerprint(NamedTuple):
    """A finding without its place: ``line`` and ``around`` are hashes of its line and of its neighbours.

    Blanks make no difference, and no number of a line is part of it.
    """

    code: str
    message: str
    line: str
    around: str

    @property
    def key(self) -> str:
        """All but the neighbours, as one hash."""
        return digest(f"{self.code}\n{self.message}\n{self.line}")


def fingerprint(source: Source, found: Diagnostic) -> Fingerprint:
    """The fingerprint of a finding in a file."""
    number = source.position(min(found.span[0], len(source.text)))[0]
    before = next((text for line in range(number - 1, 0, -1) if (text := _squeezed(source, line))), "")
    after = next(
        (text for line in range(number + 1, len(source.line_starts) + 1) if (text := _squeezed(source, line))), ""
    )
    line = _squeezed(source, number)
    return Fingerprint(found.code, found.message, digest(line), digest(f"{before}\n{after}"))


def digest(text: str) -> str:
    """A short hash of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _squeezed(source: Source, line: int) -> str:
    return "".join(source.line_text(line).split())


def line_hashes(source: Source) -> list[str]:
    """GitHub's ``primaryLocationLineHash`` of every line.

    A rolling hash over the first hundred UTF-16 units from where the line starts, without blanks, and the number of
    times that it has occurred: https://github.com/github/codeql-action/blob/main/src/fingerprints.ts
    """
    text = f"\ufeff{source.text}" if source.marked else source.text
    encoded = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    last = pow(_FACTOR, _BLOCK, 1 << 64)
    window = [0] * _BLOCK
    starts = [False] * _BLOCK
    counts: dict[int, int] = {}
    hashes: list[str] = []
    value = index = 0
    line_start, after_return = True, False

    def put(unit: int) -> None:
        nonlocal value, index
        if starts[index]:
            starts[index] = False
            counts[value] = counts.get(value, 0) + 1
            hashes.append(f"{value:x}:{counts[value]}")
        value, window[index] = (_FACTOR * value + unit - last * window[index]) & _WORD, unit

    for unit in (*encoded, _END):
        if unit in (32, 9) or (after_return and unit == 10):
            after_return = False
            continue
        after_return = unit == 13
        put(10 if after_return else unit)
        if line_start:
            starts[index] = True
        line_start = after_return or unit == 10
        index = (index + 1) % _BLOCK
    for _ in range(_BLOCK):
        put(0)
        index = (index + 1) % _BLOCK
    return hashes
