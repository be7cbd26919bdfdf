"""Severities, overrides, extended settings, what git ignores, and the schema of all of it."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from convlint.reports import REPORTS
from convlint.session import settings_schema, table
from tests.cli.conftest import GOOD, INFORMED, WARNED, WRONG, Convlint
from tests.conftest import ROOT

YOLO = "nc: 4\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [[0], 1, Detect, [nc]]\n"


def put(folder: Path, **files: str) -> None:
    """Files by their names, `__` for a slash and `_` for a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_severities(convlint: Convlint, folder: Path) -> None:
    put(folder, net_yaml=INFORMED, warned_yaml=WARNED)
    put(folder, convlint_toml='[severities]\nCL1 = "off"\nCL105 = "error"\nunknown-suppression = "info"\n')
    run = convlint("net.yaml", "--format", "concise")
    assert run.code == 1 and ": error: " in run.out and "CL105" in run.out
    run = convlint("warned.yaml")
    assert run.code == 0 and run.out.startswith("All good: 1 file checked; 1 info (shown with --info); ")
    put(folder, convlint_toml='[severities]\npool-drops-input = "off"\n')
    assert convlint("net.yaml").out == "All good: 1 file checked; 1 rule off by convlint.toml.\n"
    # A rule that is off by default is switched on, unless it is ignored.
    padded = GOOD.replace("9, 9", "10, 10").replace("3}", "3, padding: 1, stride: 2}")
    put(folder, net_yaml=padded, convlint_toml='[severities]\nCL104 = "error"\n')
    assert "CL104" in convlint("net.yaml", "--format", "concise").out
    put(folder, convlint_toml='ignore = ["CL104"]\n[severities]\nCL104 = "error"\n')
    assert convlint("net.yaml").code == 0
    # What cannot be read is never all right.
    put(folder, net_yaml="convlint: [", convlint_toml='[severities]\nALL = "off"\n')
    assert convlint("net.yaml").code == 1


def test_severities_hold_while_fixing(convlint: Convlint, folder: Path) -> None:
    put(folder, net_yaml=WRONG, convlint_toml='[severities]\nCL301 = "warning"\n')
    assert convlint("net.yaml").out.endswith("1 warning in 1 file; 1 fixable with --fix --unsafe-fixes\n")
    assert convlint("net.yaml", "--fix", "--unsafe-fixes").out.endswith("All good: 1 file checked; 1 fixed.\n")


def test_overrides(convlint: Convlint, folder: Path) -> None:
    put(folder, a_yaml=WARNED, old__b_yaml=WARNED, old__c_yaml=WARNED)
    put(
        folder,
        convlint_toml='ignore = ["CL105"]\n'
        '[[overrides]]\nfiles = ["old/*"]\nfail-on = "error"\n'
        '[[overrides]]\nfiles = ["c.yaml"]\nignore = ["CL024"]\n'
        '[[overrides]]\nfiles = ["v5/*.yaml"]\nyolo = {scale = "n", dialect = "yolov5"}\n',
    )
    assert convlint("old").out.startswith("warning[CL024]") and convlint("old").code == 0
    assert convlint("old/c.yaml").out == "All good: 1 file checked; 1 rule off by convlint.toml.\n"
    assert convlint(".").code == 1
    scaled = YOLO.replace("nc: 4\n", "nc: 4\nscales: {n: [1, 1, 64], s: [1, 2, 64]}\n")
    put(folder, v5__yolo_yaml=scaled, yolo_yaml=scaled)
    assert len(json.loads(convlint("show", "--format", "json", "yolo.yaml").out)["networks"]) == 2
    assert len(json.loads(convlint("show", "--format", "json", "v5/yolo.yaml").out)["networks"]) == 1


def test_extended_settings(convlint: Convlint, folder: Path) -> None:
    put(folder, net_yaml=WARNED, sub__old__net_yaml=WARNED, sub__net_yaml=WARNED, sub__skip__net_yaml=WARNED)
    put(
        folder,
        convlint_toml='fail-on = "error"\n[severities]\nCL103 = "info"\n[yolo]\nscale = "n"\ndialect = "yolov5"\n',
    )
    put(folder, sub__pyproject_toml='[tool.convlint]\nextend = "../convlint.toml"\nexclude = ["skip", "a😀\\\\b\\""]\n'
        '[tool.convlint.severities]\nCL024 = "error"\n[tool.convlint.yolo]\nscale = "s"\n')  # fmt: skip
    assert convlint("net.yaml").code == 0
    run = convlint("sub")
    assert run.code == 1 and run.out.endswith("2 errors in 2 files\n")
    shown = convlint("--show-settings", "sub/net.yaml").out
    assert f"settings from {folder}/sub/../convlint.toml, {folder}/sub/pyproject.toml" in shown
    said = tomllib.loads(shown)
    assert said["fail-on"] == "error" and said["severities"] == {"CL103": "info", "CL024": "error"}
    assert said["exclude"] == ["skip", 'a😀\\b"']
    assert said["yolo"] == {"scale": "s", "dialect": "yolov5"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extend = 1", "`extend` must be the path of another file"),
        ('extend = ""', "`extend` must be the path of another file"),
        ('extend = "gone.toml"', "`extend`: there is no file `gone.toml`"),
        ('extend = "."', "`extend`: there is no file `.`"),
        ('extend = "convlint.toml"', "`extend`: `convlint.toml` extends these settings itself"),
        ('extend = "loop.toml"', "`extend`: `convlint.toml` extends these settings itself"),
        ('extend = "bad.toml"', "bad.toml:1: `jobs` must be a number from 1 to"),
        ("jobs = true", "`jobs` must be a number from 1 to"),
        ('format = "yaml"', "`format` must be one of auto, full"),
        ("severities = 1", "`severities` must be a table"),
        ('[severities]\nCL9 = "off"', "unknown rule `CL9`"),
        ('[severities]\nCL103 = "loud"', 'the severity of `CL103` must be "error", "warning", "info" or "off"'),
        ("overrides = 1", "`overrides` must be a list of tables"),
        ("[[overrides]]\ninfo = true", "each needs `files`"),
        ('[[overrides]]\nfiles = ["a"]\njobs = 1', "`jobs` holds for all files"),
        ('[[overrides]]\nfiles = ["!a"]', "takes back nothing"),
        ('[[overrides]]\nfiles = "a"', "must be a list of patterns"),
        ('[[overrides]]\nfiles = ["a"]\nignore = ["CL9"]', "unknown rule `CL9`"),
        ('[[overrides]]\nfiles = ["a"]\nnonsense = 1', "unknown key `overrides.0.nonsense`"),
        ('[[overrides]]\nfiles = ["a"]\n[overrides.yolo]\ndialect = "v5"', "must be one of ultralytics"),
    ],
)
def test_wrong_settings(convlint: Convlint, folder: Path, text: str, words: str) -> None:
    put(folder, net_yaml=GOOD, convlint_toml=text + "\n", bad_toml="jobs = 0\n", loop_toml='extend = "convlint.toml"\n')
    run = convlint("net.yaml")
    assert run.code == 2 and words in run.err and len(run.err.splitlines()) == 1
    assert words in convlint("--show-settings", "net.yaml").err


def test_what_holds_for_a_run(convlint: Convlint, folder: Path) -> None:
    put(folder, net_yaml=WARNED, informed_yaml=INFORMED)
    put(folder, convlint_toml='format = "concise"\nquiet = true\ncolor = "always"\nexit-zero = true\ninfo = true\n')
    run = convlint("net.yaml", "informed.yaml")
    assert run.code == 0 and len(run.out.splitlines()) == 2 and "\x1b[" in run.out and "info:" in run.out
    assert convlint("net.yaml", "--format", "full", "--color", "never").out.startswith("warning[CL024]")
    put(folder, convlint_toml="statistics = true\nunsafe-fixes = true\n", net_yaml=WRONG)
    assert "1  CL301 kernel-count-mismatch\n" in convlint("net.yaml").out
    assert "1 fixed" in convlint("net.yaml", "--fix").out
    put(folder, convlint_toml="nonsense = 1\n")
    assert convlint("net.yaml").code == 2


# What git ignores -----------------------------------------------------------------------------------------------------


def test_what_git_ignores_is_left_out(convlint: Convlint, folder: Path) -> None:
    names = [
        "a.yaml", "build/b.yaml", "sub/build/c.yaml", "sub/keep.yaml", "sub/drop.yaml", "sub/deep/only.yaml",
        "sub/deep/other.yaml", "out/x.yaml", "out/again/y.yaml", "logs/z.yaml", "inner/w.yaml", "inner/build/v.yaml",
    ]  # fmt: skip
    for name in names:
        put(folder, **{name.replace("/", "__").replace(".", "_"): GOOD})
    (folder / ".gitignore").write_bytes(
        b"\xef\xbb\xbf# remark\r\n\r\nbuild/\r\n/out/*\r\n!/out/again/\r\nsub/d*.yaml\r\n[\r\n\xff\n"
    )
    (folder / "sub" / "deep" / ".gitignore").write_text("*.yaml\n!only.yaml\n")
    (folder / ".git" / "info").mkdir()
    (folder / ".git" / "info" / "exclude").write_text("logs\n")
    (folder / "inner" / ".git").mkdir()
    expected = [
        "a.yaml",
        "inner/build/v.yaml",
        "inner/w.yaml",
        "out/again/y.yaml",
        "sub/deep/only.yaml",
        "sub/keep.yaml",
    ]

    def looked_at(*argv: str) -> list[str]:
        networks = json.loads(convlint("show", "--format", "json", *argv).out)["networks"]
        return sorted(network["path"] for network in networks)

    assert looked_at(".") == expected
    os.chdir(folder / "sub")
    assert looked_at(".") == ["deep/only.yaml", "keep.yaml"]
    os.chdir(folder / "sub" / "deep")
    assert looked_at(".") == ["only.yaml"]
    assert looked_at("other.yaml", "../build/c.yaml") == ["../build/c.yaml", "other.yaml"]  # what is named is meant
    os.chdir(folder)
    assert convlint("--no-gitignore").out.startswith("All good: 12 files checked")
    put(folder, convlint_toml="respect-gitignore = false\n")
    assert looked_at(".") == sorted(names)


def test_git_agrees(folder: Path, convlint: Convlint) -> None:
    (folder / ".git").rmdir()
    if subprocess.run(["git", "init", "-q"], cwd=folder, check=False).returncode:
        pytest.skip("needs git")
    (folder / ".gitignore").write_text("*.yaml\n!keep*\n/a/b/\nc/**/d.yaml\n!a/\ne?.yaml\n")
    (folder / "a").mkdir()
    (folder / "a" / ".gitignore").write_text("!x.yaml\nkeep1.yaml\n")
    names = ["x.yaml", "keep1.yaml", "a/x.yaml", "a/keep1.yaml", "a/keep2.yaml", "a/b/keep.yaml", "c/d.yaml",
             "c/z/d.yaml", "keep/x.yaml", "keepe.yaml", "e1.yaml"]  # fmt: skip
    for name in names:
        put(folder, **{name.replace("/", "__").replace(".", "_"): GOOD})
    asked = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "*.yaml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    networks = json.loads(convlint("show", "--format", "json", ".").out)["networks"]
    assert sorted(network["path"] for network in networks) == sorted(asked.stdout.split())


def test_a_folder_in_no_repository(tmp_path: Path, convlint: Convlint) -> None:
    (tmp_path / ".git").rmdir()
    put(tmp_path, a__net_yaml=GOOD)
    (tmp_path / ".gitignore").write_text("net.yaml\n")
    assert convlint("a").out == "All good: 1 file checked.\n"


# The schema -----------------------------------------------------------------------------------------------------------


def test_the_schema_is_fresh_and_complete(convlint: Convlint) -> None:
    fresh = json.loads(convlint("schema", "settings").out)
    assert fresh == json.loads((ROOT / "schemas" / "settings.schema.json").read_text("utf-8"))
    jsonschema.validators.validator_for(fresh).check_schema(fresh)
    keys = {field.alias for field in table._Settings.model_fields.values()}
    assert set(fresh["properties"]) == keys | {"yolo", "darknet"}
    assert set(fresh["$defs"]["override"]["properties"]) == keys - table.WHOLE | {"yolo", "darknet", "files"}
    assert set(table.FORMATS) == {"auto", *REPORTS}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ('select = ["CL1"]\n[severities]\nCL105 = "off"\n[[overrides]]\nfiles = ["a"]\nyolo = {scale = ["n"]}', True),
        ("jobs = 0", False),
        ('fail-on = "loud"', False),
        ("nonsense = 1", False),
        ('[severities]\nCL105 = "loud"', False),
        ("[[overrides]]\ninfo = true", False),
        ('[[overrides]]\nfiles = ["a"]\njobs = 2', False),
        ('[yolo]\ndialect = "v5"', False),
    ],
)
def test_the_schema_says_what_convlint_says(convlint: Convlint, folder: Path, text: str, right: bool) -> None:
    put(folder, net_yaml=GOOD, convlint_toml=text + "\n")
    assert (convlint("net.yaml").code == 0) is right
    schema: Any = settings_schema.generate()
    assert jsonschema.validators.validator_for(schema)(schema).is_valid(tomllib.loads(text)) is right


def test_settings_without_a_file(convlint: Convlint) -> None:
    run = convlint("--show-settings")
    assert run.code == 0 and run.out.startswith(
        "# .: settings from nowhere: nothing is set\n# rules that are on: CL001, "
    )
    assert tomllib.loads(run.out)["fail-on"] == "warning"
