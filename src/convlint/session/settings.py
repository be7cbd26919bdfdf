"""Settings: ``[tool.convlint]`` in ``pyproject.toml``, or ``convlint.toml``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from convlint import catalogue
from convlint.findings import Severity
from convlint.words.spelling import did_you_mean

if TYPE_CHECKING:
    from convlint.formats.yolo.options import Options as YoloOptions

SEVERITIES = {str(severity): severity for severity in Severity}

_OWN, _SHARED = "convlint.toml", "pyproject.toml"
#: Whether it is worth reading a ``pyproject.toml``.
_SECTION = rb"(?m)^[ \t]*\[[ \t]*[\"']?tool[\"']?[ \t]*(?:\]|\.[ \t]*[\"']?convlint\b)"


class SettingsError(Exception):
    """Settings that cannot be used; the message is one line that says where and why."""


class Settings:
    """What a settings file says; ``folder`` is what its patterns are relative to."""

    __slots__ = (
        "exclude", "extend_select", "fail_on", "folder", "ignore", "per_file_ignores", "select", "skip_unrecognised",
        "yolo",
    )  # fmt: skip

    def __init__(self, folder: str = os.curdir) -> None:
        self.folder = folder
        self.select: list[str] = []
        self.extend_select: list[str] = []
        self.ignore: list[str] = []
        self.fail_on = Severity.WARNING
        self.exclude: list[str] = []
        self.skip_unrecognised = False
        self.per_file_ignores: dict[str, list[str]] = {}
        self.yolo: YoloOptions | None = None

    def excludes(self, path: str) -> bool:
        """Whether a file or folder met while walking is left out."""
        return bool(self.exclude) and any(matches(pattern, self._relative(path)) for pattern in self.exclude)

    def ignored(self, path: str) -> frozenset[str]:
        """The codes that are off in one file."""
        if not self.per_file_ignores:
            return frozenset()
        relative = self._relative(path)
        words = [
            word for pattern, words in self.per_file_ignores.items() if matches(pattern, relative) for word in words
        ]
        return catalogue.codes(words) - catalogue.ALWAYS

    def _relative(self, path: str) -> str:
        try:
            relative = os.path.relpath(path, self.folder)
        except ValueError:  # another drive
            relative = os.path.abspath(path)
        return relative.replace(os.sep, "/")


def selected(settings: Settings, select: list[str], extend: list[str], ignore: list[str]) -> frozenset[str]:
    """The codes that are on; the last three come from the command line, which wins over the settings.

    ``select`` there replaces everything that the settings select or ignore.  Raises KeyError with an unknown word.
    """
    if select:
        return catalogue.selection(select, extend, ignore) | catalogue.ALWAYS
    chosen = catalogue.selection(settings.select, settings.extend_select, settings.ignore)
    added = catalogue.selection(extend, ignore=ignore) if extend else frozenset()
    if not extend:
        catalogue.selection(["ALL"], ignore=ignore)
    return (chosen - catalogue.codes(ignore)) | added | catalogue.ALWAYS


def discover(folder: str) -> Settings:
    """The settings of the nearest folder that has some, from here up to the root of the repository."""
    folder = os.path.abspath(folder)
    while True:
        for name in (_OWN, _SHARED):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                found = read(path, required=False)
                if found is not None:
                    return found
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return Settings()
        folder = parent


def read(path: str, required: bool = True) -> Settings | None:
    """The settings in a file; None if it has no section for convlint and need not have one."""
    shared = os.path.basename(path) == _SHARED
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise SettingsError(f"{path}: {words[:1].lower()}{words[1:]}") from None
    section: Any = None
    if not shared or re.search(_SECTION, data):
        import tomllib

        try:
            section = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SettingsError(f"{path}: not TOML: {error}") from None
        if shared:
            tool = section.get("tool")
            section = tool.get("convlint") if isinstance(tool, dict) else None
    if section is None:
        if required:
            raise SettingsError(f"{path}: there is no table [tool.convlint]")
        return None
    return _checked(section, path, os.path.dirname(os.path.abspath(path)))


def _checked(section: Any, path: str, folder: str) -> Settings:
    """Settings from what a file says, or the first thing that is wrong with it."""

    def wrong(key: str, wanted: str) -> SettingsError:
        return SettingsError(f"{path}: `{key}` must be {wanted}")

    def rules(key: str, value: Any) -> list[str]:
        words = strings(key, value, 'rules, such as ["CL103", "dead-layer"]')
        for word in words:
            if not catalogue.matching(word):
                raise SettingsError(f"{path}: `{key}`: {catalogue.unknown_rule(word)}")
        return words

    def patterns(key: str, given: Iterable[str]) -> None:
        for pattern in given:
            try:
                _compiled(pattern)
            except re.error:
                raise SettingsError(f"{path}: `{key}`: `{pattern}` is no pattern") from None

    def strings(key: str, value: Any, wanted: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise wrong(key, f"a list of {wanted}")
        return value

    if not isinstance(section, dict):
        raise SettingsError(f"{path}: `tool.convlint` must be a table")
    settings = Settings(folder)
    known = ("select", "extend-select", "ignore", "fail-on", "exclude", "skip-unrecognised", "per-file-ignores", "yolo")
    for key, value in section.items():
        match key:
            case "select":
                settings.select = rules(key, value)
            case "extend-select":
                settings.extend_select = rules(key, value)
            case "ignore":
                settings.ignore = rules(key, value)
            case "fail-on":
                if not isinstance(value, str) or value not in SEVERITIES:
                    raise wrong(key, '"error", "warning" or "info"')
                settings.fail_on = SEVERITIES[value]
            case "exclude":
                settings.exclude = strings(key, value, 'patterns, such as ["vendor/**"]')
                patterns(key, settings.exclude)
            case "skip-unrecognised":
                if not isinstance(value, bool):
                    raise wrong(key, "true or false")
                settings.skip_unrecognised = value
            case "per-file-ignores":
                if not isinstance(value, dict):
                    raise wrong(key, 'a table, such as {"old/*.yaml" = ["CL103"]}')
                settings.per_file_ignores = {
                    pattern: rules(f"{key}.{pattern}", words) for pattern, words in value.items()
                }
                patterns(key, settings.per_file_ignores)
            case "yolo":
                from convlint.formats.yolo import options as yolo  # most settings have none of it

                try:
                    settings.yolo = yolo.from_settings(value, folder)
                except ValueError as error:
                    raise SettingsError(f"{path}: {error}") from None
            case _:
                raise SettingsError(f"{path}: unknown key `{key}`{did_you_mean(key, known)}")
    return settings


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path, or a folder that it lies in.

    ``*`` and ``?`` stay within one name, ``**`` does not.  A pattern without ``/`` means names anywhere.
    """
    return _compiled(pattern).match(path) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    anywhere = "/" not in pattern.rstrip("/")
    body = pattern.strip("/").removeprefix("./")
    regex = "(?:.*/)?" if anywhere else ""
    for part in re.findall(r"\*\*/|\*+|\?|\[!?\]?[^\]]*\]|.", body, re.DOTALL):
        if part == "**/":
            regex += "(?:.*/)?"
        elif part.startswith("**"):
            regex += ".*"
        elif part == "*":
            regex += "[^/]*"
        elif part == "?":
            regex += "[^/]"
        elif len(part) > 1:
            inside = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            regex += f"[^/{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
        else:
            regex += re.escape(part)
    return re.compile(f"{regex}(?:/.*)?\\Z", re.DOTALL)
