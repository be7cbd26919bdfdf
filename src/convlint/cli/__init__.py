"""The command line: one module a command."""

from __future__ import annotations

import errno
import gc
import os
import sys
from importlib import import_module
from typing import NoReturn

from convlint.cli import exits

#: A command's word counts only as the first argument; ``check`` is meant when there is none.
COMMANDS = (
    "check", "show", "sizes", "explain", "renumber", "diff", "transfer", "draw", "report", "rules", "schema",
    "completion", "lsp",
)  # fmt: skip


def script() -> NoReturn:
    """Be the process: run its command line and end it at once.

    The process lives for one run: collecting its garbage, and tidying it up at the end, would cost a fifth of that.
    """
    gc.disable()
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def main(argv: list[str] | None = None) -> int:
    """Run a command line and return the exit code; None is the command line of this process."""
    if argv is None:
        argv = sys.argv[1:]
    _prepare_output()
    try:
        code = _run(argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except OSError as error:
        _close_output()
        if not (isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)):
            _complain(f"cannot write the output: {error.strerror or error}")
        return exits.TROUBLE
    except Exception as error:
        from convlint.reports.escape import escape
        from convlint.session.trouble import internal_error

        _complain(escape(internal_error(error)))
        return exits.TROUBLE
    return code


def _run(argv: list[str]) -> int:
    command = "check"
    if argv and argv[0] in COMMANDS:
        command, *argv = argv
    elif argv and not argv[0].startswith("-") and not os.path.lexists(argv[0]):
        refused = _word(argv)
        if refused is not None:
            return refused
    try:
        import_module("convlint.formats")  # puts the rules that formats bring into the catalogue
        options = import_module("convlint.cli.options").parse(command, argv)
        code: int = import_module(f"convlint.cli.{command}").run(options)
    except SystemExit as stop:  # argparse ends --help and wrong usage so
        return stop.code if isinstance(stop.code, int) else exits.TROUBLE
    return code


def _word(argv: list[str]) -> int | None:
    """What comes of a first word that names no file: help, or a command that was probably meant; None if neither."""
    from convlint.reports.escape import escape
    from convlint.words.spelling import did_you_mean, slip

    word = argv[0]
    if word == "help":
        command = argv[1] if len(argv) > 1 else "check"
        if command in COMMANDS:
            return _run([command, "--help"])
        from convlint.cli import topics

        if command in topics.TOPICS:
            return topics.run(command)
        _complain(f"there is no command `{escape(command)}`{did_you_mean(command, (*COMMANDS, *topics.TOPICS))}")
        return exits.TROUBLE
    meant = slip(word, (*COMMANDS, "help"))
    if meant is None:
        return None
    _complain(f"`{escape(word)}` is neither a command nor a file; did you mean `{meant}`?")
    return exits.TROUBLE


def _complain(message: str) -> None:
    try:
        print(f"convlint: {message}", file=sys.stderr, flush=True)
    except OSError:  # nor can that be written: the exit code is left
        pass


def _prepare_output() -> None:
    """Characters that the output cannot hold become escapes; what was closed before the start swallows everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _close_output() -> None:
    """Nobody reads what is left: keep Python from trying to write it at exit, and from complaining."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass
