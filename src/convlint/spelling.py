"""What a mistyped word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, None if none does."""
    from difflib import get_close_matches

    spelt = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), spelt, 1, 0.7)
    return spelt[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names an unknown word: ``; did you mean `x`?``, or nothing."""
    found = nearest(word, known)
    return f"; did you mean `{found}`?" if found else ""
