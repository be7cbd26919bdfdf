"""The page about PyTorch does what it says."""

from __future__ import annotations

import doctest

import pytest

from tests.conftest import ROOT

pytest.importorskip("torch", reason="the bridge needs PyTorch: the extra `torch`")


def test_the_page_says_what_happens() -> None:
    tried = doctest.testfile(str(ROOT / "docs" / "torch.md"), module_relative=False)
    assert tried.attempted > 15
    assert tried.failed == 0
