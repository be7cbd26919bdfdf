"""Whether time, memory and output grow no faster than the file: large, deep, wide and broken files, each at two sizes.

    python benchmarks/scaling.py [NAME...]

Every file is checked by a process of its own, half as large first.  The exit code is 1 if twice the file takes more
than 2.6 times the time beyond what starting takes, or if a process needs more than LIMIT seconds.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter
from typing import NamedTuple

import networks

COMMAND = ("-c", "from convlint.cli import script; script()")
#: Seconds for the larger file.
LIMIT = 30.0
MOST_GROWTH = 2.6
#: Below this many seconds beyond the start, a ratio says nothing.
NOTICEABLE = 0.2


class Taken(NamedTuple):
    """What one process took: seconds, its peak of memory in MB (0 where the system does not tell), output in bytes."""

    seconds: float
    memory: float
    output: int
    code: int


#: What to write for a size, and the larger of the two sizes.
FILES: dict[str, tuple[Callable[[int], str], int]] = {
    "layers": (networks.network, 100_000),
    "repeat, same shape": (networks.repeated, 1_000_000_000),
    "repeat, other shapes": (networks.shrinking, 60_000),
    "repeat, too many": (networks.shrinking, 1_000_000_000),
    "one Concat": (networks.wide_concat, 20_000),
    "keys of one layer": (networks.many_keys, 100_000),
    "claims": (networks.many_claims, 50_000),
    "failing layers": (networks.failing, 20_000),
    "failing joins": (networks.failing_joins, 20_000),
    "failing, one line": (networks.one_line, 20_000),
    "far joins": (networks.far_joins, 10_000),
    "same names": (networks.same_names, 20_000),
    "long name": (networks.long_name, 200_000),
    "long table": (networks.long_table, 60_000),
    "nested groups": (networks.nested, 45),
    "unknown names": (networks.unknown_names, 20_000),
    "unknown types": (networks.unknown_types, 20_000),
    "unknown keys": (networks.unknown_keys, 20_000),
    "dead layers": (networks.dead, 20_000),
    "suppressions": (networks.suppressed, 20_000),
}


def main(names: list[str]) -> int:
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.yaml")
        path.write_text(networks.SMALL, encoding="utf-8")
        start = min(_check(path).seconds for _ in range(3))
        print(f"{'':<24}{'size':>14}{'seconds':>9}{'MB':>7}{'output':>12}{'code':>6}{'growth':>8}")
        for name in names or FILES:
            write, size = FILES[name]
            previous = None
            for number in (size // 2, size):
                path.write_text(write(number), encoding="utf-8")
                taken = _check(path)
                growth = ""
                if previous is not None and previous.seconds - start > NOTICEABLE:
                    ratio = (taken.seconds - start) / (previous.seconds - start)
                    growth = f"{ratio:.2f}"
                    wrong += ratio > MOST_GROWTH
                wrong += taken.seconds > LIMIT
                print(
                    f"{name:<24}{number:>14,}{taken.seconds:>9.2f}{taken.memory:>7.0f}{taken.output:>12,}{taken.code:>6}"
                    f"{growth:>8}"
                )
                previous = taken
    return 1 if wrong else 0


def _check(path: Path) -> Taken:
    """Check a file in a process of its own."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begin = perf_counter()
    process = Popen([sys.executable, *COMMAND, str(path), "--isolated"], stdout=PIPE, env=environment)
    assert process.stdout is not None
    output = sum(map(len, iter(lambda: process.stdout.read(1 << 20), b"")))
    memory = 0.0
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    else:
        process.wait()
    return Taken(perf_counter() - begin, memory, output, process.returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
