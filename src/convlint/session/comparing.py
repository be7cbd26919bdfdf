"""Two files, a file and its past, or two variants of a file, compared."""

from __future__ import annotations

import os
from typing import NamedTuple

from convlint.compare import Comparison, compare
from convlint.derive import Derivation
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import Result
from convlint.session import revisions
from convlint.session.outcome import Failure
from convlint.session.paths import STDIN, Target
from convlint.session.session import Session

#: What stands between a file and the name of one of its variants.
OF = "@"
#: What is meant where only one file is named.
_LAST = "HEAD"


class Operand(NamedTuple):
    """One side of a comparison: a file, in a revision (None: as it is), and one of its variants (None: all)."""

    path: str
    revision: str | None = None
    variant: str | None = None

    @property
    def label(self) -> str:
        """How to call it."""
        said = [self.revision] if self.revision is not None else []
        if self.variant is not None:
            said.append(self.variant)
        return f"{self.path} ({', '.join(said)})" if said else self.path


class Side(NamedTuple):
    """What was compared: how to call it, and its text."""

    label: str
    source: Source


class Pair(NamedTuple):
    """Two networks that were compared; ``name`` says what both are (``scale n``), where a file holds several."""

    name: str
    comparison: Comparison


class Compared(NamedTuple):
    """Two files side by side; the first of ``pairs`` is the variant that the file itself selects."""

    before: Side
    after: Side
    pairs: list[Pair]

    @property
    def differs(self) -> bool:
        """Whether there is any difference."""
        return any(pair.comparison.differs for pair in self.pairs)


def operands(words: list[str]) -> tuple[Operand, Operand]:
    """What a command line compares; raises ValueError with a line that says what is wrong.

    ``A B`` are files, ``REVISION FILE`` a file and its past, ``REVISION REVISION FILE`` two states of its past, and
    ``FILE`` alone means its last commit.  A name that is a file is that file.
    """
    if len(words) == 1:
        after = operand(words[0])
        if after.path == STDIN:
            raise ValueError("standard input has no past to be compared with")
        if after.revision is None and not os.path.exists(after.path):
            raise ValueError(f"{after.path}: no such file or directory")
        return Operand(after.path, _LAST, after.variant), after
    if len(words) == 3:
        file = operand(words[2])
        return file._replace(revision=words[0]), file._replace(revision=words[1])
    if words == [STDIN, STDIN]:
        raise ValueError("standard input can be read once only")
    after = operand(words[1])
    if is_file(words[0]) or (OF in words[0] and is_file(words[0].rpartition(OF)[0])):
        return operand(words[0]), after
    revision, colon, path = words[0].partition(":")
    if colon and revision and len(revision) > 1:  # C:\net.yaml is no revision
        return Operand(path, revision), after
    if not is_file(after.path):
        raise ValueError(f"{words[0]}: no such file, and {words[1]} is none of which it could be a revision")
    return after._replace(revision=words[0]), after


def is_file(word: str) -> bool:
    """Whether a word is the path of a file (or folder), or standard input."""
    return word == STDIN or os.path.exists(word)


def operand(word: str) -> Operand:
    """A file, or one of its variants (``net.yaml@s``), or a file in a revision (``HEAD:net.yaml``)."""
    path, of, variant = word.rpartition(OF)
    if not is_file(word) and of and variant and is_file(path):
        return Operand(path, None, variant)
    revision, colon, path = word.partition(":")
    if not is_file(word) and colon and len(revision) > 1 and path:
        return Operand(path, revision)
    return Operand(word)


def compared(session: Session, before: Operand, after: Operand) -> Compared | Failure:
    """Compare what two operands mean."""
    sides = []
    for one in (before, after):
        found = networks(session, one)
        if isinstance(found, Failure):
            return found
        sides.append((one, found))
    (one, old), (other, new) = sides
    try:
        pairs = _pairs(old, one.variant, new, other.variant)
    except ValueError as error:
        return Failure(other.label, str(error))
    made = [Pair(name, compare(a, b)) for name, a, b in pairs]
    return Compared(Side(one.label, old.source), Side(other.label, new.source), made)


def networks(session: Session, wanted: Operand) -> Result | Failure:
    """The networks of an operand, all variants, or why there are none."""
    if wanted.path != STDIN and os.path.isdir(wanted.path):
        return Failure(wanted.path, "is a folder, not a file")
    text = None
    if wanted.revision is not None:
        try:
            text = revisions.load(wanted.revision, wanted.path)
        except revisions.NoRevision as error:
            return Failure(wanted.label, str(error))
    checked = session.check(Target(wanted.path, True), truth=True, text=text)
    if checked is None:
        return Failure(wanted.label, "is excluded by the settings")
    if isinstance(checked, Failure):
        return Failure(wanted.label, checked.message, checked.line)
    if not checked.result.derivations:
        wrong = [one for one in checked.result.findings if one.severity is Severity.ERROR]
        if not wrong:
            return Failure(wanted.label, "describes no network")
        line = checked.result.source.position(wrong[0].span[0])[0]
        return Failure(wanted.label, f"describes no network: {wrong[0].code} in line {line}: {wrong[0].message}")
    return checked.result


def _pairs(
    old: Result, old_variant: str | None, new: Result, new_variant: str | None
) -> list[tuple[str, Derivation, Derivation]]:
    """Which networks are compared with which, and what both are, the one to look at first; raises ValueError."""
    if old_variant is not None or new_variant is not None:
        return [("", _one(old, old_variant or new_variant), _one(new, new_variant or old_variant))]
    before = {one.network.variant: one for one in old.derivations if one.network.variant is not None}
    after = {one.network.variant: one for one in new.derivations if one.network.variant is not None}
    common = [name for name in after if name in before]
    if common:
        common.sort(key=lambda name: name != new.selected)
        return [(f"{after[name].network.variant_word} {name}", before[name], after[name]) for name in common]
    if before or after:
        # What one file describes in variants, the other one describes once: the variants that the files select.
        return [("", _one(old, old.selected), _one(new, new.selected))]
    if len(old.derivations) != len(new.derivations):
        counts = f"{len(old.derivations)} networks before, {len(new.derivations)} after"
        raise ValueError(f"cannot be compared one by one: {counts}")
    several = len(new.derivations) > 1
    pairs = enumerate(zip(old.derivations, new.derivations, strict=True), start=1)
    return [(f"network {number}" if several else "", a, b) for number, (a, b) in pairs]


def _one(result: Result, variant: str | None) -> Derivation:
    """A network of a file by the name of its variant, the first if nobody names one; raises ValueError."""
    if variant is None:
        return result.derivations[0]
    for one in result.derivations:
        if one.network.variant == variant:
            return one
    names = [one.network.variant for one in result.derivations if one.network.variant is not None]
    if not names:
        return result.derivations[0]
    word = result.derivations[0].network.variant_word
    raise ValueError(f"has no {word} `{variant}`; there are {', '.join(names)}")
