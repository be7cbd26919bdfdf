"""What may be written at a place, marked by `|`."""

from pathlib import Path

from convlint.ide.completion import complete
from tests.formats.yolo.repository import NET, written
from tests.ide.conftest import DARKNET, NATIVE, YOLO, Look


def words(look: Look, good: str, text: str, name: str = "net.yaml") -> dict[str, str]:
    offset = text.index("|")
    found = complete(look(good, name), text.replace("|", "", 1), offset)
    return {} if found is None else {choice.text: choice.detail for choice in found.choices}


def native(look: Look, line: str) -> dict[str, str]:
    return words(look, NATIVE, NATIVE.replace("output: [all, sum, body]\n", line))


def test_layer_types_and_arguments(look: Look) -> None:
    types = native(look, "  - {type: Co|")
    assert types["Conv2d"].startswith("in_channels, out_channels, kernel_size") and "Split" in types
    arguments = native(look, "  - {type: Conv2d, stride: 2, |")
    assert arguments["padding"] == "default 0" and "stride" not in arguments and "fan_in" in arguments
    assert {"true", "false"} == set(native(look, "  - {type: Conv2d, bias: |"))
    assert "reflect" in native(look, "  - {type: Conv2d, padding_mode: |")
    assert "repeat" in native(look, "  - |") and native(look, "  - {type: Conv2d, stride: |") == {}


def test_names_with_their_shapes_the_last_first(look: Look) -> None:
    found = native(look, "  - {type: Add, from: [|")
    assert list(found) == ["all", "sum", "parts", "body", "stem", "input"]
    assert found["stem"] == "Conv2d  8x32x32" and found["input"] == "input"
    assert "parts" in words(look, NATIVE, NATIVE.replace("output: [", "output: [|"))


def test_claims_and_keys_of_the_file(look: Look) -> None:
    assert "receptive_field" in native(look, "  - {type: ReLU, expect: {|")
    assert native(look, "  - {type: ReLU, expect: {params: |") == {}
    assert "params" in words(look, NATIVE, NATIVE + "expect:\n  |")
    keys = words(look, NATIVE, NATIVE + "|")
    assert "expect" in keys and "layers" not in keys
    assert set(words(look, NATIVE, NATIVE + "kernel_convention: |")) == {"2d", "3d"}
    assert words(look, NATIVE, NATIVE.replace("32]", "32, |]")) == {}


def test_json_has_quotes(look: Look) -> None:
    text = '{"convlint": 1, "input": [3, 8, 8], "layers": [{"type": "ReLU"}]}'
    assert '"Conv2d"' in words(look, text, text.replace('"ReLU"', "|"), "net.json")
    assert "Conv2d" in words(look, text, text.replace("ReLU", "|"), "net.json")


def test_what_is_there_follows_no_second_time(look: Look) -> None:
    text = NATIVE.replace("padding: 1}", "pad|: 1}", 1)
    found = complete(look(NATIVE), text.replace("|", ""), text.index("|"))
    assert found is not None and {choice.after for choice in found.choices} == {""}
    text = NATIVE.replace("padding: 1}", "pad|}", 1)
    found = complete(look(NATIVE), text.replace("|", ""), text.index("|"))
    assert found is not None and {choice.after for choice in found.choices} == {": "}


def test_row_numbers(look: Look) -> None:
    found = words(look, YOLO, YOLO.replace("[[3], 1, Detect", "[[|], 1, Detect"))
    assert found == {
        "-1": "3 Conv  16x160x160 /4", "3": "Conv  16x160x160 /4", "2": "Concat  64x160x160 /4", "1": "Conv  32x160x160 /4",
        "0": "Conv  16x320x320 /2",
    }  # fmt: skip


def test_modules_and_words_of_rows(look: Look) -> None:
    text = YOLO.replace("Detect, [nc]", "|")
    found = words(look, YOLO, text)
    assert found["C2f"].startswith("(c1, c2, n=1, shortcut=False")
    assert "nn.Upsample" in found and "Detect" in found
    assert "nc" in words(look, YOLO, YOLO.replace("[nc]", "[|]"))
    assert "depth_multiple" in words(look, YOLO, YOLO + "|") and words(look, YOLO, YOLO.replace("nc: 2", "nc: |")) == {}


def test_modules_of_the_code_beside(look: Look, tmp_path: Path) -> None:
    written(tmp_path)
    found = complete(look(NET), NET.replace("Gate", ""), NET.index("Gate"))
    assert found is not None
    own = {choice.text: choice.about for choice in found.choices if not choice.text.startswith("nn.")}
    assert own["Gate"].endswith(".py") and "C2f" not in own
    # It is kept until the code changes.
    again = complete(look(NET), NET.replace("Gate", ""), NET.index("Gate"))
    assert again is not None and again.choices == found.choices


def test_sections(look: Look) -> None:
    def darknet(text: str) -> dict[str, str]:
        return words(look, DARKNET, text, "net.cfg")

    assert "maxpool" in darknet(DARKNET + "\n[max|")
    options = darknet(DARKNET.replace("activation=leaky\n", "|\n", 1))
    assert "activation" in options and "size" not in options
    assert "mish" in darknet(DARKNET.replace("leaky", "|", 1))
    assert list(darknet(DARKNET.replace("-1,0", "-1,|"))) == ["1", "0"]
    assert darknet(DARKNET.replace("filters=16", "filters=|", 1)) == {}


def test_names_inside_a_group(look: Look) -> None:
    inside = NATIVE.replace("from: [conv, input]", "from: [|]")
    assert list(words(look, NATIVE, inside)) == ["conv", "body", "stem", "input"]


def test_nothing_is_known(look: Look) -> None:
    assert complete(look(YOLO), YOLO + "# a", len(YOLO) + 3) is None
    assert complete(look("convlint: [\n"), "convlint: [\n", 3) is None


def test_rows_in_one_list_and_settings(look: Look, tmp_path: Path) -> None:
    rows = YOLO.replace(
        "  - [-1, 1, Conv, [64, 3, 2]]\n  - [-1, 1, Conv, [128, 3, 2]]\n",
        "  [[-1, 1, Conv, [64, 3, 2]],\n   [-1, 1, |Conv, [128, 3, 2]]]\n",
    )
    (tmp_path / "convlint.toml").write_text('[yolo]\ndialect = "yolov5"\nmodules = {Mine = "passthrough"}\n')
    found = words(look, rows.replace("|", ""), rows)
    assert "C3" in found and "Mine" in found and "C2f" not in found


def test_modules_that_the_code_takes_from_elsewhere(look: Look, tmp_path: Path) -> None:
    written(tmp_path)
    tasks = tmp_path / "ultralytics/nn/tasks.py"
    (tmp_path / "ultralytics/nn/extra.py").write_text("class SPDConv: ...\n\n\nfrom .more import *\n\nNUMBER = 1\n")
    (tmp_path / "ultralytics/nn/more.py").write_text("class Deep: ...\n")
    tasks.write_text(
        "from .extra import SPDConv as Spd, NUMBER, Gone, Deep\nfrom .more import *\nimport math\nMath = math\n"
        + tasks.read_text()
    )
    found = complete(look(NET), NET.replace("Gate", ""), NET.index("Gate"))
    assert found is not None
    own = {choice.text: choice.about for choice in found.choices}
    assert own["Spd"] == "ultralytics/nn/extra.py" and own["Deep"] == "ultralytics/nn/more.py"
    assert not own.keys() & {"NUMBER", "Math", "Gone"}
