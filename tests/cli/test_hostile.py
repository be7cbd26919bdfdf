"""Files that once crashed convlint, run through every command: never an internal error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import convlint

#: What takes more memory or time than it should, and in which commands: copies of a repeat that shrink a map, tables of
#: connections on millions of maps, and strides that multiply in the search for input sizes have no budget yet.
NOT_BOUNDED = {
    "R6-shrink": ("check", "show", "sizes", "explain"),
    "R6b-shrink-20000": ("check", "show", "sizes", "explain"),
    "R7-jump-100": ("sizes",),
    "R7-jump-14300": ("sizes",),
    "R7-jump-1000000": ("sizes",),
    "R7-jump-1000000000": ("sizes",),
    "R8-connections-1e7": ("check", "show", "sizes", "explain"),
    "R8-connections-5e7": ("check", "show", "sizes", "explain"),
}
COMMANDS = [
    *(["check", "--info", f"--format={form}", "FILE"] for form in ("full", "concise", "json", "github")),
    ["check", "--diff", "--unsafe-fixes", "FILE"],
    *(["show", f"--format={form}", "FILE"] for form in ("table", "json")),
    *(["sizes", f"--format={form}", "FILE"] for form in ("full", "json")),
    *(["explain", f"--format={form}", "FILE", str(line)] for form in ("full", "json") for line in range(3, 8)),
]
#: All commands in one process that ends itself if one of them hangs.
SCRIPT = """\
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
except ImportError:
    pass
from convlint.cli import main
for argv in json.loads(sys.argv[1]):
    print("code", main(argv), flush=True)
"""


@pytest.mark.no_cover
def test_no_internal_error(shared: Path) -> None:
    files = sorted((shared / "hostile").glob("*.yaml"))
    assert files
    for file in files:
        left_out = NOT_BOUNDED.get(file.stem, ())
        argvs = [
            [str(file) if word == "FILE" else word for word in argv] for argv in COMMANDS if argv[0] not in left_out
        ]
        if not argvs:
            continue
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, json.dumps(argvs)],
            env=os.environ | {"PYTHONPATH": str(Path(convlint.__file__).parents[1])},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        assert done.returncode == 0, (file.name, done.stderr)
        assert "internal error" not in done.stdout + done.stderr, file.name
        assert "Traceback" not in done.stderr, file.name
        codes = [line for line in done.stdout.splitlines() if line.startswith("code ")]
        assert len(codes) == len(argvs) and set(codes) <= {"code 0", "code 1", "code 2"}, file.name
