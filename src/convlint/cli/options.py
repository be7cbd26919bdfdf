"""The options of every command. Nothing here needs to read a file, and nothing is imported that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from convlint.cli.arguments import ArgumentParser
    from convlint.session.session import Wanted

#: A size that is asked about: of the input with this name (None: of all), one number or one for each axis.
Asked: TypeAlias = "tuple[str | None, tuple[int, ...]]"

#: The largest size that may be asked for, and how far sizes may be listed.
MAX_SIZE, MAX_UP_TO = 1 << 24, 65536
#: Those whose command lines can be completed.
SHELLS = ("bash", "zsh", "fish")
#: More processes than this are a slip of the hand.
MAX_JOBS = 256
#: How far sizes are listed if nobody says otherwise.
UP_TO = 4096

#: The columns of ``show``, those that tell of memory, and the bytes of a number of each type.
COLUMNS = (
    "layer", "type", "from", "arguments", "output", "kernels-2d", "kernels-3d", "weight", "parameters", "macs", "field",
    "elements", "activations", "alive", "weights",
)  # fmt: skip
MEMORY_COLUMNS = ("activations", "alive", "weights")
DTYPES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}

_COMMANDS = """\
Find mistakes in files that describe convolutional networks.

commands (as the first argument; `check` is meant without one):
  show FILE...          print everything that is derived: shapes, kernels, parameters, MACs, receptive fields
  sizes FILE...         say for which input sizes a network runs, and for which it runs clean
  explain FILE LAYER    show the arithmetic of a layer with the numbers put in, step by step
  explain FILE --error TEXT  say which layers a framework's error message can come from
  renumber FILE...      write row numbers and index comments anew after rows were put in or taken out
  diff A B              compare two networks: what was edited, and what follows for shapes, parameters and MACs
  transfer FILE --from BASE
                        say how many pretrained weights of BASE load into a network, and why the others do not
  draw FILE             draw a network, its maps in lanes by size, as SVG
  report FILE... -o PAGE.html
                        write a page that shows a network: drawing, text, findings, what is wide and dear
  rules                 list the rules
  explain RULE...       print the page of a rule
  schema [settings]     print the JSON Schema of the native format, or of convlint.toml, for editors
  lsp                   serve an editor by the language server protocol
  completion SHELL      print a script with which bash, zsh or fish completes command lines
  help COMMAND          print the help of a command; help types and help formats list layer types and files
"""

#: What `convlint -h` shows.
_MAIN = (
    "--select", "--ignore", "--format", "--info", "--scale", "--input", "--fix", "--unsafe-fixes", "--diff",
    "--show-files", "--version", "--help",
)  # fmt: skip

_CHECK = """\
exit codes:
  0  nothing at the level of --fail-on or above
  1  findings; syntax errors, encoding errors and exceeded limits are findings too
  2  convlint could not do its job, whatever else it found: wrong usage or settings, a path that cannot be read,
     a file named on the command line that describes no network

RULES are codes (CL103), names (dropped-input), beginnings of codes (CL1) or ALL, separated by commas; the options
may be repeated, and of two words the more specific one wins. CL001 (syntax-error) and CL022 (limit-exceeded) are
always on.

Folders are searched for *.yaml, *.yml, *.json and *.cfg, but not hidden folders, virtual environments and
node_modules; what describes no network is skipped and counted. Settings come from the nearest convlint.toml, or
[tool.convlint] in pyproject.toml, upwards from the folder of each file to the root of its repository.
"""

_SHOW = """\
exit codes: 0 shown, whatever convlint finds in it; 1 a file is so wrong that nothing can be shown; 2 a path cannot
be read or describes no network
"""

_SIZES = """\
Without --size the size that the file declares is looked at. --size 512 means 512 on every axis; with several inputs,
--size depth=240x320 means one of them.

exit codes: 0 shown; 1 the network does not run at the size asked for with --size, or a file is so wrong that nothing
can be said; 2 a path cannot be read or describes no network, or wrong usage
"""

_EXPLAIN = """\
LAYER is the name of a layer, also inside groups (stage1.0.conv), or the number of a line.

exit codes: 0 explained; 1 the file is so wrong that nothing can be explained; 2 there is no such rule or layer, the
message is not known, or the file cannot be read or describes no network
"""


_RENUMBER = """\
What was put in or taken out is known from the file before the edit (--against), from index comments that became
stale (`# 12` behind a row), or from the one explanation with which all numbers fit. If several do, they are listed and
nothing is changed. Numbers that count back (-1) stay. The change is printed; --write makes it.

exit codes: 0 renumbered, or there is nothing to renumber; 2 it is not certain what was put in or taken out, or the
change would make errors, or a path cannot be read or is of a format without row numbers
"""


_DIFF = """\
A and B are files. `convlint diff REVISION FILE` compares a file with its past in git, `convlint diff REVISION REVISION
FILE` two states of its past, `convlint diff FILE` the file with the last commit. REVISION:FILE names a file of another
name, FILE@VARIANT one of several networks that a file describes (net.yaml@n net.yaml@s). A name that is a file is that
file.

Layers are matched by what is written of them, not by number: numbers that only follow a row that was put in or taken
out are no change.

exit codes: 0 no difference; 1 a difference; 2 a file cannot be read or compared, or git cannot answer
"""


_TRANSFER = """\
BASE is a file, or the name of a stock network (yolov8n, yolo11s-seg, gelan-c), whose file is looked for in the
framework that FILE lies in, then in an installed ultralytics. FILE and BASE may name one of several networks
(net.yaml@s). What would load is worked out by the rule of the framework: name and shape of each tensor, for Darknet
number by number.

exit codes: 0 shown; 2 a file cannot be read, or nothing is known of how its framework loads a checkpoint
"""


_DRAW = """\
Of the networks that a file describes that one is drawn that it selects, or --scale names. The same file always gives
the same picture.

exit codes: 0 drawn, whatever convlint finds in it; 1 the file is so wrong that nothing can be drawn; 2 it cannot be
read or describes no network, or the picture cannot be written
"""


_REPORT = """\
The page of one file stands alone: it loads nothing and works from disk, as an attachment, and without its script. Of
several files, or a folder, an index and a page for each are written into the folder that -o names.

exit codes: 0 written, whatever convlint finds; 1 a file is so wrong that nothing can be shown; 2 a path cannot be read
or describes no network, or a page cannot be written
"""


class Options:
    """What a command line asks for; a command looks at what it knows."""

    paths: list[str]

    def __init__(self) -> None:
        self.select: list[str] = []
        self.extend_select: list[str] = []
        self.ignore: list[str] = []
        self.format: str | None = None
        #: Reports that are written into files: format and path.
        self.outputs: list[tuple[str, str]] = []
        self.info = False
        self.quiet = False
        self.statistics = False
        self.max_same = 10
        self.color: str | None = None
        self.fail_on: str | None = None
        self.exit_zero = False
        self.skip_unrecognised = False
        self.show_files = False
        self.stdin_filename = "<stdin>"
        self.fix = False
        self.unsafe_fixes = False
        self.show_fixes = False
        self.diff = False
        self.baseline: str | None = None
        self.write_baseline: str | None = None
        self.prune_baseline = False
        #: How many processes; None: as many as pay.
        self.jobs: int | None = None
        self.no_gitignore = False
        self.show_settings = False
        self.config: str | None = None
        self.isolated = False
        #: What is said about formats, by the key of the option.
        self.said: dict[str, Any] = {}
        #: Of ``show``.
        self.columns: tuple[str, ...] = ()
        self.wide = False
        self.memory = False
        self.batch: int | None = None
        self.dtype: str | None = None
        #: Of ``sizes``.
        self.asked: list[Asked] = []
        self.up_to = UP_TO
        #: Of ``explain``: what a framework said.
        self.error: str | None = None
        #: Of ``renumber``.
        self.against: str | None = None
        self.write = False

        #: Of ``transfer``.
        self.base: str | None = None
        self.checkpoint: str | None = None
        #: Of ``draw``: the file that is written, and what becomes a box.
        self.into: str | None = None
        self.level = "block"

    def wanted(self) -> Wanted:
        """What holds for the whole run."""
        from convlint.session.session import Wanted

        return Wanted(
            self.config, self.isolated, self.select, self.extend_select, self.ignore, self.skip_unrecognised,
            self.stdin_filename, self.said, "" if self.write_baseline is not None else self.baseline,
            self.no_gitignore,
        )  # fmt: skip


def parse(command: str, argv: list[str]) -> Options:
    """Read the command line of a command; ends the process with a message if it is wrong."""
    options = Options()
    if command == "check" and not any(word.startswith("-") and word != "-" for word in argv):
        # Loading argparse takes longer than checking a small file.
        options.paths = argv
        return options
    _PARSERS[command](argv, options)
    return options


def _check(argv: list[str], options: Options) -> None:
    from convlint import __version__
    from convlint.cli.arguments import ArgumentParser, add_format_options, add_settings
    from convlint.reports import REPORTS

    parser = ArgumentParser(
        prog="convlint",
        usage="convlint [check] [OPTION]... [PATH]...",
        description=_COMMANDS,
        epilog=_CHECK,
        brief=_MAIN,
    )
    add = parser.add_argument
    add("-V", "--version", action="version", version=f"convlint {__version__}", help="print the version")
    add("paths", nargs="*", metavar="PATH", help="file or folder; - is standard input (default: this folder)")

    add = parser.add_argument_group("rules").add_argument
    add("--select", action="append", metavar="RULES", help="check these rules instead of the default ones")
    add("--extend-select", action="append", metavar="RULES", help="check these rules too")
    add("--ignore", action="append", metavar="RULES", help="leave these rules out")

    add = parser.add_argument_group("output").add_argument
    add("--format", choices=("auto", *REPORTS), help="default: full; auto is github in its workflows, else full")
    add(
        "--output",
        dest="written",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write a report into a file too, in this format; may be repeated",
    )
    add("--info", action="store_true", help="show findings of severity info, which are only counted otherwise")
    add("-q", "--quiet", action="store_true", help="print findings and failures, but no line that sums up")
    add("--statistics", action="store_true", help="print how often each rule found something (not in json)")
    add(
        "--max-same", dest="most_same", metavar="N",
        help="show at most N findings of a file that say the same in full, concise and github (default: 10; 0: all)",
    )  # fmt: skip
    add("--color", choices=("auto", "always", "never"), help="auto obeys NO_COLOR and FORCE_COLOR")

    add_format_options(parser)

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
    group.add_argument("--show-fixes", action="store_true", help="list every fix that --fix made, not the first ten")

    add = parser.add_argument_group("known findings").add_argument
    add("--baseline", metavar="FILE", help="what is listed in this file is known, and neither shown nor counted")
    add("--write-baseline", metavar="FILE", help="list all findings in this file instead of showing them")
    add("--prune-baseline", action="store_true", help="take out of the baseline what is gone")

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
    add("--show-files", action="store_true", help="list the files with their formats, or why they are not checked")
    add("-j", "--jobs", dest="processes", metavar="N", help="how many processes check files (default: as many as pay)")
    add("--no-gitignore", action="store_true", help="look into folders at what git ignores, too")
    add("--stdin-filename", metavar="NAME", help="what to call standard input")
    add_settings(group)
    add = group.add_argument
    add("--show-settings", action="store_true", help="print the settings that hold for each PATH, and check nothing")

    words: Any = parser.parse_paths(argv, options)
    for word in words.written:
        name, _, path = word.partition("=")
        if name not in REPORTS or not path:
            parser.error(f"argument --output: `{word}` is no FORMAT=FILE (formats: {', '.join(REPORTS)})")
        if path == "-":
            parser.error("argument --output: expected a FILE; --format says what is printed")
        options.outputs.append((name, path))
    if words.processes is not None:
        try:
            options.jobs = _number(words.processes, MAX_JOBS)
        except ValueError as error:
            parser.error(f"argument -j/--jobs: {error}")
    if words.most_same is not None:
        try:
            options.max_same = _number(words.most_same, least=0)
        except ValueError as error:
            parser.error(f"argument --max-same: {error}")
    if options.unsafe_fixes and not (options.fix or options.diff):
        parser.error("--unsafe-fixes goes with --fix or --diff")
    if options.show_fixes and not options.fix:
        parser.error("--show-fixes goes with --fix")
    if options.fix and "-" in options.paths:
        parser.error("standard input cannot be repaired in place; use --diff")
    if options.write_baseline is not None and (options.baseline is not None or options.prune_baseline):
        parser.error("--write-baseline goes without --baseline and --prune-baseline")
    if options.write_baseline is not None and (options.diff or options.format or options.outputs):
        parser.error("--write-baseline shows no findings: it goes without --diff, --format and --output")
    if options.write_baseline == "":
        parser.error("argument --write-baseline: expected a FILE")
    if options.diff and options.outputs:
        parser.error("--diff goes without --output")
    if options.diff and options.format not in (None, "full", "concise"):
        parser.error(f"--diff cannot be printed as {options.format}")
    for name in ("select", "extend_select", "ignore"):
        given = getattr(options, name)
        words = [word.strip() for value in given for word in value.split(",") if word.strip()]
        if given and not words:
            parser.error(f"argument --{name.replace('_', '-')}: expected rules")
        setattr(options, name, words)


def _show(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint show",
        usage="convlint show [OPTION]... FILE...",
        description="Print shapes, kernels, parameters, MACs and receptive fields of every layer; where a framework\n"
        "prints a table when it builds the model, that table; of every variant that a file describes.",
        epilog=_SHOW,
    )
    add = parser.add_argument
    add("--wide", action="store_true", help="all columns, however narrow the terminal is")
    add("--columns", dest="chosen", metavar="NAMES", help=f"these columns, separated by commas: {', '.join(COLUMNS)}")
    add("--memory", action="store_true", help="bytes of activations, of what is alive at once, and of parameters")
    add("--batch", dest="examples", metavar="N", help="memory for so many examples at once (default: 1)")
    add("--dtype", choices=tuple(DTYPES), help="memory in numbers of this type (default: float32)")
    _add_reading(parser, ("table", "json"))
    words: Any = parser.parse_paths(argv, options)
    if not options.paths:
        parser.error("expected a FILE")
    if words.chosen is not None:
        options.columns = tuple(name.strip() for name in words.chosen.split(",") if name.strip())
        unknown = [name for name in options.columns if name not in COLUMNS]
        if unknown or not options.columns:
            word = unknown[0] if unknown else words.chosen
            parser.error(f"argument --columns: `{word}` is no column; there are {', '.join(COLUMNS)}")
    try:
        options.batch = _number(words.examples) if words.examples is not None else None
    except ValueError as error:
        parser.error(f"argument --batch: {error}")
    asked = any(name in MEMORY_COLUMNS for name in options.columns)
    options.memory = options.memory or asked or options.batch is not None or options.dtype is not None


def _sizes(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint sizes",
        usage="convlint sizes [OPTION]... FILE...",
        description="Say for which input sizes a network runs, and for which it runs clean.",
        epilog=_SIZES,
    )
    add = parser.add_argument
    add("--size", action="append", default=[], metavar="HxW", help="what happens at this size, and which layer breaks")
    add(
        "--up-to",
        dest="farthest",
        default=str(UP_TO),
        metavar="N",
        help=f"how far sizes are tried and listed (default: {UP_TO})",
    )
    _add_reading(parser, ("full", "json"))
    words: Any = parser.parse_paths(argv, options)
    if not options.paths:
        parser.error("expected a FILE")
    try:
        options.asked = [_size(word) for word in words.size]
        options.up_to = _number(words.farthest, MAX_UP_TO)
    except ValueError as error:
        parser.error(str(error))


def _renumber(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint renumber",
        usage="convlint renumber [OPTION]... FILE...",
        description="Write the numbers by which rows read each other anew after rows were put in or taken out,\n"
        "and the comments that hold the number of their row.",
        epilog=_RENUMBER,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="FILE", help="file or folder; - is standard input")
    add("--against", metavar="OLD", help="the file as it was before rows were put in or taken out")
    add("--write", action="store_true", help="change the file instead of printing the change")
    _add_settings(parser)
    parser.parse_paths(argv, options)
    if not options.paths:
        parser.error("expected a FILE")
    if options.against is not None and len(options.paths) > 1:
        parser.error("--against goes with one FILE")
    if options.write and "-" in options.paths:
        parser.error("standard input cannot be written to")


def _diff(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint diff",
        usage="convlint diff [OPTION]... A B\n       convlint diff [OPTION]... [REVISION [REVISION]] FILE",
        description="Say which layers were put in, taken out, moved or changed, and what follows for all others.",
        epilog=_DIFF,
    )
    _add_reading(
        parser, ("full", "json", "markdown", "html"), ("A B", "files, revisions, variants; - is standard input")
    )
    parser.parse_paths(argv, options)
    if not 1 <= len(options.paths) <= 3:
        parser.error("expected two files, or one file and up to two revisions")


def _transfer(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint transfer",
        usage="convlint transfer [OPTION]... FILE --from BASE\n"
        "       convlint transfer [OPTION]... FILE --checkpoint WEIGHTS.safetensors",
        description="Say how many tensors of a pretrained checkpoint load into a network, row by row, why the others\n"
        "do not, and where a new block would cost fewer of them.",
        epilog=_TRANSFER,
    )
    add = parser.add_argument
    add("--from", dest="base", metavar="BASE", help="the network that the checkpoint was trained as")
    add("--checkpoint", metavar="FILE", help="a safetensors file, of which the header alone is read")
    _add_reading(parser, ("full", "json"))
    parser.parse_paths(argv, options)
    if len(options.paths) != 1:
        parser.error("expected one FILE")
    if (options.base is None) == (options.checkpoint is None):
        parser.error("expected either --from or --checkpoint")


def _draw(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint draw",
        usage="convlint draw [OPTION]... FILE [-o NET.svg]",
        description="Draw a network as SVG: columns are layers in order, lanes are total strides, lines are as thick\n"
        "as they have channels, and what skips layers says its shape.",
        epilog=_DRAW,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="FILE", help="file; - is standard input")
    add("-o", "--output", dest="into", metavar="FILE", help="write the picture into this file instead of printing it")
    add(
        "--level", choices=("block", "layer"), help="what becomes a box: a row or block (default), or each layer inside"
    )
    _add_settings(parser)
    parser.parse_paths(argv, options)
    if len(options.paths) != 1:
        parser.error("expected one FILE")
    if options.into == "":
        parser.error("argument -o/--output: expected a FILE")


def _report(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint report",
        usage="convlint report [OPTION]... FILE [-o PAGE.html]\n       convlint report [OPTION]... FILE... -o FOLDER",
        description="Write a page that shows a network in a browser: verdict, drawing, the text linked with it,\n"
        "findings, and what is wide and dear; all scales of a file in one page.",
        epilog=_REPORT,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="FILE", help="file or folder; - is standard input")
    add("-o", "--output", dest="into", metavar="FILE", help="write the page into this file, or pages into this folder")
    add("--against", metavar="BASE", help="compare with this file or stock network, and say which weights still fit")
    _add_settings(parser)
    parser.parse_paths(argv, options)
    if not options.paths:
        parser.error("expected a FILE")
    if options.against is not None and (len(options.paths) > 1 or "-" in options.paths):
        parser.error("--against goes with one FILE")
    if options.into == "":
        parser.error("argument -o/--output: expected a FILE")


def _explain(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint explain",
        usage="convlint explain RULE...\n       convlint explain [OPTION]... FILE LAYER...\n"
        "       convlint explain [OPTION]... FILE --error TEXT",
        description="Say what a rule finds, how the numbers of a layer come about, or which layers a message of the\n"
        "framework can come from.",
        epilog=_EXPLAIN,
    )
    _add_reading(
        parser,
        ("full", "json"),
        ("RULE", "a code (CL103) or a name (dropped-input); or a FILE and its LAYERs"),
        "of an explained layer or message; default: full",
    )
    parser.add_argument(
        "--error",
        metavar="TEXT",
        help="which layers this message of a framework can come from: a line or a whole traceback; - reads it from "
        "standard input",
    )
    parser.parse_paths(argv, options)
    if not options.paths:
        parser.error("expected a RULE, or a FILE and a LAYER")
    if options.error is not None and len(options.paths) > 1:
        parser.error("--error goes with one FILE")


def _rules(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint rules",
        usage="convlint rules [--format text|json] [RULE]...",
        description="List the rules, or those that are named.",
    )
    parser.add_argument("paths", nargs="*", metavar="RULE", help="a code (CL103), a beginning of codes (CL1) or a name")
    parser.add_argument("--format", choices=("text", "json"), help="default: text")
    parser.parse_alone(argv, options)


def _schema(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint schema",
        usage="convlint schema [settings]",
        description="Print the JSON Schema of the native format, or of convlint.toml, with which an editor completes\n"
        "and checks a file.",
    )
    parser.add_argument("paths", nargs="*", metavar="settings", help="that of convlint.toml")
    parser.parse_alone(argv, options)
    if options.paths not in ([], ["settings"]):
        parser.error(f"unrecognized arguments: {' '.join(options.paths)}")


def _completion(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint completion",
        usage=f"convlint completion {{{','.join(SHELLS)}}}",
        description="Print a script with which a shell completes the words of a command line.",
    )
    parser.add_argument("paths", nargs=1, choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    parser.parse_alone(argv, options)


def parser_of(command: str) -> ArgumentParser:
    """The parser of a command, to see what it takes."""
    from convlint.cli.arguments import DESCRIBE, Described

    try:
        _PARSERS[command](DESCRIBE, Options())
    except Described as found:
        return found.parser
    raise AssertionError(command)


def _lsp(argv: list[str], options: Options) -> None:
    from convlint.cli.arguments import ArgumentParser

    parser = ArgumentParser(
        prog="convlint lsp",
        usage="convlint lsp",
        description="Serve an editor on standard input and output by the language server protocol (docs/editors.md).",
    )
    # Some clients say so, as they do to every server.
    parser.add_argument("--stdio", action="store_true", help="what it does anyway")
    parser.parse_alone(argv, options)


def _add_reading(
    parser: ArgumentParser,
    formats: tuple[str, ...],
    paths: tuple[str, str] = ("FILE", "file or folder; - is standard input"),
    about_format: str | None = None,
) -> None:
    """What all commands take that read files and print what they are about; the first format is the default."""
    add = parser.add_argument
    add("paths", nargs="*", metavar=paths[0], help=paths[1])
    add("--format", choices=formats, help=about_format or f"default: {formats[0]}")
    add("--color", choices=("auto", "always", "never"))
    _add_settings(parser)


def _add_settings(parser: ArgumentParser) -> None:
    """What may be said about any file beside its path: its name, its settings, and the options of its format."""
    from convlint.cli.arguments import add_format_options, add_settings

    parser.add_argument("--stdin-filename", metavar="NAME", help="what to call standard input")
    add_settings(parser)
    add_format_options(parser)


def _number(word: str, most: int = MAX_SIZE, least: int = 1) -> int:
    if not (word.isascii() and word.isdigit() and least <= int(word[:20]) <= most):
        raise ValueError(f"`{word}` is no number from {least} to {most}")
    return int(word)


def _size(word: str) -> Asked:
    """``480x640``, ``512``, or either behind the name of an input and an equals sign."""
    name, equals, sizes = word.rpartition("=")
    numbers = sizes.lower().split("x")
    if "" in numbers:
        raise ValueError(f"`{word}` is no size such as 224 or 480x640")
    return (name if equals else None), tuple(_number(size) for size in numbers)


_PARSERS: dict[str, Callable[[list[str], Options], None]] = {
    "check": _check,
    "show": _show,
    "sizes": _sizes,
    "explain": _explain,
    "renumber": _renumber,
    "diff": _diff,
    "transfer": _transfer,
    "draw": _draw,
    "report": _report,
    "rules": _rules,
    "schema": _schema,
    "completion": _completion,
    "lsp": _lsp,
}
