"""``convlint --show-files``: what would be checked, and why the rest would not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convlint.reports.escape import escape, escape_path
from convlint.reports.style import Style
from convlint.session.listing import Listed


def text(files: Iterable[Listed], style: Style) -> Iterator[str]:
    """A line a file."""
    for file in files:
        path = style.writable(escape_path(file.path))
        if file.why:
            yield f"{path}: {style.paint(f'not checked: {style.writable(escape(file.why))}', 'frame')}"
        else:
            yield f"{path}: {', '.join(file.formats) or 'broken'}"


def as_json(files: Iterable[Listed]) -> str:
    """The same as data."""
    from convlint.reports.json_report import VERSION, encode

    lines = [encode({"path": file.path, "formats": file.formats, "why": file.why or None}) for file in files]
    listed = ",\n  ".join(lines)
    return f'{{"version": {VERSION},\n "files": [{f"{chr(10)}  {listed}" if listed else ""}]}}'
