"""How a page looks, and what its script does; the page works without the script."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from convlint.reports.picture import STYLE


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def style(views: int) -> str:
    """The style of a page with so many networks, of which one is shown; all of them where that cannot be chosen."""
    chosen = ""
    if views > 1:
        shown = ", ".join(f"body:has(#v{index}:checked) .view{index}" for index in range(views))
        chosen = f"@supports selector(:has(a)) {{ .view {{ display: none; }} {shown} {{ display: block; }} }}\n"
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{_text('dark.css')}}}\n"
    return f"{STYLE}{_text('page.css')}{chosen}{dark}{_text('print.css')}"


def policy(style: str, script: str) -> str:
    """A Content-Security-Policy under which these two work, and nothing is loaded from anywhere."""
    styles, scripts = (b64encode(sha256(text.encode()).digest()).decode() for text in (style, script))
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{styles}'; script-src 'sha256-{scripts}'; "
        "base-uri 'none'; form-action 'none'"
    )


def document(title: str, body: str, views: int = 1, more: str = "") -> str:
    """A whole page; ``title`` and ``body`` are markup, ``more`` is a style of parts of it."""
    styled, script = more + style(views), _text("page.js")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(styled, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>{styled}</style></head>\n<body>\n{body}\n<script>{script}</script>\n</body></html>\n"
    )
