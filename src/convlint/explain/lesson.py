"""What every lesson starts from."""

from __future__ import annotations

from typing import Any

from convlint.derive.state import Derivation, Derived
from convlint.explain.words import Part, Places, Section, size
from convlint.model.network import Shape


class Lesson:
    """One layer to be explained, and the network around it."""

    __slots__ = ("at", "derivation", "places")

    def __init__(self, at: Derived, places: Places, derivation: Derivation) -> None:
        self.at = at
        self.places = places
        self.derivation = derivation

    @property
    def shape(self) -> Shape | None:
        """The shape of the first input."""
        return self.at.inputs[0].shape if self.at.inputs else None

    @property
    def made(self) -> Shape | None:
        """The shape of the first output."""
        return self.at.outputs[0].shape if self.at.outputs else None

    @property
    def channels(self) -> int | None:
        """How many maps come in."""
        return self.shape[0] if self.shape else None

    def spatial(self, rank: int) -> Shape:
        """The spatial sizes of the first input; unknown ones if it is no map with so many axes."""
        shape = self.shape
        return shape[1:] if shape is not None and len(shape) == rank + 1 else (None,) * rank

    def axis(self, dim: int) -> int | None:
        """The place in the first input's shape of an axis that is counted with the batch; None if there is none."""
        shape = self.shape
        if shape is None or not -len(shape) - 1 <= dim <= len(shape):
            return None
        place = dim % (len(shape) + 1) - 1
        return place if place >= 0 else None


def no_parameters() -> Section:
    """There is nothing to learn."""
    return Section("Parameters", "None.")


def shape_section(*parts: Part) -> list[Section]:
    """What a layer without parameters does to the shape."""
    return [Section("Shape", *parts), no_parameters()]


def not_known(lesson: Lesson) -> list[Section]:
    """What is said about a shape of which nothing can be said."""
    return shape_section(f"What comes in, {size(lesson.shape)}, does not tell what comes out.")


def spread(values: tuple[Any, ...], rank: int) -> tuple[Any, ...]:
    """One value for all axes, or one for each."""
    return values * rank if len(values) == 1 else values[:rank]
