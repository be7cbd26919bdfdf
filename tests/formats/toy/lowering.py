"""Lines to layers, and how a line writes a change."""

from __future__ import annotations

from convlint.document import Document, Scalar, Sequence, Span
from convlint.formats.lowered import Context, Lowered
from convlint.model import operations as op
from convlint.model.changes import Change, Edit, Set, Written
from convlint.model.network import Field, Input, Layer, Network
from tests.formats.toy.findings import LAYERS, toy_word

#: Behind how many words a line holds an argument.
_PLACES = {"conv": {"out_channels": 1, "kernel_size": 2}, "pool": {"kernel_size": 1}, "relu": {}}


class Line:
    """Where a layer is written."""

    def __init__(self, words: list[Scalar]) -> None:
        self.words = words
        self.span = self.extent = (words[0].start, words[-1].end)
        self.places = dict(_PLACES.get(words[0].text, {}))
        named = [word.text for word in words]
        if "pad" in named:
            self.places["padding"] = named.index("pad") + 1

    def number(self, name: str, default: int) -> int:
        """An argument."""
        at = self.places.get(name, len(self.words))
        return int(self.words[at].text) if at < len(self.words) and self.words[at].text.isdecimal() else default

    def key_span(self, name: str) -> None:
        """Arguments have no keys."""

    def value_span(self, name: str) -> Span | None:
        """Where an argument is written."""
        at = self.places.get(name, len(self.words))
        return self.words[at].span if at < len(self.words) else None

    def fields(self) -> list[Field]:
        """The words behind the first."""
        return [Field(str(at), word.text, word.text) for at, word in enumerate(self.words[1:], start=1)]

    def source(self, index: int) -> None:
        """A line reads the one before it, and does not say so."""

    def written(self, change: Change) -> Written | None:
        """A number where it stands, or `pad` and a number at the end of the line."""
        if not isinstance(change, Set) or len(change.values) != 1:
            return None
        ((name, value),) = change.values.items()
        span = self.value_span(name)
        if type(value) is not int or (span is None and name != "padding"):
            return None
        if span is not None:
            return Written((str(value),), edits=[Edit(span, str(value))])
        return Written((f"pad {value}",), "pad", str(value), [Edit((self.span[1],) * 2, f" pad {value}")])


def lower(document: Document, context: Context) -> Lowered:
    """One network, of the lines that are layers."""
    root = document.root
    assert isinstance(root, Sequence)
    lines = [line.items for line in root.items if isinstance(line, Sequence)]
    first, *rest = [[word for word in line if isinstance(word, Scalar)] for line in lines]
    shape = [int(size) for size in first[1].text.split("x")] if len(first) > 1 else [3, 32, 32]
    if context.options is not None:
        shape[1:] = [context.options] * (len(shape) - 1)
    layers: list[Layer] = []
    wrong = [words[0] for words in rest if words[0].text not in LAYERS]
    for words in rest:
        if words[0].text in LAYERS:
            line = Line(words)
            name = f"{words[0].text}{len(layers) + 1}"
            layers.append(Layer(len(layers) + 1, name, words[0].text, _operation(line), ((len(layers), 0),), line))
    given = Input(0, "in", tuple(shape), first[0].span)
    network = Network(None, [given], layers, [(len(layers), 0)], len(layers) + 1, Line(first), complete=not wrong)
    return Lowered([network], [toy_word(word) for word in wrong])


def _operation(line: Line) -> op.Operation:
    kernel, pad = (line.number("kernel_size", 1),) * 2, line.number("padding", 0)
    if line.words[0].text == "conv":
        channels = line.number("out_channels", 1)
        return op.Convolution(2, channels, kernel, (1, 1), ((pad, pad),) * 2, (1, 1))
    if line.words[0].text == "pool":
        return op.Pool("max", 2, kernel, kernel, ((pad, pad),) * 2, (1, 1))
    return op.Elementwise(keeps_zero=True, kind="activation")
