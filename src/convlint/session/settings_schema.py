"""The JSON Schema of ``convlint.toml``, with which editors complete and check it."""

from __future__ import annotations

from typing import Any

from convlint import catalogue, formats
from convlint.formats.options import Option
from convlint.session.settings import SEVERITIES
from convlint.session.table import COLOURS, FORMATS, MAX_JOBS, WHOLE

_TRUTH: dict[str, Any] = {"type": "boolean"}
_RULES: dict[str, Any] = {"type": "array", "items": {"$ref": "#/$defs/rule"}}
_PATTERNS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


def generate() -> dict[str, Any]:
    """The whole schema."""
    keys = {
        "select": {**_RULES, "description": "Check these rules instead of the default ones."},
        "extend-select": {**_RULES, "description": "Check these rules too."},
        "ignore": {**_RULES, "description": "Leave these rules out."},
        "severities": {
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/rule"},
            "additionalProperties": {"enum": [*SEVERITIES, "off"]},
            "description": "How loud rules are; off switches one off, any other word switches one on.",
        },
        "per-file-ignores": {
            "type": "object",
            "additionalProperties": _RULES,
            "description": "Rules that are left out, by patterns of files.",
        },
        "overrides": {
            "type": "array",
            "items": {"$ref": "#/$defs/override"},
            "description": "Other settings for some files; of several that match the last one decides.",
        },
        "fail-on": {"enum": list(SEVERITIES), "default": "warning", "description": "Least severity for exit code 1."},
        "info": {**_TRUTH, "default": False, "description": "Show findings of severity info."},
        "unsafe-fixes": {
            **_TRUTH,
            "default": False,
            "description": "Let --fix apply fixes that may change the meaning.",
        },
        "exclude": {**_PATTERNS, "description": "What is left out of folders: patterns as in .gitignore."},
        "respect-gitignore": {**_TRUTH, "default": True, "description": "Leave out of folders what git ignores."},
        "skip-unrecognised": {
            **_TRUTH,
            "default": False,
            "description": "Treat named files like those met in a folder.",
        },
        "baseline": {"type": "string", "minLength": 1, "description": "The file with known findings."},
        "extend": {
            "type": "string",
            "minLength": 1,
            "description": "Another file with settings, over which these are put.",
        },
        "format": {"enum": list(FORMATS), "default": "full", "description": "The format of the report."},
        "color": {"enum": list(COLOURS), "default": "auto", "description": "When colours are used."},
        "quiet": {**_TRUTH, "default": False, "description": "Print no line that sums up."},
        "statistics": {**_TRUTH, "default": False, "description": "Print how often each rule found something."},
        "exit-zero": {**_TRUTH, "default": False, "description": "Exit with 0 despite findings."},
        "jobs": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_JOBS,
            "description": "How many processes check files.",
        },
        **{format.NAME: _table(format) for format in formats.FORMATS if format.OPTIONS},
    }
    override = {key: value for key, value in keys.items() if key not in WHOLE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of convlint",
        "description": "convlint.toml, or [tool.convlint] in pyproject.toml.",
        "type": "object",
        "properties": keys,
        "additionalProperties": False,
        "$defs": {
            "rule": {
                "type": "string",
                "description": "A code, a name, the beginning of codes, or ALL.",
                "examples": [word for rule in catalogue.RULES for word in (rule.code, rule.name)],
            },
            "override": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {**_PATTERNS, "description": "The files: patterns as in .gitignore."},
                    **override,
                },
                "additionalProperties": False,
            },
        },
    }


def _table(format: formats.Format) -> dict[str, Any]:
    return {
        "type": "object",
        "description": f"What is to be known about {format.TITLE}.",
        "properties": {option.key: _option(option) for option in format.OPTIONS},
        "additionalProperties": False,
    }


def _option(option: Option) -> dict[str, Any]:
    described: dict[str, Any] = {"description": f"{option.help[0].upper()}{option.help[1:]}."}
    if option.choices:
        described["enum"] = list(option.choices)
    elif option.several:
        described |= {"type": ["string", "array"], "items": {"type": "string"}}
    return described
