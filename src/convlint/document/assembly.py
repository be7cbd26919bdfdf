"""What the readers share: the limits, and what is done to a mapping once it is complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convlint.document.nodes import CORE, Mapping, Node, Problem, Scalar, Sequence

MAX_BYTES = 16 * 1024 * 1024
#: Levels of lists and mappings, with every alias written out.
MAX_DEPTH = 100
#: Values of a whole file, with every alias written out.
MAX_NODES = 3_000_000
MAX_DOCUMENTS = 1_000
#: Nobody reads more about one document, and each costs more memory than a value.
MAX_PROBLEMS = 1_000
_MAX_LABELS = 5
_MAX_SHOWN = 60


class Duplicates(NamedTuple):
    """What becomes of a key that is written several times: the words at the last of two, and at the last of more."""

    two: str
    more: str


LAST_COUNTS = Duplicates(
    "YAML readers keep this one and silently drop the other", "YAML readers keep this one and silently drop the others"
)
#: Darknet looks for a key from the beginning of its section.
FIRST_COUNTS = Duplicates(
    "Darknet reads the first one and ignores this", "Darknet reads the first one and ignores the others"
)


class Refused(Exception):
    """A problem that ends the reading of the file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def too_deep(place: int) -> Refused:
    """The refusal of one level too many."""
    return Refused(Problem("CL022", f"nested more than {MAX_DEPTH} levels deep", (place, place + 1)))


def too_many(place: int) -> Refused:
    """The refusal of one value too many."""
    return Refused(Problem("CL022", f"more than {MAX_NODES:,} values", (place, place + 1)))


def brief(text: str) -> str:
    """A word of the file as far as a message has room for it."""
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."


def note(problems: list[Problem], problem: Problem) -> None:
    """Remember a problem that does not end the reading."""
    if len(problems) < MAX_PROBLEMS:
        problems.append(problem)


def finish(mapping: Mapping, problems: list[Problem]) -> None:
    """Index the keys of a complete mapping, merge ``<<`` and note duplicates."""
    pairs = mapping.pairs
    fields = mapping.fields = {key.text: value for key, value in pairs}
    if "<<" in fields and any(_is_merge(key) for key, _ in pairs):
        mapping.merges = tuple(pair for pair in pairs if _is_merge(pair[0]))
        pairs = mapping.pairs = [pair for pair in pairs if not _is_merge(pair[0])]
        fields = mapping.fields = {key.text: value for key, value in pairs}
    if len(fields) != len(pairs):
        for problem in duplicates(pairs, LAST_COUNTS):
            note(problems, problem)
    if mapping.merges:
        _merge(mapping, problems)


def _is_merge(key: Scalar) -> bool:
    return key.text == "<<" and (key.plain if key.tag is None else key.tag == CORE + "merge")


def duplicates(pairs: list[tuple[Scalar, Node]], words: Duplicates) -> Iterator[Problem]:
    """One problem for each key that is written several times, at its last place."""
    places: dict[str, list[Scalar]] = {}
    for key, _ in pairs:
        places.setdefault(key.text, []).append(key)
    for name, keys in places.items():
        if len(keys) > 1:
            twice = len(keys) == 2
            between = keys[1:-1][: _MAX_LABELS - 1]
            yield Problem(
                "CL002",
                f"the key `{brief(name)}` is written {'twice' if twice else f'{len(keys)} times'}",
                keys[-1].span,
                ((keys[0].span, "first written here"), *((key.span, "written again") for key in between)),
                words.two if twice else words.more,
                f"delete {'one of the two' if twice else 'all but one'}",
            )


def _merge(mapping: Mapping, problems: list[Problem]) -> None:
    """Add the fields of merged mappings: what is written wins, of several ``<<`` the last, of a list the first."""
    fields, pairs = mapping.fields, mapping.pairs
    for merge_key, source in reversed(mapping.merges):
        for part in source.items if isinstance(source, Sequence) else [source]:
            if not isinstance(part, Mapping):
                what = "a list" if isinstance(part, Sequence) else "a single value"
                note(problems, Problem("CL005", f"`<<` merges mappings, and this is {what}", merge_key.span))
                break
            for key, _ in part.pairs:
                if key.text not in fields:
                    fields[key.text] = part.fields[key.text]
                    pairs.append((key, fields[key.text]))
