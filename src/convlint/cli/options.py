"""The options of ``convlint check``."""

from __future__ import annotations

EPILOG = """\
other commands (as the first argument):
  show FILE...          print everything that is derived: shapes, kernels, parameters, MACs, receptive fields
  sizes FILE...         say for which input sizes a network runs, and for which it runs clean
  explain FILE LAYER    show the arithmetic of a layer with the numbers put in, step by step
  rules                 list the rules
  explain RULE...       print the page of a rule
  schema                print the JSON Schema of the native format, for editors

exit codes:
  0  nothing at the level of --fail-on or above
  1  findings; syntax errors, encoding errors and exceeded limits are findings too
  2  convlint could not do its job, whatever else it found: wrong usage or settings, a path that cannot be read,
     a file named on the command line that describes no network

RULES are codes (CL103), names (dropped-input), beginnings of codes (CL1) or ALL, separated by commas; the options
may be repeated, and of two words the more specific one wins. CL001 (syntax-error) and CL022 (limit-exceeded) are
always on.

Folders are searched for *.yaml, *.yml and *.json, but not hidden folders, virtual environments and node_modules;
what describes no network is skipped and counted. Settings come from the nearest convlint.toml, or [tool.convlint]
in pyproject.toml, up to the root of the repository.
"""


class Options:
    """What a command line asks for."""

    paths: list[str]

    def __init__(self) -> None:
        self.select: list[str] = []
        self.extend_select: list[str] = []
        self.ignore: list[str] = []
        self.format = "full"
        self.info = False
        self.quiet = False
        self.statistics = False
        self.color = "auto"
        self.fail_on: str | None = None
        self.exit_zero = False
        self.skip_unrecognised = False
        self.stdin_filename = "<stdin>"
        self.fix = False
        self.unsafe_fixes = False
        self.diff = False
        self.config: str | None = None
        self.isolated = False
        self.scale: list[str] | None = None
        self.input: tuple[int, int, int] | None = None
        self.dialect: str | None = None
        self.tasks_py: str | None = None


def parse(argv: list[str]) -> Options:
    """Read a command line; ends the process with a message if it is wrong."""
    options = Options()
    if not any(word.startswith("-") and word != "-" for word in argv):
        # Loading argparse takes longer than checking a small file.
        options.paths = argv
        return options
    from convlint import __version__
    from convlint.cli.arguments import ArgumentParser
    from convlint.formats.yolo.options import add_arguments

    parser = ArgumentParser(
        prog="convlint",
        usage="convlint [check] [OPTION]... [PATH]...",
        description="Find mistakes in files that describe convolutional networks.",
        epilog=EPILOG,
        add_help=False,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="file or folder; - is standard input (default: this folder)")

    add = parser.add_argument_group("rules").add_argument
    add("--select", action="append", metavar="RULES", help="check these rules instead of the default ones")
    add("--extend-select", action="append", metavar="RULES", help="check these rules too")
    add("--ignore", action="append", metavar="RULES", help="leave these rules out")

    add = parser.add_argument_group("output").add_argument
    add("--format", choices=("full", "concise", "json", "github"), help="default: full")
    add("--info", action="store_true", help="show findings of severity info, which are only counted otherwise")
    add("-q", "--quiet", action="store_true", help="print findings and failures, but no line that sums up")
    add("--statistics", action="store_true", help="print how often each rule found something (not in json)")
    add("--color", choices=("auto", "always", "never"), help="auto obeys NO_COLOR and FORCE_COLOR")

    add_arguments(parser.add_argument_group("YOLO files"))

    group = parser.add_argument_group("repairing")
    add = group.add_argument
    add(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: apply fixes that may change what is meant, too",
    )
    add = group.add_mutually_exclusive_group().add_argument
    add("--fix", action="store_true", help="repair the files as far as it is safe, then report what is left")
    add("--diff", action="store_true", help="print what --fix would change, and change nothing")

    group = parser.add_argument_group("running")
    add = group.add_argument
    add(
        "--fail-on",
        choices=("error", "warning", "info"),
        help="least severity for exit code 1 (default: warning); info shows what --info shows",
    )
    add("--exit-zero", action="store_true", help="exit with 0 despite findings")
    add(
        "--skip-unrecognised",
        action="store_true",
        help="treat named files like those met in a folder: skip what describes no network or is excluded",
    )
    add("--stdin-filename", metavar="NAME", help="what to call standard input")
    add = group.add_mutually_exclusive_group().add_argument
    add("--config", metavar="FILE", help="read the settings from this file")
    add("--isolated", action="store_true", help="read no settings")
    add = group.add_argument
    add("--version", action="version", version=f"convlint {__version__}", help="print the version")
    add("-h", "--help", action="help", help="print this")

    parser.parse_paths(argv, options)
    if options.unsafe_fixes and not (options.fix or options.diff):
        parser.error("--unsafe-fixes goes with --fix or --diff")
    if options.fix and "-" in options.paths:
        parser.error("standard input cannot be repaired in place; use --diff")
    if options.diff and options.format not in ("full", "concise"):
        parser.error(f"--diff cannot be printed as {options.format}")
    for name in ("select", "extend_select", "ignore"):
        given = getattr(options, name)
        words = [word.strip() for value in given for word in value.split(",") if word.strip()]
        if given and not words:
            parser.error(f"argument --{name.replace('_', '-')}: expected rules")
        setattr(options, name, words)
    return options
