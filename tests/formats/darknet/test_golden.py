"""What both Darknets themselves derived from 144 files, where the folder of reference data is beside the repository."""

from __future__ import annotations

import json
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import pytest

from convlint import catalogue
from convlint.derive.state import Derived
from convlint.derive.stored import stored_numbers
from convlint.document import Source
from convlint.findings import Severity
from convlint.formats.darknet.options import Options
from convlint.lint import Result, lint

FORKS = {"AlexeyAB": "alexeyab", "pjreddie": "pjreddie"}
#: Rules on the stock files and what is wrong there, by hand: whole files, not to be confused with false alarms.
DEFECTS = {
    "AlexeyAB+darknet/cfg/cspx-p7-mish.cfg": ["DK002"] * 5,
    "AlexeyAB+darknet/cfg/cspx-p7-mish_hp.cfg": ["DK004"] * 5,
    "Sonins+yolo-conf/yolov4-tiny.cfg": ["DK002"] * 2,
}
#: Shortcuts that AlexeyAB's Darknet refuses in its own folder.
REFUSED = dict.fromkeys(
    [f"AlexeyAB+darknet/cfg/{name}.cfg" for name in ("resnet50", "resnet101", "resnet152", "resnext152-32x4d")],
    ["DK015"] * 3,
)
STORED = {
    "pjreddie+darknet/cfg/yolov3.cfg": 62_001_757,
    "pjreddie+darknet/cfg/yolov3-tiny.cfg": 8_858_734,
    "AlexeyAB+darknet/cfg/yolov4.cfg": 64_429_405,
    "pjreddie+darknet/cfg/vgg-16.cfg": 138_357_544,
}


def files(shared: Path) -> list[Path]:
    folder = shared / "corpus" / "darknet"
    return sorted(folder.glob("**/*.cfg"))


@cache
def checked(path: Path, dialect: str | None) -> Result:
    text = path.read_bytes().decode()
    return lint(Source(path.name, text), catalogue.selection(), options={"darknet": Options(dialect)})


def loud(result: Result) -> list[str]:
    return [found.code for found in result.findings if found.severity != Severity.INFO]


@pytest.mark.no_cover
def test_every_layer_is_what_darknet_says(shared: Path) -> None:
    golden = json.loads((shared / "golden" / "darknet" / "layers.json").read_text(encoding="utf-8"))
    compared = 0
    for name, forks in golden.items():
        for fork, said in forks.items():
            if said["verdict"] != "ok":
                continue
            result = checked(shared / "corpus" / "darknet" / name, FORKS[fork])
            (derivation,) = result.derivations
            assert len(derivation.layers) == len(said["layers"]), name
            unknown = False
            for derived, layer in zip(derivation.layers, said["layers"], strict=True):
                # pjreddie's reads on behind a section that it does not know, with a layer that makes nothing.
                unknown = unknown or (derived.layer.type == "section" and not layer["outputs"])
                if not unknown:
                    compared += 1
                    assert _agree(derived, layer), (name, fork, derived.name, layer)
    assert compared > 18_000


def _agree(derived: Derived, layer: dict[str, Any]) -> bool:
    shape = derived.output.shape
    if shape is None or None in shape or prod(shape) != layer["outputs"]:  # type: ignore[arg-type]
        return False
    if layer["out"][0] and list(shape) != layer["out"]:
        return False
    weights = [part.weight for part in (derived, *derived.children) if part.weight is not None]
    return not layer["weights"] or prod(weights[0]) == layer["weights"]


@pytest.mark.no_cover
def test_stock_files_are_silent_but_for_their_defects(shared: Path) -> None:
    for path in files(shared):
        name = path.relative_to(shared / "corpus" / "darknet").as_posix()
        assert loud(checked(path, None)) == DEFECTS.get(name, []), name
        own = next((dialect for fork, dialect in FORKS.items() if name.startswith(f"{fork}+darknet")), None)
        if own is not None:
            assert loud(checked(path, own)) == (DEFECTS | REFUSED).get(name, []), name


@pytest.mark.no_cover
def test_what_an_assert_of_darknet_stops_is_an_error(shared: Path) -> None:
    golden = json.loads((shared / "golden" / "darknet" / "layers.json").read_text(encoding="utf-8"))
    stopped = 0
    for name, forks in golden.items():
        for fork, said in forks.items():
            if said["verdict"] == "fail" and said.get("signal") == 6:
                stopped += 1
                found = checked(shared / "corpus" / "darknet" / name, FORKS[fork]).findings
                assert any(finding.severity == Severity.ERROR for finding in found), (name, fork)
    assert stopped >= 15


@pytest.mark.parametrize("name", STORED)
def test_numbers_in_a_weights_file(shared: Path, name: str) -> None:
    (derivation,) = checked(shared / "corpus" / "darknet" / name, None).derivations
    assert stored_numbers(derivation) == STORED[name]
