"""Draws mistakes by chance, puts each into a copy of the program, and sees whether a test notices.

    python tests/mutants.py --seed 7 --count 200
    python tests/mutants.py --seed 7 --count 40 --only src/convlint/formats

A mutant is one changed place: a comparison, an operator, a truth value or a small number moved by one, or, in a module
of a YOLO dialect, a value read from another one.  The places of the program lie in a row, file by file; the row is cut into
as many equal pieces as mutants are wanted, and the seed draws one place of each.  Numbers above 16 are limits and
tables of names, and stay, as do defaults that nobody reads.

Each mutant meets the cases of the rules that call its function first, in a plain loop; only the survivors of that meet
pytest, in the folders that ``CONCERNED`` names for their file.  All of it runs in copies of the files that git knows.
Time is CPU time: a busy machine kills nobody.

``equivalent_mutants.txt`` lists those that change nothing which anybody could see, with the reason; they do not count.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import difflib
import functools
import importlib
import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "src/convlint"
LISTED = Path(__file__).with_name("equivalent_mutants.txt")
#: Numbers up to this one are moved.
SMALL = 16
#: Seconds of CPU: about ten times what the cases take, and what the slowest folder takes.
CASES_LIMIT, FOLDER_LIMIT = 40, 300
#: What a mutant may allocate, in bytes.
MEMORY = 4 << 30

#: What tries the proposals of the rules.
_REPAIRS = ["tests/rules/test_repairs.py", "tests/rules/test_silence.py", "tests/rules/test_advice.py"]
#: Which tests concern a file, by the beginning of its path below the package: the longest beginning decides.
CONCERNED = {
    "": ["tests/cli", "tests/reports", "tests/test_documentation.py"],
    "catalogue.py": ["tests/rules", "tests/cli/test_commands.py", "tests/test_documentation.py"],
    "cli/": ["tests/cli", "tests/test_documentation.py"],
    "derive/": ["tests/derive", *_REPAIRS, "tests/explain", "tests/formats"],
    "derive/repairs/": ["tests/derive/test_trial.py", *_REPAIRS],
    "derive/sizing/": ["tests/derive/sizing", "tests/cli/test_sizes.py"],
    "document/": ["tests/document", "tests/findings", "tests/cli"],
    "explain/": ["tests/explain", "tests/cli/test_explain_layer.py", "tests/test_documentation.py"],
    "findings/": ["tests/findings", "tests/cli/test_fix.py", *_REPAIRS],
    "formats/": ["tests/formats", "tests/cli"],
    "formats/darknet/": ["tests/formats/darknet"],
    "formats/native/": ["tests/formats/native", "tests/cli/test_commands.py", "tests/test_examples.py"],
    "formats/yolo/": ["tests/formats/yolo", "tests/cli/test_yolo.py"],
    "model/": ["tests/model", "tests/formats", "tests/derive"],
    "reports/": ["tests/reports", "tests/cli", "tests/test_documentation.py"],
    "rules/": _REPAIRS,
    "session/": ["tests/session", "tests/cli"],
    "source/": ["tests/source", "tests/formats/yolo"],
    "words/": ["tests/cli", "tests/document"],
}

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Site(NamedTuple):
    """A place of a file that can be changed: the node's place in the walk, which part of it, and what it becomes."""

    file: str
    kind: str
    node: int
    part: int
    new: Any


class Mutant(NamedTuple):
    """A changed file: where, what the lines were and are (as ``ast.unparse`` writes them), and its text.

    ``function`` is the first line of the outermost function around it, 0 outside of all.
    """

    site: Site
    line: int
    function: int
    scope: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    text: str

    @property
    def key(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What it is called in the list of equivalent ones; no line numbers, which move."""
        return f"{self.site.file} {self.scope}", self.before, self.after


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """What is executed, in order: no annotation, and nothing that only a type checker reads."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns") or (name == "body" and _for_types_only(tree)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from nodes_of(child)


def _for_types_only(tree: ast.AST) -> bool:
    return isinstance(tree, ast.If) and isinstance(tree.test, ast.Name) and tree.test.id == "TYPE_CHECKING"


def sites_of(file: str, tree: ast.Module) -> list[Site]:
    """Every place of a file where a mistake can be put."""
    found: list[Site] = []
    numbers: dict[int, int] = {}
    for number, node in enumerate(nodes_of(tree)):
        numbers[id(node)] = number
        if isinstance(node, ast.Compare):
            for part, sign in enumerate(node.ops):
                found.append(Site(file, "comparison", number, part, SWAPPED[type(sign)]))
        elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED and not _joins_texts(node):
            found.append(Site(file, "arithmetic", number, 0, SWAPPED[type(node.op)]))
        elif isinstance(node, ast.BoolOp):
            found.append(Site(file, "boolean", number, 0, SWAPPED[type(node.op)]))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            found.append(Site(file, "boolean", number, 1, None))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            found.append(Site(file, "constant", number, 0, not node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value <= SMALL:
            found.append(Site(file, "constant", number, 0, node.value + 1))
    # It says what is known of two lists, and finds a mistake of the program's own.
    strict = {
        numbers[id(word.value)] for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "strict"
    }
    found = [site for site in found if site.node not in strict]
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            unread = {numbers[id(default)] for default in _unread_defaults(function) if id(default) in numbers}
            found = [site for site in found if site.node not in unread]
            for name, other in _edges(function):
                found.append(Site(file, "edge", numbers[id(name)], 0, other))
    return sorted(found, key=lambda site: site.node)


def _unread_defaults(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Defaults of arguments that a function takes only because a framework's does."""
    given = function.args.args[len(function.args.args) - len(function.args.defaults) :]
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for arg, default in zip(given, function.args.defaults, strict=True):
        if arg.arg not in read:
            yield from ast.walk(default)


def _joins_texts(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether an operator joins what is no number for all to see: another one would only raise."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in sides
    )


def _edges(function: ast.FunctionDef) -> Iterator[tuple[ast.Name, str]]:
    """Values that a composite module hands to its parts, each with another value that it knows by then."""
    values = {
        arg.arg: function.lineno
        for arg in function.args.args
        if isinstance(arg.annotation, ast.Name) and arg.annotation.id == "Value"
    }
    if not values:
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _reads(node.value, values):
            for target in node.targets:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(name, ast.Name):
                        values.setdefault(name.id, node.end_lineno or node.lineno)
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            for name in call.args:
                if isinstance(name, ast.Name) and name.id in values:
                    for other, line in values.items():
                        if other != name.id and line < call.lineno:
                            yield name, other


def _reads(call: ast.Call, values: dict[str, int]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in values for node in ast.walk(call))


def mutant_of(site: Site, text: str, tree: ast.Module) -> Mutant | None:
    """The file with one change; None if it says the same afterwards."""
    changed = copy.deepcopy(tree)
    node = next(node for number, node in enumerate(nodes_of(changed)) if number == site.node)
    line = getattr(node, "lineno", 0)
    scope = _scope(changed, line)
    if isinstance(node, ast.Compare):
        node.ops[site.part] = site.new()
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        node.op = site.new()
    elif isinstance(node, ast.UnaryOp):
        _replace(changed, node, node.operand)
    elif isinstance(node, ast.Constant):
        node.value = site.new
    else:
        assert isinstance(node, ast.Name)
        node.id = site.new
    was, now = (ast.unparse(each).splitlines() for each in (tree, changed))
    if was == now:
        return None
    lines = list(difflib.unified_diff(was, now, n=0, lineterm=""))[3:]
    before = tuple(each[1:].strip() for each in lines if each.startswith("-"))
    after = tuple(each[1:].strip() for each in lines if each.startswith("+"))
    return Mutant(site, line, _function(tree, line), scope, before, after, "\n".join(now) + "\n")


def _scope(tree: ast.Module, line: int) -> str:
    """The classes and functions around a line, ``<module>`` outside of all."""
    names = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or line)
    ]
    return ".".join(names) or "<module>"


def _function(tree: ast.Module, line: int) -> int:
    for node in ast.walk(tree):
        # Defaults and decorators run when the module is loaded.
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= line <= (node.end_lineno or line):
            return min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return 0


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(each is old for each in value):
                setattr(parent, name, [new if each is old else each for each in value])


def drawn(seed: int, count: int, only: str) -> list[Mutant]:
    """Mutants of the files below a path: one from each of as many equal pieces of the row of all places."""
    trees: dict[str, tuple[str, ast.Module]] = {}
    row: list[Site] = []
    for path in sorted(ROOT.joinpath(PACKAGE).rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        if file.startswith(only):
            text = path.read_text(encoding="utf-8")
            trees[file] = text, ast.parse(text)
            row.extend(sites_of(file, trees[file][1]))
    chance = random.Random(seed)
    count = min(count, len(row))
    cuts = [len(row) * piece // count for piece in range(count + 1)] if count else []
    chosen = [row[chance.randrange(first, end)] for first, end in itertools.pairwise(cuts)]
    mutants = [mutant_of(site, *trees[site.file]) for site in chosen]
    return [mutant for mutant in mutants if mutant is not None]


def equivalents(text: str) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], str]:
    """The listed mutants and why each changes nothing: a head line, ``-`` and ``+`` lines, then the reason."""
    found = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if lines:
            before = tuple(line[2:] for line in lines if line.startswith("- "))
            after = tuple(line[2:] for line in lines if line.startswith("+ "))
            found[lines[0], before, after] = " ".join(line.strip() for line in lines if line.startswith("    "))
    return found


def concerned(file: str) -> list[str]:
    """The tests that concern a file of the package."""
    below = file.removeprefix(f"{PACKAGE}/")
    return CONCERNED[max((start for start in CONCERNED if below.startswith(start)), key=len)]


class Copy:
    """A copy of the files that git knows, where one file at a time is another one.  ``rest`` are options of pytest."""

    def __init__(self, folder: Path, rest: list[str]) -> None:
        self.root = folder / "repository"
        self.rest = rest
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        shared = ROOT.parent / "shared"
        if shared.is_dir():
            (folder / "shared").symlink_to(shared)
        # A file of bytes that is as old and as long as its text would be taken for the mutant's.
        self.environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "src", "tests"],
            cwd=self.root, check=True,
        )  # fmt: skip

    @contextlib.contextmanager
    def changed(self, file: str, text: str) -> Iterator[None]:
        """While this lasts, the file says something else."""
        path = self.root / file
        before = path.read_bytes()
        path.write_text(text, encoding="utf-8", newline="\n")
        try:
            yield
        finally:
            path.write_bytes(before)

    def reached(self) -> dict[str, list[int]]:
        """Which cases call which function; all cases must pass."""
        command = [sys.executable, "tests/mutants.py", "--reached"]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        found: dict[str, list[int]] = json.loads(done.stdout)
        return found

    def cases(self, numbers: list[int]) -> str:
        """What some cases say to a changed file, or all: why it died, or nothing."""
        return self._run("the cases", CASES_LIMIT, ["tests/mutants.py", "--cases", *map(str, numbers)])

    def folders(self, paths: list[str]) -> str:
        """What the tests of some folders say: why it died, or nothing."""
        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", *self.rest]
        return self._run("pytest", FOLDER_LIMIT, ["-m", "pytest", *options, *paths])

    def _run(self, name: str, limit: int, command: list[str]) -> str:
        def limited() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        done = subprocess.run(
            [sys.executable, *command], cwd=self.root, env=self.environment, preexec_fn=limited, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        if done.returncode == 0:
            return ""
        if done.returncode == -signal.SIGKILL:
            # Limits end a process with another signal: somebody else did, or the machine had no memory left.
            raise SystemExit(f"{name}: killed from outside, so nothing is known of this mutant")
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        if failed:
            return failed[0].split(" ", 1)[1].split("[")[0].split(" - ")[0]
        return f"{name}: {signal.Signals(-done.returncode).name if done.returncode < 0 else done.returncode}"


def checks(thorough: bool) -> list[tuple[str, Callable[[], None]]]:
    """The cases of the rules and the pages of modules and explanations, with their names."""
    sys.path.insert(0, str(ROOT))
    cases = importlib.import_module("tests.rules.test_cases")
    modules = importlib.import_module("tests.formats.yolo.test_modules")
    explanations = importlib.import_module("tests.explain.test_explain")

    def check(case: Any) -> None:
        cases.test_case(case)
        if thorough:
            cases.test_findings_are_well_formed(case)
            cases.test_fixes_repair(case)

    return [
        *((f"{case.file.stem}, {case.heading}", functools.partial(check, case)) for case in cases.CASES),
        ("modules.md", modules.test_modules),
        ("explanations.md", explanations.test_every_operation),
    ]


def run_cases(numbers: list[int]) -> int:
    """Run some of the cases in this process, or all."""
    named = checks(thorough=True)
    for number in numbers or range(len(named)):
        name, check = named[number]
        try:
            check()
        except BaseException:
            print(f"FAILED {name}")
            raise
    return 0


def write_reached() -> int:
    """Run all cases, and print which of them call a function: its file and first line, and the cases' numbers."""
    reached: dict[str, list[int]] = {}
    number = 0
    start = str(ROOT / PACKAGE)

    def profile(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(start):
            found = reached.setdefault(f"{PACKAGE}{code.co_filename[len(start) :]}:{code.co_firstlineno}", [])
            if not found or found[-1] != number:
                found.append(number)

    for place, (_, check) in enumerate(checks(thorough=False)):
        number = place
        sys.setprofile(profile)
        check()
        sys.setprofile(None)
    print(json.dumps(reached))
    return 0


def judged(mutant: Mutant, numbers: list[int], copies: SimpleQueue[Copy], sound: Callable[[Copy, str], None]) -> str:
    """Why a mutant died, or nothing: the cases that reach it first, then the tests that concern its file."""
    place = copies.get()
    try:
        with place.changed(mutant.site.file, mutant.text):
            reached = numbers or not mutant.function
            killer = (reached and place.cases(numbers)) or place.folders(concerned(mutant.site.file))
        if killer.startswith("tests/"):
            sound(place, killer)
        return killer
    finally:
        copies.put(place)


def main() -> int:
    """Draw, judge, and show; 1 if somebody survived who is not listed."""
    parser = argparse.ArgumentParser(description="Put mistakes into a copy of convlint and see whether a test notices.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", default=PACKAGE, help="a folder or file, as src/convlint/formats")
    parser.add_argument("--jobs", type=int, default=1, choices=(1, 2), help="at a time")
    parser.add_argument(
        "--pytest", action="append", default=[], metavar="OPTION", help="passed on, such as --deselect=X"
    )
    parser.add_argument("--list", action="store_true", help="show what is drawn, and run nothing")
    parser.add_argument("--cases", nargs="*", type=int, help="run cases by their numbers; draw nothing")
    parser.add_argument("--reached", action="store_true", help="print which cases call which function; draw nothing")
    options = parser.parse_args()
    if options.cases is not None:
        return run_cases(options.cases)
    if options.reached:
        return write_reached()
    reasons = equivalents(LISTED.read_text(encoding="utf-8"))
    mutants = drawn(options.seed, options.count, options.only)
    healthy: set[str] = set()

    def sound(place: Copy, test: str) -> None:
        """A test that fails on the program as it is would kill everybody."""
        if test not in healthy and place.folders([test]):
            raise SystemExit(f"fails without any mutant: {test}")
        healthy.add(test)

    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for job in range(0 if options.list else options.jobs):
            copies.put(Copy(Path(folder, str(job)), options.pytest))
        reached: dict[str, list[int]] = {}
        if not options.list:
            place = copies.get()
            reached = place.reached()
            copies.put(place)

        def verdict(mutant: Mutant) -> str:
            if mutant.key in reasons:
                return "equivalent"
            numbers = reached.get(f"{mutant.site.file}:{mutant.function}", [])
            return "" if options.list else judged(mutant, numbers, copies, sound)

        survivors, counted, skipped = [], 0, 0
        with ThreadPoolExecutor(options.jobs) as pool:
            for mutant, killer in zip(mutants, pool.map(verdict, mutants), strict=True):
                skipped += killer == "equivalent"
                counted += killer != "equivalent"
                if not killer:
                    survivors.append(mutant)
                print(
                    f"{killer or 'SURVIVED':60.60} {mutant.site.kind:10} {mutant.site.file}:{mutant.line}", flush=True
                )
    for mutant in survivors:
        print(f"\n{mutant.site.file} {mutant.scope}    (line {mutant.line})")
        print("\n".join([*(f"- {line}" for line in mutant.before), *(f"+ {line}" for line in mutant.after)]))
    killed = counted - len(survivors)
    share = f", {100 * killed / counted:.1f} %" if counted else ""
    print(f"\nseed {options.seed}: {counted} mutants, {killed} killed{share}; {skipped} equivalent ones not counted")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
