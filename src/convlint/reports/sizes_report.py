"""``convlint sizes``: for which input sizes networks run, in words or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from convlint import catalogue
from convlint.derive.sizing.input_sizes import Axis, Clash, InputSizes, Together
from convlint.derive.sizing.products import Demand
from convlint.derive.sizing.size_set import EVERY, SizeSet
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.model.network import Layer, Network, Shape
from convlint.model.operations import Concat, Merge
from convlint.reports.escape import escape, escape_path
from convlint.reports.escape import lines as harmless
from convlint.reports.places import position
from convlint.reports.style import Style
from convlint.reports.wrapping import wrapped
from convlint.session.sizes import Asked, Sized
from convlint.words.text import axes, joined
from convlint.words.text import sizes as cells

VERSION = 1
#: So many runs of sizes, rows of a table or findings are printed.
MOST_RUNS, MOST_ROWS, MOST_FINDINGS = 12, 16, 6

_LEGEND = """\
runs: every layer has an output and all that must fit together does
clean: besides, no window leaves input unread that it could reach, and no warning depends on the size"""


# In words -------------------------------------------------------------------------------------------------------------


def text(networks: Iterable[Sized], style: Style) -> str:
    """All networks, one below the other; what several variants have in common only once."""
    blocks: dict[tuple[str, str], list[Sized]] = {}
    for sized in networks:
        body = "\n".join(line for long in _body(sized) for line in _laid_out(style.writable(long), style))
        blocks.setdefault((sized.source.path, body), []).append(sized)
    answered = any(
        not sized.mistakes and (sized.found or sized.asked or sized.tried)
        for networks in blocks.values()
        for sized in networks
    )
    words = [line for long in _LEGEND.splitlines() for line in _laid_out(long, style)]
    legend = ["\n".join(words)] if answered else []
    parts = [f"{style.paint(style.writable(_title(same)), 'bold')}\n\n{body}" for (_, body), same in blocks.items()]
    return harmless("\n\n".join([*parts, *legend]))


def _laid_out(line: str, style: Style) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    return wrapped(line.lstrip(), style.width, indent, indent + "  ")


def _title(same: list[Sized]) -> str:
    network = same[0].network
    words = [escape_path(same[0].source.path)]
    if network.name:
        words.append(escape(network.name))
    variants = [escape(sized.network.variant) for sized in same if sized.network.variant]
    if variants:
        words.append(f"{network.variant_word}{'s' if len(variants) > 1 else ''} {', '.join(variants)}")
    shapes = [given.shape for given in network.inputs]
    return f"{': '.join(words)} ({_inputs(network, shapes)})"


def _inputs(network: Network, shapes: Sequence[Shape | None]) -> str:
    return ", ".join(
        f"{escape(given.name)} {_size(shape)}" for given, shape in zip(network.inputs, shapes, strict=True)
    )


def _body(sized: Sized) -> list[str]:
    lines: list[str] = []
    if sized.mistakes:
        lines.append("nothing can be said of sizes before the errors in the file are repaired:")
        lines += _findings(sized, sized.mistakes)
        lines.append("what is behind is not known")
        return lines
    if sized.always:
        if any(one.severity is Severity.ERROR for one in sized.always):
            lines.append("runs at no size, for this is wrong at every one; what follows leaves it out:")
        else:
            lines.append("wrong at every size, and left out of what follows:")
        lines += _findings(sized, sized.always)
        lines.append("")
    if sized.found is not None:
        lines += _answers_in_words(sized, sized.found)
    elif sized.network.only_here:
        lines += _tried(sized)
    elif sized.too_large:
        lines.append("this is too much to answer for every size; ask about one with --size")
    else:
        lines.append("no input has axes whose size could be another")
    if sized.asked is not None:
        lines += _asked(sized, sized.asked)
    return lines


def _tried(sized: Sized) -> list[str]:
    """What was tried of the sizes of a network that holds for one size alone."""
    found = sized.tried
    if found is None:
        if sized.asked is not None:
            return []
        network = sized.network
        shape = "x".join(str(size) for size in network.inputs[0].shape or ())
        others = f", or about all with this {network.variant_word} alone" if network.variant else ""
        return [f"the code of its modules asks for the size, here {shape}; ask about one with --size{others}"]
    lines = [f"the code of its modules asks for the size; tried: {_steps(found.sizes, found.step)}"]
    for word, sizes in (("runs", found.runs), ("clean", found.clean), ("not followed", found.unclear)):
        if sizes or word != "not followed":
            lines.append(f"  {word}{' ' * max(2, 7 - len(word))}{_steps(sizes, found.step) or 'at none of them'}")
    return lines


def _steps(sizes: Sequence[int], step: int) -> str:
    """Multiples of a step as runs: ``320 to 1280 in steps of 32``."""
    runs: list[list[int]] = []
    for size in sizes:
        if runs and size == runs[-1][1] + step:
            runs[-1][1] = size
        else:
            runs.append([size, size])
    words = [str(first) if first == last else f"{first} to {last}" for first, last in runs]
    stepped = any(first < last for first, last in runs)
    return ", ".join(words) + (f" in steps of {step}" if stepped else "")


def _answers_in_words(sized: Sized, found: InputSizes) -> list[str]:
    lines: list[str] = []
    together = _together(sized, found)
    for alike in _alike(sized, found):
        names = [name for name, _ in alike]
        alone = ("each by itself" if len(alike) > 1 else "by itself") if len(found.axes) > 1 and together else ""
        lines.append(f"{_names(names)}{', ' if alone else ''}{alone}:")
        lines += [f"  {line}" for line in _axis(sized, alike, found.boxes is None and not found.unsolved)]
    lines += together
    if sized.followed is not None:
        lines.append("if every CenterCrop cut to the size of what it is joined with, whatever size is written:")
        groups = _alike(sized, sized.followed)
        for alike in groups:
            lines += [f"  {_names([name for name, _ in alike])}:"] if len(groups) > 1 else []
            lines += [f"  {line}" for line in _axis(sized, alike)]
    return lines


def _alike(sized: Sized, found: InputSizes) -> list[list[tuple[str, Axis]]]:
    """The axes with their names, those with the same answers together."""
    groups: dict[tuple[SizeSet, SizeSet], list[tuple[str, Axis]]] = {}
    for axis, name in zip(found.axes, axis_names(sized.network, found), strict=True):
        groups.setdefault((axis.runs, axis.clean), []).append((name, axis))
    return list(groups.values())


def axis_names(network: Network, found: InputSizes) -> list[str]:
    """``height``, or ``height of image`` where inputs differ."""
    several = len({len(axis.members) for axis in found.axes}) > 1 or (
        len(network.inputs) > 1 and any(len(axis.members) < len(network.inputs) for axis in found.axes)
    )
    names = []
    for axis in found.axes:
        index, place = axis.members[0]
        rank = len(network.inputs[index].shape or ()) - 1
        name = axes(rank)[place]
        if several:
            name += f" of {joined([escape(network.inputs[index].name) for index, _ in axis.members])}"
        names.append(name)
    return names


def _names(names: list[str]) -> str:
    """Names of axes as a list: height and width of image."""
    _, of, inputs = names[0].partition(" of ")
    if of and all(name.partition(" of ")[2] == inputs for name in names):
        return f"{joined([name.partition(' of ')[0] for name in names])}{of}{inputs}"
    return joined(names)


def _axis(sized: Sized, axes: list[tuple[str, Axis]], near: bool = True) -> list[str]:
    """The rules for axes with the same answers, and what is near the sizes that they have."""
    first = axes[0][1]
    lines = [f"runs   {sizes(first.runs, sized.up_to)}", f"clean  {sizes(first.clean, sized.up_to)}"]
    targets: dict[int, list[str]] = {}
    for name, axis in axes:
        size = target(sized, axis)
        if size is not None:
            targets.setdefault(size, []).append(name)
    for size, names in targets.items() if near else ():
        text = _near(first.runs, first.clean, size)
        if text:
            lines.append(f"{_names(names)}: {text}" if len(targets) > 1 else text)
    return lines


def _near(runs: SizeSet, clean: SizeSet, size: int) -> str:
    """What a size comes to, and the nearest good ones; nothing if all are good or none is."""
    wanted, word = (clean, "clean") if clean else (runs, "running")
    found = [other for other in (wanted.below(size), wanted.above(size)) if other is not None]
    if wanted == EVERY or not found:
        return ""
    others = f"{'sizes are' if len(found) > 1 else 'size is'} {joined(found)}"
    if size in wanted:
        return f"{size} is {word}; the next such {others}"
    state = "runs, but not clean" if size in runs else "does not run"
    return f"{size} {state}; the nearest {word} {others}"


def target(sized: Sized, axis: Axis) -> int | None:
    """The size of an axis that is asked about: a size given with --size, else the one in the file."""
    if sized.asked is None:
        return axis.declared
    index, place = axis.members[0]
    return sized.asked.shapes[index][place + 1]


def sizes(found: SizeSet, up_to: int) -> str:
    """A set of sizes as a rule: ``n = 12 (mod 16), n >= 188``, or as runs of sizes."""
    tried = "" if found.exact else f" (tried up to {max(up_to, found.start - 1)})"
    if not found:
        return f"no size{tried}"
    if found == EVERY:
        return "every size"
    rule = found.rule
    if rule is None:
        return _runs(found.ranges()) + tried
    least = f"n >= {rule.least}"
    if rule.modulus == 1:
        words = least
    else:
        first = min(residue or rule.modulus for residue in rule.residues)
        words = f"n = {_residues(rule.residues, rule.modulus)} (mod {rule.modulus})"
        if rule.least > first:
            words += f", {least}"
    if rule.also:
        words += f"; also {_runs(_neighbours(rule.also))}"
    return words


def _residues(residues: tuple[int, ...], modulus: int) -> str:
    """Residues as runs; a long run over the end goes on counting: 25 to 32 (mod 32)."""
    runs = _neighbours(residues)
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == modulus - 1:
        over = (runs[-1][0], modulus + runs[0][1])
        if over[1] > over[0] + 1:
            runs = [*runs[1:-1], over]
    return joined(_words(runs), "or")


def _neighbours(numbers: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _words(runs: Iterable[tuple[int, int]]) -> list[str]:
    """Runs of numbers as words: 3, 5 to 9; two neighbours are two words."""
    words: list[str] = []
    for first, last in runs:
        words += [f"{first} to {last}"] if last > first + 1 else map(str, range(first, last + 1))
    return words


def _runs(runs: list[tuple[int, int]], last: str = "and") -> str:
    words = _words(runs)
    if len(words) > MOST_RUNS:
        return ", ".join(words[:MOST_RUNS]) + f" and {len(words) - MOST_RUNS} more"
    return joined(words, last)


def _together(sized: Sized, found: InputSizes) -> list[str]:
    """What depends on several axes at once."""
    lines: list[str] = []
    names = axis_names(sized.network, found)
    wanted = targets(sized, found)
    if found.boxes is not None:
        lines += [f"  {_wants(sized.source, demand, names)}" for demand in found.demands]
        lines += [f"    {line}" for line in _table(found.boxes, names, wanted)]
    for clash in found.clashes:
        lines.append(f"  {_clash(sized.source, clash, names)}")
    for layer in found.unsolved:
        where = _place(sized.source, layer, layer.name)
        joins = isinstance(layer.operation, Merge | Concat)
        verb = "joins sizes of different axes" if joins else "mixes the axes"
        lines.append(f"  {where} {verb}: sizes that are good one by one may fail there (ask with --size)")
    if not lines:
        return []
    if wanted is not None and not found.unsolved:
        lines += _near_together(found, wanted)
    runs, clean = found.equal(clean=False), found.equal(clean=True)
    if len({axis.declared for axis in found.axes}) == 1 and runs is not None and clean is not None:
        lines.append(f"  {' = '.join(names)}:")
        lines += [f"    runs   {sizes(runs, sized.up_to)}", f"    clean  {sizes(clean, sized.up_to)}"]
        if wanted is not None and len(set(wanted)) == 1 and wanted[0] not in clean:
            near = _near(runs, clean, wanted[0])
            lines += [f"    {near}"] if near else []
    return ["together:", *lines]


def targets(sized: Sized, found: InputSizes) -> tuple[int, ...] | None:
    """The sizes of all axes that are asked about; None if one is open."""
    wanted = [target(sized, axis) for axis in found.axes]
    known = tuple(size for size in wanted if size is not None)
    return known if len(known) == len(wanted) else None


def _near_together(found: InputSizes, wanted: tuple[int, ...]) -> list[str]:
    """The nearest combination of sizes that runs clean, or runs at all, if the one asked about does not."""
    if found.clean(wanted):
        return []
    state = "runs, but not clean" if found.runs(wanted) else "does not run"
    for clean, word in ((True, "clean"), (False, "running")):
        near = found.nearest(wanted, clean)
        if near is not None and near != wanted:
            return [f"  {_sizes(wanted)} {state}; the nearest {word} one is {_sizes(near)}"]
    return []


def _sizes(numbers: Iterable[int]) -> str:
    return "x".join(map(str, numbers))


def _wants(source: Source, demand: Demand, names: list[str]) -> str:
    wanted, const = demand.wanted, demand.mixed.const
    assert const is not None
    where = _place(source, demand.layer, demand.name)
    if wanted % const:
        return f"{where} wants {wanted}, but gets a multiple of {const} at any size"
    axes = " x ".join(names[line - 1] for line in sorted(factor.line for factor in demand.mixed.factors))
    cells = wanted // const
    product = f" = {const} x {cells}" if const > 1 else ""
    return f"{where} wants {wanted}{product}, so {axes} must be {cells} where the map is flattened:"


def _table(boxes: Sequence[Together], names: list[str], wanted: tuple[int, ...] | None) -> list[str]:
    """The combinations that run: those nearest to the sizes asked about, else the first."""
    if not boxes:
        return ["no sizes do"]
    shown = list(boxes)
    if wanted is not None and len(boxes) > MOST_ROWS:
        nearest = sorted(range(len(boxes)), key=lambda index: _away(boxes[index].runs, wanted))[:MOST_ROWS]
        shown = [boxes[index] for index in sorted(nearest)]
    rows = [[*names, "clean"]]
    for box in shown[:MOST_ROWS]:
        runs = [_set(one) for one in box.runs]
        clean = " x ".join(_set(one, grouped=True) for one in box.clean) if all(box.clean) else "-"
        rows.append([*runs, clean])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(boxes) > MOST_ROWS:
        lines.append(f"... and {len(boxes) - MOST_ROWS} more")
    return lines


def _away(sets: Sequence[SizeSet], wanted: tuple[int, ...]) -> int:
    """How far sizes are from the nearest of some sets."""
    away = 0
    for size, one in zip(wanted, sets, strict=True):
        near = [abs(other - size) for other in (one.below(size), one.above(size)) if other is not None]
        away += 0 if size in one else min(near, default=0)
    return away


def _set(found: SizeSet, grouped: bool = False) -> str:
    if not found.finite:
        return sizes(found, found.start - 1)
    words = _words(found.ranges())
    text = ", ".join(words[:MOST_RUNS]) + (" ..." if len(words) > MOST_RUNS else "")
    return f"({text})" if grouped and len(words) > 1 else text


def _any(found: SizeSet) -> str:
    """Sizes of which any is meant."""
    if not found.finite:
        return sizes(found, found.start - 1)
    return _runs(found.ranges(), "or")


def _clash(source: Source, clash: Clash, names: list[str]) -> str:
    layer, name, kind = clash.cause
    rule = catalogue.BY_NAME[kind]
    where = joined([f"{axis} is {_any(one)}" for axis, one in zip(names, clash.sizes, strict=True) if one != EVERY])
    verb = "does not run" if clash.breaks else "not clean"
    return f"{verb} if {where}: {_place(source, layer, name)} has {rule.summary} ({rule.code} {rule.name})"


def _place(source: Source, layer: Layer, name: str | None) -> str:
    line = position(source, layer.place.span[0])[0]
    return f"{escape(name)} (line {line})" if name else f"the {escape(layer.type)} in line {line}"


def _asked(sized: Sized, asked: Asked) -> list[str]:
    shapes = _inputs(sized.network, asked.shapes) if len(asked.shapes) > 1 else _size(asked.shapes[0])
    if asked.errors:
        first, others = asked.errors[0], len(asked.errors) - 1
        lines = [f"{shapes} does not run; it breaks first here:", *_findings(sized, [first])]
        if others:
            lines.append(f"  and then in {others} other {'place' if others == 1 else 'places'}")
        return lines
    if asked.clean:
        return [f"{shapes} runs clean"]
    return [f"{shapes} runs, but not clean:", *_findings(sized, asked.findings)]


def _findings(sized: Sized, findings: list[Diagnostic]) -> list[str]:
    lines = []
    for found in findings[:MOST_FINDINGS]:
        line = position(sized.source, found.span[0])[0]
        layer = f"{escape(found.layer)}, " if found.layer else ""
        rule = catalogue.BY_CODE[found.code]
        lines.append(f"  {layer}line {line}: {escape(found.message)} ({rule.code} {rule.name})")
    if len(findings) > MOST_FINDINGS:
        lines.append(f"  and {len(findings) - MOST_FINDINGS} more")
    return lines


def _size(shape: Shape | None) -> str:
    return "of unknown shape" if shape is None else cells(shape)


# As JSON --------------------------------------------------------------------------------------------------------------


def as_json(networks: Iterable[Sized]) -> str:
    """One object; sets of sizes as described in docs/sizes.md."""
    from convlint.reports.json_report import encode

    listed = ",\n  ".join(encode(_encoded(sized)) for sized in networks)
    return f'{{"version": {VERSION},\n "networks": [{f"{chr(10)}  {listed}" if listed else ""}]}}'


def _encoded(sized: Sized) -> dict[str, Any]:
    from convlint.reports.json_report import brief

    network, found = sized.network, sized.found
    entry: dict[str, Any] = {
        "path": sized.source.path,
        "name": network.name,
        "variant": network.variant,
        "inputs": {given.name: given.shape for given in network.inputs},
        "up_to": sized.up_to,
        "too_large": sized.too_large,
        "only_here": sized.network.only_here,
        "tried": None,
        "buildable": not sized.mistakes and all(one.severity is not Severity.ERROR for one in sized.always),
        "mistakes": [brief(sized.source, one) for one in sized.mistakes],
        "always": [brief(sized.source, one) for one in sized.always],
        "axes": [],
        "nearest": None,
        "boxes": None,
        "clashes": [],
        "unsolved": [],
        "equal": None,
        "crops_follow": None,
        "asked": None,
    }
    if sized.tried is not None:
        entry["tried"] = {
            "sizes": sized.tried.sizes,
            "runs": sized.tried.runs,
            "clean": sized.tried.clean,
            "not_followed": sized.tried.unclear,
        }
    if found is not None:
        entry |= _answers(sized, found)
    if sized.followed is not None:
        entry["crops_follow"] = _answers(sized, sized.followed)
    if sized.asked is not None:
        entry["asked"] = {
            "inputs": {given.name: shape for given, shape in zip(network.inputs, sized.asked.shapes, strict=True)},
            "runs": sized.asked.runs,
            "clean": sized.asked.clean,
            "findings": [brief(sized.source, one) for one in sized.asked.findings],
        }
    return entry


def _answers(sized: Sized, found: InputSizes) -> dict[str, Any]:
    names = axis_names(sized.network, found)
    axes = []
    for axis, name in zip(found.axes, names, strict=True):
        runs, clean = _set_encoded(axis.runs, sized.up_to), _set_encoded(axis.clean, sized.up_to)
        size = target(sized, axis)
        for encoded, one in ((runs, axis.runs), (clean, axis.clean)):
            encoded["nearest"] = None if size is None else [one.below(size), one.above(size)]
        inputs = [sized.network.inputs[index].name for index, _ in axis.members]
        axes.append({"axis": name, "inputs": inputs, "declared": axis.declared, "runs": runs, "clean": clean})
    equal = found.equal(clean=False), found.equal(clean=True)
    wanted = targets(sized, found)
    return {
        "axes": axes,
        "nearest": None
        if wanted is None or found.unsolved
        else {"runs": found.nearest(wanted, clean=False), "clean": found.nearest(wanted, clean=True)},
        "boxes": None
        if found.boxes is None
        else [
            {
                "runs": [_set_encoded(one, sized.up_to) for one in box.runs],
                "clean": [_set_encoded(one, sized.up_to) for one in box.clean],
            }
            for box in found.boxes
        ],
        "clashes": [
            {
                "rule": clash.cause.kind,
                "layer": clash.cause.name,
                "line": position(sized.source, clash.cause.layer.place.span[0])[0],
                "breaks": clash.breaks,
                "sizes": [_set_encoded(one, sized.up_to) for one in clash.sizes],
            }
            for clash in found.clashes
        ],
        "unsolved": [
            {"layer": layer.name, "line": position(sized.source, layer.place.span[0])[0]} for layer in found.unsolved
        ],
        "equal": None
        if equal[0] is None or equal[1] is None
        else {"runs": _set_encoded(equal[0], sized.up_to), "clean": _set_encoded(equal[1], sized.up_to)},
    }


def _set_encoded(found: SizeSet, up_to: int) -> dict[str, Any]:
    rule = found.rule
    return {
        "smallest": found.smallest,
        "text": sizes(found, up_to),
        "exact": found.exact,
        "rule": None
        if rule is None
        else {"modulus": rule.modulus, "residues": rule.residues, "least": rule.least, "also": rule.also},
        "ranges": found.ranges(up_to),
    }
