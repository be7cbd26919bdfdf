"""What the other tests rely on: hanging is noticed."""

from __future__ import annotations

import sys

import pytest

from tests import conftest
from tests.conftest import without_hanging


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
