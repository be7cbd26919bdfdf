"""Python text cut into statements: the same statements that parsing it whole gives, and no text that costs much."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convlint
from convlint.source import text as module
from convlint.source.text import SourceFile

PACKAGE = Path(convlint.__file__).parent


def source(text: str, name: str = "a.b") -> SourceFile:
    return SourceFile(name, text, False, "a/b.py")


def cut(file: SourceFile) -> list[ast.stmt]:
    """All statements, in order."""
    pieces = file._cut()
    count = len(pieces) if file._whole_count is None else file._whole_count
    first = 0 if file._whole_count is None else len(pieces)
    return [file.statement(number) for number in range(first, first + count)]


def dumped(statements: list[ast.stmt]) -> list[str]:
    return [ast.dump(one, include_attributes=True) for one in statements]


def check(text: str) -> SourceFile:
    """The pieces are what Python's own parser makes of the whole."""
    file = source(text)
    assert dumped(cut(file)) == dumped(ast.parse(text.removeprefix("\ufeff")).body)
    assert file.problem is None
    return file


PIECES = [
    "x = 1\n",
    "x = 1; y = 2;\n",
    "x = (1,\n2,\n)\n",
    "'''doc\nx = 1\n'''\n",
    'r"""a\\"b""" + """c"d""e\n"""\n',
    "# a comment ( [ { ' \"\n",
    "\n\n",
    "x = 'a;b#c(' + \"d'e\\\"f\"\n",
    "x = 1 + \\\n2\n",
    "if x:\n    y = 1\n# a comment\nelif z: y = 2\nelse:\n  y = 3\n",
    "try:\n\tx\nexcept (A, B) as e:\n\ty\nelse:\n\tz\nfinally:\n\tw\n",
    "for i in a: b\nelse: c\n",
    "while a: b; c\n",
    "@a\n@b(1,\n2)\n# a comment\nclass C(D):\n    '''doc'''\n\n    def f(self): pass; x = 1\n",
    "@a\nasync def f(): pass\n",
    "elsewhere = finally_ = 1\n",
    "class A:\n    if x: y\n    else: z\n",
    "match = 1; case = 2\n",
    "match x:\n    case [1, *r]: y; z\n    case {'a': b, **c}: pass\n",
    "with a as (b, c), d: pass\n",
    "x = f'{a}' f\"{b['c']!r:>{d}}\"\n",
    "x = '\\\n'\n",
    "def f(\n):\n    x = [\n1]\n",
    "x[\n'a'] = 1\n",
    "\fx = 1\n",
    "  # indented comment\n",
    "x = {'a': (1, [2]), 'b': \"(\"}\n",
    "è = 'ü'; ñ = 'x'\n",
    "print('a', end='')\n",
    "lambda: (yield)\n",
]


@pytest.mark.parametrize("text", PIECES)
def test_a_piece(text: str) -> None:
    check(text)
    check(text.removesuffix("\n"))
    check("x = 0\n" * 20 + text + "y = 0\n")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_pieces_in_any_order(text: str) -> None:
    check(text)


@given(st.text(alphabet="ab01 \n\t\f\\\"'#()[]{};:=@.,", max_size=60))
def test_any_text(text: str) -> None:
    """Where Python parses it, the same comes out; where not, there is a problem once all of it was asked for."""
    file = source(text)
    assert file.names is not None
    try:
        whole = ast.parse(text).body
    except (SyntaxError, ValueError):
        cut(file)
        assert file.problem is not None and file.names == {}
    else:
        # A wrong cut is noticed while the pieces are parsed.
        cut(file)
        assert dumped(cut(file)) == dumped(whole)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_of_this_project(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


def test_line_ends_and_marks() -> None:
    text = "\ufeffx = 1\r\nclass A:\r\n    '''a\r\n    b'''\r\n\r\ny = (1,\r2)\r"
    file = source(text)
    assert dumped(cut(file)) == dumped(ast.parse(text.removeprefix("\ufeff")).body)
    assert list(file.names) == ["x", "A", "y"]
    assert file.statement(file.names["y"][0]).lineno == 6


def test_names() -> None:
    file = check(
        dedent(
            """
            '''x = 1'''
            import os, a.b, c.d as e
            from f import g, h as i
            from j import *
            A = 1
            A += 2
            B, (C, *D) = E = F = 3
            G: int = 4
            H: int
            @decorated
            class I(A): inside = 1
            async def J(): local = 1
            if A:
                K = 1
                class L: pass
            else:
                from . import M
                from ..n.o import *
            try: import P
            except ImportError as Q: R = None
            for S in A: T = [u for u in A]
            with A as V: pass
            W = (X := 1)
            A = 5
            del Y
            match A:
                case [Z, *a1] | {'b': b1, **c1}: pass
            print(A)
            for d1[0], e1.f in g1: pass
            """
        )
    )
    names = "os a e g i A B C D E F G H I J K L M P Q R S T V W X Z a1 b1 c1"
    assert sorted(file.names) == sorted(names.split())
    assert [file.statement(number).lineno for number in file.names["A"]] == [6, 7, 25]
    assert [(level, module) for _, level, module in file.stars] == [(0, "j"), (2, "n.o")]
    assert [file.statement(number).lineno for number, _, _ in file.stars] == [5, 14]


def test_no_more_is_parsed_than_is_asked_for() -> None:
    """A definition is seen without being parsed, so what is wrong inside it shows only when it is needed."""
    file = source("A = 1\ndef broken():\n    return return\nclass C: pass\nD = [1, 2]\n")
    assert list(file.names) == ["A", "broken", "C", "D"]
    assert isinstance(file.statement(file.names["C"][0]), ast.ClassDef)
    assert file.problem is None
    number = file.names["broken"][0]
    assert isinstance(file.statement(number), ast.Pass)
    assert file.problem == "line 3: invalid syntax"
    assert file.names == {} and file.stars == [] and file.exports is None
    assert isinstance(file.statement(0), ast.Pass)


def test_trees_are_kept_until_they_are_dropped() -> None:
    file = source("def f(): pass\nx = 1; y = 2\n")
    first = file.statement(0)
    assert file.statement(0) is first
    file.drop()
    again = file.statement(0)
    assert again is not first and dumped([again]) == dumped([first])
    assert list(file.names) == ["f", "x", "y"]


def test_changes() -> None:
    file = check(
        dedent(
            """
            class A: pass
            A.act = 1
            A.b["c"].d = 2
            B = {}
            B["x"] = 3
            B.update(y=4)
            if B:
                A.e = 5
            setattr(A, "f", 6)
            B += A.g
            print(A.h)
            A(1)
            """
        )
    )
    assert [file.statement(number).lineno for number in file.changes("A")] == [3, 4, 8, 10]
    assert [file.statement(number).lineno for number in file.changes("B")] == [6, 7]
    assert file.changes("C") == []


@pytest.mark.parametrize(
    "text, exports",
    [
        ("__all__ = ['a', 'b']", ["a", "b"]),
        ("__all__ = 'a', 'b'", ["a", "b"]),
        ("__all__: list[str] = ['a']", ["a"]),
        ("__all__ = ['a'] + ['b'] + ['c']", ["a", "b", "c"]),
        ("__all__ = ['a']\n__all__ += ['b']\n__all__ = __all__ + ['c']", ["a", "b", "c"]),
        ("__all__ = ['a']\n__all__.append('b')\n__all__.extend(('c', 'd'))\n__all__.remove('a')", ["b", "c", "d"]),
        ("__all__ = []", []),
        ("__all__ = ['a', b]", None),
        ("__all__ = ['a'] + b.__all__", None),
        ("__all__ = ['a']\n__all__.extend(x)", None),
        ("__all__ = ['a']\n__all__.sort(key=x)", None),
        ("__all__ += ['a']", None),
        ("if x: __all__ = ['a']", None),
        ("x = 1", None),
        ("__all__ = ['a']\n" + "__all__ += __all__\n" * 60, None),
    ],
)
def test_exports(text: str, exports: list[str] | None) -> None:
    assert check(text).exports == exports
    assert source(text).exports == exports


def test_what_a_star_takes() -> None:
    assert source("from a import *\nimport b\n_c = 1\nd = 2\n__e__ = 3\n").star_names() == ["b", "d"]
    assert source("__all__ = ['_c', 'f']\nd = 2\n").star_names() == ["_c", "f"]


# Cutting that goes wrong ----------------------------------------------------------------------------------------------


def test_numbers_stay_good_when_the_whole_text_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut that lost its way is noticed at the piece that is none, and numbers that were given out mean the same."""
    text = "x = 1\ndef f():\n    pass\ny = 2\nclass A: pass\n"
    file = source(text)
    pieces = file._cut()
    file._pieces = [pieces[0], pieces[1]._replace(end=pieces[1].end - 5), *pieces[2:]]
    y = file.names["y"][0]
    assert dumped([file.statement(1)]) == dumped(ast.parse(text).body[1:2])
    assert file.problem is None
    assert dumped([file.statement(y)]) == dumped(ast.parse(text).body[2:3])
    assert {name: dumped([file.statement(number) for number in numbers]) for name, numbers in file.names.items()} == {
        name: dumped([statement]) for name, statement in zip("xfyA", ast.parse(text).body, strict=True)
    }
    file.drop()
    assert dumped([file.statement(file.names["A"][0])]) == dumped(ast.parse(text).body[3:4])


@pytest.mark.parametrize(
    "text, problem",
    [
        ("x = 1\nif\n", "line 2: invalid syntax"),
        ("x = (1\n", "line 1: '(' was never closed"),
        ("x = 1)\n", "line 1: unmatched ')'"),
        ("  x = 1\n", "line 1: unexpected indent"),
        ("x = 1\n\x0by = 2\n", None),
        ("x = 1\nelse: y\n", None),
        ("else: y\n", "line 1: invalid syntax"),
        ("@a\n", "line 1: invalid syntax"),
        ("@a\nx = 1\n", None),
        ("x = '''\n", None),
        ("x = 1 \\", None),
        ("if x:\n    y\n  z\n", None),
        ("\n\nx = 1\n\0", "line 4: a null byte"),
        ("x = '\ud800'\n", None),
        ("x = " + "(" * 300 + ")" * 300, "line 1: more than 200 brackets inside each other"),
        ("x = " + "-" * 100_000 + "1", "line 1: nested too deep to be parsed"),
        ("x = a" + ".a" * 50_000, "line 1: nested too deep to be parsed"),
        ("x = f'" + "{a}" * 6_000 + "'", "line 1: more than 5,000 braces in one statement"),
        ("x = 1\ny = [" + "1, " * 200_000 + "]", "line 2: more than 512 kB in one statement"),
        ("x = 1\ny = [" + "1, " * 60_000 + "]", "line 2: more than 50,000 lines or items in one statement"),
        ("class A:\n" + " x\n" * 60_000, "line 1: more than 50,000 lines or items in one statement"),
        ("x = 1\n" * 200_000, "more than 10,000 statements"),
        ("x;" * 200_000, None),
        ("class A:\n" + "  x = 1\n" * 200_000, "line 1: more than 512 kB in one statement"),
        (
            "".join(f"{' ' * depth}if x:\n" for depth in range(101)) + " " * 101 + "y\n",
            "line 101: more than 100 levels of indentation",
        ),
        ("elif x: y\n" * 30_000, None),
        ("'" * 300_001, None),
        ('"""\\' * 100_000, None),
        ("@\n" * 200_000, None),
        ("(a" * 100_000, None),
        ("\\\n" * 200_000, None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_python(text: str, problem: str | None) -> None:
    file = source(text)
    for numbers in list(file.names.values()):
        file.statement(numbers[0])
    for number in range(min(3, len(file._cut()))):
        file.statement(number)
    assert file.problem is not None
    if problem is not None:
        assert file.problem == problem
    assert file.names == {} and file.exports is None and file.changes("x") == [] and file.star_names() == []
    assert "\n" not in file.problem and len(file.problem) < 130


def test_what_is_deep_but_allowed() -> None:
    check("x = " + "(" * 200 + "1" + ")" * 200)
    check("".join(f"{' ' * depth}if x:\n" for depth in range(99)) + " " * 99 + "y\n")
    check("x = f(1,\n" + " " * 120 + "2)\n")


def test_long_comments_and_texts_are_no_statements() -> None:
    assert source("#" + "x" * 600_000 + "\nx = 1\n").names == {"x": [0]}
    assert source("").names == {} and source("\n# a\n").names == {} and source(" \f\n").problem is None


def test_warnings_are_not_shown() -> None:
    """They would be errors here: an escape that is none, and a comparison by `is`."""
    file = source("x = '\\d'\ny = 1 is 1\ndef f(): return '\\d'\n")
    assert len(cut(file)) == 3 and file.problem is None


def test_pieces_far_down_have_their_lines() -> None:
    text = "\n" * 5_000 + "import a\ny = '\\d'\nimport b; import c\nx = = 1\n"
    file = source(text)
    assert dumped([file.statement(0)]) == dumped(ast.parse("\n" * 5_000 + "import a\n").body)
    assert file.names == {} and file.problem == "line 5004: invalid syntax"


def test_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No way leads from here to code that runs."""
    monkeypatch.setattr("builtins.exec", None)
    monkeypatch.setattr("builtins.eval", None)
    file = source(f"import os\n@os.remove\ndef f(a=open({str(tmp_path / 'x')!r}, 'w')): pass\n")
    assert len(cut(file)) == 2 and not (tmp_path / "x").exists()


def test_the_limits_are_those_of_the_tokenizer() -> None:
    deep = "x = " + "(" * (module.MAX_BRACKETS + 1) + "1" + ")" * (module.MAX_BRACKETS + 1)
    with pytest.raises(SyntaxError):
        ast.parse(deep)
