"""Reports for other programs, one or several at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from convlint.document import Source
from convlint.findings.fingerprints import line_hashes
from convlint.reports import REPORTS, automatic
from tests.cli.conftest import Convlint


def test_no_report_is_written_over_a_network(convlint: Convlint, folder: Path) -> None:
    text = "convlint: 1\ninput: [3, 4, 4]\nlayers:\n  - {type: ReLU}\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    said = "convlint: {}: is a file that was checked, and is not written over\n"
    for path in ("net.yaml", str(folder / "net.yaml")):
        for argv in (["--output", f"sarif={path}", "net.yaml"], ["--write-baseline", path, "."]):
            run = convlint(*argv)
            assert run.code == 2 and run.err == said.format(path)
            assert (folder / "net.yaml").read_text(encoding="utf-8") == text
    for _ in range(2):  # a report of the last run lies in a folder that is searched
        assert convlint("--output", "json=report.json", ".").code == 0
        assert convlint("--write-baseline", "known.json", ".").code == 0


def test_standard_output_is_no_file(convlint: Convlint, folder: Path) -> None:
    said = "convlint: argument --output: expected a FILE; --format says what is printed (see convlint --help)\n"
    assert convlint("--output", "sarif=-", ".") == (2, "", said)
    assert not (folder / "-").exists()


def test_sarif_names_places_as_github_wants_them(convlint: Convlint, folder: Path) -> None:
    text = (
        "convlint: 1\ninput: [3, 4, 4]\nlayers:\n  - {type: Conv2d, in_channels: 4, out_channels: 8, kernel_size: 3}\n"
    )
    (folder / "sub dir").mkdir()
    (folder / "sub dir" / "é.yaml").write_text(text, encoding="utf-8")
    (folder / "link").symlink_to("sub dir")
    os.chdir(folder / "sub dir")
    result = json.loads(convlint("--format", "sarif", "../link/é.yaml").out)["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "sub%20dir/%C3%A9.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 33, "endLine": 4, "endColumn": 34}
    assert result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(Source("", text))[3]
    assert result["relatedLocations"][0]["message"]["text"] == "3 channels"
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "3"
    assert "::error file=sub dir/é.yaml,line=4," in convlint("--format", "github", "../link/é.yaml").out
    (folder.parent / "outside.yaml").write_text(text, encoding="utf-8")
    (outside,) = json.loads(convlint("--format", "sarif", "../../outside.yaml").out)["runs"][0]["results"]
    uri = outside["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.startswith("file:///") and uri.endswith("/outside.yaml")


def test_several_reports_at_once(convlint: Convlint, folder: Path) -> None:
    (folder / "a.yaml").write_text("convlint: 1\ninput: [3, 4, 4]\nlayers:\n  - {type: Conv3d}\n", encoding="utf-8")
    outputs = [word for format in REPORTS for word in ("--output", f"{format}={format}.out")]
    run = convlint("--format", "concise", *outputs, "a.yaml")
    assert run.code == 1 and run.out.startswith("a.yaml:")
    for format in REPORTS:
        written = (folder / f"{format}.out").read_text("utf-8")
        if format not in ("github", "junit", "markdown", "full"):
            assert written == convlint("--format", format, "a.yaml").out
        assert "CL006" in written
    assert (folder / "full.out").read_text("utf-8") == convlint("a.yaml", "--color", "never").out


def test_reports_that_cannot_be_written(convlint: Convlint, folder: Path) -> None:
    (folder / "a.yaml").write_text("convlint: 1\ninput: [1]\nlayers:\n  - {type: ReLU}\n", encoding="utf-8")
    run = convlint("--output", "json=no/such/folder", "a.yaml")
    assert run.code == 2 and "no/such/folder: cannot be written: no such file or directory" in run.err
    assert "is no FORMAT=FILE" in convlint("--output", "yaml=x", "a.yaml").err
    assert "is no FORMAT=FILE" in convlint("--output", "json", "a.yaml").err
    assert convlint("--diff", "--output", "json=x", "a.yaml").err.startswith("convlint: --diff goes without --output")
    run = convlint("--output", "json=.", "--format", "github", "a.yaml")
    assert run.code == 2 and "cannot be written" in run.err


def test_the_format_for_a_place(monkeypatch: pytest.MonkeyPatch, convlint: Convlint) -> None:
    assert automatic() == "full"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert automatic() == "github"
    assert "::error title=convlint::gone.yaml" in convlint("--format", "auto", "gone.yaml").out


@pytest.mark.parametrize("name", ["a\0b", "\udc80", chr(0xD800)])
@pytest.mark.parametrize("format", REPORTS)
def test_names_that_are_none(convlint: Convlint, name: str, format: str) -> None:
    run = convlint("--format", format, name)
    assert run.code == 2 and "internal error" not in run.out + run.err


def test_a_deleted_working_directory(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", gone)
    run = convlint("--format", "sarif", "gone.yaml")
    assert run.code == 2 and "gone.yaml" in run.out
