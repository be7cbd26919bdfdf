"""From the sections of a file to a network, as Darknet builds it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from convlint.document import Document, Mapping, Scalar, Sequence
from convlint.document.assembly import FIRST_COUNTS, MAX_PROBLEMS, duplicates
from convlint.findings import Diagnostic, Label, Severity
from convlint.formats.darknet import findings as say
from convlint.formats.darknet import sizes
from convlint.formats.darknet.keys import (
    ACTIVATIONS,
    ACTIVATIONS_HERE,
    ALEXEYAB,
    PJREDDIE,
    SAME,
    SHAPING,
    dialect_of,
    known,
    texts,
)
from convlint.formats.darknet.options import Options
from convlint.formats.darknet.reading import Item, Section, SectionPlace, read_of
from convlint.formats.darknet.sizes import Made
from convlint.formats.lowered import Context, Lowered
from convlint.formats.rows import Reads, Source, changes, renumbered
from convlint.model import operations as op
from convlint.model.network import Input, Layer, Loading, Network, Ref
from convlint.words.spelling import nearest

UNKNOWN: Ref = (0, 0)
INPUT: Ref = (1, 0)
#: Where a section names other layers.
SOURCES = {"route": "layers", "shortcut": "from", "scale_channels": "from", "sam": "from"}
_LISTS = frozenset(("layers", "from", "mask", "anchors"))
_HEADS = frozenset(("yolo", "Gaussian_yolo", "region", "detection", "iseg"))
#: Sections whose inside is not modelled: of some is known what they make, of the others nothing.
_RECURRENT = frozenset(("rnn", "gru", "lstm", "crnn"))
_STOP = frozenset(("conv_lstm", "history", "implicit"))
#: In larger files nobody looks for a layer that was inserted.
_MOST_SHIFTED = 600
#: Activations with f(0) = 0.
_KEEPS_ZERO = frozenset(
    ("relu", "elu", "selu", "leaky", "tanh", "swish", "mish", "hard_mish", "gelu", "relu6", "revleaky", "relie",
     "hardtan", "lhtan")
)  # fmt: skip


def lower(document: Document, context: Context) -> Lowered:
    """Everything about one document."""
    return _File(document, context).run()


class _File:
    def __init__(self, document: Document, context: Context) -> None:
        assert isinstance(document.root, Sequence)
        nodes = [node for node in document.root.items if isinstance(node, Mapping)]
        self.document = document
        self.context = context
        self.text = context.text
        self.sections = [Section(index - 1, node, self.text) for index, node in enumerate(nodes)]
        options: Options = context.options or Options()
        words = [(section.name, set(section.node.fields)) for section in self.sections]
        self.dialect = options.dialect or dialect_of(words)
        self.findings: list[Diagnostic] = []

    def run(self) -> Lowered:
        self.strays()
        net, *layers = self.sections
        if net.name != "net":
            self.findings.append(say.first_section(net, returns=False))
            return Lowered([], self.findings)
        if self.dialect == PJREDDIE and self.text.startswith("\r", net.heading[1]):
            self.findings.append(say.first_section(net, returns=True))
            return Lowered([], self.findings)
        for section in self.sections:
            self.options(section)
        given = self.input(net)
        if given is None or not layers:
            return Lowered([], self.findings)
        return Lowered([_Building(self, net, layers, given).run()], self.findings)

    def strays(self) -> None:
        """Lines that are neither section nor option."""
        first = self.sections[0].heading[0]
        for node in self.document.unread[:MAX_PROBLEMS]:
            if isinstance(node, Scalar):
                self.findings.append(say.stray_line(node.text, node.span, node.start > first))

    def input(self, net: Section) -> Made | None:
        """What the network reads; None if nothing says how large it is."""
        height, width, channels = (net.number(key, 0) for key in ("height", "width", "channels"))
        if height > 0 and width > 0 and channels > 0:
            return sizes.a_map(channels, height, width)
        inputs = net.number("inputs", height * width * channels)
        if inputs <= 0:
            self.findings.append(say.no_input_size(net))
            return None
        return Made(0, 0, 0, inputs)

    # Options -------------------------------------------------------------------------------------------------

    def options(self, section: Section) -> None:
        """Keys that are unknown or written twice, and values that C reads otherwise than they look."""
        tables = {name: known(name) for name in (ALEXEYAB, PJREDDIE)}
        mine = [tables[self.dialect]] if self.dialect else list(tables.values())
        here = frozenset[str]().union(*(table.get(section.name, frozenset()) for table in mine))
        if not any(section.name in table for table in mine):
            self.unknown_section(section, tables)
            return
        self.duplicates(section)
        words = texts(section.name)
        for key, node in section.node.fields.items():
            span = section.node.key_span(key)
            if not isinstance(node, Scalar) or span is None:
                continue
            if key not in here:
                self.unknown_option(section, key, here, tables)
            elif key not in words:
                whole = key in SHAPING
                read = read_of(node.text, whole)
                rest = node.text[len(read) :]
                if rest and not (whole and _is_whole_anyway(node.text, read)):
                    self.findings.append(say.cut_number(section, key, node.span, node.text, read))
                elif any(blank in self.text[node.start : node.end] for blank in " \t"):
                    self.findings.append(say.joined_numbers(section, key, Item(node.text, node.span), None))
            elif key in _LISTS:
                self.list(section, key)
            elif key == "activation":
                self.activation(section, node)

    def list(self, section: Section, key: str) -> None:
        """Values of a list that C cuts, or that lost the comma between them."""
        for item in section.items(key, stops=key in ("mask", "anchors")):
            read = read_of(item.text, key != "anchors")
            gap = _gap(self.text, item)
            if gap is not None:
                self.findings.append(say.joined_numbers(section, key, item, gap))
            elif (item.text or key != "anchors") and (len(read) < len(item.text) or not read):
                self.findings.append(say.cut_number(section, key, item.span, item.text, read))

    def unknown_section(self, section: Section, tables: dict[str, dict[str, frozenset[str]]]) -> None:
        other = next((name for name, table in tables.items() if section.name in table), None)
        names = [*dict.fromkeys(name for table in tables.values() for name in table if name != "net"), *SAME]
        # Darknet goes on with a layer that makes nothing, and stops where another one reads it.
        following = next(iter(self.sections[section.index + 2 :]), None)
        stops = (following is not None and following.name != "route") or any(
            target(other, item) == section.index
            for other in self.sections[section.index + 2 :]
            if other.name in SOURCES
            for item in other.items(SOURCES[other.name])
        )
        self.findings.append(say.unknown_section(section, names, other, self.dialect, stops))
        section.name = ""

    def unknown_option(
        self, section: Section, key: str, here: frozenset[str], tables: dict[str, dict[str, frozenset[str]]]
    ) -> None:
        other = next((name for name, table in tables.items() if key in table.get(section.name, ())), None)
        span = section.node.key_span(key)
        assert span is not None
        # An option of another section was copied, not misspelt.
        elsewhere = any(key in options for table in tables.values() for options in table.values())
        near = None if elsewhere else nearest(key, sorted(here - section.node.fields.keys()))
        self.findings.append(say.unknown_option(section, key, span, near, other))

    def duplicates(self, section: Section) -> None:
        """Of a key that is written twice the first counts: a warning where the network would be another one."""
        if len(section.node.pairs) == len(section.node.fields):
            return
        for problem in islice(duplicates(section.node.pairs, FIRST_COUNTS), MAX_PROBLEMS):
            key = section.text[slice(*problem.span)]
            values = {node.text for name, node in section.node.pairs if isinstance(node, Scalar) and name.text == key}
            counts = len(values) > 1 and key in SHAPING
            labels = [Label(span, message) for span, message in problem.labels]
            self.findings.append(
                Diagnostic(
                    problem.code, problem.message, problem.span, problem.label, labels, help=problem.help,
                    severity=Severity.WARNING if counts else Severity.INFO,
                )
            )  # fmt: skip

    def activation(self, section: Section, node: Scalar) -> None:
        mine = ACTIVATIONS_HERE[self.dialect] if self.dialect else frozenset().union(*ACTIVATIONS_HERE.values())
        if node.text in ACTIVATIONS or node.text in mine:
            return
        other = next((name for name, words in ACTIVATIONS_HERE.items() if node.text in words), None)
        names = sorted(ACTIVATIONS | mine)
        self.findings.append(say.unknown_activation(section, node.text, node.span, names, other))


def target(section: Section, item: Item) -> int:
    """The layer that a number means: counted from the top, or back from the section if it is negative."""
    return item.number if item.number >= 0 else section.index + item.number


def _is_whole_anyway(text: str, read: str) -> bool:
    """Whether ``atoi`` loses nothing of a number: ``2.0``, ``1.``."""
    rest = text[len(read) :]
    return bool(read) and rest.startswith(".") and not rest[1:].strip("0")


class _Inside:
    """The layers of one section, under numbers of their own: 0 is the unknown value, then what the section reads."""

    def __init__(self, inputs: int, place: SectionPlace) -> None:
        self.layers: list[Layer] = []
        self.inputs = inputs
        self.place = place

    def add(self, name: str, operation: op.Operation, *values: Ref) -> Ref:
        """Append a layer; its first output."""
        number = self.inputs + 1 + len(self.layers)
        self.layers.append(Layer(number, name, name, operation, values, self.place))
        return (number, 0)

    def group(self, made: Ref) -> op.Operation:
        """All of them as one layer; one that stands alone is itself."""
        inputs = tuple(range(1, self.inputs + 1))
        if len(self.layers) == 1 and self.layers[0].inputs == tuple((number, 0) for number in inputs):
            return self.layers[0].operation
        return op.Group(self.layers, inputs, (made,), numbers=self.inputs + 1 + len(self.layers))


class _Building:
    """Builds the network of one file."""

    def __init__(self, file: _File, net: Section, sections: list[Section], given: Made) -> None:
        self.net = net
        self.sections = sections
        self.given = given
        self.dialect = file.dialect
        self.findings = file.findings
        self.items = [self.sources(section) for section in sections]
        self.reads = [
            [target(section, item) for item in items] for section, items in zip(sections, self.items, strict=True)
        ]
        self.made = sizes.follow(sections, self.reads, given, self.dialect)
        self.layers: list[Layer] = []
        #: What was already written out, by what decides about it.
        self.written: dict[object, op.Operation] = {}

    def sources(self, section: Section) -> list[Item]:
        """The layers that a section names; several only where Darknet reads several."""
        key = SOURCES.get(section.name)
        if key is None:
            return []
        items = section.items(key)
        several = section.name == "route" or (section.name == "shortcut" and self.dialect != PJREDDIE)
        return items if several else items[:1]

    def run(self) -> Network:
        """The network; what is wrong about it becomes a finding."""
        self.look_for_shift()
        for section in self.sections:
            self.layers.append(self.layer(section))
        last = len(self.sections) - 1
        outputs = [(index + 2, 0) for index, section in enumerate(self.sections) if section.name in _HEADS]
        if (last + 2, 0) not in outputs:
            outputs.append((last + 2, 0))
        channels, height, width, amount = self.given
        shape = (channels, height, width) if self.given.is_map else (amount,)
        place = SectionPlace(self.net)
        return Network(
            None, [Input(1, "input", shape, self.net.heading)], self.layers, outputs, last + 3, place, complete=False,
            stored="numbers in a weights file", loading=Loading("Darknet", in_order=True),
        )  # fmt: skip

    def before(self, index: int) -> Made:
        """What the layer before makes."""
        return self.made[index - 1] if index else self.given

    # Layer numbers -------------------------------------------------------------------------------------------

    def look_for_shift(self) -> None:
        """Look for the layers after whose insertion or deletion all numbers were right, and go on with these."""
        wrong = sizes.first_refused(self.sections, self.reads, self.given, self.dialect)
        if wrong is None or len(self.sections) > _MOST_SHIFTED:
            return
        sources = [
            [
                Source(item.number, target, Scalar(item.text, False, None, *item.span))
                for item, target in zip(items, targets, strict=True)
            ]
            for items, targets in zip(self.items, self.reads, strict=True)
        ]

        known: dict[tuple[int, ...], bool] = {}

        def explains(reads: Reads, moved: int, first: int) -> bool:
            if not self.tells(reads):
                return False
            key = tuple(target for row in reads for target in row)
            if key not in known:
                wrong = sizes.first_refused(self.sections, reads, self.given, self.dialect)
                known[key] = wrong is None
            return known[key]

        found = changes(sources, explains)
        if not found:
            return
        moved, first = found[-1]
        reads = renumbered(sources, first, moved)
        edits = [
            (section, item, target, target if item.number >= 0 else target - section.index)
            for section, items, old, new in zip(self.sections, self.items, self.reads, reads, strict=True)
            for item, was, target in zip(items, old, new, strict=True)
            if was != target
        ]
        between = min(first for _, first in found), first + max(moved, 1) - 1
        self.findings.append(say.shifted_layers(moved, between, self.sections[wrong], edits))
        self.reads = reads
        self.made = sizes.follow(self.sections, reads, self.given, self.dialect)

    def tells(self, reads: Reads) -> bool:
        """Whether a number would change that tells of an insertion: one from the top, or of a route counting back.

        One that counts back by itself may be wrong by itself, as that of a shortcut around a stride. Nobody adds a
        layer to itself, or routes it twice.
        """
        told = False
        for section, items, old, new in zip(self.sections, self.items, self.reads, reads, strict=True):
            if old == new:
                continue
            if len(set(new)) < len(new) or (section.name == "shortcut" and section.index - 1 in new):
                return False
            told = told or any(
                was != target and (item.number >= 0 or (section.name == "route" and target < was))
                for item, was, target in zip(items, old, new, strict=True)
            )
        return told

    # One section ---------------------------------------------------------------------------------------------

    def layer(self, section: Section) -> Layer:
        """The layer of a section."""
        index = section.index
        place = SectionPlace(section)
        before = (index + 1, 0) if index else INPUT
        targets = self.valid(section)
        operation: op.Operation
        inputs: tuple[Ref, ...] = (before,)
        if targets is None or (section.name in sizes.WANT_MAPS and not self.readable(section)):
            operation, inputs = op.Unknown(), (UNKNOWN,)
        else:
            self.judge(section, targets)
            operation, inputs = self.operation(section, place, before, targets)
        return Layer(index + 2, say.name_of(section), section.name or "section", operation, inputs, place)

    def valid(self, section: Section) -> list[int] | None:
        """The layers that a section reads by number; None if one of them is not there, or none is named."""
        key = SOURCES.get(section.name)
        if key is None:
            return []
        if not section.has(key):
            self.findings.append(
                Diagnostic("CL006", f"{section.written} needs `{key}`", section.heading, layer=say.name_of(section))
            )
            return None
        if self.joined(section, key):
            return None
        items, targets = self.items[section.index], self.reads[section.index]
        wrong = [(item, target) for item, target in zip(items, targets, strict=True) if not 0 <= target < section.index]
        for item, target in wrong[:MAX_PROBLEMS]:
            self.findings.append(say.unknown_layer(section, item, target, len(self.sections)))
        return None if wrong else targets

    def joined(self, section: Section, key: str) -> bool:
        """Whether a comma is missing in a list, so that nobody knows its numbers."""
        return any(_gap(section.text, item) is not None for item in section.items(key))

    def readable(self, section: Section) -> bool:
        """Whether there is a map to read."""
        if self.before(section.index).is_map:
            return True
        before = self.sections[section.index - 1] if section.index else None
        self.findings.append(say.needs_map(section, before))
        return False

    def judge(self, section: Section, targets: list[int]) -> None:
        """What Darknet checks while it reads a section."""
        before = self.before(section.index)
        items = self.items[section.index]
        if section.name == "shortcut":
            for item, target in zip(items, targets, strict=True):
                self.shortcut(section, item, before, self.made[target])
        elif section.name in ("scale_channels", "sam"):
            source = self.made[targets[0]]
            if not sizes.gates(section, before, source):
                self.findings.append(say.gate_size(section, items[0], before, source))
        elif section.name in _HEADS:
            self.head(section, before)

    def shortcut(self, section: Section, item: Item, before: Made, source: Made) -> None:
        if not sizes.differ(before, source):
            return
        if self.dialect != ALEXEYAB and sizes.strided(source, before):
            if self.dialect is None:
                self.findings.append(say.shortcut_size(section, item, before, source, Severity.INFO))
            return
        self.findings.append(say.shortcut_size(section, item, before, source, None))

    def head(self, section: Section, before: Made) -> None:
        """Whether a head gets the channels that it reads, and whether its anchors are all there."""
        if self.joined(section, "mask"):
            return
        wanted = sizes.wanted(section, self.dialect)
        arrived = before.amount if section.name == "detection" else before.channels
        if wanted is not None and arrived is not None and wanted != arrived:
            maker = self.sections[section.index - 1] if section.index else None
            makers = ("connected",) if section.name == "detection" else ("convolutional", "connected")
            if maker is not None and maker.name not in makers:
                maker = None
            self.findings.append(say.head_filters(section, maker, wanted, arrived, self.dialect))
        if not section.has("anchors"):
            return
        anchors = section.items("anchors", stops=self.dialect != PJREDDIE and section.name == "yolo")
        num = section.number("num", 1)
        count = len(anchors) + sum(_gap(section.text, item) is not None for item in anchors)
        if count != 2 * num:
            self.findings.append(say.anchor_count(section, anchors, num))
        most = max(num, count // 2)
        named = section.items("mask", stops=self.dialect != PJREDDIE) if section.name != "region" else []
        wrong = [item for item in named if not 0 <= item.number < most]
        if wrong:
            self.findings.append(say.mask_range(section, wrong, num))

    # Operations ----------------------------------------------------------------------------------------------

    def operation(
        self, section: Section, place: SectionPlace, before: Ref, targets: list[int]
    ) -> tuple[op.Operation, tuple[Ref, ...]]:
        """What a section does, and what it reads."""
        name = section.name
        if name == "route":
            return self.route(section, place, targets)
        if name == "shortcut":
            return self.add(section, place, before, targets)
        if name in ("scale_channels", "sam"):
            if not sizes.gates(section, self.before(section.index), self.made[targets[0]]):
                return op.Elementwise(), ((targets[0] + 2, 0),)
            inside = _Inside(2, place)
            made = inside.add("multiply", op.Merge("multiply"), (1, 0), (2, 0))
            made = self.activated(inside, section, made, "linear")
            return inside.group(made), ((targets[0] + 2, 0), before)
        return self.single(section, place), (before,)

    def single(self, section: Section, place: SectionPlace) -> op.Operation:
        """What a section does that reads the layer before it alone."""
        name, number = section.name, section.number
        if name in ("convolutional", "deconvolutional"):
            return self.convolution(section, place)
        if name in ("maxpool", "local_avgpool"):
            return self.pool(section, place)
        if name == "avgpool":
            return op.AdaptivePool("average", 2, (1, 1))
        if name == "connected":
            return self.connected(section, place)
        if name == "upsample":
            factor = number("stride", 2)
            if factor >= 0:
                return op.Upsample(None, (float(factor),))
            return op.Pool("average", 2, (-factor,) * 2, (-factor,) * 2, ((0, 0),) * 2, (1, 1))
        if name in ("reorg", "reorg3d"):
            if number("extra", 0) and self.dialect != ALEXEYAB:
                return op.Opaque(((self.made[section.index].amount,),), 0)
            return op.PixelShuffle(number("stride", 1), not number("reverse", 0))
        if name == "crop":
            return op.CenterCrop((number("crop_height", 1), number("crop_width", 1)))
        if name == "normalization":
            return op.LocalNorm(number("size", 5))
        if name == "batchnorm":
            return op.ChannelNorm("batch", 2)
        if name == "local":
            return self.local(section)
        if name == "dropout":
            return op.Elementwise(True, "dropout")
        if name == "activation":
            word = section.value("activation") or "linear"
            return op.Elementwise(word in _KEEPS_ZERO, "other" if word == "linear" else "activation")
        if name in _RECURRENT:
            channels, height, width, amount = self.made[section.index]
            return op.Opaque(((channels, height, width) if channels else (amount,),))
        if name in _STOP or not name:
            return op.Unknown()
        return op.Elementwise()

    def convolution(self, section: Section, place: SectionPlace) -> op.Operation:
        """Convolution, batch norm, activation."""
        number = section.number
        filters, size = number("filters", 1), number("size", 1)
        groups = max(number("groups", 1), 1) if section.name == "convolutional" and not number("xnor", 0) else 1
        norm = bool(number("batch_normalize", 0) or number("cbn", 0))
        down, across = sizes.strides(section)
        around = sizes.padding(section)
        blur = number("antialiasing", 0) if section.name == "convolutional" else 0
        shared = self.shared(section)
        activation = section.value("activation") or "logistic"
        key = (section.name, filters, size, groups, norm, down, across, around, blur, shared, activation)
        if key in self.written:
            return self.written[key]
        inside = _Inside(1, place)
        strides = (1, 1) if blur else (down, across)
        pads = ((around, around),) * 2
        if section.name == "convolutional":
            # The dilation that AlexeyAB's Darknet pads for is not part of the size (`convolutional_out_height`).
            made = inside.add(
                "conv",
                op.Convolution(2, filters, (size, size), strides, pads, (1, 1), groups, not norm, truncates=True),
                (1, 0),
            )
        else:
            made = inside.add(
                "conv",
                op.TransposedConvolution(2, filters, (size, size), strides, pads, (0, 0), (1, 1), 1, not norm),
                (1, 0),
            )
        if norm:
            made = inside.add("norm", op.ChannelNorm("batch", 2, track_running_stats=not shared), made)
        made = self.activated(inside, section, made, "logistic")
        if blur:
            window, pad = (2, (0, 0)) if blur == 2 else (3, (1, 1))
            made = inside.add("blur", op.Pool("average", 2, (window,) * 2, (down, across), (pad,) * 2, (1, 1)), made)
        if shared:
            made = inside.add("shared", op.Parameters(-shared), made)
        operation = self.written[key] = inside.group(made)
        return operation

    def shared(self, section: Section) -> int:
        """How many trainable numbers a convolution has in common with an earlier one, where they are counted."""
        if not section.has("share_index"):
            return 0
        given = section.number("share_index", 0)
        index = given if given >= 0 else section.index + given
        channels = self.before(section.index).channels
        if not 0 <= index < section.index or channels is None:
            return 0
        filters, size = section.number("filters", 1), section.number("size", 1)
        norm = section.number("batch_normalize", 0)
        return channels // max(section.number("groups", 1), 1) * filters * size**2 + filters * (2 if norm else 1)

    def pool(self, section: Section, place: SectionPlace) -> op.Operation:
        """Darknet pads by ``size - 1`` in all, the smaller half before."""
        number = section.number
        if number("maxpool_depth", 0):
            return op.Opaque(((number("out_channels", 1), None, None),), 0, keeps_size=True)
        size = number("size", number("stride", 1))
        total = number("padding", size - 1)
        pad = (total // 2, total - total // 2)
        kind = "max" if section.name == "maxpool" else "average"
        return op.Pool(kind, 2, (size, size), sizes.strides(section), (pad, pad), (1, 1), truncates=True)

    def connected(self, section: Section, place: SectionPlace) -> op.Operation:
        """A dense layer on all that arrives; Darknet calls what it makes a map of one cell."""
        output = section.number("output", 1)
        norm = bool(section.number("batch_normalize", 0))
        inside = _Inside(1, place)
        made = inside.add("flatten", op.Flatten(), (1, 0))
        made = inside.add("dense", op.Linear(output, bias=not norm), made)
        if norm:
            made = inside.add("norm", op.ChannelNorm("batch", 1), made)
        made = self.activated(inside, section, made, "logistic")
        return inside.group(inside.add("map", op.Reshape((output, 1, 1)), made))

    def local(self, section: Section) -> op.Operation:
        """A convolution with kernels of its own in every place."""
        channels, height, width, amount = self.made[section.index]
        arrived = self.before(section.index).channels
        params = None
        if amount is not None and arrived is not None:
            params = amount * (arrived * section.number("size", 1) ** 2 + 1)
        return op.Opaque(((channels, height, width),), params)

    def route(self, section: Section, place: SectionPlace, targets: list[int]) -> tuple[op.Operation, tuple[Ref, ...]]:
        """Maps side by side; with ``groups`` one part of each."""
        inputs = tuple((target + 2, 0) for target in targets)
        groups = section.number("groups", 1) if self.dialect != PJREDDIE else 1
        if groups <= 1:
            return (op.Concat(1) if len(inputs) > 1 else op.Elementwise()), inputs
        part = section.number("group_id", 0)
        if not 0 <= part < groups:
            message = f"group_id is {part}, and {groups} groups are 0 to {groups - 1}"
            self.findings.append(Diagnostic("CL028", message, section.place_of("group_id"), layer=say.name_of(section)))
            return op.Unknown(), (UNKNOWN,)
        inside = _Inside(len(inputs), place)
        parts: list[Ref] = []
        for index in range(len(inputs)):
            split, _ = inside.add("split" if len(inputs) == 1 else f"split.{index}", op.Split(1, chunks=groups),
                                  (index + 1, 0))  # fmt: skip
            parts.append((split, part))
        made = inside.add("concat", op.Concat(1), *parts) if len(parts) > 1 else parts[0]
        return inside.group(made), inputs

    def add(
        self, section: Section, place: SectionPlace, before: Ref, targets: list[int]
    ) -> tuple[op.Operation, tuple[Ref, ...]]:
        """The layer before plus other layers: of unequal channels as many are added as both have."""
        inputs = (before, *((target + 2, 0) for target in targets))
        inside = _Inside(len(inputs), place)
        made: Ref = (1, 0)
        mine = self.before(section.index)
        for number, target in enumerate(targets, 2):
            source = self.made[target]
            if sizes.differ(mine, source):
                continue  # said already, or what pjreddie's Darknet does with it keeps the shape
            made = self.added(inside, made, (number, 0), mine.channels, source.channels)
        kind = section.value("weights_type") or "none"
        if kind != "none" and self.dialect != PJREDDIE:
            channels = 1 if kind in ("per_feature", "per_layer") else mine.channels
            if channels is not None:
                made = inside.add("weights", op.Parameters(len(inputs) * channels), made)
        made = self.activated(inside, section, made, "linear")
        if made == (1, 0):
            return op.Elementwise(), (before,)
        return inside.group(made), inputs

    def added(self, inside: _Inside, made: Ref, other: Ref, mine: int | None, theirs: int | None) -> Ref:
        if mine is None or theirs is None or mine == theirs:
            return inside.add("add", op.Merge("add"), made, other)
        if theirs > mine:
            split, _ = inside.add("split", op.Split(1, sizes=(mine, theirs - mine)), other)
            return inside.add("add", op.Merge("add"), made, (split, 0))
        split, _ = inside.add("split", op.Split(1, sizes=(theirs, mine - theirs)), made)
        added = inside.add("add", op.Merge("add"), (split, 0), other)
        return inside.add("concat", op.Concat(1), added, (split, 1))

    def activated(self, inside: _Inside, section: Section, made: Ref, default: str) -> Ref:
        """The activation of a section, unless it is linear."""
        word = section.value("activation") or default
        if word == "linear":
            return made
        return inside.add("activation", op.Elementwise(word in _KEEPS_ZERO, "activation"), made)


def _gap(text: str, item: Item) -> tuple[int, int] | None:
    """The blanks that separate two numbers in one item of a list."""
    start, end = item.span
    written = text[start:end]
    for blanks in _blanks(written):
        before, after = written[: blanks[0]], written[blanks[1] :]
        if before[-1:].isdigit() and (after[:1].isdigit() or after[:1] in "-."):
            return start + blanks[0], start + blanks[1]
    return None


def _blanks(text: str) -> Iterator[tuple[int, int]]:
    start = None
    for index, character in enumerate(text):
        if character in " \t":
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
