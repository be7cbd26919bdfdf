"""Findings known again after an edit, and GitHub's hashes of lines."""

from __future__ import annotations

import pytest

from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.findings.fingerprints import fingerprint, line_hashes

GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
LOREM = [
    *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
    "a7f2ff1481e87703:1",
    "a9cf91f7bbf1862b:1",
    "55ec222b86bcae53:1",
    "cc97dc7b1d7d8f7b:1",
    "c129715d7a2bc9a3:1",
]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\rworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        ("Lorem ipsum dolor sit amet.\n" * 10, LOREM),
    ],
)
def test_hashes_of_lines_are_those_of_the_upload_action(text: str, hashes: list[str]) -> None:
    assert line_hashes(Source("net.yaml", text)) == hashes


def test_a_fingerprint_survives_moves_and_blanks() -> None:
    found = Diagnostic("CL103", "lost", (5, 6))
    first = fingerprint(Source("net.yaml", "a\nb\n c: 1\n\n\nd\n"), found)
    moved = fingerprint(Source("net.yaml", "x\ny\nb\nc:  1\r\nd\n"), Diagnostic("CL103", "lost", (6, 7)))
    assert first == moved
    other = fingerprint(Source("net.yaml", "x\ny\nq\nc:  1\nd\n"), Diagnostic("CL103", "lost", (6, 7)))
    assert other.line == first.line and other.key == first.key and other.around != first.around
    assert fingerprint(Source("net.yaml", "c: 1\n"), Diagnostic("CL103", "lost", (99, 99))).code == "CL103"
