"""What must hold of every command on every text."""

from __future__ import annotations

import io
import re
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from convlint.cli import main

#: What is done with a file; most of it with every text now and then.
COMMANDS = (
    ("check", "--select=ALL", "--info"),
    ("check", "--format=json"),
    ("check", "--format=github"),
    ("check", "--format=concise", "--info"),
    ("show",),
    ("show", "--format=json"),
    ("sizes", "--up-to=128"),
    ("sizes", "--size=33"),
    ("explain",),
    ("check", "--fix", "--unsafe-fixes"),
    ("check", "--diff"),
)
#: What has no business in an output: control characters and what a CI obeys at the beginning of a line.
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|(?m:^[ \t]*##(?:vso)?\\[)")


class Wrong(AssertionError):
    """A promise was broken."""


def run(argv: tuple[str, ...], path: Path) -> float:
    """Run a command on a file; the time that it took. Raises Wrong."""
    # As they are in a process: patches are written as bytes.
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    words = [argv[0], str(path), "1", *argv[1:]] if argv[0] == "explain" else [argv[0], *argv[1:], str(path)]
    start = time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words)
    took = time.process_time() - start
    said, told = (_text(stream) for stream in (out, err))
    if code not in (0, 1, 2) or "internal error" in told or "Traceback" in told:
        raise Wrong(f"{' '.join(words)}: {code}: {told}")
    raw = None if "--diff" in argv else _RAW.search(said) or _RAW.search(told)
    if raw is not None:
        raise Wrong(f"{' '.join(words)}: prints {raw.group()!r}")
    return took


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
