"""``convlint schema``: print the JSON Schema of the native format."""

from __future__ import annotations

import json
from importlib import import_module

from convlint import formats
from convlint.cli import exits
from convlint.cli.options import Options


def run(options: Options) -> int:
    """Print the schema, for editors that complete and check files while they are typed."""
    schema = import_module(f"{formats.OWN.__name__}.json_schema")
    print(json.dumps(schema.generate(), indent=2))
    return exits.CLEAN
