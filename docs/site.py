"""What the site has besides the pages in this folder: mkdocs calls these functions by their names.

README.md is its first page, CONTRIBUTING.md and CHANGELOG.md are pages, and one page shows the examples with what
convlint prints of them.  Links to files that are no pages lead to the repository.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.catalogue import FILES, HOME
from convlint.cli import main

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
#: Files at the top that are pages, by what their pages are called.
TOP = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
RULES = "rules/README.md"
_LEXERS = {".yaml": "yaml", ".cfg": "ini", ".json": "json"}
_FENCE = re.compile(r"^(```.*?^```)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r'(\]\(|src="|href=")([^)"#\s]+)')


def on_config(config: MkDocsConfig) -> None:
    """Say where the repository is: its address stands in the program alone."""
    config.repo_url, config.repo_name, config.edit_uri = HOME, "convlint", ""


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages that are made, and all rules to the navigation."""
    from mkdocs.structure.files import File

    for name, page in TOP.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text(encoding="utf-8")))
    files.append(File.generated(config, "examples.md", content=examples()))
    rules = sorted(file.src_uri for file in files if file.src_uri.startswith("rules/") and file.src_uri != RULES)
    config.nav = [{"Rules": [RULES, *rules]} if entry == {"Rules": RULES} else entry for entry in config.nav or []]


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links work where the page stands in the site; what stands in code is left alone."""
    made = {page: name for name, page in TOP.items()}
    file = ROOT / made[page.file.src_uri] if page.file.src_uri in made else DOCS / page.file.src_uri
    there = (DOCS / page.file.src_uri).parent
    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(_moved(file.parent, there), part) for part in parts)


def _moved(here: Path, there: Path) -> Callable[[re.Match[str]], str]:
    """What a link of a file in one folder is in a page that stands in another one."""
    pages = {ROOT / name: DOCS / page for name, page in TOP.items()}

    def replaced(match: re.Match[str]) -> str:
        before, link = match.groups()
        if ":" in link:
            return match[0]
        target = Path(os.path.normpath(here / link))
        target = pages.get(target, target)
        if DOCS in target.parents:
            return before + Path(os.path.relpath(target, there)).as_posix()
        return before + FILES + target.relative_to(ROOT).as_posix()

    return replaced


def examples() -> str:
    """Every example with what ``convlint``, and for one that is right ``convlint show``, prints."""
    parts = ["# Examples\n\nFiles of the repository's folder `examples`, each with what convlint prints of it.\n"]
    for path in sorted((ROOT / "examples").iterdir()):
        name = f"examples/{path.name}"
        said = printed([name])
        command = f"convlint {name}"
        if said.startswith("All good"):
            command, said = f"convlint show {name}", printed(["show", name])
        text = path.read_text(encoding="utf-8")
        parts.append(
            f"\n## {path.name}\n\n```{_LEXERS[path.suffix]}\n{text}```\n\n```console\n$ {command}\n{said}```\n"
        )
    return "".join(parts)


def printed(argv: list[str]) -> str:
    """What a command line prints."""
    out = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        main(argv)
    return out.getvalue()
