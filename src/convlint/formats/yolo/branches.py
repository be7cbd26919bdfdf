"""Modules for which the parsers have a branch of their own: what they read, what is recorded for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.findings import Severity
from convlint.formats.yolo import findings, heads, modules, yolov5
from convlint.formats.yolo.backbones import parts
from convlint.formats.yolo.builder import Builder, whole
from convlint.formats.yolo.refusal import Refused, shown
from convlint.formats.yolo.row_build import UNKNOWN, Built, RowBuild, opaque, reads_text
from convlint.formats.yolo.signatures import signature
from convlint.model import operations as op
from convlint.model.network import Layer, Ref


def _stale(build: RowBuild, source: int, name: str) -> Any:
    """The channels of a row that records those of the row before, whatever it reads."""
    c1 = build.recorded(source)
    if c1 is not None and build.state.c2 is not None and c1 != build.state.c2 and not build.rests_on_assumed:
        build.report(findings.stale_channels(name, c1, build.state.c2, build.row.items[0].span))
    return c1


def _norms(c1: int, copies: int) -> list[Layer]:
    builder = Builder(1)
    value = (1, 0)
    for copy in range(copies):
        value = builder(str(copy)).norm("norm", value, c1)
    return list(builder.layers)


def _literal(
    build: RowBuild, n: Any, arguments: list[Any], module: Any, words: tuple[str, ...], place: int | None
) -> Built:
    """HGStem and HGBlock: hidden and output channels as they stand; ``place`` is where the repeats go."""
    build.names = words
    source = build.single()
    c1 = build.recorded(source)
    if len(arguments) < 2:
        raise findings.argument_count(f"{build.row.module} needs its hidden and its output channels")
    build.state.c1 = c1
    build.state.c2 = arguments[1]
    full = [c1, *arguments]
    if place is not None:
        full.insert(place, n)
        n = 1
    build.listed.arguments = full
    refs = (build.ref(source),)
    if c1 is None:
        return opaque((build.state.c2,)), refs
    if isinstance(n, int) and n > 1 and c1 != build.state.c2:
        build.once(n, f"makes {build.state.c2} channels of {c1}")
    return build.group(module, full, copies=n if isinstance(n, int) and n > 1 else 1), refs


def concat(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """Maps one behind the other."""
    build.names = ("dimension",)
    build.defaults = {"dimension": 1}
    sources = build.several()
    recorded = [build.recorded(source) for source in sources]
    build.state.c2 = build.total(recorded)
    if len(arguments) > 1:
        raise findings.argument_count(f"Concat takes one argument, the axis; {len(arguments)} are written", "args")
    build.once(n, "reads a list of maps")
    dim = arguments[0] if arguments else 1
    if type(dim) is not int:
        raise Refused("CL005", f"the axis of Concat must be a whole number, not {shown(dim)}", "dimension", "write 1")
    if not sources:
        raise Refused("CL018", "Concat reads no map at all", "from")
    refs = tuple(build.ref(source) for source in sources)
    if not -4 <= dim <= 3:
        raise Refused("CL026", f"axis {dim} does not exist; the channels are axis 1", "dimension", "write 1")
    if len(refs) == 1:
        return op.Elementwise(True), refs
    if dim not in (1, -3):
        message = f"Concat joins along axis {dim}, but its channels are counted as if it were axis 1"
        raise Refused("CL401", message, "dimension", "write 1")
    return op.Concat(1), refs


def shortcut(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """Two maps added."""
    sources = build.several()
    build.once(n, "reads a list of maps")
    if len(sources) < 2:
        raise Refused("CL018", "Shortcut adds two maps", "from")
    recorded = [build.recorded(source) for source in sources[:2]]
    build.state.c2 = recorded[0]
    if None not in recorded and recorded[0] != recorded[1]:
        message = f"Shortcut adds {recorded[0]} channels (from {sources[0]}) to {recorded[1]} (from {sources[1]})"
        raise findings.channels_must_match(message, "from")
    return op.Merge("add"), tuple(build.ref(source) for source in sources[:2])


def foldcut(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """The two halves of the channels added."""
    source = build.single()
    c1 = build.recorded(source)
    build.state.c2 = None if c1 is None else build.computed(lambda: c1 // 2)
    return opaque((build.state.c2,)), (build.ref(source),)


def reorg(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """The four pixel phases become channels."""
    source = build.single()
    c1 = build.recorded(source)
    build.state.c2 = None if c1 is None else build.computed(lambda: c1 * 4)
    return op.PixelShuffle(2, down=True), (build.ref(source),)


def contract(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """Squares of cells become channels."""
    source = build.single()
    c1 = build.recorded(source)
    build.state.c2 = None if c1 is None else build.computed(lambda: c1 * arguments[0] ** 2)
    return build.group(yolov5.contract, arguments), (build.ref(source),)


def expand(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """Channels become squares of cells."""
    source = build.single()
    c1 = build.recorded(source)
    build.state.c2 = None if c1 is None else build.computed(lambda: c1 // arguments[0] ** 2)
    return build.group(yolov5.expand, arguments), (build.ref(source),)


def aifi(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """A transformer layer that gets its input channels injected."""
    build.names = signature(modules.aifi).words[1:]
    source = build.single()
    c1 = build.state.c2 = _stale(build, source, "AIFI")
    build.listed.arguments = [c1, *arguments]
    refs = (build.ref(source),)
    if c1 is None:
        return opaque((None,)), refs
    copies = n if isinstance(n, int) and n > 1 else 1
    return build.group(modules.aifi, [c1, *arguments], copies=copies), refs


def batch_norm(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """``nn.BatchNorm2d``, which gets the channels that it reads and nothing else."""
    source = build.single()
    c1 = build.state.c2 = _stale(build, source, "nn.BatchNorm2d")
    build.listed.arguments = [c1]
    refs = (build.ref(source),)
    if c1 is None:
        return opaque((None,)), refs
    whole(c1, "the number of channels recorded for what nn.BatchNorm2d reads", "from")
    copies = n if isinstance(n, int) and n > 1 else 1
    return op.Group([*_norms(c1, copies)], (1,), ((copies + 1, 0),), numbers=copies + 2), refs


def hg_stem(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """The stem of HGNetV2."""
    return _literal(build, n, arguments, modules.hg_stem, ("cm", "c2"), None)


def hg_block(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """A block of HGNetV2, which gets the repeats as its fifth argument."""
    words = ("cm", "c2", "k", "lightconv", "shortcut", "act")
    if len(arguments) == 2 and isinstance(n, int) and n != 3:
        message = f"HGBlock without a kernel size: the {n} repeats are taken for it"
        taken = findings.argument_count(message, help="write the kernel size third")
        build.report(taken.at(build.row.span, Severity.WARNING))
    return _literal(build, n, arguments, modules.hg_block, words, 4)


def resnet_layer(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """A stage of a ResNet: input and output channels as they stand."""
    build.names = ("c1", "c2", "s", "is_first", "n", "e")
    source = build.single()
    c1 = build.recorded(source)
    if len(arguments) < 4:
        raise findings.argument_count(
            f"ResNetLayer needs c1, c2, s and is_first; {len(arguments)} arguments are written"
        )
    build.state.c2 = arguments[1] if arguments[3] else build.computed(lambda: arguments[1] * 4)
    if c1 is not None and arguments[0] != c1:
        written = f"{shown(arguments[0])} input"
        raise findings.literal_channels_mismatch("ResNetLayer", written, c1, "c1", f"write {c1}")
    copies = n if isinstance(n, int) and n > 1 else 1
    return build.group(modules.resnet_layer, arguments, copies=copies), (build.ref(source),)


def image_pooling_attn(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """Maps that change the text of a world model, and pass by."""
    build.names = ("ec", "ct", "nh", "k", "scale")
    sources = build.several()
    build.parts_made = max(len(sources), 1)
    ch = [build.recorded(source) for source in sources]
    build.once(n, "reads a list of maps")
    reads_text(build)
    refs = tuple(build.ref(source) for source in sources)
    full = build.listed.arguments = [*arguments[:1], ch, *arguments[1:]]
    if None in ch:
        return opaque(tuple(ch)), refs
    return build.group(heads.image_pooling_attn, full, maps=len(ch)), refs


def cb_linear(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """One convolution whose output is a list of maps."""
    build.names = ("c2s", "k", "s", "p", "g")
    source = build.single()
    c1 = build.recorded(source)
    if not arguments:
        raise findings.argument_count("CBLinear needs a list of channel counts")
    splits = arguments[0]
    build.state.c2 = splits
    if not isinstance(splits, list) or not splits:
        raise Refused("CL005", f"CBLinear needs a list of channel counts, not {shown(splits)}", "c2s")
    build.parts_made = len(splits)
    build.listed.arguments = [c1, *arguments]
    build.once(n)
    refs = (build.ref(source),)
    if c1 is None:
        return opaque(tuple(splits)), refs
    return build.group(modules.cb_linear, [c1, *arguments]), refs


def cb_fuse(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """One map of each list that is read, resized and added to the last source."""
    row = build.row
    build.names = ("idx",)
    sources = build.several(lists=True)
    if not sources:
        raise Refused("CL018", "CBFuse reads no map at all", "from")
    target = build.recorded(sources[-1])
    build.state.c2 = target
    if len(arguments) != 1:
        raise findings.argument_count(f"CBFuse takes one argument, the list of parts; {len(arguments)} are written")
    chosen = arguments[0]
    build.once(n, "reads a list of maps")
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
        absolute = build.absolute(source)
        split = build.recorded(source) if row.index else None
        if split is None:
            refs.append(UNKNOWN)
            continue
        if not isinstance(split, list):
            module = build.state.file.rows[absolute].module
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
    refs.append(build.ref(sources[-1]))
    builder = Builder(len(refs))
    last = (len(refs), 0)
    added = last
    for number in range(1, len(refs)):
        resized = builder.add(f"resize.{number - 1}", "Resize", op.ResizeLike(), (number, 0), last)
        added = builder.sum(f"add.{number - 1}", added, resized)
    return builder.group(len(refs), added), tuple(refs)


def torchvision(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """A whole model of torchvision, whose output channels are recorded as written."""
    build.names = ("c2", "model", "weights", "unwrap", "truncate", "split")
    if not arguments:
        raise findings.argument_count("TorchVision needs its output channels and the name of a model")
    build.state.c2 = arguments[0]
    source = build.single()
    build.listed.arguments = arguments[1:]
    if len(arguments) < 2 or len(arguments) > 6:
        raise findings.argument_count(f"TorchVision takes from 2 to 6 arguments, {len(arguments)} are written")
    split = len(arguments) > 5 and arguments[5]
    if split:
        build.parts_made = 64
    # The framework records whatever is written here, and looks at it nowhere.
    channels = build.state.c2 if type(build.state.c2) is int and build.state.c2 > 0 else None
    if not split:
        return opaque((channels,)), (build.ref(source),)
    known = parts(arguments) or ()
    return opaque((*known, *(None,) * (64 - len(known)))), (build.ref(source),)


def index(build: RowBuild, n: Any, arguments: list[Any]) -> Built:
    """One of several maps."""
    row = build.row
    build.names = ("c2", "index")
    if not arguments:
        raise findings.argument_count("Index needs its output channels and which map to take")
    build.state.c2 = arguments[0]
    source = build.single()
    index = arguments[1] if len(arguments) > 1 else 0
    build.listed.arguments = arguments[1:]
    if len(arguments) > 2:
        raise findings.argument_count(f"Index takes 2 arguments, {len(arguments)} are written")
    absolute = build.absolute(source)
    made = build.state.parts.get(absolute) if row.index else None
    if made is None:
        raise findings.fuse_mismatch(
            f"Index takes one of several maps, but what row {absolute} makes is one map", "from"
        )
    if type(index) is not int or not -made <= index < made:
        raise findings.fuse_mismatch(f"row {absolute} makes {made} maps; there is no map {shown(index)}", "index")
    ref = (build.ref(source)[0], index % made)
    producer = build.state.file.rows[absolute]
    if producer.module != "TorchVision" or not isinstance(producer.values[3], list):
        return op.Opaque((None,), 0), (ref,)
    known = parts(producer.values[3]) or ()
    part, declared = index % made, build.state.c2
    if type(declared) is int and index >= 0 and part < len(known) and declared != known[part]:
        written = f"{declared} input"
        raise findings.literal_channels_mismatch("Index", written, known[part], "c2", f"write {known[part]}")
    return opaque((declared,)), (ref,)


#: The branches of the parsers, by the names of the modules that take them.
BRANCHES: dict[str, Callable[[RowBuild, Any, list[Any]], Built]] = {
    "Concat": concat,
    "Chuncat": concat,
    "Shortcut": shortcut,
    "Foldcut": foldcut,
    "ReOrg": reorg,
    "Contract": contract,
    "Expand": expand,
    "AIFI": aifi,
    "HGStem": hg_stem,
    "HGBlock": hg_block,
    "ResNetLayer": resnet_layer,
    "ImagePoolingAttn": image_pooling_attn,
    "CBLinear": cb_linear,
    "CBFuse": cb_fuse,
    "TorchVision": torchvision,
    "Index": index,
    "nn.BatchNorm2d": batch_norm,
}
