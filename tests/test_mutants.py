"""The script that draws mutants: what it changes, how it draws, and that its list of equivalent ones is not stale."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests import mutants

CODE = """\
def block(b: Builder, x: Value, c: int = 2) -> Value:
    y = conv(b, x, c)
    if c > 2 and not y:
        return add(b, x, y)
    return f"{c + 1}" + "text"
"""


def made(code: str) -> list[tuple[str, str, str]]:
    """The kind of every mutant of a text, and the line before and after."""
    tree = ast.parse(code)
    found = []
    for site in mutants.sites_of("x.py", tree):
        mutant = mutants.mutant_of(site, code, tree)
        assert mutant is not None
        ast.parse(mutant.text)
        found.append((site.kind, *mutant.before, *mutant.after))
    return found


def test_every_kind() -> None:
    line, test = "return add(b, x, y)", "if c > 2 and (not y):"
    assert made(CODE) == [
        ("constant", "def block(b: Builder, x: Value, c: int=2) -> Value:", "def block(b: Builder, x: Value, c: int=3) -> Value:"),
        ("boolean", test, "if c > 2 or not y:"),
        ("comparison", test, "if c >= 2 and (not y):"),
        ("constant", test, "if c > 3 and (not y):"),
        ("boolean", test, "if c > 2 and y:"),
        ("edge", line, "return add(b, y, y)"),
        ("edge", line, "return add(b, x, x)"),
        ("arithmetic", "return f'{c + 1}' + 'text'", "return f'{c - 1}' + 'text'"),
        ("constant", "return f'{c + 1}' + 'text'", "return f'{c + 2}' + 'text'"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["limit = 20_000", "x: Literal[1]", "name = 'a' + b", "if TYPE_CHECKING:\n    a = 1"])
def test_what_stays(code: str) -> None:
    assert made(code) == []


def test_a_seed_draws_the_same_from_every_part() -> None:
    folder = "src/convlint/model"
    first, again = (mutants.drawn(7, 12, folder) for _ in range(2))
    assert [mutant.key for mutant in first] == [mutant.key for mutant in again]
    assert [mutant.key for mutant in first] != [mutant.key for mutant in mutants.drawn(8, 12, folder)]
    assert len(Counter(mutant.site.file for mutant in first)) >= 2
    lines = [(mutant.site.file, mutant.site.node) for mutant in first]
    assert lines == sorted(lines)


def test_the_longest_beginning_decides_which_tests_concern_a_file() -> None:
    assert "tests/derive/sizing" in mutants.concerned("src/convlint/derive/sizing/columns.py")
    assert "tests/explain" in mutants.concerned("src/convlint/derive/walk.py")
    assert mutants.concerned("src/convlint/lint.py") == mutants.CONCERNED[""]
    missing = [path for paths in mutants.CONCERNED.values() for path in paths if not (mutants.ROOT / path).exists()]
    assert missing == []


def test_equivalent_mutants_still_exist_and_say_why() -> None:
    listed = mutants.equivalents(mutants.LISTED.read_text(encoding="utf-8"))
    assert listed
    for (head, before, after), reason in listed.items():
        assert reason and reason.endswith("."), head
        file, _, scope = head.partition(" ")
        text = (mutants.ROOT / file).read_text(encoding="utf-8")
        tree = ast.parse(text)
        lines = {line.strip() for line in ast.unparse(tree).splitlines()}
        assert set(before) <= lines and not set(after) <= lines, head
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        assert scope == "<module>" or set(scope.split(".")) <= names, head
