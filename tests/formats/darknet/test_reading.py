"""Whose file it is, what C makes of its numbers, and that every way through the program takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convlint import catalogue, formats
from convlint.catalogue import selection
from convlint.cli import main
from convlint.document import Source, read
from convlint.findings import Severity
from convlint.formats import darknet
from convlint.formats.darknet import keys, options
from convlint.formats.darknet.reading import integer, read_of
from convlint.lint import lint
from tests.conftest import ROOT

NET = "[net]\nheight=8\nwidth=8\nchannels=3\n"
EXAMPLE = ROOT / "examples" / "darknet-small.cfg"
WRONG = ROOT / "examples" / "darknet-classes.cfg"


@pytest.mark.parametrize(
    "text, number",
    [("3", 3), ("-3", -3), ("+3", 3), ("416#900", 416), ("1.9", 1), ("", 0), ("x", 0), ("-", 0), ("2147483648", -(2**31)),
     ("4294967297", 1), ("9" * 400, -1), ("-" + "9" * 400, 0), ("007", 7)],
)  # fmt: skip
def test_atoi(text: str, number: int) -> None:
    assert integer(text) == number


@pytest.mark.parametrize("text, read", [("1.5e3x", "1.5e3"), (".5", ".5"), ("5.", "5."), ("-1e", "-1"), ("e1", "")])
def test_atof(text: str, read: str) -> None:
    assert read_of(text, whole=False) == read


def recognised(text: str, named: bool = False) -> bool:
    documents = read(Source("net.cfg", text)).documents
    return bool(documents) and darknet.recognise(documents[0], named)


@pytest.mark.parametrize(
    "text, alone, named",
    [
        (NET, True, True),
        ("[network]\nheight=8\n", True, True),
        ("[net] # mine\n", True, True),
        ("[convolutional]\nsize=1\n[net]\n", False, True),
        ("[metadata]\nname = x\n[options]\n", False, False),
        ("[flake8]\nmax-line-length = 120\n", False, False),
        ("x=1\n", False, False),
        ("", False, False),
    ],
)
def test_recognition(text: str, alone: bool, named: bool) -> None:
    assert (recognised(text), recognised(text, named=True)) == (alone, named)


@pytest.mark.parametrize(
    "text, wanted", [(NET, True), (" [ network ]\n", True), ("[metadata]\n", False), ("net", False)]
)
def test_may_be(text: str, wanted: bool) -> None:
    assert darknet.may_be(text) is darknet.looks_like(text) is wanted


def test_other_syntaxes_are_not_taken_for_it() -> None:
    (document,) = read(Source("net.yaml", "- [net]\n- {height: 8}\n")).documents
    assert not darknet.recognise(document, named=True)
    assert formats.recognise(document, named=True) is not darknet


@pytest.mark.parametrize(
    "text, dialect",
    [
        ([("net", {"height"}), ("convolutional", {"size"})], None),
        ([("net", {"mosaic"})], "alexeyab"),
        ([("net", set()), ("scale_channels", {"from"})], "alexeyab"),
        ([("net", set()), ("yolo", {"scale_x_y"})], "alexeyab"),
        ([("net", set()), ("shortcut", {"alpha"})], "pjreddie"),
        ([("net", set()), ("deconvolutional", set())], "pjreddie"),
        ([("net", {"mosaic"}), ("l2norm", set())], None),
        ([("nothing", {"mosaic"})], None),
    ],
)
def test_whose_file_it_is(text: list[tuple[str, set[str]]], dialect: str | None) -> None:
    assert keys.dialect_of(text) == dialect


def test_settings_decide_whose_file_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    conv = "[convolutional]\nfilters=4\nsize=3\npad=1\n"
    text = f"{NET}{conv}{conv}stride=2\n[shortcut]\nfrom=0\n"
    (tmp_path / "net.cfg").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["net.cfg"]) == 0
    (tmp_path / "convlint.toml").write_text('[darknet]\ndialect = "alexeyab"\n')
    assert main(["net.cfg"]) == 1
    assert "DK015" in capsys.readouterr().out
    assert main(["net.cfg", "--dialect", "pjreddie"]) == 0
    (tmp_path / "convlint.toml").write_text('[darknet]\ndialect = "x"\n')
    assert main(["net.cfg"]) == 2
    assert "`darknet.dialect` must be one of alexeyab, pjreddie" in capsys.readouterr().err


def test_the_examples() -> None:
    good, bad = (lint(Source(path.name, path.read_text(encoding="utf-8")), selection()) for path in (EXAMPLE, WRONG))
    assert good.findings == []
    assert [(found.code, found.message) for found in bad.findings] == [
        ("DK001", "[yolo] reads 14 channels, and needs 2 x (3 + 5) = 16")
    ]


def test_a_folder_is_searched_for_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.cfg").write_text(NET + "[convolutionl]\n[avgpool]\n")
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = x\n[options]\nbackbone = 1\n")
    assert main(["--isolated", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "net.cfg" in printed and "setup.cfg" not in printed


def test_a_fix_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.cfg"
    path.write_text(WRONG.read_text(encoding="utf-8"))
    assert main(["--isolated", "--fix", "--unsafe-fixes", str(path)]) == 0
    assert path.read_text() == WRONG.read_text(encoding="utf-8").replace("filters=14", "filters=16")


def test_show_sizes_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--format", "json", str(EXAMPLE)]) == 0
    (network,) = json.loads(capsys.readouterr().out)["networks"]
    assert (network["params"], network["stored"]) == (165_196, 165_964)
    assert main(["sizes", str(EXAMPLE)]) == 0
    assert "n = 9 to 16 (mod 16)" in capsys.readouterr().out
    assert main(["explain", str(EXAMPLE), "layers.6"]) == 0
    assert "maxpool" in capsys.readouterr().out


def test_every_finding_has_its_function_and_family() -> None:
    from convlint.formats.darknet import findings

    rules = [rule for rule in catalogue.RULES if rule.family == "darknet"]
    assert rules and all(rule.code.startswith("DK") for rule in rules)
    assert all(callable(getattr(findings, rule.name.replace("-", "_"))) for rule in rules)
    assert catalogue.matching("DK") == rules
    assert catalogue.matching("DK01") == [rule for rule in rules if rule.code.startswith("DK01")]


def test_options_of_the_other_darknet_are_only_counted() -> None:
    (found,) = lint(
        Source("net.cfg", f"{NET}mosaic=1\n[avgpool]\n"), selection(), options={"darknet": options.Options("pjreddie")}
    ).findings
    assert (found.code, found.severity) == ("DK009", Severity.INFO)
    assert found.message == "`mosaic` is an option of AlexeyAB's Darknet alone"
