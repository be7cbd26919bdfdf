"""Many files: several processes say what one says, in its order, and one bad file stops nothing."""

from __future__ import annotations

import gc
import io
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convlint as package
from convlint.cli import progress
from convlint.session import parallel, run, running
from convlint.session.outcome import Came, Summary
from convlint.session.paths import Target
from convlint.session.running import Asked, checked_all
from convlint.session.session import Session, Wanted
from tests.cli.conftest import GOOD, INFORMED, OTHER, WARNED, WRONG, Convlint

# A copy is made of a process that may have threads of pytest's.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
copies = pytest.mark.skipif(sys.platform != "linux", reason="processes are copies of the test's on Linux only")

WANTED = Wanted(None, True, [], [], [], False, "<stdin>", {})
KINDS = [GOOD, WARNED, WRONG, INFORMED, OTHER, "convlint: [\n", "convlint: 1\ninput: [3]\nlayers: [{type: Conv2d}]\n"]


@pytest.fixture
def many(folder: Path) -> Path:
    """Files of all kinds, and one folder with settings that cannot be used."""
    for number in range(70):
        path = folder / f"n{number // 10}" / f"net{number:02}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(KINDS[number % len(KINDS)], encoding="utf-8")
    (folder / "n3" / "convlint.toml").write_text("select = 1\n")
    (folder / "n5" / "convlint.toml").write_text('[severities]\nCL105 = "error"\n')
    return folder


@pytest.mark.parametrize(
    "argv", [(), ("--format", "json", "--info"), ("--format", "concise", "--statistics"), ("--diff",)]
)
def test_several_processes_say_what_one_says(convlint: Convlint, many: Path, argv: tuple[str, ...]) -> None:
    one = convlint("-j", "1", ".", "gone.yaml", *argv)
    assert one.code == 2
    for jobs in ("2", "3"):
        assert convlint("-j", jobs, ".", "gone.yaml", *argv) == one


def test_no_more_processes_than_files(convlint: Convlint, many: Path) -> None:
    assert convlint("-j", "256", "n0", "--info") == convlint("-j", "1", "n0", "--info")


def test_files_are_fixed_by_several_processes(convlint: Convlint, many: Path) -> None:
    run = convlint("-j", "3", "--fix", "--unsafe-fixes", ".")
    assert "fixed" in run.out
    assert "kernels: 2" in (many / "n0" / "net02.yaml").read_text("utf-8")


def test_a_baseline_with_several_processes(convlint: Convlint, many: Path) -> None:
    (many / "n3" / "convlint.toml").unlink()
    assert convlint("-j", "2", "--write-baseline", "known.json", ".").code == 0
    known = convlint("-j", "3", "--baseline", "known.json", ".")
    assert known == convlint("-j", "1", "--baseline", "known.json", ".") and known.code == 0
    (many / "n0" / "net02.yaml").write_text(GOOD, encoding="utf-8")
    assert "1 finding is gone" in convlint("-j", "2", "--baseline", "known.json", ".").out


def test_processes_pay_or_they_are_not_made(convlint: Convlint, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    several = parallel.checked_by_several

    def counted(session: Session, targets: list[Target], asked: Asked, jobs: int) -> Iterator[Came]:
        made.append(jobs)
        return several(session, targets, asked, jobs)

    monkeypatch.setattr(parallel, "checked_by_several", counted)
    monkeypatch.setattr(run, "_cores", lambda: 2)
    monkeypatch.setattr(run, "_PAYS", 1e9)
    one = convlint("-j", "1")
    assert convlint() == one and made == []
    monkeypatch.setattr(run, "_PAYS", 0.0)
    assert convlint() == one and made == [2]
    assert convlint("n0").code == 1 and made == [2]
    (many / "convlint.toml").write_text("jobs = 3\n")
    assert convlint("n0").code == 1 and made == [2, 3]
    assert run._cores() >= 1
    monkeypatch.undo()
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert run._cores() >= 1


@copies
def test_a_file_that_kills_its_process(convlint: Convlint, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = convlint("-j", "1", "--format", "json")
    check = Session.check

    def deadly(self: Session, target: Target, *rest: Any, **more: Any) -> Any:
        if target.path in ("n1/net15.yaml", "n6/net69.yaml", "n6/net68.yaml"):
            os.kill(os.getpid(), signal.SIGKILL)
        return check(self, target, *rest, **more)

    monkeypatch.setattr(Session, "check", deadly)
    after = convlint("-j", "2", "--format", "json")
    assert after.code == 2
    dead = [failure for failure in json.loads(after.out)["failures"] if "was ended by signal 9" in failure["message"]]
    assert [failure["path"] for failure in dead] == ["n1/net15.yaml", "n6/net68.yaml", "n6/net69.yaml"]
    expected = [one for one in json.loads(before.out)["findings"] if one["path"] not in {one["path"] for one in dead}]
    assert json.loads(after.out)["findings"] == expected
    assert multiprocessing.active_children() == []


@copies
def test_nobody_is_left_behind(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops listening ends the processes, whatever they are doing."""
    monkeypatch.setattr(Session, "check", lambda *_: time.sleep(60))
    session = Session(WANTED)
    targets = [Target(f"n0/net{number:02}.yaml", False) for number in range(10)]
    drawn = parallel.checked_by_several(session, targets, Asked(), 2)
    monkeypatch.setattr(parallel._Worker, "results", lambda self: iter([Came()]))
    next(drawn)
    assert len(multiprocessing.active_children()) == 2
    drawn.close()
    assert multiprocessing.active_children() == []


@copies
def test_ctrl_c_ends_all_processes(many: Path) -> None:
    (many / "sitecustomize.py").write_text(
        "import sys, time\n"
        "class Finder:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name == 'convlint.session.parallel':\n"
        "            import convlint.session.running as running\n"
        "            running.came_of = lambda *_: time.sleep(60)\n"
        "sys.meta_path.insert(0, Finder)\n",
        encoding="utf-8",
    )
    (many / "n3" / "convlint.toml").unlink()
    environment = os.environ | {"PYTHONPATH": f"{Path(package.__file__).parents[1]}{os.pathsep}{many}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "convlint", "-j", "2", "."],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(200):
        listed = subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, text=True, check=False)
        if len(listed.stdout.split()) == 3:
            break
        time.sleep(0.1)
    else:
        process.kill()
        pytest.skip("the processes did not start in time, or there is no pgrep")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")
    left = subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def test_what_a_process_does(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, where it is measured: a process of its own is not."""
    monkeypatch.setattr(gc, "disable", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    unused, _ = multiprocessing.Pipe(duplex=False)
    stretches = [[Target("n0/net00.yaml", False), Target("n0/net02.yaml", False)], [Target("n0/net04.yaml", False)]]
    swept: list[bool] = []
    monkeypatch.setattr(running, "_SWEEP_AFTER", len(GOOD) + 1)
    monkeypatch.setattr(gc, "isenabled", lambda: False)
    monkeypatch.setattr(gc, "collect", lambda: swept.append(True))
    parallel._work(theirs, [unused], WANTED, Asked(), stretches)
    assert unused.closed
    assert len(swept) == 1  # from stretch to stretch it is counted on
    (good, wrong), (other,) = ours.recv(), ours.recv()
    assert good.checked and good.shown is None and wrong.failed and other.skipped
    assert [found.code for found in wrong.shown.findings] == ["CL301"] and wrong.findings == []
    ours.close()
    parallel._work(theirs, [], WANTED, Asked(), stretches)  # nobody listens
    theirs.close()


def test_results_are_small(many: Path) -> None:
    found = list(checked_all(Session(WANTED), [Target("n0/net00.yaml", False)], Asked()))
    assert len(pickle.dumps(found)) < 1_000


def test_settings_are_told_once(many: Path) -> None:
    summary = Summary()
    for came in parallel.checked_by_several(
        Session(WANTED._replace(isolated=False)),
        [Target(f"n3/net{number}.yaml", False) for number in range(30, 40)],
        Asked(),
        5,
    ):
        summary.add(came)
    assert len(summary.failures) == 1 and summary.skipped == 9


def test_wrong_numbers(convlint: Convlint) -> None:
    for word in ("0", "-1", "x", "257"):
        assert "argument -j/--jobs" in convlint(f"-j{word}").err or "expected one argument" in convlint("-j", word).err


class Terminal(io.StringIO):
    """A terminal that keeps what was written."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    monkeypatch.setenv("TERM", "xterm")
    output = Terminal()
    bar = progress.Progress(output)
    for done, now[0] in enumerate((0.5, 0.9, 1.1, 1.15, 1.3), 1):
        bar(done, 10)
    assert output.getvalue() == "\r[######--------------] 3 of 10 files\r[##########----------] 5 of 10 files"
    bar.clear()
    bar.clear()
    assert output.getvalue().endswith("5 of 10 files\r\x1b[K") and output.getvalue().count("\x1b") == 1
    for quiet in (io.StringIO(), Terminal()):
        monkeypatch.setenv("TERM", "dumb" if quiet.isatty() else "xterm")
        now[0] = 0.0
        bar = progress.Progress(quiet)
        now[0] = 2.0
        bar(1, 2)
        bar.clear()
        assert quiet.getvalue() == ""


def test_progress_leaves_the_report_alone(convlint: Convlint, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = convlint("-j", "1", ".")
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = convlint("-j", "1", ".")
    assert shown.out == plain.out and "70 files" in shown.err and shown.err.endswith(plain.err)
    assert "\r[" not in convlint("-j", "1", "--quiet", ".").err


def test_processes_that_are_no_copies(convlint: Convlint, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows and macOS: they get what the command line says, and read the settings anew."""
    one = convlint("-j", "1", "--format", "json", "--info", "--scale", "n", "n0", "n3", "n5")
    monkeypatch.setattr(parallel, "_COPIED", False)
    assert convlint("-j", "2", "--format", "json", "--info", "--scale", "n", "n0", "n3", "n5") == one
