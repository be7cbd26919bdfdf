"""Every rule shows what it says: ``tests/rules/<code>-<name>.md`` are read here, and the examples of the rules' pages.

A case is a fence ``yaml`` (or ``cfg``) with a whole file, followed by a fence ``text`` with the exact report about it (of every
severity, without footer), or by a line ``Silent.``; the heading above says what it shows.  A line ``Select: CL104``
between heading and case switches further rules on.  A fence ``python PATH`` is a file beside the cases: of all cases if it
stands above the first heading, else of those below its heading.  ``CONVLINT_UPDATE=1 pytest tests/rules/test_cases.py`` writes the
reports anew: read what changed before it is committed.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from convlint import catalogue
from convlint.catalogue import RULES, Rule
from convlint.document import Source
from convlint.findings import Diagnostic, Edit, Severity
from convlint.lint import Result, lint
from convlint.reports import text

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("[A-Z][A-Z][0-9]*.md"))
SYNTAXES = ("yaml", "cfg")
UPDATING = os.environ.get("CONVLINT_UPDATE", "") not in ("", "0")
HEADINGS = ["What it does", "Why it matters", "Example", "Use instead", "Source"]
LONGEST_MESSAGE = 110


class Case(NamedTuple):
    """One fence of a Markdown file with a whole file, ``syntax`` being its ending.

    ``lines`` are those of its report, ``expected`` None if there is none yet; ``beside`` are files beside it by their paths.
    """

    file: Path
    heading: str
    select: tuple[str, ...]
    syntax: str
    yaml: str
    expected: str | None
    lines: tuple[int, int]
    beside: tuple[tuple[str, str], ...] = ()

    def checked(self) -> Result:
        """What convlint finds in it."""
        return checked(self.yaml, self.select, self.syntax, self.beside)


def _fence(lines: list[str], start: int) -> tuple[str, int]:
    """The text of the fence that opens at a line, and the number of the line behind its closing."""
    end = next(number for number in range(start + 1, len(lines)) if lines[number].rstrip() == "```")
    return "".join(f"{line}\n" for line in lines[start + 1 : end]), end + 1


def cases_of(file: Path) -> list[Case]:
    """The cases of a file, in order."""
    lines = file.read_text(encoding="utf-8").split("\n")
    found: list[Case] = []
    heading, select = "", ()
    of_all: dict[str, str] = {}
    beside = of_all
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("### "):
            heading, select, beside = line[4:].strip(), (), dict(of_all)
        elif line.startswith("Select:"):
            select = tuple(line.removeprefix("Select:").replace(",", " ").split())
        elif line.startswith("```python "):
            beside[line.removeprefix("```python ").strip()], number = _fence(lines, number)
            continue
        elif line.startswith("```") and line[3:].strip() in SYNTAXES:
            yaml, number = _fence(lines, number)
            after = number
            while after < len(lines) and not lines[after].strip():
                after += 1
            if after < len(lines) and lines[after].startswith("```text"):
                expected, end = _fence(lines, after)
            elif after < len(lines) and lines[after].strip() == "Silent.":
                expected, end = "", after + 1
            else:
                after, end, expected = number, number, None
            syntax = line[3:].strip()
            found.append(Case(file, heading, select, syntax, yaml, expected, (after, end), tuple(beside.items())))
            number = end
            continue
        number += 1
    return found


@cache
def checked(
    yaml: str, select: tuple[str, ...] = (), syntax: str = "yaml", beside: tuple[tuple[str, str], ...] = ()
) -> Result:
    """What convlint finds in a text, at default settings plus some rules, with files beside it."""
    name, codes = f"net.{syntax}", catalogue.selection(extend=select)
    if not beside:
        return lint(Source(name, yaml), codes)
    with TemporaryDirectory() as folder:
        for path, text in {**dict(beside), name: yaml}.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
        result = lint(Source(str(Path(folder, name)), yaml), codes)
    # Reports name the file alone.
    result.source.path = name
    return result


def report(result: Result) -> str:
    """The findings as ``convlint --format full --color never --info`` prints them."""
    return "\n\n".join(text.finding(result.source, found) for found in result.findings)


def rule_of(file: Path) -> Rule:
    """The rule whose cases a file holds."""
    return catalogue.BY_CODE[file.name.split("-")[0]]


CASES = [case for file in FILES for case in cases_of(file)]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.stem}: {case.heading}")
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.name}")


@pytest.mark.skipif(not UPDATING, reason="reports are written with CONVLINT_UPDATE=1 only")
@each_file
def test_update(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").split("\n")
    for case in reversed(cases_of(file)):
        shown = report(case.checked())
        start, end = case.lines
        written = ["```text", *shown.split("\n"), "```"] if shown else ["Silent."]
        lines[start:end] = written if case.expected is not None else ["", *written]
    file.write_text("\n".join(lines), encoding="utf-8", newline="\n")


@pytest.mark.skipif(UPDATING, reason="the reports are being written")
@each_case
def test_case(case: Case) -> None:
    shown = report(case.checked())
    assert (case.expected or "").rstrip("\n") == shown
    assert case.expected is not None, "the case has no report yet: CONVLINT_UPDATE=1 writes it"


@each_case
def test_findings_are_well_formed(case: Case) -> None:
    for found in case.checked().findings:
        assert "\n" not in found.message and not found.message.endswith("."), found.message
        assert len(found.message) <= LONGEST_MESSAGE, found.message
        for span in (found.span, *(label.span for label in found.labels)):
            assert 0 <= span[0] <= span[1] <= len(case.yaml)
        for words in (found.message, found.label, found.help or "", *found.notes):
            assert "None" not in words, words


@each_case
def test_fixes_repair(case: Case) -> None:
    before = case.checked().findings
    for found in before:
        for fix in found.fixes:
            after = case._replace(yaml=_edited(case.yaml, fix.edits)).checked().findings
            assert _count(found.code, after) < _count(found.code, before), f"{fix.title} repairs nothing"


def _edited(yaml: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        yaml = yaml[: edit.span[0]] + edit.text + yaml[edit.span[1] :]
    return yaml


def _count(code: str, findings: list[Diagnostic]) -> int:
    return sum(found.code == code for found in findings)


@each_file
def test_file_shows_the_rule_from_both_sides(file: Path) -> None:
    rule = rule_of(file)
    assert file.name == f"{rule.code}-{rule.name}.md"
    assert file.read_text(encoding="utf-8").startswith(f"# {rule.code} {rule.name}\n")
    cases = cases_of(file)
    firing = [case for case in cases if f"[{rule.code}] {rule.name}: " in (case.expected or "")]
    silent = [case for case in cases if case.expected == ""]
    assert len(firing) >= 2 and len(silent) >= 2
    assert all(case.heading for case in cases)
    headings = [case.heading for case in cases]
    assert len(headings) == len(set(headings))


@each_rule
def test_rule_has_cases(rule: Rule) -> None:
    assert (HERE / f"{rule.code}-{rule.name}.md").is_file()


@each_rule
def test_page(rule: Rule) -> None:
    page = rule.page
    assert re.findall("^## (.*)$", page, re.MULTILINE) == HEADINGS
    first = page.partition("\n")[0]
    assert first.endswith(".") and len(first) <= LONGEST_MESSAGE
    bad, good = (_only_file(_section(page, name)) for name in ("Example", "Use instead"))
    beside = tuple(re.findall("^```python (\\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    assert _said(*bad, rule, beside) == {rule.code}
    assert _said(*good, rule, beside) == set()


def _said(syntax: str, yaml: str, rule: Rule, beside: tuple[tuple[str, str], ...]) -> set[str]:
    """The rules that speak up about an example: those of info are not shown unless somebody asks for them."""
    findings = checked(yaml, (rule.code,), syntax, beside).findings
    return {found.code for found in findings if found.severity != Severity.INFO or found.code == rule.code}


def _section(page: str, heading: str) -> str:
    return page.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def _only_file(section: str) -> tuple[str, str]:
    """The syntax and the text of the one file in a section."""
    (found,) = re.findall(f"^```({'|'.join(SYNTAXES)})\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return str(found[0]), str(found[1])
