"""What commands say, beside what they print, of files that could not be used."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from convlint.cli import exits
from convlint.cli.options import Options
from convlint.findings import Severity
from convlint.reports.escape import escape
from convlint.session.outcome import Failure
from convlint.session.session import Checked, Session, Usage
from convlint.session.settings import SettingsError


def refuse(message: str) -> int:
    """Say why nothing is done."""
    print(f"convlint: {escape(message)}", file=sys.stderr)
    return exits.TROUBLE


def session(options: Options) -> Session | int:
    """The session of a command line, or the exit code after it was said that it cannot be obeyed."""
    try:
        return Session(options.wanted())
    except (SettingsError, Usage) as error:
        return refuse(str(error))


class Troubles:
    """What could not be answered."""

    def __init__(self) -> None:
        self.code = exits.CLEAN
        self.lines: list[str] = []

    def failed(self, path: str, message: str) -> None:
        """Nothing can be done with a path."""
        self.code = exits.TROUBLE
        self.lines.append(f"convlint: {escape(path)}: {escape(message)}")

    def unusable(self, checked: Checked) -> None:
        """A file is so wrong that there is nothing to be said about it but its errors."""
        self.code = max(self.code, exits.FINDINGS)
        from convlint.reports import concise

        result = checked.result
        self.lines += [
            concise.finding(result.source, found) for found in result.findings if found.severity == Severity.ERROR
        ]

    def checked(self, session: Session, paths: list[str]) -> Iterator[Checked]:
        """The files of a command line as they are, whatever rules are selected."""
        targets, failures = session.targets(paths)
        for failure in failures:
            self.failed(failure.place, failure.message)
        empty = True
        for target in targets:
            checked = session.check(target, truth=True)
            if isinstance(checked, Failure):
                self.failed(checked.place, checked.message)
            elif checked is not None:
                empty = False
                yield checked
        if empty and not self.lines:
            self.lines.append(f"convlint: no network in {', '.join(map(escape, paths))}")

    def told(self) -> int:
        """Say all of it; the exit code."""
        for line in self.lines:
            print(line, file=sys.stderr)
        return self.code
