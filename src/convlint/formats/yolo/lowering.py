"""From the rows of a YOLO file to networks: one for each scale, as the parser of the framework would build it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

from convlint.document import Mapping, Node, Scalar, Span
from convlint.findings import Diagnostic, Edit, Fix, Label, Severity
from convlint.formats.yolo import findings, heads, modules, torch_layers, yolov5
from convlint.formats.yolo.builder import Builder, whole
from convlint.formats.yolo.custom import Declared, value_of
from convlint.formats.yolo.dialects import Dialect
from convlint.formats.yolo.options import Options
from convlint.formats.yolo.place import FilePlace, RowPlace
from convlint.formats.yolo.reading import Row, visible, yaml_value
from convlint.formats.yolo.refusal import Refused, shown
from convlint.formats.yolo.values import Captured, evaluated, literal
from convlint.model import operations as op
from convlint.model.network import Claim, Input, Layer, ListedRow, Network, Ref

#: Copies that a repeat count may ask for.
MAX_REPEATS = 1000
#: Modules that were written out, by what decides about them.
_BUILT: dict[Any, op.Group | Refused] = {}
MAX_BUILT = 8192
#: Channels beyond which nothing is computed with a number.
MAX_NUMBER = 10_000_000
DEFAULT_INPUT = (3, 640, 640)
TRIAL = 256

UNKNOWN: Ref = (0, 0)
INPUT: Ref = (1, 0)
_SCALE = re.compile(r"yolo(?:e-)?v?\d+([nslmx])")

#: Heads after which ultralytics runs the model once at 256 x 256.
_TRIED = frozenset(
    [
        "Detect",
        "WorldDetect",
        "YOLOEDetect",
        "Segment",
        "Segment26",
        "YOLOESegment",
        "YOLOESegment26",
        "Pose",
        "Pose26",
        "OBB",
        "OBB26",
        "v10Detect",
        "SemanticSegment",
    ]
)
#: Variables of the parser that rows are meant to name.
_MEANT_NAMES = frozenset(["nc", "kpt_shape", "reg_max", "anchors"])
#: torch.nn modules that can change the channels, which the parser does not record.
_RAW = frozenset(["nn.Conv2d", "nn.PixelShuffle", "nn.PixelUnshuffle", "nn.GLU", "nn.Linear"])
_LEGACY_ENDS = frozenset(["C3k2", "A2C2f", "C2fCIB"])
_MASKED = frozenset(["Segment", "Segment26", "YOLOESegment", "YOLOESegment26"])
_NO_BOX_ARGUMENTS = frozenset(["v10Detect", "Depth", "SemanticSegment", "RTDETRDecoder"])
_STRIDED = frozenset(
    [
        "Conv",
        "ConvTranspose",
        "GhostConv",
        "GhostBottleneck",
        "DWConv",
        "Focus",
        "AConv",
        "ADown",
        "SCDown",
        "nn.ConvTranspose2d",
        "Conv2",
        "DWConvTranspose2d",
        "HGStem",
        "ResNetLayer",
        "CBLinear",
        "Stem",
        "DownC",
        "MP",
        "RepConv",
        "nn.Upsample",
        "nn.MaxPool2d",
        "Classify",
        "MixConv2d",
        "CrossConv",
        "RobustConv",
        "nn.Conv2d",
    ]
)


def signature(module: Callable[..., Any]) -> tuple[tuple[str, ...], int, int | None]:
    """The names of a module's arguments, how many it needs at least, and at most; None if any more are taken."""
    if isinstance(module, torch_layers.TorchLayer):
        return module.words, module.least, module.most
    code = module.__code__
    words = code.co_varnames[2 : code.co_argcount]
    return words, len(words) - len(module.__defaults__ or ()), None if code.co_flags & 4 else len(words)


def divisible(channels: Any, divisor: Any = 8) -> int:
    """The next multiple, in the doubles of the frameworks: 800 * 0.55 is a little more than 440, hence 448."""
    return int(math.ceil(channels / divisor) * divisor)


def file_scale(stem: str) -> str:
    """The scale letter that ultralytics finds anywhere in a file name, or nothing."""
    found = _SCALE.search(stem)
    return found.group(1) if found else ""


class Scale:
    """What one entry of ``scales`` sets. ``letter`` is what the parser compares with; ``label`` names the variant."""

    __slots__ = ("broken", "depth", "label", "letter", "max_channels", "span", "width")

    def __init__(self, letter: str, label: str | None, depth: Any, width: Any, max_channels: Any, span: Span) -> None:
        self.letter = letter
        self.label = label
        self.depth = depth
        self.width = width
        self.max_channels = max_channels
        self.span = span
        self.broken = False


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
        self.top = {
            key: yaml_value(node) for key, node in root.fields.items() if key not in ("backbone", "head", "x-convlint")
        }
        self.ultralytics = dialect.name == "ultralytics"
        #: Rows that later rows read by number: the outputs that the framework keeps.
        self.saved: set[int] = set()
        for row in rows:
            if row.values and row.index:
                sources = row.values[0] if isinstance(row.values[0], list) else [row.values[0]]
                self.saved |= {s % row.index for s in sources if isinstance(s, int) and s != -1}
        #: The module of the last row.
        self.last = next((row.module for row in reversed(rows) if row.module), "")

    def first_key(self) -> Span:
        """The first key of the file."""
        return self.root.pairs[0][0].span if self.root.pairs else self.root.span


class Building:
    """Builds the network of one scale."""

    def __init__(self, file: File, scale: Scale) -> None:
        self.file = file
        self.dialect = file.dialect
        self.scale = scale
        self.findings: list[Diagnostic] = []
        self.layers: list[Layer] = []
        #: Recorded output channels of every row; None where nobody knows.
        self.channels: list[Any] = []
        #: Rows whose recorded channels rest on a module that nobody knows.
        self.assumed: set[int] = set()
        #: How many maps a row makes, where it is not simply one.
        self.parts: dict[int, int] = {}
        self.input = file.options.input or DEFAULT_INPUT
        _, height, width = self.input
        self.assumed_input = None if file.options.input else f"an input of {height} x {width} is assumed; see --input"
        self.c2: Any = self.input[0]
        self.c1: Any = None
        self.legacy = True
        self.assumes = False
        self.variables: dict[str, Any] = {}
        self.captured: str | None = None
        self.claims: tuple[Claim, ...] = ()
        #: The rows as the framework lists them.
        self.listing: list[ListedRow] = []

    # The whole -----------------------------------------------------------------------------------------------

    def run(self) -> list[Network]:
        """The network at the input size, and the one of the framework's own trial if it makes one."""
        for row in self.file.rows:
            self.layers.append(self.row(row))
        if not self.layers:
            return []
        outputs = [(self.layers[-1].number, part) for part in range(self.parts.get(len(self.layers) - 1, 1))]
        networks = [self.network(self.input, outputs, None)]
        if self.file.ultralytics and self.file.last in _TRIED and self.input[1:] != (TRIAL, TRIAL):
            what = f"at the {TRIAL} x {TRIAL} on which ultralytics tries the model when it is built"
            networks.append(self.network((self.input[0], TRIAL, TRIAL), outputs, what))
        return networks

    def network(self, shape: tuple[int, int, int], outputs: list[Ref], trial: str | None) -> Network:
        """The layers with an input of some shape. Which rows are read is judged by ``wiring``, hence not complete."""
        return Network(
            None,
            [Input(1, "images", shape, self.file.root.span)],
            self.layers,
            outputs,
            len(self.file.rows) + 2,
            self.file.place,
            self.claims if trial is None else (),
            complete=False,
            variant=self.scale.label,
            assumes=self.assumes,
            trial=trial,
            assumed_input=self.assumed_input if trial is None else None,
            rows=self.listing,
        )

    def report(self, found: Diagnostic, row: Row | None = None) -> None:
        """Add a finding of this scale."""
        variants = [self.scale.label] if self.scale.label is not None else []
        name = None if row is None else f"model.{row.index}"
        self.findings.append(replace(found, layer=name, variants=variants))

    # One row -------------------------------------------------------------------------------------------------

    def row(self, row: Row) -> Layer:
        """The layer of a row; what is wrong with it becomes a finding, and nominal channels go on."""
        self.names: tuple[str, ...] = ()
        self.defaults: dict[str, Any] = {}
        self.parts_made: int | None = None
        self.rests_on_assumed = False
        i = row.index
        before = self.c2
        self.listing.append(ListedRow(i, row.values[0] if row.values else None, row.module))
        try:
            if len(row.values) != 4:
                raise findings.items(row)
            operation, inputs = self.built(row)
            channels = self.c2
        except Refused as refused:
            if not self.rests_on_assumed:
                self.refuse(row, refused)
            operation, inputs, channels = self.nominal(row, before)
            self.c2 = channels
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
            if not self.rests_on_assumed:
                self.refuse(row, self.strange(row, error))
            operation, inputs, channels = self.nominal(row, before)
            self.c2 = channels
        self.channels.append(channels)
        if self.rests_on_assumed:
            self.assumed.add(i)
        if self.parts_made is not None:
            self.parts[i] = self.parts_made
        kind = row.module or "row"
        claim = self.file.claims.get(i)
        claims = (claim,) if claim is not None else ()
        place = RowPlace(row, self.names, self.defaults, whole=not isinstance(operation, op.Group))
        return Layer(i + 2, f"model.{i}", kind, operation, inputs, place, claims)

    def refuse(self, row: Row, refused: Refused) -> None:
        """Report why the framework does not build a row, at the argument that is to blame."""
        if isinstance(refused, _Reported):
            return
        place = None if refused.argument is None else RowPlace(row, self.names).value_span(refused.argument)
        span = place or row.span
        fixes = []
        # What is written in several lines, dash by dash, has no extent that could be replaced.
        if refused.instead is not None and span == place and row.items[0].span == span and _in_one_piece(row.items[0]):
            fixes = [Fix(f"Write `{refused.instead}`", [Edit(span, refused.instead)])]
        self.report(replace(refused.at(span), fixes=fixes), row)

    def strange(self, row: Row, error: Exception) -> Refused:
        """What Python itself stumbled over: mostly an argument of a kind that cannot be computed with."""
        arguments = row.values[3] if isinstance(row.values[3], list) else []
        name = row.module
        for index, value in enumerate(arguments):
            if isinstance(value, str):
                try:
                    value = self.argument(value)
                except Refused as refused:
                    return refused
            if value is None or isinstance(value, str | list | dict | float):
                word = self.names[index] if index < len(self.names) else None
                what = f" ({word})" if word else ""
                said = "nothing" if value is None else shown(value)
                return Refused("CL005", f"{name} cannot be built with {said} as argument {index + 1}{what}", word)
        return Refused("CL005", f"{name} cannot be built from these arguments ({error})", "args")

    def nominal(self, row: Row, before: Any) -> tuple[op.Operation, tuple[Ref, ...], Any]:
        """What a row that cannot be built would have made: its channels, and its size if the module keeps it."""
        values = row.values
        name = row.module
        inputs: tuple[Ref, ...] = (UNKNOWN,)
        channels: Any = None
        if len(values) == 4:
            source = values[0]
            if isinstance(source, int) and self.valid(source, row.index):
                inputs = (self.ref(source, row.index),)
                channels = self.recorded(source, row.index)
            arguments = values[3] if isinstance(values[3], list) else []
            if name in self.dialect.base and name != "Classify":
                try:
                    channels = self.scaled(whole(arguments[0], "channels"))
                except (Refused, TypeError, ValueError, ArithmeticError, LookupError):
                    channels = None
            elif name == "Concat" and isinstance(source, list):
                known = [self.recorded(s, row.index) for s in source if self.valid(s, row.index)]
                complete = len(known) == len(source) and all(type(c) is int for c in known)
                channels = sum(known) if complete else None
        if not isinstance(channels, int):
            channels = None
        keeps = (name in self.dialect.base or name == "AIFI") and name not in _STRIDED
        return op.Opaque(((channels, None, None),), None, keeps_size=keeps), inputs, channels

    # Sources -------------------------------------------------------------------------------------------------

    def valid(self, source: Any, i: int) -> bool:
        """Whether a row may read from there."""
        if not isinstance(source, int):
            return False
        return source in (-1, 0) if i == 0 else -i <= source < i

    def ref(self, source: int, i: int) -> Ref:
        """The value that a row reads."""
        if i == 0:
            return INPUT
        return ((source if source >= 0 else i + source) + 2, 0)

    def recorded(self, source: int, i: int) -> Any:
        """The channels that the parser recorded for a source."""
        return self.input[0] if i == 0 else self.channels[source]

    def source(self, row: Row, source: Any) -> int:
        """Check one entry of ``from``."""
        i = row.index
        if not isinstance(source, int):
            raise findings.no_row_number(source)
        if i == 0 and source != -1 and source != 0:
            raise findings.first_row_source(source)
        if not self.valid(source, i):
            raise findings.index_out_of_range(row, source)
        absolute = source if source >= 0 else i + source
        if i and absolute in self.assumed:
            self.rests_on_assumed = True
        return source

    def single(self, row: Row) -> int:
        """``from`` of a module that reads one map."""
        value = row.values[0]
        if isinstance(value, list):
            raise findings.source_must_be_one(row)
        source = self.source(row, value)
        if row.index == 0 and source == 0:
            raise findings.first_row_source(0)
        absolute = source if source >= 0 else row.index + source
        if row.index and self.parts.get(absolute) is not None and row.module != "Index":
            made_by = self.file.rows[absolute].module
            message = f"row {absolute} ({made_by}) makes a list, of which {row.module} cannot read one"
            raise findings.fuse_mismatch(message, "from")
        return source

    def several(self, row: Row, lists: bool = False) -> list[int]:
        """``from`` of a module that reads a list of maps; ``lists`` allows rows that make several."""
        value = row.values[0]
        if not isinstance(value, list):
            raise findings.source_must_be_list(row)
        sources = [self.source(row, item) for item in value]
        for source in sources:
            if row.index == 0 and source == 0:
                raise findings.first_row_source(0)
            absolute = source if source >= 0 else row.index + source
            if row.index and not lists and self.parts.get(absolute) is not None:
                message = (
                    f"row {absolute} ({self.file.rows[absolute].module}) makes a list, which {row.module} cannot read"
                )
                raise findings.fuse_mismatch(message, "from")
        return sources

    # Arguments -----------------------------------------------------------------------------------------------

    def argument(self, text: str) -> Any:
        """Text among the arguments: a variable of the parser, a literal, or text."""
        if text in self.variables:
            if text not in _MEANT_NAMES:
                self.captured = text
            return self.variables[text]
        return literal(text) if self.file.ultralytics else evaluated(text)

    def arguments(self, row: Row, n: Any) -> list[Any]:
        """The arguments of a row with text replaced."""
        values = row.values[3]
        if not isinstance(values, list):
            raise findings.no_list_of_arguments(values, evaluates=not self.file.ultralytics)
        self.remember(row, n)
        found = []
        for index, value in enumerate(values):
            if isinstance(value, str):
                self.captured = None
                try:
                    value = self.argument(value)
                except Refused as refused:
                    self.report(refused.at(visible(row.args[index])), row)
                    raise _Reported from None
                if self.captured is not None:
                    message = f"`{self.captured}` captures a variable of the parser, which is {shown(value)} here"
                    found_here = findings.bad_string_argument(message)
                    self.report(found_here.at(visible(row.args[index]), Severity.WARNING), row)
            if isinstance(value, int) and abs(value) > MAX_NUMBER:
                raise Refused("CL022", f"{value} is beyond what is computed with ({MAX_NUMBER:,})", "args")
            found.append(value)
        return found

    def remember(self, row: Row, n: Any) -> None:
        """The variables of the parser that text among the arguments can capture."""
        top, scale = self.file.top, self.scale
        if self.file.ultralytics:
            self.variables = {
                "nc": top.get("nc"),
                "kpt_shape": top.get("kpt_shape", 1.0),
                "reg_max": top.get("reg_max", 16),
                "end2end": top.get("end2end"),
                "act": top.get("activation"),
                "scales": top.get("scales"),
                "depth": scale.depth,
                "width": scale.width,
                "max_channels": scale.max_channels,
                "scale": scale.letter,
                "legacy": self.legacy,
                "verbose": False,
                "restricted": False,
                "c2": self.c2,
                "i": row.index,
                "f": row.values[0],
                "n": n,
            }
            for name in (
                "ch",
                "layers",
                "save",
                "d",
                "m",
                "args",
                "ast",
                "base_modules",
                "repeat_modules",
                "default_act",
            ):
                self.variables[name] = Captured(name)
            if row.index:
                self.variables |= {"n_": n, "m_": Captured("m_"), "t": Captured("t")}
            if self.c1 is not None:
                self.variables["c1"] = self.c1
        else:
            self.variables = {"nc": top.get("nc"), "anchors": top.get("anchors"), "gd": scale.depth, "gw": scale.width}

    def repeats(self, row: Row) -> Any:
        """The repeat count after scaling: Python's rounding of halves to even, and never below 1."""
        n = row.values[1]
        if not isinstance(n, int | float):
            raise findings.no_repeats(n)
        if n > 1:
            if not isinstance(self.scale.depth, int | float):  # a number times a text is a text
                raise self.broken_scale("depth", self.scale.depth)
            try:
                n = max(round(n * self.scale.depth), 1)
            except (TypeError, ValueError, OverflowError):
                raise self.broken_scale("depth", self.scale.depth) from None
        if isinstance(n, int) and n > MAX_REPEATS:
            raise Refused("CL022", f"{n:,} repeats; no more than {MAX_REPEATS:,} are checked", "repeats")
        return n

    def broken_scale(self, what: str, value: Any) -> Refused:
        """Depth, width or max_channels of the scale cannot be computed with: said once, at the scale."""
        if not self.scale.broken:
            self.scale.broken = True
            where = f" of scale {self.scale.label}" if self.scale.label else ""
            message = f"the {what}{where} must be a number, not {shown(value)}"
            self.report(findings.scale_keys(message, self.scale.span))
        return _Reported()

    def scaled(self, channels: Any, limit: bool = True) -> int:
        """Nominal channels at this scale: clamped, times the width, up to a multiple of 8."""
        scale = self.scale
        if not isinstance(scale.width, int | float):
            raise self.broken_scale("width", scale.width)
        if self.file.ultralytics:
            if not isinstance(scale.max_channels, int | float):
                raise self.broken_scale("max_channels", scale.max_channels)
            return divisible(min(channels, scale.max_channels) * scale.width)
        return divisible(channels * scale.width, self.file.top.get("channel_multiple") or 8)

    # Modules -------------------------------------------------------------------------------------------------

    def built(self, row: Row) -> tuple[op.Operation, tuple[Ref, ...]]:
        """Do for one row what the parser does, in its order."""
        name = row.module
        if not name:
            raise Refused("CL004", f"the module must be a name, not {shown(row.values[2])}")
        module = self.known(row, name)
        n = self.repeats(row)
        arguments = self.arguments(row, row.values[1])
        self.listing[-1].repeats = n
        self.listing[-1].arguments = arguments
        declared = self.file.declared.get(name)
        if declared is not None:
            return self.custom(row, declared, arguments)
        if name in self.dialect.base:
            return self.base(row, name, module, n, arguments)
        if name in self.dialect.heads:
            return self.head(row, name, module, n, arguments)
        if name in self.dialect.special:
            special: Callable[[Row, Any, list[Any]], tuple[op.Operation, tuple[Ref, ...]]]
            special = getattr(self, f"_{name.lower()}")
            return special(row, n, arguments)
        if name == "nn.BatchNorm2d":
            return self._batchnorm(row, n, arguments)
        if module is None:
            return self.unknown(row, name)
        return self.passed_through(row, name, module, n, arguments)

    def known(self, row: Row, name: str) -> Callable[..., Any] | None:
        """The function that writes a module out; None if nobody knows the module (said by ``modules_known``)."""
        dialect = self.dialect
        for table in (dialect.base, dialect.heads, dialect.through):
            if name in table:
                return table[name]
        if name.startswith("nn."):
            return torch_layers.LAYERS.get(name[3:]) or (
                torch_layers.unknown if name[3:] in torch_layers.OTHERS else None
            )
        return None

    def group(
        self, row: Row, module: Callable[..., Any], arguments: list[Any], *, copies: int = 1, maps: int | None = None,
    ) -> op.Operation:  # fmt: skip
        """Write a module out, or look it up; ``maps`` for one that reads a list of so many."""
        key = (module, repr(arguments), copies, maps, self.legacy if maps else None)
        known = _BUILT.get(key)
        if known is None:
            if len(_BUILT) >= MAX_BUILT:
                _BUILT.clear()
            try:
                known = self.write_out(row, module, arguments, copies, maps)
            except Refused as refused:
                known = refused
            _BUILT[key] = known
        if isinstance(known, Refused):
            raise known
        if len(known.layers) == 1 and len(known.inputs) == 1 and known.outputs == ((2, 0),):
            return known.layers[0].operation
        return known

    def write_out(
        self, row: Row, module: Callable[..., Any], arguments: list[Any], copies: int, maps: int | None
    ) -> op.Group:
        """Call the module's function as the constructor would be called."""
        self.check_count(row, module, arguments)
        if maps is not None:
            builder = Builder(maps)
            made = module(builder, [(number, 0) for number in range(1, maps + 1)], *arguments, legacy=self.legacy)
            return builder.group(maps, made)
        builder = Builder(1)
        value: Any = (1, 0)
        if copies == 1:
            return builder.group(1, module(builder, value, *arguments))
        for copy in range(copies):
            value = module(builder(str(copy)), value, *arguments)
        return builder.group(1, value)

    def check_count(self, row: Row, module: Callable[..., Any], arguments: list[Any]) -> None:
        """Too few or too many arguments, in terms of those that the row may write."""
        names, least, most = signature(module)
        given = len(arguments)
        injected = given - len(row.args)
        rule = findings.head_arguments if row.module in self.dialect.heads else findings.argument_count
        if given < least:
            missing = " and ".join(f"`{word}`" for word in names[given:least])
            raise rule(f"{row.module} needs {missing}")
        if most is not None and given > most:
            extra = given - most
            allowed = most - injected
            message = f"{row.module} takes {max(allowed, 0)} arguments here, {len(row.args)} are written"
            help = None
            if any(isinstance(value, str) and value == "anchors" for value in row.values[3]):
                message = f"[nc, anchors] is YOLOv5's head; this {row.module} is anchor-free"
                help = "write `[nc]`, or check the file with `--dialect yolov5`"
            first = len(row.args) - extra
            where = self.names[first] if 0 <= first < len(self.names) else None
            raise rule(message, where, help)

    def base(
        self, row: Row, name: str, module: Any, n: Any, arguments: list[Any]
    ) -> tuple[op.Operation, tuple[Ref, ...]]:
        """A module that gets its input channels injected and its output channels scaled."""
        dialect = self.dialect
        repeats = name in dialect.repeats
        words = signature(module)[0]
        self.names = (words[1], *words[3 if repeats else 2 :])
        self.defaults = _defaults(module)
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        if not arguments:
            raise findings.argument_count(f"{name} needs its output channels as first argument")
        c2 = arguments[0]
        self.c1 = c1
        if self.file.ultralytics:
            if name != "Classify":
                c2 = self.scale_first(row, c2)
        elif c2 != self.unscaled():
            c2 = self.scale_first(row, c2)
        self.c2 = c2
        rest = arguments[1:]
        if name == "C2fAttn":
            self.world(row)
            rest = self.attention_arguments(row, c2, rest)
        if name == "Classify" and c2 is None and "nc" in row.values[3]:
            self.missing_classes(row, self.file.first_key())
        full = [c1, c2, *rest]
        if repeats:
            full.insert(2, n)
            n = 1
        if name in _LEGACY_ENDS:
            self.legacy = False
        if name == "C3k2" and self.scale.letter in ("m", "l", "x") and self.scale.letter:
            full[3:4] = [True]
        if name == "A2C2f" and self.scale.letter in ("l", "x"):
            full += [True, 1.2]
        self.listing[-1].arguments = full
        self.remarks(row, name, c1, c2, arguments)
        if c1 is None:
            return self.opaque((c2,)), (self.ref(source, row.index),)
        if isinstance(n, int) and n > 1 and c1 != c2:
            why = f"each from {c1} to {c2} channels: the second gets {c2}"
            help = f"{name} is no module that repeats inside; write 1, or let it keep its channels"
            raise findings.repeated_shape_change(name, n, why, help)
        operation = self.group(row, module, full, copies=max(n, 1) if isinstance(n, int) else 1)
        return operation, (self.ref(source, row.index),)

    def remarks(self, row: Row, name: str, c1: Any, c2: Any, arguments: list[Any]) -> None:
        """What runs and is hardly meant: rounded channels, kernels that are channel counts or even."""
        nominal = arguments[0]
        width = self.scale.width
        if name == "Classify" or not isinstance(width, int | float) or not isinstance(nominal, int | float):
            return
        if not self.file.ultralytics and nominal == self.unscaled():
            if width != 1 and type(c2) is int:
                top = self.file.top
                self.report(findings.unscaled_by_coincidence(nominal, top.get("nc"), visible(row.args[0])), row)
            return
        wanted = min(nominal, self.scale.max_channels) * width
        if abs(wanted - c2) > 1e-6 * abs(c2) and wanted > 0:
            self.report(findings.rounded_channels(wanted, c2, visible(row.args[0])), row)
        if name not in ("Conv", "GhostConv", "DWConv") or len(arguments) < 2 or type(arguments[1]) is not int:
            return
        kernel = arguments[1]
        stride = arguments[2] if len(arguments) > 2 else 1
        if (kernel >= 16 and kernel in (c1, nominal, c2)) or kernel > 31:
            self.report(findings.injected_argument(kernel, c1, visible(row.args[1])), row)
            return
        automatic = name == "DWConv" or len(arguments) < 4 or arguments[3] is None
        if automatic and kernel > 0 and kernel % 2 == 0 and type(stride) is int and 0 < stride <= kernel:
            self.report(findings.even_kernel_grows(kernel, stride, visible(row.args[1])), row)

    def scale_first(self, row: Row, c2: Any) -> int:
        """The first argument as scaled output channels."""
        if not isinstance(c2, int | float):
            raise Refused("CL005", f"the output channels must be a number, not {shown(c2)}", self.names[0])
        return self.scaled(c2)

    def unscaled(self) -> Any:
        """YOLOv5, v7 and v9: the channel count that is taken for a head's output and left as it is."""
        top = self.file.top
        anchors, nc = top.get("anchors"), top.get("nc")
        if isinstance(anchors, list):
            per_cell: Any = len(anchors[0]) // 2 if anchors and isinstance(anchors[0], list) else None
        else:
            per_cell = anchors
        if not isinstance(per_cell, int) or not isinstance(nc, int):
            return None
        return per_cell * (nc + 5)

    def attention_arguments(self, row: Row, c2: int, rest: list[Any]) -> list[Any]:
        """C2fAttn: the heads are scaled, the embedded channels are the hidden ones."""
        if len(rest) < 2:
            raise findings.argument_count("C2fAttn needs its embedded channels and heads")
        limit, width = self.scale.max_channels, self.scale.width
        nh = rest[1]
        nh = int(max(round(min(nh, limit // 2 // 32)) * width, 1) if nh > 1 else nh)
        hidden = int(c2 * (rest[5] if len(rest) > 5 else 0.5))
        if hidden % nh:
            raise findings.attention_heads(f"C2fAttn: {nh} heads do not divide {hidden} hidden channels", "nh")
        return [hidden, nh, *rest[2:]]

    def passed_through(
        self, row: Row, name: str, module: Any, n: Any, arguments: list[Any]
    ) -> tuple[op.Operation, tuple[Ref, ...]]:
        """A module whose arguments are used as they stand and whose channels are recorded as unchanged."""
        words = signature(module)[0]
        self.names = tuple(words)
        self.defaults = _defaults(module)
        source = self.single(row)
        self.c2 = self.recorded(source, row.index)
        if module is torch_layers.unknown:
            self.assume(row, f"{name} exists, but what it makes of its input is not known here")
            self.rests_on_assumed = True
            return op.Opaque((None,), None, assumed=True), (self.ref(source, row.index),)
        copies = n if isinstance(n, int) and n > 1 else 1
        operation = self.group(row, module, arguments, copies=copies)
        if name in _RAW and not self.rests_on_assumed:
            self.report(findings.raw_torch_module(name, self.c2, row.span), row)
        return operation, (self.ref(source, row.index),)

    def assume(self, row: Row, message: str) -> None:
        """Say that a module is taken to keep the shape."""
        self.assumes = True
        self.report(findings.assumed_module(message, row.span), row)

    def unknown(self, row: Row, name: str) -> tuple[op.Operation, tuple[Ref, ...]]:
        """A module that nobody knows: it is taken to keep the shape, and nothing is said that rests on that."""
        self.assumes = True
        self.rests_on_assumed = True
        value = row.values[0]
        if isinstance(value, list):
            sources = self.several(row, lists=True)
            self.c2 = None
            return op.Opaque(((None, None, None),), None, assumed=True), tuple(self.ref(s, row.index) for s in sources)
        source = self.single(row)
        self.c2 = self.recorded(source, row.index)
        self.rests_on_assumed = True
        return op.Opaque((None,), None, assumed=True), (self.ref(source, row.index),)

    def custom(self, row: Row, declared: Declared, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        """A module that the user declared."""
        name = declared.name
        count = len(arguments)
        if count < declared.min_args or (declared.max_args is not None and count > declared.max_args):
            limits = f"from {declared.min_args} to {declared.max_args}"
            raise findings.argument_count(f"{name} is declared with {limits} arguments, {count} are written")
        if declared.kind in ("concat", "add"):
            sources = self.several(row)
            recorded = [self.recorded(source, row.index) for source in sources]
            refs = tuple(self.ref(source, row.index) for source in sources)
            if declared.kind == "concat":
                self.c2 = None if None in recorded else sum(recorded)
                return (op.Concat(1) if len(refs) > 1 else op.Elementwise(True)), refs
            self.c2 = recorded[0] if recorded else None
            return op.Merge("add"), refs
        if declared.kind == "opaque":
            self.assume(row, f"{name} is declared opaque: what it makes is not known")
            return self.unknown(row, name)
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        refs = (self.ref(source, row.index),)
        scaled = declared.kind in ("base", "repeat")
        place = declared.c2_arg if declared.c2_arg is not None else 0 if scaled else None
        c2 = c1
        if place is not None:
            if place >= count:
                raise findings.argument_count(f"{name} needs its output channels as argument {place + 1}")
            c2 = arguments[place]
            if scaled and declared.scaled:
                c2 = self.scaled(whole(c2, "out_channels"))
        self.c2 = c2
        if place == 0 and scaled:
            self.listing[-1].arguments = [c1, c2, *arguments[1:]]
        if declared.c1_arg is not None and declared.c1_arg < count and c1 is not None:
            self.literal_channels(row, declared, arguments[declared.c1_arg], c1, source)
        known = {"c1": c1, "c2": c2, "n": 1} | {f"arg{i}": value for i, value in enumerate(arguments)}
        for condition in declared.require:
            try:
                holds = value_of(condition, known)
            except (ValueError, ArithmeticError):
                holds = True
            if not holds:
                raise Refused("CL051", f"{name} requires {condition}; here c1 = {c1}, c2 = {c2}")
        params = None
        if declared.params is not None and c1 is not None:
            try:
                params = value_of(declared.params, known)
            except (ValueError, ArithmeticError):
                params = None
        if declared.spatial == "conv" and c1 is not None:
            return self.group(row, modules.conv, [c1, c2, *arguments[1:4]]), refs
        return op.Opaque(((c2, None, None),), params, keeps_size=True, scale=declared.scale), refs

    def literal_channels(self, row: Row, declared: Declared, written: Any, c1: int, source: int) -> None:
        """An argument of a declared module that must be the input channels, and is not scaled by the width."""
        if written == c1:
            return
        place = visible(row.args[declared.c1_arg or 0])
        producer = self.file.rows[source if source >= 0 else row.index + source] if row.index else None
        nominal = None
        if producer is not None and isinstance(producer.values[3], list) and producer.values[3]:
            nominal = producer.values[3][0]
        if nominal == written:
            self.report(findings.unscaled_literal(declared.name, written, c1, self.scale.label, place), row)
        else:
            self.report(findings.literal_channels_mismatch(declared.name, str(written), c1).at(place), row)

    def opaque(self, channels: tuple[Any, ...]) -> op.Opaque:
        """A row of known channels and unknown size."""
        known = [(c if isinstance(c, int) else None, None, None) for c in channels]
        return op.Opaque(tuple(known), None)

    def once(self, row: Row, n: Any, why: str = "makes something else than it reads") -> None:
        """Refuse repeats of a module whose second copy could not read what the first one makes."""
        if isinstance(n, int) and n > 1:
            raise findings.repeated_shape_change(row.module, n, f"which {why}")

    # Heads ---------------------------------------------------------------------------------------------------

    def head(
        self, row: Row, name: str, module: Any, n: Any, arguments: list[Any]
    ) -> tuple[op.Operation, tuple[Ref, ...]]:
        """A head: the channels of its sources are appended to its arguments."""
        words = signature(module)[0]
        self.names = tuple(words)
        if name == "RTDETRDecoder":
            self.names = (words[0], *words[2:])
        sources = self.several(row)
        kept = self.c2
        ch = [self.recorded(source, row.index) for source in sources]
        self.parts_made = max(len(sources), 1)
        if self.file.ultralytics and self.file.top.get("nc") is None and "nc" in row.values[3]:
            self.missing_classes(row, visible(row.args[row.values[3].index("nc")]))
        full = self.listing[-1].arguments = self.head_arguments(row, name, arguments, ch)
        self.once(row, n, "reads a list of maps")
        self.c2 = kept
        refs = tuple(self.ref(source, row.index) for source in sources)
        if name == "RTDETRDecoder" and -1 in sources and row.index - 1 not in self.file.saved:
            message = "RTDETRDecoder cannot read -1: only rows that some row names by number are kept for it"
            raise findings.head_arguments(message, "from", f"write {row.index - 1}")
        if any(c is None for c in ch):
            return self.opaque(tuple(ch)), refs
        if not ch:
            raise findings.head_levels(f"{name} reads no map at all", "from")
        operation = self.group(row, module, full, maps=len(ch))
        if isinstance(operation, op.Group):
            self.parts_made = max(len(operation.outputs), 1)
        return operation, refs

    def missing_classes(self, row: Row, span: Span) -> NoReturn:
        """The head needs a key that the file has not."""
        message = f"the key `nc` (the number of classes) is missing, and {row.module} needs it"
        label = Label(visible(row.args[row.values[3].index("nc")]), "this is None")
        labels = [label] if label.span != span else []
        self.report(findings.missing_model_key(message, span, "write for instance `nc: 80`", labels), row)
        raise _Reported

    def head_arguments(self, row: Row, name: str, arguments: list[Any], ch: list[Any]) -> list[Any]:
        """The arguments of a head's constructor."""
        top = self.file.top
        if self.file.ultralytics:
            if name == "RTDETRDecoder":
                return [*arguments[:1], ch, *arguments[1:]]
            if name == "Depth":
                return [*arguments[:1], ch]
            if name in _NO_BOX_ARGUMENTS:
                return [*arguments, ch]
            full = [*arguments, top.get("reg_max", 16), top.get("end2end"), ch]
            if name in _MASKED:
                full[2] = self.scaled(full[2])
            return full
        full = [*arguments, ch]
        if self.dialect.name in ("yolov5", "yolov7"):
            if len(arguments) > 1 and isinstance(arguments[1], int):
                full[1] = [list(range(arguments[1] * 2))] * len(ch)
            if name == "Segment" and len(arguments) > 3:
                full[3] = self.scaled(full[3])
            if top.get("anchors") is None:
                raise findings.anchor_levels("the key `anchors` is missing, and the head needs it")
        elif "Segment" in name or name == "Panoptic":
            if len(arguments) > 2:
                full[2] = self.scaled(full[2])
            if name == "Panoptic":
                del full[1:2]
        return full

    # Branches of their own -----------------------------------------------------------------------------------

    def _concat(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("dimension",)
        self.defaults = {"dimension": 1}
        sources = self.several(row)
        recorded = [self.recorded(source, row.index) for source in sources]
        self.c2 = None if None in recorded else sum(recorded)
        if len(arguments) > 1:
            raise findings.argument_count(f"Concat takes one argument, the axis; {len(arguments)} are written", "args")
        self.once(row, n, "reads a list of maps")
        dim = arguments[0] if arguments else 1
        if type(dim) is not int:
            raise Refused(
                "CL005", f"the axis of Concat must be a whole number, not {shown(dim)}", "dimension", "write 1"
            )
        if not sources:
            raise Refused("CL018", "Concat reads no map at all", "from")
        refs = tuple(self.ref(source, row.index) for source in sources)
        if not -4 <= dim <= 3:
            raise Refused("CL026", f"axis {dim} does not exist; the channels are axis 1", "dimension", "write 1")
        if len(refs) == 1:
            return op.Elementwise(True), refs
        if dim not in (1, -3):
            message = f"Concat joins along axis {dim}, but its channels are counted as if it were axis 1"
            raise Refused("CL401", message, "dimension", "write 1")
        return op.Concat(1), refs

    def _chuncat(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        return self._concat(row, n, arguments)

    def _shortcut(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        sources = self.several(row)
        self.once(row, n, "reads a list of maps")
        if len(sources) < 2:
            raise Refused("CL018", "Shortcut adds two maps", "from")
        recorded = [self.recorded(source, row.index) for source in sources[:2]]
        self.c2 = recorded[0]
        if None not in recorded and recorded[0] != recorded[1]:
            message = f"Shortcut adds {recorded[0]} channels (from {sources[0]}) to {recorded[1]} (from {sources[1]})"
            raise findings.channels_must_match(message, "from")
        return op.Merge("add"), tuple(self.ref(source, row.index) for source in sources[:2])

    def _foldcut(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        self.c2 = None if c1 is None else c1 // 2
        return self.opaque((self.c2,)), (self.ref(source, row.index),)

    def _reorg(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        self.c2 = None if c1 is None else c1 * 4
        return op.PixelShuffle(2, down=True), (self.ref(source, row.index),)

    def _contract(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        self.c2 = None if c1 is None else c1 * arguments[0] ** 2
        return self.group(row, yolov5.contract, arguments), (self.ref(source, row.index),)

    def _expand(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        self.c2 = None if c1 is None else c1 // arguments[0] ** 2
        return self.group(row, yolov5.expand, arguments), (self.ref(source, row.index),)

    def _stale(self, row: Row, source: int, name: str) -> Any:
        """The channels of a row that records those of the row before, whatever it reads."""
        c1 = self.recorded(source, row.index)
        if c1 is not None and self.c2 is not None and c1 != self.c2 and not self.rests_on_assumed:
            self.report(findings.stale_channels(name, c1, self.c2, visible(row.items[0])), row)
        return c1

    def _aifi(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        words = signature(modules.aifi)[0]
        self.names = tuple(words[1:])
        source = self.single(row)
        c1 = self.c2 = self._stale(row, source, "AIFI")
        self.listing[-1].arguments = [c1, *arguments]
        refs = (self.ref(source, row.index),)
        if c1 is None:
            return self.opaque((None,)), refs
        copies = n if isinstance(n, int) and n > 1 else 1
        return self.group(row, modules.aifi, [c1, *arguments], copies=copies), refs

    def _batchnorm(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        source = self.single(row)
        c1 = self.c2 = self._stale(row, source, "nn.BatchNorm2d")
        self.listing[-1].arguments = [c1]
        refs = (self.ref(source, row.index),)
        if c1 is None:
            return self.opaque((None,)), refs
        whole(c1, "the number of channels recorded for what nn.BatchNorm2d reads", "from")
        copies = n if isinstance(n, int) and n > 1 else 1
        return op.Group([*self._norms(c1, copies)], (1,), ((copies + 1, 0),), numbers=copies + 2), refs

    def _norms(self, c1: int, copies: int) -> list[Layer]:
        builder = Builder(1)
        value = (1, 0)
        for copy in range(copies):
            value = builder(str(copy)).norm("norm", value, c1)
        return list(builder.layers)

    def _hgstem(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        return self._literal(row, n, arguments, modules.hg_stem, ("cm", "c2"), None)

    def _hgblock(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        words = ("cm", "c2", "k", "lightconv", "shortcut", "act")
        if len(arguments) == 2 and isinstance(n, int) and n != 3:
            message = f"HGBlock without a kernel size: the {n} repeats are taken for it"
            taken = findings.argument_count(message, help="write the kernel size third")
            self.report(taken.at(row.span, Severity.WARNING), row)
        return self._literal(row, n, arguments, modules.hg_block, words, 4)

    def _literal(
        self, row: Row, n: Any, arguments: list[Any], module: Any, words: tuple[str, ...], place: int | None
    ) -> tuple[op.Operation, tuple[Ref, ...]]:
        """HGStem and HGBlock: hidden and output channels as they stand; ``place`` is where the repeats go."""
        self.names = words
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        if len(arguments) < 2:
            raise findings.argument_count(f"{row.module} needs its hidden and its output channels")
        self.c1 = c1
        self.c2 = arguments[1]
        full = [c1, *arguments]
        if place is not None:
            full.insert(place, n)
            n = 1
        self.listing[-1].arguments = full
        refs = (self.ref(source, row.index),)
        if c1 is None:
            return self.opaque((self.c2,)), refs
        if isinstance(n, int) and n > 1 and c1 != self.c2:
            self.once(row, n, f"makes {self.c2} channels of {c1}")
        return self.group(row, module, full, copies=n if isinstance(n, int) and n > 1 else 1), refs

    def _resnetlayer(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("c1", "c2", "s", "is_first", "n", "e")
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        if len(arguments) < 4:
            raise findings.argument_count(
                f"ResNetLayer needs c1, c2, s and is_first; {len(arguments)} arguments are written"
            )
        self.c2 = arguments[1] if arguments[3] else arguments[1] * 4
        if c1 is not None and arguments[0] != c1:
            written = f"{shown(arguments[0])} input"
            raise findings.literal_channels_mismatch("ResNetLayer", written, c1, "c1", f"write {c1}")
        copies = n if isinstance(n, int) and n > 1 else 1
        return self.group(row, modules.resnet_layer, arguments, copies=copies), (self.ref(source, row.index),)

    def _imagepoolingattn(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("ec", "ct", "nh", "k", "scale")
        sources = self.several(row)
        self.parts_made = max(len(sources), 1)
        ch = [self.recorded(source, row.index) for source in sources]
        self.once(row, n, "reads a list of maps")
        self.world(row)
        refs = tuple(self.ref(source, row.index) for source in sources)
        full = self.listing[-1].arguments = [*arguments[:1], ch, *arguments[1:]]
        if None in ch:
            return self.opaque(tuple(ch)), refs
        return self.group(row, heads.image_pooling_attn, full, maps=len(ch)), refs

    def world(self, row: Row) -> None:
        """Modules that read text exist in a world model only."""
        if self.file.last != "WorldDetect":
            raise findings.head_arguments(f"{row.module} reads text, which only a model with a WorldDetect head has")

    def _cblinear(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("c2s", "k", "s", "p", "g")
        source = self.single(row)
        c1 = self.recorded(source, row.index)
        if not arguments:
            raise findings.argument_count("CBLinear needs a list of channel counts")
        splits = arguments[0]
        self.c2 = splits
        if not isinstance(splits, list) or not splits:
            raise Refused("CL005", f"CBLinear needs a list of channel counts, not {shown(splits)}", "c2s")
        self.parts_made = len(splits)
        self.listing[-1].arguments = [c1, *arguments]
        self.once(row, n)
        refs = (self.ref(source, row.index),)
        if c1 is None:
            return self.opaque(tuple(splits)), refs
        return self.group(row, modules.cb_linear, [c1, *arguments]), refs

    def _cbfuse(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("idx",)
        sources = self.several(row, lists=True)
        if not sources:
            raise Refused("CL018", "CBFuse reads no map at all", "from")
        target = self.recorded(sources[-1], row.index)
        self.c2 = target
        if len(arguments) != 1:
            raise findings.argument_count(f"CBFuse takes one argument, the list of parts; {len(arguments)} are written")
        chosen = arguments[0]
        self.once(row, n, "reads a list of maps")
        if isinstance(target, list):
            raise findings.fuse_mismatch(
                f"the last source of CBFuse must be one map; row {sources[-1]} makes a list", "from"
            )
        if not isinstance(chosen, list) or len(chosen) < len(sources) - 1:
            parts = len(chosen) if isinstance(chosen, list) else "no list of"
            message = f"CBFuse reads {len(sources) - 1} lists, {parts} parts are chosen"
            raise findings.fuse_mismatch(message, "idx")
        refs: list[Ref] = []
        for source, part in zip(sources[:-1], chosen, strict=False):
            absolute = source if source >= 0 else row.index + source
            split = self.channels[absolute] if row.index else None
            if split is None:
                refs.append(UNKNOWN)
                continue
            if not isinstance(split, list):
                module = self.file.rows[absolute].module
                raise findings.fuse_mismatch(
                    f"CBFuse chooses from lists, but row {absolute} ({module}) makes one map", "from"
                )
            if type(part) is not int or not -len(split) <= part < len(split):
                raise findings.fuse_mismatch(
                    f"row {absolute} makes {len(split)} parts; there is no part {shown(part)}", "idx"
                )
            if target is not None and split[part] != target:
                message = f"CBFuse adds a part of {split[part]} channels (row {absolute}) to {target} channels"
                raise findings.fuse_mismatch(message, "idx", "CBLinear's channels are not scaled by width")
            refs.append((absolute + 2, part % len(split)))
        refs.append(self.ref(sources[-1], row.index))
        builder = Builder(len(refs))
        last = (len(refs), 0)
        added = last
        for number in range(1, len(refs)):
            resized = builder.add(f"resize.{number - 1}", "Resize", op.ResizeLike(), (number, 0), last)
            added = builder.sum(f"add.{number - 1}", added, resized)
        return builder.group(len(refs), added), tuple(refs)

    def _torchvision(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("c2", "model", "weights", "unwrap", "truncate", "split")
        if not arguments:
            raise findings.argument_count("TorchVision needs its output channels and the name of a model")
        self.c2 = arguments[0]
        source = self.single(row)
        self.listing[-1].arguments = arguments[1:]
        if len(arguments) < 2 or len(arguments) > 6:
            raise findings.argument_count(f"TorchVision takes from 2 to 6 arguments, {len(arguments)} are written")
        split = len(arguments) > 5 and arguments[5]
        if split:
            self.parts_made = 64
        # The framework records whatever is written here, and looks at it nowhere.
        channels = self.c2 if type(self.c2) is int and self.c2 > 0 else None
        return self.opaque((channels,) * (64 if split else 1)), (self.ref(source, row.index),)

    def _index(self, row: Row, n: Any, arguments: list[Any]) -> tuple[op.Operation, tuple[Ref, ...]]:
        self.names = ("c2", "index")
        if not arguments:
            raise findings.argument_count("Index needs its output channels and which map to take")
        self.c2 = arguments[0]
        source = self.single(row)
        index = arguments[1] if len(arguments) > 1 else 0
        self.listing[-1].arguments = arguments[1:]
        if len(arguments) > 2:
            raise findings.argument_count(f"Index takes 2 arguments, {len(arguments)} are written")
        absolute = source if source >= 0 else row.index + source
        made = self.parts.get(absolute) if row.index else None
        if made is None:
            raise findings.fuse_mismatch(
                f"Index takes one of several maps, but what row {absolute} makes is one map", "from"
            )
        if type(index) is not int or not -made <= index < made:
            raise findings.fuse_mismatch(f"row {absolute} makes {made} maps; there is no map {shown(index)}", "index")
        return op.Opaque((None,), 0), ((self.ref(source, row.index)[0], index % made),)


def _defaults(module: Callable[..., Any]) -> dict[str, Any]:
    """What a module takes for the arguments that a row may leave out."""
    if isinstance(module, torch_layers.TorchLayer):
        return module.defaults
    given = module.__defaults__ or ()
    words = signature(module)[0]
    return dict(zip(words[len(words) - len(given) :], given, strict=True))


def _in_one_piece(node: Node) -> bool:
    return isinstance(node, Scalar) or node.flow


class _Reported(Refused):
    """What is wrong has been said already."""

    def __init__(self) -> None:
        super().__init__("", "")


def unknown_module(row: Row, name: str, dialect: Dialect) -> tuple[str, str | None]:
    """Sentence and help about a module that the framework does not know."""
    from convlint.words.spelling import nearest

    if name.startswith("nn."):
        near = nearest(name[3:], [*torch_layers.LAYERS, *torch_layers.OTHERS])
        if name[3:] in dialect.names():
            return f"torch.nn has no `{name[3:]}`; it is a module of {dialect.title}", f"write `{name[3:]}`"
        return f"torch.nn has no module `{name[3:]}`", f"did you mean `nn.{near}`?" if near else None
    if name in dialect.unreachable:
        message = f"`{name}` exists in {dialect.title}, but its YAML parser cannot reach it"
        return message, f"declare what you registered: `# convlint: module {name}(c1)`"
    if name in torch_layers.LAYERS or name in torch_layers.OTHERS:
        return f"`{name}` is no module of {dialect.title}; torch.nn has one", f"write `nn.{name}`"
    near = nearest(name, dialect.names())
    declared = f"declare it if you registered it: `# convlint: module {name}(c1)`"
    return f"unknown module `{name}`", f"did you mean `{near}`? Otherwise {declared}" if near else declared
