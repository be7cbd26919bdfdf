"""The networks that a file would describe if what findings propose were done."""

from __future__ import annotations

from collections.abc import Callable

from convlint.derive import Derivation
from convlint.document import Source
from convlint.findings import Severity, edits
from convlint.lint import Result

#: So many proposals are tried; each takes a check of the file.
MOST = 3


def meant(result: Result, again: Callable[[Source], Result]) -> list[Derivation]:
    """The networks after the first fix of each finding that is more than a remark; ``again`` lints another text."""
    found: list[Derivation] = []
    proposed = [one for one in result.findings if one.fixes and one.severity != Severity.INFO]
    for finding in proposed[:MOST]:
        text = edits.apply(finding.fixes[0].edits, result.source.text)
        found += again(Source(result.source.path, text)).derivations
    return found
