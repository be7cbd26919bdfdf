"""``convlint renumber FILE``."""

from pathlib import Path

import pytest

from convlint.cli import main
from convlint.document import Source, read
from convlint.formats.lowered import Context
from convlint.formats.yolo import renumber
from tests.cli.conftest import GOOD, OTHER, Convlint
from tests.conftest import ROOT

OLD = """\
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]  # 0-P1/2
  - [-1, 1, Conv, [32, 3, 2]]  # 1-P2/4
  - [-1, 1, C2f, [32]]  # 2
  - [-1, 1, Conv, [64, 3, 2]]  # 3-P3/8
  - [-1, 1, C2f, [64]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]  # cat
  - [-1, 1, C2f, [32]]  # 7 (P2/4)
  - [[7, 4], 1, Detect, [nc]]
"""
INSERTED = OLD.replace("  - [-1, 1, Conv, [64, 3, 2]]", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, Conv, [64, 3, 2]]")
RIGHT = """\
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]  # 0-P1/2
  - [-1, 1, Conv, [32, 3, 2]]  # 1-P2/4
  - [-1, 1, C2f, [32]]  # 2
  - [-1, 1, nn.Identity, []]  # 3
  - [-1, 1, Conv, [64, 3, 2]]  # 4-P3/8
  - [-1, 1, C2f, [64]]  # 5
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]  # 6
  - [[-1, 2], 1, Concat, [1]]  # cat
  - [-1, 1, C2f, [32]]  # 8 (P2/4)
  - [[8, 5], 1, Detect, [nc]]  # 9
"""
BARE = "\n".join(line.partition("  #")[0] for line in OLD.split("\n"))


def written(folder: Path, text: str, name: str = "net.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def result(convlint: Convlint, folder: Path, text: str, *argv: str, name: str = "net.yaml") -> str:
    """The file after it was renumbered, and once more to no avail."""
    path = written(folder, text, name)
    run = convlint("renumber", name, "--write", *argv)
    assert (run.code, run.out) == (0, ""), run.err
    after = path.read_bytes().decode()
    assert convlint("renumber", name, "--write", *argv)[:2] == (0, "")
    assert path.read_bytes().decode() == after
    return after


def refused(convlint: Convlint, folder: Path, text: str, *argv: str, name: str = "net.yaml") -> str:
    """What is said of a file with which nothing is done."""
    path = written(folder, text, name)
    run = convlint("renumber", name, "--write", *argv)
    assert (run.code, run.out) == (2, "")
    assert path.read_bytes().decode() == text
    return run.err


# What was put in or taken out ---------------------------------------------------------------------------------------


def test_stale_comments_tell_what_was_put_in(convlint: Convlint, folder: Path) -> None:
    assert result(convlint, folder, INSERTED) == RIGHT


def test_the_change_is_printed(convlint: Convlint, folder: Path) -> None:
    path = written(folder, INSERTED)
    run = convlint("renumber", "net.yaml")
    assert run.code == 0
    assert run.out.startswith("--- net.yaml\n+++ net.yaml\n@@ -3,11 +3,11 @@\n")
    assert "\n-  - [[7, 4], 1, Detect, [nc]]\n" in run.out
    assert run.out.endswith("\n+  - [[8, 5], 1, Detect, [nc]]  # 9\n")
    words = "row 3 (nn.Identity) was put in; would write 2 row numbers and 6 comments"
    assert run.err == f"convlint: net.yaml: {words}\n"
    assert path.read_text() == INSERTED


def test_the_file_before_the_edit_tells(convlint: Convlint, folder: Path) -> None:
    written(folder, BARE, "old.yaml")
    bare = BARE.replace("  - [-1, 1, Conv, [64, 3, 2]]", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, Conv, [64, 3, 2]]")
    after = result(convlint, folder, bare, "--against", "old.yaml")
    assert "  - [[8, 5], 1, Detect, [nc]]  # 9\n" in after
    assert "  - [[-1, 2], 1, Concat, [1]]  # 7\n" in after


def test_a_comment_that_leaves_two_rows_open(convlint: Convlint, folder: Path) -> None:
    said = refused(convlint, folder, INSERTED.replace("  # 2", ""))
    assert "  - row 2 (C2f) was put in: row 7 reads [-1, 3], row 9 reads [8, 5]\n" in said
    assert "  - row 3 (nn.Identity) was put in: row 9 reads [8, 5]\n" in said


def test_a_row_that_was_copied_with_its_comment(convlint: Convlint, folder: Path) -> None:
    """Either may be the copy; here what follows is the same."""
    conv = "  - [-1, 1, Conv, [64, 3, 2]]  # 3-P3/8\n"
    after = result(convlint, folder, OLD.replace(conv, conv + conv.replace("64, 3, 2", "64, 3, 1")))
    assert "# 3-P3/8\n  - [-1, 1, Conv, [64, 3, 1]]  # 4-P3/8\n" in after
    assert "  - [[8, 5], 1, Detect, [nc]]  # 9\n" in after


def test_comments_that_never_were_right(convlint: Convlint, folder: Path) -> None:
    """They count downwards and tell nothing; the numbers are right, so the comments are mended."""
    text = RIGHT.replace("# 0-P", "# 9-P").replace("# 4-P", "# 1-P").replace("# 5\n", "# 0\n")
    assert result(convlint, folder, text) == RIGHT


def test_several_explanations_are_listed(convlint: Convlint, folder: Path) -> None:
    bare = BARE.replace("  - [-1, 1, Conv, [64, 3, 2]]", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, Conv, [64, 3, 2]]")
    said = refused(convlint, folder, bare)
    assert said == (
        "convlint: net.yaml: nothing is changed, for there are several possibilities (`--against FILE` tells them "
        "apart):\n"
        "  - row 1 (Conv) or 2 (C2f) was put in: row 7 reads [-1, 3], row 9 reads [8, 5]\n"
        "  - row 3 (nn.Identity) or 4 (Conv) was put in: row 9 reads [8, 5]\n"
        "  - row 5 (C2f), 6 (nn.Upsample) or 7 (Concat) was put in: row 9 reads [8, 4]\n"
    )


def test_the_one_explanation_that_fits(convlint: Convlint, folder: Path) -> None:
    """Wherever else a row was put in, maps of different sizes would be put together."""
    conv = "  - [-1, 1, Conv, [16, 3, {}]]\n"
    text = "nc: 4\nbackbone:\n" + "".join(map(conv.format, (2, 1, 2, 2)))
    text += "head:\n  - [-1, 1, nn.Upsample, [None, 2, nearest]]\n  - [[-1, 1], 1, Concat, [1]]\n"
    text += "  - [-1, 1, C2f, [16]]\n  - [[5], 1, Detect, [nc]]\n"
    after = result(convlint, folder, text)
    assert "  - [[-1, 2], 1, Concat, [1]]  # 5\n" in after
    assert "  - [[6], 1, Detect, [nc]]  # 7\n" in after


def test_a_row_that_was_taken_out(convlint: Convlint, folder: Path) -> None:
    text = RIGHT.replace("  - [-1, 1, nn.Identity, []]  # 3\n", "")
    after = result(convlint, folder, text)
    assert "  - [[7, 4], 1, Detect, [nc]]  # 8\n" in after
    assert "  - [-1, 1, Conv, [64, 3, 2]]  # 3-P3/8\n" in after


def test_a_row_that_was_taken_out_and_is_read(convlint: Convlint, folder: Path) -> None:
    written(folder, OLD, "old.yaml")
    text = OLD.replace("  - [-1, 1, C2f, [32]]  # 2\n", "")
    said = refused(convlint, folder, text, "--against", "old.yaml")
    assert "row 5 reads row 2 (C2f), which was taken out: say what it reads instead" in said


def test_numbers_that_were_put_right_already(convlint: Convlint, folder: Path) -> None:
    """Then only the comments are stale."""
    text = INSERTED.replace("[7, 4]", "[8, 5]")
    assert result(convlint, folder, text) == RIGHT
    written(folder, OLD, "old.yaml")
    assert result(convlint, folder, text, "--against", "old.yaml") == RIGHT


def test_a_file_that_is_right_gets_its_comments_only(convlint: Convlint, folder: Path) -> None:
    after = result(convlint, folder, OLD)
    assert [line.partition("  #")[0] for line in after.split("\n")] == BARE.split("\n")
    assert "  - [-1, 1, C2f, [32]]  # 2\n" in after
    assert convlint("renumber", "net.yaml") == (0, "", "convlint: net.yaml: nothing to renumber\n")


def test_rows_that_were_edited_besides(convlint: Convlint, folder: Path) -> None:
    """A row with other arguments is the same row; a new one that reads what stands before the change is clear too."""
    written(folder, OLD, "old.yaml")
    text = INSERTED.replace("[64]", "[64, True]").replace(
        "  - [[7, 4]", "  - [[-1, 2], 1, Concat, [1]]\n  - [-1, 1, C2f, [48]]\n  - [[7, 4]"
    )
    after = result(convlint, folder, text, "--against", "old.yaml")
    assert "  - [[-1, 2], 1, Concat, [1]]  # 9\n" in after
    assert "  - [[8, 5], 1, Detect, [nc]]  # 11\n" in after


def test_a_row_was_taken_out_among_rows_that_were_edited(convlint: Convlint, folder: Path) -> None:
    """Rows of other arguments are told by their modules: here the first of three was taken out."""
    old = "nc: 4\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n{}head:\n  - [[{}], 1, Detect, [nc]]\n"
    three = "  - [-1, 1, Conv, [16, 3, 1]]\n  - [-1, 1, C2f, [16]]\n  - [-1, 1, SPPF, [16, 5]]\n"
    two = "  - [-1, 1, C2f, [24]]\n  - [-1, 1, SPPF, [24, 5]]\n"
    written(folder, old.format(three, "2, 3"), "old.yaml")
    after = result(convlint, folder, old.format(two, "2, 3"), "--against", "old.yaml")
    assert "  - [[1, 2], 1, Detect, [nc]]" in after


def test_equal_rows_side_by_side(convlint: Convlint, folder: Path) -> None:
    """One of two equal rows was put in, and it matters which: the file before does not tell."""
    old = "nc: 4\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n  - [-1, 1, C2f, [16]]\n  - [-1, 1, Conv, [32, 3, 2]]\n"
    old += "head:\n  - [-1, 1, nn.Upsample, [None, 2, nearest]]\n  - [[-1, 1], 1, Concat, [1]]\n  - [[4, 2], 1, Detect, [nc]]\n"
    written(folder, old, "old.yaml")
    new = old.replace("  - [-1, 1, C2f, [16]]\n", "  - [-1, 1, C2f, [16]]\n" * 2)
    said = refused(convlint, folder, new, "--against", "old.yaml")
    assert "row 2 (C2f) was put in: row 6 reads [5, 3]" in said
    assert "row 1 (C2f) was put in: row 5 reads [-1, 2], row 6 reads [5, 3]" in said
    told = new.replace(
        "  - [-1, 1, C2f, [16]]\n  - [-1, 1, Conv, [32", "  - [-1, 1, C2f, [16]]  # 1\n  - [-1, 1, Conv, [32"
    )
    assert "  - [[-1, 2], 1, Concat, [1]] " in result(convlint, folder, told, "--against", "old.yaml")


# Numbers and comments in all forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks_stay(convlint: Convlint, folder: Path, ends: str, mark: str) -> None:
    assert result(convlint, folder, mark + INSERTED.replace("\n", ends)) == mark + RIGHT.replace("\n", ends)


def test_without_a_last_line_end(convlint: Convlint, folder: Path) -> None:
    assert result(convlint, folder, INSERTED.removesuffix("\n")) == RIGHT.removesuffix("\n")


@pytest.mark.parametrize(
    ("comment", "mended"),
    [
        ("# 7 (P2/4)", "# 8 (P2/4)"),
        ("# 7", "# 8"),
        ("## 7: small", "## 8: small"),
        ("# 9 -> 7", "# 9 -> 7"),
        ("# 7 heads", "# 7 heads"),
        ("# small", "# small"),
        ("# convlint: ignore[CL014]", "# convlint: ignore[CL014]"),
        ("#7", "#8"),
    ],
)
def test_comments(convlint: Convlint, folder: Path, comment: str, mended: str) -> None:
    text, right = INSERTED.replace("# 7 (P2/4)", comment), RIGHT.replace("# 8 (P2/4)", mended)
    assert result(convlint, folder, text) == right


def test_comments_stand_as_they_do_in_the_file(convlint: Convlint, folder: Path) -> None:
    assert result(convlint, folder, INSERTED.replace("  #", " #")) == RIGHT.replace("  #", " #")


def test_rows_in_block_style(convlint: Convlint, folder: Path) -> None:
    """Their numbers are written anew; a comment has no place there."""
    head = "  - - - 7\n      - 4\n    - 1\n    - Detect\n    - [nc]\n"
    text = INSERTED.replace("  - [[7, 4], 1, Detect, [nc]]\n", head)
    assert text != INSERTED
    after = result(convlint, folder, text)
    assert after.endswith("  - - - 8\n      - 5\n    - 1\n    - Detect\n    - [nc]\n")


def test_rows_over_several_lines_and_several_in_a_line(convlint: Convlint, folder: Path) -> None:
    text = INSERTED.replace("[[7, 4], 1, Detect, [nc]]", "[[7,\n     4], 1, Detect,  # the head\n     [nc]]")
    text = text.replace("head:\n", "head: # rows\n")
    after = result(convlint, folder, text)
    assert after.endswith("[[8,\n     5], 1, Detect,  # the head\n     [nc]]  # 9\n")
    lists = """\
nc: 4
backbone: [[-1, 1, Conv, [16, 3, 2]], [-1, 1, Conv, [32, 3, 2]],
  [-1, 1, C2f, [32]],
  [-1, 1, C2f, [32]]
  ]
head: [[[2, 3], 1, Detect, [nc]]]
"""
    after = result(convlint, folder, lists)
    assert after == lists.replace("[32]],\n", "[32]],  # 2\n").replace("[32]]\n", "[32]]  # 3\n")


def test_json_has_no_comments(convlint: Convlint, folder: Path) -> None:
    rows = '[[-1,1,"Conv",[16,3,2]],[-1,1,"Conv",[32,3,2]],\n[-1,1,"nn.Identity",[]],[-1,1,"C2f",[32]]]'
    text = f'{{"nc":4,"backbone":{rows},\n"head":[[[2],1,"Detect",["nc"]]]}}\n'
    old = text.replace('[-1,1,"nn.Identity",[]],', "")
    written(folder, old, "old.json")
    after = result(convlint, folder, text, "--against", "old.json", name="net.json")
    assert after == text.replace("[[2],1", "[[3],1")


def test_aliases(convlint: Convlint, folder: Path) -> None:
    """A row that an alias fetches gets no comment where it is defined; a number in it is shared and stays."""
    text = INSERTED.replace("- [-1, 1, C2f, [32]]  # 2", "- &block [-1, 1, C2f, [32]]  # 2")
    text = text.replace("- [-1, 1, C2f, [32]]  # 7 (P2/4)", "- *block # 7")
    after = result(convlint, folder, text)
    assert "- &block [-1, 1, C2f, [32]]  # 2\n" in after
    assert "  - *block # 7\n" in after
    assert "  - [[8, 5], 1, Detect" in after
    shared = "x-rows: [&levels [7, 4]]\n" + INSERTED.replace("[7, 4]", "*levels")
    assert "x-rows: [&levels [8, 5]]\n" in result(convlint, folder, shared)
    twice = INSERTED.replace("  - [[7, 4], 1", "  - [&levels [7, 4], 1, Concat, [1]]\n  - [*levels, 1")
    said = refused(convlint, folder, twice)
    assert "stands for several rows through an alias" in said


def test_the_head_may_stand_before_the_backbone(convlint: Convlint, folder: Path) -> None:
    first, head = INSERTED.split("head:\n")
    text = f"head:\n{head}{first}"
    right, last = RIGHT.split("head:\n")
    assert result(convlint, folder, text) == f"head:\n{last}{right}"


def test_numbers_that_count_back_stay_and_are_told(convlint: Convlint, folder: Path) -> None:
    text = OLD.replace("[-1, 2], 1, Concat", "[-1, -4], 1, Concat")
    written(folder, text, "old.yaml")
    new = text.replace("  - [-1, 1, Conv, [64", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, Conv, [64")
    written(folder, new)
    run = convlint("renumber", "net.yaml", "--against", "old.yaml")
    assert run.code == 0
    assert "row 7 (Concat) reads -4, across the change: that was row 2, and is row 3 now" in run.err
    assert "+  - [[8, 5], 1, Detect, [nc]]  # 9\n" in run.out


# What is left alone --------------------------------------------------------------------------------------------------


def test_a_backbone_that_returns_a_list_by_its_comments(convlint: Convlint, folder: Path) -> None:
    text = "nc: 4\nbackbone:\n  - [-1, 1, tiny_net, []]  # 0-4\n  - [-1, 1, SPPF, [64, 5]]  # 5\n"
    text += "head:\n  - [-1, 1, nn.Upsample, [None, 2, nearest]]  # 6\n  - [[-1, 3], 1, Concat, [1]]  # 7\n"
    text += "  - [-1, 1, C2f, [32]]  # 8\n  - [[8, 5], 1, Detect, [nc]]  # 9\n"
    said = refused(convlint, folder, text)
    assert said == (
        "convlint: net.yaml: row 0 is called by the number 4, as a backbone that returns a list does; such files are "
        "left alone\n"
    )
    assert "row 0 is called by the number 4" in refused(convlint, folder, text.replace("  #", " # was"))
    # Where the user says that nothing was added to the framework, comments tell still.
    assert "comments count the first row as 5" in refused(convlint, folder, text, "--dialect", "ultralytics")


def test_a_file_that_cannot_be_explained(convlint: Convlint, folder: Path) -> None:
    said = refused(convlint, folder, BARE.replace("[7, 4]", "[7, 40]"))
    assert (
        said
        == "convlint: net.yaml: row 8 reads 40, which is no row before it, and no row put in or taken out explains it\n"
    )


def test_rows_that_cannot_be_read(convlint: Convlint, folder: Path) -> None:
    said = refused(convlint, folder, OLD.replace("[-1, 1, Conv, [64, 3, 2]]", "[-1, 1, Conv]"))
    assert said == "convlint: net.yaml: row 3 is not [from, repeats, module, args]: repair it first\n"


def test_a_file_in_another_encoding(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(OLD, encoding="utf-16")
    said = "convlint: net.yaml: cannot be read: the file is encoded as UTF-16 little endian; save it as UTF-8\n"
    assert convlint("renumber", "net.yaml") == (2, "", said)


def test_other_formats_have_no_numbered_rows(convlint: Convlint, folder: Path) -> None:
    assert (
        refused(convlint, folder, GOOD)
        == "convlint: net.yaml: nothing to renumber: Native files are not numbered by row\n"
    )
    assert refused(
        convlint, folder, "[net]\nheight=8\nwidth=8\nchannels=3\n[convolutional]\nfilters=4\n", name="net.cfg"
    ) == ("convlint: net.cfg: nothing to renumber: Darknet .cfg files are not numbered by row\n")


def test_files_that_cannot_be_used(convlint: Convlint, folder: Path) -> None:
    assert convlint("renumber", "gone.yaml") == (2, "", "convlint: gone.yaml: no such file or directory\n")
    assert refused(convlint, folder, OLD, "--against", "gone.yaml") == (
        "convlint: net.yaml: gone.yaml cannot be read: no such file or directory\n"
    )
    written(folder, GOOD, "old.yaml")
    assert (
        refused(convlint, folder, OLD, "--against", "old.yaml") == "convlint: net.yaml: old.yaml is of another format\n"
    )
    written(folder, "a: [", "old.yaml")
    assert "old.yaml cannot be read: " in refused(convlint, folder, OLD, "--against", "old.yaml")
    written(folder, OTHER, "old.yaml")
    assert "old.yaml has no networks" in refused(convlint, folder, OLD, "--against", "old.yaml")
    assert "cannot be read" in refused(convlint, folder, OLD + "  - [")
    assert "the file has 2 networks" in refused(convlint, folder, f"{OLD}---\n{OLD}")


@pytest.mark.parametrize(
    "argv", [(), ("a", "b", "--against", "c"), ("-", "--write"), ("--write",), ("a", "--format", "json")]
)
def test_wrong_usage(convlint: Convlint, argv: tuple[str, ...]) -> None:
    run = convlint("renumber", *argv)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("convlint: ") and run.err.count("\n") == 1


def test_a_change_that_makes_errors_is_not_made(convlint: Convlint, folder: Path) -> None:
    """The comments say one thing, the sizes another."""
    old = OLD.replace("[[-1, 2], 1, Concat", "[[-1, 3], 1, Concat")
    written(folder, old, "old.yaml")
    text = INSERTED.replace("[[-1, 2], 1, Concat", "[[-1, 3], 1, Concat")
    said = refused(convlint, folder, text, "--against", "old.yaml")
    assert "with that the network would have 1 errors for 0" in said


def test_many_rows_are_left_alone() -> None:
    rows = "\n".join("  - [-1, 1, nn.Identity, []]" for _ in range(1001))
    source = Source("net.yaml", f"nc: 1\nbackbone:\n{rows}\nhead:\n  - [[-1], 1, Detect, [nc]]\n")
    answer = renumber(read(source).documents[0], Context("net.yaml", source.text))
    assert answer.refused == "1002 rows are too many: at most 1000 are renumbered"


def test_examples() -> None:
    """The example of the shifted rows, told by the one before."""
    small, shifted = ROOT / "examples/yolo-small.yaml", ROOT / "examples/yolo-shifted.yaml"
    assert main(["renumber", str(shifted), "--against", str(small)]) == 0


PARSER = """\
import torch.nn as nn


class Trunk(nn.Module):
    def __init__(self, c1):
        super().__init__()
        self.stages = nn.ModuleList([nn.Conv2d(c1 if not i else 16, 16, 3, 2, 1) for i in range(5)])
        self.width = [16] * 5

    def forward(self, x):
        found = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


class Conv(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 1)

    def forward(self, x):
        return self.conv(x)


def parse_model(d, ch, verbose=True):
    ch = [ch]
    layers, save, listed = [], [], False
    for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
        m = globals()[m]
        c1 = ch[f]
        m_ = m(c1, *args)
        c2 = m_.width if m is Trunk else args[0]
        if not i:
            ch = []
        if isinstance(c2, list):
            listed = True
            ch.extend(c2)
        else:
            ch.append(c2)
        m_.i = i + 4 if listed else i
        m_.f, m_.type = f, str(m)
        save.extend(x % m_.i for x in [f] if x != -1)
        layers.append(m_)
    return nn.Sequential(*layers), sorted(save)


class DetectionModel(nn.Module):
    def __init__(self, cfg, ch=3, nc=None, verbose=True):
        super().__init__()
        self.model, self.save = parse_model(cfg, ch)

    def forward(self, x):
        y = []
        for m in self.model:
            if m.f != -1:
                x = y[m.f]
            x = m(x)
            if isinstance(x, list):
                y.extend(x)
                x = x[-1]
            else:
                y.append(x)
        return x
"""


def test_a_backbone_that_returns_a_list_by_the_code_beside_the_file(convlint: Convlint, folder: Path) -> None:
    code = folder / "ultralytics/nn"
    code.mkdir(parents=True)
    (code / "tasks.py").write_text(PARSER)
    rows = "  - [-1, 1, Conv, [16]]\n  - [3, 1, Conv, [16]]\n"
    text = f"nc: 4\nbackbone:\n  - [-1, 1, Trunk, []]\nhead:\n{rows}"
    said = refused(convlint, folder, text)
    assert said == (
        "convlint: net.yaml: row 0 is called by the number 4, as a backbone that returns a list does; such files are "
        "left alone\n"
    )
    plain = f"nc: 4\nbackbone:\n  - [-1, 1, Conv, [16]]\nhead:\n{rows.replace('3', '0')}"
    assert "nothing reads row 1" in refused(convlint, folder, plain)
