"""The examples: each right one is silent, each wrong one says what it is there for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import Result, lint
from tests.conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
#: Codes and messages of the wrong ones.
WRONG = {
    "3d-u-net": ["CL305 19069955 parameters declared, 19,075,523 derived in all"],
    "alexnet-224": ["CL103 54.25: the last row and column of 224x224 are never read"],
    "alexnet-caption": ["CL124 output [96, 55, 48] declared, [96, 55, 55] derived"],
    "googlenet-table-1": [
        "CL305 2.7K parameters declared, 9,408 derived",
        "CL307 34M multiply-adds declared, 118,013,952 derived",
        "CL305 159K parameters declared, 163,328 derived",
        "CL305 380K parameters declared, 388,096 derived",
        "CL305 364K parameters declared, 375,552 derived",
        "CL307 73M multiply-adds declared, 73,608,192 derived",
        "CL305 437K parameters declared, 448,512 derived",
        "CL305 463K parameters declared, 509,440 derived",
        "CL305 580K parameters declared, 604,672 derived",
        "CL305 840K parameters declared, 867,328 derived",
        "CL305 1072K parameters declared, 1,042,432 derived",
        "CL307 54M multiply-adds declared, 51,079,168 derived",
        "CL305 1388K parameters declared, 1,442,816 derived",
    ],
    "lecun-ranzato-16384": ["CL301 16384 kernels declared, 4096 derived"],
    "wrong-channels": ["CL201 32 input channels declared, 64 arrive"],
    "u-net-odd": [
        "CL403 a skip of 256x25x25 meets 256x24x24: the MaxPool2d rounds 25 / 2 down to 12 (25 is odd)",
    ],
}


def checked(path: Path) -> Result:
    return lint(Source(path.name, path.read_text(encoding="utf-8")), selection())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_what_convlint_says(path: Path) -> None:
    if path.stem.startswith("yolo"):
        pytest.skip("YOLO examples have tests of their own")
    findings = [found for found in checked(path).findings if found.severity != Severity.INFO]
    assert [f"{found.code} {found.message}" for found in findings] == WRONG.get(path.stem, [])


def test_every_wrong_example_is_there() -> None:
    assert set(WRONG) <= {path.stem for path in EXAMPLES}


def test_the_printed_count_of_3d_u_net_is_explained() -> None:
    (found,) = checked(ROOT / "examples" / "3d-u-net.yaml").findings[-1:]
    assert found.notes[-1] == (
        "19069955 is the count without normalisation and without the biases of the transposed convolutions"
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_editors_accept_the_examples(path: Path) -> None:
    """The generated JSON Schema has nothing against them."""
    if path.stem.startswith("yolo"):
        pytest.skip("not a native file")
    schema = json.loads((ROOT / "schemas" / "convlint.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(path.read_text(encoding="utf-8")))
