"""What every test may ask for."""

import gc
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

#: What is done in a second, and would take minutes if it were quadratic, is broken off after so many CPU seconds.
HANGS = 10.0
#: Of long lists of cases one in so many is checked, unless ``--all`` are asked for.
SLICE = 30
#: Of what is drawn by chance so much is drawn, unless ``--all`` is.
DRAWN = 0.2


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="check all of the long lists, not a fixed part")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share the whole suite out among the cores, unless the command line has a say on it or has no xdist.

    pytest-cov has decided before how it measures, and needs to know then: with ``--cov`` the command line must say it.
    """
    option = config.option
    if (
        config.args_source is config.ArgsSource.TESTPATHS
        and getattr(option, "numprocesses", 0) is None
        and option.dist == "no"
        and not hasattr(config, "workerinput")
        and not getattr(option, "cov_source", None)
    ):
        cores = config.hook.pytest_xdist_auto_num_workers(config=config)
        if cores > 1 and not option.usepdb:
            option.numprocesses, option.dist = cores, "worksteal"


def pytest_configure(config: pytest.Config) -> None:
    # No verdict of a test hangs on how busy the machine is.
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("all", patient)
    settings.register_profile("part", patient, max_examples=int(settings.default.max_examples * DRAWN))
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("all" if config.getoption("--all") else "part")


def examples(count: int) -> int:
    """How many examples hypothesis draws where its usual hundred are too few or too many: in proportion to those."""
    return count * settings.default.max_examples // 100


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests stay till the end: going through them again and again takes about a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def few_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of copies that are written out is reached soon: for tests to which its number does not matter."""
    monkeypatch.setattr("convlint.work.BASE", 15_000)


class Slice:
    """Which cases are checked: always the same, by a hash of what names them."""

    def __init__(self, everything: bool) -> None:
        self._everything = everything

    def __contains__(self, case: object) -> bool:
        return self._everything or crc32(repr(case).encode()) % SLICE == 0

    def draws(self, count: int) -> range:
        """How often something is drawn by chance, from the same seed: so often, or as often as examples are drawn."""
        return range(count if self._everything else int(count * DRAWN))


@pytest.fixture(scope="session")
def checked_here(request: pytest.FixtureRequest) -> Slice:
    """The cases of a long list that this run checks."""
    return Slice(request.config.getoption("--all"))


@contextmanager
def without_hanging() -> Iterator[None]:
    """Break off what hangs: the process may use so much CPU time, ten times what it needs or more, and no more.

    Where there is no such limit, on Windows, the test checks the result alone.
    """
    if sys.platform == "win32":
        yield
        return

    def give_up(*_: object) -> None:
        pytest.fail(f"not done after {HANGS} CPU seconds")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository: measured networks and other people's model files."""
    if not SHARED.is_dir():
        pytest.skip("no folder of reference data beside the repository")
    return SHARED


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure nothing while a ``no_cover`` test runs.

    pytest-cov pauses its own measurement only, and a process of pytest-xdist is traced once more beneath it.
    """
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(trace)
