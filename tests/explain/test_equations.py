"""Every equation that an explanation prints is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from convlint.catalogue import selection
from convlint.document import Source
from convlint.explain import explain
from convlint.lint import lint
from tests.conftest import ROOT
from tests.explain.test_explain import NETWORK, PAGE, everything
from tests.oracle.layer_types import networks

#: Words that stand between the numbers of an equation.
_WORDS = re.compile(
    r" (?:maps?|inputs?|outputs?|kernels?|cells|others|heads|groups?|before|behind|values?)\b(?: each)?"
)
_OPERAND = r"[-(]*\d[\d,]*(?:\.\d+)?\)*"
_EXPRESSION = rf"{_OPERAND}(?:(?: ?[-+*/] ?| x +){_OPERAND})*"
_LEFT = re.compile(rf"(?<![\w.,*/])({_EXPRESSION}) *$")
_RIGHT = re.compile(rf" *({_EXPRESSION})(?![\w*])")


def equations(text: str) -> Iterator[tuple[str, str]]:
    """The two sides of every equation between numbers in a text."""
    plain = re.sub(r"\d+ to \d+", "?", re.sub(r" [234]-D\b", "", text))
    for left, right in pairwise(_WORDS.sub("", plain).split(" = ")):
        found, follows = _LEFT.search(left), _RIGHT.match(right)
        if found and follows:
            yield found[1], follows[1]


def value(expression: str) -> Fraction:
    """What an expression with integers, decimals, ``+ - * / x`` and parentheses comes to."""
    tokens = re.findall(r"\d+(?:\.\d+)?|[-+*/()]", re.sub(r"(?<=\d),(?=\d{3})", "", expression).replace("x", "*"))
    written = "".join(f"Fraction('{token}')" if token[0].isdigit() else token for token in tokens)
    result: Fraction = eval(written, {"Fraction": Fraction, "__builtins__": {}})
    return result


def sources() -> Iterator[Source]:
    for path in sorted((ROOT / "examples").iterdir()):
        if path.suffix in (".yaml", ".json"):
            yield Source(path.name, path.read_text(encoding="utf-8"))
    for name, description in networks():
        yield Source(name, json.dumps(description))
    network = NETWORK.search(PAGE.read_text(encoding="utf-8"))
    assert network is not None
    yield Source(PAGE.name, network[1])


def test_equations_are_found() -> None:
    assert list(equations("  (224 - 11 + 2*0)/4 + 1 = 213/4 + 1 = 54.25, rounded down: 54")) == [
        ("(224 - 11 + 2*0)/4 + 1", "213/4 + 1"), ("213/4 + 1", "54.25"),
    ]  # fmt: skip
    assert list(equations("  c1   16 maps x 3 inputs each = 48 2-D kernels")) == [("16 x 3", "48")]
    assert list(equations("  F' = F + (K - 1)*J = 1 + (5 - 1)*2 = 9")) == [("1 + (5 - 1)*2", "9")]
    assert list(equations("That makes 6*3 + 9*4 = 54 pairs")) == [("6*3 + 9*4", "54")]
    assert value("(224 - 11)/4 + 1") == Fraction("54.25") and value("1,000 x 2") == 2000


def texts(source: Source) -> Iterator[str]:
    """All that is explained about all layers."""
    for derivation in lint(source, selection()).derivations:
        for derived in everything(derivation.layers):
            for section in explain(derivation, source, derived).sections:
                for part in section.parts:
                    yield from [part] if isinstance(part, str) else part


def test_every_equation_is_true() -> None:
    checked = 0
    for source in sources():
        for text in texts(source):
            for left, right in equations(text):
                checked += 1
                digits = len(right.rpartition(".")[2]) if "." in right else 0
                rounding = Fraction(1, 2 * 10**digits) if digits else 0
                assert abs(value(left) - value(right)) <= rounding, f"{source.path}: {text}"
    # Fewer would mean that they are no longer found.
    assert checked > 5000, checked
