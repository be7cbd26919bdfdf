"""What stays from row to row while the network of one scale is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.document import Mapping, Span
from convlint.findings import Diagnostic
from convlint.formats.yolo.custom import Declared
from convlint.formats.yolo.dialects import Dialect
from convlint.formats.yolo.options import Options
from convlint.formats.yolo.place import FilePlace
from convlint.formats.yolo.reading import Row, yaml_value
from convlint.formats.yolo.scaling import Scale
from convlint.model.network import Claim, ListedRow

if TYPE_CHECKING:
    from convlint.formats.yolo.community import Convention

DEFAULT_INPUT = (3, 640, 640)


class File:
    """What all scales of a file share."""

    def __init__(
        self, root: Mapping, rows: list[Row], dialect: Dialect, options: Options, declared: dict[str, Declared]
    ) -> None:
        self.root = root
        self.rows = rows
        self.dialect = dialect
        self.options = options
        self.declared = declared
        #: What comments behind rows claim.
        self.claims: dict[int, Claim] = {}
        self.place = FilePlace(root)
        #: What is assumed of modules that the framework does not know, by name.
        self.assumed: dict[str, Convention] = {}
        #: Rows of which was said together that they read numbers that do not exist.
        self.told: frozenset[int] = frozenset()
        #: How many numbers the first row takes beyond its own.
        self.spread = rows[0].number if rows else 0
        #: The file's name without its ending.
        self.stem = ""
        #: The work that was spent on following code beside the file.
        self.steps = 0
        self.top = {
            key: yaml_value(node) for key, node in root.fields.items() if key not in ("backbone", "head", "x-convlint")
        }
        self.ultralytics = dialect.name == "ultralytics"
        #: Rows that later rows read by number: the outputs that the framework keeps.
        self.saved: set[int] = set()
        for row in rows:
            if row.values and row.index:
                sources = row.values[0] if isinstance(row.values[0], list) else [row.values[0]]
                self.saved |= {s % row.number - self.spread for s in sources if isinstance(s, int) and s != -1}
        #: The module of the last row.
        self.last = next((row.module for row in reversed(rows) if row.module), "")

    def first_key(self) -> Span:
        """The first key of the file."""
        return self.root.pairs[0][0].span if self.root.pairs else self.root.span


class State:
    """The parser's own book-keeping of one scale, and what was found."""

    def __init__(self, file: File, scale: Scale) -> None:
        self.file = file
        self.scale = scale
        self.input = file.options.input or DEFAULT_INPUT
        self.findings: list[Diagnostic] = []
        #: Recorded output channels of every row; None where nobody knows.
        self.channels: list[Any] = []
        #: Rows whose recorded channels rest on a module that nobody knows.
        self.assumed: set[int] = set()
        #: How many maps a row makes, where it is not simply one.
        self.parts: dict[int, int] = {}
        #: The parser's variables of these names: what the last row made that set them.
        self.c1: Any = None
        self.c2: Any = self.input[0]
        self.legacy = True
        #: Whether some module is taken to keep the shape.
        self.assumes = False
        #: The modules that were written out for it, by what decides about them.
        self.built: set[Any] = set()
        #: The rows as the framework lists them.
        self.listing: list[ListedRow] = []

    def report(self, found: Diagnostic, row: Row | None = None) -> None:
        """Add a finding of this scale."""
        found.variants = [self.scale.label] if self.scale.label is not None else []
        found.layer = None if row is None else f"model.{row.index}"
        self.findings.append(found)
