"""Records what ultralytics loads from one network into an edited one: ``python record_transfers.py`` where it is installed.

Both are built, and ``intersect_dicts`` says which tensors load.  Only numbers are kept: for every edit the tensors that
load, those of the edited network, and those of the other one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

GOLDEN = ROOT / "tests" / "golden" / "transfers.json"


def state(text: str) -> Any:
    from ultralytics.nn.tasks import DetectionModel

    return DetectionModel({**yaml.safe_load(text), "scale": "t"}, verbose=False).state_dict()


def main() -> None:
    import ultralytics
    from ultralytics.utils.torch_utils import intersect_dicts

    from tests.compare.edits import NAMES, edited

    text = (ROOT / "examples" / "yolo-small.yaml").read_text(encoding="utf-8")
    base = state(text)
    found: dict[str, list[int]] = {}
    for name in NAMES:
        mine = state(edited(text, name))
        found[name] = [len(intersect_dicts(base, mine)), len(mine), len(base)]
    lines = ",\n  ".join(f"{json.dumps(name)}: {json.dumps(counts)}" for name, counts in found.items())
    head = json.dumps(f"ultralytics {ultralytics.__version__}")
    GOLDEN.write_text(f'{{"framework": {head},\n "edits": {{\n  {lines}}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
