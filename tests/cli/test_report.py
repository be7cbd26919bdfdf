"""``convlint report``."""

from pathlib import Path

from tests.cli.conftest import GOOD, Convlint
from tests.cli.test_diff import YOLO, write


def test_a_page_is_printed_or_written(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD)
    code, out, err = convlint("report", "net.yaml")
    assert "Input sizes at which it runs" in out and "\nruns: every layer has an output" in out
    assert (code, err) == (0, "") and out.startswith("<!doctype html>") and out.endswith("</html>\n")
    assert convlint("report", "net.yaml", "-o", "net.html") == (0, "", "")
    assert (folder / "net.html").read_text(encoding="utf-8") == out


def test_several_files_are_a_folder_of_pages(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD, yolo=YOLO)
    (folder / "sub").mkdir()
    write(folder / "sub", net=GOOD)
    (folder / "sub-net.yaml").write_text(GOOD, encoding="utf-8")
    assert convlint("report", ".", "-o", "pages") == (0, "", "")
    names = sorted(path.name for path in (folder / "pages").iterdir())
    assert names == ["index.html", "net.yaml.html", "sub-net.yaml-2.html", "sub-net.yaml.html", "yolo.yaml.html"]
    index = (folder / "pages" / "index.html").read_text(encoding="utf-8")
    assert index.count("<tr") == 1 + 3 + 2  # one line a network, of which yolo.yaml has two
    code, out, err = convlint("report", "net.yaml", "yolo.yaml")
    assert (code, out) == (2, "") and err == "convlint: several files become a folder of pages: -o names that folder\n"
    assert convlint("report", ".", "-o", "pages.html")[0] == 2
    code, out, err = convlint("report", ".", "-o", "net.yaml")
    assert (code, out) == (2, "") and err.startswith("convlint: net.yaml: cannot be made: ")


def test_what_cannot_be_shown(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD, broken="convlint: 1\nlayers: [\n")
    assert convlint("report", "gone.yaml") == (2, "", "convlint: gone.yaml: no such file or directory\n")
    code, out, err = convlint("report", "broken.yaml")
    assert (code, out) == (1, "") and err.startswith("broken.yaml:")
    assert convlint("report")[0] == 2 and convlint("report", "net.yaml", "-o", "")[0] == 2
    code, out, err = convlint("report", "net.yaml", "-o", "net.yaml")
    assert (code, out) == (2, "") and "is not written over" in err
    code, out, err = convlint("report", "net.yaml", "broken.yaml", "-o", "pages")
    assert code == 1 and sorted(path.name for path in (folder / "pages").iterdir()) == ["index.html", "net.yaml.html"]


def test_against_another_network(convlint: Convlint, folder: Path) -> None:
    edited = YOLO.replace(
        "  - [-1, 1, C2f, [16]]\n", "  - [-1, 1, Conv, [16, 1, 1]]\n  - [-1, 1, C2f, [16]]\n"
    ).replace("[[1]", "[[2]")
    write(folder, net=edited, base=YOLO, same=YOLO, native=GOOD, other=GOOD.replace("kernel_size: 3", "kernel_size: 5"))
    code, page, err = convlint("report", "net.yaml", "--against", "base.yaml")
    assert (code, err) == (0, "")
    assert "differs from base.yaml" in page and "Weights that fit: " in page and 'class="inserted"' in page
    assert "is no other network than" in convlint("report", "same.yaml", "--against", "base.yaml")[1]
    code, page, err = convlint("report", "other.yaml", "--against", "native.yaml")
    assert (code, err) == (0, "") and "differs from native.yaml" in page and "Weights that fit" not in page
    assert "Compared" not in convlint("report", "net.yaml")[1]


def test_against_what_cannot_be_compared(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD, broken="convlint: 1\nlayers: [\n")
    code, out, err = convlint("report", "net.yaml", "--against", "yolov99")
    assert (code, out) == (2, "") and err.startswith("convlint: yolov99: neither a file nor ")
    code, out, err = convlint("report", "net.yaml", "--against", "broken.yaml")
    assert (code, out) == (2, "") and err.startswith("convlint: broken.yaml: describes no network: CL001 ")
    assert convlint("report", "broken.yaml", "--against", "net.yaml")[0] == 1
    for words in (["net.yaml", "broken.yaml"], ["-"]):
        assert "--against goes with one FILE" in convlint("report", *words, "--against", "net.yaml", "-o", "x")[2]
