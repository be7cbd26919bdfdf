"""``convlint explain FILE --error TEXT``: the layers that a framework's message can come from."""

from __future__ import annotations

import sys

from convlint.cli import exits
from convlint.cli.explain_layer import one_file
from convlint.cli.options import Options
from convlint.cli.troubles import refuse
from convlint.explain.messages import MOST_TEXT, recognise
from convlint.reports import causes_report
from convlint.reports.json_report import encode
from convlint.reports.style import chosen
from convlint.session.causes import causes
from convlint.session.paths import STDIN


def run(path: str, text: str, options: Options) -> int:
    """Explain a message; ``-`` reads it from standard input."""
    if text == STDIN:
        if path == STDIN or sys.stdin is None:
            return refuse("standard input is the message or the file, not both")
        # Of a long text the end counts.
        kept = b""
        while part := sys.stdin.buffer.read(MOST_TEXT):
            kept = (kept + part)[-4 * MOST_TEXT :]
        text = kept.decode("utf-8", "replace")
    message = recognise(text)
    if message is None:
        return refuse("this is no message that convlint knows, such as `Given groups=1, weight of size ...`")
    checked = one_file(path, options)
    if isinstance(checked, int):
        return checked
    result = checked.result
    if not result.derivations and not result.findings:
        return refuse(f"{path}: nothing can be said about it")
    found = causes(result, message)
    if options.format == "json":
        print(encode(causes_report.as_json(result.source, found)))
    else:
        print(causes_report.text(result.source, found, chosen(options.color, sys.stdout)))
    return exits.CLEAN
