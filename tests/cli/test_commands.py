"""``convlint show``, ``rules``, ``explain`` and ``schema``."""

import io
import json
import sys
from pathlib import Path

import pytest

from convlint.catalogue import RULES
from convlint.cli import explain
from tests.cli.conftest import GOOD, OTHER, WRONG, Convlint


def write(folder: Path, **files: str) -> None:
    """Files with the ending .yaml."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


TABLE = """\
{} (input 1x9x9)

layer  type    arguments  output  2-D kernels  3-D kernels   weight  parameters  MACs  field  elements
-      Conv2d  k=3         2x7x7            2            2  2x1x3x3          20   882    3x3        98
total                                                                        20   882

activations alive at once: at most 179 elements, while the Conv2d in line 4 runs
k kernel_size, s stride, p padding, d dilation, g groups; field: receptive field; ?: unknown
"""


def test_show(convlint: Convlint, folder: Path) -> None:
    write(folder, good=GOOD, again=GOOD)
    assert convlint("show", "good.yaml") == (0, TABLE.format("good.yaml"), "")
    assert convlint("show", "good.yaml", "--color=always").out.count("\x1b[1m") == 2
    assert convlint("show", ".").out == TABLE.format("again.yaml") + "\n" + TABLE.format("good.yaml")


def test_show_despite_mistakes(convlint: Convlint, folder: Path) -> None:
    write(folder, wrong=WRONG)
    assert convlint("show", "wrong.yaml") == (
        0,
        TABLE.format("wrong.yaml"),
        "convlint: wrong.yaml: 1 error in this file, see `convlint check`\n",
    )


def test_show_of_what_cannot_be_built(convlint: Convlint, folder: Path) -> None:
    write(folder, wrong=GOOD.replace("Conv2d", "Conv2D"))
    run = convlint("show", "wrong.yaml")
    assert run.out.splitlines()[1] == (
        "cannot be built: an error in line 4: unknown layer type `Conv2D` (CL004 unknown-layer-type); "
        "what follows from that is not certain"
    )
    (network,) = json.loads(convlint("show", "--format=json", "wrong.yaml").out)["networks"]
    assert [(error["code"], error["line"]) for error in network["errors"]] == [("CL004", 4)]


def test_show_standard_input(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    for argv, name in ((["-"], "<stdin>"), (["--stdin-filename=net.yaml", "-"], "net.yaml")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
        assert convlint("show", *argv).out == TABLE.format(name)


def test_show_json(convlint: Convlint, folder: Path) -> None:
    write(folder, good=GOOD, again=GOOD)
    code, out, err = convlint("show", "--format", "json", "good.yaml", "again.yaml", "gone.yaml")
    printed = json.loads(out)
    assert (code, err) == (2, "convlint: gone.yaml: no such file or directory\n")
    assert [network["path"] for network in printed["networks"]] == ["good.yaml", "again.yaml"]
    assert printed["networks"][0]["layers"][0]["weight"] == [2, 1, 3, 3]


def test_show_what_cannot_be_shown(convlint: Convlint, folder: Path) -> None:
    write(folder, good=GOOD, broken="convlint: [\n", other=OTHER)
    code, out, err = convlint("show", "broken.yaml", "good.yaml")
    assert (code, out) == (1, TABLE.format("good.yaml"))
    assert err.startswith("broken.yaml:1:") and err.endswith(" [CL001 syntax-error]\n")
    code, out, err = convlint("show", "other.yaml", "broken.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("convlint: other.yaml: describes no network")
    assert json.loads(convlint("show", "broken.yaml", "--format=json").out) == {"version": 1, "networks": []}


@pytest.mark.parametrize("command", ["show", "sizes", "draw", "renumber"])
def test_a_folder_without_networks(convlint: Convlint, folder: Path, command: str) -> None:
    write(folder, other=OTHER)
    assert convlint(command, str(folder)) == (0, "", f"convlint: no network in {folder}\n")


def test_show_nothing(convlint: Convlint) -> None:
    assert convlint("show") == (
        2,
        "",
        "convlint: expected a FILE (see convlint show --help)\n",
    )
    assert convlint("show", "--help").out.startswith("usage: convlint show [OPTION]... FILE...\n")


def test_rules(convlint: Convlint) -> None:
    code, out, err = convlint("rules")
    lines = out.splitlines()
    assert (code, err, len(lines)) == (0, "", len(RULES))
    words = {line.split()[0]: line.split() for line in lines}
    assert words["CL001"][:4] == ["CL001", "syntax-error", "error", "the"]
    assert words["CL103"][:3] == ["CL103", "dropped-input", "warning"]
    assert words["CL104"][:3] == ["CL104", "dropped-padding", "off"]


def test_rules_that_are_named(convlint: Convlint) -> None:
    lines = convlint("rules", "CL60", "dropped-input").out.splitlines()
    assert lines[0].startswith("CL103 ")
    assert {line[:4] for line in lines[1:]} == {"CL60"}
    printed = json.loads(convlint("rules", "--format=json", "CL301").out)
    assert [rule["code"] for rule in printed["rules"]] == ["CL301"]
    assert convlint("rules", "CL9").err == "convlint: unknown rule `CL9`\n"


def test_rules_json(convlint: Convlint) -> None:
    printed = json.loads(convlint("rules", "--format=json").out)
    assert [rule["code"] for rule in printed["rules"]] == [rule.code for rule in RULES]


@pytest.mark.parametrize("word", ["CL301", "cl301", "kernel-count-mismatch"])
def test_explain(convlint: Convlint, word: str) -> None:
    code, out, err = convlint("explain", word)
    assert (code, err) == (0, "")
    assert out.startswith("# kernel-count-mismatch (CL301)\n\nSeverity: error.\n\n")
    assert "## What it does" in out


def test_explain_several(convlint: Convlint) -> None:
    out = convlint("explain", "CL301", "CL103").out
    assert out.index("(CL301)") < out.index("(CL103)")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["CL103", "kernel-count-mismach"],
            "unknown rule `kernel-count-mismach`; did you mean `kernel-count-mismatch`?",
        ),
        (["ALL"], "unknown rule `ALL`"),
        (["gone.yaml"], "gone.yaml: no such file or directory"),
        (["there/net"], "there/net: no such file or directory"),
        (["\x1b[31m"], "unknown rule `\\x1b[31m`"),
        ([], "expected a RULE, or a FILE and a LAYER (see convlint explain --help)"),
    ],
)
def test_explain_what_does_not_exist(convlint: Convlint, argv: list[str], message: str) -> None:
    assert convlint("explain", *argv) == (2, "", f"convlint: {message}\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_page(rule: explain.catalogue.Rule) -> None:
    page = explain.page(rule)
    assert page.startswith(f"# {rule.name} ({rule.code})\n\nSeverity: {rule.severity}.")
    assert ("Off by default" in page) is not rule.on


def test_schema(convlint: Convlint) -> None:
    code, out, err = convlint("schema")
    assert (code, err) == (0, "")
    assert "$schema" in json.loads(out)
    fresh = Path(__file__).parents[2] / "schemas" / "convlint.schema.json"
    assert out == fresh.read_text(encoding="utf-8")
    assert convlint("schema", "x").err == "convlint: unrecognized arguments: x (see convlint schema --help)\n"


def test_receptive_fields_that_nobody_can_count(convlint: Convlint, folder: Path) -> None:
    """A field of thousands of digits is unknown; Python refuses to print it."""
    size = "kernel_size: 99999999999999999, stride: 99999999999999999, padding: 49999999999999999"
    layer = f"  - {{type: Conv2d, out_channels: 4, {size}}}\n"
    (folder / "net.yaml").write_text("convlint: 1\ninput: [4, 6, 6]\nlayers:\n" + layer * 300, encoding="utf-8")
    table = convlint("show", "net.yaml")
    assert (table.code, table.err) == (0, "")
    fields = [line.split()[-2] for line in table.out.splitlines() if "Conv2d" in line and "k=" in line]
    assert fields == ["99999999999999999x99999999999999999"] + ["-"] * 299
    shown = convlint("show", "--format=json", "net.yaml")
    layers = json.loads(shown.out)["networks"][0]["layers"]
    assert [layer["receptive_field"] for layer in layers] == [[99999999999999999] * 2] + [None] * 299
    explained = convlint("explain", "net.yaml", "5", "6")
    assert explained.out.count("Not told") == 2
    assert "Not told: together with the stride it is larger than any computer counts." in explained.out
    assert convlint("--info", "--format=json", "net.yaml").code == 0
    assert convlint("sizes", "net.yaml").code == 0


def test_a_receptive_field_of_thousands_of_copies(convlint: Convlint, folder: Path) -> None:
    layer = "  - repeat: 15000\n    layers: [{type: Conv2d, out_channels: 4, kernel_size: 2, stride: 2, padding: 1}]\n"
    (folder / "net.yaml").write_text("convlint: 1\ninput: [4, 6, 6]\nlayers:\n" + layer, encoding="utf-8")
    for command in (["show"], ["show", "--format=json"], ["check", "--info"], ["explain", "--format=json"]):
        run = convlint(*command, "net.yaml", *(["5"] if "explain" in command else []))
        assert (run.code, run.err) == (0, ""), command
