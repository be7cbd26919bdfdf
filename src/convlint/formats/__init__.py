"""The config formats, in the order in which they are tried.

A format is a package that describes itself; what it takes to read a file is imported when there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from convlint import catalogue
from convlint.catalogue import Row, Severity
from convlint.formats import darknet, native, yolo
from convlint.formats.options import Option

if TYPE_CHECKING:
    from convlint.document import Document
    from convlint.formats.editing import Editing
    from convlint.formats.lowered import Context, Lowered, Stock
    from convlint.formats.renumbering import Renumbering
    from convlint.model.network import Shape


class Format(Protocol):
    """What a format's package offers.

    One with ``OPTIONS`` has a module ``table`` beside this, whose ``read(table, folder, base)`` makes of a table of
    them, in place of what is said in ``base``, what ``Context.options`` is to hold.
    """

    __name__: str
    #: What its table of settings is called.
    NAME: str
    #: What its files are called.
    TITLE: str
    #: What a file of this format has, for the message about a file that has it not.
    LOOKED_FOR: str
    #: The keys at the top of its files, by which one that is misspelt is told; none if they have none.
    KEYS: tuple[str, ...]
    #: What one of several networks in a document is called.
    VARIANT: str

    @property
    def SEVERITIES(self) -> Mapping[str, Severity]:
        """Severities otherwise than the catalogue's."""

    @property
    def OPTIONS(self) -> tuple[Option, ...]:
        """What a user may say beyond the file."""

    @property
    def RULES(self) -> tuple[Row, ...]:
        """The rules that it brings, as ``catalogue.register`` takes them, with a prefix of its own."""

    def recognise(self, document: Document, named: bool) -> bool:
        """Whether a document is of this format; ``named`` on the command line, less proof is enough."""

    def may_be(self, text: str) -> bool:
        """Whether a text can be of this format, tested without parsing it; True rather than miss one."""

    def looks_like(self, text: str) -> bool:
        """A cheap guess for a text that cannot be parsed."""

    def lower(self, document: Document, context: Context | None = None) -> Lowered:
        """Validate a document and turn it into networks."""


class Numbered(Protocol):
    """What the package of a format offers besides if its rows read each other by number and can be renumbered."""

    def renumber(self, document: Document, context: Context, before: Document | None = None) -> Renumbering:
        """Which numbers are to be written anew; ``before`` is the file before rows were put in or taken out."""


class Editable(Protocol):
    """What the package of a format offers besides for editors."""

    def editor(self) -> Editing:
        """The functions, whose module is loaded by then."""


class Resizable(Protocol):
    """What the package of a format offers besides if some of its networks hold for the size of their input alone."""

    NAME: str

    def resized(self, options: Any, variant: str | None, shape: Shape) -> Any:
        """What ``Context.options`` is to hold for one of several networks with an input of another shape."""


class Stocked(Protocol):
    """What the package of a format offers besides if frameworks come with networks that are called by name."""

    def stock(self, name: str, folder: str) -> Stock | None:
        """The file of a framework's own network, looked for from a folder on, or where frameworks are installed."""


FORMATS: list[Format] = []
#: The one that convlint defines itself, and has a JSON Schema of.
OWN: Format = native


def register(format: Format) -> None:
    """Let a format be known, with the rules that it brings."""
    catalogue.register(format.__name__, format.NAME, format.RULES)
    FORMATS.append(format)


for _format in (native, yolo, darknet):
    register(_format)


def recognise(document: Document, named: bool) -> Format | None:
    """The format of a document, or None."""
    return next((format for format in FORMATS if format.recognise(document, named)), None)


def numbered(format: Format) -> Numbered | None:
    """The format, if it can renumber its rows."""
    return cast("Numbered", format) if hasattr(format, "renumber") else None


def resizable(format: Format) -> Resizable | None:
    """The format, if its networks can be given inputs of other shapes."""
    return cast("Resizable", format) if hasattr(format, "resized") else None


def edited(format: Format) -> Editing | None:
    """What there is for whoever edits a file of a format."""
    return cast("Editable", format).editor() if hasattr(format, "editor") else None


def stock(name: str, folder: str) -> Stock | None:
    """The file of a framework's own network by its name (``yolov8n``), and which variant the name means."""
    for format in FORMATS:
        if hasattr(format, "stock"):
            found = cast("Stocked", format).stock(name, folder)
            if found is not None:
                return found
    return None


def may_be_network(text: str) -> bool:
    """Whether it is worth parsing a text that nobody named."""
    return any(format.may_be(text) for format in FORMATS)


def looks_like_network(text: str) -> bool:
    """Whether an unreadable text was probably meant to be a network description."""
    return any(format.looks_like(text) for format in FORMATS)


def read_options(format: Format, table: Mapping[str, Any], folder: str, base: Any = None) -> Any:
    """What a user says of a format, in place of what was said in ``base``; paths are relative to a folder.

    Raises TableError.
    """
    return import_module(f"{format.__name__}.table").read(table, folder, base)
