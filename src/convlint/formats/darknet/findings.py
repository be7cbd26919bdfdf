"""What is wrong with Darknet files in Darknet's own terms: one function a rule, its docstring the rule's page."""

from __future__ import annotations

from convlint.document import Span
from convlint.findings import Diagnostic, Edit, Fix, Label, Severity
from convlint.formats.darknet.keys import WHOSE
from convlint.formats.darknet.reading import Item, Section
from convlint.formats.darknet.sizes import BESIDE_CLASSES, Made, masks

#: Further places that a finding names.
_MOST_LABELS = 5


def name_of(section: Section) -> str:
    """How a layer is called."""
    return f"layers.{section.index}"


def head_filters(head: Section, maker: Section | None, wanted: int, arrived: int, dialect: str | None) -> Diagnostic:
    """Channels before a head that are not what the head reads.

    ## What it does

    Compares what arrives at `[yolo]`, `[Gaussian_yolo]`, `[region]`, `[detection]` and `[iseg]` with what such a head
    reads: for every box of its `mask` (or `num`) the classes and 5 numbers more (9 in `[Gaussian_yolo]`, `coords + 1`
    in `[region]`).

    ## Why it matters

    Darknet stops: `filters= in the [convolutional]-layer doesn't correspond to classes= or mask= in [yolo]-layer`, or
    with an assert. It is what happens when `classes` is changed for a data set of one's own and the `filters` of the
    section before are not, once for every head. `--fix --unsafe-fixes` writes the number.

    ## Example

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=255
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,13, 16,30, 33,23
    classes=2
    num=3
    ```

    ## Use instead

    3 boxes of 2 classes and 5 more numbers:

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,13, 16,30, 33,23
    classes=2
    num=3
    ```

    ## Source

    `parse_yolo`, `parse_gaussian_yolo`, `parse_region` in `src/parser.c` of AlexeyAB/darknet@59596d7; `assert(l.outputs
    == params.inputs)` there in pjreddie/darknet@f6afaab; `make_detection_layer` of both.
    """
    unit = ("number" if head.name == "detection" else "channel") + ("" if arrived == 1 else "s")
    message = f"{head.written} reads {arrived} {unit}, and needs {_sum(head, dialect)} = {wanted}"
    labels = [
        Label(span, "")
        for key in ("classes", "mask", "num", "coords", "ids")
        if (span := head.node.value_span(key)) is not None and (key != "num" or not head.has("mask"))
    ]
    if maker is None:
        return Diagnostic("DK001", message, head.heading, labels=labels, layer=name_of(head))
    key = "output" if maker.name == "connected" else "filters"
    span = maker.node.value_span(key)
    if span is None:
        return Diagnostic("DK001", message, maker.heading, labels=[Label(head.heading, "the head"), *labels],
                          help=f"write `{key}={wanted}`", layer=name_of(head))  # fmt: skip
    return Diagnostic(
        "DK001", message, span, labels=[Label(head.heading, "the head"), *labels], help=f"write `{key}={wanted}`",
        layer=name_of(head), fixes=[Fix(f"write `{key}={wanted}`", [Edit(span, str(wanted))])],
    )  # fmt: skip


def _sum(head: Section, dialect: str | None) -> str:
    """How many channels a head needs, as a sum."""
    classes = head.number("classes", 1 if head.name == "detection" else 20)
    if head.name in BESIDE_CLASSES:
        return f"{len(masks(head, dialect))} x ({classes} + {BESIDE_CLASSES[head.name]})"
    if head.name == "region":
        return f"{head.number('num', 1)} x ({classes} + {head.number('coords', 4)} + 1)"
    if head.name == "iseg":
        return f"{classes} + {head.number('ids', 32)}"
    side, boxes = head.number("side", 7), head.number("num", 1)
    return f"{side} x {side} x ((1 + {head.number('coords', 1)}) x {boxes} + {classes})"


def anchor_count(head: Section, anchors: list[Item], num: int) -> Diagnostic:
    """Anchors that are not as many as `num` says.

    ## What it does

    Counts the values of `anchors` of a head: there must be two, width and height, for each of its `num` anchors. Where
    a comma is missing between two of them, `joined-numbers` says so instead.

    ## Why it matters

    Nothing stops. Sizes that are missing stay 0.5 of a pixel; of those that are too many AlexeyAB's Darknet takes the
    first `2*num`, and pjreddie's writes the rest beyond the memory that it reserved. Either way the network is trained
    for other boxes than its author chose.

    ## Example

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,14, 23,27, 37,58, 81,82
    classes=2
    num=3
    ```

    ## Use instead

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,14, 23,27, 37,58, 81,82
    classes=2
    num=4
    ```

    ## Source

    `parse_yolo` and `parse_region` in `src/parser.c` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab;
    `make_yolo_layer`, which fills `biases` with 0.5.
    """
    count = len(anchors)
    span = anchors[0].span[0], anchors[-1].span[1]
    message = f"`anchors` holds {count} values, and num={num} means {2 * num}"
    place = head.node.value_span("num")
    labels = [] if place is None else [Label(place, f"{num} anchor{'' if num == 1 else 's'}")]
    if count < 2 * num:
        note = "a size that is missing stays 0.5"
    else:
        note = "AlexeyAB's Darknet ignores those behind; pjreddie's writes them beyond its memory"
    fixes = []
    help = None
    if count % 2 == 0 and head.name != "region" and count:
        help = f"write `num={count // 2}`"
        if place is not None:
            fixes = [Fix(help, [Edit(place, str(count // 2))])]
    return Diagnostic("DK002", message, span, labels=labels, notes=[note], help=help, layer=name_of(head), fixes=fixes)


def mask_range(head: Section, wrong: list[Item], num: int) -> Diagnostic:
    """A mask that names an anchor that is not there.

    ## What it does

    Compares the numbers of `mask` with `num`: anchors are counted from 0.

    ## Why it matters

    Darknet reads the size of that anchor from memory that is not its own. Nothing stops, and what the head learns for
    these boxes is an accident.

    ## Example

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=1,2,3
    anchors=10,13, 16,30, 33,23
    classes=2
    num=3
    ```

    ## Use instead

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,13, 16,30, 33,23
    classes=2
    num=3
    ```

    ## Source

    `l.biases[2*l.mask[n]]` in `src/yolo_layer.c` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab.
    """
    place = head.node.value_span("num")
    labels = [] if place is None else [Label(place, f"anchors 0 to {num - 1}")]
    named = ", ".join(str(item.number) for item in wrong[:_MOST_LABELS])
    message = f"`mask` names anchor{'' if len(wrong) == 1 else 's'} {named}, and there are {num}, counted from 0"
    span = wrong[0].span[0], wrong[-1].span[1]
    return Diagnostic("DK003", message, span, labels=labels, layer=name_of(head))


def joined_numbers(section: Section, key: str, item: Item, gap: Span | None) -> Diagnostic:
    """Blanks inside a value, which Darknet deletes.

    ## What it does

    Looks for blanks between two numbers of a list where a comma is missing, and for blanks inside a number.

    ## Why it matters

    Darknet deletes every blank before it looks at a line, so `61,45  61,45` is the three numbers 61, 4561 and 45: an
    anchor of another size, and all that follow it shifted by one.

    ## Example

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,13  16,30, 33,23
    classes=2
    num=3
    ```

    ## Use instead

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=21
    size=1
    activation=linear

    [yolo]
    mask=0,1,2
    anchors=10,13, 16,30, 33,23
    classes=2
    num=3
    ```

    ## Source

    `strip` in `src/utils.c`, called for every line by `read_cfg` in `src/parser.c`, of AlexeyAB/darknet@59596d7 and
    pjreddie/darknet@f6afaab.
    """
    if gap is None:
        message = f"Darknet deletes the blanks in this value and reads {key}={item.text[:40]}"
        return Diagnostic("DK004", message, item.span, layer=_layer(section))
    message = f"a comma is missing: Darknet deletes the blanks between these numbers and reads {item.text[:20]}"
    fix = Fix("put a comma between", [Edit(gap, ", ")])
    return Diagnostic("DK004", message, item.span, help=fix.title, layer=_layer(section), fixes=[fix])


def unknown_layer(section: Section, item: Item, target: int, count: int) -> Diagnostic:
    """A layer number that names no earlier layer.

    ## What it does

    Looks at the numbers in `layers` of `[route]` and in `from` of `[shortcut]`, `[scale_channels]` and `[sam]`. The
    section behind `[net]` is layer 0; a negative number counts back from the section that it stands in.

    ## Why it matters

    Darknet looks the layer up without asking whether it is there. One that comes only later makes nothing yet, and the
    next convolution stops (`must output image`); beyond the ends Darknet reads memory that is not its own.

    ## Example

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1

    [route]
    layers=-1, 4
    ```

    ## Use instead

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1

    [convolutional]
    filters=8
    size=3
    pad=1

    [route]
    layers=-1, 0
    ```

    ## Source

    `parse_route`, `parse_shortcut`, `parse_scale_channels` and `parse_sam` in `src/parser.c` of
    AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab.
    """
    if target < 0:
        what = f"{item.number} leads before layer 0"
    elif target == section.index:
        what = f"{item.number} is this layer itself"
    elif target < count:
        what = f"layer {target} comes only behind it"
    else:
        what = f"layer {target}, and the last one is {count - 1}"
    message = f"{section.written} reads a layer that is not there: {what}"
    return Diagnostic("DK005", message, item.span, layer=name_of(section))


def shifted_layers(
    moved: int, between: tuple[int, int], wrong: Section, edits: list[tuple[Section, Item, int, int]]
) -> Diagnostic:
    """A layer was inserted and the layer numbers behind it were not changed.

    ## What it does

    Where some layer cannot read what it reads, looks for the one or two sections without which all numbers would be
    right, or the place where one is missing. If there is such a place, it is the only thing that is said;
    `--fix --unsafe-fixes` writes the numbers.

    ## Why it matters

    `layers=-1, 8` of `[route]` counts the sections from the top of the file, and `from=-3` of `[shortcut]` those in
    between. One more section makes all of them point at a neighbour: Darknet stops where the sizes differ, and goes on
    where they happen to be equal.

    ## Example

    The second convolution was put in, and the route still counts without it:

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1

    [convolutional]
    filters=16
    size=3
    pad=1

    [maxpool]
    size=2
    stride=2

    [convolutional]
    filters=32
    size=3
    stride=2
    pad=1

    [upsample]
    stride=2

    [route]
    layers=-1, 1
    ```

    ## Use instead

    ```cfg
    [net]
    width=416
    height=416
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1

    [convolutional]
    filters=16
    size=3
    pad=1

    [maxpool]
    size=2
    stride=2

    [convolutional]
    filters=32
    size=3
    stride=2
    pad=1

    [upsample]
    stride=2

    [route]
    layers=-1, 2
    ```

    ## Source

    `parse_route` and `parse_shortcut` in `src/parser.c` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab.
    """
    many = len(edits)
    numbers = f"{many} layer numbers do" if many > 1 else "1 layer number does"
    first, last = between
    count = abs(moved)
    what = "1 layer was" if count == 1 else f"{count} layers were"
    where = f"in layers {first} to {last}" if first < last else f"as layer {first}"
    if moved < 0:
        message = f"{what} probably deleted before layer {last}, and {numbers} not know it"
    else:
        message = f"{what} probably inserted {where}, and {numbers} not know it"
    labels = [Label(item.span, f"layer {target} was meant") for _, item, target, _ in edits[:_MOST_LABELS]]
    notes = [f"as it stands layer {wrong.index} ({wrong.name}) cannot read what it reads"]
    title = f"renumber {many} sources" if many > 1 else "renumber the source"
    section, item, target, _ = edits[0]
    return Diagnostic(
        "DK006", message, item.span, f"layer {target} was meant", labels[1:], notes, title,
        [Fix(title, [Edit(item.span, str(written)) for _, item, _, written in edits])], name_of(section),
    )  # fmt: skip


def needs_map(section: Section, before: Section | None) -> Diagnostic:
    """A section that reads a map where there is none.

    ## What it does

    Looks for convolutions, pools, `[reorg]`, `[crop]` and `[local]` behind a section that makes no map but a list of
    numbers: `[softmax]`, `[cost]`, `[detection]`, a recurrent one, or a `[net]` that says nothing of height, width and
    channels.

    ## Why it matters

    Darknet stops: `Layer before convolutional layer must output image`.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [avgpool]

    [softmax]

    [convolutional]
    filters=10
    size=1
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [avgpool]

    [convolutional]
    filters=10
    size=1

    [softmax]
    ```

    ## Source

    `parse_convolutional`, `parse_maxpool` and their like in `src/parser.c` of AlexeyAB/darknet@59596d7 and
    pjreddie/darknet@f6afaab.
    """
    what = "[net] gives none" if before is None else f"layer {before.index} ({before.name}) makes none"
    help = "write `height`, `width` and `channels`" if before is None else None
    labels = [] if before is None else [Label(before.heading, "a list of numbers")]
    message = f"{section.written} reads a map, and {what}"
    return Diagnostic("DK007", message, section.heading, labels=labels, help=help, layer=name_of(section))


def unknown_section(
    section: Section, names: list[str], other: str | None, dialect: str | None, stops: bool
) -> Diagnostic:
    """A section that Darknet does not know.

    ## What it does

    Compares the names of sections with those of AlexeyAB's and pjreddie's Darknet. Which of the two a file is for is
    told by what only one of them knows, or by the setting `darknet.dialect`. A name is the whole line: what stands
    behind the bracket belongs to it.

    ## Why it matters

    Darknet prints `Type not recognized` and goes on with a layer that makes nothing; the section behind it stops. Where
    that is a `[route]`, or where nothing follows, only the layer is missing: that is a warning.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutionnal]
    filters=10
    size=1

    [avgpool]
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=10
    size=1

    [avgpool]
    ```

    ## Source

    `string_to_layer_type` and `parse_network_cfg` in `src/parser.c` of AlexeyAB/darknet@59596d7 and
    pjreddie/darknet@f6afaab.
    """
    severity = None if stops else Severity.WARNING
    if other is not None and dialect is not None:
        message = f"{section.written} is a section of {WHOSE[other]}, and this file is for {WHOSE[dialect]}"
        return Diagnostic("DK008", message, section.heading, layer=name_of(section), severity=severity)
    if not section.name:
        message = "Darknet takes the whole line for the name of a section, and knows none of this name"
        written = section.text[slice(*section.heading)]
        end = section.heading[0] + written.find("]") + 1
        fixes = []
        if end > section.heading[0]:
            fixes = [Fix("delete what stands behind the bracket", [Edit((end, section.heading[1]), "")])]
        elif written[1:].rstrip() in names:
            closed = f"{written.rstrip()}]"
            fixes = [Fix(f"write `{closed}`", [Edit(section.heading, closed)])]
        help = fixes[0].title if fixes else None
        return Diagnostic(
            "DK008", message, section.heading, help=help, layer=name_of(section), fixes=fixes, severity=severity
        )
    from convlint.words.spelling import nearest

    near = nearest(section.name, names)
    fixes = []
    if near is not None:
        fixes = [Fix(f"write `[{near}]`", [Edit(section.heading, f"[{near}]")])]
    message = f"Darknet knows no section `{section.written[:40]}`"
    help = None if near is None else f"did you mean `[{near}]`?"
    return Diagnostic(
        "DK008", message, section.heading, help=help, layer=name_of(section), fixes=fixes, severity=severity
    )


def unknown_option(section: Section, key: str, span: Span, near: str | None, other: str | None) -> Diagnostic:
    """An option that Darknet ignores.

    ## What it does

    Compares the options of a section with those that Darknet looks up there. One that looks like another that is not
    written is a warning; any other, and one of the other Darknet, is counted as info.

    ## Why it matters

    Darknet prints `Unused field` among hundreds of lines and takes the default: one filter instead of 64, no padding,
    no batch normalisation.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filter=64
    size=1
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=1
    ```

    ## Source

    `option_unused` in `src/option_list.c`, and `parse_*` in `src/parser.c`, of AlexeyAB/darknet@59596d7 and
    pjreddie/darknet@f6afaab.
    """
    if other is not None:
        message = f"`{key[:40]}` is an option of {WHOSE[other]} alone"
        return Diagnostic("DK009", message, span, layer=_layer(section), severity=Severity.INFO)
    message = f"`{key[:40]}` is no option of {section.written[:40]}: Darknet ignores it"
    if near is None:
        return Diagnostic("DK009", message, span, layer=_layer(section), severity=Severity.INFO)
    fix = Fix(f"write `{near}`", [Edit(span, near)])
    return Diagnostic("DK009", message, span, help=f"did you mean `{near}`?", layer=_layer(section), fixes=[fix])


def _layer(section: Section) -> str | None:
    return name_of(section) if section.index >= 0 else None


def cut_number(section: Section, key: str, span: Span, written: str, read: str) -> Diagnostic:
    """A number of which Darknet reads the beginning only.

    ## What it does

    Compares what is written with what C's `atoi` and `atof` make of it: the number that it begins with, or 0. Where a
    comment was meant to stand behind the number, that is what its author wanted, and an info.

    ## Why it matters

    `stride=1,2` is 1, `pad=true` is 0, `filters=1.5e2` is 1, and nothing says so.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3x3
    pad=1
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad=1
    ```

    ## Source

    `option_find_int` and `option_find_float` in `src/option_list.c` of AlexeyAB/darknet@59596d7 and
    pjreddie/darknet@f6afaab; C11, 7.22.1.
    """
    rest = written[len(read) :]
    comment = bool(read) and rest.startswith(("#", ";"))
    said = read or "0"
    message = f"Darknet reads {key}={said} and drops the rest, `{rest[:40]}`"
    help = "put the comment on a line of its own" if comment else None
    return Diagnostic("DK010", message, span, help=help, layer=_layer(section),
                      severity=Severity.INFO if comment else None)  # fmt: skip


def stray_line(text: str, span: Span, begun: bool) -> Diagnostic:
    """A line that is no section, option or comment.

    ## What it does

    Looks for lines without `=`, options without a value, and lines before the first section.

    ## Why it matters

    Darknet ignores the line, or prints `Config file error` and takes the default; before the first section it crashes,
    which is an error.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad: 1
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad=1
    ```

    ## Source

    `read_cfg` in `src/parser.c` and `read_option` in `src/option_list.c` of AlexeyAB/darknet@59596d7 and
    pjreddie/darknet@f6afaab.
    """
    if not begun:
        message = "this stands before the first section, where Darknet crashes"
        return Diagnostic("DK011", message, span, severity=Severity.ERROR, help="begin with `[net]`")
    if text.endswith("="):
        return Diagnostic("DK011", f"`{text[:40]}` has no value: Darknet ignores the line", span)
    return Diagnostic("DK011", "this is no section, option or comment: Darknet ignores it", span,
                      help="write `key=value`, or `#` before it")  # fmt: skip


def first_section(section: Section, returns: bool) -> Diagnostic:
    r"""A first section that is not [net].

    ## What it does

    Looks at the name of the first section. Of a file for pjreddie's Darknet it also says that lines which end with
    `\r\n` hide it.

    ## Why it matters

    Darknet stops: `First section must be [net] or [network]`.

    ## Example

    ```cfg
    [convolutional]
    filters=64
    size=3
    pad=1

    [net]
    width=32
    height=32
    channels=3
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad=1
    ```

    ## Source

    `parse_network_cfg` in `src/parser.c` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab; `strip` in
    `src/utils.c`, which deletes `\r` in the former only.
    """
    if returns:
        message = "the lines end with \\r\\n: pjreddie's Darknet keeps the \\r and finds no section [net]"
        help = "save the file with \\n at the end of its lines"
        return Diagnostic("DK012", message, section.heading, help=help)
    message = f"the first section must be [net] or [network], and this is {section.written[:40]}"
    return Diagnostic("DK012", message, section.heading)


def no_input_size(net: Section) -> Diagnostic:
    """A network that does not say what it reads.

    ## What it does

    Looks for `height`, `width` and `channels` in `[net]`, or for `inputs`.

    ## Why it matters

    What is missing is 0. Darknet stops: `No input parameters supplied`.

    ## Example

    ```cfg
    [net]
    width=32
    height=32

    [convolutional]
    filters=64
    size=3
    pad=1
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad=1
    ```

    ## Source

    `parse_net_options` in `src/parser.c` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab.
    """
    missing = [f"`{key}`" for key in ("height", "width", "channels") if net.number(key, 0) < 1]
    if len(missing) == 1:
        message = f"[net] says too little of the input: {missing[0]} is missing or below 1"
    else:
        listed = f"{', '.join(missing[:-1])} and {missing[-1]}"
        message = f"[net] says too little of the input: {listed} are missing or below 1"
    return Diagnostic("DK013", message, net.heading, help="write all three, or `inputs`")


def unknown_activation(section: Section, word: str, span: Span, names: list[str], other: str | None) -> Diagnostic:
    """An activation that Darknet replaces by relu.

    ## What it does

    Compares the values of `activation` with the names that Darknet knows. pjreddie's knows no `mish` and no `swish`.

    ## Why it matters

    Darknet prints `Couldn't find activation function` and goes on with relu: the weights of somebody else's training
    give nonsense, and one's own training gives another network.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad=1
    activation=leakyrelu
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=64
    size=3
    pad=1
    activation=leaky
    ```

    ## Source

    `get_activation` in `src/activations.c` of AlexeyAB/darknet@59596d7 and pjreddie/darknet@f6afaab.
    """
    if other is not None:
        message = f"`{word[:40]}` is an activation of {WHOSE[other]} alone: the other takes relu"
        return Diagnostic("DK014", message, span, layer=name_of(section))
    from convlint.words.spelling import nearest

    message = f"Darknet knows no activation `{word[:40]}` and takes relu"
    near = nearest(word.partition("#")[0], names)
    fixes = [] if near is None else [Fix(f"write `{near}`", [Edit(span, near)])]
    help = None if near is None else f"did you mean `{near}`?"
    return Diagnostic("DK014", message, span, help=help, layer=name_of(section), fixes=fixes)


def shortcut_size(section: Section, item: Item, before: Made, source: Made, severity: Severity | None) -> Diagnostic:
    """A shortcut between maps of different sizes.

    ## What it does

    Compares height and width of the layers that `[shortcut]` adds.

    ## Why it matters

    AlexeyAB's Darknet stops with an assert. pjreddie's takes every second cell of a map twice as large, and stops only
    where the two quotients of the sizes differ; so a file that says nothing about whose it is, is given an info where
    the latter would do. Set `darknet.dialect` to know for certain.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1
    activation=mish

    [convolutional]
    filters=16
    size=3
    stride=2
    pad=1

    [shortcut]
    from=-2
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1
    activation=mish

    [convolutional]
    filters=16
    size=3
    pad=1

    [shortcut]
    from=-2
    ```

    ## Source

    `parse_shortcut` in `src/parser.c` of AlexeyAB/darknet@59596d7; `shortcut_cpu` in `src/blas.c` of
    pjreddie/darknet@f6afaab.
    """
    message = f"{section.written} adds {source.height}x{source.width} to {before.height}x{before.width}"
    notes = []
    if severity is Severity.INFO:
        notes = ["AlexeyAB's Darknet refuses it; pjreddie's adds a part of the cells of the larger map"]
    return Diagnostic("DK015", message, item.span, notes=notes, layer=name_of(section), severity=severity)


def gate_size(section: Section, item: Item, gate: Made, source: Made) -> Diagnostic:
    """A gate that does not fit the map that it scales.

    ## What it does

    `[scale_channels]` multiplies the map of its `from` by what comes before it: one number a channel (with
    `scale_wh=1`, one number a cell). `[sam]` multiplies two maps of the same shape.

    ## Why it matters

    AlexeyAB's Darknet, which alone has these sections, stops with an assert.

    ## Example

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1

    [avgpool]

    [convolutional]
    filters=8
    size=1
    activation=logistic

    [scale_channels]
    from=0
    ```

    ## Use instead

    ```cfg
    [net]
    width=32
    height=32
    channels=3

    [convolutional]
    filters=16
    size=3
    pad=1

    [avgpool]

    [convolutional]
    filters=16
    size=1
    activation=logistic

    [scale_channels]
    from=0
    ```

    ## Source

    `make_scale_channels_layer` in `src/scale_channels_layer.c` and `make_sam_layer` in `src/sam_layer.c` of
    AlexeyAB/darknet@59596d7.
    """
    if section.name == "sam":
        wanted = "the same channels, height and width"
    elif section.number("scale_wh", 0):
        wanted = "1 channel and the same height and width"
    else:
        wanted = f"{source.channels}x1x1"
    shown = "x".join("?" if size is None else str(size) for size in gate[:3])
    message = f"{section.written} multiplies by {shown}, and needs {wanted}"
    return Diagnostic("DK016", message, item.span, layer=name_of(section))
