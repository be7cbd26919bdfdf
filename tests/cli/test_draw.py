"""``convlint draw``."""

from pathlib import Path

from tests.cli.conftest import GOOD, Convlint
from tests.cli.test_diff import YOLO, write


def test_a_picture_is_printed_or_written(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD)
    code, out, err = convlint("draw", "net.yaml")
    assert (code, err) == (0, "") and out.startswith("<svg ") and out.endswith("</svg>\n")
    assert convlint("draw", "net.yaml", "-o", "net.svg") == (0, "", "")
    assert (folder / "net.svg").read_text(encoding="utf-8") == out
    assert convlint("draw", "net.yaml", "--level", "layer")[0] == 0


def test_one_of_several_scales(convlint: Convlint, folder: Path) -> None:
    write(folder, net=YOLO, nets=YOLO)
    assert "scale n</title>" in convlint("draw", "net.yaml")[1]
    assert "scale s</title>" in convlint("draw", "net.yaml", "--scale", "s")[1]


def test_what_cannot_be_drawn(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD, broken="convlint: 1\nlayers: [\n")
    assert convlint("draw", "gone.yaml") == (2, "", "convlint: gone.yaml: no such file or directory\n")
    code, out, err = convlint("draw", "broken.yaml")
    assert (code, out) == (1, "") and err.startswith("broken.yaml:")
    assert convlint("draw")[0] == 2 and convlint("draw", "net.yaml", "net.yaml")[0] == 2
    assert convlint("draw", "net.yaml", "-o", "")[0] == 2
    code, out, err = convlint("draw", "net.yaml", "-o", "./net.yaml")
    assert (code, out) == (2, "") and "is not written over" in err
    assert (folder / "net.yaml").read_text(encoding="utf-8") == GOOD
    code, out, err = convlint("draw", "net.yaml", "-o", "no/net.svg")
    assert (code, out) == (2, "") and err == "convlint: no/net.svg: cannot be written: no such file or directory\n"
