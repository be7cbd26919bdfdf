"""One row while it is built: what it reads, what it is called with, the operation that it becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from convlint.document import Node, Scalar, Span
from convlint.findings import Diagnostic, Edit, Fix, Label
from convlint.formats.yolo import findings
from convlint.formats.yolo.builder import Builder
from convlint.formats.yolo.place import RowPlace
from convlint.formats.yolo.reading import Row
from convlint.formats.yolo.refusal import Refused, Reported, shown
from convlint.formats.yolo.scaling import divisible
from convlint.formats.yolo.signatures import signature
from convlint.formats.yolo.state import State
from convlint.formats.yolo.variables import value_of
from convlint.model import operations as op
from convlint.model.network import ListedRow, Ref
from convlint.work import DERIVED, READ, spend

#: What a row becomes, and the values that it reads.
Built: TypeAlias = tuple[op.Operation, tuple[Ref, ...]]

#: Copies that a repeat count may ask for.
MAX_REPEATS = 1000
#: Modules that were written out, by what decides about them.
_BUILT: dict[Any, op.Group | Refused] = {}
MAX_BUILT = 8192

UNKNOWN: Ref = (0, 0)
INPUT: Ref = (1, 0)


class RowBuild:
    """Builds one row. It lives as long as that takes; what stays is in ``state``."""

    __slots__ = (
        "defaults", "listed", "names", "parts_made", "rests_on_assumed", "row", "state", "takes_channels", "variables",
    )  # fmt: skip

    def __init__(self, state: State, row: Row) -> None:
        self.state = state
        self.row = row
        #: The row as the framework lists it.
        self.listed = ListedRow(row.index, row.values[0] if row.values else None, row.module)
        #: The constructor's words for the arguments as written.
        self.names: tuple[str, ...] = ()
        #: What the constructor takes for those that the row may leave out.
        self.defaults: dict[str, Any] = {}
        #: How many maps the row makes, where it is not simply one.
        self.parts_made: int | None = None
        #: The argument of a head for which it takes the channels of its maps, which the parser puts last.
        self.takes_channels: str | None = None
        #: Whether its channels rest on a module that nobody knows.
        self.rests_on_assumed = False
        #: The parser's variables when it came to the row.
        self.variables: dict[str, Any] = {}

    def report(self, found: Diagnostic) -> None:
        """Add a finding about this row."""
        self.state.report(found, self.row)

    def refuse(self, refused: Refused) -> None:
        """Report why the framework does not build the row, at the argument that is to blame."""
        row = self.row
        if isinstance(refused, Reported):
            return
        place = None if refused.argument is None else RowPlace(row, self.names).value_span(refused.argument)
        span = place or row.span
        found = refused.at(span)
        # What is written in several lines, dash by dash, has no extent that could be replaced.
        if refused.instead is not None and span == place and row.items[0].span == span and _in_one_piece(row.items[0]):
            found.fixes = [Fix(f"Write `{refused.instead}`", [Edit(span, refused.instead)])]
        self.report(found)

    # What it reads -------------------------------------------------------------------------------------------

    def valid(self, source: Any) -> bool:
        """Whether the row may read from there."""
        number = self.row.number
        if not isinstance(source, int):
            return False
        return source in (-1, 0) if self.row.index == 0 else -number <= source < number

    def absolute(self, source: int) -> int:
        """The place of the row that a source means."""
        return max(self.numbered(source) - self.state.file.spread, 0)

    def numbered(self, source: int) -> int:
        """The number that a source means."""
        return source if source >= 0 else self.row.number + source

    def ref(self, source: int) -> Ref:
        """The value that the row reads."""
        if self.row.index == 0:
            return INPUT
        number, spread = self.numbered(source), self.state.file.spread
        return (self.absolute(source) + 2, number if spread and number <= spread else 0)

    def recorded(self, source: int) -> Any:
        """The channels that the parser recorded for a source."""
        return self.state.input[0] if self.row.index == 0 else self.state.channels[source]

    def source(self, source: Any) -> int:
        """Check one entry of ``from``."""
        i = self.row.index
        if not isinstance(source, int):
            raise findings.no_row_number(source)
        if i == 0 and source != -1 and source != 0:
            raise findings.first_row_source(source)
        if not self.valid(source):
            raise Reported() if i in self.state.file.told else findings.index_out_of_range(self.row, source)
        if i and self.absolute(source) in self.state.assumed:
            self.rests_on_assumed = True
        return source

    def single(self) -> int:
        """``from`` of a module that reads one map."""
        row = self.row
        value = row.values[0]
        if isinstance(value, list):
            raise findings.source_must_be_one(row)
        source = self.source(value)
        if row.index == 0 and source == 0:
            raise findings.first_row_source(0)
        absolute = self.absolute(source)
        if row.index and self.state.parts.get(absolute) is not None and row.module != "Index":
            made_by = self.state.file.rows[absolute].module
            message = f"row {absolute} ({made_by}) makes a list, of which {row.module} cannot read one"
            raise findings.fuse_mismatch(message, "from")
        return source

    def several(self, lists: bool = False) -> list[int]:
        """``from`` of a module that reads a list of maps; ``lists`` allows rows that make several."""
        row = self.row
        value = row.values[0]
        if not isinstance(value, list):
            raise findings.source_must_be_list(row)
        sources = [self.source(item) for item in value]
        for source in sources:
            if row.index == 0 and source == 0:
                raise findings.first_row_source(0)
            absolute = self.absolute(source)
            if row.index and not lists and self.state.parts.get(absolute) is not None:
                made_by = self.state.file.rows[absolute].module
                message = f"row {absolute} ({made_by}) makes a list, which {row.module} cannot read"
                raise findings.fuse_mismatch(message, "from")
        return sources

    # How often, and how wide ---------------------------------------------------------------------------------

    def repeats(self) -> Any:
        """The repeat count after scaling: Python's rounding of halves to even, and never below 1."""
        n, depth = self.row.values[1], self.state.scale.depth
        if not isinstance(n, int | float):
            raise findings.no_repeats(n)
        if n > 1:
            if not isinstance(depth, int | float):  # a number times a text is a text
                raise self.broken_scale("depth", depth)
            try:
                n = max(round(n * depth), 1)
            except (ValueError, OverflowError):
                raise self.broken_scale("depth", depth) from None
        if isinstance(n, int) and n > MAX_REPEATS:
            raise Refused("CL022", f"{n:,} repeats; no more than {MAX_REPEATS:,} are checked", "repeats")
        return n

    def broken_scale(self, what: str, value: Any) -> Refused:
        """Depth, width or max_channels of the scale cannot be computed with: said once, at the scale."""
        scale = self.state.scale
        if not scale.broken:
            scale.broken = True
            where = f" of scale {scale.label}" if scale.label else ""
            message = f"the {what}{where} must be a number, not {shown(value)}"
            self.state.report(findings.scale_keys(message, scale.span))
        return Reported()

    def scaled(self, channels: Any) -> int:
        """Nominal channels at this scale: clamped, times the width, up to a multiple of 8."""
        scale, file = self.state.scale, self.state.file
        if not isinstance(scale.width, int | float):
            raise self.broken_scale("width", scale.width)
        if not file.ultralytics:
            divisor = file.top.get("channel_multiple") or 8
            return int(self.computed(lambda: divisible(channels * scale.width, divisor)))
        if not isinstance(scale.max_channels, int | float):
            raise self.broken_scale("max_channels", scale.max_channels)
        return int(self.computed(lambda: divisible(min(channels, scale.max_channels) * scale.width)))

    # What is computed with what was written ------------------------------------------------------------------

    def computed(self, compute: Callable[[], Any]) -> Any:
        """What Python makes of values as somebody wrote them; Refused where it stumbles over one of them.

        For expressions of the framework's own code and nothing else: whatever else raises is a mistake of ours.
        """
        try:
            return compute()
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise self.stumbled(error) from None

    def stumbled(self, error: Exception) -> Refused:
        """What Python itself stumbled over: mostly an argument of a kind that cannot be computed with."""
        row = self.row
        for index, value in enumerate(row.values[3]):
            if isinstance(value, str):
                try:
                    value = value_of(value, self.variables, self.state.file.dialect.name)
                except Refused as refused:
                    return refused
            if value is None or isinstance(value, str | list | dict | float):
                word = self.names[index] if index < len(self.names) else None
                what = f" ({word})" if word else ""
                said = "nothing" if value is None else shown(value)
                message = f"{row.module} cannot be built with {said} as argument {index + 1}{what}"
                return Refused("CL005", message, word)
        if self.takes_channels not in (None, "ch"):
            few = self.names.index("ch") > self.names.index(self.takes_channels) if "ch" in self.names else True
            message = f"{row.module} takes the channels of its maps, which the parser puts last, for"
            message += f" `{self.takes_channels}`: too {'few' if few else 'many'} arguments are written"
            return Refused("CL005", message, "args")
        return Refused("CL005", f"{row.module} cannot be built from these arguments{_why(error)}", "args")

    def total(self, channels: list[Any]) -> Any:
        """The channels of several maps together; None where some are not known."""
        return None if None in channels else self.computed(lambda: sum(channels))

    # The module ----------------------------------------------------------------------------------------------

    def group(
        self, module: Callable[..., Any], arguments: list[Any], *, copies: int = 1, maps: int | None = None
    ) -> op.Operation:
        """Write a module out, or look it up; ``maps`` for one that reads a list of so many."""
        self.check_count(module, arguments)
        key = (module, repr(arguments), copies, maps, self.state.legacy if maps else None)
        known = _BUILT.get(key)
        if known is None:
            if len(_BUILT) >= MAX_BUILT:
                _BUILT.clear()
            try:
                known = self.write_out(module, arguments, copies, maps)
            except Refused as refused:
                known = refused
            except ArithmeticError as error:
                raise self.stumbled(error) from None
            except (TypeError, ValueError, LookupError) as error:
                # With whole numbers alone every module function does what it should, or refuses.
                if all(isinstance(value, int) for value in arguments):
                    raise
                raise self.stumbled(error) from None
            _BUILT[key] = known
        if isinstance(known, Refused):
            raise known
        # Also if an earlier file had such a row: what a file may cost must not depend on others.
        if key not in self.state.built:
            self.state.built.add(key)
            spend(len(known.layers) * (READ + DERIVED), "the layers of the modules of this file")
        if len(known.layers) == 1 and len(known.inputs) == 1 and known.outputs == ((2, 0),):
            return known.layers[0].operation
        return known

    def write_out(self, module: Callable[..., Any], arguments: list[Any], copies: int, maps: int | None) -> op.Group:
        """Call the module's function as the constructor would be called."""
        if maps is not None:
            builder = Builder(maps)
            xs = [(number, 0) for number in range(1, maps + 1)]
            return builder.group(maps, module(builder, xs, *arguments, legacy=self.state.legacy))
        builder = Builder(1)
        value: Any = (1, 0)
        if copies == 1:
            return builder.group(1, module(builder, value, *arguments))
        for copy in range(copies):
            value = module(builder(str(copy)), value, *arguments)
        return builder.group(1, value)

    def check_count(self, module: Callable[..., Any], arguments: list[Any]) -> None:
        """Too few or too many arguments, in terms of those that the row may write."""
        row = self.row
        words, least, most, _ = signature(module)
        given = len(arguments)
        rule = findings.head_arguments if row.module in self.state.file.dialect.heads else findings.argument_count
        if given < least:
            missing = " and ".join(f"`{word}`" for word in words[given:least])
            raise rule(f"{row.module} needs {missing}")
        if most is not None and given > most:
            extra = given - most
            allowed = most - (given - len(row.args))
            message = f"{row.module} takes {max(allowed, 0)} arguments here, {len(row.args)} are written"
            help = None
            if any(isinstance(value, str) and value == "anchors" for value in row.values[3]):
                message = f"[nc, anchors] is YOLOv5's head; this {row.module} is anchor-free"
                help = "write `[nc]`, or check the file with `--dialect yolov5`"
            first = len(row.args) - extra
            where = self.names[first] if 0 <= first < len(self.names) else None
            raise rule(message, where, help)

    def once(self, n: Any, why: str = "makes something else than it reads") -> None:
        """Refuse repeats of a module whose second copy could not read what the first one makes."""
        if isinstance(n, int) and n > 1:
            raise findings.repeated_shape_change(self.row.module, n, f"which {why}")


def _why(error: Exception) -> str:
    """What Python stumbled over in words of ours, as far as its kind tells."""
    if isinstance(error, ZeroDivisionError):
        return ": something is divided by 0"
    if isinstance(error, OverflowError):
        return ": a number is too large"
    if isinstance(error, LookupError):
        return ": one is missing"
    return ""


def opaque(channels: tuple[Any, ...]) -> op.Opaque:
    """A row of known channels and unknown size."""
    known = [(c if isinstance(c, int) else None, None, None) for c in channels]
    return op.Opaque(tuple(known), None)


def missing_classes(build: RowBuild, span: Span) -> NoReturn:
    """The row needs a key that the file has not."""
    row = build.row
    message = f"the key `nc` (the number of classes) is missing, and {row.module} needs it"
    label = Label(row.args[row.values[3].index("nc")].span, "this is None")
    labels = [label] if label.span != span else []
    build.report(findings.missing_model_key(message, span, "write for instance `nc: 80`", labels))
    raise Reported


def missing_points(build: RowBuild, span: Span) -> NoReturn:
    """The head needs a key that the file has not."""
    message = f"the key `kpt_shape` (points, and numbers a point) is missing, and {build.row.module} needs it"
    build.report(findings.missing_model_key(message, span, "write for instance `kpt_shape: [17, 3]`"))
    raise Reported


def reads_text(build: RowBuild) -> None:
    """Modules that read text exist in a world model only."""
    if build.state.file.last != "WorldDetect":
        message = f"{build.row.module} reads text, which only a model with a WorldDetect head has"
        raise findings.head_arguments(message)


def _in_one_piece(node: Node) -> bool:
    return isinstance(node, Scalar) or node.flow
