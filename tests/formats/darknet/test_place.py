"""How a Darknet file writes the changes that rules propose, and that the edits make them."""

from __future__ import annotations

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings.edits import apply
from convlint.lint import lint
from convlint.model.changes import Change, Insert, Read, Remove, Set, Value
from convlint.model.network import Place

NET = "[net]\nwidth=32\nheight=32\nchannels=3\n\n"


def place_of(section: str) -> tuple[str, Place]:
    """A file with one section, and the place of its layer."""
    text = f"{NET}{section}\n"
    (derivation,) = lint(Source("net.cfg", text), selection()).derivations
    return text, derivation.network.layers[0].place


@pytest.mark.parametrize(
    ("section", "values", "words", "after"),
    [
        ("[convolutional]\nfilters=8\nsize=3\nstride=2", {"stride": 1}, "stride=1", "stride=1"),
        ("[convolutional]\nfilters=8\nsize=3", {"kernel_size": 5}, "size=5", "size=5"),
        ("[convolutional]\nfilters=8\nsize=3\npadding=0", {"padding": 1}, "padding=1", "padding=1"),
        ("[convolutional]\nfilters=8\nsize=3", {"groups": 3}, "groups=3", None),
        ("[convolutional]\nfilters=8\nsize=3", {"out_channels": 9}, "filters=9", "filters=9"),
        ("[connected]\noutput=10", {"out_features": 12}, "output=12", "output=12"),
        ("[upsample]\nstride=2", {"scale_factor": 4}, "stride=4", "stride=4"),
    ],
)
def test_options_are_set(section: str, values: dict[str, Value], words: str, after: str | None) -> None:
    text, place = place_of(section)
    written = place.written(Set(values))
    assert written is not None and written.words == (words,)
    assert f"{written.argument}={written.value}" == words
    assert (after is not None) == bool(written.edits)
    assert after is None or f"\n{after}\n" in apply(written.edits, text)


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("[convolutional]\nfilters=8\nsize=3\npad=1", Set({"kernel_size": 5})),  # the padding would change with it
        ("[convolutional]\nfilters=8\nsize=3\npad=1", Set({"padding": 0})),  # it does not count
        ("[convolutional]\nfilters=8\nsize=3\nstride_x=2", Set({"stride": 1})),
        ("[convolutional]\nfilters=8\nsize=3", Set({"kernel_size": (3, 1)})),
        ("[convolutional]\nfilters=8\nsize=3", Set({"kernel_size": 5, "stride": 2})),
        ("[maxpool]\nsize=2\nstride=2", Set({"padding": 1})),  # Darknet's is for both ends together
        ("[maxpool]\nsize=2\nstride=2", Set({"ceil_mode": True})),
        ("[convolutional]\nfilters=8\nsize=3", Remove("padding")),
        ("[convolutional]\nfilters=8\nsize=3", Insert("ZeroPad2d", {"padding": 1})),
        ("[convolutional]\nfilters=8\nsize=3", Read(0, "a")),
    ],
)
def test_what_is_not_certain_is_not_written(section: str, change: Change) -> None:
    _, place = place_of(section)
    assert place.written(change) is None and place.source(0) is None
