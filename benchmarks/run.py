"""How fast convlint is, as ratios: whole processes side by side, in turn, on this machine.

    python benchmarks/run.py [ROUNDS]

Each pair is run alternately ROUNDS times (default 11) and the medians are compared, so what else the machine does
falls on both sides.  The exit code is 1 if a target is missed.
"""

from __future__ import annotations

import compileall
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, run
from time import perf_counter
from typing import NamedTuple

import networks

ROOT = Path(__file__).resolve().parents[1]
CONVLINT = "from convlint.cli import script; script()"
FLOOR = "import yaml, pydantic; type('M', (pydantic.BaseModel,), {'__annotations__': {'x': int}})"
LOADER = "import sys, yaml; yaml.load(open(sys.argv[1], encoding='utf-8'), Loader=yaml.CSafeLoader)"
#: Selects nothing that a right file has: the empty crop of a padding layer. CL001 and CL022 are always on.
NO_RULES = ("--select", "CL112")


class Pair(NamedTuple):
    """Two command lines (arguments of Python) and the most that the first may take of the second's time."""

    what: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    target: float


def main(rounds: int) -> int:
    compileall.compile_dir(ROOT / "src", quiet=2)
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.yaml"), Path(folder, "large.yaml")
        small.write_text(networks.SMALL, encoding="utf-8")
        large.write_text(networks.network(20_000), encoding="utf-8")
        print(f"{'':<52}{'convlint':>10}{'other':>10}{'ratio':>8}{'target':>8}")
        for pair in _pairs(str(small), str(large)):
            ours, theirs = _medians(pair, rounds, folder)
            ratio = ours / theirs
            missed += ratio > pair.target
            sign = "" if ratio <= pair.target else "  missed"
            print(f"{pair.what:<52}{ours * 1000:>8.0f}ms{theirs * 1000:>8.0f}ms{ratio:>8.2f}{pair.target:>8.2f}{sign}")
    return 1 if missed else 0


def _pairs(small: str, large: str) -> list[Pair]:
    check, isolated = ("-c", CONVLINT), "--isolated"
    return [
        Pair("20 layers / importing yaml and pydantic, one model", (*check, small, isolated), ("-c", FLOOR), 1.4),
        Pair("20,000 layers / loading them with CSafeLoader", (*check, large, isolated), ("-c", LOADER, large), 1.0),
        Pair(
            "20,000 layers, default rules / without rules",
            (*check, large, isolated),
            (*check, large, isolated, *NO_RULES),
            1.4,
        ),
        Pair(
            "20,000 layers, all rules / without rules",
            (*check, large, isolated, "--select", "ALL"),
            (*check, large, isolated, *NO_RULES),
            1.4,
        ),
    ]


def _medians(pair: Pair, rounds: int, folder: str) -> tuple[float, float]:
    """The median times of both sides; the first round, which warms up what the system caches, does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for side, arguments in enumerate((pair.ours, pair.theirs)):
            times[side].append(_time(arguments, folder))
    return median(times[0][1:]), median(times[1][1:])


def _time(arguments: tuple[str, ...], folder: str) -> float:
    environment = dict(os.environ)
    # Both sides run from compiled modules, as they do once they are installed.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = perf_counter()
    done = run([sys.executable, *arguments], stdout=DEVNULL, cwd=folder, env=environment, check=False)
    taken = perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments} ended with exit code {done.returncode}")
    return taken


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 11))
