"""What each section makes, and how many numbers it holds: by hand from both Darknets' sources."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

from convlint import catalogue
from convlint.derive import Derivation
from convlint.derive.stored import stored_numbers
from convlint.document import Mapping, Sequence, Source, read
from convlint.findings import Severity
from convlint.formats.darknet import sizes
from convlint.formats.darknet.options import Options
from convlint.formats.darknet.reading import Section
from convlint.lint import Result, lint

NET = "[net]\nheight=12\nwidth=10\nchannels=8\n"


def checked(text: str, dialect: str | None = None) -> Result:
    return lint(Source("net.cfg", text), catalogue.selection(), options={"darknet": Options(dialect)})


def derived(text: str, dialect: str | None = None) -> Derivation:
    result = checked(text, dialect)
    assert [found for found in result.findings if found.severity == Severity.ERROR] == []
    (derivation,) = result.derivations
    return derivation


#: A section behind a map of 8x12x10, what it makes, parameters, and numbers in a weights file.
ONE: list[tuple[str, tuple[int, ...], int | None, int | None]] = [
    ("[convolutional]\nfilters=4\nsize=3\npad=1", (4, 12, 10), 8 * 4 * 9 + 4, 8 * 4 * 9 + 4),
    ("[convolutional]\nfilters=4\nsize=3", (4, 10, 8), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\npad=0\npadding=2", (4, 14, 12), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\npad=2\npadding=7", (4, 12, 10), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\nstride=2\npad=1", (4, 6, 5), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\nstride_x=2\nstride_y=1\npad=1", (4, 12, 5), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\npad=1\nbatch_normalize=1", (4, 12, 10), 288 + 8, 288 + 16),
    ("[convolutional]\nfilters=4\nsize=3\npad=1\ngroups=4", (4, 12, 10), 2 * 4 * 9 + 4, 76),
    ("[convolutional]\nfilters=4\nsize=3\npad=1\ngroups=4\nxnor=1", (4, 12, 10), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\npad=1\ndilation=2", (4, 12, 10), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\nstride=2\npad=1\nantialiasing=1", (4, 6, 5), 292, 292),
    ("[convolutional]\nfilters=4\nsize=3\nstride=2\npad=1\nantialiasing=2", (4, 6, 5), 292, 292),
    ("[convolutional]", (1, 12, 10), 9, 9),
    ("[deconvolutional]\nfilters=4\nsize=4\nstride=2\npadding=1", (4, 24, 20), 8 * 4 * 16 + 4, 516),
    ("[maxpool]\nsize=2\nstride=2", (8, 6, 5), 0, 0),
    # What counts where nothing is written.
    ("[maxpool]", (8, 12, 10), 0, 0),
    ("[deconvolutional]", (1, 12, 10), 9, 9),
    ("[local]", (1, 12, 10), 120 * 8 + 120, 1080),
    ("[connected]", (1, 1, 1), 961, 961),
    ("[crop]", (8, 1, 1), 0, 0),
    ("[reorg]", (8, 12, 10), 0, 0),
    ("[maxpool]\nsize=3\nstride=2", (8, 6, 5), 0, 0),
    ("[maxpool]\nsize=2\nstride=1", (8, 12, 10), 0, 0),
    ("[maxpool]\nstride=2", (8, 6, 5), 0, 0),
    ("[maxpool]\nsize=5\nstride=1\npadding=0", (8, 8, 6), 0, 0),
    ("[maxpool]\nmaxpool_depth=1\nout_channels=2", (2, 12, 10), 0, 0),
    ("[local_avgpool]\nsize=3\nstride=1", (8, 12, 10), 0, 0),
    ("[avgpool]", (8, 1, 1), 0, 0),
    ("[connected]\noutput=5", (5, 1, 1), 960 * 5 + 5, 4805),
    ("[connected]\noutput=5\nbatch_normalize=1", (5, 1, 1), 4800 + 10, 4800 + 20),
    ("[crop]\ncrop_height=7\ncrop_width=6", (8, 7, 6), 0, 0),
    ("[dropout]\nprobability=.5", (8, 12, 10), 0, 0),
    ("[normalization]\nsize=5", (8, 12, 10), 0, 0),
    ("[batchnorm]", (8, 12, 10), 16, 32),
    ("[activation]\nactivation=relu", (8, 12, 10), 0, 0),
    ("[upsample]\nstride=3", (8, 36, 30), 0, 0),
    ("[upsample]\nstride=-3", (8, 4, 3), 0, 0),
    ("[upsample]", (8, 24, 20), 0, 0),
    ("[reorg]\nstride=2", (32, 6, 5), 0, 0),
    ("[reorg]\nstride=2\nreverse=1", (2, 24, 20), 0, 0),
    ("[reorg]\nstride=1\nextra=1", (961,), 0, 0),
    ("[local]\nfilters=2\nsize=3\nstride=1", (2, 10, 8), 160 * (8 * 9 + 1), 160 * 73),
    ("[local]\nfilters=2\nsize=3\nstride=2\npad=1", (2, 6, 5), 60 * 73, 60 * 73),
    ("[softmax]", (8, 12, 10), 0, 0),
    ("[rnn]\noutput=7", (7,), None, None),
    ("[crnn]\noutput=7\nhidden=3", (7, 12, 10), None, None),
    ("[yolo]\nnum=1\nclasses=3", (8, 12, 10), 0, 0),
    ("[region]\nnum=2\nclasses=1\ncoords=2", (8, 12, 10), 0, 0),
    ("[region]\nclasses=1\ncoords=6", (8, 12, 10), 0, 0),
    ("[region]\nclasses=3", (8, 12, 10), 0, 0),
    ("[detection]\nside=4\nnum=10\ncoords=4\nclasses=10", (8, 12, 10), 0, 0),
    ("[iseg]\nclasses=2\nids=6", (8, 12, 10), 0, 0),
]


def booked(text: str) -> sizes.Made:
    """What Darknet's own book-keeping says of the last section."""
    (document,) = read(Source("net.cfg", text)).documents
    assert isinstance(document.root, Sequence)
    nodes = [node for node in document.root.items if isinstance(node, Mapping)]
    sections = [Section(index, node, text) for index, node in enumerate(nodes[1:])]
    return sizes.follow(sections, [[] for _ in sections], sizes.a_map(8, 12, 10), None)[-1]


@pytest.mark.parametrize("section, shape, params, stored", ONE, ids=[section.replace("\n", " ") for section, *_ in ONE])
def test_one_section(section: str, shape: tuple[int, ...], params: int | None, stored: int | None) -> None:
    derivation = derived(f"{NET}\n{section}\n")
    assert derivation.outputs[-1].shape == shape
    assert derivation.params == params
    assert stored_numbers(derivation) == stored
    made = booked(f"{NET}\n{section}\n")
    assert made.amount == prod(shape)
    assert not made.channels or made[:3] == shape


CONV = "[convolutional]\nfilters={}\nsize=1\n"
TWO = NET + CONV.format(6) + CONV.format(4)
#: Sections that read others, behind maps of 6 and 4 channels.
SEVERAL: list[tuple[str, tuple[int, ...]]] = [
    ("[route]\nlayers=0", (6, 12, 10)),
    ("[route]\nlayers=-1,-2", (10, 12, 10)),
    ("[route]\nlayers = -1 , 0", (10, 12, 10)),
    ("[route]\nlayers=0\ngroups=3\ngroup_id=1", (2, 12, 10)),
    ("[route]\nlayers=0,-1\ngroups=2\ngroup_id=1", (5, 12, 10)),
    ("[shortcut]\nfrom=-2", (4, 12, 10)),
    ("[shortcut]\nfrom=0\nactivation=relu", (4, 12, 10)),
    ("[shortcut]\nfrom=0,-1", (4, 12, 10)),
    ("[sam]\nfrom=-1", (4, 12, 10)),
]


@pytest.mark.parametrize("section, shape", SEVERAL)
def test_sections_that_read_others(section: str, shape: tuple[int, ...]) -> None:
    assert derived(f"{TWO}\n{section}\n").outputs[-1].shape == shape


def test_a_shortcut_from_fewer_channels_keeps_the_rest() -> None:
    text = NET + CONV.format(4) + CONV.format(6) + "[shortcut]\nfrom=0\n"
    assert derived(text).outputs[-1].shape == (6, 12, 10)


def test_weights_of_a_shortcut() -> None:
    plain = derived(f"{TWO}\n[shortcut]\nfrom=0\n").params
    assert plain is not None
    assert derived(f"{TWO}\n[shortcut]\nfrom=0\nweights_type=per_feature\n").params == plain + 2
    assert derived(f"{TWO}\n[shortcut]\nfrom=0,1\nweights_type=per_channel\n").params == plain + 3 * 4


def test_shared_weights_are_counted_once() -> None:
    own = "[convolutional]\nfilters=8\nsize=3\npad=1\nbatch_normalize=1\n"
    once = derived(NET + own)
    twice = derived(NET + own + own + "share_index=-1\n")
    assert twice.params == once.params and stored_numbers(twice) == stored_numbers(once)
    (first, second) = twice.layers
    assert first.params != second.params == 0


def test_pjreddie_s_darknet_adds_maps_of_other_sizes() -> None:
    text = NET + CONV.format(4) + "[convolutional]\nfilters=4\nsize=3\nstride=2\npad=1\n[shortcut]\nfrom=0\n"
    assert derived(text, "pjreddie").outputs[-1].shape == (4, 6, 5)
    assert [found.code for found in checked(text, "alexeyab").findings] == ["DK015"]


def test_pjreddie_s_darknet_knows_no_groups_of_routes() -> None:
    text = f"{TWO}\n[route]\nlayers=0\ngroups=3\n"
    assert derived(text, "pjreddie").outputs[-1].shape == (6, 12, 10)
    assert derived(text, "alexeyab").outputs[-1].shape == (2, 12, 10)


def test_groups_that_do_not_divide_are_a_warning() -> None:
    (found,) = checked(NET + "[convolutional]\nfilters=9\nsize=1\ngroups=3\n").findings
    assert (found.code, found.severity) == ("CL202", Severity.WARNING)


def test_a_group_that_is_not_there() -> None:
    (found,) = checked(f"{TWO}\n[route]\nlayers=0\ngroups=2\ngroup_id=2\n").findings
    assert (found.code, found.message) == ("CL028", "group_id is 2, and 2 groups are 0 to 1")


def test_a_route_must_say_what_it_reads() -> None:
    (found,) = checked(f"{TWO}\n[route]\n").findings
    assert (found.code, found.message) == ("CL006", "[route] needs `layers`")


def test_maps_of_different_sizes_do_not_go_side_by_side() -> None:
    text = NET + CONV.format(4) + "[maxpool]\nsize=2\nstride=2\n[route]\nlayers=-1,-2\n"
    assert [found.code for found in checked(text).findings] == ["CL401"]


def test_a_window_that_does_not_fit() -> None:
    found = checked(NET + "[convolutional]\nfilters=2\nsize=31\n").findings
    assert [finding.code for finding in found] == ["CL102"]


@pytest.mark.parametrize(
    ("size", "section", "made"),
    [
        # C divides towards zero: (n + padding - size) / stride is 0 while less than a stride is missing.
        (1, "[convolutional]\nfilters=2\nsize=3\nstride=3", (2, 1, 1)),
        (2, "[convolutional]\nfilters=2\nsize=3\nstride=2", (2, 1, 1)),
        (1, "[convolutional]\nfilters=2\nsize=3\nstride=2", None),
        (2, "[convolutional]\nfilters=2\nsize=3\nstride=1", None),
        (2, "[maxpool]\nsize=3\nstride=2\npadding=0", (3, 1, 1)),
        (1, "[maxpool]\nsize=3\nstride=2\npadding=0", None),
    ],
)
def test_a_map_that_lacks_less_than_a_stride_has_one_window(size: int, section: str, made: object) -> None:
    head = "[convolutional]\nfilters=2\nsize=1\n"
    result = checked(f"[net]\nheight={size}\nwidth={size}\nchannels=3\n{section}\n{head}")
    refused = [found.code for found in result.findings if found.severity is Severity.ERROR]
    assert refused == ([] if made else ["CL102"])
    if made:
        assert result.derivations[0].layers[0].output.shape == made


@pytest.mark.parametrize(
    "section, code",
    [
        ("[upsample]\nstride=0", "CL510"),
        ("[reorg]\nstride=0", "CL207"),
        ("[convolutional]\nstride=0", "CL101"),
        ("[maxpool]\nsize=2\nstride=0", "CL101"),
        ("[convolutional]\nfilters=0", "CL204"),
        ("[convolutional]\nsize=0", "CL101"),
        ("[crop]\ncrop_height=13\ncrop_width=4", "CL404"),
    ],
)
def test_values_that_no_layer_takes(section: str, code: str) -> None:
    assert [found.code for found in checked(f"{NET}{section}\n[avgpool]\n").findings] == [code]


@pytest.mark.parametrize(
    "section", ["[softmax]", "[cost]\ntype=sse", "[reorg]\nextra=1", "[rnn]\noutput=4", "[softmax]\n[route]\nlayers=0"]
)
def test_lists_of_numbers_are_no_maps(section: str) -> None:
    found = checked(f"{NET}{section}\n[avgpool]\n").findings
    assert [finding.code for finding in found] == ["DK007"]


def test_what_follows_an_unknown_section_is_silent() -> None:
    text = NET + "[nothing]\n[convolutional]\nfilters=4\nsize=99\n[maxpool]\n[connected]\noutput=3\n"
    assert [found.code for found in checked(text).findings] == ["DK008"]


@pytest.mark.parametrize(
    "first, second, severity",
    [("filters=4", "filters=8", Severity.WARNING), ("filters=4", "filters=4", Severity.INFO),
     ("dot=1", "dot=2", Severity.INFO)],
)  # fmt: skip
def test_of_a_key_the_first_counts(first: str, second: str, severity: Severity) -> None:
    text = f"{NET}[convolutional]\n{first}\nsize=1\n{second}\n"
    (found,) = checked(text).findings
    assert (found.code, found.severity) == ("CL002", severity)
    assert found.label == "Darknet reads the first one and ignores this"
    assert text[slice(*found.span)] == second.partition("=")[0] and found.span[0] > text.index("size")
    assert derived(text).outputs[0].shape == (4 if "filters" in first else 1, 12, 10)


def test_lines_that_end_with_carriage_returns() -> None:
    text = (NET + CONV.format(4)).replace("\n", "\r\n")
    assert derived(text).outputs[0].shape == derived(text, "alexeyab").outputs[0].shape == (4, 12, 10)
    (found,) = checked(text, "pjreddie").findings
    assert found.code == "DK012" and "\\r" in found.message


def test_a_file_without_layers() -> None:
    result = checked(NET)
    assert result.findings == result.derivations == []


def test_large_files_are_not_searched_for_insertions(monkeypatch: pytest.MonkeyPatch) -> None:
    from convlint.formats.darknet import lowering

    text = NET + CONV.format(4) * 2 + "[maxpool]\nsize=2\nstride=2\n" + "[upsample]\nstride=2\n[route]\nlayers=-1,2\n"
    assert [found.code for found in checked(text).findings] == ["DK006"]
    monkeypatch.setattr(lowering, "_MOST_SHIFTED", 2)
    assert [found.code for found in checked(text).findings] == ["CL401"]


def test_a_number_that_counts_back_may_be_wrong_by_itself() -> None:
    half = "[convolutional]\nfilters=4\nsize=3\nstride=2\npad=1\n"
    text = NET + CONV.format(4) + half + CONV.format(4) * 2 + "[shortcut]\nfrom=-4\n"
    assert [found.code for found in checked(text, "alexeyab").findings] == ["DK015"]


def test_layers_have_names_and_places() -> None:
    layers: list[Any] = derived(f"{TWO}\n[route]\nlayers=0\n").layers
    assert [layer.name for layer in layers] == ["layers.0", "layers.1", "layers.2"]
    assert layers[1].layer.place.value_span("out_channels") is not None
    assert layers[1].layer.place.value_span("stride") is None
