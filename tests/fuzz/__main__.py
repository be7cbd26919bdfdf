"""``python -m tests.fuzz --seconds N --seed S``: look for texts that crash convlint, and keep them."""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.fuzz.mutator import Mutator
from tests.fuzz.running import COMMANDS, Wrong, run

#: CPU seconds of one command that are worth a look, on any machine.
SLOW = 2.0


def main() -> int:
    """Run commands on random texts until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--keep", type=Path, default=ROOT / "tests" / "fuzz" / "crashes", help="where finds are written"
    )
    options = parser.parse_args()
    mutator = Mutator(options.seed)
    end = time.monotonic() + options.seconds
    count = 0
    seen: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            ending, text = mutator.text()
            path = Path(folder) / f"net.{ending}"
            for argv in (COMMANDS[0], mutator.random.choice(COMMANDS[1:])):
                path.write_text(text, encoding="utf-8", errors="replace")
                count += 1
                try:
                    took = run(argv, path)
                    wrong = f"{' '.join(argv)}: {took:.1f} s" if took > SLOW else None
                except Wrong as error:
                    wrong = str(error)
                kind = (wrong and wrong.partition("internal error")[2]) or wrong
                if wrong and kind not in seen:
                    seen.add(str(kind))
                    name = f"{argv[0]}-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:8]}.{ending}"
                    (options.keep / name).write_text(text, encoding="utf-8", errors="replace")
                    print(f"{name}: {wrong}".strip(), flush=True)
    print(f"{count:,} executions, {len(seen)} different finds")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
