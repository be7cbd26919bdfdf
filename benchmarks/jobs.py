"""Many small files: several processes against one, as ratios, and the memory of a process.

    python benchmarks/jobs.py [ROUNDS]

Both sides run in turn.  Times mean something only while all cores are idle; the ratio of processor time does always.
The exit code is 1 if a target is missed.
"""

from __future__ import annotations

import compileall
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen
from time import perf_counter
from typing import NamedTuple

import networks

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from convlint.cli import script; script()", "--isolated"]
#: Files, and how many times as fast two processes have to be.
TARGETS = ((1_000, 1.4), (10_000, 1.6))
#: What one process may need at most for 1,000 files, in MiB, and how much processor time two may cost more than one.
MEMORY, COST = 160, 1.2


class Cost(NamedTuple):
    """Seconds, seconds of processors, and MiB of the largest process."""

    seconds: float
    cpu: float
    memory: float


def main(rounds: int) -> int:
    compileall.compile_dir(ROOT / "src", quiet=2)
    missed = False
    for count, target in TARGETS:
        with tempfile.TemporaryDirectory() as folder:
            _write(folder, count)
            taken: dict[int, list[Cost]] = {1: [], 2: []}
            for _ in range(rounds):
                for jobs, costs in taken.items():
                    costs.append(_run([*COMMAND, "-j", str(jobs), folder]))
        one, two = (Cost(*map(median, zip(*taken[jobs], strict=True))) for jobs in (1, 2))
        faster, dearer = one.seconds / two.seconds, two.cpu / one.cpu
        print(f"{count:>6} files: {one.seconds:.2f} s and {two.seconds:.2f} s")
        print(f"              {faster:.2f} times as fast (at least {target})")
        print(f"              {dearer:.2f} times the processor time (at most {COST})")
        print(f"              {one.memory:.0f} MiB and {two.memory:.0f} MiB a process")
        missed = missed or faster < target or dearer > COST or (count == TARGETS[0][0] and one.memory > MEMORY)
    return int(missed)


def _write(folder: str, count: int) -> None:
    for number in range(count):
        path = Path(folder, str(number // 100), f"net{number}.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(networks.SMALL, encoding="utf-8")


def _run(command: list[str]) -> Cost:
    start = perf_counter()
    process = Popen(command, stdout=DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    taken = perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{command} failed")
    return Cost(taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
