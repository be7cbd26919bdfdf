"""``convlint sizes FILE...``: for which input sizes networks run, and run clean."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from convlint import catalogue
from convlint.cli import exits
from convlint.cli.arguments import ArgumentParser
from convlint.derive import Derivation, Irregularity, derive
from convlint.derive.disputes import is_error
from convlint.derive.sizing.columns import trouble
from convlint.derive.sizing.input_sizes import UP_TO, InputSizes, TooLarge, has_crops, input_sizes, resized
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.model.network import Network, Shape
from convlint.reports import concise, sizes_report
from convlint.reports.escape import escape
from convlint.reports.sizes_report import Asked, Sized
from convlint.reports.style import chosen
from convlint.rules import judge
from convlint.session import files, paths
from convlint.session.outcome import Failure

#: What says that input is not read; CL105, of a pool, is no warning elsewhere.
_DROPS = frozenset(("CL103", "CL105"))
#: A warning only behind a global pool, whatever the size of the input.
_NO_QUESTION = frozenset(("CL120",))
#: The largest size that may be asked for.
MAX_SIZE = 1 << 24

_EPILOG = """\
Without --size the size that the file declares is looked at. --size 512 means 512 on every axis; with several inputs,
--size depth=240x320 means one of them.

exit codes: 0 shown; 1 the network does not run at the size asked for with --size, or a file is so wrong that nothing
can be said; 2 a path cannot be read or describes no network, or wrong usage
"""


def run(argv: list[str]) -> int:
    """Print the sizes of the networks in some files."""
    parser = ArgumentParser(
        prog="convlint sizes",
        usage="convlint sizes [OPTION]... FILE...",
        description="Say for which input sizes a network runs, and for which it runs clean.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="FILE", help="file or folder; - is standard input")
    add("--size", action="append", default=[], metavar="HxW", help="what happens at this size, and which layer breaks")
    add("--up-to", default=str(UP_TO), metavar="N", help=f"how far sizes are tried and listed (default: {UP_TO})")
    add("--format", choices=("full", "json"), default="full", help="default: full")
    add("--color", choices=("auto", "always", "never"), default="auto")
    add("--stdin-filename", metavar="NAME", default="<stdin>", help="what to call standard input")
    options = parser.parse_paths(argv)
    if not options.paths:
        parser.error("expected a FILE")
    try:
        asked = [_size(word) for word in options.size]
        up_to = _number(options.up_to, most=65536)
    except ValueError as error:
        parser.error(str(error))
    style = chosen(options.color, sys.stdout)
    said = _Said()
    networks = list(_sized(options.paths, options.stdin_filename, asked, up_to, said))
    if options.format == "json":
        print(sizes_report.as_json(networks))
    elif networks:
        print(sizes_report.text(networks, style))
    sys.stdout.flush()
    if not networks and not said.lines:
        where = ", ".join(escape(path) for path in options.paths)
        said.lines.append(f"convlint: no network in {where}")
    for line in said.lines:
        print(line, file=sys.stderr)
    return said.code


class _Said:
    """What could not be answered."""

    def __init__(self) -> None:
        self.code = exits.CLEAN
        self.lines: list[str] = []

    def failed(self, path: str, message: str, code: int = exits.TROUBLE) -> None:
        self.code = max(self.code, code)
        self.lines.append(f"convlint: {escape(path)}: {escape(message)}")


def _number(word: str, most: int = MAX_SIZE) -> int:
    if not (word.isascii() and word.isdigit() and 0 < int(word[:20]) <= most):
        raise ValueError(f"`{word}` is no number from 1 to {most}")
    return int(word)


def _size(word: str) -> tuple[str | None, tuple[int, ...]]:
    """``480x640``, ``512``, or either behind the name of an input and an equals sign."""
    name, equals, sizes = word.rpartition("=")
    numbers = sizes.lower().split("x")
    if "" in numbers:
        raise ValueError(f"`{word}` is no size such as 224 or 480x640")
    return (name if equals else None), tuple(_number(size) for size in numbers)


def _sized(
    given: list[str], stdin_name: str, asked: list[tuple[str | None, tuple[int, ...]]], up_to: int, said: _Said
) -> Iterator[Sized]:
    targets, failures = paths.collect(given, lambda path: False)
    for failure in failures:
        said.failed(failure.path, failure.message)
    codes = catalogue.selection()
    for target in targets:
        name = stdin_name if target.path == paths.STDIN else target.path
        result = files.check(target, name, codes, target.named)
        if isinstance(result, Failure):
            said.failed(result.path, result.message)
            continue
        for derivation in result.derivations:
            try:
                yield _of_network(result.source, derivation, asked, up_to, codes, said)
            except ValueError as error:
                said.failed(name, str(error))
        if not result.derivations:
            said.code = max(said.code, exits.FINDINGS)
            said.lines += [
                concise.finding(result.source, found) for found in result.findings if found.severity == Severity.ERROR
            ]


def _of_network(
    source: Source,
    derivation: Derivation,
    asked: list[tuple[str | None, tuple[int, ...]]],
    up_to: int,
    codes: frozenset[str],
    said: _Said,
) -> Sized:
    """The answers for one network; raises ValueError if it does not have the axes that are asked about."""
    network = derivation.network
    shapes = _shapes(network, asked)
    largest = max((size for shape in shapes or () for size in shape[1:] if size is not None), default=0)
    sized = Sized(source, network, None, up_to=up_to)
    try:
        sized.found = input_sizes(network, min(65536, max(up_to, 2 * largest)))
        if sized.found is None:
            return sized
        if has_crops(network):
            sized.followed = _worth_saying(input_sizes(network, up_to, crops_follow=True), sized.found)
    except TooLarge:
        sized.too_large = sized.found is None
    unknown: list[Shape] = [(None,) * max(0, len(given.shape or ()) - 1) for given in network.inputs]
    always = derive(resized(network, unknown))
    sized.always = [one for one in _findings(always, codes) if one.severity == Severity.ERROR or one.code in _DROPS]
    if shapes is not None:
        asked_about = derive(resized(network, [shape[1:] for shape in shapes]))
        # What is wrong at every size is no news, along the axes where it is.
        old = {_news(one) for one in always.irregularities}
        asked_about.irregularities = [
            one for one in asked_about.irregularities if is_error(one) or _news(one) not in old
        ]
        counted = [one for one in _findings(asked_about, codes) if _counts(one)]
        sized.asked = Asked(shapes, counted, not counted)
        if asked and not sized.asked.runs:
            said.code = max(said.code, exits.FINDINGS)
    return sized


def _worth_saying(followed: InputSizes | None, found: InputSizes) -> InputSizes | None:
    """What is gained by crops that follow, if anything."""
    if followed is None or all(
        (one.runs, one.clean) == (other.runs, other.clean) for one, other in zip(followed.axes, found.axes, strict=True)
    ):
        return None
    return followed


def _counts(found: Diagnostic) -> bool:
    """Whether a finding keeps a network from running clean."""
    if found.code in _NO_QUESTION:
        return False
    return found.severity in (Severity.ERROR, Severity.WARNING) or found.code in _DROPS


def _news(irregularity: Irregularity) -> object:
    """What tells an irregularity from others: its place, the layer, and the axes.

    Of equal copies deriving looks at the first alone, also if they are equal only because sizes are unknown; so their
    numbers make no difference.
    """
    at = irregularity.at
    return id(at.layer.place), re.sub(r"\.[0-9]+(?=\.)", "", at.name or ""), at.layer.type, trouble(irregularity)


def _findings(derivation: Derivation, codes: frozenset[str]) -> list[Diagnostic]:
    """What was found deriving, in the words of the rules, in the order of the layers."""
    found = []
    for finding in judge(derivation, codes):
        rule = catalogue.BY_CODE[finding.code]
        if rule.sort is catalogue.Sort.IRREGULARITY:
            if finding.severity is None:
                finding.severity = rule.severity
            found.append(finding)
    return found


def _shapes(network: Network, asked: list[tuple[str | None, tuple[int, ...]]]) -> list[Shape] | None:
    """The input shapes that are asked about, else the declared ones; None if a size of them is open."""
    shapes = [given.shape for given in network.inputs]
    for name, sizes in asked:
        chosen = [index for index, given in enumerate(network.inputs) if name in (None, given.name)]
        if not chosen:
            names = ", ".join(given.name for given in network.inputs)
            raise ValueError(f"no input is called `{name}` (there is: {names})")
        word = "x".join(map(str, sizes))
        fitting = 0
        for index in chosen:
            shape = network.inputs[index].shape
            if shape is None:
                continue
            rank = len(shape) - 1
            if len(sizes) not in (1, rank):
                if name is None and len(chosen) > 1:
                    continue
                raise ValueError(
                    f"the input `{network.inputs[index].name}` has {rank} axes, --size {word} names {len(sizes)}"
                )
            shapes[index] = (shape[0], *(sizes * rank if len(sizes) == 1 else sizes))
            fitting += 1
        if not fitting and len(chosen) > 1:
            raise ValueError(f"no input has {len(sizes)} axes, as --size {word} names")
    found = [shape for shape in shapes if shape is not None]
    if len(found) < len(shapes) or any(None in shape[1:] for shape in found):
        return None
    return found
