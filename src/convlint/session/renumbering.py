"""Row numbers and index comments of a file written anew: which explanation of the numbers holds, and what changes.

A format knows what may have happened to its rows. Here each possibility is tried: the one is taken that alone leaves
the fewest errors, then the fewest warnings; never one with more errors than before, nor one that a second run would
change again.
"""

from __future__ import annotations

from typing import NamedTuple

from convlint import formats
from convlint.document import Document, Problem, Source, read
from convlint.findings import Diagnostic, Edit, Severity, fixing
from convlint.findings.edits import apply, prepared
from convlint.formats.renumbering import Possibility
from convlint.lint import Result, counted
from convlint.session import paths
from convlint.session.outcome import Failure
from convlint.session.paths import Target
from convlint.session.session import Checked, Session
from convlint.session.trouble import internal_error

#: More explanations are not tried.
MOST_TRIED = 32


class Renumbered(NamedTuple):
    """What renumbering came to: why, how many numbers and comments change, the change as a diff (None: nothing).

    ``notes`` are about what was left as it is.
    """

    why: str
    numbers: int
    comments: int
    diff: str | None
    notes: tuple[str, ...] = ()


class Undecided(NamedTuple):
    """What may have happened, none of it more likely than the others: in words, with what rows read then."""

    possibilities: list[str]


class _Refused(Exception):
    """Nothing can be done; the message is one line."""


class _Tried(NamedTuple):
    """A possibility with the text that it makes, and the errors and warnings that are left."""

    possibility: Possibility
    edits: list[Edit]
    text: str
    errors: int
    warnings: int


def renumber(session: Session, checked: Checked, against: str | None, write: bool) -> Renumbered | Undecided | Failure:
    """Renumber a file; ``against`` is the path of the file before the edit. ``write`` replaces the file."""
    source = checked.result.source
    try:
        unreadable = next((found for found in checked.result.findings if found.code == "CL001"), None)
        if unreadable is not None:
            raise _Refused(f"cannot be read: {unreadable.message}")
        before = None if against is None else _before(against, checked)
        tried = _tried(session, checked, source, before)
        if len(tried) > 1:
            return Undecided([_told(one.possibility) for one in tried])
        one = tried[0]
        if one.text == source.text:
            return Renumbered(one.possibility.words, 0, 0, None, one.possibility.notes)
        _assure(session, checked, one, before)
        if write:
            fixing.write(checked.target.path, source.text, one.text)
        diff = fixing.diff(source, one.text)
        return Renumbered(
            one.possibility.words, len(one.edits), len(one.possibility.comments), diff, one.possibility.notes
        )
    except _Refused as refused:
        return Failure(source.path, str(refused))
    except OSError as error:
        return Failure(source.path, f"cannot be written: {paths.reason(error)}")
    except Exception as error:
        return Failure(source.path, internal_error(error))


def explanations(session: Session, checked: Checked, against: str | None) -> list[tuple[str, str]] | Failure:
    """What may have happened to the rows of a text, in words, and the text that each makes; none if all is right.

    ``against`` is the text before the edit, where it is known.
    """
    source = checked.result.source
    try:
        before = None if against is None else _document(Source(source.path, against), None, checked)
        tried = _tried(session, checked, source, before)
        if len(tried) == 1:
            _assure(session, checked, tried[0], before)
        return [(_told(one.possibility), one.text) for one in tried if one.text != source.text or len(tried) > 1]
    except _Refused as refused:
        return Failure(source.path, str(refused))


def _before(path: str, checked: Checked) -> Document:
    """The document of the file before the edit."""
    try:
        source, problem = paths.load(Target(path, True), path)
    except (OSError, ValueError) as error:
        raise _Refused(f"{path} cannot be read: {paths.reason(error)}") from None
    return _document(source, problem, checked)


def _document(source: Source, problem: Problem | None, checked: Checked) -> Document:
    """The one document of a text before the edit."""
    path = source.path
    if problem is None:
        documents, problem = read(source).documents, read(source).problem
    if problem is not None:
        raise _Refused(f"{path} cannot be read: {problem.message}")
    document, format = _only(documents, path)
    if format is not _only(read(checked.result.source).documents, "")[1]:
        raise _Refused(f"{path} is of another format")
    return document


def _only(documents: list[Document], path: str) -> tuple[Document, formats.Format]:
    """The one document that describes a network."""
    found = [(one, format) for one in documents if (format := formats.recognise(one, True)) is not None]
    of = f"{path} has" if path else "the file has"
    if len(found) != 1:
        raise _Refused(f"{of} {len(found) or 'no'} networks; one is renumbered at a time")
    return found[0]


def _tried(session: Session, checked: Checked, source: Source, before: Document | None) -> list[_Tried]:
    """The explanations of a text that are left when each was tried; those that make the same text are one."""
    reading = read(source)
    if reading.problem is not None:
        raise _Refused(f"cannot be read: {reading.problem.message}")
    document, format = _only(reading.documents, "")
    numbered = formats.numbered(format)
    if numbered is None:
        raise _Refused(f"nothing to renumber: {format.TITLE} are not numbered by row")
    answer = numbered.renumber(document, session.context(checked, source, reading, format), before)
    if answer.refused:
        raise _Refused(answer.refused)
    if len(answer.possibilities) > MOST_TRIED:
        raise _Refused(f"{len(answer.possibilities)} explanations are too many to try; `--against FILE` leaves fewer")
    lint = session.again(checked)
    found: dict[str, _Tried] = {}
    for possibility in answer.possibilities:
        edits = prepared(possibility.edits, source, reading.documents)
        if edits is None:
            raise _Refused(
                f"{possibility.words}, but a number that would change stands for several rows through an alias"
            )
        text = apply([*edits, *possibility.comments], source.text)
        same = found.get(text)
        if same is not None:
            words = f"{same.possibility.words}; or {possibility.words}"
            found[text] = same._replace(possibility=same.possibility._replace(words=words))
            continue
        result = checked.result if text == checked.result.source.text else lint(Source(source.path, text))
        counts = counted(result.findings)
        broken = not result.recognised or _unreadable(result)
        errors = counts[Severity.ERROR] + (len(text) if broken else 0)
        found[text] = _Tried(possibility, edits, text, errors, counts[Severity.WARNING])
    fewest = min((one.errors, one.warnings) for one in found.values())
    return [one for one in found.values() if (one.errors, one.warnings) == fewest]


def _unreadable(result: Result) -> bool:
    return any(found.code == "CL001" for found in result.findings)


def _assure(session: Session, checked: Checked, one: _Tried, before: Document | None) -> None:
    """Raise _Refused if a change makes errors, or a second run would change the file again."""
    errors = sum(_is_error(found) for found in checked.result.findings)
    if one.errors > errors:
        raise _Refused(f"{one.possibility.words}: with that the network would have {one.errors} errors for {errors}")
    again = _tried(session, checked, Source(checked.result.source.path, one.text), before)
    if len(again) == 1 and again[0].text != one.text:
        raise _Refused(f"{one.possibility.words}: with that the file would have to be renumbered once more")


def _is_error(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR


def _told(possibility: Possibility) -> str:
    """A possibility with what rows read then."""
    reads = possibility.reads
    if not reads:
        return possibility.words
    shown = [*reads[:6], f"{len(reads) - 6} more"] if len(reads) > 6 else reads
    return f"{possibility.words}: {', '.join(shown)}"
