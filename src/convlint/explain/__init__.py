"""The arithmetic of one layer, step by step, with the numbers put in, as a good teacher writes it on the board."""

from __future__ import annotations

from convlint.derive.state import Derivation, Derived
from convlint.document import Source
from convlint.explain.arriving import arriving
from convlint.explain.layers import LESSONS
from convlint.explain.lesson import Lesson
from convlint.explain.lookup import Found, belonging, find
from convlint.explain.words import Part, Places, Section, size

__all__ = ["Explanation", "Found", "Part", "Places", "Section", "belonging", "explain", "find"]


class Explanation:
    """A layer, what goes in and comes out, and the steps between."""

    __slots__ = ("at", "inputs", "line", "outputs", "sections")

    def __init__(self, at: Derived, line: int, sections: list[Section]) -> None:
        self.at = at
        self.line = line
        self.inputs = [size(value.shape) for value in at.inputs]
        self.outputs = [size(value.shape) for value in at.outputs]
        self.sections = sections


def explain(derivation: Derivation, source: Source, at: Derived) -> Explanation:
    """Explain a layer of a network that was read from a text."""
    given = zip(derivation.network.inputs, derivation.inputs, strict=True)
    places = Places(source, [(one.name, value) for one, value in given])
    sections = [arriving(at, places)]
    sections += LESSONS[type(at.layer.operation)](at.layer.operation, Lesson(at, places, derivation))
    return Explanation(at, places.line(at.layer), [section for section in sections if section.parts])
