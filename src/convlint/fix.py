"""Applies the edits of findings to a text, and replaces files without ever leaving half of one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from convlint.diagnostic import Diagnostic, Edit, Fix, Severity
from convlint.document import Source
from convlint.lint import Result

#: Rounds of linting and fixing; a fix may uncover another one.
MAX_ROUNDS = 20


@dataclass(slots=True)
class Fixed:
    """A text after fixing: what was applied, in order, and what convlint says of the text now."""

    source: Source
    applied: list[Fix]
    result: Result


def fix(result: Result, lint: Callable[[Source], Result], unsafe: bool, least: Severity = Severity.INFO) -> Fixed:
    """Apply what can be applied to findings of at least a severity, lint again, and go on until nothing is left.

    Of fixes whose edits touch each other only the first is applied in a round; the next round sees the other one
    again if it is still wanted.  A round after which one of its findings is still there, or the text cannot be read
    any more, is taken back; then the first fix that works by itself is applied.
    """
    source = result.source
    applied: list[Fix] = []
    for _ in range(MAX_ROUNDS):
        chosen = _choose([found for found in result.findings if (found.severity or least) >= least], unsafe)
        if not chosen:
            break
        text = apply([edit for _, fix in chosen for edit in fix.edits], source.text)
        again = lint(Source(source.path, text))
        if not _helped(again, result, chosen):
            single = _first_that_helps(chosen, source, result, lint)
            if single is None:
                break
            chosen, again = single
        applied += [fix for _, fix in chosen]
        source, result = again.source, again
    return Fixed(source, applied, result)


def apply(edits: list[Edit], text: str) -> str:
    """The text with its edits made; they must not touch each other."""
    parts = []
    offset = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        start, end = edit.span
        parts += [text[offset:start], edit.text]
        offset = end
    return "".join([*parts, text[offset:]])


def _choose(findings: list[Diagnostic], unsafe: bool) -> list[tuple[Diagnostic, Fix]]:
    """One fix a finding, as far as they do not touch each other; the first in the file wins."""
    chosen = []
    taken: list[tuple[int, int]] = []
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.safe or unsafe), None)
        if fix is None:
            continue
        spans = [edit.span for edit in fix.edits]
        if all(end < start or stop < begin for start, end in spans for begin, stop in taken):
            chosen.append((finding, fix))
            taken += spans
    return chosen


def _helped(after: Result, before: Result, chosen: list[tuple[Diagnostic, Fix]]) -> bool:
    """Whether a fixed text can still be read and the fixed findings are gone; others may have come to light."""
    if not after.recognised or any(finding.code == "CL001" for finding in after.findings):
        return False
    expected = Counter((finding.code, finding.message) for finding in before.findings)
    expected.subtract((finding.code, finding.message) for finding, _ in chosen)
    left = Counter((finding.code, finding.message) for finding in after.findings)
    return all(left[key] <= expected[key] for key in {(finding.code, finding.message) for finding, _ in chosen})


def _first_that_helps(
    chosen: list[tuple[Diagnostic, Fix]], source: Source, result: Result, lint: Callable[[Source], Result]
) -> tuple[list[tuple[Diagnostic, Fix]], Result] | None:
    """When all fixes of a round together do not help: the first that does by itself."""
    if len(chosen) == 1:
        return None
    for finding, fix in chosen:
        again = lint(Source(source.path, apply(fix.edits, source.text)))
        if _helped(again, result, [(finding, fix)]):
            return [(finding, fix)], again
    return None


def write(path: str, before: str, after: str) -> None:
    """Replace a file by its fixed text, whole or not at all.

    The byte order mark, line ends and mode of the file stay; a symbolic link stays one.  Raises OSError if it cannot be
    written, and if the file is no longer what was linted.
    """
    import tempfile

    from convlint.document import decode

    target = os.path.realpath(path)
    with open(target, "rb") as file:
        data = file.read()
        mode = os.fstat(file.fileno()).st_mode
    if decode(data)[0] != before:
        raise OSError("the file changed while it was checked; nothing was written")
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    folder, name = os.path.split(target)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(mark + after.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def diff(path: str, before: str, after: str) -> str:
    """The change as a unified diff."""
    from difflib import unified_diff

    old, new = (text.splitlines(keepends=True) for text in (before, after))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(old, new, path, path)
    )
