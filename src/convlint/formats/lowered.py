"""What every format is told about a document, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from convlint.document import Comment
from convlint.findings import Diagnostic
from convlint.model.network import Network


def _no_comments() -> list[Comment]:
    return []


@dataclass(slots=True)
class Context:
    """What a document alone does not say: path and text of the file, its comments, what the user says of its format."""

    path: str = ""
    text: str = ""
    comments: Callable[[], list[Comment]] = _no_comments
    options: Any = None


@dataclass(slots=True)
class Lowered:
    """Networks (several where a format describes variants), and what is wrong with the notation.

    ``selected`` is the variant that the file itself selects, where there are several.  A finding with ``variants``
    holds for those only.
    """

    networks: list[Network] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)
    selected: str | None = None
