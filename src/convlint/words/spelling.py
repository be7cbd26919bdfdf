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


def slip(word: str, known: Iterable[str]) -> str | None:
    """The known word of which this one is a slip of the hand, None if it is none: names are made of abbreviations.

    Another case, a dash for an underscore, two letters that changed places, a letter written twice or once too few, or
    one small letter more, less or another, or the wrong one of two letters doubled: `C2F`, `Cnov`, `Detct`, `SPFF`.
    `DSConv` is no slip of `DWConv`.
    """
    plain = _plain(word)
    found = None
    for name in known:
        if _plain(name) == plain:
            return name
        if found is None and len(name) > 3 and abs(len(name) - len(word)) < 2 and _one_edit(word, name):
            found = name
    return found


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")


def _one_edit(word: str, name: str) -> bool:
    start = 0
    while start < min(len(word), len(name)) and word[start] == name[start]:
        start += 1
    if len(word) == len(name):
        if word[start + 2 :] == name[start + 2 :] and word[start : start + 2] == name[start : start + 2][::-1]:
            return True
        small = word[start : start + 1].islower() and name[start : start + 1].islower()
        before, after = name[max(0, start - 1) : start], name[start + 1 : start + 2]
        doubled = {word[start : start + 1], name[start : start + 1]} == {before, after}
        return (small or doubled) and word[start + 1 :] == name[start + 1 :]
    longer, shorter = (word, name) if len(word) > len(name) else (name, word)
    letter = longer[start]
    twice = start > 0 and longer[start - 1] == letter
    return longer[start + 1 :] == shorter[start:] and (letter.islower() or twice)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names an unknown word: ``; did you mean `x`?``, or nothing."""
    found = nearest(word, known)
    return f"; did you mean `{found}`?" if found else ""
