"""What cannot be seen from outside: checks that are given up, and mistakes of our own."""

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the extra [lsp] is not installed")

from convlint.lsp.buffers import Outcome, Wishes
from convlint.lsp.checking import Checker, _Asked
from tests.ide.conftest import YOLO


@pytest.fixture
def checker() -> Checker:
    return Checker(lambda buffer, outcome: None)


def asked(folder: Path) -> _Asked:
    (folder / ".git").mkdir(exist_ok=True)
    return _Asked(str(folder / "net.yaml"), True, YOLO, Wishes(), None)


def test_nobody_waits_for_the_other_scales(checker: Checker, tmp_path: Path) -> None:
    said = iter([True, False])
    assert checker._others(asked(tmp_path), lambda: next(said)) is None
    outcome = checker._others(asked(tmp_path), lambda: True)
    assert isinstance(outcome, Outcome) and outcome.view is not None and outcome.view.readable
    checker.stop()


def test_a_mistake_of_our_own_is_a_line(checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(checker, "_session", wrong)
    outcome = checker._check(asked(tmp_path))
    assert outcome.failure is not None and "internal error (ZeroDivisionError: ours" in outcome.failure.message


def test_settings_of_the_editor() -> None:
    assert Wishes.read({"scale": "s", "hints": False, "config": "a.toml"}) == Wishes("s", False, "a.toml")
    assert Wishes.read(None) == Wishes.read({"scale": 3, "hints": "no", "config": ""}) == Wishes()
