"""Which files a run would check, and why it would not check the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convlint.formats.foreign import ENDINGS
from convlint.session.outcome import Failure, Skipped
from convlint.session.session import Session


class Listed(NamedTuple):
    """A file or an excluded folder: the formats of its documents (none if broken), or ``why`` it is not checked."""

    path: str
    formats: list[str]
    why: str


def listed(session: Session, paths: list[str]) -> Iterator[Listed]:
    """All files that some paths mean; below a folder those that may be networks, or are known to be none."""
    left_out: list[Skipped] = []
    targets, failures = session.targets(paths, ENDINGS, left_out)
    for failure in failures:
        yield Listed(failure.place, [], failure.message)
    for target in targets:
        checked = session.check(target, truth=True)
        if checked is None:
            assert session.skipped is not None
            yield Listed(target.path, [], session.skipped.why)
        elif isinstance(checked, Failure):
            yield Listed(checked.place, [], checked.message)
        else:
            names = [format.NAME for format in checked.result.formats]
            yield Listed(checked.name, list(dict.fromkeys(names)), "")
    for skipped in left_out:
        yield Listed(skipped.path, [], skipped.why)
