"""A run: files from their paths to their results, as the command line and the settings beside each file want it.

Whatever goes wrong with a file becomes a line of words, and takes no other file away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from convlint import catalogue, document, formats
from convlint.catalogue import Severity
from convlint.document import Problem, Reading, Source
from convlint.formats.lowered import Context, Memory
from convlint.lint import Result, context, lint
from convlint.model.network import Network, Shape
from convlint.session import paths
from convlint.session.outcome import Failure, Made, Skipped
from convlint.session.paths import Target
from convlint.session.settings import Settings, SettingsError, discover, read, selected
from convlint.session.trouble import internal_error
from convlint.words.table_errors import TableError

if TYPE_CHECKING:
    from convlint.session.baseline import Baseline


class Wanted(NamedTuple):
    """What a command line says about a whole run; it wins over all settings.

    ``config`` is the one file of settings to read, ``isolated`` means none.  ``options`` are words about formats by the
    key of their option.  ``skip_unrecognised`` treats named files like those met while walking a folder.
    """

    config: str | None
    isolated: bool
    select: Sequence[str]
    extend_select: Sequence[str]
    ignore: Sequence[str]
    skip_unrecognised: bool
    stdin_name: str
    options: Mapping[str, Any]
    #: The file with known findings; an empty word means that all findings are looked at as new.
    baseline: str | None = None
    #: Whether what git ignores is looked at too.
    no_gitignore: bool = False


class Checked(NamedTuple):
    """A file and what came of it, with the settings that hold for it and the codes that are on."""

    target: Target
    name: str
    result: Result
    settings: Settings
    codes: frozenset[str]


class Repaired(NamedTuple):
    """What fixing came to: the result to report, the number of fixes, the change as a diff, and what was written."""

    result: Result
    fixes: int
    diff: str | None
    made: tuple[Made, ...] = ()


class Usage(Exception):
    """A command line that cannot be obeyed; the message is one line."""


class Session:
    """Checks files for one run. Raises Usage or SettingsError if the command line cannot be obeyed.

    ``memory`` is what formats keep, where that is to outlive the session.
    """

    def __init__(self, wanted: Wanted, memory: Memory | None = None) -> None:
        self.wanted = wanted
        self._of_folder: dict[str, Settings | SettingsError] = {}
        self._of_file: dict[str, Settings | None] = {}
        #: Files of settings whose mistake was told; they spoil many files and are one mistake.
        self._told: set[str] = set()
        self._codes: dict[Settings, frozenset[str]] = {}
        self._options: dict[Settings, dict[str, Any]] = {}
        self._only: Settings | None = None
        #: The file that was skipped last.
        self.skipped: Skipped | None = None
        #: By their paths.
        self._baselines: dict[str, Baseline] = {}
        #: What formats keep from file to file.
        self._memory = Memory() if memory is None else memory
        if wanted.isolated:
            self._only = Settings()
        elif wanted.config is not None:
            self._only = read(wanted.config)
        given = [option for format in formats.FORMATS for option in format.OPTIONS if option.key in wanted.options]
        self._partial = any(option.partial for option in given)
        first = self._only or Settings()
        if wanted.baseline:
            self.baseline_at(wanted.baseline)
        try:
            selected(first, wanted.select, wanted.extend_select, wanted.ignore)
        except KeyError as error:
            raise Usage(catalogue.unknown_rule(error.args[0])) from None
        self._options_for(first)

    def settings(self, path: str) -> Settings:
        """The settings for a file: the nearest ones upwards from its folder. Raises SettingsError."""
        if self._only is not None:
            return self._only
        folder = os.path.dirname(path)
        found = self._of_folder.get(folder)
        if found is None:
            try:
                found = discover(folder or os.curdir, self._read)
            except SettingsError as error:
                found = error
            except OSError:  # the working directory was deleted
                found = Settings()
            self._of_folder[folder] = found
        if isinstance(found, SettingsError):
            raise found
        return found

    def _read(self, path: str) -> Settings | None:
        """The settings in a file, read once: many folders find the same one."""
        if path not in self._of_file:
            self._of_file[path] = read(path, required=False)
        return self._of_file[path]

    def targets(
        self, given: list[str], more: tuple[str, ...] = (), left_out: list[Skipped] | None = None
    ) -> tuple[list[Target], list[Failure]]:
        """The files that some paths mean, without what settings exclude, and what could not be looked at.

        ``more`` are endings of files that are met besides; what settings exclude is put into ``left_out``.
        """

        def excluded(path: str, folder: bool) -> bool:
            try:
                out = self.settings(path).excludes(path, folder)
            except SettingsError:
                return False  # said when the file is checked
            if out and left_out is not None:
                left_out.append(Skipped(os.path.join(path, "") if folder else path, "is excluded by the settings"))
            return out

        def gitignore(folder: str) -> bool:
            if self.wanted.no_gitignore:
                return False
            try:
                return self.settings(os.path.join(folder, "")).respect_gitignore
            except SettingsError:
                return True

        def ignored(path: str, folder: bool) -> None:
            if left_out is not None:
                left_out.append(Skipped(os.path.join(path, "") if folder else path, "is ignored by git"))

        return paths.collect(given, excluded, more, gitignore, ignored)

    def check(
        self, target: Target, truth: bool = False, text: tuple[Source, Problem | None] | None = None
    ) -> Checked | Failure | None:
        """Lint a file; None if it is skipped: it is excluded, describes no network, or its settings were told broken.

        Why it is skipped says ``skipped``.  ``truth`` asks what is so, with the rules that are on by default, whatever
        anybody selects.  ``text`` is another text of the file than the one at its path, and what makes it unreadable.
        """
        wanted = self.wanted
        name = wanted.stdin_name if target.path == paths.STDIN else target.path
        try:
            settings = self.settings(name).of(name)
            self.baseline(settings)
        except SettingsError as error:
            if error.path in self._told:
                self.skipped = Skipped(name, f"{error.path} cannot be used")
                return None
            self._told.add(error.path)
            return Failure(error.path, error.message, error.line)
        named = self._must_describe(target, settings)
        if target.named and not named and settings.excludes(name):
            self.skipped = Skipped(name, "is excluded by the settings")
            return None
        codes = catalogue.selection() if truth else self.codes_for(settings) - settings.ignored(name)
        if text is None:
            try:
                text = paths.load(target, name)
            except (OSError, ValueError) as error:
                return Failure(name, f"cannot be read: {paths.reason(error)}")
        source, problem = text
        try:
            result = self._lint(source, target, settings, codes, named, problem)
        except Exception as error:
            return Failure(name, internal_error(error))
        if result.formats or (result.recognised and not named):
            return Checked(target, name, result, settings, codes)
        try:
            if not named:
                self._skip_unrecognised(source)
                return None
            return _without_network(result) or Checked(target, name, result, settings, codes)
        except Exception as error:
            return Failure(name, internal_error(error))

    def _skip_unrecognised(self, source: Source) -> None:
        from convlint.formats import foreign

        known = foreign.kind(source.path, source.text)
        why = f"looks like {known.title}" if known else "describes no network" if source.text.strip() else "is empty"
        self.skipped = Skipped(source.path, why, known)

    def repair(self, checked: Checked, least: Severity, unsafe: bool, write: bool) -> Repaired | Failure:
        """Fix a file as far as it can be fixed; ``write`` replaces it, else only the change is told."""
        from convlint.findings import fixing

        before = checked.result.source
        try:
            fixed = fixing.fix(checked.result, self.again(checked), unsafe, least)
            if fixed.source.text == before.text:
                return Repaired(checked.result, 0, None)
            if not write:
                return Repaired(checked.result, len(fixed.applied), fixing.diff(before, fixed.source.text))
            fixing.write(checked.target.path, before.text, fixed.source.text)
        except OSError as error:
            return Failure(before.path, f"cannot be written: {paths.reason(error)}")
        except Exception as error:
            return Failure(before.path, internal_error(error))
        made = (
            Made(before.path, line, finding.code, fix.title)
            for fix, (line, finding) in zip(fixed.applied, fixed.made, strict=True)
        )
        return Repaired(fixed.result, len(fixed.applied), None, tuple(made))

    def resized(self, checked: Checked, network: Network) -> Callable[[Shape], Result | None]:
        """What reads a file anew, of several networks in it this one, with an input of another shape."""

        def lint_again(shape: Shape) -> Result | None:
            result = checked.result
            format = formats.resizable(result.formats[0]) if len(result.formats) == 1 else None
            if format is None:
                return None
            options = dict(self._options_for(checked.settings))
            options[format.NAME] = format.resized(options.get(format.NAME), network.variant, shape)
            stored = not checked.target.streamed
            return lint(result.source, checked.codes, options=options, partial=True, memory=self._memory, stored=stored)

        return lint_again

    def again(self, checked: Checked) -> Callable[[Source], Result]:
        """What lints another text of a file as the file was linted."""
        named = self._must_describe(checked.target, checked.settings)

        def lint_again(source: Source) -> Result:
            return self._lint(source, checked.target, checked.settings, checked.codes, named)

        return lint_again

    def _lint(
        self,
        source: Source,
        target: Target,
        settings: Settings,
        codes: frozenset[str],
        named: bool,
        unreadable: Problem | None = None,
    ) -> Result:
        """Lint a text as these settings want it, with the severities that they give."""
        result = lint(
            source,
            codes,
            named=named,
            unreadable=unreadable,
            options=self._options_for(settings),
            partial=self._partial,
            memory=self._memory,
            stored=not target.streamed,
        )
        if settings.severities:
            graded = settings.graded()
            for finding in result.findings:
                finding.severity = graded.get(finding.code) or finding.severity
        return result

    def context(self, checked: Checked, source: Source, reading: Reading, format: formats.Format) -> Context:
        """What a format is told about a text of a file."""
        options = self._options_for(checked.settings)
        return context(source, reading, format, options, self._memory, not checked.target.streamed)

    def baseline(self, settings: Settings) -> Baseline | None:
        """The known findings of files with these settings. Raises SettingsError."""
        path = settings.baseline if self.wanted.baseline is None else self.wanted.baseline
        return self.baseline_at(path) if path else None

    def baseline_at(self, path: str) -> Baseline:
        """The known findings in a file, read once. Raises SettingsError."""
        from convlint.session.baseline import Baseline  # most runs have none

        found = self._baselines.get(path)
        if found is None:
            found = self._baselines[path] = Baseline(path)
        return found

    def _must_describe(self, target: Target, settings: Settings) -> bool:
        """Whether it is a mistake if a file describes no network."""
        return target.named and not (self.wanted.skip_unrecognised or settings.skip_unrecognised)

    def codes_for(self, settings: Settings) -> frozenset[str]:
        """The codes that are on for files with these settings."""
        found = self._codes.get(settings)
        if found is None:
            wanted = self.wanted
            found = selected(settings, wanted.select, wanted.extend_select, wanted.ignore)
            self._codes[settings] = found
        return found

    def _options_for(self, settings: Settings) -> dict[str, Any]:
        """What is said of each format: by the settings, and over them by the command line. Raises Usage."""
        found = self._options.get(settings)
        if found is None:
            found = self._options[settings] = dict(settings.options)
            for format in formats.FORMATS:
                table = {
                    option.key: word
                    for option in format.OPTIONS
                    if (word := self.wanted.options.get(option.key)) is not None
                    and (not option.choices or word in option.choices)
                }
                if table:
                    found[format.NAME] = _said(format, table, settings.options.get(format.NAME))
        return found


def _without_network(result: Result) -> Failure | None:
    """Why there is no network in a file that was named; None if it cannot be read, and nobody knows what it is."""
    from convlint.formats import foreign

    source = result.source
    keys = tuple(key for format in formats.FORMATS for key in format.KEYS)
    words = foreign.explained(source, None if result.recognised else document.read(source), keys)
    if not words and not result.recognised:
        looked_for = ", or ".join(format.LOOKED_FOR for format in formats.FORMATS)
        words = f"describes no network (looked for {looked_for})"
    return Failure(source.path, words) if words else None


def _said(format: formats.Format, table: dict[str, Any], base: Any) -> Any:
    """The options of a format, with what the command line says. Raises Usage."""
    try:
        return formats.read_options(format, table, "", base)
    except TableError as error:
        flags = next(option.flags for option in format.OPTIONS if option.key == error.keys[0])
        raise Usage(f"argument {'/'.join(flags)}{error.words}") from None
