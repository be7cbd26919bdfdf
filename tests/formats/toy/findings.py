"""What is wrong with toy files in their own terms."""

from __future__ import annotations

from convlint.document import Scalar
from convlint.findings import Diagnostic, Edit, Fix
from convlint.words.spelling import did_you_mean, nearest

LAYERS = ("conv", "pool", "relu")


def toy_word(word: Scalar) -> Diagnostic:
    """Looks for lines that begin with no layer's name."""
    meant = nearest(word.text, LAYERS)
    fixes = [Fix(f"write `{meant}`", [Edit(word.span, meant)], safe=True)] if meant is not None else []
    message = f"`{word.text}` is no layer{did_you_mean(word.text, LAYERS)}"
    return Diagnostic("TY001", message, word.span, fixes=fixes)
