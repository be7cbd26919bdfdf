"""How long YOLO files take: ``python benchmarks/yolo.py FOLDER [FILE]``.

All model files below FOLDER (a clone of ultralytics, for instance) are checked at all scales in one process; that must
take at most LIMIT seconds.  Then FILE, ``examples/yolo-small.yaml`` by default, is checked at all its scales by a whole
process, against a whole process that builds one scale of it with ultralytics; that is skipped where ultralytics is not
installed.  ``--python`` names an interpreter that has it.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Seconds for all files of a folder.
LIMIT = 4.0
#: How much faster one file must be than building it.
RATIO = 10
BUILD = """\
import sys
from ultralytics.nn.tasks import yaml_model_load, DetectionModel
DetectionModel(yaml_model_load(sys.argv[1]), ch=3, verbose=False)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where model files are")
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "examples" / "yolo-small.yaml")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has ultralytics")
    parser.add_argument("--repeat", type=int, default=5, help="runs of which the median counts (default: 5)")
    options = parser.parse_args()
    seconds, files, networks = folder(options.folder)
    print(f"{files} files, {networks} scales: {seconds:.2f} s in one process (at most {LIMIT:g} s)")
    right = seconds <= LIMIT
    own = [sys.executable, "-m", "convlint", "--exit-zero", "--isolated", str(options.file)]
    mine = process(own, options.repeat)
    print(f"convlint, {options.file.name} at all scales, whole process: {mine:.2f} s")
    if subprocess.run([options.python, "-c", "import ultralytics.nn.tasks"], capture_output=True).returncode:
        print("skipped: building it with ultralytics, which this Python does not have (see --python)")
    else:
        theirs = process([options.python, "-c", BUILD, str(options.file)], options.repeat)
        print(f"ultralytics, one scale, whole process: {theirs:.2f} s, {theirs / mine:.1f} times as long")
        right = right and theirs >= RATIO * mine
    return 0 if right else 1


def folder(path: Path) -> tuple[float, int, int]:
    """Seconds for all model files below a folder, how many files and how many networks they are."""
    from convlint.catalogue import selection
    from convlint.document import Source
    from convlint.lint import lint

    selected = selection()
    texts = [(str(file), file.read_text(encoding="utf-8")) for file in sorted(path.rglob("*.yaml"))]
    files = networks = 0
    gc.disable()
    start = time.perf_counter()
    for name, text in texts:
        result = lint(Source(name, text), selected, named=False)
        files += result.recognised
        networks += len(result.derivations)
    return time.perf_counter() - start, files, networks


def process(command: list[str], times: int) -> float:
    """The median of the seconds that a command takes; the first run warms the caches and does not count."""
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


if __name__ == "__main__":
    raise SystemExit(main())
