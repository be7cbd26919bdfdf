"""Write one page for every rule, and their index, from the docstrings of the rules' modules.

``python docs/generate.py`` writes ``docs/rules/*.md``, and the schema of the settings, which names all rules; with
``--check`` it writes nothing and exits 1 when a file is not what it would write, or a page belongs to no rule.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from convlint.catalogue import RULES, Rule
from convlint.formats import FORMATS
from convlint.session import settings_schema

FOLDER = Path(__file__).resolve().parent / "rules"
#: It names all rules, for editors to offer.
SETTINGS = FOLDER.parents[1] / "schemas" / "settings.schema.json"
CASES = "../../tests/rules"
#: The version that brought a rule, where it was not the first one.
SINCE: dict[str, str] = {}
FIRST_VERSION = "0.1"

TITLES = {
    "notation": "Notation: what is written",
    "graph": "Graph: what reads what",
    "spatial": "Sizes and windows",
    "channels": "Channels and groups",
    "counts": "Declared counts",
    "merges": "Joining maps",
    "upsampling": "Upsampling",
    "features": "Normalisation, dense layers, attention",
    "yolo": "Model files of YOLO",
    **{format.NAME: format.TITLE for format in FORMATS if format.RULES},
}

INDEX = """\
# Rules

A rule is named by its code or by its name, wherever one is asked for: `--select CL103`, `--ignore dropped-input`,
`# convlint: ignore[dropped-input]`. `convlint explain CL103` prints the same page.

An *error* is something that the framework refuses, or a declared value that is false.
A *warning* runs, and something is lost or probably wrong.
An *info* never fails: it is counted, and shown with `--info`.
Rules that are *off* run when they are selected.
"""


def name_of(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}.md"


def page(rule: Rule) -> str:
    """The docstring of a rule's module under a heading and a table of what the catalogue says about it."""
    first, _, rest = rule.page.partition("\n")
    cells = [rule.code, rule.name, str(rule.severity), "on" if rule.on else "off", SINCE.get(rule.code, FIRST_VERSION)]
    table = "| code | name | severity | by default | since |\n| --- | --- | --- | --- | --- |\n"
    table += f"| {' | '.join(cells)} |"
    cases = f"More cases, each with its report: [{rule.code}-{rule.name}]({CASES}/{rule.code}-{rule.name}.md)."
    return f"# {rule.name} ({rule.code})\n\n{first}\n\n{table}\n\n{rest.strip()}\n\n{cases}\n"


def index() -> str:
    """All rules with a link to their page, one table a family."""
    parts = [INDEX]
    for family in dict.fromkeys(rule.family for rule in RULES):
        parts.append(f"\n## {TITLES.get(family, family.capitalize())}\n\n")
        parts.append("| code | name | severity | finds |\n| --- | --- | --- | --- |\n")
        for rule in RULES:
            if rule.family == family:
                severity = f"{rule.severity}" if rule.on else f"{rule.severity}, off"
                parts.append(f"| {rule.code} | [{rule.name}]({name_of(rule)}) | {severity} | {rule.summary} |\n")
    return "".join(parts)


def pages() -> dict[Path, str]:
    """Every file of the folder with its text."""
    found = {FOLDER / name_of(rule): page(rule) for rule in RULES}
    found[FOLDER / "README.md"] = index()
    return found


def main(argv: list[str]) -> int:
    """Write the pages, or check that they are as they would be written."""
    wanted = pages() | {SETTINGS: json.dumps(settings_schema.generate(), indent=2) + "\n"}
    surplus = sorted(set(FOLDER.glob("*.md")) - set(wanted))
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if argv == ["--check"]:
        for path in stale + surplus:
            print(f"{path.relative_to(FOLDER.parent.parent)} is stale: run `python docs/generate.py`")
        return 1 if stale or surplus else 0
    if argv:
        print("usage: python docs/generate.py [--check]", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    for path in surplus:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
