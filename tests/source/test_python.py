"""Python's own answers: what the evaluator makes of a text is what Python makes of it, exceptions included."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from convlint.source.evaluator import Run
from convlint.source.repository import Repository
from convlint.source.values import Instance, Raised, Unknown

EXPRESSIONS = r"""
1 + 2 * 3 - 4 // 3 % 5 ** 2
7 / 2, 7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 10, 1 << 4, 256 >> 2, 6 & 3, 6 | 3, 6 ^ 3, ~5, -(-3), +4
"a" + "b" * 3, [1] * 3 + [2], (1, 2) + (3,)
"%d of %s" % (3, "x")
not 0, not [1], 1 and 0, 0 or "x", None or [] or 5, 1 and 2 and 3
1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, 1 != 2, 3 >= 3, "a" < "b", [1, 2] < [1, 3], (1,) == (1,), [1] == (1,)
1 in [1, 2], 3 not in (1, 2), "b" in "abc", "k" in {"k": 1}, 4 in {1, 4}, 2 in range(3), None is None, 1 is not None
5 if 2 > 1 else 6
[x * 2 for x in range(5) if x % 2], {x: x * x for x in range(3)}, sorted({x % 3 for x in range(9)})
[(x, y) for x in range(3) for y in range(x)]
sum(x for x in range(5)), list(x + 1 for x in (1, 2))
[1, 2, 3][0], [1, 2, 3][-1], [1, 2, 3, 4][1:3], [1, 2, 3][::-1], "hello"[1:4], (1, 2, 3)[1], range(10)[2:8:2][1]
{"a": 1}["a"], {"a": 1}.get("b"), {"a": 1}.get("b", 7), list({"a": 1, "b": 2}), list({"a": 1}.items())
list({"a": 1}.keys()), list({"a": 1}.values()), {**{"a": 1}, "b": 2}, {"a": 1}.pop("a"), {"a": 1}.copy()
len([1, 2]), len("abc"), len({}), len({1, 2}), len(range(7)), len((1,))
list(range(3)), list(range(1, 7, 2)), list(enumerate("ab")), list(enumerate("ab", 1)), list(zip([1, 2], "ab"))
list(map(lambda x: x + 1, [1, 2])), list(filter(None, [0, 1, 2])), list(filter(lambda x: x > 1, [1, 2, 3]))
max(1, 5, 3), max([2, 9]), min([4, 1]), max([1, -5], key=abs), min([], default=3), max("ab", "abc", key=len)
sorted([3, 1, 2]), sorted([3, 1, 2], reverse=True), sorted(["bb", "a"], key=len), list(reversed([1, 2]))
any([0, 1]), any([]), all([1, 1]), all([0, 1]), any(x > 2 for x in range(4)), all(x < 2 for x in range(4))
int(3.7), int("12"), int("0x1f", 16), int(True), float("1.5"), float(2), str(5), str(1.5), str([1, "a"]), str((1,)), str(None)
bool([]), bool("x"), list("ab"), tuple([1, 2]), set([1, 1]) == {1}, dict([("a", 1)]), dict(a=1), dict({"a": 1}, b=2)
abs(-3), round(2.5), round(3.14159, 2), round(7), divmod(7, 3), pow(2, 5), chr(65), ord("A")
isinstance(1, int), isinstance(1, (str, int)), isinstance([], list), isinstance("x", str), isinstance(1.0, int)
isinstance(True, int), isinstance((), tuple), isinstance({}, dict), isinstance(None, int), isinstance({1}, set)
type(1) == int, type("x") is str, type([]) in (list, tuple), type(1).__name__, (1).__class__ is int
callable(len), callable(3), callable(lambda: 1), hasattr([], "append"), hasattr(1, "append"), getattr(3, "nothing", 9)
repr("a"), repr([1, "b"]), f"{3:>5}|{2.5:.3f}|{'x'!r}|{1 + 1}", "{} {}".format(1, 2), "{1}{0}".format("a", "b")
"{a}-{b:02d}".format(a=1, b=2), "a,b".split(","), " x ".strip(), "aXb".lower(), "ab".upper(), "-".join(["a", "b"])
"abc".replace("b", "d"), "abc".startswith("a"), "abc".endswith(("c", "d")), "abc".find("z"), "12".isdigit(), "a.b".partition(".")
"a.b.c".rsplit(".", 1), "abab".count("b"), "abc".index("c"), "x".isalpha(), "nn.Conv".removeprefix("nn."), "ab".title()
[1, 2, 1].count(1), [1, 2].index(2), (1, 2, 2).count(2), (5, 6).index(6), [1, 2].copy()
{1, 2} | {3}, {1, 2} & {2}, {1, 2} - {2}, {1} ^ {2}, {1, 2}.union([3]), {1, 2}.intersection([2]), {1}.issubset({1, 2})
(lambda a, b=2, *c, d=4, **e: (a, b, c, d, e))(1), (lambda *a, **k: (a, k))(1, 2, x=3)
[*range(2), *"ab"], (*[1], 2), {*[1, 2]} == {1, 2}, (y := 5) + y
next(iter([4, 5])), next(iter([]), "none"), list(iter((1, 2)))
(3).bit_length(), (2.0).is_integer(), (5).real
math.sqrt(16), math.ceil(2.1), math.floor(-2.1), math.log2(8), math.prod([2, 3]), math.gcd(12, 18), math.pi, math.inf
copy.copy([1, [2]]), copy.deepcopy({"a": [1]}), ast.literal_eval("[1, None, 'x']"), ast.literal_eval("(1, 2.5)")
functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.partial(max, 3)(2), functools.reduce(operator.add, [1, 2], 10)
list(itertools.product([1, 2], "a")), list(itertools.chain([1], [2])), list(itertools.chain.from_iterable([[1], [2]]))
list(itertools.repeat(1, 3)), list(itertools.accumulate([1, 2, 3])), list(itertools.combinations([1, 2, 3], 2))
operator.mul(3, 4), operator.itemgetter(1)([5, 6]), list(collections.OrderedDict([("a", 1)]).items())
collections.OrderedDict(a=1)["a"], list(collections.deque([1, 2]))
[].pop()
[1].remove(2)
[1].index(3)
{"a": 1}["b"]
{}.pop("x")
[1][5]
"ab"[7]
1 / 0
5 % 0
1 + "a"
[1] + (2,)
-"a"
"a" < 1
int("x")
float("y")
len(3)
None[0]
[1]["a"]
(1).nothing
None.x
"a".nothing
max([])
5()
list(3)
unknown_name
{[1]: 2}
{[1]}
1 in 5 if False else [1].index(1)
(lambda a: a)()
(lambda a: a)(1, 2)
(lambda a: a)(b=1)
(lambda a, *, k: a)(1)
(lambda a: a)(1, a=2)
next(iter([]))
ast.literal_eval("f(x)")
"{} {}".format(1)
[1, 2][0:1:0]
sorted([1, "a"])
""".strip().splitlines()

FUNCTIONS = [
    "a, (b, *c), d = 1, (2, 3, 4), 5\nreturn a, b, c, d",
    "a, b = 1",
    "a, b = 1, 2, 3",
    "a, b, c = [1, 2]",
    "a, *b, c = [1]",
    "x = [1, 2, 3]\nx[0] = 9\nx[1:] = [5, 6, 7]\ndel x[0]\nx += [8]\nx.insert(0, 4)\nx.extend(n for n in [1])\nx.reverse()\nx.sort()\nreturn x",
    "x = []\nx.append(1)\nx.clear()\nreturn x",
    "x = [3, 1]\nx.sort(key=lambda n: -n, reverse=True)\nreturn x.pop(), x.pop(0), x",
    "x = {}\nx['a'] = 1\nx.setdefault('b', []).append(2)\nx.update({'c': 3}, d=4)\ndel x['a']\nreturn x, x.popitem()",
    "s = set()\ns.add(1)\ns.update([2, 3])\ns.discard(1)\ns.remove(2)\nreturn s",
    "t = (1,)\nt[0] = 2",
    "t = 0\nfor i in range(10):\n    if i == 2:\n        continue\n    if i == 5:\n        break\n    t += i\nelse:\n    t = -1\nreturn t",
    "t = 0\nfor i in []:\n    pass\nelse:\n    t = 7\nreturn t",
    "n = 0\nwhile n < 5:\n    n += 1\n    if n == 3:\n        break\nelse:\n    n = 99\nreturn n",
    "n = 0\nwhile n < 3:\n    n += 1\nelse:\n    n *= 10\nreturn n",
    "try:\n    return [][0]\nexcept (KeyError, IndexError) as e:\n    return 'caught', str(e)\nfinally:\n    pass",
    "try:\n    raise ValueError('bad')\nexcept KeyError:\n    return 1\nexcept Exception as e:\n    return e.args",
    "try:\n    x = 1\nexcept ValueError:\n    x = 2\nelse:\n    x = 3\nfinally:\n    y = 4\nreturn x, y",
    "try:\n    1 / 0\nexcept:\n    return 'any'",
    "try:\n    raise KeyError('k')\nexcept ValueError:\n    pass",
    "try:\n    try:\n        raise ValueError('a')\n    except ValueError:\n        raise\nexcept ValueError as e:\n    return str(e)",
    "raise RuntimeError('stop')",
    "raise NotImplementedError",
    "assert 1 == 2, 'wrong'",
    "assert True\nassert [1]\nreturn 1",
    "def g(n):\n    return 1 if n < 2 else n * g(n - 1)\nreturn g(5)",
    "def outer():\n    x = 1\n    def inner():\n        nonlocal x\n        x += 1\n        return x\n    inner()\n    return inner()\nreturn outer()",
    "def gen(n):\n    for i in range(n):\n        yield i * i\n    yield from [7, 8]\nreturn list(gen(3))",
    "def deco(f):\n    def w(*a, **k):\n        return f(*a, **k) + 1\n    return w\n@deco\ndef g(x, y=2):\n    return x + y\nreturn g(1), g(1, y=5)",
    "class A:\n    k = 3\n    def __init__(self, v=1):\n        self.v = v\n    def add(self, n):\n        self.v += n\n        return self.v\n    @property\n    def twice(self):\n        return 2 * self.v\n    @staticmethod\n    def st(a):\n        return a + 1\n    @classmethod\n    def make(cls, v):\n        return cls(v)\na = A.make(4)\nreturn a.add(2), a.twice, A.st(1), a.k, A.k, isinstance(a, A), type(a) is A, type(a).__name__",
    "class A:\n    def f(self):\n        return 'A'\nclass B(A):\n    def f(self):\n        return 'B' + super().f()\nclass C(A):\n    def f(self):\n        return 'C' + super().f()\nclass D(B, C):\n    def f(self):\n        return 'D' + super().f()\nreturn D().f(), issubclass(D, A), isinstance(D(), (int, C))",
    "class A:\n    def __len__(self):\n        return 2\n    def __getitem__(self, i):\n        return i * 10\n    def __contains__(self, x):\n        return x == 5\n    def __call__(self, y):\n        return y + 1\n    def __add__(self, o):\n        return 'added'\n    def __bool__(self):\n        return False\na = A()\nreturn len(a), a[3], 5 in a, 6 in a, a(1), a + 1, not a",
    "class A:\n    def __getattr__(self, name):\n        return name + '!'\nreturn A().thing, getattr(A(), 'other')",
    "class A:\n    pass\nA().missing",
    "class A:\n    pass\nA(1)",
    "class A:\n    x = [i for i in range(3)]\na = A()\na.y = 5\nsetattr(a, 'z', 6)\ndel a.y\nreturn a.x, a.z, hasattr(a, 'y'), hasattr(a, 'z')",
    "class E(ValueError):\n    pass\ntry:\n    raise E('own')\nexcept ValueError:\n    return 'caught'",
    "with contextlib.suppress(KeyError, ValueError):\n    raise ValueError('x')\nreturn 'went on'",
    "with contextlib.suppress(KeyError):\n    raise ValueError('x')",
    "x = 5\ndef g():\n    return x\nx = 6\nreturn g()",
    "def g():\n    y += 1\n    return y\nreturn g()",
    "d = collections.defaultdict(list)\nd['a'].append(1)\nreturn d['a'], d['b'], len(d)",
    "a = 3\nreturn locals()['a'], eval('a + 1'), 'a' in locals()",
    "y = [0]\ny.extend(y[-1] + 1 for _ in range(3))\nreturn y",
    "x = 1 if [] else 2\nx: int = x + 1\nreturn x",
    "return sum([[1], [2]], [])",
    "a = b = [1]\na.append(2)\nreturn b, a is b, a == [1, 2], a is not [1, 2]",
    "f = lambda x: (lambda y: x + y)\nreturn f(1)(2)",
    "fs = [lambda i=i: i for i in range(3)]\nreturn [f() for f in fs]",
    "return [i for i in range(3) for _ in range(i)], {i: j for i, j in zip('ab', [1, 2])}",
    "return max(len(x) for x in ['a', 'bb']), ','.join(str(i) for i in range(3))",
]
IMPORTS = "import ast\nimport collections\nimport contextlib\nimport copy\nimport functools\nimport itertools\nimport math\nimport operator\n"


def program(body: str) -> str:
    return f"{IMPORTS}\n\ndef f():\n" + "".join(f"    {line}\n" for line in body.split("\n"))


def python(text: str) -> Any:
    """The value, or the exception's name, of Python itself; texts of this file alone."""
    space: dict[str, Any] = {"__name__": "m"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        exec(compile(text, "m.py", "exec"), space)
    try:
        return space["f"]()
    except Exception as error:
        return type(error)


def evaluated(folder: Path, text: str) -> Any:
    (folder / "m.py").write_text(text)
    run = Run(Repository(folder, "m"))
    file = run.repository.file("m")
    assert file is not None
    try:
        return run.call(run.global_name(file, "f"), [], {})
    except Raised as raised:
        return raised.kind


def same(one: Any, other: Any) -> bool:
    if isinstance(one, Unknown | Instance):
        return False
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and isinstance(one, type(other))


@pytest.mark.parametrize("body", [f"return {line}" for line in EXPRESSIONS] + FUNCTIONS)
def test_python_says_the_same(tmp_path: Path, body: str) -> None:
    text = program(body)
    here, there = evaluated(tmp_path, text), python(text)
    assert same(here, there), (here, there)
