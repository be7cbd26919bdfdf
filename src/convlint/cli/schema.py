"""``convlint schema``: print the JSON Schema of the native format."""

from __future__ import annotations

import json

from convlint.cli import exits
from convlint.cli.options import Options
from convlint.formats.native import json_schema


def run(options: Options) -> int:
    """Print the schema, for editors that complete and check files while they are typed."""
    print(json.dumps(json_schema.generate(), indent=2))
    return exits.CLEAN
