"""A whole YOLO file: which dialect it is, its top-level keys, its scales."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from convlint.document import Document, Mapping, Node, Scalar, Sequence, Span
from convlint.findings import Diagnostic, Edit, Fix, Label, Severity
from convlint.formats.lowered import Context, Lowered
from convlint.formats.yolo import findings
from convlint.formats.yolo.beside import code, words_about
from convlint.formats.yolo.custom import Declared, declare, from_comments
from convlint.formats.yolo.dialects import DIALECTS, ULTRALYTICS, YOLOV5, YOLOV7, YOLOV9, Dialect
from convlint.formats.yolo.lowering import Building, unknown_module
from convlint.formats.yolo.options import Options
from convlint.formats.yolo.reading import Row, rows, yaml_value
from convlint.formats.yolo.refusal import shown
from convlint.formats.yolo.scaling import Scale, file_scale
from convlint.formats.yolo.state import File
from convlint.formats.yolo.torch_layers import LAYERS, OTHERS
from convlint.formats.yolo.wiring import Wiring, comments_behind, index_comments
from convlint.model.network import Claim, Network
from convlint.words.spelling import nearest

if TYPE_CHECKING:
    from convlint.formats.yolo.community import Convention

KNOWN_KEYS = frozenset(
    [
        "nc",
        "scales",
        "scale",
        "depth_multiple",
        "width_multiple",
        "max_channels",
        "anchors",
        "activation",
        "channel_multiple",
        "ch",
        "channels",
        "reg_max",
        "end2end",
        "kpt_shape",
        "backbone",
        "head",
        "text_model",
        "sem_nc",
        "names",
        "task",
        "inplace",
        "yaml_file",
        "x-convlint",
    ]
)
_HEADLIKE = ("detect", "segment", "pose", "obb", "depth")
#: What looks as if it selected a scale, and does not.
_LIKE_SCALE = r"[-_.]?(?:[nsmlxbt]|nano|tiny|small|medium|large)(?:[-_.]|$)"
#: What is in the name of the head, for the ending of the file's name.
_TASKS = {"seg": "segment", "pose": "pose", "obb": "obb", "cls": "class"}
_HEAD_NAMES = ("classify", "classifier", "cls", "fc")


_STRIDE = re.compile(r"\bP[0-9]+/([0-9]{1,18})\b")
_PARAMETERS = re.compile(r"\b([0-9][0-9,_]{0,40}) parameters\b")


def read_file(document: Document, context: Context) -> Lowered:
    """Everything about one document."""
    return _Reader(document, context).run()


def row_numbers(document: Document, context: Context) -> list[int]:
    """The numbers by which later rows call the rows of a file: as its code, comments or modules tell, else as counted.

    Empty if there are no rows that could have numbers.
    """
    reader = _Reader(document, context)
    if not reader.sections():
        return []
    reader.numbers()
    numbers = [row.number for row in reader.rows]
    scales, _ = reader.scales()
    if reader.source is not None and scales:
        from convlint.formats.yolo.sourced import SourcedBuilding

        file = File(reader.root, reader.rows, reader.dialect, reader.options, reader.declared)
        file.stem = reader.stem
        building = SourcedBuilding(file, scales[0], reader.source)
        building.run()
        numbers[: len(building.numbers)] = building.numbers
    return numbers


def numbered_rows(document: Document, context: Context) -> list[Row]:
    """The rows of a file under the numbers that its comments and modules tell; code beside it is not followed."""
    reader = _Reader(document, context)
    if reader.rows and reader.sections():
        reader.numbers()
    return reader.rows


def dialect_of(root: Mapping, found: list[Row]) -> Dialect:
    """The framework that a file was written for, by its keys and the modules only one of them knows."""
    if "scales" in root.fields or "anchors" not in root.fields:
        return ULTRALYTICS
    names = {row.module for row in found if row.module}
    anchored = any(
        isinstance(row.values[3], list) and "anchors" in row.values[3] for row in found if len(row.values) == 4
    )
    candidates = (YOLOV5, YOLOV7) if anchored else (YOLOV9, ULTRALYTICS)
    unknown = [sum(_missing(dialect, name) for name in names) for dialect in candidates]
    return candidates[unknown.index(min(unknown))]


def _missing(dialect: Dialect, name: str) -> bool:
    return not (
        name.startswith("nn.") or name in dialect.base or name in dialect.heads or name in dialect.through
        or name in dialect.special
    )  # fmt: skip


class _Reader:
    def __init__(self, document: Document, context: Context) -> None:
        assert isinstance(document.root, Mapping)
        self.root = document.root
        self.context = context
        self.options: Options = context.options or Options()
        self.findings: list[Diagnostic] = []
        self.stem = os.path.splitext(os.path.basename(context.path))[0]
        self.rows = rows(self.root)
        self.declared = self.declarations()
        chosen = self.options.dialect
        #: What is assumed of modules that the framework does not know.
        self.assumed: dict[str, Convention] = {}
        #: Keys of the file that rows name, and where the first does.
        self.used: dict[str, Span] = {}
        #: Whether something was visibly added to the framework, so that other things may have been.
        self.foreign = False
        self.dialect = DIALECTS[chosen] if chosen else dialect_of(self.root, self.rows)
        #: The framework's code that the file is read with, unless the user declares modules that he knows better.
        self.source = None
        if not any(row.module in self.declared for row in self.rows):
            self.source = code(context, self.options, self.dialect.name)
        if self.source is not None and not chosen:
            self.dialect = DIALECTS[self.source.framework]
        #: Of modules that tables name, no more is known than that.
        self.declared = {**self.options.taught, **self.declared}
        #: What the summary of the run says of the code.
        self.notes: dict[str, str] = {}

    def run(self) -> Lowered:
        if self.source is None and not self.options.dialect:
            self.own_keys()
        self.keys()
        if not self.sections():
            return Lowered([], self.findings)
        self.numbers()
        if self.source is None:
            self.activation()
            self.modules()
            self.other_framework()
            self.channels_keys()
        file = File(self.root, self.rows, self.dialect, self.options, self.declared)
        file.assumed = self.assumed
        if self.rows[0].number and self.rows[0].module not in self.assumed:
            from convlint.formats.yolo.numbering import BACKBONE

            file.assumed = {**self.assumed, self.rows[0].module: BACKBONE}
        file.claims = self.stride_claims()
        file.stem = self.stem
        wiring = Wiring(self.rows, self.dialect, self.context.comments(), self.context.text)
        if self.source is None:
            file.told = self.told(wiring)
        scales, selected = self.scales()
        networks = []
        for scale in scales:
            if self.context.memory is not None:
                self.context.memory.go_on()
            networks += self.networks(file, scale)
        self.last_row()
        self.findings += wiring.run()
        variants = [scale.label for scale in scales if scale.label is not None]
        return Lowered(networks, self.findings, variants, selected, self.notes)

    def told(self, wiring: Wiring) -> frozenset[int]:
        """Say once of several rows of the head that they read rows that do not exist; which rows these are."""
        missing, shift = wiring.missing()
        if not missing:
            return frozenset()
        (row, _), *others = missing
        backbone = sum(row.section == "backbone" for row in self.rows)
        self.findings.append(findings.numbers_out_of_range(row, others, shift, backbone))
        return frozenset(row.index for row, _ in missing)

    def networks(self, file: File, scale: Scale) -> list[Network]:
        """The networks of a scale: as the code beside the file builds them, else as its framework is known to."""
        claims = self.parameter_claims(scale)
        if self.source is not None:
            from convlint.formats.yolo.sourced import SourcedBuilding

            sourced = SourcedBuilding(file, scale, self.source)
            sourced.claims = claims
            made = sourced.run()
            unknown = next(iter(self.source.problems), sourced.unknown)
            if unknown is not None:
                place = file.first_key()
                self.findings.append(findings.source_not_followed(self.source.title, unknown, place))
            if made:
                self.notes.update([words_about(self.source)])
                self.findings += sourced.state.findings
                return made
        building = Building(file, scale)
        building.claims = claims
        made = building.run()
        self.findings += building.state.findings
        return made

    def declarations(self) -> dict[str, Declared]:
        """The modules that settings, the key `x-convlint` and comments declare; the nearest word counts."""
        found: dict[str, Declared] = dict(self.options.modules)
        node = self.root.fields.get("x-convlint")
        modules = node.fields.get("modules") if isinstance(node, Mapping) else None
        if isinstance(modules, Mapping):
            for name, entry in modules.fields.items():
                declared = declare(name, yaml_value(entry))
                if isinstance(declared, str):
                    self.findings.append(Diagnostic("CL005", declared, modules.key_span(name) or modules.span))
                else:
                    found[name] = declared
        in_comments, mistakes = from_comments(self.context.comments())
        for mistake in mistakes:
            self.findings.append(Diagnostic("CL024", mistake.message, mistake.span))
        return found | in_comments

    # Keys ----------------------------------------------------------------------------------------------------

    def own_keys(self) -> None:
        """Put the values of the file's own keys where rows name them as a module or as an argument.

        Many forks do so: `head_channel: 256` and `[-1, 1, Conv, [head_channel]]`, `node_mode: C2f` and a module that is
        called so.
        """
        own = {
            key: yaml_value(node) for key, node in self.root.fields.items()
            if key not in KNOWN_KEYS and isinstance(node, Scalar) and not key.startswith("x-")
        }  # fmt: skip
        if not own:
            return
        for row in self.rows:
            if len(row.values) != 4:
                continue
            module, given = row.values[2], row.values[3]
            if isinstance(module, str) and isinstance(own.get(module), str) and _missing(self.dialect, module):
                self.used.setdefault(module, row.items[2].span)
                row.values[2] = own[module]
            for index, value in enumerate(given if isinstance(given, list) else []):
                if isinstance(value, str) and value in own:
                    self.used.setdefault(value, row.args[index].span)
                    given[index] = own[value]
        self.foreign = bool(self.used)
        if self.used:
            self.findings.append(findings.keys_as_arguments(self.used))

    def keys(self) -> None:
        """Top-level keys that look like a known one, and those that the framework ignores."""
        fields = self.root.fields
        for key, _ in self.root.pairs:
            name = key.text
            if self.source is not None and self.source.mentions(name):
                continue
            if name == "scale" and "scales" not in fields and isinstance(fields[name], Mapping):
                near: str | None = "scales"
            elif name in KNOWN_KEYS or name in self.used or name.startswith("x-"):
                continue
            else:
                near = nearest(name, KNOWN_KEYS - fields.keys())
            if near is not None:
                what = "the network is built unscaled" if near == "scales" else "the framework ignores it"
                unknown = Diagnostic(
                    "CL003", f"unknown key `{name}`: {what}", key.span, help=f"did you mean `{near}`?",
                    severity=Severity.WARNING, fixes=[Fix(f"write `{near}`", [Edit(key.span, near)])],
                )  # fmt: skip
                self.findings.append(unknown)

    def channels_keys(self) -> None:
        """Keys for the input channels that the framework ignores, or did once read."""
        fields = self.root.fields
        if self.dialect is not ULTRALYTICS:
            return
        classifies = any(row.module == "Classify" for row in self.rows)
        for name in ("ch", "channels"):
            if name in fields and not (name == "channels" and classifies):
                place = self.root.key_span(name) or self.root.span
                severity = Severity.INFO if name == "ch" and self.foreign else None
                self.findings.append(findings.ignored_channels_key(name, place, severity))

    def sections(self) -> bool:
        """Whether backbone and head are lists of rows."""
        complete = True
        for section in ("backbone", "head"):
            node = self.root.fields.get(section)
            if node is None:
                place, near = self.missing_section(section)
                help = f"is `{near}` meant to be `{section}`?" if near else None
                self.missing(f"the key `{section}` is missing", place, help)
                complete = False
            elif not isinstance(node, Sequence):
                value = yaml_value(node) if isinstance(node, Scalar) else "a mapping"
                if value is None:
                    self.missing(f"`{section}` is empty; it must be a list of rows", self.behind(section))
                else:
                    said = shown(value) if isinstance(node, Scalar) else "a mapping"
                    place = self.root.value_span(section) or self.root.span
                    self.missing(f"`{section}` must be a list of rows, not {said}", place)
                complete = False
        if self.dialect is not ULTRALYTICS and complete:
            for name in ("nc", "depth_multiple", "width_multiple", "anchors"):
                if name not in self.root.fields:
                    self.missing(f"the key `{name}` is missing", self.first_place())
        if complete and not self.rows:
            self.missing("there are no rows", self.first_place())
        return complete and bool(self.rows)

    def missing(self, message: str, span: Span, help: str | None = None) -> None:
        """Say that there is no model."""
        self.findings.append(findings.missing_model_key(message, span, help))

    def missing_section(self, section: str) -> tuple[Span, str | None]:
        """Where a missing section belongs, and the key that was probably meant to be it."""
        others = {key.text: key for key, node in self.root.pairs if key.text not in KNOWN_KEYS}
        near = nearest(section, others)
        if near is not None:
            return others[near].span, near
        return (self.end(), None) if section == "head" else (self.first_place(), None)

    def behind(self, section: str) -> Span:
        """Behind the key of an empty section: the end of the file, or the key that follows."""
        keys = [key for key, _ in self.root.pairs]
        names = [key.text for key in keys]
        index = names.index(section)
        return keys[index + 1].span if index + 1 < len(keys) else self.end()

    def end(self) -> Span:
        """The end of the file."""
        end = len(self.context.text)
        return (end, end) if end else self.root.span

    def first_place(self) -> Span:
        """Where a missing key is reported: behind it the file ends or goes on, so at the other section."""
        for name in ("head", "backbone"):
            span = self.root.key_span(name)
            if span is not None:
                return span
        return self.root.span

    # Comments ------------------------------------------------------------------------------------------------

    def stride_claims(self) -> dict[int, Claim]:
        """The strides that comments behind rows claim: `# 3-P3/8`, `# 15 (P3/8-small)`."""
        found: dict[int, Claim] = {}
        for row, comment in comments_behind(self.rows, self.context.comments(), self.context.text):
            claim = _STRIDE.search(comment.text)
            if claim is not None:
                start = comment.start + claim.start(1)
                found[row.index] = Claim("stride_comment", int(claim.group(1)), (start, comment.start + claim.end(1)))
        return found

    def parameter_claims(self, scale: Scale) -> tuple[Claim, ...]:
        """The parameters that the comment behind a scale claims."""
        if scale.label is None:
            return ()
        for comment in self.context.comments():
            if comment.start < scale.span[1]:
                continue
            if "\n" in self.context.text[scale.span[1] : comment.start]:
                break
            claim = _PARAMETERS.search(comment.text)
            if claim is not None:
                start = comment.start + claim.start(1)
                value = int(claim.group(1).replace(",", "").replace("_", ""))
                return (Claim("params_comment", value, (start, comment.start + claim.end(1))),)
        return ()

    # Modules -------------------------------------------------------------------------------------------------

    def activation(self) -> None:
        """The activation is Python code that the framework runs; here only its form is checked."""
        node = self.root.fields.get("activation")
        value = None if node is None else yaml_value(node)
        if node is None or not value:
            return
        form = re.match(r"(?:torch\.)?nn\.(\w+)\(.*\)\Z", value.strip()) if isinstance(value, str) else None
        if form is None or form.group(1) not in LAYERS:
            message = f"`activation` must be a module such as nn.ReLU(), not {shown(value)}"
            wrong = findings.bad_string_argument(message, "write it with its brackets and `nn.` before")
            self.findings.append(wrong.at(node.span))

    def modules(self) -> None:
        """Say once for every name that the framework does not know it.

        What the community knows by that name is assumed, unless the user says that the framework is as published.
        """
        unknown: dict[str, list[Row]] = {}
        for row in self.rows:
            name = row.module
            if not name or len(row.values) != 4 or name in self.declared:
                continue
            if not _missing(self.dialect, name):
                if not name.startswith("nn."):
                    continue
                if name in self.dialect.base or name[3:] in LAYERS or name[3:] in OTHERS:
                    continue
            unknown.setdefault(name, []).append(row)
        if not unknown:
            return
        if not self.options.dialect:
            self.assume(unknown)
        self.foreign = self.foreign or bool(self.assumed or self.rows[0].number)
        for name, found in unknown.items():
            if name in self.assumed:
                continue
            message, help, slip = unknown_module(name, self.dialect)
            labels = [Label(row.span, "here too") for row in found[1:]]
            severity = Severity.WARNING if self.foreign and not slip else None
            self.findings.append(
                Diagnostic("CL004", message, found[0].span, labels=labels, help=help, key=name, severity=severity)
            )

    def assume(self, unknown: dict[str, list[Row]]) -> None:
        """Take modules for the community's of that name: one finding that names them all."""
        from convlint.formats.yolo.community_rows import convention

        for name in unknown:
            said = convention(name)
            if said is not None:
                self.assumed[name] = said
        if not self.assumed:
            return
        first, *others = (unknown[name][0] for name in self.assumed)
        self.findings.append(
            findings.community_modules(list(self.assumed), self.dialect.title, self.dialect.name, first, others)
        )

    def numbers(self) -> None:
        """The numbers of the rows, where the first takes several: in forks, for a module of their own."""
        name = self.rows[0].module
        if self.options.dialect or not name or name in self.declared or not _missing(self.dialect, name):
            return
        from convlint.formats.yolo.numbering import spread

        claimed = index_comments(self.rows, self.context.comments(), self.context.text)
        more = spread(self.rows, {index: number for index, (number, _) in claimed.items()})
        for row in self.rows:
            row.number += more

    def other_framework(self) -> None:
        """A file that is for YOLOv5 by its head, and for ultralytics by its name or its modules."""
        if self.dialect is not YOLOV5 or self.options.dialect:
            return
        newer = [row for row in self.rows if row.module in ULTRALYTICS.base and row.module not in YOLOV5.base]
        if not newer and not re.match(r"yolo(?:e-)?v?(?:8|1[0-9]|26)", self.stem):
            return
        head = next((row for row in reversed(self.rows) if row.module in YOLOV5.heads), None)
        if head is None:
            return
        message = f"checked as a file for YOLOv5; as one for ultralytics it fails at row {head.index}, {head.module}"
        help = "ultralytics has no anchors: write `[nc]`, or say `--dialect ultralytics`"
        self.findings.append(findings.head_arguments(message, help=help).at(head.span, Severity.INFO))

    def last_row(self) -> None:
        """ultralytics tells the task of a model from its last row."""
        last = self.rows[-1]
        if self.source is not None or self.dialect is not ULTRALYTICS or len(last.values) != 4 or not last.module:
            return
        name = last.module
        lower = name.lower()
        known = lower in _HEAD_NAMES or any(part in lower for part in _HEADLIKE) or name == "RTDETRDecoder"
        if known:
            if "rtdetr" in self.stem.lower() and name != "RTDETRDecoder" and not name.startswith("nn."):
                message = (
                    f"a file called `{self.stem}` is loaded as RT-DETR, whose head is an RTDETRDecoder, not {name}"
                )
                help = "rename the file, or end with an RTDETRDecoder"
                self.findings.append(findings.head_arguments(message, help=help).at(last.span))
            task = re.search(r"-(seg|pose|obb|cls)(?:-|$)", self.stem)
            if task is not None and _TASKS[task.group(1)] not in lower and lower not in _HEAD_NAMES:
                message = f"a file called `{self.stem}` ends with {name}, which is no head for `{task.group(1)}`"
                help = "the last row says what the model is for: end with the head of that task, or rename the file"
                self.findings.append(findings.head_arguments(message, help=help).at(last.span, Severity.WARNING))
            return
        if name not in self.declared and isinstance(last.values[0], list) and _missing(self.dialect, name):
            # A head of somebody's own: what is unknown about it has been said.
            return
        heads = [row for row in self.rows if row.module in self.dialect.heads or row.module == "Classify"]
        self.findings.append(findings.head_not_last(last, heads[-1] if heads else None))

    # Scales --------------------------------------------------------------------------------------------------

    def scales(self) -> tuple[list[Scale], str | None]:
        """The scales to check, and the one that the file name selects."""
        root = self.root
        letter = file_scale(self.stem) if self.dialect is ULTRALYTICS else ""
        node = root.fields.get("scales")
        value = None if node is None else yaml_value(node)
        if self.dialect is not ULTRALYTICS or not value:
            depth = yaml_value(root.fields["depth_multiple"]) if "depth_multiple" in root.fields else 1.0
            width = yaml_value(root.fields["width_multiple"]) if "width_multiple" in root.fields else 1.0
            place = root.value_span("width_multiple") or root.span
            return [Scale(letter, None, depth, width, float("inf"), place)], None
        assert node is not None
        if not isinstance(node, Mapping):
            message = "`scales` must be a mapping such as n: [0.33, 0.25, 1024]"
            self.findings.append(findings.scale_keys(message, root.value_span("scales") or root.span))
            return [Scale(letter, None, 1.0, 1.0, float("inf"), root.span)], None
        wanted = list(node.fields)
        if self.options.scales:
            wanted = [name for name in wanted if name in self.options.scales]
            for name in self.options.scales:
                if name not in node.fields:
                    self.missing_scale(name, node, "asked for")
        if letter and letter not in node.fields:
            if not self.options.scales:
                self.missing_scale(letter, node, f"which the file name `{self.stem}` selects")
        elif not letter and len(node.fields) > 1 and not self.options.scales and self.source is None:
            self.first_scale(next(iter(node.fields)))
        elif letter and self.accidental():
            message = f"the file name `{self.stem}` selects scale `{letter}`, perhaps by accident"
            place = root.key_span("scales") or root.span
            self.findings.append(findings.scale_keys(message, place, "put a `-` behind the number", Severity.INFO))
        found = [self.scale(name, node) for name in wanted]
        checked = [scale for scale in found if scale is not None]
        names = [scale.label for scale in checked]
        return checked, letter if letter in names else None

    def missing_scale(self, letter: str, node: Mapping, why: str) -> None:
        known = ", ".join(node.fields)
        odd = [key for key in node.fields if key not in tuple("nslmxb")]
        span = (node.key_span(odd[0]) if len(odd) == 1 else None) or self.root.key_span("scales") or node.span
        message = f"there is no scale `{letter}`, {why}; the file has {known}"
        self.findings.append(findings.scale_keys(message, span, key=letter))

    def first_scale(self, built: str) -> None:
        """Say which scale is built of a file whose name selects none, and looks as if it did or never can."""
        named = re.search(r"yolo(?:e-)?v?[0-9]+(.*)", self.stem)
        if named is not None and not re.match(_LIKE_SCALE, named.group(1)):
            return
        message = f"the file name `{self.stem}` selects no scale: `{built}`, the first of `scales`, is built"
        help = "the letter stands right behind the number, as in `yolov8s-mine.yaml`"
        place = self.root.key_span("scales") or self.root.span
        self.findings.append(findings.scale_keys(message, place, help, Severity.INFO))

    def accidental(self) -> bool:
        """Whether the letter in the file name is the beginning of a word."""
        found = re.search(r"yolo(?:e-)?v?\d+[nslmx]([A-Za-z]+)", self.stem)
        return found is not None

    def scale(self, name: str, node: Mapping) -> Scale | None:
        """One entry of ``scales``."""
        entry: Node = node.fields[name]
        value: Any = yaml_value(entry)
        span = node.value_span(name) or node.key_span(name) or node.span
        # Parsers that people changed may take more.
        more = self.source is not None or self.foreign
        if not isinstance(value, list) or (len(value) != 3 and not (more and len(value) > 3)):
            count = f"{len(value)} values" if isinstance(value, list) else shown(value)
            message = f"scale `{name}` must be [depth, width, max_channels], not {count}"
            self.findings.append(findings.scale_keys(message, span, key=name))
            return None
        depth, width, most = value[:3]
        return Scale(name, name, depth, width, most, span)
