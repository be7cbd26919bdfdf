"""Applies the edits of findings to a text, and replaces files without ever leaving half of one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, NoReturn, Protocol, TypeVar

from convlint import catalogue
from convlint.document import Source, Span
from convlint.findings import Diagnostic, Edit, Fix, Severity
from convlint.findings.edits import apply, moved

#: Rounds of linting and fixing; a fix may uncover another one.
MAX_ROUNDS = 20
#: Times that a file is linted to find out which of several fixes do not help.
MAX_TRIALS = 100

#: A finding and the fix that is to be made.
Chosen = tuple[Diagnostic, Fix]


class Linted(Protocol):
    """What fixing looks at in the result of a lint."""

    source: Source
    findings: list[Diagnostic]
    recognised: bool


R = TypeVar("R", bound=Linted)


@dataclass(slots=True)
class Fixed(Generic[R]):
    """A text after fixing: what was applied, in order, and what convlint says of the text now."""

    source: Source
    applied: list[Fix]
    result: R
    #: The line and the finding of each of them, in the text in which it was made.
    made: list[tuple[int, Diagnostic]]


def fix(result: R, lint: Callable[[Source], R], unsafe: bool, least: Severity = Severity.INFO) -> Fixed[R]:
    """Apply what can be applied to findings of at least a severity, lint again, and go on until nothing is left.

    Of fixes whose edits touch each other only the first is applied in a round; the next round sees the other one
    again if it is still wanted.  A fix after which its finding is still there, or the text cannot be read any more, is
    not made, nor offered any longer; nor is one of a warning that makes an error, or one that may change what is meant
    and only moves an error of the network to another place.
    """
    fixing = _Fixing(result, lint, unsafe, least)
    for _ in range(MAX_ROUNDS):
        if not fixing.round():
            break
    return Fixed(fixing.result.source, fixing.applied, fixing.result, fixing.made)


class _Fixing(Generic[R]):
    """Goes from one text to the next; ``result`` is what convlint says of the present one."""

    def __init__(self, result: R, lint: Callable[[Source], R], unsafe: bool, least: Severity) -> None:
        self.result = result
        self.lint = lint
        self.unsafe = unsafe
        self.least = least
        self.applied: list[Fix] = []
        self.made: list[tuple[int, Diagnostic]] = []
        self.trials = MAX_TRIALS
        #: Code and place of findings whose fix did not help.
        self.rejected: set[tuple[str, Span]] = set()

    def round(self) -> bool:
        """Make all fixes that do not touch each other; whether any was made."""
        chosen = self.chosen()
        while chosen and self.trials > 0:
            self.trials -= 1
            after, failing = self.tried(chosen)
            if after is not None:
                self.accept(chosen, after)
                return True
            if len(failing) < len(chosen):
                # Those without the others; what fails now has the next round to itself.
                fail = {id(finding) for finding, _ in failing}
                chosen = [choice for choice in chosen if id(choice[0]) not in fail]
                continue
            helpful = self.helpful(chosen)
            if len(helpful) == len(chosen):
                # Each helps by itself and all together do not: the others may in the next round.
                helpful = helpful[: len(helpful) // 2]
            chosen = helpful
        return False

    def chosen(self) -> list[Chosen]:
        """One fix a finding, as far as they do not touch each other; the first in the file wins."""
        chosen = []
        taken: list[Span] = []
        for finding in self.result.findings:
            if (finding.severity or self.least) < self.least:
                continue
            if (finding.code, finding.span) in self.rejected:
                finding.fixes = []
            fix = next((fix for fix in finding.fixes if fix.safe or self.unsafe), None)
            if fix is None:
                continue
            spans = [edit.span for edit in fix.edits]
            if all(_apart(span, other) for span in spans for other in taken):
                chosen.append((finding, fix))
                taken += spans
        return chosen

    def tried(self, chosen: list[Chosen]) -> tuple[R | None, list[Chosen]]:
        """What convlint says after some fixes; else None and those that did not help.

        A fix did not help if its finding is still there.  All of them fail if nothing can be read any more; if there
        are new errors, those of findings that were no error, and the unsafe ones about what follows from the network.
        (What a mistake of notation hid may well come to light.)
        """
        edits = _edits(chosen)
        source = self.result.source
        after = self.lint(Source(source.path, apply(edits, source.text)))
        if not after.recognised or _broken(after) > _broken(self.result):
            return None, chosen
        left: dict[str, set[Span]] = {}
        for found in after.findings:
            left.setdefault(found.code, set()).add(found.span)
        errors = {(found.code, found.span) for found in after.findings if found.severity is Severity.ERROR}
        fixed = {id(finding) for finding, _ in chosen}
        for finding in self.result.findings:
            place = moved(finding.span, edits)
            errors.discard((finding.code, place))
            if id(finding) not in fixed and finding.code in left:
                left[finding.code].discard(place)
        failing = []
        for finding, fix in chosen:
            start, end = moved(finding.span, edits)
            stays = any(
                (first < end and start < last) or (first, last) == (start, end)
                for first, last in left.get(finding.code, ())
            )
            if stays or (errors and ((finding.severity or Severity.ERROR) < Severity.ERROR or _moves(finding, fix))):
                failing.append((finding, fix))
        return (None, failing) if failing else (after, [])

    def helpful(self, chosen: list[Chosen]) -> list[Chosen]:
        """Those of some fixes that help by themselves or together; the others are rejected."""
        if self.trials <= 0:
            return []
        if len(chosen) == 1:
            finding, _ = chosen[0]
            self.rejected.add((finding.code, finding.span))
            finding.fixes = []
            return []
        found: list[Chosen] = []
        half = len(chosen) // 2
        for part in (chosen[:half], chosen[half:]):
            self.trials -= 1
            found += part if self.tried(part)[0] is not None else self.helpful(part)
        return found

    def accept(self, chosen: list[Chosen], after: R) -> None:
        edits = _edits(chosen)
        self.rejected = {(code, moved(span, edits)) for code, span in self.rejected}
        self.applied += [fix for _, fix in chosen]
        source = self.result.source
        self.made += [(source.position(fix.edits[0].span[0])[0], finding) for finding, fix in chosen]
        self.result = after
        for finding in after.findings:
            if (finding.code, finding.span) in self.rejected:
                finding.fixes = []


def _moves(finding: Diagnostic, fix: Fix) -> bool:
    """Whether an error that comes with a fix is what the fix made of its own: the network was read before it, too."""
    rule = catalogue.BY_CODE.get(finding.code)
    return not fix.safe and rule is not None and rule.sort is catalogue.Sort.IRREGULARITY


def _broken(result: Linted) -> int:
    """How much of a text cannot be read."""
    return sum(found.code == "CL001" for found in result.findings)


def _edits(chosen: list[Chosen]) -> list[Edit]:
    return [edit for _, fix in chosen for edit in fix.edits]


def _apart(one: Span, other: Span) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def write(path: str, before: str, after: str) -> None:
    """Replace a file by its fixed text, whole or not at all.

    The byte order mark, line ends, mode and owner of the file stay; a symbolic link stays one.  Raises OSError if it
    cannot be written so, and if the file is no longer what was linted: that is looked at once more right before the
    file is replaced, under a lock that other runs of convlint respect.
    """
    import tempfile

    from convlint.document.source import MARK, decode

    target = os.path.realpath(path)
    with open(target, "rb") as file, _Undisturbed(file):
        data = file.read()
        status = os.fstat(file.fileno())
        if decode(data)[0] != before:
            raise OSError(_CHANGED)
        if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
            raise OSError("the file is read-only; nothing was written")
        if status.st_nlink > 1:
            raise OSError(
                f"the file has {status.st_nlink} names (hard links), and the others would keep the old text; "
                "nothing was written"
            )
        mark = MARK if data.startswith(MARK) else b""
        descriptor, temporary = tempfile.mkstemp(prefix=".convlint-", dir=os.path.dirname(target))
        try:
            with os.fdopen(descriptor, "wb") as made:
                made.write(mark + after.encode("utf-8"))
                made.flush()
                os.fsync(made.fileno())
            if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                try:
                    os.chown(temporary, status.st_uid, status.st_gid)
                except PermissionError:
                    raise OSError(_FOREIGN) from None
            os.chmod(temporary, status.st_mode & 0o7777)
            with open(target, "rb") as now:
                if now.read() != data:
                    raise OSError(_CHANGED)
            if os.name == "nt":
                file.close()  # nothing is replaced there while it is open
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise


_CHANGED = "the file changed while it was checked; nothing was written"
_FOREIGN = "the file belongs to somebody else, and would be yours; nothing was written"


class _Undisturbed:
    """No other run of convlint writes the file meanwhile, and being ended leaves nothing behind."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.handler: Any = None

    def __enter__(self) -> None:
        import signal
        import threading

        if threading.current_thread() is threading.main_thread():
            self.handler = signal.signal(signal.SIGTERM, _ended)
        try:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX)
        except (ImportError, OSError):  # Windows; a file system without locks
            pass

    def __exit__(self, *_: object) -> None:
        import signal

        # The lock goes with the file.
        if self.handler is not None:
            signal.signal(signal.SIGTERM, self.handler)


def _ended(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


def diff(before: Source, after: str) -> str:
    """The change as a unified diff, which ``patch -p0`` and ``git apply -p0`` take."""
    from difflib import unified_diff
    from pathlib import Path

    mark = "\ufeff" if before.marked else ""
    old, new = (_lines(mark + text) for text in (before.text, after))
    name = before.path.removeprefix("./")
    if Path(name).is_relative_to(Path.cwd()):
        # Neither tool touches a file by its full name.
        name = Path(name).relative_to(Path.cwd()).as_posix()
    # Behind a name with blanks `patch` looks for a tab, as there is before a date.
    name += "\t" if " " in name else ""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(old, new, name, name)
    )


def _lines(text: str) -> list[str]:
    """The lines as ``patch`` counts them: only a line feed ends one."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
