"""No output begins a command of the runner of a CI, whatever the names and texts of a file are.

The runners are modelled as their sources read lines: GitHub's `ActionCommand.TryParseV2` (`::name ...::`, behind blanks)
and `TryParse` (`##[name]` anywhere), Azure's `Command.TryParse` (`##vso[area.event]` anywhere) and its log viewer
(`##[group]`), TeamCity's service messages, GitLab's sections.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import convlint as package
from convlint.reports.escape import commands, escape, escape_path, lines
from tests.cli.conftest import Convlint

#: What .NET trims and skips.
BLANKS = "\t\v\f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
UNSEEN = dict.fromkeys([0xAD, 0x34F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF])


def obeyed(output: str) -> list[str]:
    """The lines that a runner would obey."""
    found: list[str] = []
    token = ""
    found += re.findall(r"section_(?:start|end):\d+:[\w.-]+(?:\[[^]\n]*\])?\r?\x1b\[0K", output)
    for raw in re.split("\r\n|\r|\n", output):
        line = raw.translate(UNSEEN)
        github = re.match(r"::([\w-]+)[^:]*(?::[^:]+)*?::", line.lstrip(BLANKS))
        command = re.search(r"##(?:(?:vso|teamcity)\[|\[/?[a-z_-]+[ \]])", line, re.IGNORECASE)
        if github is not None and not token and github[1] == "stop-commands":
            token = line.lstrip(BLANKS).removeprefix("::stop-commands::")
        elif github is not None and token and github[1] == token:
            token = ""
        elif github is not None and not token and not _of_ours(line):
            found.append(raw)
        if command is not None:
            found.append(raw)
    assert token == ""
    return found


def _of_ours(line: str) -> bool:
    """Whether it is an annotation of ours; what is in it is escaped."""
    return (
        re.match(r"::(?:error|warning|notice) (?:file=[^:,]*,.*)?title=(?:CL\d{3} [\w-]+|convlint)::", line) is not None
    )


WORDS = [
    "::error::pwn",
    "::stop-commands::tok",
    " \u00a0::warning file=a::pwn",
    "\u200d::error::pwn",
    "##[error]pwn",
    "##[group]pwn",
    "##[add-mask]a",
    "###[command]pwn",
    "##vso[task.setvariable variable=PATH]evil",
    "##VSO[task.complete result=Failed]",
    "#\u200d#vso[task.complete]",
    "##teamcity[buildStop comment='x']",
    "section_start:1:x\r\x1b[0K",
    "a\n::error::pwn",
    "a\r##[error]pwn",
]

#: One of each kind, for what takes long.
SOME = [WORDS[index] for index in (0, 3, 7, 8, 12, 13)]


def test_the_model_obeys_every_word() -> None:
    for word in WORDS:
        assert obeyed(f"{word}\n::tok::" if "stop" in word else word) or "stop" in word, word
    assert obeyed("::stop-commands::tok\n::error::x\n::tok::\n::error::y") == ["::error::y"]


@pytest.mark.parametrize("word", WORDS)
def test_texts(word: str) -> None:
    for text in (word, f"a {word}", f"{word} b", f"x{word}"):
        assert obeyed(lines(f"{escape(text)}\n  {escape(text)}: 1")) == []
    assert obeyed(escape_path(word)) == []


@pytest.mark.parametrize(
    "text",
    [
        "a::b",
        "x ::y",
        "# [from, number]",
        "#[1]",
        "##[from, number, module, args]",
        "##[-1, 1, Conv, [64]]",
        "## [x]",
        "##",
        "日本:",
    ],
)
def test_honest_texts_stay(text: str) -> None:
    assert (escape(text), lines(text), escape_path(text), commands(text)) == (text, text, text, [])


#: A word (as JSON) in every place of a file that its author fills.
NATIVE = [
    "convlint: 1\nname: {w}\ninput: [3, 8, 8]\nlayers:\n  - {{type: Conv2d, out_channels: 4, kernel_size: 3, stride: 4}}\n",
    "convlint: 1\ninputs:\n  {w}: [3, 8, 8]\nlayers:\n  - {{type: Conv2d, from: {w}, out_channels: 4, kernel_size: 9}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{name: {w}, type: Conv2d, out_channels: 4, kernel_size: 3, stride: 4}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{name: {w}, type: ReLU}}\n  - {{type: Add, from: [{w}, x, {w}]}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{type: {w}}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{type: Conv2d, out_channels: {w}, kernel_size: 3}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{type: Conv2d, {w}: 1, kernel_sise: 9, out_channels: 4, padding_mode: {w}}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{name: {w}, repeat: 2, layers: [{{name: {w}, type: ReLU}}]}}\n",
    "convlint: 1\n{w}: 1\n{w}: 2\ninput: [3, 8, 8]\nlayers:\n  - {{type: ReLU}}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {{type: MaxPool2d, kernel_size: 3, paddng: 1}}  # {c}\n# convlint: {c}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  # {c}\n  - {{type: MaxPool2d, kernel_sise: 3}}\n  # {c}\n {c}\n",
    "convlint: 1\ninput: [3, 8, 8]\nlayers: [\n  {{type: {w}\n",
]
YOLO = [
    "nc: 4\nscales: {{{w}: [1, 1, 1024]}}\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\nhead:\n  - [[0], 1, Detect, [nc]]\n",
    "nc: 4\nbackbone:\n  - [-1, 1, {w}, [64, {w}, 2]]  # {c}\nhead:\n  - [[0], 1, Detect, [nc]]\n",
    "nc: 4\nbackbone:\n  - [{w}, 1, Conv, [{w}, 3, 2]]\nhead:\n  - [0, 1, Detect, [nc]]\n",
    "nc: 4\nx-convlint: {{modules: {{{w}: {{kind: {w}}}}}}}\nactivation: {w}\nbackbone:\n  - [-1, 1, Conv, [64]]\nhead: []\n",
    "nc: 4\nbackbone:\n  - [-1, 1, nn.ReLU, [{w}]]\n# convlint: module {c}(c1)\nhead:\n  - [[0], 1, Detect, [nc]]\n",
]
COMMANDS = [
    ["check", "--format=full", "--info", "--extend-select=ALL", "--statistics"],
    ["check", "--format=concise", "--color=always"],
    ["check", "--format=concise"],
    ["check", "--format=json"],
    ["check", "--format=github"],
    ["check", "--format=json-lines"],
    ["check", "--format=sarif"],
    ["check", "--format=gitlab"],
    ["check", "--format=junit"],
    ["check", "--format=rdjson"],
    ["check", "--format=markdown"],
    ["show"],
    ["show", "--format=json"],
    ["sizes", "--size=3"],
    ["sizes", "--format=json"],
]


def _filled(template: str, word: str) -> str:
    return template.format(w=json.dumps(word), c=re.sub("[\r\n\x1b\x85\u2028\u2029]", "", word))


@pytest.mark.parametrize("word", SOME)
@pytest.mark.parametrize("template", [*NATIVE, *YOLO], ids=range(len(NATIVE) + len(YOLO)))
def test_every_place_of_a_file(convlint: Convlint, folder: Path, template: str, word: str) -> None:
    (folder / "net.yaml").write_text(_filled(template, word), encoding="utf-8", newline="")
    explains = [["explain", f"--format={form}", "net.yaml", str(line)] for form in ("full", "json") for line in (4, 5)]
    explains.append(["explain", "net.yaml", word])
    for command in [*([*command, "net.yaml"] for command in COMMANDS), *explains]:
        run = convlint(*command)
        assert obeyed(run.out) == [], command
        assert obeyed(run.err) == [], command
        assert "internal error" not in run.out + run.err


@pytest.mark.skipif(os.name == "nt", reason="such names are refused")
@pytest.mark.parametrize("word", SOME)
@pytest.mark.parametrize(
    "text", [NATIVE[9], "convlint: [", "a: 1\n", YOLO[0]], ids=["warned", "broken", "other", "yolo"]
)
def test_names_of_files(convlint: Convlint, folder: Path, word: str, text: str) -> None:
    name = f"{word}.yaml"
    (folder / name).write_text(_filled(text, "x"), encoding="utf-8")
    missing = f"{word}.missing"
    for command in [*COMMANDS, ["check", "--format=concise", "--config"], ["check", "--diff"]]:
        for path in (name, ".", missing, f"./{name}"):
            run = convlint(*command, path) if path == "." else convlint(*command, "--", path)
            assert obeyed(run.err) == [], (command, path)
            if "--diff" not in command:  # a process does that, below
                assert obeyed(run.out) == [], (command, path)
    for command in (
        ["explain", "--", name, "4"],
        ["explain", "--format=json", "--", name, "4"],
        ["--stdin-filename", word, "-"],
    ):
        run = convlint(*command)
        assert obeyed(run.out + run.err) == [], command


def test_a_file_that_github_would_obey_is_found_by_the_name_printed(convlint: Convlint, folder: Path) -> None:
    (folder / "::error::pwn.yaml").write_text(_filled(NATIVE[9], "x"), encoding="utf-8")
    run = convlint("--format=concise", "-q")
    path = run.out.split(".yaml:")[0] + ".yaml"
    assert path == "./::error::pwn.yaml" and (folder / path).exists()
    run = convlint("--format=json")
    assert {found["path"] for found in json.loads(run.out)["findings"]} == {"::error::pwn.yaml"}


def test_json_says_what_the_file_says(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(_filled(NATIVE[4], "###[error]x##vso[a]"), encoding="utf-8")
    run = convlint("--format=json", "net.yaml")
    assert "unknown layer type `###[error]x##vso[a]`" in [found["message"] for found in json.loads(run.out)["findings"]]
    assert "##" not in run.out


def test_carets_stand_below_what_is_made_visible(convlint: Convlint, folder: Path) -> None:
    text = "convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {name: '##[error]', type: Conv2d, oops: 1, out_channels: 1, kernel_size: 1}\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    line, carets = next(
        (line, below) for line, below in zip(*(convlint("net.yaml").out.split("\n")[k:] for k in (0, 1)), strict=False)
        if "oops" in line and "|" in line
    )  # fmt: skip
    assert line.index("oops") == carets.index("^^^^") and "\\x23#[error]" in line


# --diff ---------------------------------------------------------------------------------------------------------------

CHANGED = """\
convlint: 1
input: [3, 32, 32]
layers:
  - {{type: Conv2d, out_channels: 16, kernel_size: 3, paddng: 1}}  # {}
name: |
  x
  ::error::pwn
"""


def _diff(folder: Path, text: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "net.yaml").write_text(text, encoding="utf-8", newline="")
    more = {"PYTHONPATH": str(Path(package.__file__).parents[1]), **environment}
    command = [sys.executable, "-m", "convlint", "--diff", "net.yaml"]
    return subprocess.run(command, env=os.environ | more, capture_output=True, timeout=60, cwd=folder)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_patch_is_not_obeyed_by_github_and_applies(folder: Path, end: str) -> None:
    text = CHANGED.format("x").replace("  x\n", f"  x{end}")
    done = _diff(folder, text, GITHUB_ACTIONS="true")
    output = done.stdout.decode()
    assert obeyed(output) == []
    assert obeyed(_diff(folder, text).stdout.decode()) == ["   ::error::pwn"]
    assert re.match(r"::stop-commands::([0-9a-f]{32})\n--- net\.yaml\n(?s:.*)\n::\1::\n\Z", output)
    assert _diff(folder, text, GITHUB_ACTIONS="true").stdout != done.stdout  # the word cannot be guessed
    for tool in (["git", "apply", "-p0"], ["patch", "-p0", "--binary"]):
        if shutil.which(tool[0]):
            (folder / "net.yaml").write_text(text, encoding="utf-8", newline="")
            subprocess.run(tool, input=done.stdout, cwd=folder, check=True, capture_output=True)
            assert "padding: 1" in (folder / "net.yaml").read_text(encoding="utf-8")


def test_a_patch_without_a_runner_or_in_a_file_is_nothing_but_the_patch(folder: Path) -> None:
    text = CHANGED.format("##vso[task.complete]")
    plain = _diff(folder, text).stdout
    assert plain.startswith(b"--- net.yaml\n") and plain.endswith(b"   ::error::pwn\n")
    with (folder / "fix.patch").open("wb") as file:
        more = {"PYTHONPATH": str(Path(package.__file__).parents[1]), "GITHUB_ACTIONS": "true", "TF_BUILD": "True"}
        command = [sys.executable, "-m", "convlint", "--diff", "net.yaml"]
        done = subprocess.run(command, env=os.environ | more, stdout=file, timeout=60, cwd=folder)
    assert (done.returncode, (folder / "fix.patch").read_bytes()) == (1, plain)


@pytest.mark.parametrize(
    ("variable", "runner", "word"),
    [("TF_BUILD", "Azure Pipelines", "##vso[task.complete]"), ("TEAMCITY_VERSION", "TeamCity", "##teamcity[x]")],
)
def test_a_patch_that_cannot_be_kept_from_a_runner_is_not_printed(
    folder: Path, variable: str, runner: str, word: str
) -> None:
    done = _diff(folder, CHANGED.format(word), **{variable: "True"})
    assert (done.returncode, done.stdout) == (2, b"")
    words = (
        f"convlint: net.yaml: the change holds what {runner} would obey; print it into a file (--diff > fix.patch)\n"
    )
    assert done.stderr.decode().replace(os.linesep, "\n").startswith(words)
    done = _diff(folder, CHANGED.format("harmless"), **{variable: "True"})
    assert done.returncode == 1 and done.stdout.startswith(b"--- net.yaml")
