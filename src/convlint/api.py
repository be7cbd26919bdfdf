"""The public Python interface: what ``import convlint`` offers.

Its functions take what the command line takes, find the same settings, and give back plain records that can be kept,
compared and pickled: nothing in them leads back to the file.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from convlint import catalogue, formats
from convlint.catalogue import Severity
from convlint.derive import Derivation, Derived
from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.model.operations import Group
from convlint.reports import html, text
from convlint.reports.escape import escape
from convlint.reports.places import ends
from convlint.reports.style import Style
from convlint.reports.summary import footer
from convlint.session import paths
from convlint.session.outcome import Failure, Summary
from convlint.session.paths import STDIN, Target
from convlint.session.running import Asked, came_of
from convlint.session.session import Checked, Session, Usage, Wanted
from convlint.session.settings import SettingsError

__all__ = [
    "ConvlintError",
    "Finding",
    "InputAxis",
    "Layer",
    "Network",
    "Report",
    "Shape",
    "Sizes",
    "Unchecked",
    "check",
    "check_text",
    "explanation",
    "input_sizes",
    "shapes",
]

#: Channels, then one size for each axis; None for what is not known. There is no batch axis.
Shape: TypeAlias = tuple[int | None, ...]

_COLOURED, _PLAIN = Style(True), Style()
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


class ConvlintError(ValueError):
    """A question that cannot be answered; the message is one line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    Lines and columns count from 1, columns are code points, the end is exclusive.  ``severity`` is ``"error"`` (the
    framework refuses the network, or a claim is false), ``"warning"`` or ``"info"``.  ``str()`` is the finding with the
    lines that it is about.
    """

    code: str
    name: str
    severity: str
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    layer: str | None
    variants: tuple[str, ...]
    notes: tuple[str, ...]
    help: str | None
    url: str
    _painted: str = field(repr=False)

    def __str__(self) -> str:
        return _COLOUR.sub("", self._painted)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A path with which nothing could be done, and why; the line is that of a mistake in settings."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"convlint: {escape(place)}: {escape(self.message)}"


@dataclass(frozen=True, slots=True)
class Layer:
    """What follows for one layer.

    ``params`` counts trainable numbers, ``macs`` multiply-adds for one example; None is unknown.  ``receptive_field``
    is in cells of the network's input.  ``times`` says that it stands for so many equal copies in a row; ``layers`` are
    the layers of a group that the file writes out.
    """

    name: str | None
    type: str
    line: int
    inputs: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]
    params: int | None
    macs: int | None
    receptive_field: tuple[int, ...] | None
    times: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """What follows from one network: a file may describe several (``variant``: a scale of a YOLO file)."""

    path: str
    name: str | None
    variant: str | None
    inputs: dict[str, Shape | None]
    outputs: tuple[Shape | None, ...]
    params: int | None
    macs: int | None
    layers: tuple[Layer, ...]

    @property
    def shapes(self) -> dict[str, Shape | None]:
        """The shape behind every layer, those in groups included (``stage1.0.conv``).

        Of a layer with several outputs each has a number (``split.0``); one without a name is called
        ``Conv2d in line 7``.
        """
        found: dict[str, Shape | None] = {}
        for layer in _flat(self.layers):
            name = layer.name if layer.name is not None else f"{layer.type} in line {layer.line}"
            for index, shape in enumerate(layer.outputs):
                key = name if len(layer.outputs) == 1 else f"{name}.{index}"
                number = 1
                while key in found:
                    number += 1
                    key = f"{name} ({number})"
                found[key] = shape
        return found

    def _repr_html_(self) -> str:
        return _table(self)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a file, a text, or the files of a folder.

    ``ok`` says that nothing was found at the level that fails (warnings, unless the settings say otherwise) and that
    everything could be checked.  ``findings`` holds infos too.  ``str()`` is what ``convlint`` prints; a notebook shows
    it in colours, with a table of each network.
    """

    ok: bool
    findings: tuple[Finding, ...]
    networks: tuple[Network, ...]
    failures: tuple[Unchecked, ...]
    files: int
    skipped: int
    suppressed: int
    #: What formats say of the run: what it is about, and what is said.
    notes: dict[str, str]
    _shows_info: bool = field(repr=False)
    _last_line: str = field(repr=False)

    def __str__(self) -> str:
        return _COLOUR.sub("", self._painted())

    def _painted(self) -> str:
        shown = [f"{found._painted}\n" for found in self.findings if self._shows_info or found.severity != "info"]
        return "\n".join([*shown, *map(str, self.failures), self._last_line])

    def _repr_html_(self) -> str:
        tables = map(_table, self.networks)
        return "\n".join([html.painted(self._painted()), *tables])


@dataclass(frozen=True, slots=True)
class Sizes:
    """A set of sizes: ``rule`` says it in words (``n = 0 (mod 32), n >= 64``), ``in`` asks it of a size.

    Sizes up to ``up_to`` are listed in ``ranges`` (both ends included).
    """

    rule: str
    smallest: int | None
    up_to: int
    ranges: tuple[tuple[int, int], ...] = field(repr=False)

    def __contains__(self, size: object) -> bool:
        return isinstance(size, int) and any(first <= size <= last for first, last in self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __str__(self) -> str:
        return self.rule


@dataclass(frozen=True, slots=True)
class InputAxis:
    """An axis of the input (``height``): the sizes with which the network runs, and runs without losing input."""

    name: str
    declared: int | None
    runs: Sizes
    clean: Sizes

    def __str__(self) -> str:
        return f"{self.name}: runs {self.runs}; clean {self.clean}"


def check(
    path: str | os.PathLike[str],
    *,
    select: tuple[str, ...] | list[str] = (),
    extend_select: tuple[str, ...] | list[str] = (),
    ignore: tuple[str, ...] | list[str] = (),
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    **options: object,
) -> Report:
    """Check a file, or the files of a folder, as ``convlint PATH`` does.

    ``options`` are what the command line may say about files, with underscores: ``scale="n"``, ``input=640``,
    ``dialect="yolov5"``, ``source="none"``.  Whatever is wrong with a file is a finding, and a path that cannot be
    checked is one of ``failures``; ConvlintError says that the arguments or the settings cannot be obeyed.

    >>> report = convlint.check("examples/alexnet-224.yaml")
    >>> report.ok
    False
    >>> report.findings[0].code, report.findings[0].layer
    ('CL103', 'conv1')
    >>> report.networks[0].params
    49430888
    """
    session = _session(options, select, extend_select, ignore, config, isolated)
    targets, failures = session.targets([os.fspath(path)])
    checked = (session.check(target) for target in targets)
    return _report(session, failures, checked)


def check_text(
    text: str,
    *,
    name: str = "<text>",
    select: tuple[str, ...] | list[str] = (),
    extend_select: tuple[str, ...] | list[str] = (),
    ignore: tuple[str, ...] | list[str] = (),
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    **options: object,
) -> Report:
    """Check a text that is no file, or not yet; its ``name`` tells the syntax (``net.cfg``) and finds the settings.

    >>> print(convlint.check_text('''
    ... convlint: 1
    ... input: [3, 32, 32]
    ... layers:
    ...   - {type: Conv2d, in_channels: 4, out_channels: 8, kernel_size: 3}
    ... '''))
    error[CL201] channel-mismatch: 4 input channels declared, 3 arrive
      --> <text>:5:33
       |
     3 | input: [3, 32, 32]
       |        ----------- 3 channels
     4 | layers:
     5 |   - {type: Conv2d, in_channels: 4, out_channels: 8, kernel_size: 3}
       |                                 ^ declared here
       |
       = help: write `in_channels: 3`, or write `input: [4, 32, 32]`
    <BLANKLINE>
    1 error in 1 file; 1 fixable with --fix --unsafe-fixes
    """
    session = _session(options, select, extend_select, ignore, config, isolated, name)
    file = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    return _report(session, [], [session.check(Target(STDIN, True), text=paths.decoded(name, file))])


def shapes(path: str | os.PathLike[str], **options: object) -> dict[str, Shape | None]:
    """The shape behind every layer of a file with one network; ``options`` are those of ``check``.

    >>> convlint.shapes("examples/lenet-5.yaml")["C1"]
    (6, 28, 28)
    """
    result = _one(path, options).result
    return _network_record(result.source, _only(result.derivations, path)).shapes


def input_sizes(path: str | os.PathLike[str], *, up_to: int = 4096, **options: object) -> tuple[InputAxis, ...]:
    """For which input sizes a network runs, and runs clean, an axis at a time (``convlint sizes``).

    >>> height, width = convlint.input_sizes("examples/u-net-odd.yaml")
    >>> 100 in height.runs, 112 in height.runs
    (False, True)
    >>> print(height)
    height: runs n = 0 (mod 16); clean n = 0 (mod 16)
    """
    from convlint.reports import sizes_report
    from convlint.session.obstacles import mistakes
    from convlint.session.sizes import sized

    checked = _one(path, options)
    derivation = _only(checked.result.derivations, path)
    wrong = mistakes(checked.result, derivation.network)
    found = sized(checked.result.source, derivation, [], up_to, checked.codes, wrong).found
    if wrong:
        raise ConvlintError(f"{os.fspath(path)}: there are mistakes in this network: {wrong[0].message}")
    if found is None:
        raise ConvlintError(f"{os.fspath(path)}: nothing can be said for all sizes; ask `convlint sizes` about one")
    names = sizes_report.axis_names(derivation.network, found)
    return tuple(
        InputAxis(
            name,
            axis.declared,
            *(
                Sizes(sizes_report.sizes(one, up_to), one.smallest, up_to, tuple(one.ranges(up_to)))
                for one in (axis.runs, axis.clean)
            ),
        )
        for name, axis in zip(names, found.axes, strict=True)
    )


def explanation(about: str | os.PathLike[str], layer: str | int | None = None, **options: object) -> str:
    """The page of a rule, or the arithmetic of a layer of a file, by its name or the number of its line.

    >>> print(convlint.explanation("CL103").splitlines()[0])
    # dropped-input (CL103)
    >>> print(convlint.explanation("examples/lenet-5.yaml", "C1").splitlines()[0])
    C1 (Conv2d), line 9 of examples/lenet-5.yaml
    """
    if layer is None:
        from convlint.reports.page import page

        rule = catalogue.find(os.fspath(about))
        if rule is None:
            raise ConvlintError(catalogue.unknown_rule(os.fspath(about)))
        return page(rule)
    from convlint.reports import explanation as report
    from convlint.session.explaining import NoLayer, explained

    result = _one(about, options).result
    if not result.derivations:
        raise ConvlintError(f"{os.fspath(about)}: there are mistakes in this file that leave no network")
    try:
        one = explained(result, os.fspath(about), str(layer))
    except NoLayer as error:
        raise ConvlintError(str(error)) from None
    return report.text(result.source, one.explanation, one.findings, one.remark, one.network, _PLAIN)


def _session(
    options: dict[str, object],
    select: tuple[str, ...] | list[str] = (),
    extend_select: tuple[str, ...] | list[str] = (),
    ignore: tuple[str, ...] | list[str] = (),
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    name: str = "<stdin>",
) -> Session:
    known = {option.key: option for format in formats.FORMATS for option in format.OPTIONS if option.flags}
    said: dict[str, Any] = {}
    for word, value in options.items():
        option = known.get(word.replace("_", "-"))
        if option is None:
            raise TypeError(f"there is no option `{word}` (there is: {', '.join(sorted(known)).replace('-', '_')})")
        words = value if isinstance(value, list | tuple) else [value]
        texts = [os.fspath(one) if isinstance(one, str | os.PathLike) else str(one) for one in words]
        said[option.key] = texts if option.several else "x".join(texts)
    chosen = None if config is None else os.fspath(config)
    try:
        return Session(Wanted(chosen, isolated, select, extend_select, ignore, False, name, said))
    except (SettingsError, Usage) as error:
        raise ConvlintError(str(error)) from None


def _one(path: str | os.PathLike[str], options: dict[str, object]) -> Checked:
    """A file that a question is about, with the rules that are on by default."""
    session = _session(options)
    targets, failures = session.targets([os.fspath(path)])
    if not failures and (not targets or not targets[0].named):
        raise ConvlintError(f"{os.fspath(path)}: expected a file")
    checked = failures[0] if failures else session.check(targets[0], truth=True)
    if isinstance(checked, Failure):
        raise ConvlintError(f"{checked.place}: {checked.message}")
    if checked is None:
        raise ConvlintError(f"{os.fspath(path)}: is skipped, as the settings say")
    return checked


def _only(networks: list[Derivation], path: str | os.PathLike[str]) -> Derivation:
    if not networks:
        raise ConvlintError(f"{os.fspath(path)}: there are mistakes in this file that leave no network")
    if len(networks) > 1:
        first = networks[0].network
        named = ", ".join(str(one.network.variant) for one in networks)
        which = f" ({first.variant_word}s {named}): choose one with {first.variant_word}=" if first.variant else ""
        raise ConvlintError(f"{os.fspath(path)}: describes {len(networks)} networks{which}")
    return networks[0]


def _report(session: Session, failures: list[Failure], files: Any) -> Report:
    summary = Summary()
    summary.failures = failures
    findings: list[Finding] = []
    networks: list[Network] = []
    for checked in files:
        came = came_of(session, checked, Asked())
        summary.add(came)
        if isinstance(checked, Checked):
            result = checked.result
            findings += (_finding(result.source, found) for found in came.findings)
            networks += (_network_record(result.source, derivation) for derivation in result.derivations)
    return Report(
        ok=not summary.failed and not summary.failures,
        findings=tuple(findings),
        networks=tuple(networks),
        failures=tuple(Unchecked(one.path, one.message, one.line) for one in summary.failures),
        files=summary.files,
        skipped=summary.skipped,
        suppressed=summary.suppressed,
        notes=summary.notes,
        _shows_info=summary.shows_info,
        _last_line=footer(summary, _COLOURED),
    )


def _finding(source: Source, found: Diagnostic) -> Finding:
    (line, column), (end_line, end_column) = ends(source, found.span)
    rule = catalogue.BY_CODE[found.code]
    return Finding(
        found.code,
        rule.name,
        str(found.severity or Severity.ERROR),
        found.message,
        source.path,
        line,
        column,
        end_line,
        end_column,
        found.layer,
        tuple(found.variants),
        tuple(found.notes),
        found.help,
        rule.url,
        text.finding(source, found, _COLOURED),
    )


def _network_record(source: Source, derivation: Derivation) -> Network:
    network = derivation.network
    return Network(
        source.path,
        network.name,
        network.variant,
        {given.name: value.shape for given, value in zip(network.inputs, derivation.inputs, strict=True)},
        tuple(value.shape for value in derivation.outputs),
        derivation.params,
        derivation.macs,
        _layers(source, derivation.layers),
    )


def _layers(source: Source, layers: list[Derived]) -> tuple[Layer, ...]:
    return tuple(
        Layer(
            derived.name,
            derived.layer.type,
            source.position(derived.layer.place.span[0])[0],
            tuple(value.shape for value in derived.inputs),
            tuple(value.shape for value in derived.outputs),
            derived.params,
            derived.macs,
            derived.outputs[0].field if derived.outputs else None,
            derived.times,
            _layers(source, derived.children) if _is_open(derived) else (),
        )
        for derived in layers
    )


def _is_open(derived: Derived) -> bool:
    """Whether the layers inside are written in the file, and not the framework's own."""
    operation = derived.layer.operation
    return isinstance(operation, Group) and operation.numbers is None


def _table(network: Network) -> str:
    """A network for a notebook."""
    words = [network.path, *(word for word in (network.name, network.variant) if word is not None)]
    inputs = ", ".join(f"{name} {_size(shape)}" for name, shape in network.inputs.items())
    rows = [*_rows(network.layers, ""), ("total", "", "", _number(network.params), _number(network.macs), "")]
    heads = ("layer", "type", "output", "parameters", "MACs", "receptive field")
    return html.table(f"{': '.join(words)} ({inputs})", heads, rows, 2)


def _rows(layers: tuple[Layer, ...], indent: str) -> Iterator[tuple[str, ...]]:
    for layer in layers:
        name = f"{indent}{layer.name or '-'}"
        yield (
            f"{name} x {layer.times:,}" if layer.times > 1 else name,
            layer.type,
            ", ".join(map(_size, layer.outputs)),
            _number(layer.params),
            _number(layer.macs),
            "-" if layer.receptive_field is None else "x".join(map(str, layer.receptive_field)),
        )
        yield from _rows(layer.layers, f"{indent}\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}")


def _size(shape: Shape | None) -> str:
    return "?" if shape is None else "x".join("?" if axis is None else str(axis) for axis in shape) or "1"


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _flat(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    for layer in layers:
        yield layer
        yield from _flat(layer.layers)
