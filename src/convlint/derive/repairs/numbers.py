"""Which of two numbers that contradict each other is wrong: the one that a layer makes, or the one that is declared.

Both are changed, each in the whole network (``trial.py``), and who else contradicts then is counted: those that declare
the number (a norm's features, channels of layers behind, the other branch of an addition) are its witnesses.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from convlint.derive.provenance import channel_maker
from convlint.derive.repairs.trial import Outcome, trials
from convlint.derive.state import Derivation, Derived, InnerIrregularity, Irregularity

if TYPE_CHECKING:
    from convlint.derive.irregularities import Declaring

#: Arguments that say how many channels or features a layer makes.
_MAKES = ("out_channels", "out_features")


class Sides(NamedTuple):
    """Who made a number that another layer contradicts, by which argument (None if nobody wrote it).

    ``reader`` is what comes of declaring what arrives, ``made`` what comes of making what is declared; None if nobody
    can tell.
    """

    maker: Derived | None
    argument: str
    reader: Outcome | None
    made: Outcome | None

    def blames_maker(self, agree: int) -> bool:
        """Whether the layer that makes the number is wrong; ``agree`` others declare the same as the reader."""
        if self.maker is None:
            return False
        if self.made is None or self.reader is None:
            return agree > 0
        if self.made.cured != self.reader.cured:
            return self.made.cured
        return self.made.new < self.reader.new


@lru_cache(maxsize=16)
def sides(irregularity: Irregularity[Declaring], argument: str, derivation: Derivation) -> Sides:
    """Both changes, tried; ``argument`` is the one of the contradicting layer."""
    if isinstance(irregularity, InnerIrregularity):
        return Sides(None, "", None, None)
    at, numbers = irregularity.at, irregularity.numbers
    tried = trials(derivation)
    reader = tried.changed(irregularity, at, **{argument: numbers["derived"]})
    maker = channel_maker(at.inputs[0]).made_by
    field = None
    if maker is not None:
        field = next((name for name in _MAKES if maker.layer.place.value_span(name) is not None), None)
    if maker is None or field is None:
        return Sides(None, "", reader, None)
    return Sides(maker, field, reader, tried.changed(irregularity, maker, **{field: numbers["declared"]}))
