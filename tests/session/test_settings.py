"""Settings files: where they are found, what they may say, and what they mean."""

import os
import sys
import tomllib
from pathlib import Path

import pytest

from convlint import catalogue
from convlint.findings import Severity
from convlint.session import settings
from convlint.session.patterns import Patterns
from convlint.session.settings import Settings, SettingsError


def written(path: Path, text: str) -> Path:
    """A file, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_no_settings(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    found = settings.discover(str(tmp_path))
    assert (found.select, found.ignore, found.fail_on, found.skip_unrecognised) == ([], [], Severity.WARNING, False)
    assert settings.selected(found, [], [], []) == catalogue.selection()


def test_everything(tmp_path: Path) -> None:
    path = written(
        tmp_path / "convlint.toml",
        """\
select = ["CL1", "dead-layer"]
extend-select = ["CL301"]
ignore = ["CL103"]
fail-on = "error"
exclude = ["vendor"]
skip-unrecognised = true
[per-file-ignores]
"old/*.yaml" = ["CL102"]
""",
    )
    found = settings.read(str(path))
    assert found is not None
    assert found.select == ["CL1", "dead-layer"]
    assert found.extend_select == ["CL301"]
    assert found.ignore == ["CL103"]
    assert found.fail_on is Severity.ERROR
    assert found.excludes(str(tmp_path / "vendor" / "net.yaml"))
    assert found.skip_unrecognised
    assert found.ignored(str(tmp_path / "old" / "net.yaml")) == {"CL102"}
    assert found.folder == str(tmp_path)


@pytest.mark.parametrize("section", ["[tool.convlint]", '[ tool . "convlint" ]', "[tool]\n[tool.convlint]"])
def test_pyproject(tmp_path: Path, section: str) -> None:
    written(tmp_path / "pyproject.toml", f'[project]\nname = "x"\n{section}\nignore = ["CL103"]\n')
    assert settings.discover(str(tmp_path)).ignore == ["CL103"]


def test_pyproject_in_other_spellings(tmp_path: Path) -> None:
    written(tmp_path / "pyproject.toml", '[tool]\nconvlint = {ignore = ["CL103"]}\n')
    assert settings.discover(str(tmp_path)).ignore == ["CL103"]
    written(tmp_path / "pyproject.toml", "[tool.convlint.per-file-ignores]\na = []\n")
    assert settings.discover(str(tmp_path)).per_file_ignores[0][2] == []


def test_the_nearest_settings_count(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "a" / "b"
    written(tmp_path / "convlint.toml", 'ignore = ["CL101"]\n')
    written(inner / "pyproject.toml", "[tool.ruff]\n")
    assert settings.discover(str(inner)).ignore == ["CL101"]
    written(tmp_path / "a" / "pyproject.toml", '[tool.convlint]\nignore = ["CL102"]\n')
    assert settings.discover(str(inner)).ignore == ["CL102"]
    written(tmp_path / "a" / "convlint.toml", 'ignore = ["CL103"]\n')
    assert settings.discover(str(inner)).ignore == ["CL103"]
    assert settings.discover(str(inner)).folder == str(tmp_path / "a")
    (inner / ".git").mkdir()
    assert settings.discover(str(inner)).ignore == []


def test_a_pyproject_without_a_section_is_not_even_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    written(tmp_path / "pyproject.toml", '[project]\ndependencies = ["convlint"]\n[[[broken\n')
    monkeypatch.setitem(sys.modules, "tomllib", None)
    assert settings.discover(str(tmp_path)).ignore == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "unknown key `selct`; did you mean `select`?"),
        ("failon = 'error'", "unknown key `failon`; did you mean `fail-on`?"),
        ("zzz = 1", "unknown key `zzz`"),
        ("select = 'CL1'", '`select` must be a list of rules, such as ["CL103", "dead-layer"]'),
        ("ignore = [1]", '`ignore` must be a list of rules, such as ["CL103", "dead-layer"]'),
        ("ignore = ['droped-input']", "`ignore`: unknown rule `droped-input`; did you mean `dropped-input`?"),
        ("fail-on = 'fatal'", '`fail-on` must be "error", "warning" or "info"'),
        ("fail-on = []", '`fail-on` must be "error", "warning" or "info"'),
        ("skip-unrecognised = 1", "`skip-unrecognised` must be true or false"),
        ("exclude = 'a'", '`exclude` must be a list of patterns, such as ["vendor/**"]'),
        ("exclude = ['[z-a]']", "`exclude`: `[z-a]` is no pattern"),
        ("per-file-ignores = []", '`per-file-ignores` must be a table, such as {"old/*.yaml" = ["CL103"]}'),
        ("per-file-ignores = {a = 1}", '`per-file-ignores.a` must be a list of rules, such as ["CL103", "dead-layer"]'),
        ("per-file-ignores = {a = ['x']}", "`per-file-ignores.a`: unknown rule `x`"),
        ("per-file-ignores = {'[z-a]' = []}", "`per-file-ignores`: `[z-a]` is no pattern"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str) -> None:
    path = str(written(tmp_path / "convlint.toml", text))
    with pytest.raises(SettingsError) as error:
        settings.read(path)
    assert str(error.value) == f"{path}:1: {message}"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("convlint.toml", b"select = [\n", "not TOML: "),
        ("convlint.toml", b"select = '\xe9'\n", "not TOML: 'utf-8' codec"),
        ("convlint.toml", b"a = " + b"[" * 100_000, "cannot be read: nested too deep"),
        ("convlint.toml", b"select = [" + b"9" * 5000 + b"]", "cannot be read: a number is too long"),
        ("pyproject.toml", b"[tool.convlint]\nx = " + b"9" * 5000, "cannot be read: a number is too long"),
        ("pyproject.toml", b"[tool.ruff]\n", "there is no table [tool.convlint]"),
        ("pyproject.toml", b"[tool]\n", "there is no table [tool.convlint]"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SettingsError) as error:
        settings.read(str(tmp_path / name))
    assert str(error.value).startswith(f"{tmp_path / name}: {message}")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[tool]\nconvlint = 1\n", ":2", "`tool.convlint` must be a table"),
        ("[tool]\n\n[[tool.convlint]]\n[[tool.convlint]]\n", ":3", "`tool.convlint` must be a table"),
        ('[project]\nname = "x"\n\n[tool.convlint]\nselect = []\nignore = ["CL99"]\n', ":6", "`ignore`: unknown rule"),
        ("[tool.convlint.yolo]\r\nscale = 's'\r\ninput = 'x'\r\n", ":3", "`yolo.input`: expected a size"),
    ],
)
def test_the_line_of_a_mistake(tmp_path: Path, text: str, place: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text.encode())
    with pytest.raises(SettingsError) as error:
        settings.read(str(tmp_path / "pyproject.toml"))
    assert str(error.value).startswith(f"{tmp_path / 'pyproject.toml'}{place}: {message}")


def test_a_file_that_takes_all_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loads(text: str) -> None:
        raise MemoryError

    monkeypatch.setattr(tomllib, "loads", loads)
    path = written(tmp_path / "convlint.toml", "select = []")
    with pytest.raises(SettingsError, match=r"convlint\.toml: cannot be read: nested too deep$"):
        settings.read(str(path))


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml: no such file$"):
        settings.read(str(tmp_path / "gone.toml"))


def test_rules_per_file(tmp_path: Path) -> None:
    made = Settings(str(tmp_path))
    old, every = Patterns(["old/*.yaml"]), Patterns(["*.yaml"])
    here = str(tmp_path)
    made.per_file_ignores = [(here, old, ["CL102", "dropped-input"]), (here, every, ["CL31"])]
    assert made.ignored(str(tmp_path / "a.json")) == frozenset()
    assert made.ignored(str(tmp_path / "old" / "a.yaml")) == {"CL102", "CL103", "CL310", "CL312"}
    assert made.ignored(str(tmp_path / "b" / "old" / "a.yaml")) == {"CL310", "CL312"}
    made.per_file_ignores = [(here, every, ["ALL"])]
    assert "CL001" not in made.ignored(str(tmp_path / "a.yaml"))


def made(select: list[str], extend: list[str], ignore: list[str]) -> Settings:
    """Settings that select rules."""
    found = Settings()
    found.select, found.extend_select, found.ignore = select, extend, ignore
    return found


@pytest.mark.parametrize(
    ("expected", "of_file", "of_line"),
    [
        ({"CL103"}, ([], [], []), (["CL103"], [], [])),
        ({"CL103"}, (["CL3"], ["CL4"], ["CL103"]), (["CL103"], [], [])),
        ({"CL103", "CL104"}, (["CL103"], ["CL104"], []), ([], [], [])),
        ({"CL103", "CL104"}, (["CL103"], [], ["CL104"]), ([], ["CL104"], [])),
        ({"CL104"}, (["CL103"], ["CL104"], []), ([], [], ["CL103"])),
        ({"CL104"}, (["CL103"], [], []), ([], ["CL104"], ["CL10"])),
        (set(), (["CL103"], [], []), ([], ["CL104"], ["CL104", "CL103"])),
        (set(), (["CL103"], [], []), ([], [], ["ALL"])),
    ],
)
def test_the_command_line_wins(
    expected: set[str],
    of_file: tuple[list[str], list[str], list[str]],
    of_line: tuple[list[str], list[str], list[str]],
) -> None:
    assert settings.selected(made(*of_file), *of_line) == expected | {"CL001", "CL022"}


@pytest.mark.parametrize("words", [(["x"], [], []), ([], ["x"], []), ([], [], ["x"]), (["CL1"], [], ["x"])])
def test_unknown_words_on_the_command_line(words: tuple[list[str], list[str], list[str]]) -> None:
    with pytest.raises(KeyError) as error:
        settings.selected(Settings(), *words)
    assert error.value.args == ("x",)


def test_yolo(tmp_path: Path) -> None:
    written(tmp_path / "tasks.py", "base_modules = {Conv, Own, Blur}\nrepeat_modules: object = frozenset({Own})\n")
    path = written(
        tmp_path / "pyproject.toml",
        """\
[tool.convlint.yolo]
scale = ["n", "s"]
input = [480, 640]
dialect = "yolov9"
tasks-py = "tasks.py"
modules = {Blur = {kind = "passthrough", spatial = "/2"}}
""",
    )
    found = settings.read(str(path))
    assert found is not None
    yolo = found.options["yolo"]
    assert (yolo.scales, yolo.input, yolo.dialect) == (("n", "s"), (3, 480, 640), "yolov9")
    assert {name: (module.kind, module.spatial) for name, module in yolo.modules.items()} == {
        "Blur": ("passthrough", "/2")
    }
    # A fragment of a parser tells modules; whose code is read it leaves open.
    assert {name: module.kind for name, module in yolo.taught.items()} == {"Own": "repeat", "Blur": "base"}
    assert yolo.source == "auto"


def test_the_code_of_yolo_files(tmp_path: Path) -> None:
    written(tmp_path / "mine" / "ultralytics" / "nn" / "tasks.py", "def parse_model(d, ch): pass\n")
    path = written(tmp_path / "convlint.toml", "yolo.source = 'mine'")
    found = settings.read(str(path))
    assert found is not None
    assert found.options["yolo"].source.root == (tmp_path / "mine").resolve()
    for word in ("auto", "none"):
        found = settings.read(str(written(path, f"yolo.source = '{word}'")))
        assert found is not None and found.options["yolo"].source == word


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yolo = 3", "`yolo` must be a table"),
        ("yolo.scal = 'n'", "unknown key `yolo.scal`; did you mean `scale`?"),
        ("yolo.scale = 3", '`yolo.scale` must be a letter, or a list such as ["n", "s"]'),
        ("yolo.input = 'x'", "`yolo.input`: expected a size such as 640, 480x640 or 1x480x640, not 'x'"),
        ("yolo.input = '\u00b2'", "`yolo.input`: expected a size such as 640, 480x640 or 1x480x640, not '\u00b2'"),
        (f"yolo.input = '{'0' * 5000}640'", "`yolo.input`: expected a size such as 640, 480x640 or 1x480x640, not '0"),
        (f"yolo.input = 0x{'f' * 5000}", "`yolo.input`: expected a size such as 640, 480x640 or 1x480x640, not 'a n"),
        ("yolo.modules.A.c1_arg = '\u00b2'", "`yolo.modules`: c1_arg of A must be a whole number, not `\u00b2`"),
        (f"yolo.modules.A.max_args = 0x{'f' * 5000}", "`yolo.modules`: max_args of A must be a whole number, not `a n"),
        ("yolo.modules.A.require = 5", "`yolo.modules`: require of A must be a condition such as `c1 % 32 == 0`"),
        ("yolo.input = []", "`yolo.input`: expected a size such as 640, 480x640 or 1x480x640, not ''"),
        ("yolo.dialect = 'v8'", "`yolo.dialect` must be one of ultralytics, yolov5, yolov7, yolov9"),
        ("yolo.dialect = []", "`yolo.dialect` must be one of ultralytics, yolov5, yolov7, yolov9"),
        ("yolo.tasks-py = 3", "`yolo.tasks-py` must be the path of a file"),
        ("yolo.tasks-py = ''", "`yolo.tasks-py` must be the path of a file"),
        ("yolo.source = 3", "`yolo.source` must be auto, none, installed or the path of a folder or Python file"),
        ("yolo.source = ''", "`yolo.source` must be auto, none, installed or the path of a folder or Python file"),
        ("yolo.modules = 3", '`yolo.modules` must be a table, such as {SPDConv = {kind = "base", spatial = "/2"}}'),
        ("yolo.modules.A.kind = 'x'", "`yolo.modules`: kind of A must be one of "),
    ],
)
def test_mistakes_about_yolo(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path / "convlint.toml", text)
    with pytest.raises(SettingsError) as caught:
        settings.read(str(path))
    assert str(caught.value).startswith(f"{path}:1: {message}")


@pytest.mark.parametrize("key", ["tasks-py", "source"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("gone.py", r"gone\.py: no such file$"),
        ("a\\u0000b", r"embedded null byte$"),
        ("text.txt", r"text\.txt (teaches nothing: |is neither a folder nor a Python file)"),
        ("broken.py", r"broken\.py: not Python: line 1: invalid syntax$"),
        ("large.py", r"large\.py: more than 2 MB$"),
        ("bytes.py", r"bytes\.py: its bytes are not text in the encoding that it names$"),
        ("stock.py", r"stock\.py (has|teaches nothing: it has) no function parse_model"),
        ("folder", r"folder(: not a regular file| holds neither ultralytics/nn/tasks\.py nor .*)$"),
    ],
)
def test_code_that_cannot_be_read(tmp_path: Path, key: str, value: str, words: str) -> None:
    written(tmp_path / "text.txt", "x = 1\n")
    written(tmp_path / "broken.py", "def (:\n")
    written(tmp_path / "large.py", "#" * 2_100_000)
    written(tmp_path / "stock.py", "base_modules = {Conv}\n")
    (tmp_path / "bytes.py").write_bytes(b"# \xff\n")
    (tmp_path / "folder").mkdir()
    path = written(tmp_path / "convlint.toml", f'yolo.{key} = "{value}"')
    with pytest.raises(SettingsError, match=words):
        settings.read(str(path))


def test_two_words_for_the_same_code(tmp_path: Path) -> None:
    written(tmp_path / "tasks.py", "def parse_model(d, ch): pass\n")
    path = written(tmp_path / "convlint.toml", "yolo.tasks-py = 'tasks.py'\nyolo.source = 'none'")
    with pytest.raises(SettingsError, match=r"`yolo\.tasks-py` is another word for `source`; say one of them$"):
        settings.read(str(path))


@pytest.mark.parametrize(
    "text",
    [
        'tool = {convlint = {ignore = ["CL103"]}}\n',
        'tool.convlint.ignore = ["CL103"]\n',
        '"tool".convlint = {ignore = ["CL103"]}\n',
        '\ufeff[tool.convlint]\nignore = ["CL103"]\n',
    ],
)
def test_every_spelling_of_the_table_is_read(tmp_path: Path, text: str) -> None:
    found = settings.read(str(written(tmp_path / "pyproject.toml", text)))
    assert found is not None and found.ignore == ["CL103"]


def test_what_takes_no_end_is_not_read(tmp_path: Path) -> None:
    dotted = f"[tool.convlint]\n{'.'.join('a' * 20_000)} = 1\n"
    with pytest.raises(SettingsError, match="a key of more than 100 parts"):
        settings.read(str(written(tmp_path / "pyproject.toml", dotted)))
    long = "[tool.convlint]\n" + "#" * settings.MAX_BYTES
    with pytest.raises(SettingsError, match="longer than 1 MiB"):
        settings.read(str(written(tmp_path / "pyproject.toml", long)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "convlint.toml")
    with pytest.raises(SettingsError, match="not a regular file"):
        settings.read(str(tmp_path / "convlint.toml"))
    assert settings.discover(str(tmp_path)).sources == ()


def test_rules_that_settings_switch_off_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "convlint.toml", 'ignore = ["CL102", "CL103"]\n')
    found = settings.read(str(path))
    assert found is not None and (found.off(), found.sources) == (2, (str(path),))
    assert Settings().off() == 0
