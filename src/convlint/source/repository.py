"""The code beside a file: found by its path, read as text below one folder, never imported and never run."""

from __future__ import annotations

import ast
import os
import re
import stat
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from convlint.source.text import SourceFile

#: Bytes of one file, and files and bytes in all.
MAX_FILE = 2 * 1024 * 1024
MAX_FILES = 200
MAX_BYTES = 8 * 1024 * 1024

_TASKS = "ultralytics/nn/tasks.py"
_YOLO = ("models/yolo.py", "models/common.py")
#: Folders of installed packages: of these only the framework is read.
_PACKAGES = ("site-packages", "dist-packages")

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"^[ \t\f]*(?:#|$)")
#: Encodings that sources are written in, each decoded in linear time (punycode, say, is not).
_ENCODING = re.compile(
    r"utf-?8(-sig)?|u8|(us-)?ascii|latin-?\d+|l1|iso-?8859-?\d+|(cp|windows-?)\d+|koi8-[rtu]"
    r"|gb2312|gbk|gb18030|big5(-?hkscs)?|shift-?jisx?|sjis|euc-?(jp|kr)|mac-?roman",
    re.IGNORECASE,
)
#: Detection heads that only the one framework's models/yolo.py has.
_YOLOV9 = re.compile(r"^class (?:DDetect|DualDDetect|TripleDDetect)\b", re.MULTILINE)
_YOLOV7 = re.compile(r"^class (?:IDetect|IAuxDetect|IKeypoint)\b", re.MULTILINE)
_PARSE_MODEL = re.compile(r"^def parse_model\(", re.MULTILINE)


#: When a file was written, in nanoseconds, and its size; None if there is none.
Stamp: TypeAlias = tuple[int, int] | None


class Repository:
    """Python files below one folder, each read once and only when it is asked for.

    ``main`` is the dotted name of the module that has ``parse_model``, ``framework`` one of the dialects' names.  With
    ``only``, nothing but what lies in that package is read.  ``problems`` are lines for people.
    """

    def __init__(self, root: Path, main: str, only: str | None = None) -> None:
        self.root = Path(os.path.realpath(root))
        self.main = main
        self.only = only
        #: How many files were read.
        self.read = 0
        #: The dotted names of files that are there and were not read.
        self.unread: set[str] = set()
        self._bytes = 0
        self._full = False
        #: The paths that were looked at, with the time and the size of the file there.
        self._stamps: dict[str, Stamp] = {}
        #: What was read before of files that have not changed since, by their paths.
        self._kept: dict[str, SourceFile] = {}
        self._files: dict[str, SourceFile | None] = {}
        self._problems: list[str] = []

    @cached_property
    def framework(self) -> str:
        """``ultralytics``, ``yolov5``, ``yolov7`` or ``yolov9``."""
        if self.main.rpartition(".")[2] != "yolo":
            return "ultralytics"
        file = self.file(self.main)
        text = "" if file is None else file.text
        if _YOLOV9.search(text):
            return "yolov9"
        return "yolov7" if _YOLOV7.search(text) else "yolov5"

    @cached_property
    def version(self) -> str | None:
        """``__version__`` of ultralytics, where it is written out."""
        file = self.file("ultralytics") if self.main.startswith("ultralytics.") else None
        numbers = [] if file is None else file.names.get("__version__", [])
        if file is None or not numbers:
            return None
        statement = file.statement(numbers[-1])
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        return printable(value.value[:40]) if isinstance(value, ast.Constant) and isinstance(value.value, str) else None

    @property
    def title(self) -> str:
        """For people: ``ultralytics 8.2.50``."""
        name = self.framework.replace("yolo", "YOLO")
        return f"{name} {self.version}" if self.version else name

    @property
    def main_path(self) -> str:
        """The path of the module that has ``parse_model``, for people."""
        file = self.file(self.main)
        return self.main.replace(".", "/") + ".py" if file is None else file.path

    @property
    def problems(self) -> list[str]:
        """Files that could not be read, a line each."""
        refused = [
            f"{file.path}: {printable(file.problem)}"
            for file in self._files.values()
            if file is not None and file.problem is not None
        ]
        return self._problems + refused

    def mentions(self, word: str) -> bool:
        """Whether a word stands between quotes in the module that has ``parse_model``."""
        file = self.file(self.main)
        return file is not None and (f'"{word}"' in file.text or f"'{word}'" in file.text)

    def file(self, dotted: str) -> SourceFile | None:
        """A module, or the ``__init__`` of a package, by its dotted name; None if there is none that can be read."""
        if dotted not in self._files:
            self._files[dotted] = self._find(dotted)
        return self._files[dotted]

    def open(self, path: Path) -> SourceFile | str:
        """The file with ``parse_model`` by its path, whatever it is called; or in words why it is not read."""
        self._stamps[str(path)] = _stamp(str(path))
        file = self._files[self.main] = self._read(self.main, str(path), False)
        return file if file is not None else self._problems[-1].partition(": ")[2]

    def drop(self) -> None:
        """Forget the trees of all files; they are made again when they are asked for."""
        for file in self._files.values():
            if file is not None:
                file.drop()

    def renewed(self) -> Repository:
        """This one while no file that was looked at has changed, nor come or gone; else one that reads those anew."""
        same = {path for path, stamp in self._stamps.items() if _stamp(path) == stamp}
        if len(same) == len(self._stamps):
            return self
        fresh = Repository(self.root, self.main, self.only)
        for file in self._files.values():
            if file is not None and (path := os.path.join(self.root, file.path)) in same:
                fresh._kept[path] = file
        own = self._files.get(self.main)
        if own is not None and self.main == self.only and "." not in self.main:
            fresh.open(self.root / own.path)
        return fresh

    def folder(self, dotted: str) -> bool:
        """Whether there is a folder of that dotted name: a package without ``__init__``."""
        parts = dotted.split(".")
        if not all(part.isidentifier() for part in parts) or self.only not in (None, parts[0]):
            return False
        path = os.path.realpath(os.path.join(self.root, *parts))
        return os.path.isdir(path) and Path(path).is_relative_to(self.root)

    def resolve(self, file: SourceFile, level: int, module: str) -> str:
        """The dotted name that an import in a file means; empty if it leads above the root."""
        if level == 0:
            return module
        parts = file.name.split(".")
        keep = len(parts) - level + (1 if file.package else 0)
        if keep < 1:
            return ""
        return ".".join([*parts[:keep], *([module] if module else [])])

    # Reading --------------------------------------------------------------------------------------------------------

    def _find(self, dotted: str) -> SourceFile | None:
        parts = dotted.split(".")
        if not all(part.isidentifier() for part in parts) or self.only not in (None, parts[0]):
            return None
        base = os.path.join(self.root, *parts)
        for path, package in ((os.path.join(base, "__init__.py"), True), (base + ".py", False)):
            self._stamps[path] = _stamp(path)
            if self._stamps[path] is not None or os.path.lexists(path):
                return self._read(dotted, path, package)
        return None

    def _read(self, dotted: str, path: str, package: bool) -> SourceFile | None:
        shown = printable(Path(os.path.relpath(path, self.root)).as_posix())
        self.unread.add(dotted)
        if self._full:
            return None
        if self.read >= MAX_FILES or self._bytes >= MAX_BYTES:
            self._full = True
            words = f"{MAX_FILES} files" if self.read >= MAX_FILES else f"{MAX_BYTES // 1024**2} MB"
            self._problems.append(f"{shown}: not read, for {words} of code were read before it")
            return None
        kept = self._kept.get(path)
        if kept is not None:
            self.read += 1
            self._bytes += len(kept.text)
            self.unread.discard(dotted)
            return kept
        data = _bytes(path, self.root)
        if isinstance(data, bytes):
            self.read += 1
            self._bytes += len(data)
            text = _decoded(data)
            if text is not None:
                self.unread.discard(dotted)
                return SourceFile(dotted, text, package, shown)
            data = "its bytes are not text in the encoding that it names"
        self._problems.append(f"{shown}: {data}")
        return None


# Finding ------------------------------------------------------------------------------------------------------------


def find(path: Path) -> Repository | None:
    """The code that a file lies in or below; None if there is none.

    The nearest folder upwards that holds a framework's code, but not above the folder with ``.git``, and neither the
    home folder nor the root of the file system.  Links are resolved first.
    """
    start = Path(os.path.realpath(path)).parent
    home = _home()
    for folder in (start, *start.parents):
        if folder in (home, folder.parent):
            return None
        if folder.name == "ultralytics" and _is_code(folder / "nn" / "tasks.py", folder):
            return _repository(folder.parent, "ultralytics.nn.tasks")
        main = _main(folder, within_models=start.is_relative_to(folder / "models"))
        if main is not None:
            return _repository(folder, main)
        if os.path.lexists(folder / ".git"):
            return None
    return None


def at(path: Path) -> Repository | str:
    """The code that somebody points at: a folder that holds a framework's, or the file with ``parse_model``.

    Otherwise one line that says why it is none.
    """
    place = Path(os.path.realpath(path))
    shown = printable(str(path))
    if place.is_dir():
        main = _main(place)
        if main is not None:
            return _repository(place, main)
        if place.name == "ultralytics" and _is_code(place / "nn" / "tasks.py", place):
            return _repository(place.parent, "ultralytics.nn.tasks")
        return f"{shown} holds neither {_TASKS} nor {' and '.join(_YOLO)}"
    if place.suffix != ".py":
        return f"{shown} is neither a folder nor a Python file"
    if place.parts[-3:] == ("ultralytics", "nn", "tasks.py"):
        return _repository(place.parents[2], "ultralytics.nn.tasks")
    if place.parts[-2:] == ("models", "yolo.py") and _main(place.parents[1], within_models=True) == "models.yolo":
        return _repository(place.parents[1], "models.yolo")
    # A file alone: what it imports stays unknown.
    repository = Repository(place.parent, place.stem, only=place.stem)
    file = repository.open(place)
    if isinstance(file, str):
        return f"{shown}: {file}"
    if file.problem is not None:
        return f"{shown}: not Python: {file.problem}"
    return repository if _PARSE_MODEL.search(file.text) else f"{shown} has no function parse_model"


def alone(path: Path) -> SourceFile | str:
    """A Python file that somebody points at, apart from all others, or in words why it is not read."""
    place = Path(os.path.realpath(path))
    return Repository(place.parent, place.stem, only=place.stem).open(place)


def installed(environ: Mapping[str, str]) -> Repository | None:
    """An ultralytics that is installed, found by its path alone.

    Looked for in the environment that is active, and in the one that this program runs in.
    """
    for prefix in (environ.get("VIRTUAL_ENV"), environ.get("CONDA_PREFIX"), sys.prefix):
        for folder in _package_folders(Path(prefix)) if prefix else ():
            # A link to somebody's clone is as good as a copy.
            package = Path(os.path.realpath(folder / "ultralytics"))
            if package.name == "ultralytics" and _is_code(package / "nn" / "tasks.py", package):
                return Repository(package.parent, "ultralytics.nn.tasks", only="ultralytics")
    return None


def _package_folders(prefix: Path) -> list[Path]:
    """Where packages are installed, newest Python first."""
    try:
        pythons = [name for name in os.listdir(prefix / "lib") if re.fullmatch(r"python3\.\d{1,3}t?", name)]
    except (OSError, ValueError):
        pythons = []
    pythons.sort(key=lambda name: int(name[8:].rstrip("t")), reverse=True)
    return [*[prefix / "lib" / name / "site-packages" for name in pythons], prefix / "Lib" / "site-packages"]


def _repository(root: Path, main: str) -> Repository:
    """Of a folder that holds much else, no more is read than the package."""
    shared = root.name in _PACKAGES or root in (_home(), root.parent)
    return Repository(root, main, main.partition(".")[0] if shared else None)


def _home() -> Path:
    return Path(os.path.realpath(os.path.expanduser("~")))


def _main(folder: Path, within_models: bool = False) -> str | None:
    """The module with ``parse_model`` of the framework that a folder holds."""
    found = []
    if _is_code(folder / _TASKS, folder):
        found.append("ultralytics.nn.tasks")
    if all(_is_code(folder / name, folder) for name in _YOLO):
        found.insert(0 if within_models else 1, "models.yolo")
    return found[0] if found else None


def _is_code(path: Path, root: Path) -> bool:
    """Whether a path is a regular file, and below a folder when its links are resolved."""
    try:
        real = Path(os.path.realpath(path, strict=True))
        return real.is_relative_to(root) and stat.S_ISREG(os.stat(real).st_mode)
    except (OSError, ValueError):
        return False


# Reading ------------------------------------------------------------------------------------------------------------


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


def _bytes(path: str, root: Path) -> bytes | str:
    """What a regular file below a folder holds, or in words why it is not read."""
    try:
        real = os.path.realpath(path, strict=True)
        if not Path(real).is_relative_to(root):
            return "a link out of the repository"
        if not stat.S_ISREG(os.stat(real).st_mode):
            return "not a regular file"
        # It may have become something else since: nothing is waited for, and what was opened is looked at again.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(real, flags)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "not a regular file"
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(MAX_FILE + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return f"more than {MAX_FILE // 1024**2} MB" if len(data) > MAX_FILE else data


def _decoded(data: bytes) -> str | None:
    """Source text, in UTF-8 or in the encoding that one of its first two lines names (PEP 263)."""
    encoding = "utf-8-sig"
    if not data.startswith(b"\xef\xbb\xbf"):
        for line in re.split(rb"\r\n|\r|\n", data, maxsplit=2)[:2]:
            named = _COOKIE.match(line)
            if named is not None:
                encoding = named[1].decode("ascii").replace("_", "-")
                break
            if _NO_CODE.match(line) is None:
                break
    if _ENCODING.fullmatch(encoding) is None:
        return None
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def printable(text: str) -> str:
    """Text on one line: what is not printable is escaped."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
