"""Every module of the dialects, by its shape and its parameters."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from convlint.formats.yolo.dialects import DIALECTS, Dialect
from convlint.formats.yolo.options import Options
from tests.formats.yolo.checking import check, errors

PAGE = Path(__file__).parent / "modules.md"
UPDATING = os.environ.get("CONVLINT_UPDATE", "") not in ("", "0")
SECTION = re.compile(r"^## (\w+): ([^\n]*)\n\n```yaml\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def table(dialect: str, text: str) -> str:
    """A line for each row: its module, what comes out, and its parameters."""
    result = check(text, options=Options(input=(3, 64, 64), dialect=dialect))
    assert [(error.code, error.message) for error in errors(result)] == []
    (derivation,) = result.derivations
    rows = []
    for row in derivation.layers:
        made = ["x".join(map(str, value.shape or ("unknown",))) for value in row.outputs]
        rows.append((row.layer.type, ", ".join(made), f"{row.params:,}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{name.ljust(widths[0])}   {made.ljust(widths[1])}   {count.rjust(widths[2])}" for name, made, count in rows
    ]
    return "".join(f"{line}\n" for line in lines)


def test_modules() -> None:
    page = PAGE.read_text(encoding="utf-8")
    if UPDATING:
        page = SECTION.sub(
            lambda found: (
                f"## {found[1]}: {found[2]}\n\n```yaml\n{found[3]}```\n\n```text\n{table(found[1], found[3])}```"
            ),
            page,
        )
        PAGE.write_text(page, encoding="utf-8")
    sections = SECTION.findall(page)
    assert len(sections) == page.count("\n## ")
    for dialect, _, text, expected in sections:
        assert table(dialect, text) == expected


#: Heads that are only approximated, by another one of their dialect.
APPROXIMATED = {"IBin", "IKeypoint", "Panoptic"}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_no_module_is_missing(dialect: Dialect) -> None:
    told = "".join(
        rows for name, _, _, rows in SECTION.findall(PAGE.read_text(encoding="utf-8")) if name == dialect.name
    )
    names = {line.split()[0] for line in told.splitlines()}
    assert {*dialect.base, *dialect.heads, *dialect.through} - names <= APPROXIMATED
