"""What holds for a run: the settings, and what they and the command line say about each format."""

from __future__ import annotations

import os
from typing import Any

from convlint.session.files import FormatOptions
from convlint.session.settings import Settings, SettingsError, discover, read


def settings_for(config: str | None, isolated: bool) -> Settings:
    """The settings of ``--config`` or ``--isolated``, else the nearest ones. Raises SettingsError."""
    if isolated:
        return Settings()
    if config is not None:
        found = read(config)
        assert found is not None
        return found
    try:
        return discover(os.getcwd())
    except OSError:  # the working directory was deleted
        return Settings()


def format_options(options: Any, config: Settings) -> FormatOptions:
    """The options of each format; the command line wins over the settings. Raises SettingsError."""
    words = (options.scale, options.input, options.dialect, options.tasks_py)
    if config.yolo is None and words == (None, None, None, None):
        return {}
    from convlint.formats.yolo.options import from_namespace

    try:
        return {"yolo": from_namespace(options, config.yolo)}
    except ValueError as error:
        raise SettingsError(f"--tasks-py: {error}") from None
