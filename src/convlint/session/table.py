"""``[tool.convlint]`` as a model: what it may say, and what is wrong with what it says."""

from __future__ import annotations

import os
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from convlint import catalogue, formats
from convlint.catalogue import Severity
from convlint.session.patterns import Pattern, Patterns
from convlint.session.settings import SEVERITIES, Settings
from convlint.words.table_errors import TableError
from convlint.words.tables import Table, first_error, must_be, strings, truth, wrong


def _rules(value: Any) -> list[str]:
    words = strings(value, 'rules, such as ["CL103", "dead-layer"]')
    for word in words:
        if not catalogue.matching(word):
            wrong(catalogue.unknown_rule(word))
    return words


def _patterns(value: Any) -> Patterns:
    texts = strings(value, 'patterns, such as ["vendor/**"]')
    for text in texts:
        _pattern(text)
    return Patterns(texts)


def _pattern(text: str) -> Pattern:
    try:
        return Pattern(text)
    except ValueError as error:
        wrong(str(error))


def _severity(value: Any) -> Severity:
    if not isinstance(value, str) or value not in SEVERITIES:
        must_be('"error", "warning" or "info"')
    return SEVERITIES[value]


def _per_file(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        must_be('a table, such as {"old/*.yaml" = ["CL103"]}')
    for text in value:
        if _pattern(text).negated:
            wrong(f"`{text}` takes back what no pattern before it means")
    return value


def _file(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        must_be('the name of a file, such as "convlint-baseline.json"')
    return value


def _severities(value: Any) -> dict[str, Severity | None]:
    if not isinstance(value, dict):
        must_be('a table, such as {CL105 = "warning", CL104 = "off"}')
    found: dict[str, Severity | None] = {}
    for word, severity in value.items():
        if not catalogue.matching(word):
            wrong(catalogue.unknown_rule(word))
        if severity != "off" and (not isinstance(severity, str) or severity not in SEVERITIES):
            wrong(f'the severity of `{word}` must be "error", "warning", "info" or "off"')
        found[word] = None if severity == "off" else SEVERITIES[severity]
    return found


def _overrides(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        must_be("a list of tables: [[tool.convlint.overrides]]")
    for table in value:
        if "files" not in table:
            wrong("each needs `files`, a list of patterns")
        if any(pattern.startswith("!") for pattern in strings(table["files"], 'patterns, such as ["v5/*.yaml"]')):
            wrong("`files` takes back nothing: no pattern in it begins with `!`")
        if misplaced := sorted(table.keys() & WHOLE):
            wrong(f"`{misplaced[0]}` holds for all files, and cannot stand here")
        _patterns(table["files"])
    return value


def _word(*words: str) -> Any:
    def validate(value: Any) -> str:
        return value if isinstance(value, str) and value in words else must_be(f"one of {', '.join(words)}")

    return validate


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_JOBS:
        must_be(f"a number from 1 to {MAX_JOBS}")
    return value


#: What formats of reports are called, and how colours are chosen; `convlint.reports` is not known here.
FORMATS = (
    "auto", "full", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson", "markdown",
)  # fmt: skip
COLOURS = ("auto", "always", "never")
#: More processes than this are a slip of the hand.
MAX_JOBS = 256
#: Keys that mean nothing for a part of the files.
WHOLE = frozenset({
    "baseline", "color", "exclude", "exit-zero", "extend", "format", "jobs", "overrides", "per-file-ignores", "quiet",
    "respect-gitignore", "statistics",
})  # fmt: skip

_Truth = Annotated[bool, BeforeValidator(truth)]
_Rules = Annotated[list[str], BeforeValidator(_rules)]


class _Settings(Table):
    baseline: Annotated[str | None, BeforeValidator(_file)] = None
    color: Annotated[str | None, BeforeValidator(_word(*COLOURS))] = None
    exclude: Annotated[Patterns, BeforeValidator(_patterns)] = Patterns([])
    exit_zero: _Truth = False
    #: Read before everything else, in `settings.read`.
    extend: str | None = None
    extend_select: _Rules = []
    fail_on: Annotated[Severity, BeforeValidator(_severity)] = Severity.WARNING
    format: Annotated[str | None, BeforeValidator(_word(*FORMATS))] = None
    ignore: _Rules = []
    info: _Truth = False
    jobs: Annotated[int | None, BeforeValidator(_number)] = None
    overrides: Annotated[list[dict[str, Any]], BeforeValidator(_overrides)] = []
    per_file_ignores: Annotated[dict[str, _Rules], BeforeValidator(_per_file)] = {}
    quiet: _Truth = False
    respect_gitignore: _Truth = True
    select: _Rules = []
    severities: Annotated[dict[str, Severity | None], BeforeValidator(_severities)] = {}
    skip_unrecognised: _Truth = False
    statistics: _Truth = False
    unsafe_fixes: _Truth = False


def checked(section: Any, settings: Settings) -> None:
    """Put what a file says into settings, whose folder is known. Raises TableError with the first mistake."""
    if not isinstance(section, dict):
        raise TableError(("tool", "convlint"), " must be a table")
    put(section, settings, settings.folder)
    for index, (folder, _, table) in enumerate(settings.overrides):
        try:
            put(table, settings.copy(), folder)
        except TableError as error:
            error.keys = ("overrides", str(index), *error.keys)
            raise


def put(section: dict[str, Any], settings: Settings, folder: str) -> None:
    """Put what is said over settings; what is not said stays. Raises TableError with the first mistake."""
    described = {format.NAME: format for format in formats.FORMATS if format.OPTIONS}
    own = {key: value for key, value in section.items() if key not in described}
    try:
        found = _Settings.model_validate(own)
    except ValidationError as error:
        raise first_error(error, _Settings, described) from None
    for name, format in described.items():
        if name in section:
            base = settings.options.get(name)
            settings.options = {**settings.options, name: _options(format, section[name], folder, base)}
            settings.said = {**settings.said, name: {**settings.said.get(name, {}), **section[name]}}
    for key in found.model_fields_set - {"extend"}:
        value = getattr(found, key)
        if key == "baseline":
            value = os.path.join(folder, value)
        elif key == "exclude":
            value = [(folder, value)]
        elif key == "severities":
            value = {**settings.severities, **value}
        elif key == "per_file_ignores":
            added = [(folder, Patterns([text]), words) for text, words in value.items()]
            value = [*settings.per_file_ignores, *added]
        elif key == "overrides":
            tables = [(Patterns(table["files"]), {**table}) for table in value]
            value = [*settings.overrides, *((folder, patterns, table) for patterns, table in tables)]
            for _, table in tables:
                del table["files"]
        setattr(settings, key, value)


def _options(format: formats.Format, table: Any, folder: str, base: Any) -> Any:
    if not isinstance(table, dict):
        raise TableError((format.NAME,), " must be a table")
    try:
        return formats.read_options(format, table, folder, base)
    except TableError as error:
        error.keys = (format.NAME, *error.keys)
        raise
