"""Why the framework does not build a module, and how a value is written in a sentence about it."""

from __future__ import annotations

from typing import Any

from convlint.document import Span
from convlint.findings import Diagnostic, Severity


class Refused(Exception):
    """The framework does not build (or never runs) this module.

    ``code`` is the rule that says so, ``argument`` the name of the constructor argument to point at, if one is to
    blame.  ``instead`` is what can be written in its place.
    """

    def __init__(
        self, code: str, message: str, argument: str | None = None, help: str | None = None, instead: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.help = f"write `{instead}`" if instead is not None else help
        self.instead = instead

    def at(self, span: Span, severity: Severity | None = None) -> Diagnostic:
        """The same as a finding at a place."""
        return Diagnostic(self.code, self.message, span, help=self.help, severity=severity)


class Reported(Refused):
    """What is wrong has been said already."""

    def __init__(self) -> None:
        super().__init__("", "")


def shown(value: Any) -> str:
    """A value as a person wrote it."""
    if isinstance(value, str):
        return f"the text `{value}`"
    return f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    """A value as YAML writes it, where Python has a word of its own for nothing."""
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    return "null" if value is None else repr(value)
