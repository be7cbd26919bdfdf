"""No finding about a YOLO file says anything as a native file would write it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from convlint.catalogue import RULES, selection
from convlint.document import Source, decode
from convlint.findings import Diagnostic
from convlint.formats.native import schema
from convlint.formats.yolo.options import Options
from convlint.lint import lint
from tests.rules.test_cases import CASES

ROOT = Path(__file__).resolve().parents[3]
#: Every word that a native file has for something, but `convlint`, which begins a comment in all formats.
WORDS = sorted(
    {
        *schema.FILE_KEYS, *schema.LAYER_KEYS, *schema.GROUP_KEYS, *schema.FILE_CLAIMS, *schema.LAYER_CLAIMS,
        *(argument for name in schema.TYPES for argument in schema.layer_type(name).arguments),
    }
    - {"convlint"}
)  # fmt: skip
#: `padding: 1`, `{type: Permute, ...}` between backquotes; with an underscore, which prose has not, anywhere.
NATIVE = re.compile(rf"`[^`]*\b({'|'.join(WORDS)}): [^`]*`|\{{type")
SNAKES = re.compile(rf"\b({'|'.join(word for word in WORDS if '_' in word)}):? [0-9\[]")
#: Of so many long corpora one file is looked at.
SLICE = 6
ALL = selection(select=["ALL"])


def said(finding: Diagnostic) -> Iterator[str]:
    """Every text of a finding."""
    yield finding.message
    yield finding.label
    yield from (label.message for label in finding.labels)
    yield from finding.notes
    yield finding.help or ""
    yield from (fix.title for fix in finding.fixes)


def advised(finding: Diagnostic) -> Iterator[str]:
    """The texts that say what to do."""
    yield from finding.notes
    yield finding.help or ""
    yield from (fix.title for fix in finding.fixes)


def native_words(text: str, path: str = "net.yaml", options: Options | None = None) -> list[str]:
    """The texts about a file that are spelt natively. What torch says of its own arguments is the framework's."""
    found = lint(Source(path, text), ALL, options={"yolo": options or Options()}).findings
    keys = {key for key in WORDS if re.search(rf"^\s*{key}\s*:", text, re.MULTILINE)}
    spelt = [(one, match) for one in found for words in said(one) for match in NATIVE.finditer(words)]
    spelt += [(one, match) for one in found for words in advised(one) for match in SNAKES.finditer(words)]
    return [f"{one.code}: {match.string}" for one, match in spelt if match.group(1) not in keys]


def is_yolo(text: str) -> bool:
    return re.search("^backbone:", text, re.MULTILINE) is not None


def test_native_spelling_is_found() -> None:
    window = "{type: MaxPool2d, kernel_size: 2}"
    first = "{type: Conv2d, out_channels: 8, kernel_size: 1, stride: 2}"
    text = f"convlint: 1\ninput: [3, 33, 33]\nlayers: [{first}, {window}]\n"
    assert {words[:5] for words in native_words(text)} >= {"CL105", "CL106"}


def test_cases_of_the_rules() -> None:
    cases = [case for case in CASES if is_yolo(case.yaml)]
    assert len(cases) > 100
    assert {case.heading: wrong for case in cases if (wrong := native_words(case.yaml))} == {}


def test_pages_of_the_rules() -> None:
    pages = {rule.code: rule.page for rule in RULES}
    texts = [
        (code, text) for code, page in pages.items() for text in re.findall("^```yaml\n(.*?)^```$", page, re.M | re.S)
    ]
    texts = [(code, text) for code, text in texts if is_yolo(text)]
    assert len(texts) > 40
    assert {code: wrong for code, text in texts if (wrong := native_words(text))} == {}


def test_examples() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.yaml"))}
    yolo = {name: text for name, text in texts.items() if is_yolo(text)}
    assert len(yolo) >= 2
    assert {name: wrong for name, text in yolo.items() if (wrong := native_words(text))} == {}


@pytest.mark.parametrize(
    "rows",
    [
        "[-1, 1, nn.MaxPool2d, [2, 2]], [-1, 1, nn.MaxPool2d, [3, 2]], [-1, 1, nn.AvgPool2d, [4, 3]]",
        "[-1, 1, Conv, [16, 3, 4]], [-1, 1, Conv, [16, 1, 2]], [-1, 1, Conv, [16, 3, 2, 5]], [-1, 1, Conv, [16, 3, 2, 2, 1, 2]]",
        "[-1, 1, nn.Conv2d, [16, 8, 2, 3]], [-1, 1, nn.Conv2d, [8, 8, 3, 2, same]], [-1, 1, nn.Conv2d, [8, 9, 3, 1, 1, 1, 2]]",
        "[-1, 1, ConvTranspose, [16, 3, 2]], [-1, 1, ConvTranspose, [16, 1, 3]], [-1, 1, nn.ConvTranspose2d, [8, 2, 2, 1, 3]]",
        "[-1, 1, nn.MaxPool2d, [3, 2, 2]], [-1, 1, nn.ReflectionPad2d, [900]], [-1, 1, nn.ZeroPad2d, [-900]]",
        "[-1, 1, nn.AdaptiveAvgPool2d, [1]], [-1, 1, Conv, [16, 3, 1]], [-1, 1, nn.Conv2d, [16, 16, 3]]",
        "[-1, 1, nn.LayerNorm, [16]], [-1, 1, nn.GroupNorm, [5, 16]], [-1, 1, nn.PReLU, [3]], [-1, 1, nn.GLU, []]",
        "[-1, 1, nn.PixelShuffle, [3]], [-1, 1, nn.PixelUnshuffle, [7]], [-1, 1, nn.ChannelShuffle, [5]]",
        "[-1, 1, nn.Flatten, []], [-1, 1, nn.Linear, [10, 5]], [-1, 1, nn.Softmax, [9]], [-1, 1, nn.Flatten, [3, 1]]",
        "[-1, 1, nn.Linear, [10, 5]], [-1, 1, nn.Upsample, [null, 1.3]], [-1, 1, nn.Upsample, [null, 0.0001]]",
        "[-1, 1, Conv, [16, 3, 2]], [-1, 1, nn.Upsample, [null, 4]], [[-1, 0], 1, Concat, [1]]",
        "[-1, 1, Conv, [16, 4, 1, 1]], [-1, 1, ConvTranspose, [16, 2, 2]], [[-1, 0], 1, Concat, [1]], [[-1, 0], 1, Concat, [0]]",
    ],
)
def test_rows_with_something_to_say(rows: str) -> None:
    texts = [f"  - {row}\n" for row in re.split(r", (?=\[(?:-1|\[))", rows)]
    for chosen in (texts, *([row] for row in texts), *(["  - [-1, 1, Conv, [16, 3, 2]]\n", row] for row in texts)):
        text = f"nc: 4\nbackbone:\n{''.join(chosen)}head:\n  - [-1, 1, Classify, [nc]]\n"
        assert native_words(text, options=Options(input=(3, 99, 70))) == [], text


@pytest.mark.parametrize(("folder", "step"), [("yolo-broken", 1), ("yolo", 3), ("forks", SLICE)])
@pytest.mark.no_cover
def test_files_of_others(shared: Path, folder: str, step: int) -> None:
    paths = sorted((shared / "corpus" / folder).rglob("*.yaml"))[::step]
    assert paths
    found = {path.name: native_words(decode(path.read_bytes())[0], path.name) for path in paths}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.no_cover
def test_edited_files(shared: Path) -> None:
    folder = shared / "golden" / "yolo-mutants"
    spec = importlib.util.spec_from_file_location("rowtext", folder / "rowtext.py")
    assert spec is not None and spec.loader is not None
    rowtext = importlib.util.module_from_spec(spec)
    sys.modules["rowtext"] = rowtext
    spec.loader.exec_module(rowtext)
    wrong = {}
    for mutant in json.loads(gzip.decompress((folder / "mutants.json.gz").read_bytes()))[::SLICE]:
        stock = (shared / "corpus" / "yolo" / "ultralytics" / mutant["file"]).read_bytes().decode("utf-8").split("\n")
        scale = mutant.get("scale")
        options = Options((scale,) if scale else (), None, "ultralytics")
        found = native_words("\n".join(rowtext.apply_edits(stock, mutant["edits"])[0]), mutant["file"], options)
        if found:
            wrong[mutant["id"]] = found
    assert wrong == {}
