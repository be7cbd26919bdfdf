"""Changes of a file that rules propose, and how a format writes them.

A rule says *what* is to be changed: set an argument, leave one out, insert a layer, read another one.  The format of
the file says *how*, if it can be said there at all: that is ``Place.written``.  Words and edits come from one place,
so that what a message proposes is what its fix does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from convlint.document import Span

#: What an argument can be set to. A list holds a number for each axis (or sizes, or names); None in it is an open one.
Value: TypeAlias = "bool | int | float | str | Sequence[int | str | None]"


class Edit(NamedTuple):
    """Replace the text of a span. ``word`` says that the text is a string, whatever it looks like: `on`, `1`."""

    span: Span
    text: str
    word: bool = False


class Set(NamedTuple):
    """Give arguments of a layer (or keys of the file, such as ``input``) other values, all at once.

    The names are those of ``torch.nn``, whatever the file calls them.
    """

    values: dict[str, Value]


class Remove(NamedTuple):
    """Leave out an argument, so that the layer takes its default."""

    argument: str


class Insert(NamedTuple):
    """Put a new layer before the one whose place is asked, or into one of its inputs.

    ``between`` is the input that the new layer shall read in this one's stead; None if it simply comes before.
    ``suffix`` makes its name out of that of what it reads.
    """

    type: str
    arguments: dict[str, Value]
    between: int | None = None
    suffix: str = ""


class Read(NamedTuple):
    """Read another layer as one of the inputs; ``name`` is that of the layer."""

    input: int
    name: str


Change: TypeAlias = Set | Remove | Insert | Read


class Written(NamedTuple):
    """A change as it is written in a file.

    ``words`` are the pieces to write, as a reader would copy them: ``padding: 1``, one for each argument where the file
    has a word for each; of a ``Remove`` what is left out.  ``argument`` is the file's word for the (first) argument and
    ``value`` its value alone, for sentences that go on with another value; empty where values have no word of their
    own, and the whole is written.  ``edits`` make the change; none if it has to be made by hand.
    """

    words: tuple[str, ...]
    argument: str = ""
    value: str = ""
    edits: Sequence[Edit] = ()


class Source(NamedTuple):
    """How prose names what a layer reads, as the file does, and where findings about it point."""

    name: str
    span: Span
