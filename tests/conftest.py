"""What every test may ask for."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


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
