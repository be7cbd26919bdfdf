"""From the rows of a YOLO file to networks: one for each scale, as the parser of the framework would build it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.formats.yolo import findings, torch_layers
from convlint.formats.yolo.branches import BRANCHES, batch_norm
from convlint.formats.yolo.builder import whole
from convlint.formats.yolo.declared_rows import declared
from convlint.formats.yolo.dialects import Dialect
from convlint.formats.yolo.head_rows import head
from convlint.formats.yolo.options import VARIANT
from convlint.formats.yolo.place import RowPlace
from convlint.formats.yolo.plain_rows import base, passed_through, unknown
from convlint.formats.yolo.reading import Row
from convlint.formats.yolo.refusal import Refused, shown
from convlint.formats.yolo.row_build import UNKNOWN, Built, RowBuild
from convlint.formats.yolo.scaling import Scale
from convlint.formats.yolo.state import File, State
from convlint.formats.yolo.variables import arguments, variables
from convlint.model import operations as op
from convlint.model.network import Claim, Input, Layer, Loading, Network, Ref
from convlint.work import spend

TRIAL = 256
#: What it takes to build a row that is one layer, in steps of the budget.
_ROW = 100

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
#: Modules of the parsers' tables that can change the size.
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
        "RobustConv2",
        "RepConv_OREPA",
        "nn.Conv2d",
    ]
)


class Building:
    """Builds the network of one scale."""

    def __init__(self, file: File, scale: Scale) -> None:
        self.file = file
        self.scale = scale
        self.state = State(file, scale)
        self.layers: list[Layer] = []
        self.claims: tuple[Claim, ...] = ()

    def run(self) -> list[Network]:
        """The network at the input size, and the one of the framework's own trial if it makes one."""
        for row in self.file.rows:
            self.layers.append(self.row(row))
        if not self.layers:
            return []
        outputs = [(self.layers[-1].number, part) for part in range(self.state.parts.get(len(self.layers) - 1, 1))]
        networks = [self.network(self.state.input, outputs, None)]
        if self.file.ultralytics and self.file.last in _TRIED and self.state.input[1:] != (TRIAL, TRIAL):
            what = f"at the {TRIAL} x {TRIAL} on which ultralytics tries the model when it is built"
            networks.append(self.network((self.state.input[0], TRIAL, TRIAL), outputs, what))
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
            variant_word=VARIANT,
            assumes=self.state.assumes,
            trial=trial,
            assumed_input=self.assumed_input() if trial is None else None,
            rows=self.state.listing,
            loading=self.loading(),
        )

    def loading(self) -> Loading:
        """How the framework loads a checkpoint.

        ``DetectionModel.load`` of ultralytics 8.4; ``train.py`` of YOLOv5, YOLOv7 and YOLOv9 with ``--cfg``.
        """
        title = self.file.dialect.title
        if self.file.ultralytics:
            besides = (
                "a first convolution of other channels is filled in part, class branches are built as wide as they were"
            )
            return Loading(title, first="model.0.conv.weight", rebuilt=("cv3", "one2one_cv3"), besides=besides)
        return Loading(title, excluded="anchor")

    def assumed_input(self) -> str | None:
        """A sentence about the size of an input that nobody gave."""
        _, height, width = self.state.input
        return None if self.file.options.input else f"an input of {height} x {width} is assumed; see --input"

    def row(self, row: Row) -> Layer:
        """The layer of a row; what is wrong with it becomes a finding, and nominal channels go on."""
        state, i = self.state, row.index
        spend(_ROW, "the rows of this file, once for each scale,")
        build = RowBuild(state, row)
        state.listing.append(build.listed)
        try:
            if len(row.values) != 4:
                raise findings.items(row)
            operation, inputs = built(build)
        except Refused as refused:
            # Which rows there are rests on nothing.
            if not build.rests_on_assumed or refused.code == "CL013":
                build.refuse(refused)
            operation, inputs, state.c2 = nominal(build)
        state.channels += [state.c2] * (row.number + 1 - len(state.channels))
        if build.rests_on_assumed:
            state.assumed.add(i)
        if build.parts_made is not None:
            state.parts[i] = build.parts_made
        claim = self.file.claims.get(i)
        claims = (claim,) if claim is not None else ()
        place = RowPlace(row, build.names, build.defaults, whole=not isinstance(operation, op.Group))
        return Layer(i + 2, f"model.{i}", row.module or "row", operation, inputs, place, claims)


def built(build: RowBuild) -> Built:
    """Do for one row what the parser does, in its order."""
    row, file = build.row, build.state.file
    name = row.module
    if not name:
        raise Refused("CL004", f"the module must be a name, not {shown(row.values[2])}")
    module = known(file.dialect, name)
    n = build.repeats()
    build.variables = variables(build.state, row)
    given = arguments(build.state, row, build.variables)
    build.listed.repeats, build.listed.arguments = n, given
    said = file.declared.get(name)
    if said is not None:
        return declared(build, said, given)
    if name in file.dialect.base:
        return base(build, name, module, n, given)
    if name in file.dialect.heads:
        return head(build, name, module, n, given)
    if name in file.dialect.special:
        return BRANCHES[name](build, n, given)
    if name == "nn.BatchNorm2d":
        return batch_norm(build, n, given)
    if name in file.assumed:
        from convlint.formats.yolo.community_rows import assumed

        return assumed(build, file.assumed[name], given)
    if module is None:
        return unknown(build)
    return passed_through(build, name, module, n, given)


def known(dialect: Dialect, name: str) -> Callable[..., Any] | None:
    """The function that writes a module out; None if nobody knows the module, or it has a branch of its own."""
    for table in (dialect.base, dialect.heads, dialect.through):
        if name in table:
            return table[name]
    if name.startswith("nn."):
        return torch_layers.LAYERS.get(name[3:]) or (torch_layers.unknown if name[3:] in torch_layers.OTHERS else None)
    return None


def nominal(build: RowBuild) -> tuple[op.Operation, tuple[Ref, ...], Any]:
    """What a row that cannot be built would have made: its channels, and its size if the module keeps it."""
    row, dialect = build.row, build.state.file.dialect
    name = row.module
    inputs: tuple[Ref, ...] = (UNKNOWN,)
    channels: Any = None
    if len(row.values) == 4:
        source = row.values[0]
        if build.valid(source):
            inputs = (build.ref(source),)
            channels = build.recorded(source)
        written = row.values[3] if isinstance(row.values[3], list) else []
        if name in dialect.base and name != "Classify":
            try:
                channels = build.scaled(whole(written[0], "channels")) if written else None
            except Refused:
                channels = None
        elif name == "Concat" and isinstance(source, list):
            read = [build.recorded(s) for s in source if build.valid(s)]
            complete = len(read) == len(source) and all(type(c) is int for c in read)
            channels = sum(read) if complete else None
    if not isinstance(channels, int):
        channels = None
    keeps = (name in dialect.base or name == "AIFI") and name not in _STRIDED
    return op.Opaque(((channels, None, None),), None, keeps_size=keeps), inputs, channels


def unknown_module(name: str, dialect: Dialect) -> tuple[str, str | None, bool]:
    """Sentence and help about a module that the framework does not know, and whether it is a slip of the hand."""
    from convlint.words.spelling import nearest, slip

    if name.startswith("nn."):
        near = nearest(name[3:], [*torch_layers.LAYERS, *torch_layers.OTHERS])
        if name[3:] in dialect.names():
            return f"torch.nn has no `{name[3:]}`; it is a module of {dialect.title}", f"write `{name[3:]}`", True
        return f"torch.nn has no module `{name[3:]}`", f"did you mean `nn.{near}`?" if near else None, True
    if name in dialect.unreachable:
        message = f"`{name}` exists in {dialect.title}, but its YAML parser cannot reach it"
        return message, f"declare what you registered: `# convlint: module {name}(c1)`", False
    if name in torch_layers.LAYERS or name in torch_layers.OTHERS:
        return f"`{name}` is no module of {dialect.title}; torch.nn has one", f"write `nn.{name}`", True
    near = slip(name, dialect.names())
    declared = f"declare it if you registered it: `# convlint: module {name}(c1)`"
    help = f"did you mean `{near}`? Otherwise {declared}" if near else declared
    return f"unknown module `{name}`", help, near is not None
