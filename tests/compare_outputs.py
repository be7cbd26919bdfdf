"""Which outputs of convlint change from one commit to another: ``python tests/compare_outputs.py OLD NEW [PATH]...``.

OLD and NEW are commits of this repository, or folders that hold ``src/convlint``.  Every file of PATH is given to both
of them, and what they print for each of the commands below is compared byte for byte.  What differs is listed, with a
few diffs and a count by command and by kind.  Exit code: 0 all the same, 1 something differs, 2 wrong usage.

Without PATH the examples and the files of ``../shared`` are taken: of the edited stock files one in ten, and ``sizes``,
which takes longer than all the others together, is asked about one file in twenty.  ``--all`` takes all of them.

Each commit works in as many processes as there are cores, which stay alive for all files; only ``convlint.cli.main`` of
them is used, whatever else has moved.  A file on which one of them works too long, or dies, costs that process alone.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from typing import Any, NamedTuple
from zlib import crc32

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = (ROOT / "examples", ROOT.parent / "shared" / "corpus", ROOT.parent / "shared" / "golden" / "yolo-mutants")
EDITS = "mutants.json.gz"
ENDINGS = (".yaml", ".yml", ".json", ".cfg", ".prototxt")
#: What is asked about every file; the file's path comes behind.  ``explain`` gets lines of layers besides.
COMMANDS = {
    "show-json": ["show", "--format", "json"],
    "explain": ["explain", "--color", "never"],
    "check-json": ["--format", "json", "--info"],
    "check": ["--format", "full", "--color", "never", "--info"],
    "show": ["show", "--color", "never"],
    "sizes": ["sizes", "--color", "never"],
    "diff": ["--diff", "--unsafe-fixes", "--color", "never"],
}
#: No process may take more memory, where the system can say so.
MEMORY = 3 << 30
#: How often longer than its CPU time a command is waited for: a busy machine may be that slow.
WAITING = 20


class Output(NamedTuple):
    """What a command line came to: the exit code, or None and why there is none."""

    code: int | None
    out: str
    err: str


class Difference(NamedTuple):
    """A command that prints something else about a file now."""

    path: str
    command: str
    kinds: list[str]
    old: Output
    new: Output


class Side:
    """A process that runs the command lines of one commit, and is replaced when it dies or is too slow."""

    def __init__(self, source: Path, seconds: float, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None

    def ask(self, argv: list[str]) -> None:
        """Start a command line; ``answer`` must be called next."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, "--serve", str(self._source), str(self._seconds)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(self._source), "PYTHONHASHSEED": "0"},
            )  # fmt: skip
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died at once: ``answer`` says so
            self._process.stdin.write(json.dumps(argv) + "\n")
            self._process.stdin.flush()

    def answer(self) -> Output:
        """What the command line came to."""
        process = self._process
        assert process is not None and process.stdout is not None
        late = []
        timer = Timer(self._seconds * WAITING, lambda: (late.append(True), process.kill()))
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        if line:
            return Output(*json.loads(line))
        # It may be on the way out, of which only the end says how.
        code = process.wait()
        self.close()
        return Output(None, "", "hangs" if late or code == -getattr(signal, "SIGPROF", 0) else "dies")

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def serve(source: str, seconds: float) -> None:
    """Run the command lines that standard input holds, a JSON list a line, and print what each came to.

    The system ends the process when one of them takes more seconds of CPU, whatever it does.
    """
    limit = getattr(signal, "setitimer", lambda which, seconds: None)
    which = getattr(signal, "ITIMER_PROF", None)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):
        pass
    from convlint import cli

    assert Path(cli.__file__).is_relative_to(source), f"{cli.__file__} is not of {source}"
    for line in sys.stdin:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        limit(which, seconds)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(json.loads(line))
        limit(which, 0)
        texts = [stream.buffer.getvalue().decode("utf-8") for stream in _flushed(out, err)]
        answers.write(json.dumps([code, *texts]) + "\n")
        answers.flush()


def _flushed(*streams: io.TextIOWrapper) -> tuple[Any, ...]:
    for stream in streams:
        stream.flush()
    return streams


def compare_file(
    old: Side, new: Side, path: str, commands: dict[str, list[str]]
) -> Iterator[tuple[str, Output, Output]]:
    """The outputs of both sides for every command, until one of them has none."""
    lines: list[str] = []
    for command, argv in commands.items():
        if command == "explain" and not lines:
            continue
        for side in (old, new):
            side.ask([*argv, path, *(lines if command == "explain" else ())])
        before, after = old.answer(), new.answer()
        yield command, before, after
        if before.code is None or after.code is None:
            return
        if command == "show-json":
            lines = _layers(before.out) or _layers(after.out)


def _layers(shown: str) -> list[str]:
    """The lines of the first and the last layer and of two between them."""
    try:
        layers = json.loads(shown)["networks"][0]["layers"]
        lines = sorted({layer["line"] for layer in layers})
    except (ValueError, LookupError, TypeError):
        return []
    return list(dict.fromkeys(str(lines[index * (len(lines) - 1) // 3]) for index in range(4) if lines))


def kinds_of(command: str, old: Output, new: Output) -> list[str]:
    """What is different, in a word each: for the findings as JSON, which rules find more, less or say something else."""
    if old.code is None or new.code is None:
        return [f"{old.err if old.code is None else 'ends'} -> {new.err if new.code is None else 'ends'}"]
    kinds = [f"exit code {old.code} -> {new.code}"] if old.code != new.code else []
    try:
        before, after = (
            (json.loads(side.out)["findings"] for side in (old, new)) if command == "check-json" else ([], [])
        )
        was, now = (Counter(json.dumps(found) for found in found_by) for found_by in (before, after))
        gone, came = (
            Counter(json.loads(found)["code"] for found in left.elements()) for left in (was - now, now - was)
        )
    except (ValueError, LookupError, TypeError):
        gone, came = Counter(), Counter()
    for code in sorted({*gone, *came}):
        both = min(gone[code], came[code])
        kinds += [f"~{code}"] * bool(both) + [f"-{code}"] * (gone[code] > both) + [f"+{code}"] * (came[code] > both)
    if old.out != new.out and not (gone or came):
        kinds.append("output")
    if old.err != new.err:
        kinds.append("messages")
    return kinds


def compare(
    pairs_of_sides: list[tuple[Side, Side]], work: list[tuple[Path, dict[str, list[str]]]]
) -> tuple[int, list[Difference], list[str]]:
    """Ask pairs of processes about files: the number of outputs, what differs, and what ended on neither side."""
    pairs: SimpleQueue[tuple[Side, Side]] = SimpleQueue()
    for pair in pairs_of_sides:
        pairs.put(pair)

    def one(task: tuple[Path, dict[str, list[str]]]) -> tuple[int, list[Difference], list[str]]:
        file, commands = task
        pair = pairs.get()
        count, different, endless = 0, [], []
        for command, before, after in compare_file(*pair, str(file), commands):
            count += 1
            if before != after:
                different.append(Difference(str(file), command, kinds_of(command, before, after), before, after))
            elif before.code is None:
                endless.append(f"{file}: {command} {before.err} on both sides")
        pairs.put(pair)
        return count, different, endless

    try:
        with ThreadPoolExecutor(len(pairs_of_sides)) as pool:
            results = list(pool.map(one, work))
    finally:
        for pair in pairs_of_sides:
            for side in pair:
                side.close()
    return (
        sum(count for count, _, _ in results),
        [difference for _, different, _ in results for difference in different],
        [line for _, _, endless in results for line in endless],
    )


def report(different: list[Difference], diffs: int, lines: int) -> Iterator[str]:
    """The lines that say what differs: file by file, then a diff for each command and kind, then counts."""
    by_file: dict[str, list[Difference]] = {}
    for difference in different:
        by_file.setdefault(difference.path, []).append(difference)
    for path, of_file in by_file.items():
        yield f"{path}: " + ", ".join(f"{found.command} ({' '.join(found.kinds)})" for found in of_file)
    first_of_kind = {(difference.command, *difference.kinds): difference for difference in reversed(different)}
    for difference in list(first_of_kind.values())[::-1][:diffs]:
        yield f"\n=== {difference.command} {difference.path}"
        yield from islice(_diff(difference), lines)
    if different:
        yield ""
    by_command = Counter(difference.command for difference in different)
    for command, count in by_command.items():
        kinds = Counter(kind for found in different if found.command == command for kind in found.kinds)
        yield f"{command:<10} {count:>5}: {', '.join(f'{kind} {times}' for kind, times in kinds.most_common())}"


def _diff(difference: Difference) -> Iterator[str]:
    for name in ("out", "err"):
        before, after = (getattr(side, name).splitlines() for side in (difference.old, difference.new))
        for line in difflib.unified_diff(before, after, f"old {name}", f"new {name}", n=1, lineterm=""):
            yield line if len(line) <= 300 else f"{line[:300]}..."


def source_of(commit: str, into: Path) -> Path:
    """A copy of the folder that holds the package ``convlint``, of a commit or of a folder."""
    if Path(commit).is_dir():
        shutil.copytree(Path(commit) / "src", into / "src")
    else:
        archive = ["git", "-C", str(ROOT), "archive", commit, "src"]
        packed = subprocess.run(archive, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(into, filter="data")
    return into / "src"


def files_of(paths: list[Path], scratch: Path) -> list[Path]:
    """The files to compare on: those named, those in folders, and those that a list of edits describes."""
    found: list[Path] = []
    for path in paths:
        if path.is_file():
            found.append(path.resolve())
            continue
        for edits in sorted(path.rglob(EDITS)):
            rebuilt = scratch / "edited"
            stock = edits.parents[2] / "corpus" / "yolo" / "ultralytics"
            apply = [sys.executable, str(edits.parent / "apply.py"), str(stock), str(edits), str(rebuilt)]
            subprocess.run([*apply, "--no-verdicts"], check=True, capture_output=True)
            found += sorted(rebuilt.rglob("*.yaml"))
        found += sorted(file.resolve() for file in path.rglob("*") if file.suffix in ENDINGS and file.is_file())
    # The name of a file may choose a scale: only what has both in common is the same file twice.
    return list({(file.name, file.read_bytes()): file for file in reversed(found)}.values())[::-1]


def work_on(files: list[Path], asked: list[str], everything: bool) -> list[tuple[Path, dict[str, list[str]]]]:
    """Each file with what is asked about it; unless everything is, a fixed selection by the content of the files."""
    # The layers to explain are taken from what `show` prints.
    needed = {*asked, "show-json"} if "explain" in asked else {*asked}
    work = []
    for file in files:
        number = crc32(file.read_bytes())
        if not everything and "edited" in file.parts and number % 10:
            continue
        wanted = needed if everything or number % 20 == 0 else needed - {"sizes"}
        work.append((file, {name: words for name, words in COMMANDS.items() if name in wanted}))
    return work


def main(argv: list[str]) -> int:
    """Run a command line and return the exit code."""
    if argv[:1] == ["--serve"]:
        serve(argv[1], float(argv[2]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path)
    parser.add_argument("--all", action="store_true", help="take all files and commands without PATH, too")
    parser.add_argument("--commands", help=f"some of {','.join(COMMANDS)} (default: all)", default=",".join(COMMANDS))
    parser.add_argument("--diffs", type=int, default=20, help="how many diffs are shown (default: 20)")
    parser.add_argument("--lines", type=int, default=20, help="how many lines of each (default: 20)")
    parser.add_argument("--seconds", type=float, default=60, help="the CPU time that a command may take (default: 60)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes of each commit (default: cores)")
    options = parser.parse_intermixed_args(argv)
    asked = options.commands.split(",")
    if unknown := {*asked} - {*COMMANDS}:
        parser.error(f"no such command: {', '.join(sorted(unknown))}")
    if missing := [str(path) for path in options.paths if not path.exists()]:
        parser.error(f"no such file or folder: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        try:
            old, new = (source_of(getattr(options, side), scratch / side) for side in ("old", "new"))
        except subprocess.CalledProcessError as error:
            parser.error(error.stderr.decode().strip())
        except OSError as error:
            parser.error(str(error))
        files = files_of(options.paths or [path for path in DEFAULT if path.exists()], scratch)
        work = work_on(files, asked, everything=options.all or bool(options.paths))
        sides = [
            (Side(old, options.seconds, scratch), Side(new, options.seconds, scratch)) for _ in range(options.jobs)
        ]
        count, different, endless = compare(sides, work)
    for line in [*endless, *report(different, options.diffs, options.lines)]:
        print(line)
    print(f"{len(work)} files, {count} outputs: {len(different) or 'none'} differ{'s' * (len(different) == 1)}")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
