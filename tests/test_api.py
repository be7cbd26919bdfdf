"""The public Python interface."""

from __future__ import annotations

import copy
import doctest
import os
import pickle
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import convlint
from convlint import api
from convlint.cli import options
from convlint.derive.sizing import input_sizes
from tests.cli.conftest import GOOD, INFORMED, OTHER, WARNED, WRONG
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "python.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, text: str, name: str = "net.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_documented_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    tried = doctest.testmod(api, extraglobs={"convlint": convlint})
    assert tried.failed == 0 and tried.attempted >= 10
    tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried.failed == 0 and tried.attempted >= 10


def test_every_public_function_shows_an_example() -> None:
    for name in convlint.__all__:
        value = getattr(convlint, name)
        if name != "__version__" and name != "Shape":
            assert value.__doc__
        if callable(value) and not isinstance(value, type) and name != "Shape":
            assert ">>>" in value.__doc__


@pytest.mark.filterwarnings("ignore")
def test_the_example_with_dask() -> None:
    pytest.importorskip("dask.bag", reason="Dask is not installed")
    program = re.findall(r"^```python\n(import dask.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    guarded = "if __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in program.splitlines())
    script = ROOT / "docs"  # the documented paths are those of the repository
    done = subprocess.run(
        [sys.executable, "-c", guarded], cwd=script.parent, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("examples/u-net-odd.yaml 38 a skip of 256x25x25 meets 256x24x24")


def test_no_name_is_that_of_a_package() -> None:
    packages = {found.name for found in pkgutil.iter_modules(convlint.__path__)}
    assert packages & set(convlint.__all__) == set()
    assert set(convlint.__all__) - {"__version__"} == set(api.__all__)
    assert set(convlint.__all__) <= set(dir(convlint))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = convlint.nonsense


def test_nothing_is_loaded_before_it_is_used() -> None:
    program = "import sys, convlint; print(sorted(name for name in sys.modules if name.startswith('convlint.')))"
    environment = os.environ | {"PYTHONPATH": str(Path(convlint.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n"


def test_ok_means_what_the_exit_code_means(folder: Path) -> None:
    assert convlint.check(written(folder, GOOD)).ok
    assert convlint.check(written(folder, INFORMED)).ok
    assert not convlint.check(written(folder, WARNED)).ok
    written(folder, 'fail-on = "error"\n', "convlint.toml")
    assert convlint.check(Path("net.yaml")).ok
    assert not convlint.check("net.yaml", isolated=True).ok
    written(folder, 'fail-on = "info"\n', "other.toml")
    informed = convlint.check(written(folder, INFORMED), config="other.toml")
    assert not informed.ok and "CL105" in str(informed)


def test_a_report_is_what_the_command_line_prints(folder: Path) -> None:
    report = convlint.check(written(folder, WRONG))
    assert str(report).startswith("error[CL301] kernel-count-mismatch: 5 kernels declared, 2 derived\n")
    assert str(report).endswith("1 error in 1 file; 1 fixable with --fix --unsafe-fixes")
    found = report.findings[0]
    assert (found.line, found.column, found.end_line, found.end_column) == (4, 62, 4, 63)
    assert str(found) in str(report) and "\x1b" not in str(found)
    assert str(convlint.check(written(folder, INFORMED))) == "All good: 1 file checked; 1 info (shown with --info)."
    with pytest.raises(AttributeError):
        found.code = "CL000"  # type: ignore[misc]


def test_what_cannot_be_checked_is_a_failure(folder: Path) -> None:
    gone = convlint.check("gone.yaml")
    assert not gone.ok and gone.failures[0].message == "no such file or directory"
    assert str(gone) == "convlint: gone.yaml: no such file or directory\nNo findings in 0 files; 1 not checked"
    assert "describes no network" in convlint.check(written(folder, OTHER)).failures[0].message
    written(folder, "select = 1\n", "convlint.toml")
    assert str(convlint.check(written(folder, GOOD)).failures[0]).startswith(f"convlint: {folder}/convlint.toml:1: ")


def test_folders(folder: Path) -> None:
    written(folder, GOOD, "a.yaml")
    written(folder, WRONG, "b.yaml")
    written(folder, OTHER, "c.yaml")
    report = convlint.check(folder)
    assert (report.files, report.skipped, len(report.networks), len(report.findings)) == (2, 1, 2, 1)


def test_texts(folder: Path) -> None:
    assert convlint.check_text(GOOD).ok
    assert convlint.check_text("\ufeff" + GOOD).ok
    assert convlint.check_text(WARNED, ignore=["CL024"]).ok
    assert [found.code for found in convlint.check_text("convlint: 1\ninput: [").findings] == ["CL001"]
    assert not convlint.check_text("# \udc80\n" + GOOD).ok
    cfg = convlint.check_text("[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nfilters=0\n", name="net.cfg")
    assert {found.code for found in cfg.findings} == {"CL204"} and cfg.findings[0].path == "net.cfg"
    assert convlint.check_text("").failures


def test_what_a_notebook_shows(folder: Path) -> None:
    report = convlint.check_text(WRONG.replace("Conv2d", "Conv2d, name: '<b>&\\u001b'".replace("'", '"')))
    shown = report._repr_html_()
    assert shown.startswith("<pre") and "<table>" in shown and "color:#c0392b" in shown
    assert "<b>" not in shown and "\x1b" not in shown and "&lt;b&gt;&amp;" in shown
    assert shown.count("<span") == shown.count("</span>")
    assert report.networks[0]._repr_html_() in shown


def test_a_table_in_a_notebook_ends(folder: Path) -> None:
    rows = "".join(f"  - {{name: r{n}, type: ReLU}}\n" for n in range(600))
    shown = convlint.check_text(GOOD + rows).networks[0]._repr_html_()
    assert shown.count("<tr>") < 510 and "... and 102 more" in shown


def test_shapes_of_layers_with_several_outputs_and_none_names(folder: Path) -> None:
    text = (
        "convlint: 1\ninput: [4, 8, 8]\nlayers:\n  - {name: split, type: Chunk, chunks: 2}\n"
        "  - {type: Concat, from: [split.0, split.1]}\n  - {type: ReLU}\n"
        "  - {name: stage, repeat: 2, layers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: 1}]}\n"
    )
    found = convlint.shapes(written(folder, text))
    assert found["split.0"] == found["split.1"] == (2, 8, 8)
    assert found["ReLU in line 6"] == (4, 8, 8)
    assert found["stage.0.conv"] == (4, 8, 8)
    twice = GOOD + "  - {type: ReLU}\n".replace("}\n", "}") + "\n"
    assert convlint.check_text(twice.replace("3}", "3}\n  - {type: ReLU}")).networks[0].shapes.keys() >= {
        "ReLU in line 5",
        "ReLU in line 6",
    }


YOLO = (
    "nc: 4\nscales: {n: [1, 1, 64], s: [1, 2, 64]}\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\n"
    "head:\n  - [[0], 1, Detect, [nc]]\n"
)


def test_questions_that_cannot_be_answered(folder: Path) -> None:
    written(folder, YOLO, "yolo.yaml")
    broken = written(folder, "convlint: 1\nlayers: 3\n", "broken.yaml")
    for ask, words in (
        (lambda: convlint.shapes("gone.yaml"), "no such file"),
        (lambda: convlint.shapes("."), "expected a file"),
        (lambda: convlint.shapes("yolo.yaml"), r"describes 2 networks \(scales n, s\): choose one with scale="),
        (lambda: convlint.shapes(broken), "leave no network"),
        (lambda: convlint.explanation(broken, "conv"), "leave no network"),
        (lambda: convlint.explanation("CL999"), "unknown rule"),
        (lambda: convlint.explanation("yolo.yaml", "nothing"), "no layer is called"),
        (lambda: convlint.check("yolo.yaml", select=["CL999"]), "unknown rule"),
        (lambda: convlint.check("yolo.yaml", input="much"), "--input"),
        (
            lambda: convlint.input_sizes(written(folder, GOOD.replace("[1, 9, 9]", "[9]"), "flat.yaml")),
            "nothing can be said",
        ),
    ):
        with pytest.raises(convlint.ConvlintError, match=words):
            ask()
    with pytest.raises(TypeError, match="there is no option `scal`"):
        convlint.check("yolo.yaml", scal="n")


def test_options_of_formats(folder: Path) -> None:
    path = written(folder, YOLO)
    assert convlint.shapes(path, scale="s", input=320)["model.0"] == (32, 160, 160)
    assert convlint.shapes(path, scale=["n"], input=(64, 32))["model.0"] == (16, 32, 16)
    assert len(convlint.check(path).networks) == 2


def test_sizes_are_sets(folder: Path) -> None:
    (height, _) = convlint.input_sizes(written(folder, GOOD), up_to=5)
    assert list(height.runs) == [3, 4, 5] and "3" not in height.runs and 9 not in height.runs
    assert (height.name, height.declared, height.runs.smallest) == ("height", 9, 3)


def test_results_are_pickled_and_compared(folder: Path) -> None:
    report = convlint.check(written(folder, WRONG + "# convlint: nonsense\n"))
    for one in (
        report,
        *report.findings,
        *report.networks,
        convlint.check("gone.yaml"),
        *convlint.input_sizes("net.yaml"),
    ):
        again = pickle.loads(pickle.dumps(one))
        assert again == one == copy.copy(one) and str(again) == str(one)
    assert len(pickle.dumps(report)) < 20_000
    assert repr(type(report)) == "<class 'convlint.Report'>"  # pickled by its documented name


@pytest.mark.parametrize("up_to", [0, -5, 65537])
def test_how_far_sizes_are_tried_has_limits(up_to: int) -> None:
    with pytest.raises(convlint.ConvlintError, match="no number from 1 to 65536"):
        convlint.input_sizes(ROOT / "examples" / "lenet-5.yaml", up_to=up_to)


def test_the_command_line_tries_as_far() -> None:
    assert (options.UP_TO, options.MAX_UP_TO) == (input_sizes.UP_TO, input_sizes.MAX_UP_TO)
