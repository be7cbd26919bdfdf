"""A format is one folder: a toy with a syntax, an option, a rule and a fix of its own goes through every command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from convlint import catalogue, formats
from convlint.document.syntax import SYNTAXES
from tests.cli.conftest import Convlint, convlint, folder
from tests.conftest import ROOT
from tests.formats import toy

__all__ = ["convlint", "folder"]

NET = "% a toy\nin 3x32x32\nconv 16 3 pad 1\npool 3\ncovn 8 3\nrelu\n"


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    """The toy in the lists of formats and syntaxes, for one test."""
    formats.register(toy)
    SYNTAXES.append(toy.SYNTAX)
    yield
    SYNTAXES.remove(toy.SYNTAX)
    formats.FORMATS.remove(toy)
    for code, name, *_ in toy.RULES:
        catalogue.RULES.remove(catalogue.BY_CODE.pop(code))
        del catalogue.BY_NAME[name]


@pytest.fixture
def net(folder: Path) -> Path:
    path = folder / "net.toy"
    path.write_text(NET, encoding="utf-8")
    return path


def test_the_measure() -> None:
    lines = [line for file in Path(toy.__file__).parent.glob("*.py") for line in file.read_text().splitlines()]
    assert len(lines) <= 200
    sources = [file for file in (ROOT / "src").rglob("*.py") if "toy" in file.read_text(encoding="utf-8").lower()]
    assert sources == []


def test_check(convlint: Convlint, net: Path) -> None:
    assert convlint("net.toy") == (
        1,
        """\
warning[CL105] pool-drops-input: 10.67: the last 2 rows and columns of 32x32 are never read
  --> net.toy:4:6
   |
 2 | in 3x32x32
   | --
 3 | conv 16 3 pad 1
 4 | pool 3
   |      ^ gives 10.67, rounded down
   |
   = derived: (32 - 3) / 3 + 1 = 10.67, rounded down to 10; 2 cells are left over
   = note: 10 come up again by 3 as 30: a skip connection of 32 does not fit
   = help: rounding up reads everything; an input of 30 or 33 comes out even

error[TY001] toy-word: `covn` is no layer; did you mean `conv`?
  --> net.toy:5:1
   |
 5 | covn 8 3
   | ^^^^

More on CL105: `convlint explain CL105`.
1 error, 1 warning in 1 file; 1 fixable with --fix
""",
        "",
    )


def test_advice_is_written_as_the_file_writes_it(convlint: Convlint, net: Path) -> None:
    net.write_text("in 3x32x32\nconv 16 34\n")
    assert "`pad 1` or a kernel of 32 would just fit here" in convlint("net.toy").out


def test_folders_are_searched_for_it(convlint: Convlint, net: Path) -> None:
    assert (
        convlint("--format=concise", ".").out.count("net.toy:")
        == convlint("--format=concise", "net.toy").out.count("net.toy:")
        > 0
    )


def test_json_has_its_findings(convlint: Convlint, net: Path) -> None:
    found = json.loads(convlint("--format=json", "net.toy").out)["findings"]
    assert ("TY001", "toy-word", "error") in [(one["code"], one["name"], one["severity"]) for one in found]
    assert [one["severity"] for one in found if one["code"] == "CL105"] == ["warning"]


def test_show(convlint: Convlint, net: Path) -> None:
    (network,) = json.loads(convlint("show", "--format=json", "net.toy").out)["networks"]
    assert [layer["outputs"] for layer in network["layers"]] == [[[16, 32, 32]], [[16, 10, 10]], [[16, 10, 10]]]
    (network,) = json.loads(convlint("show", "--format=json", "--toy-size=64", "net.toy").out)["networks"]
    assert network["layers"][0]["outputs"] == [[16, 64, 64]]


def test_explain_and_sizes(convlint: Convlint, net: Path) -> None:
    assert "16x32x32" in convlint("explain", "net.toy", "conv1").out
    assert "# toy-word (TY001)" in convlint("explain", "TY001").out
    net.write_text(net.read_text(encoding="utf-8").replace("covn", "conv"), encoding="utf-8")
    assert "n = 0 (mod 3)" in convlint("sizes", "net.toy").out
    assert "TY001" in convlint("rules").out


def test_errors_of_a_framework(convlint: Convlint, net: Path) -> None:
    text = "Given groups=1, weight of size [16, 3, 3, 3], expected input[1, 1, 9, 9] to have 3 channels, but got 1 channels"
    assert (
        "  conv1 (line 3): it reads the network's input, which has 3"
        in convlint("explain", "net.toy", "--error", text).out
    )


def test_it_has_no_numbered_rows(convlint: Convlint, net: Path) -> None:
    said = "convlint: net.toy: nothing to renumber: Toy files are not numbered by row\n"
    assert convlint("renumber", "net.toy") == (2, "", said)


def test_fixes(convlint: Convlint, net: Path) -> None:
    assert convlint("--diff", "net.toy").out.splitlines()[-3:] == ["-covn 8 3", "+conv 8 3", " relu"]
    convlint("--fix", "net.toy")
    assert net.read_text() == NET.replace("covn", "conv")


def test_settings_comments_and_selection(convlint: Convlint, net: Path, folder: Path) -> None:
    (folder / "convlint.toml").write_text('ignore = ["TY"]\n[toy]\nsize = 33\n')
    assert convlint("net.toy").out == "All good: 1 file checked; 1 rule off by convlint.toml.\n"
    assert "CL105" in convlint("--toy-size=32", "net.toy").out
    (folder / "convlint.toml").write_text('[toy]\nsize = "wide"\n')
    assert convlint("net.toy").err == (
        f"convlint: {folder / 'convlint.toml'}:2: `toy.size` must be a number of cells, such as 64\n"
    )
    assert convlint("--isolated", "--toy-size=wide", "net.toy").err == (
        "convlint: argument --toy-size must be a number of cells, such as 64\n"
    )
    net.write_text(NET.replace("covn 8 3", "covn 8 3 % convlint: ignore[TY001]").replace("pool 3", "pool 2"))
    assert convlint("--isolated", "net.toy").out.endswith("1 suppressed.\n")


def test_diff(convlint: Convlint, net: Path) -> None:
    (net.parent / "old.toy").write_text(NET.replace("conv 16 3 pad 1", "conv 8 3"), encoding="utf-8")
    run = convlint("diff", "old.toy", "net.toy")
    assert run.code == 1 and "~ conv1  conv  1: 8 -> 16, 3: pad (new), 4: 1 (new)" in run.out
