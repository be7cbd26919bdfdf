"""Settings: ``[tool.convlint]`` in ``pyproject.toml``, or ``convlint.toml``."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from convlint import catalogue
from convlint.catalogue import Severity
from convlint.session.patterns import Patterns
from convlint.words.table_errors import TableError

SEVERITIES = {str(severity): severity for severity in Severity}

_OWN, _SHARED = "convlint.toml", "pyproject.toml"
#: Where the settings are in a file that is shared.
_TABLE = ("tool", "convlint")
#: Whether it is worth reading a ``pyproject.toml``.
_SECTION = rb"(?m)^[ \t]*\[[ \t]*[\"']?tool[\"']?[ \t]*(?:\]|\.[ \t]*[\"']?convlint\b)"


class SettingsError(Exception):
    """Settings that cannot be used: in which file and line (None if that is not known), and why in one line."""

    def __init__(self, path: str, message: str, line: int | None = None) -> None:
        super().__init__(f"{path if line is None else f'{path}:{line}'}: {message}")
        self.path = path
        self.message = message
        self.line = line


class Settings:
    """What a settings file says; ``folder`` is what its patterns are relative to, ``options`` those of each format."""

    __slots__ = (
        "baseline", "exclude", "extend_select", "fail_on", "folder", "ignore", "options", "per_file_ignores", "select",
        "skip_unrecognised",
    )  # fmt: skip

    def __init__(self, folder: str = os.curdir) -> None:
        self.folder = folder
        self.select: list[str] = []
        self.extend_select: list[str] = []
        self.ignore: list[str] = []
        self.fail_on = Severity.WARNING
        self.exclude = Patterns([])
        self.skip_unrecognised = False
        self.per_file_ignores: list[tuple[Patterns, list[str]]] = []
        self.options: dict[str, Any] = {}
        #: The path of the file with known findings.
        self.baseline: str | None = None

    def excludes(self, path: str, folder: bool = False) -> bool:
        """Whether a file or folder met while walking is left out."""
        return bool(self.exclude) and self.exclude.match(self._relative(path), folder)

    def ignored(self, path: str) -> frozenset[str]:
        """The codes that are off in one file."""
        if not self.per_file_ignores:
            return frozenset()
        relative = self._relative(path)
        words = [word for patterns, words in self.per_file_ignores if patterns.match(relative) for word in words]
        return catalogue.codes(words) - catalogue.ALWAYS

    def _relative(self, path: str) -> str:
        try:
            relative = os.path.relpath(path, self.folder)
        except ValueError:  # another drive
            relative = os.path.abspath(path)
        return relative.replace(os.sep, "/")


def selected(settings: Settings, select: Sequence[str], extend: Sequence[str], ignore: Sequence[str]) -> frozenset[str]:
    """The codes that are on; the last three come from the command line, which wins over the settings.

    ``select`` there replaces everything that the settings select or ignore.  Raises KeyError with an unknown word.
    """
    if select:
        return catalogue.selection(select, extend, ignore) | catalogue.ALWAYS
    chosen = catalogue.selection(settings.select, settings.extend_select, settings.ignore)
    added = catalogue.selection(extend, ignore=ignore) if extend else frozenset()
    if ignore and not extend:
        catalogue.selection(["ALL"], ignore=ignore)
    return (chosen - catalogue.codes(ignore)) | added | catalogue.ALWAYS


def candidates(folder: str) -> Iterator[str]:
    """The files that may hold the settings of a folder, nearest first, up to the root of its repository."""
    folder = os.path.abspath(folder)
    while True:
        for name in (_OWN, _SHARED):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                yield path
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = parent


def discover(folder: str, look: Callable[[str], Settings | None] | None = None) -> Settings:
    """The settings of the nearest folder that has some, from here up to the root of the repository.

    ``look`` says what a file holds, None if nothing for convlint. Raises SettingsError.
    """
    for path in candidates(folder):
        found = look(path) if look is not None else read(path, required=False)
        if found is not None:
            return found
    return Settings()


def read(path: str, required: bool = True) -> Settings | None:
    """The settings in a file; None if it has no section for convlint and need not have one."""
    shared = os.path.basename(path) == _SHARED
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise SettingsError(path, f"{words[:1].lower()}{words[1:]}") from None
    section: Any = None
    above = _TABLE if shared else ()
    if not shared or re.search(_SECTION, data):
        import tomllib

        try:
            section = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(path, f"not TOML: {error}") from None
        except ValueError:  # Python's words are about a limit of its own
            raise SettingsError(path, "cannot be read: a number is too long") from None
        except (RecursionError, MemoryError):
            raise SettingsError(path, "cannot be read: nested too deep") from None
        if shared:
            tool = section.get("tool")
            section = tool.get("convlint") if isinstance(tool, dict) else None
    if section is None:
        if required:
            raise SettingsError(path, "there is no table [tool.convlint]")
        return None
    from convlint.session.table import checked  # most runs have no settings, and need no pydantic

    settings = Settings(os.path.dirname(os.path.abspath(path)))
    try:
        checked(section, settings)
    except ValueError as error:
        line = None
        if isinstance(error, TableError):
            from convlint.session.toml_places import line_of

            keys = (*above, *error.keys) if isinstance(section, dict) else error.keys
            line = line_of(data.decode("utf-8"), keys)
        raise SettingsError(path, str(error), line) from None
    return settings
