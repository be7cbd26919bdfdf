"""Networks that make no sense: whatever is written, every rule has words for it, and all of them lie in the text."""

from __future__ import annotations

import pytest

from convlint import catalogue
from convlint.document import Source
from convlint.lint import lint
from convlint.reports import text
from tests.oracle.descriptions import Written
from tests.oracle.wild import wild

EVERYTHING = catalogue.selection(["ALL"])


@pytest.mark.no_cover  # long, and what it reaches other tests reach
@pytest.mark.parametrize("start", range(0, 400, 50))
def test_nothing_raises(start: int) -> None:
    for seed in range(start, start + 50):
        written = Written(wild(seed)).text
        result = lint(Source("net.yaml", written), EVERYTHING)
        for found in result.findings:
            shown = text.finding(result.source, found)
            assert "None" not in shown, written
            for span in (found.span, *(label.span for label in found.labels)):
                assert 0 <= span[0] <= span[1] <= len(written)
