"""``convlint schema``: print the JSON Schema of the native format."""

from __future__ import annotations

import json

from convlint.cli import exits
from convlint.cli.arguments import ArgumentParser


def run(argv: list[str]) -> int:
    """Print the schema, for editors that complete and check files while they are typed."""
    parser = ArgumentParser(
        prog="convlint schema",
        usage="convlint schema",
        description="Print the JSON Schema of the native format, with which an editor completes and checks a file.",
    )
    parser.parse_args(argv)
    from convlint.formats.native import json_schema

    print(json.dumps(json_schema.generate(), indent=2))
    return exits.CLEAN
