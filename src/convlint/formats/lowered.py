"""What every format is told about a document, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from convlint.document import Comment
from convlint.findings import Diagnostic
from convlint.model.network import Network


def _no_comments() -> list[Comment]:
    return []


class GivenUp(BaseException):
    """Nobody waits for what is being worked out; no ``except Exception`` takes it for a mistake."""


class Memory(dict[Any, Any]):
    """What formats keep from one text to the next one, each under keys of its own.

    A ``lasting`` one outlives a run: what was read beside a file has to be looked at again.  ``go_on`` is called
    between the networks of a file, and raises ``GivenUp`` where nobody waits for the rest.
    """

    def __init__(self, lasting: bool = False) -> None:
        super().__init__()
        self.lasting = lasting

    def go_on(self) -> None:
        """Somebody still waits."""


class Context(NamedTuple):
    """What a document alone does not say: path and text of the file, its comments, what the user says of its format.

    ``memory`` is what the format keeps from one file of a run for the next one; None if there is no next one.
    ``stored`` is False for a text that is not that of a file at its path: of standard input.
    """

    path: str = ""
    text: str = ""
    comments: Callable[[], list[Comment]] = _no_comments
    options: Any = None
    memory: Memory | None = None
    stored: bool = True


class Lowered(NamedTuple):
    """Networks (several where a format describes variants), and what is wrong with the notation.

    ``selected`` is the variant that the file itself selects, where there are several.  A finding with ``variants``
    holds for those only.  ``notes`` are for the summary of the run: what they are about, and what is said of it; of two
    about the same the later one counts.
    """

    networks: Sequence[Network]
    findings: Sequence[Diagnostic]
    variants: Sequence[str] = ()
    selected: str | None = None
    notes: Mapping[str, str] = MappingProxyType({})


class Stock(NamedTuple):
    """A framework's own network: the path of its file, and the variant that its name means."""

    path: str
    variant: str | None
