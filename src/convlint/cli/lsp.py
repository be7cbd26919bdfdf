"""``convlint lsp``: serve an editor."""

from __future__ import annotations

from convlint.cli import exits
from convlint.cli.options import Options
from convlint.cli.troubles import refuse


def run(options: Options) -> int:
    """Serve until the client is done; 1 if it left without a word, as the protocol wants it."""
    try:
        from convlint.lsp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs", "attr"):
            raise
        return refuse("the language server needs pygls: pip install 'convlint[lsp]'")
    return exits.CLEAN if serve() else exits.FINDINGS
