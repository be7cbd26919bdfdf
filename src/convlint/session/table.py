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


class _Settings(Table):
    baseline: Annotated[str | None, BeforeValidator(_file)] = None
    select: Annotated[list[str], BeforeValidator(_rules)] = []
    extend_select: Annotated[list[str], BeforeValidator(_rules)] = []
    ignore: Annotated[list[str], BeforeValidator(_rules)] = []
    fail_on: Annotated[Severity, BeforeValidator(_severity)] = Severity.WARNING
    exclude: Annotated[Patterns, BeforeValidator(_patterns)] = Patterns([])
    skip_unrecognised: Annotated[bool, BeforeValidator(truth)] = False
    per_file_ignores: Annotated[
        dict[str, Annotated[list[str], BeforeValidator(_rules)]], BeforeValidator(_per_file)
    ] = {}


def checked(section: Any, settings: Settings) -> None:
    """Put what a file says into settings, whose folder is known. Raises TableError with the first mistake."""
    if not isinstance(section, dict):
        raise TableError(("tool", "convlint"), " must be a table")
    described = {format.NAME: format for format in formats.FORMATS if format.OPTIONS}
    own = {key: value for key, value in section.items() if key not in described}
    try:
        found = _Settings.model_validate(own)
    except ValidationError as error:
        raise first_error(error, _Settings, described) from None
    for name, format in described.items():
        if name in section:
            settings.options[name] = _options(format, section[name], settings.folder)
    if found.baseline is not None:
        settings.baseline = os.path.join(settings.folder, found.baseline)
    settings.select = found.select
    settings.extend_select = found.extend_select
    settings.ignore = found.ignore
    settings.fail_on = found.fail_on
    settings.exclude = found.exclude
    settings.skip_unrecognised = found.skip_unrecognised
    settings.per_file_ignores = [(Patterns([text]), words) for text, words in found.per_file_ignores.items()]


def _options(format: formats.Format, table: Any, folder: str) -> Any:
    if not isinstance(table, dict):
        raise TableError((format.NAME,), " must be a table")
    try:
        return formats.read_options(format, table, folder)
    except TableError as error:
        error.keys = (format.NAME, *error.keys)
        raise
