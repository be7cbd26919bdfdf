"""``convlint schema``: print a JSON Schema, of the native format or of the settings."""

from __future__ import annotations

import json
from importlib import import_module

from convlint import formats
from convlint.cli import exits
from convlint.cli.options import Options


def run(options: Options) -> int:
    """Print the schema, for editors that complete and check files while they are typed."""
    of_settings = options.paths == ["settings"]
    module = "convlint.session.settings_schema" if of_settings else f"{formats.OWN.__name__}.json_schema"
    print(json.dumps(import_module(module).generate(), indent=2))
    return exits.CLEAN
