"""What only a process of its own shows: pipes, encodings, interrupts, start-up."""

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import convlint
from tests.cli.conftest import GOOD, WARNED
from tests.conftest import ROOT

COMMAND = [sys.executable, "-m", "convlint"]
LINE = "net.yaml:5:13: warning: `convlint: nonsense` is unknown [CL024 unknown-suppression]\n"


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that finds convlint."""
    (folder / "net.yaml").write_text(WARNED, encoding="utf-8")
    return os.environ | {"PYTHONPATH": str(Path(convlint.__file__).parents[1])}


def run(environment: dict[str, str], *argv: str, stdin: bytes = b"", **more: str) -> tuple[int, bytes, bytes]:
    """Exit code, standard output and standard error."""
    done = subprocess.run([*COMMAND, *argv], env=environment | more, input=stdin, capture_output=True, timeout=60)
    newline = os.linesep.encode()
    return done.returncode, done.stdout.replace(newline, b"\n"), done.stderr.replace(newline, b"\n")


def test_a_run(environment: dict[str, str]) -> None:
    assert run(environment, "--format=concise", "net.yaml") == (1, (LINE + "1 warning in 1 file\n").encode(), b"")


def test_standard_input(environment: dict[str, str]) -> None:
    code, out, _ = run(environment, "--format=concise", "-", "--stdin-filename", "net.yaml", stdin=WARNED.encode())
    assert (code, out) == (1, (LINE + "1 warning in 1 file\n").encode())


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_outputs_that_lack_characters(environment: dict[str, str], folder: Path, encoding: str) -> None:
    (folder / "net.yaml").write_text(GOOD + "# é日 convlint:\n# convlint: nonsensé日\n", encoding="utf-8")
    code, out, err = run(environment, "net.yaml", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (code, err) == (1, b"")
    word = "nonsensé日".encode(encoding, "backslashreplace").decode(encoding)
    marks = {"ascii": 17, "cp1252": 14, "utf-8": 10}[encoding]
    lines = out.decode(encoding).splitlines()
    assert lines[0] == f"warning[CL024] unknown-suppression: `convlint: {word}` is unknown"
    assert lines[3:5] == [f" 6 | # convlint: {word}", f"   |             {'^' * marks}"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX locales")
def test_the_c_locale(environment: dict[str, str], folder: Path) -> None:
    (folder / "日.yaml").write_text(WARNED, encoding="utf-8")
    code, out, err = run(
        environment, "-q", "--format=concise", "日.yaml", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert (code, err) == (1, b"")
    assert out.endswith(b".yaml:5:13: warning: `convlint: nonsense` is unknown [CL024 unknown-suppression]\n")


def test_a_closed_pipe_ends_quietly(environment: dict[str, str], folder: Path) -> None:
    (folder / "net.yaml").write_text(GOOD + "# convlint: nonsense\n" * 20_000, encoding="utf-8")
    process = subprocess.Popen(
        [*COMMAND, "--format=concise", "--max-same=0", "net.yaml"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline().replace(b"\r", b"") == LINE.encode()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), errors) == (2, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk(environment: dict[str, str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "net.yaml"], env=environment, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (2, b"convlint: cannot write the output: No space left on device\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "argv, stream",
    [(["--help"], "stdout"), (["--version"], "stdout"), (["gone.yaml"], "stderr"), (["--nope"], "stderr")],
)
def test_what_cannot_be_written_is_trouble(environment: dict[str, str], argv: list[str], stream: str) -> None:
    with open("/dev/full", "wb") as full:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: full}
        done = subprocess.run([*COMMAND, *argv], env=environment, timeout=60, **streams)  # type: ignore[call-overload]
    assert done.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_closed_streams(environment: dict[str, str]) -> None:
    command = f'"{sys.executable}" -m convlint - net.yaml <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", command], env=environment, timeout=60).returncode == 2
    command = f'"{sys.executable}" -m convlint net.yaml >&-'
    done = subprocess.run(["sh", "-c", command], env=environment, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_interrupted(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "-"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What a shell starts in the background ignores the signal, and so would this process.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # More than a pipe holds: it is written once the process has begun to read, and then it waits for the end.
    assert process.stdin is not None
    process.stdin.write(b"# \n" * 100_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def _console_script() -> list[str]:
    """What an installer writes for the command."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        module, function = tomllib.load(file)["project"]["scripts"]["convlint"].split(":")
    return [sys.executable, "-c", f"import sys; from {module} import {function}; sys.exit({function}())"]


@pytest.mark.parametrize("command", [COMMAND, _console_script()], ids=["module", "script"])
@pytest.mark.parametrize(
    "module", ["convlint.cli", "convlint.cli.exits", "convlint.cli.check", "convlint.lint", "yaml", "pydantic"]
)
def test_interrupted_while_modules_are_imported(
    environment: dict[str, str], folder: Path, command: list[str], module: str
) -> None:
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder)\n",
        encoding="utf-8",
    )
    environment["PYTHONPATH"] += os.pathsep + str(folder)
    (folder / "net.yaml").write_text(GOOD, encoding="utf-8")
    done = subprocess.run([*command, "net.yaml"], env=environment, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_clean_run_loads_only_what_it_needs(environment: dict[str, str], folder: Path) -> None:
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    program = (
        "import sys; from convlint.cli import main; assert main(['good.yaml']) == 0;"
        "print(sorted({'argparse', 'difflib', 'unicodedata', 'tomllib', 'convlint.reports.text',"
        "'convlint.reports.json_report'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("All good: 1 file checked.\n[]\n", "")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["--no-such-option"], ["show"], ["sizes", "--help"]])
def test_what_reads_no_file_loads_no_engine(environment: dict[str, str], folder: Path, words: list[str]) -> None:
    program = (
        f"import sys; from convlint.cli import main; main({words!r});"
        "print(sorted({'yaml', 'pydantic', 'convlint.document', 'convlint.derive', 'convlint.lint'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_yolo_file_without_settings_loads_nothing_heavy(environment: dict[str, str], folder: Path) -> None:
    (folder / "net.yaml").write_text(
        "nc: 4\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [[0], 1, Detect, [nc]]\n"
    )
    program = (
        "import sys; from convlint.cli import main; main(['net.yaml']);"
        "print(sorted({'pydantic', 'dataclasses', 'inspect', 'json', 'argparse', 'pathlib', 'convlint.findings.fixing',"
        " 'convlint.source'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
