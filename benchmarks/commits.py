"""How fast two commits are, side by side: ``python benchmarks/commits.py BEFORE AFTER [--rounds N] [FILE...]``.

Each case is run by whole processes of both commits in turn, the one that begins changing from round to round, and their
processor time (user and system) is compared, so that what else the machine does falls on both sides.  The exit code is
1 if a median of AFTER is more than 1.05 times that of BEFORE.  FILEs are checked beside the usual cases.

Both run in the Python that runs this, which needs their dependencies; it needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import compileall
import os
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from statistics import median

import networks

ROOT = Path(__file__).resolve().parent.parent
#: How much slower a case may have become.
TARGET = 1.05


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=15, help="alternations of which the median counts (default: 15)")
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before, after = (
            unpack(commit, folder / side) for commit, side in ((options.before, "a"), (options.after, "b"))
        )
        print(f"{'':<24}{'before':>10}{'after':>10}{'medians':>9}{'least':>8}")
        for what, words in cases(folder, options.files).items():
            olds, news = times(before, after, words, options.rounds)
            ratio = median(news) / median(olds)
            missed += ratio > TARGET
            print(
                f"{what:<24}{median(olds) * 1000:>8.0f}ms{median(news) * 1000:>8.0f}ms{ratio:>9.3f}"
                f"{min(news) / min(olds):>8.3f}{'  missed' if ratio > TARGET else ''}",
                flush=True,
            )
    return 1 if missed else 0


def unpack(commit: str, folder: Path) -> Path:
    """The sources of a commit, compiled as they are once they are installed."""
    done = subprocess.run(["git", "-C", str(ROOT), "archive", commit, "src"], check=True, capture_output=True)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    compileall.compile_dir(folder, quiet=2)
    return folder / "src"


def cases(folder: Path, files: list[Path]) -> dict[str, list[str]]:
    """Command lines by what they are called."""
    small, large = folder / "small.yaml", folder / "large.yaml"
    small.write_text(networks.SMALL, encoding="utf-8")
    large.write_text(networks.network(20_000), encoding="utf-8")
    examples = [ROOT / "examples" / name for name in ("lenet-5.yaml", "yolo-small.yaml")]
    return {
        "--version": ["--version"],
        "--help": ["--help"],
        **{path.name: [str(path.resolve()), "--isolated"] for path in (*examples, *files)},
        "20 layers": [str(small), "--isolated"],
        "20,000 layers": [str(large), "--isolated"],
    }


def times(before: Path, after: Path, words: list[str], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of both sides; the first round, which warms up what the system caches, does not count."""
    sides: dict[Path, list[float]] = {before: [], after: []}
    for number in range(rounds + 1):
        for source in (before, after) if number % 2 else (after, before):
            sides[source].append(processor_time(source, words))
    return sides[before][1:], sides[after][1:]


def processor_time(source: Path, words: list[str]) -> float:
    """Seconds that a process takes of the processor, its own and the system's for it."""
    environment = os.environ | {"PYTHONPATH": str(source)}
    command = [sys.executable, "-m", "convlint", *words]
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=source, env=environment, stdout=null, stderr=null)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{words} ended with exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
