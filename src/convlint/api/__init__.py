"""The public Python interface: what ``import convlint`` offers.

Its functions take what the command line takes, find the same settings, and give back plain records that can be kept,
compared and pickled.
"""

from __future__ import annotations

import io
import os
from typing import Any

from convlint import catalogue, formats
from convlint.api.making import network, report
from convlint.api.records import (
    ConvlintError,
    Finding,
    InputAxis,
    Layer,
    Network,
    Report,
    Shape,
    Sizes,
    Unchecked,
)
from convlint.derive import Derivation
from convlint.derive.sizing.input_sizes import MAX_UP_TO, UP_TO
from convlint.reports.style import Style
from convlint.session import paths
from convlint.session.outcome import Failure
from convlint.session.paths import STDIN, Target
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
    return report(session, failures, checked)


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
    return report(session, [], [session.check(Target(STDIN, True), text=paths.decoded(name, file))])


def shapes(path: str | os.PathLike[str], **options: object) -> dict[str, Shape | None]:
    """The shape behind every layer of a file with one network; ``options`` are those of ``check``.

    >>> convlint.shapes("examples/lenet-5.yaml")["C1"]
    (6, 28, 28)
    """
    result = _one(path, options).result
    return network(result.source, _only(result.derivations, path)).shapes


def input_sizes(path: str | os.PathLike[str], *, up_to: int = UP_TO, **options: object) -> tuple[InputAxis, ...]:
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

    if not 1 <= up_to <= MAX_UP_TO:
        raise ConvlintError(f"up_to: {up_to} is no number from 1 to {MAX_UP_TO}")
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
    from convlint.reports import explanation as layer_report
    from convlint.session.explaining import NoLayer, explained

    result = _one(about, options).result
    if not result.derivations:
        raise ConvlintError(f"{os.fspath(about)}: there are mistakes in this file that leave no network")
    try:
        one = explained(result, os.fspath(about), str(layer))
    except NoLayer as error:
        raise ConvlintError(str(error)) from None
    return layer_report.text(result.source, one.explanation, one.findings, one.remark, one.network, Style())


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
