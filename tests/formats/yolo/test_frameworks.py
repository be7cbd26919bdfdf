"""Whole frameworks and forks evaluated from their sources, where these lie in a folder that the environment names.

``CONVLINT_FRAMEWORKS`` is a folder of unpacked releases (``ultralytics-8.4.190/ultralytics/...``, ``yolov5/models/...``):
all of their own model files must be built without an error and without an unknown size.  ``CONVLINT_FORKS`` is a folder
of repositories by ``owner+name``, beside which the recorded files of ``../shared/corpus/forks`` are checked against what
the repositories' own code built.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from convlint import catalogue
from convlint.document import Source
from convlint.findings import Severity
from convlint.formats.lowered import Memory
from convlint.formats.yolo.options import Options
from convlint.lint import Result, lint
from tests.conftest import ROOT

SHARED = ROOT.parent / "shared"
#: The release that the built-in tables are written for.
TABLES = "ultralytics-8.4.190"
#: Rows of which nobody knows the sizes without another library.
OUTSIDE = ("TorchVision", "Index")


def folder(name: str) -> Path | None:
    given = os.environ.get(name)
    return Path(given) if given else None


def model_files(root: Path | None) -> list[Path]:
    if root is None:
        return []
    return [path for path in sorted(root.rglob("*.yaml")) if "backbone:" in path.read_text(errors="replace")]


FRAMEWORKS = folder("CONVLINT_FRAMEWORKS")
FORKS = folder("CONVLINT_FORKS")


@cache
def memory(root: Path) -> Memory:
    """What is read of a framework is read once."""
    return Memory()


def checked(path: Path, text: str, options: Options, known: Memory) -> Result:
    return lint(Source(str(path), text), catalogue.selection(), options={"yolo": options}, memory=known)


@pytest.mark.skipif(FRAMEWORKS is None, reason="CONVLINT_FRAMEWORKS names no folder with sources of frameworks")
@pytest.mark.parametrize("path", model_files(FRAMEWORKS), ids=str)
def test_stock_file(path: Path) -> None:
    assert FRAMEWORKS is not None
    root = FRAMEWORKS / path.relative_to(FRAMEWORKS).parts[0]
    result = checked(path, path.read_text(), Options(), memory(root))
    assert [found.message for found in result.findings if found.severity is Severity.ERROR] == []
    assert "YO002" not in {found.code for found in result.findings}
    for derivation in result.derivations:
        behind = False
        for derived in derivation.layers[:-1]:
            behind = behind or derived.layer.type in OUTSIDE
            sizes = [made.shape for made in derived.outputs]
            assert behind or all(shape is not None and None not in shape for shape in sizes), derived.name


@pytest.mark.skipif(FRAMEWORKS is None, reason="CONVLINT_FRAMEWORKS names no folder with sources of frameworks")
@pytest.mark.parametrize("path", model_files(FRAMEWORKS / TABLES if FRAMEWORKS else None), ids=str)
def test_tables_say_what_the_code_says(path: Path) -> None:
    assert FRAMEWORKS is not None
    text = path.read_text()
    code = checked(path, text, Options(), memory(FRAMEWORKS / TABLES))
    tables = checked(path, text, Options(source="none"), Memory())
    for one, other in zip(code.derivations, tables.derivations, strict=True):
        for row, known in list(zip(one.layers, other.layers, strict=True))[:-1]:
            if row.layer.type in OUTSIDE:
                break
            if row.layer.type == "ImagePoolingAttn":
                continue  # it makes texts of maps; in the tables the maps pass by
            assert [made.shape for made in row.outputs] == [made.shape for made in known.outputs], row.name
            assert row.params == known.params, row.name


def recorded() -> list[tuple[str, dict[str, Any]]]:
    golden = SHARED / "golden" / "forks"
    if FORKS is None or not golden.is_dir():
        return []
    found = []
    for path in sorted(golden.glob("*.json")):
        record = json.loads(path.read_text())
        found += [(path.stem, file) for file in record["files"]]
    return found


@pytest.mark.skipif(FORKS is None, reason="CONVLINT_FORKS names no folder with repositories")
@pytest.mark.parametrize(
    "fork, record", recorded(), ids=lambda value: value if isinstance(value, str) else value["file"]
)
def test_fork(fork: str, record: dict[str, Any]) -> None:
    """No size and no count is wrong; what is not known is no mistake."""
    assert FORKS is not None
    path = FORKS / fork / record["file"]
    if not (FORKS / fork).is_dir():
        pytest.skip(f"{fork} is not in CONVLINT_FORKS")
    text = (SHARED / "corpus" / "forks" / fork / record["file"]).read_text()
    scales = (record["scale"],) if record["scale"] else ()
    if not path.is_file():
        pytest.skip(f"{record['file']} is not in the repository")
    options = Options(scales=scales, input=(record["ch"], 256, 256))
    result = checked(path, text, options, memory(FORKS / fork))
    if record["build"] == record["forward"] == "ok":
        assert [found.message for found in result.findings if found.severity is Severity.ERROR] == []
    for derived, row in zip(
        result.derivations[0].layers if result.derivations else (), record["rows"] or (), strict=False
    ):
        assert derived.params in (None, row["params"]), derived.name
        out = row.get("out") or []
        lists = [tuple(one) for one in out if isinstance(one, list)]
        shapes = lists or [tuple(out)]
        made = [made.shape for made in derived.outputs]
        if out and all(shape is not None and None not in shape for shape in made):
            assert made == shapes, derived.name
