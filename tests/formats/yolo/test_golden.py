"""Held against measurements: 320 builds of four frameworks, 1,750 hand-like edits with ultralytics' verdict."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from convlint.findings import Severity
from convlint.formats.yolo.options import Options
from tests.conftest import Slice
from tests.formats.yolo.checking import check, check_file, errors, found

#: What the tables do not model: one row of TorchVision, and the head of two files.
NOT_MODELLED = {"TorchVision", "Panoptic"}
#: A deleted key leaves no line of its own, and its rows simply go on in the section before.
LINES_UNKNOWN = {"m02891", "m02897", "m02916"}


def sizes(maps: Any) -> list[list[int | None]]:
    return [list(value.shape) for value in maps]


@pytest.mark.parametrize("framework", ["ultralytics", "yolov5", "yolov7", "yolov9"])
def test_rows_are_what_the_framework_built(shared: Path, framework: str) -> None:
    data = json.loads((shared / "golden" / "yolo" / f"{framework}.json").read_text(encoding="utf-8"))
    wrong = []
    for key, model in data["models"].items():
        name, _, scale = key.partition("@")
        result = check_file(shared / "corpus" / "yolo" / name, scale, framework)
        (derivation,) = result.derivations
        before_unknown = False
        for (_, module, params, given, made), row in zip(model["rows"], derivation.layers, strict=True):
            if module in NOT_MODELLED:
                before_unknown = True
                continue
            if row.params != params:
                wrong.append((key, module, row.params, params))
            expected = given if isinstance(given[0], list) else [given]
            if module != "CBFuse" and not before_unknown and sizes(row.inputs) != expected:
                wrong.append((key, module, sizes(row.inputs), expected))
            single = made is not None and not isinstance(made[0], list)
            if single and module != "CBLinear" and sizes(row.outputs)[0] != made:
                wrong.append((key, module, sizes(row.outputs), made))
        if not before_unknown:
            assert derivation.params == model["params"], key
    assert wrong == []


def test_stock_files_are_silent(shared: Path) -> None:
    said = {}
    for path in sorted((shared / "corpus" / "yolo").rglob("*.yaml")):
        result = check_file(path)
        assert result.recognised == (path.name != "anchors.yaml"), path
        if found(result):
            said[path.name] = found(result)
    assert said == {}


def test_stock_files_whose_head_is_another_framework_s(shared: Path) -> None:
    for name in ("yolov3", "yolov3-spp", "yolov3-tiny"):
        path = shared / "corpus" / "yolo" / "yolov9" / "models" / "hub" / f"{name}.yaml"
        assert [finding.code for finding in errors(check_file(path, dialect="yolov9"))] == ["CL041"]


def test_stale_comments_of_stock_files(shared: Path) -> None:
    strides, parameters, compared = [], [], 0
    for path in sorted((shared / "corpus" / "yolo").rglob("*.yaml")):
        result = check(path.read_text(encoding="utf-8"), str(path), also=["CL033", "CL034"])
        for derivation in result.derivations:
            compared += len(derivation.network.claims)
        strides += [(path.name, line) for code, line, _ in found(result) if code == "CL033"]
        parameters += [path.name for code, _, _ in found(result) if code == "CL034"]
    assert strides == [
        ("yolov8-cls-resnet101.yaml", 20), ("yolov8-cls-resnet50.yaml", 20), ("r50-csp.yaml", 15), ("r50-csp.yaml", 19),
        ("r50-csp.yaml", 21), ("x50-csp.yaml", 15), ("x50-csp.yaml", 19), ("x50-csp.yaml", 21),
    ]  # fmt: skip
    assert compared == 165
    assert {name: parameters.count(name) for name in parameters} == dict.fromkeys(
        ("yolo11-cls.yaml", "yolo12-cls.yaml", "yolo26-sem.yaml", "yoloe-11.yaml", "yoloe-11-seg.yaml",
         "yoloe-v8.yaml", "yoloe-v8-seg.yaml"), 5
    )  # fmt: skip


def test_broken_files(shared: Path) -> None:
    data = json.loads((shared / "golden" / "yolo" / "broken.json").read_text(encoding="utf-8"))
    #: These build, and fail when they are used: B16f and B26f are the same files, run; B38 fails to load as a YOLO.
    later = {"B16", "B26", "B38", "B58"}
    for case in data["cases"]:
        result = check_file(shared / "corpus" / case["file"], case["scale"], case["loaded_with"].split()[0])
        refused = case["outcome"] == "error" or case["id"] in later
        assert bool(errors(result)) == refused, case["id"]


@pytest.mark.no_cover
def test_verdicts_on_edited_files(shared: Path, checked_here: Slice) -> None:
    folder = shared / "golden" / "yolo-mutants"
    spec = importlib.util.spec_from_file_location("rowtext", folder / "rowtext.py")
    assert spec is not None and spec.loader is not None
    rowtext = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["rowtext"] = rowtext
    spec.loader.exec_module(rowtext)
    mutants = json.loads(gzip.decompress((folder / "mutants.json.gz").read_bytes()))
    wrong, lines, silent = [], [], []
    for mutant in mutants:
        if mutant["id"] not in checked_here:
            continue
        stock = (shared / "corpus" / "yolo" / "ultralytics" / mutant["file"]).read_bytes().decode("utf-8").split("\n")
        text = "\n".join(rowtext.apply_edits(stock, mutant["edits"])[0])
        scale = mutant.get("scale")
        result = check(text, mutant["file"], Options((scale,) if scale else (), None, "ultralytics"))
        refused = errors(result)
        if bool(refused) != (mutant["verdict"] == "fail"):
            wrong.append(mutant["id"])
        elif refused:
            right = {*mutant["edit_lines"], mutant["line"]} - {None}
            if right and not right & {result.source.position(finding.span[0])[0] for finding in refused}:
                lines.append(mutant["id"])
        elif mutant["kind"].startswith(("insert", "duplicate")) and mutant["kind"] != "insert_renumber_full":
            warned = any(finding.severity is Severity.WARNING for finding in result.findings)
            if not warned and {"dead_row", "head_reads_concat"} & set(mutant["facts"]):
                silent.append(mutant["id"])
    assert wrong == []
    assert set(lines) <= LINES_UNKNOWN
    assert silent == []
