"""The table of a network whose framework lists its rows."""

from convlint.document import Source
from convlint.lint import lint
from convlint.reports import table
from convlint.reports.style import Style

NET = """\
nc: 2
anchors: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14000000000000]]
depth_multiple: 1.0
width_multiple: 1.0
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 3, "\\e[1m", [8]]
head:
  - [[0], 1, Detect, [nc, anchors]]
"""


def test_long_arguments_are_cut_and_names_escaped() -> None:
    source = Source("net.yaml", NET)
    (derivation,) = lint(source, frozenset()).derivations
    lines = table.table(source, derivation, Style(True)).split("\n")
    assert lines[2].startswith("\x1b[1m  row  from  n  module")
    assert "\\x1b[1m" in lines[4] and "\x1b" not in lines[4]
    assert lines[5].split()[:4] == ["2", "[0]", "1", "Detect"]
    assert "...]" in lines[5] and len(lines[5]) < 150
    assert lines[6].startswith("\x1b[1mtotal")
    assert lines[-1].startswith("3 rows, ")


def test_arguments_are_cut_to_sixty_characters() -> None:
    sixty = "[" + ", ".join(["1"] * 14 + ["2222", "333333"]) + ", 44]"
    assert len(sixty) == 60
    longer = sixty.replace("333333", "3333333")
    rows = "".join(f"  - [-1, 1, Mine, {written}]\n" for written in (sixty, longer))
    text = f"nc: 2\nbackbone:\n  - [-1, 1, Conv, [8, 3, 2]]\n{rows}head:\n  - [[0], 1, Detect, [nc]]\n"
    source = Source("net.yaml", text)
    (derivation,) = lint(source, frozenset()).derivations
    lines = table.table(source, derivation, Style()).split("\n")
    assert sixty in lines[4]
    cut = lines[5][lines[5].index("[1, ") :].split("  ")[0]
    assert lines[5].split()[-3].endswith("320x320?")
    assert cut == longer[:56] + "...]" and len(cut) == 60
