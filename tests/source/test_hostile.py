"""Code that was written to be evaluated for ever, to fill the memory, or to be run: each ends bounded, and nothing runs.

How much work a text may cost is counted in steps; what these texts would take without a bound is far more than the tests
are given.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import Any

import pytest

from convlint import catalogue
from convlint.document import Source
from convlint.formats.lowered import Memory
from convlint.lint import lint
from convlint.source.evaluator import BUDGET, Run
from convlint.source.repository import Repository
from convlint.source.values import Exhausted, Raised, Undecided
from tests.conftest import ROOT
from tests.formats.yolo.repository import MODULES, NET, TASKS, written

#: So many steps show as well as all that a run may take that there is an end.
FEW = 200_000


def evaluated(folder: Path, text: str, budget: int = FEW) -> str:
    """How a call of ``f`` of a file with this text ends."""
    (folder / "m.py").write_text(text, encoding="utf-8")
    run = Run(Repository(folder, "m"), budget)
    file = run.repository.file("m")
    assert file is not None
    try:
        run.call(run.global_name(file, "f"), [], {})
    except Exhausted:
        return "exhausted"
    except Raised as raised:
        return raised.words
    except Undecided:
        return "undecided"
    except RecursionError:  # `build` says so
        return "too deep"
    return "done"


DOUBLED = "    for i in range(60):\n        x, y = [x, x], [y, y]\n"
LONG = "    x = [0] * 200000\n    for i in range(10 ** 5):\n        "


@pytest.mark.parametrize(
    "body",
    [
        "    while True:\n        pass\n",
        "    while True:\n        try:\n            raise ValueError\n        except Exception:\n            continue\n",
        "    try:\n        while True:\n            pass\n    except:\n        return 1\n",
        "    return f()\n",
        "    try:\n        return f()\n    finally:\n        f()\n",
        "    try:\n        return f()\n    except RecursionError:\n        return 1\n",
        "    g = lambda: g()\n    return g()\n",
        "    return 'a' * 10**9\n",
        "    return [0] * 10**9\n",
        "    x = [0]\n    x *= 10**9\n",
        "    x = [1]\n    while True:\n        x += x\n",
        "    x = [1]\n    while True:\n        x.extend(x)\n",
        "    x = 'ab'\n    while True:\n        x = x + x\n",
        "    x = (1,)\n    while True:\n        x = x * 2\n",
        "    x = [0] * 100000\n    while True:\n        x[0:0] = x\n",
        "    x = {}\n    i = 0\n    while True:\n        i += 1\n        x[i] = i\n",
        "    return 10 ** 10 ** 8\n",
        "    return pow(10, 10 ** 8)\n",
        "    return 1 << 10 ** 10\n",
        "    x = 3\n    while True:\n        x = x * x\n",
        "    return int('9' * 4000)\n",
        "    return int('f' * 199000, 16)\n",
        "    for i in range(10 ** 12):\n        pass\n",
        "    return list(range(10 ** 12))\n",
        "    for i in range(150000):\n        for j in range(150000):\n            pass\n",
        "    return [1 for a in range(1000) for b in range(1000) for c in range(1000)]\n",
        "    return [1 for a in range(100000) for b in range(100000) if False]\n",
        "    return sum(1 for a in range(1000) for b in range(1000) for c in range(1000))\n",
        "    return ','.join(['a' * 100000] * 100000)\n",
        "    return ('a' * 1000).replace('a', 'b' * 100000)\n",
        "    return ('a' * 1000).replace('', 'b' * 1000)\n",
        f"{LONG}x.count(1)\n",
        f"{LONG}1 in x\n",
        f"{LONG}x == [0] * 200000\n",
        f"{LONG}x.insert(0, x.pop(0))\n",
        f"{LONG}sorted(x)\n",
        f"{LONG}iter(x)\n",
        f"{LONG}str(x)\n",
        f"{LONG}y = x[1:]\n",
        f"{LONG}a, *b = x\n",
        f"{LONG}y = [*x]\n",
        "    x = []\n    while True:\n        x.append([0] * 200000)\n",
        "    x = []\n    while True:\n        x.append('a' * 199000 + str(len(x)))\n",
        "    x = {i: i for i in range(50000)}\n    while True:\n        y = {**x}\n",
        "    x = 'a' * 100000 + 'b'\n    while True:\n        x.find('a' * 50000 + 'c')\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return x == y\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return x < y\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return max([x, y])\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return sorted([x, y, x])\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return y in [x]\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return str(x)\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return f'{x}'\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return torch.stack(x)\n",
        "    x, y = [1], [1]\n" + DOUBLED + "    return torch.zeros(1).view(x)\n",
        "    x = (1,)\n    for i in range(60):\n        x = (x, x)\n    return {x: 1}\n",
        "    x = (1,)\n    for i in range(60):\n        x = (x, x)\n    return x in {1}\n",
        "    x = (1,)\n    for i in range(60):\n        x = (x, x)\n    return copy.deepcopy(x)\n",
        "    x = ()\n    for i in range(10000):\n        x = (x,)\n    return {x}\n",
        "    x = []\n    for i in range(10000):\n        x = [x]\n    return str(x)\n",
        "    x = []\n    for i in range(10000):\n        x = [x]\n    return copy.deepcopy(x)\n",
        "    x = []\n    x.append(x)\n    return copy.deepcopy(x)\n",
        "    x = []\n    x.append(x)\n    return str(x)\n",
        "    x, y = [], []\n    x.append(y)\n    y.append(x)\n    return x < y\n",
        "    x = {}\n    x['x'] = x\n    y = {}\n    y['x'] = y\n    return x == y\n",
        "    x = []\n    x.append(x)\n    return torch.cat(x)\n",
        "    x = []\n    x.append(x)\n    return torch.tensor(x)\n",
        "    return reduce(lambda a, b: a + a, range(100), [1])\n",
        "    return list(itertools.product([1, 2], repeat=10 ** 9))\n",
        "    return list(itertools.combinations(range(1000), 500))\n",
        "    return list(itertools.accumulate([10 ** 150] * 100000, ))[-1] * list(itertools.accumulate([[1]] * 100000))\n",
        "    return math.prod([10 ** 100] * 1000)\n",
        "    return numpy.power(10, 10 ** 9)\n",
        "    return numpy.arange(10 ** 12)\n",
        "    p = partial(f)\n    for i in range(10000):\n        p = partial(p, *([1] * 1000))\n    return p()\n",
    ],
)  # fmt: skip
def test_it_ends(tmp_path: Path, body: str) -> None:
    head = "import copy, itertools, math, numpy, torch\nfrom functools import partial, reduce\n\n\n"
    assert evaluated(tmp_path, f"{head}def f():\n{body}") == "exhausted"


@pytest.mark.parametrize(
    "text",
    [
        "class A(A):\n    pass\n\ndef f():\n    return A()\n",
        "class A(B):\n    pass\n\nclass B(A):\n    pass\n\ndef f():\n    return A()\n",
        "class A:\n    @property\n    def x(self):\n        return self.x\n\ndef f():\n    return A().x\n",
        "class A:\n    def __getattr__(self, name):\n        return self.x\n\ndef f():\n    return A().x\n",
        "class A:\n    def __bool__(self):\n        return self\n\ndef f():\n    return 1 if A() else 2\n",
        "class A:\n    def __iter__(self):\n        return self\n\ndef f():\n    return list(A())\n",
        "class A:\n    def __add__(self, x):\n        return self + x\n\ndef f():\n    return A() + 1\n",
        "class E(Exception):\n    def __str__(self):\n        return str(self)\n\ndef f():\n    raise E('a')\n",
        "def d(g):\n    return d\n\n@d\ndef g():\n    return 1\n\ndef f():\n    return g(1)(2)(3)\n",
        "@g\ndef g(h):\n    return g\n\ndef f():\n    return g(1)\n",
        "def f():\n    return list(g())\n\ndef g():\n    while True:\n        yield 1\n",
        "def f():\n    return list(g())\n\ndef g():\n    yield 1\n    yield from g()\n",
        "x = y\ny = x\n\ndef f():\n    return x\n",
        "x = f()\n\ndef f():\n    return x\n",
        "import m\nfrom m import *\nfrom m import zzz\n\ndef f():\n    return zzz\n",
        "import itertools\n\ndef f():\n    return [i for i in itertools.count()], list(itertools.repeat(1))\n",
        "def f():\n    return f'{1:1000000000}', f'{1.0:.999999999f}', format(1, '999999999'), f'{1:{10**9}}'\n",
        "def f():\n    return '%1000000000d' % 1, '{:1000000000}'.format(1), 'a'.ljust(10**9), 'a'.zfill(10**9)\n",
        "def f():\n    return eval('(' * 1900)\n",
        "def f():\n    return eval('-' * 1999 + '1')\n",
        "def f():\n    return eval('f()')\n",
        "import ast\n\ndef f():\n    return ast.literal_eval('-' * 9999 + '1')\n",
        "def f():\n    return " + "-" * 5000 + "1\n",
        "def f():\n    return f" + ".a" * 5000 + "\n",
        "def f():\n    return " + "(" * 190 + "1" + ")" * 190 + "\n",
        "def f():\n    return b'a' * 10**9, bytes(10**10), bytearray(10**10)\n",
        "import torch.nn as nn\n\ndef f():\n    m = nn.ModuleList()\n    m.append(m)\n    return list(m.modules())\n",
        "import torch\n\ndef f():\n    return torch.arange(10**12), torch.zeros(9, 9).repeat(*[10**5] * 60)\n",
        "async def f():\n    await f()\n",
        "def f():\n    match 1:\n        case 1:\n            return 2\n",
        "def f():\n    raise SystemExit(3)\n",
        "def f():\n    raise KeyboardInterrupt\n",
    ],
)  # fmt: skip
def test_it_ends_somehow(tmp_path: Path, text: str) -> None:
    evaluated(tmp_path, text)


def test_a_run_costs_no_more_than_its_budget(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def f():\n    while True:\n        pass\n")
    run = Run(Repository(tmp_path, "m"), 1000)
    file = run.repository.file("m")
    assert file is not None
    with pytest.raises(Exhausted, match="the work that one file may cost is used up"):
        run.call(run.global_name(file, "f"), [], {})
    assert run.budget == -1 and BUDGET <= 2_000_000


# What would betray execution ----------------------------------------------------------------------------------------

BETRAYED = 'open("betrayed", "w").close()'
EVIL = f"""
import os, sys, subprocess, importlib, pickle, ctypes, builtins, atexit, threading
{BETRAYED}
exec('{BETRAYED}')
eval(compile('{BETRAYED}', "x", "exec"))
eval("__import__('os').system('touch betrayed')")
os.system("touch betrayed")
os.popen("touch betrayed")
subprocess.run("touch betrayed", shell=True)
subprocess.Popen(["touch", "betrayed"])
importlib.import_module("evil")
__import__("evil")
builtins.open("betrayed", "w")
getattr(builtins, "op" + "en")("betrayed", "w")
getattr(os, "sys" + "tem")("touch betrayed")
globals()["__builtins__"]["open"]("betrayed", "w")
[c for c in ().__class__.__bases__[0].__subclasses__() if c.__name__ == "Popen"][0]("touch betrayed", shell=True)
getattr(int, "__subclasses__")
(lambda: 0).__globals__["__builtins__"]
(lambda: 0).__code__.replace(co_code=b"")
type("X", (), {{"__init__": lambda self: os.system("touch betrayed")}})()
ctypes.CDLL(None).system(b"touch betrayed")
atexit.register(os.system, "touch betrayed")
threading.Thread(target=os.system, args=("touch betrayed",)).start()
"{{0.__class__.__init__.__globals__}}".format(0)
f"{{open('betrayed', 'w')}}"
sys.meta_path.insert(0, None)
sys.setrecursionlimit(10 ** 9)
""".lstrip()
CLASS = f"""
class Evil:
    x = {BETRAYED}

    def __reduce__(self):
        return os.system, ("touch betrayed",)

    def __init_subclass__(cls):
        {BETRAYED}

    def __set_name__(self, owner, name):
        {BETRAYED}

    def __del__(self):
        {BETRAYED}

    def __getattr__(self, name):
        {BETRAYED}

    def __call__(self, *given):
        {BETRAYED}


@Evil()
class Worse(Evil, metaclass=Evil):
    y = Evil()


def decorated(function, default={BETRAYED}) -> {BETRAYED}:
    {BETRAYED}
    return function


pickle.loads(pickle.dumps(Evil()))
"""


def test_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "".join(
        f"    try:\n        {line}\n    except Exception:\n        pass\n" for line in EVIL.splitlines()[1:]
    )
    init = f"def betray():\n{lines}\n\nbetray()\n"
    conv = MODULES.replace(
        "        self.conv =", "        betray()\n        decorated(Worse())\n        self.conv =", 1
    ).replace("        return self.act", "        betray()\n        return self.act", 1)
    written(
        tmp_path,
        {
            "ultralytics/nn/modules/__init__.py": EVIL + CLASS + init + "@decorated\n" + conv.partition("\n\n\n")[2],
            "ultralytics/nn/tasks.py": EVIL + TASKS.replace("    ch = [ch]\n", f"    {BETRAYED}\n    ch = [ch]\n", 1),
            "ultralytics/__init__.py": EVIL,
            "ultralytics/nn/__init__.py": EVIL + "raise SystemExit(3)\n",
            "evil.py": EVIL,
            "sitecustomize.py": EVIL,
            "conftest.py": EVIL,
            "os.py": EVIL,
            "torch/__init__.py": EVIL,
            "net.yaml": NET + f"activation: {BETRAYED}\n",
        },
    )
    for name in ("net.yaml", "good.yaml"):
        (tmp_path / "good.yaml").write_text(NET)
        result = lint(Source(name, (tmp_path / name).read_text()), catalogue.selection(), memory=Memory())
        assert result.recognised
    assert not (tmp_path / "betrayed").exists()


#: What runs text, or reaches what is not meant.
RUNS = ("eval", "exec", "__import__", "import_module", "system", "popen", "Popen", "run_path", "run_module", "find_spec",
        "exec_module", "spec_from_file_location")  # fmt: skip
FORBIDDEN = ("importlib", "runpy", "subprocess", "pickle", "ctypes", "code", "marshal", "socket", "urllib")


def test_no_word_of_ours_runs_anything() -> None:
    for path in sorted((ROOT / "src" / "convlint" / "source").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert name not in RUNS, f"{path.name}:{node.lineno}"
                # `re.compile` alone.
                if name == "compile":
                    assert isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "re.compile"
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not {name.partition(".")[0] for name in names} & {*FORBIDDEN}, f"{path.name}:{node.lineno}"


# Files --------------------------------------------------------------------------------------------------------------


def said(folder: Path) -> list[tuple[str, str]]:
    path = folder / "net.yaml"
    found = lint(Source(str(path), path.read_text()), catalogue.selection(), memory=Memory()).findings
    return [(one.code, one.message) for one in found if one.code != "CL616"]


def links(folder: Path, path: Path) -> None:
    (folder.parent / "outside.py").write_text(MODULES)
    path.symlink_to(folder.parent / "outside.py")


def pipes(folder: Path, path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize(
    ("made", "words"),
    [
        (links, "a link out of the repository"),
        (pipes, "not a regular file"),
        ("x = 1\n" * 400_000, "more than 2 MB"),
        ("x = 1\n" * 80_000, "more than 10,000 statements"),
        (b"\xff\xfe" + MODULES.encode("utf-16-le"), "its bytes are not text in the encoding that it names"),
        (b"# coding: punycode\n" + MODULES.encode(), "its bytes are not text in the encoding that it names"),
        (MODULES.replace("(self, x):", "(self, x)"), "line 12: expected ':'"),
        ("x = " + "(" * 300 + ")" * 300 + "\n", "line 1: more than 200 brackets inside each other"),
        ("x = 'a\0'\n", "line 1: a null byte"),
    ],
    ids=["link", "pipe", "long", "statements", "utf-16", "punycode", "syntax", "brackets", "null"],
)
def test_files_that_cannot_be_read(tmp_path: Path, made: Any, words: str) -> None:
    folder = written(tmp_path / "fork")
    path = folder / "ultralytics" / "nn" / "modules" / "__init__.py"
    path.unlink()
    if isinstance(made, str | bytes):
        path.write_bytes(made if isinstance(made, bytes) else made.encode())
    else:
        made(folder, path)
    path = path.relative_to(folder).as_posix()
    wanted = f"ultralytics 8.2.50 was not followed to its end: {path}: {words}"
    assert [message for code, message in said(folder) if code[:2] == "YO"] == [wanted]


def test_text_in_another_encoding_is_read(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\n# \xe9\n" + MODULES
    path = "ultralytics/nn/modules/__init__.py"
    assert said(written(tmp_path, {path: text.encode("latin-1")})) == []
    assert said(written(tmp_path, {path: b"\xef\xbb\xbf" + MODULES.replace("\n", "\r\n").encode()})) == []
