"""For which input sizes a network runs and runs clean, and what happens at a size that somebody asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from convlint import catalogue, work
from convlint.catalogue import Severity
from convlint.derive import Derivation, Irregularity, derive
from convlint.derive.sizing.input_sizes import InputSizes, Memory, has_crops, input_sizes, resized
from convlint.derive.sizing.troubles import DROPS, SIZELESS, trouble
from convlint.document import Source
from convlint.findings import Diagnostic
from convlint.model.network import Network, Shape
from convlint.rules import judge
from convlint.session.trying import MOST_TRIED, Again, Tried, tried
from convlint.work import Budget, TooMuch

#: No size beyond this is tried.
_FARTHEST = 65536


@dataclass(slots=True)
class Asked:
    """What a network does at certain sizes: what is found there, in the order of its layers."""

    shapes: list[Shape]
    findings: list[Diagnostic]
    clean: bool

    @property
    def runs(self) -> bool:
        """Whether nothing found is an error."""
        return not self.errors

    @property
    def errors(self) -> list[Diagnostic]:
        """What keeps it from running, first things first."""
        return [found for found in self.findings if found.severity == Severity.ERROR]


class Shared:
    """What the networks of a file have in common: what was worked out, and the steps that their sizes may cost.

    ``steps`` is what checking the file has cost: a network is derived twice more besides.
    """

    def __init__(self, source: Source, steps: int = 0) -> None:
        self.memory = Memory()
        # All sizes of some small files that people have take as much as anything small may cost; of large ones the
        # answer is seldom worth several times what checking them takes.
        self.budget = Budget(len(source.text) // work.PER_CHARACTER, 3 * steps - work.BASE // 2)
        #: How many sizes may be tried one by one.
        self.trials = MOST_TRIED
        #: Whether not even its networks may be derived again.
        self.heavy = self.budget.left <= 0


@dataclass(slots=True)
class Sized:
    """One network with its sizes.

    ``mistakes`` are errors in what is written: then nothing else is said.
    ``always`` is what is wrong at every size; ``followed`` are the sizes if all crops cut to what they are joined
    with; ``found`` is None if no input has axes, or if that is too much to find out (``too_large``), or if the network
    holds for one size alone: then others were ``tried``, unless that was done for another network of the file.
    """

    source: Source
    network: Network
    found: InputSizes | None
    followed: InputSizes | None = None
    always: list[Diagnostic] = field(default_factory=list)
    asked: Asked | None = None
    up_to: int = 0
    too_large: bool = False
    mistakes: list[Diagnostic] = field(default_factory=list)
    tried: Tried | None = None


def sized(
    source: Source,
    derivation: Derivation,
    asked: list[tuple[str | None, tuple[int, ...]]],
    up_to: int,
    codes: frozenset[str],
    mistakes: list[Diagnostic],
    shared: Shared | None = None,
    again: Again | None = None,
) -> Sized:
    """The answers for one network, none if it has mistakes; raises ValueError if it lacks axes that are asked about.

    ``asked`` are sizes for the input of a name (None: of all), one number for all of its axes or one for each;
    ``shared`` is for the networks of one file; ``again`` reads the file anew with another input for this network.
    """
    network = derivation.network
    shapes = _shapes(network, asked)
    largest = max((size for shape in shapes or () for size in shape[1:] if size is not None), default=0)
    answer = Sized(source, network, None, up_to=up_to, mistakes=mistakes)
    if mistakes:
        if shapes is not None:
            answer.asked = Asked(shapes, mistakes, False)
        return answer
    shared = shared or Shared(source)
    if network.only_here:
        if again is not None:
            _try_sizes(answer, derivation, again, shapes if asked else None, shared)
        return answer
    if shared.heavy:
        answer.too_large = True
        return answer
    with shared.budget:
        try:
            answer.found = input_sizes(network, min(_FARTHEST, max(up_to, 2 * largest)), memory=shared.memory)
            if answer.found is None:
                return answer
            if has_crops(network):
                followed = input_sizes(network, up_to, crops_follow=True, memory=shared.memory)
                answer.followed = _worth_saying(followed, answer.found)
        except TooMuch:
            answer.too_large = answer.found is None
    unknown: list[Shape] = [(None,) * max(0, len(given.shape or ()) - 1) for given in network.inputs]
    always = derive(resized(network, unknown))
    answer.always = [one for one in _findings(always, codes) if one.severity == Severity.ERROR or _drops(one)]
    if shapes is not None:
        asked_about = derive(resized(network, [shape[1:] for shape in shapes]))
        # What is wrong at every size is no news, along the axes where it is.
        old = {_news(one) for one in always.irregularities}
        news = [one for one in asked_about.irregularities if one.fatal or _news(one) not in old]
        counted = [one for one in _findings(asked_about.with_irregularities(news), codes) if _counts(one)]
        answer.asked = Asked(shapes, counted, not counted)
    return answer


def _try_sizes(answer: Sized, derivation: Derivation, again: Again, shapes: list[Shape] | None, shared: Shared) -> None:
    """What a network that holds for one size alone does at the one that is asked about, else at several ones."""
    if shapes is None:
        answer.tried = tried(derivation, again, shared.trials, _counts)
        shared.trials = 0
    elif len(shapes) == 1:
        result = again(shapes[0])
        if result is not None and not any(one.code == "YO002" for one in result.findings):
            counted = [one for one in result.findings if _counts(one)]
            answer.asked = Asked(shapes, counted, not counted)


def _worth_saying(followed: InputSizes | None, found: InputSizes) -> InputSizes | None:
    """What is gained by crops that follow, if anything."""
    if followed is None or all(
        (one.runs, one.clean) == (other.runs, other.clean) for one, other in zip(followed.axes, found.axes, strict=True)
    ):
        return None
    return followed


def _counts(found: Diagnostic) -> bool:
    """Whether a finding keeps a network from running clean."""
    if catalogue.BY_CODE[found.code].name in SIZELESS:
        return False
    return found.severity in (Severity.ERROR, Severity.WARNING) or _drops(found)


def _drops(found: Diagnostic) -> bool:
    return catalogue.BY_CODE[found.code].name in DROPS


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
