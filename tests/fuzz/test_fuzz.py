"""Some of the texts that ``python -m tests.fuzz`` makes without end, and all that it ever found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fuzz.mutator import Mutator, crashes
from tests.fuzz.running import COMMANDS, Wrong, run

#: Texts of each seed, of which every command gets its share.
EXECUTIONS = 40


@pytest.mark.parametrize("seed", range(4))
def test_no_text_breaks_a_promise(tmp_path: Path, seed: int) -> None:
    mutator = Mutator(seed)
    for number in range(EXECUTIONS):
        ending, text = mutator.text()
        path = tmp_path / f"net.{ending}"
        path.write_text(text, encoding="utf-8", errors="replace")
        run(COMMANDS[(number + seed) % len(COMMANDS)], path)


@pytest.mark.parametrize("path", crashes(), ids=lambda path: path.name)
@pytest.mark.parametrize("argv", [COMMANDS[0], ("show",), ("sizes",)], ids=" ".join)
def test_what_was_found_stays_mended(tmp_path: Path, path: Path, argv: tuple[str, ...]) -> None:
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    run(argv, copy)


def test_a_seed_makes_the_same_texts() -> None:
    assert [Mutator(3).text() for _ in range(2)] == [Mutator(3).text() for _ in range(2)]
    one, other = Mutator(4), Mutator(4)
    assert [one.text() for _ in range(20)] == [other.text() for _ in range(20)]


def test_what_is_wrong_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {type: ReLU}\n", encoding="utf-8")
    monkeypatch.setattr("tests.fuzz.running.main", lambda _: print("\x1b[31m") or 0)
    with pytest.raises(Wrong, match="prints"):
        run(("check",), path)
    monkeypatch.setattr("tests.fuzz.running.main", lambda _: 3)
    with pytest.raises(Wrong):
        run(("check",), path)
