"""The contract with other programs."""

import json
from collections.abc import Iterable
from typing import Any

from convlint.catalogue import RULES
from convlint.document import Source
from convlint.findings import Diagnostic, Edit, Fix, Label, Severity
from convlint.lint import lint
from convlint.reports import json_report
from convlint.reports.style import Style
from convlint.session.outcome import Failure, Shown, Summary

NETWORK = """\
convlint: 1
name: LeCun-Ranzato
input: [1, 83, 83]
kernel_convention: 2d
layers:
  - {name: conv1, type: Conv2d, out_channels: 64, kernel_size: 9, kernels: 64}
  - {type: Flatten}
"""


def printed_as_json(shown: Iterable[Shown], summary: Summary) -> str:
    """What ``--format json`` prints."""
    return "".join(json_report.parts(shown, summary, Style()))


def networks(text: str) -> dict[str, Any]:
    """The object that ``show`` prints about a text."""
    source = Source("net.yaml", text)
    derivations = lint(source, frozenset()).derivations
    printed: dict[str, Any] = json.loads(json_report.networks((source, derivation, []) for derivation in derivations))
    return printed


def test_a_finding() -> None:
    found = Diagnostic(
        "CL301",
        "16384 kernels declared",
        (10, 15),
        "declared here",
        [Label((4, 5), "derived here")],
        ["derived: 64 x 64", "a note"],
        "write 4096",
        [Fix("write 4096", [Edit((10, 15), "4096")], safe=True)],
        layer="conv2",
        severity=Severity.ERROR,
        variants=["n", "s"],
    )
    summary = Summary()
    summary.files, summary.skipped, summary.suppressed = 1, 2, 3
    summary.severities |= {Severity.ERROR: 1, Severity.WARNING: 4, Severity.INFO: 5}
    summary.failures = [Failure("gone.yaml", "no such file"), Failure("convlint.toml", "unknown key", 3)]
    summary.notes = {"Checked with a\u001b[31m": "2 files"}
    printed = printed_as_json([Shown(Source("a.yaml", "a: 64\nkern: 16384\n"), [found])], summary)
    place = {"start": {"line": 2, "column": 5}, "end": {"line": 2, "column": 10}}
    assert {
        "version": 1,
        "findings": [
            {
                "code": "CL301",
                "name": "kernel-count-mismatch",
                "severity": "error",
                "message": "16384 kernels declared",
                "path": "a.yaml",
                **place,
                "variants": ["n", "s"],
                "layer": "conv2",
                "labels": [
                    {"message": "declared here", **place},
                    {"message": "derived here", "start": {"line": 1, "column": 5}, "end": {"line": 1, "column": 6}},
                ],
                "notes": ["derived: 64 x 64", "a note"],
                "help": "write 4096",
                "fixes": [{"title": "write 4096", "safe": True, "edits": [{**place, "text": "4096"}]}],
                "url": "https://github.com/convlint/convlint/blob/main/docs/rules/CL301-kernel-count-mismatch.md",
            }
        ],
        "failures": [
            {"path": "gone.yaml", "message": "no such file"},
            {"path": "convlint.toml", "line": 3, "message": "unknown key"},
        ],
        "notes": [{"about": "Checked with a\u001b[31m", "message": "2 files"}],
        "summary": {"files": 1, "skipped": 2, "errors": 1, "warnings": 4, "infos": 5, "suppressed": 3, "omitted": 0},
    } == json.loads(printed)


def test_nothing() -> None:
    assert (
        printed_as_json([], Summary())
        == """\
{"version": 1,
 "findings": [],
 "failures": [],
 "notes": [],
 "summary": {"files": 0, "skipped": 0, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0, "omitted": 0}}"""
    )


def test_one_finding_a_line() -> None:
    found = [Diagnostic("CL103", "a\nb", (0, 1)), Diagnostic("CL104", "b", (0, 0))]
    lines = printed_as_json([Shown(Source("a", "b"), found)], Summary()).split("\n")
    assert len(lines) == 7
    assert lines[3][:18] == '  {"code": "CL104"'


def test_columns_are_code_points_and_every_reader_accepts_the_text() -> None:
    found = Diagnostic("CL301", "日本 \x1b \u2028", (5, 6), layer="\ud800")
    printed = printed_as_json([Shown(Source("caf\udce9.yaml", '"😀": 1'), [found])], Summary())
    assert printed.isascii()
    finding = json.loads(printed)["findings"][0]
    assert finding["start"] == {"line": 1, "column": 6}
    assert finding["message"] == "日本 \x1b \u2028"
    assert [finding["path"], finding["layer"]] == ["caf\\udce9.yaml", "\\ud800"]


def test_the_end_of_the_file() -> None:
    found = Diagnostic("CL001", "the text ends", (5, 5))
    finding = json.loads(printed_as_json([Shown(Source("a", "a: [\n"), [found])], Summary()))["findings"][0]
    assert [finding["start"], finding["end"]] == [{"line": 1, "column": 5}] * 2


def test_show() -> None:
    assert networks(NETWORK) == {
        "version": 1,
        "networks": [
            {
                "path": "net.yaml",
                "name": "LeCun-Ranzato",
                "variant": None,
                "inputs": {"input": [1, 83, 83]},
                "params": 5248,
                "macs": 29160000,
                "layers": [
                    {
                        "id": "0",
                        "name": "conv1",
                        "type": "Conv2d",
                        "line": 6,
                        "from": ["input"],
                        "from_ids": ["input:input"],
                        "arguments": {"out_channels": "64", "kernel_size": "9", "kernels": "64"},
                        "inputs": [[1, 83, 83]],
                        "outputs": [[64, 75, 75]],
                        "elements": [360000],
                        "kernels_2d": 64,
                        "kernels_3d": 64,
                        "weight": [64, 1, 9, 9],
                        "params": 5248,
                        "macs": 29160000,
                        "tensors": [["conv1.weight", [64, 1, 9, 9]], ["conv1.bias", [64]]],
                        "receptive_field": [9, 9],
                        "layers": [],
                    },
                    {
                        "id": "1",
                        "name": None,
                        "type": "Flatten",
                        "line": 7,
                        "from": ["conv1"],
                        "from_ids": ["0"],
                        "arguments": {},
                        "inputs": [[64, 75, 75]],
                        "outputs": [[360000]],
                        "elements": [360000],
                        "kernels_2d": None,
                        "kernels_3d": None,
                        "weight": None,
                        "params": 0,
                        "macs": 0,
                        "tensors": [],
                        "receptive_field": None,
                        "layers": [],
                    },
                ],
                "errors": [],
            }
        ],
    }


def test_show_groups_parts_and_unknown_sizes() -> None:
    shown = networks(
        """\
convlint: 1
input: {image: [8, 16, 16], depth: [null, 16, null]}
layers:
  - {name: halves, type: Chunk, chunks: 2, from: image}
  - name: block
    repeat: 3
    from: halves.1
    layers:
      - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1, from: input}
      - {type: Add, from: [conv, input, halves.0]}
  - {name: all, type: Concat, from: [block, depth]}
"""
    )["networks"][0]
    halves, block, everything = shown["layers"]
    assert shown["inputs"] == {"image": [8, 16, 16], "depth": [None, 16, None]}
    assert halves["outputs"] == [[4, 16, 16], [4, 16, 16]]
    assert halves["from"] == ["image"]
    assert block["from"] == ["halves.1"]
    assert (block["type"], block["params"]) == ("group", 444)
    assert [(inner["name"], inner["from"], inner["times"]) for inner in block["layers"]] == [
        ("block.0.conv", ["input"], 3),
        (None, ["block.0.conv", "input", "halves.0"], 3),
    ]
    assert everything["inputs"] == [[4, 16, 16], [None, 16, None]]
    assert (halves["from_ids"], block["from_ids"], everything["from_ids"]) == (
        ["input:image"],
        ["0:1"],
        ["1", "input:depth"],
    )
    assert [(inner["id"], inner["from_ids"]) for inner in block["layers"]] == [
        ("1/0", ["1/input"]),
        ("1/1", ["1/0", "1/input", "0:0"]),
    ]
    assert (block["arguments"], everything["elements"]) == ({"repeat": "3"}, [None])
    assert block["layers"][0]["arguments"] == {"out_channels": "4", "kernel_size": "3", "padding": "1"}
    assert everything["outputs"] == [[None, 16, 16]]


def test_rules() -> None:
    printed = json.loads(json_report.rules(RULES))
    assert (1, len(RULES)) == (printed["version"], len(printed["rules"]))
    assert printed["rules"][0] == {
        "code": "CL001",
        "name": "syntax-error",
        "severity": "error",
        "default": True,
        "summary": "the text is not YAML, JSON or UTF-8",
        "url": "https://github.com/convlint/convlint/blob/main/docs/rules/CL001-syntax-error.md",
    }
