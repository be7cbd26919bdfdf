"""``convlint --show-settings PATH...``: the settings that hold for files, and where they come from."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from convlint.catalogue import Severity
from convlint.cli import exits
from convlint.cli.options import Options
from convlint.reports.escape import escape
from convlint.session.session import Session
from convlint.session.settings import Settings, SettingsError


def run(session: Session, options: Options) -> int:
    """Print them as they could stand in a `convlint.toml`, a block a path."""
    code = exits.CLEAN
    blocks = []
    for path in options.paths or [os.curdir]:
        name = os.path.join(path, "any") if os.path.isdir(path) else path
        try:
            settings = session.settings(name).of(name)
        except SettingsError as error:
            print(f"convlint: {escape(str(error))}", file=sys.stderr)
            code = exits.TROUBLE
            continue
        codes = sorted(session.codes_for(settings) - settings.ignored(name))
        blocks.append("\n".join(_lines(path, settings, codes)))
    print("\n\n".join(blocks))
    return code


def _lines(path: str, settings: Settings, codes: list[str]) -> list[str]:
    files = ", ".join(escape(source) for source in settings.sources) or "nowhere: nothing is set"
    return [
        f"# {escape(path)}: settings from {files}",
        f"# rules that are on: {', '.join(codes)}",
        *(f"{key} = {_toml(value)}" for key, value in _values(settings).items()),
        *(f"[{name}]\n" + "\n".join(f"{_key(key)} = {_toml(value)}" for key, value in table.items())
          for name, table in settings.said.items()),
    ]  # fmt: skip


def _values(settings: Settings) -> dict[str, Any]:
    """The keys of a settings file with their values; what is neither set nor has a default is left out."""
    values = {
        "select": settings.select,
        "extend-select": settings.extend_select,
        "ignore": settings.ignore,
        "severities": settings.severities,
        "fail-on": settings.fail_on,
        "info": settings.info,
        "unsafe-fixes": settings.unsafe_fixes,
        "exclude": [text for _, patterns in settings.exclude for text in patterns.texts],
        "respect-gitignore": settings.respect_gitignore,
        "skip-unrecognised": settings.skip_unrecognised,
        "per-file-ignores": {
            text: words for _, patterns, words in settings.per_file_ignores for text in patterns.texts
        },
        "baseline": settings.baseline,
        "format": settings.format,
        "color": settings.color,
        "quiet": settings.quiet,
        "statistics": settings.statistics,
        "exit-zero": settings.exit_zero,
        "jobs": settings.jobs,
    }
    return {key: value for key, value in values.items() if value is not None}


def _toml(value: Any) -> str:
    if isinstance(value, Severity):
        return json.dumps(str(value))
    if value is None:
        return '"off"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = escape(str(value)).replace("\\", "\\\\").replace('"', '\\"')
    # JSON's pairs of surrogates are no TOML.
    return '"' + "".join(c if c.isascii() and c.isprintable() else f"\\U{ord(c):08x}" for c in text) + '"'


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else _toml(key)
