"""Settings: ``[tool.convlint]`` in ``pyproject.toml``, or ``convlint.toml``."""

from __future__ import annotations

import os
import re
import stat
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
#: Whether it is worth reading a ``pyproject.toml``: a table, or keys with dots, or a table in one line.
_SECTION = (
    rb"(?m)^(?:\xef\xbb\xbf)?[ \t]*(?:\[[ \t]*[\"']?tool[\"']?[ \t]*(?:\]|\.[ \t]*[\"']?convlint\b)"
    rb"|[\"']?tool[\"']?[ \t]*(?:=|\.[ \t]*[\"']?convlint\b))"
)
#: Bytes of a file that holds settings, and parts of a key with dots, for which tomllib takes more than so much time.
MAX_BYTES, MAX_PARTS = 1024 * 1024, 100
_LONG_KEY = rb"(?:[\w\"'-]+[ \t]*\.[ \t]*){%d}" % MAX_PARTS


class SettingsError(Exception):
    """Settings that cannot be used: in which file and line (None if that is not known), and why in one line."""

    def __init__(self, path: str, message: str, line: int | None = None) -> None:
        super().__init__(f"{path if line is None else f'{path}:{line}'}: {message}")
        self.path = path
        self.message = message
        self.line = line


class Settings:
    """What a settings file says; ``folder`` is where it is, ``options`` what it says of each format.

    Patterns are relative to the folder of the file that has them, which stands with them.  ``said`` is what formats
    were told, as it was written.  Some of it is for the whole run (``color``, ``exit_zero``, ``format``, ``jobs``,
    ``quiet``, ``statistics``): there the settings of the working directory hold.
    """

    __slots__ = (
        "_variants", "baseline", "color", "exclude", "exit_zero", "extend_select", "fail_on", "folder", "format",
        "ignore", "info", "jobs", "options", "overrides", "per_file_ignores", "quiet", "respect_gitignore", "said",
        "select", "severities", "skip_unrecognised", "sources", "statistics", "unsafe_fixes",
    )  # fmt: skip

    def __init__(self, folder: str = os.curdir) -> None:
        self.folder = folder
        #: The files that were read, what is extended first.
        self.sources: tuple[str, ...] = ()
        self.select: list[str] = []
        self.extend_select: list[str] = []
        self.ignore: list[str] = []
        self.severities: dict[str, Severity | None] = {}
        self.fail_on = Severity.WARNING
        self.exclude: list[tuple[str, Patterns]] = []
        self.respect_gitignore = True
        self.skip_unrecognised = False
        self.per_file_ignores: list[tuple[str, Patterns, list[str]]] = []
        self.overrides: list[tuple[str, Patterns, dict[str, Any]]] = []
        self.options: dict[str, Any] = {}
        self.said: dict[str, dict[str, Any]] = {}
        #: The path of the file with known findings.
        self.baseline: str | None = None
        self.info = False
        self.unsafe_fixes = False
        self.format: str | None = None
        self.jobs: int | None = None
        self.quiet = False
        self.statistics = False
        self.color: str | None = None
        self.exit_zero = False
        self._variants: dict[tuple[int, ...], Settings] = {}

    def copy(self) -> Settings:
        """The same settings, to put others over them; nothing in them is changed, only replaced."""
        copied = Settings(self.folder)
        for name in self.__slots__:
            if name != "_variants":
                setattr(copied, name, getattr(self, name))
        return copied

    def of(self, path: str) -> Settings:
        """What holds for one file."""
        if not self.overrides:
            return self
        matched = tuple(
            index
            for index, (folder, patterns, _) in enumerate(self.overrides)
            if patterns.match(_relative(path, folder))
        )
        if not matched:
            return self
        found = self._variants.get(matched)
        if found is None:
            from convlint.session.table import put

            found = self._variants[matched] = self.copy()
            for index in matched:
                folder, _, table = self.overrides[index]
                put(table, found, folder)
        return found

    def excludes(self, path: str, folder: bool = False) -> bool:
        """Whether a file or folder met while walking is left out."""
        return any(patterns.match(_relative(path, base), folder) for base, patterns in self.exclude)

    def ignored(self, path: str) -> frozenset[str]:
        """The codes that are off in one file."""
        if not self.per_file_ignores:
            return frozenset()
        words = [
            word
            for folder, patterns, words in self.per_file_ignores
            if patterns.match(_relative(path, folder))
            for word in words
        ]
        return catalogue.codes(words) - catalogue.ALWAYS

    def off(self) -> int:
        """How many of the rules that are on by default these settings switch off."""
        return len(catalogue.selection() - selected(self, (), (), ()))

    def graded(self) -> dict[str, Severity | None]:
        """The severities that rules are given, by code; None is off. Of two words the more specific one decides."""
        found: dict[str, Severity | None] = {}
        for word in sorted(self.severities, key=lambda word: (catalogue.find(word) is not None, len(word))):
            for code in catalogue.codes([word]) - catalogue.ALWAYS:
                found[code] = self.severities[word]
        return found


def _relative(path: str, folder: str) -> str:
    try:
        relative = os.path.relpath(path, folder)
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
    if settings.severities:
        graded = settings.graded()
        off = {code for code, severity in graded.items() if severity is None}
        chosen = (chosen | (graded.keys() - catalogue.codes(settings.ignore))) - off
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


def read(path: str, required: bool = True, extended: tuple[str, ...] = ()) -> Settings | None:
    """The settings in a file; None if it has no section for convlint and need not have one.

    ``extended`` are the files that lead to this one by ``extend``.
    """
    shared = os.path.basename(path) == _SHARED
    try:
        # Not opened if it is no file: opening a pipe waits for ever.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise SettingsError(path, "not a regular file")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise SettingsError(path, f"{words[:1].lower()}{words[1:]}") from None
    section: Any = None
    above = _TABLE if shared else ()
    if not shared or re.search(_SECTION, data):
        import tomllib

        if len(data) > MAX_BYTES:
            raise SettingsError(path, f"longer than {MAX_BYTES // 1024 // 1024} MiB")
        if re.search(_LONG_KEY, data):
            raise SettingsError(path, f"cannot be read: a key of more than {MAX_PARTS} parts")
        try:
            section = tomllib.loads(data.decode("utf-8-sig"))
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

    here = os.path.dirname(os.path.abspath(path))
    settings = Settings(here)
    try:
        if isinstance(section, dict) and "extend" in section:
            settings = _extended(section["extend"], here, (*extended, os.path.realpath(path)))
            settings.folder = here
        settings.sources = (*settings.sources, path)
        checked(section, settings)
    except ValueError as error:
        line = None
        if isinstance(error, TableError):
            from convlint.session.toml_places import line_of

            keys = (*above, *error.keys) if isinstance(section, dict) else error.keys
            line = line_of(data.decode("utf-8-sig"), keys)
        raise SettingsError(path, str(error), line) from None
    return settings


def _extended(word: Any, folder: str, extended: tuple[str, ...]) -> Settings:
    """The settings that others are put over. Raises TableError, or SettingsError about that other file."""
    if not isinstance(word, str) or not word or "\0" in word:
        raise TableError(("extend",), ' must be the path of another file with settings, such as "../convlint.toml"')
    path = os.path.join(folder, word)
    if not os.path.isfile(path):
        raise TableError(("extend",), f": there is no file `{word}`")
    if os.path.realpath(path) in extended:
        raise TableError(("extend",), f": `{word}` extends these settings itself")
    found = read(path, extended=extended)
    assert found is not None
    return found.copy()
