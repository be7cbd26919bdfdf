"""Slips of people who come from code or from another framework, and the sentence that a colleague would say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from convlint.document import Mapping, Node, Scalar, Sequence, Span
from convlint.formats.native import schema
from convlint.model.torch_nn import table
from convlint.model.torch_nn.kinds import REQUIRED

#: Sums and products of written numbers are no larger, and are made of no more numbers.
_MOST, _MOST_NUMBERS = 2**63 - 1, 20
_SUM = re.compile(r"[0-9]{1,9}(?: ?[*+x×] ?[0-9]{1,9})+")
_NUMBER = re.compile(r"-?[0-9]{1,9}")

#: Keys that are layers of their own here, and the type of the layer where its value only says that there is one.
_LAYERS = {
    "activation": "ReLU",
    "act": "ReLU",
    "nonlinearity": "ReLU",
    "batch_norm": "BatchNorm2d",
    "batch_normalize": "BatchNorm2d",
    "batchnorm": "BatchNorm2d",
    "bn": "BatchNorm2d",
    "norm": "BatchNorm2d",
    "norm_layer": "BatchNorm2d",
    "dropout": "Dropout",
    "dropout_rate": "Dropout",
    "pool": "MaxPool2d",
}
#: Keys with which the shapes have nothing to do.
_TRAINING = frozenset((
    "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer",
    "kernel_constraint", "bias_constraint", "weight_filler", "bias_filler", "lr_mult", "decay_mult", "weight_decay",
    "initializer", "regularizer", "init",
))  # fmt: skip
#: Keys for the shape of what arrives.
_INPUT = frozenset(("input_shape", "batch_input_shape", "batch_shape", "input_dim", "input_size"))


def arithmetic(text: str) -> int | None:
    """What a sum or product of written numbers comes to: 3136 of ``64*7*7``; None if it is none."""
    if not _SUM.fullmatch(text) or len(re.findall("[0-9]+", text)) > _MOST_NUMBERS:
        return None
    total = 0
    for part in text.split("+"):
        product = 1
        for number in re.findall("[0-9]+", part):
            product *= int(number)
        total += product
    return total if total <= _MOST else None


class Tuple(NamedTuple):
    """A value in round brackets that commas of a flow mapping cut to pieces: its key, what is meant, and the pieces."""

    key: str
    numbers: list[str]
    pieces: tuple[str, ...]
    span: Span


def tuples(node: Mapping) -> Iterator[Tuple]:
    """The values of a flow mapping such as ``kernel_size: (3, 3)``, of which YAML makes a value and keys."""
    opened: tuple[str, Scalar] | None = None
    numbers: list[str] = []
    pieces: list[str] = []
    for key, value in node.pairs if node.flow else ():
        empty = isinstance(value, Scalar) and not value.text
        if opened is not None and empty and _NUMBER.fullmatch(key.text.removesuffix(")")):
            numbers.append(key.text.removesuffix(")"))
            pieces.append(key.text)
            if key.text.endswith(")"):
                yield Tuple(opened[0], numbers, tuple(pieces), (opened[1].start, key.span[1]))
                opened = None
            continue
        opened = None
        text = value.text if isinstance(value, Scalar) and value.plain else ""
        if isinstance(value, Scalar) and text.startswith("(") and _NUMBER.fullmatch(text[1:].strip()):
            opened, numbers, pieces = (key.text, value), [text[1:].strip()], []


def said_of_key(name: str, value: Node | None, of_layer: bool) -> str | None:
    """What to do about a key that a layer has in other frameworks; None if there is nothing to say."""
    low = name.lower()
    if not of_layer:
        return None
    if low in _INPUT:
        return "the size of the input is written once, at the top: `input: [3, 224, 224]`, channels first"
    if low in _TRAINING:
        return "it is about training and changes no shape: leave it out"
    if low not in _LAYERS:
        return None
    text = value.text if isinstance(value, Scalar) else ""
    number = re.fullmatch(r"[0-9]{0,4}\.?[0-9]{0,6}", text)
    if text.lower() in ("none", "null", "linear", "identity", "false", "") or (number and not text.strip("0.")):
        return "leave it out"
    usual, alike = _LAYERS[low], {known.lower(): known for known in schema.TYPES}
    word = text.lower().replace("_", "")
    written = alike.get(word, alike.get(word + "2d"))
    if number is not None:
        written = {"Dropout": f"Dropout, p: {text}", "MaxPool2d": f"MaxPool2d, kernel_size: {text}"}.get(usual, usual)
    elif text.lower() in ("true", "yes", "on"):
        written = usual
    # What the value names is another network's layer: none is proposed in its stead.
    add = "add one" if written is None or written == "MaxPool2d" else f"add `- {{type: {written}}}`"
    return f"it is a layer of its own: {add} behind this one"


def positional(type_name: str, values: list[Node]) -> str | None:
    """A layer that is written like a call, with its arguments by name; None if nobody can tell which they are."""
    known = table.TYPES.get(type_name)
    arguments = [one for one in known.arguments if not one.keyword] if known is not None else []
    needed = sum(one.default is REQUIRED for one in arguments)
    if len(values) == needed - 1 and arguments[0].name.startswith("in_"):
        # What arrives need not be written: as Keras has it.
        arguments, needed = arguments[1:], needed - 1
    if not values or not needed <= len(values) <= len(arguments):
        return None
    words = []
    for argument, value in zip(arguments, values, strict=False):
        if isinstance(value, Scalar) and value.text and value.text.isprintable() and len(value.text) <= 20:
            words.append(f"{argument.name}: {value.text}")
        elif isinstance(value, Sequence) and all(isinstance(item, Scalar) for item in value.items):
            words.append(f"{argument.name}: [{', '.join(getattr(item, 'text', '')[:20] for item in value.items[:4])}]")
        else:
            return None
    return f"{{type: {type_name}, {', '.join(words)}}}"
