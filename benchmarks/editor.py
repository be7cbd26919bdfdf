"""How long an editor waits: ``python benchmarks/editor.py [EDITS]``. Needs convlint[lsp].

A native file of 2,000 lines, and a YOLO file of 150 rows with a framework's code beside it, are typed into key by key
through a client that talks to ``convlint lsp``.  From a key to what is found must take, in 95 of 100 cases, at most
RATIO times a check of the same text (of the chosen scale) by a session that is warm.  In the last fifth of the edits
the server must not be larger by more than GROWTH MiB than in the second.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.networks import network  # noqa: E402
from convlint.document import Source  # noqa: E402
from convlint.formats.lowered import Memory  # noqa: E402
from convlint.session.paths import Target  # noqa: E402
from convlint.session.session import Session, Wanted  # noqa: E402
from tests.formats.yolo import repository  # noqa: E402
from tests.lsp.editor import Editor, editing  # noqa: E402

RATIO = 2.0
GROWTH = 8.0
#: What is typed, and taken back, one key after the other.
TYPED = "# a remark"
#: So many layers of one line make the native file.
LAYERS = 1_996
ROWS = 150


def main() -> int:
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    right = True
    for name, text, options, place in files():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            (root / ".git").mkdir()
            if options:
                repository.written(root)
            path = root / name
            path.write_text(text)
            warm, processor = checks(path, text, options)
            taken, work, before, after = asyncio.run(typed(root, path, text, place, edits))
            late = statistics.quantiles(taken, n=20)[-1]
            print(
                f"{name}: a warm check {1000 * warm:.1f} ms; {len(taken)} edits: median "
                f"{1000 * statistics.median(taken):.1f} ms, p95 {1000 * late:.1f} ms, {late / warm:.2f} times (at most "
                f"{RATIO:g}); processor time {work / processor:.2f} times that of a check; "
                f"memory {before:.1f} MiB, then {after:.1f} MiB (at most {GROWTH:g} more)"
            )
            right = right and late <= RATIO * warm and after - before <= GROWTH
    return 0 if right else 1


def files() -> list[tuple[str, str, dict[str, list[str]], str]]:
    """Name and text of each file, the options that choose a scale, and the line behind which is typed."""
    native = network(LAYERS)
    lines = native.splitlines()
    rows = ["  - [-1, 1, Conv, [64, 3, 2]]"]
    for index in range(1, ROWS - 2):
        module = "Gate, [4]" if index % 5 == 0 else "Conv, [64, 3, 1]"
        rows.append(f"  - [-1, 1, {module}]")
    scales = ["nc: 3", "scales:", *(f"  {name}: [1.0, {0.25 * n}, 1024]" for n, name in enumerate("nsmlx", 1))]
    head = ["head:", f"  - [[-1, {ROWS - 20}], 1, Concat, [1]]", f"  - [[{ROWS - 2}], 1, Detect, [nc]]", ""]
    yolo = "\n".join([*scales, "backbone:", *rows, *head])
    return [
        ("net.yaml", native, {}, lines[len(lines) // 2]),
        ("yolo.yaml", yolo, {"scale": ["n"]}, "head:"),
    ]


def checks(path: Path, text: str, options: dict[str, list[str]]) -> tuple[float, float]:
    """The median of the seconds, and of processor time, that a check takes in a session that knows all around it."""
    session = Session(Wanted(None, False, [], [], [], True, "-", options), Memory(lasting=True))
    taken, work = [], []
    for number in range(24):
        changed = text.replace("\n", f" # {number}\n", 1)
        gc.collect()
        gc.disable()
        start, begun = time.perf_counter(), time.process_time()
        session.check(Target(str(path), True), text=(Source(str(path), changed), None))
        taken.append(time.perf_counter() - start)
        work.append(time.process_time() - begun)
        gc.enable()
    return statistics.median(taken[4:]), statistics.median(work[4:])


async def typed(root: Path, path: Path, text: str, place: str, edits: int) -> tuple[list[float], float, float, float]:
    """The seconds from each key to what was found, the server's processor time an edit, and its memory.

    That is the largest in the second and in the last fifth of the edits.
    """
    command = [sys.executable, "-m", "convlint", "lsp"]
    async with editing(root, server=command) as editor:
        uri = await editor.open(path, text)
        await editor.found(uri)
        # The other scales are checked, too, once nobody types.
        await asyncio.sleep(2)
        taken: list[float] = []
        sizes: list[float] = []
        process = editor.client._server
        assert process is not None
        begun = processor_time(process.pid)
        for number in range(edits):
            step = number % (2 * len(TYPED))
            old = place + " " + TYPED[:step] if step <= len(TYPED) else place + " " + TYPED[: 2 * len(TYPED) - step]
            new = old + TYPED[step] if step < len(TYPED) else old[:-1]
            if number == 0:
                editor.replace(uri, place + "\n", place + " \n")
                await editor.found(uri)
            start = time.perf_counter()
            editor.replace(uri, old + "\n", new + "\n")
            await found(editor, uri)
            taken.append(time.perf_counter() - start)
            editor.published.clear()
            sizes.append(memory(process.pid))
            # As fast as somebody types who types fast.
            await asyncio.sleep(0.03)
        fifth = max(1, edits // 5)
        work = (processor_time(process.pid) - begun) / edits
        return taken, work, max(sizes[fifth : 2 * fifth]), max(sizes[-fifth:])


async def found(editor: Editor, uri: str) -> None:
    """Wait for what is found in the present version."""
    await editor.until(lambda: any(one.version == editor.versions[uri] for one in editor.published))


def processor_time(process: int) -> float:
    """The seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    """The memory of a process in MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
