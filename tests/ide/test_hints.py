"""The words behind rows and layers."""

from convlint.ide.hints import hints
from tests.ide.conftest import DARKNET, NATIVE, YOLO, Look


def test_rows_of_the_chosen_scale(look: Look) -> None:
    view = look(YOLO, chosen="s")
    texts = [hint.text for hint in hints(view)]
    assert texts[:3] == ["# 0  32x320x320 /2", "# 1  64x160x160 /4", "# 2  128x160x160 /4"]
    assert hints(look(YOLO, chosen="n"))[0].text == "# 0  16x320x320 /2"
    # What is not there is not chosen.
    assert hints(look(YOLO, chosen="x"))[0].text == "# 0  16x320x320 /2"


def test_they_stand_behind_the_line(look: Look) -> None:
    view = look(YOLO)
    first = hints(view)[0]
    assert YOLO[: first.offset].endswith("[64, 3, 2]]") and first.more.startswith("464 parameters, ")


def test_layers_of_a_native_file(look: Look) -> None:
    view = look(NATIVE)
    assert [hint.text for hint in hints(view)] == [
        *["# 8x32x32"] * 4, "# 4x32x32", "# 4x32x32", "# 16x32x32"
    ]  # fmt: skip


def test_sections(look: Look) -> None:
    view = look(DARKNET, "net.cfg")
    found = hints(view)
    assert [hint.text for hint in found] == ["# 0  16x32x32 /2", "# 1  16x32x32 /2", "# 2  32x32x32 /2"]
    assert DARKNET[: found[0].offset].endswith("[convolutional]")


def test_a_part_of_the_text(look: Look) -> None:
    start = YOLO.index("head:")
    assert [hint.text[:3] for hint in hints(look(YOLO), (start, len(YOLO)))] == ["# 2", "# 3", "# 4"]


def test_what_is_unknown_says_its_number_only(look: Look) -> None:
    assert hints(look(YOLO.replace("[-1, 1, Conv, [128, 3, 2]]", "[-1, 1]")))[1].text == "# 1  ?x?x?"
    native = "convlint: 1\ninput: null\nlayers:\n  - {type: ReLU}\n"
    assert hints(look(native)) == []


def test_what_is_assumed_has_a_question_mark(look: Look) -> None:
    text = YOLO.replace("[-1, 1, Conv, [128, 3, 2]]", "[-1, 1, Zorp, [128]]")
    assert hints(look(text))[1].text == "# 1  16x320x320 /2 ?"


def test_other_factors_than_one_whole_number_are_left_out(look: Look) -> None:
    text = NATIVE.replace(
        "kernel_size: 3, padding: 1}\n  - name", "kernel_size: 3, stride: [1, 2], padding: 1}\n  - name"
    )
    assert hints(look(text))[0].text == "# 8x32x16"
    vector = "convlint: 1\ninput: [8, 4, 4]\nlayers:\n  - {type: Flatten}\n  - {type: Linear, out_features: 5}\n"
    assert [hint.text for hint in hints(look(vector))] == ["# 128", "# 5"]
