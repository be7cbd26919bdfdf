"""What the other tests rely on: hanging is noticed, and a run without ``--all`` checks a fixed part."""

from __future__ import annotations

import sys

import pytest

from tests import conftest
from tests.conftest import Slice, examples, without_hanging


def hang() -> None:
    """For ever; and not even what catches every error ends it."""
    while True:
        try:
            sum(range(1000))
        except Exception:
            continue


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of CPU time on Windows")
def test_what_hangs_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "HANGS", 0.02)
    with pytest.raises(pytest.fail.Exception, match="CPU seconds"), without_hanging():
        hang()


def test_what_does_not_hang_may_go_on_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "HANGS", 0.02)
    with without_hanging():
        pass
    for _ in range(200):
        sum(range(10_000))


def test_parts() -> None:
    numbers = range(10_000)
    part = [number for number in numbers if number in Slice(False)]
    assert 0.9 < len(part) / len(numbers) * conftest.SLICE < 1.1
    assert part == [number for number in numbers if number in Slice(False)]
    assert [number for number in numbers if number in Slice(True)] == [*numbers]
    assert (Slice(False).draws(250), Slice(True).draws(250)) == (range(50), range(250))


def test_examples(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--hypothesis-profile"):
        pytest.skip("a profile of somebody's own")
    share = 1 if request.config.getoption("--all") else conftest.DRAWN
    assert (examples(100), examples(500)) == (100 * share, 500 * share)
