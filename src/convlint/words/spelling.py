"""What a mistyped word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

#: How much alike words have to be, from 0 to 1.
_ALIKE = 0.7


def near(word: str, known: Iterable[str]) -> list[tuple[float, str]]:
    """The known words that look like this one, each with how much (up to 1), the most alike first.

    Of words that are as much alike the last comes first: of layers, the nearest.
    """
    from difflib import SequenceMatcher

    compared = SequenceMatcher(b=word.lower(), autojunk=False)
    found = []
    for name in known:
        compared.set_seq1(name.lower())
        if compared.real_quick_ratio() >= _ALIKE and compared.quick_ratio() >= _ALIKE:
            likeness = compared.ratio()
            if likeness >= _ALIKE:
                found.append((likeness, name))
    found.reverse()
    return sorted(found, key=lambda pair: -pair[0])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, None if none does."""
    found = near(word, known)
    return found[0][1] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names an unknown word: ``; did you mean `x`?``, or nothing."""
    found = nearest(word, known)
    return f"; did you mean `{found}`?" if found else ""
