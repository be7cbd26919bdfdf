"""What is laid out for the width of the output, and the columns of ``convlint show``."""

import json
import os
import sys
from pathlib import Path

import pytest

from convlint.cli.options import COLUMNS
from convlint.reports.width import LEAST, PIPED, columns
from tests.cli.conftest import Convlint
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"
NAMES = [path.name for path in sorted(EXAMPLES.iterdir()) if path.suffix in (".yaml", ".cfg")]

WIRED = """\
convlint: 1
input: [8, 16, 16]
layers:
  - {name: halves, type: Chunk, chunks: 2}
  - name: block
    repeat: 2
    from: halves.1
    layers:
      - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
      - {type: ReLU}
      - {type: Add, from: [conv, input]}
  - {type: ReLU}
  - {type: Concat, from: [block, halves.0]}
"""


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("name", NAMES)
def test_findings_are_no_wider(convlint: Convlint, name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.chdir(ROOT)
    printed = convlint("--info", f"examples/{name}").out
    quoted = [line for line in printed.splitlines() if len(line) > width and "`" not in line and "-->" not in line]
    assert not quoted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [80, 100])
def test_tables_are_no_wider(convlint: Convlint, name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.chdir(ROOT)
    for command in (["show"], ["show", "--memory"], ["sizes"])[:: 1 if width == 100 else 2]:
        printed = convlint(*command, f"examples/{name}").out
        assert [line for line in printed.splitlines() if len(line) > width] == []


@pytest.mark.parametrize("command", ["check", "show", "sizes", "explain", "renumber"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_help_is_no_wider(convlint: Convlint, command: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = convlint(command, "--help").out.splitlines()
    assert [line for line in lines if len(line) > width and "{" not in line] == []
    assert any("exit codes:" in line for line in lines)


def test_a_comparison_is_no_wider(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = convlint("diff", str(EXAMPLES / "alexnet-224.yaml"), str(EXAMPLES / "alexnet-227.yaml")).out
    assert [line for line in printed.splitlines()[1:] if len(line) > 80] == []


@pytest.mark.parametrize("rule", ["CL103", "CL027", "CL404", "DK001", "YO001"])
def test_pages_are_no_wider(convlint: Convlint, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    wide = [line for line in convlint("explain", rule).out.splitlines() if len(line) > 80]
    assert all(line.startswith("    ") or "`" in line for line in wide)


def test_a_long_mark_has_room(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"convlint: 1\ninput: [1, 9, 9]\nlayers: [{{type: {'x' * 150}}}]\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "60")
    framed = [line for line in convlint("net.yaml").out.splitlines() if "|" in line]
    assert max(map(len, framed)) <= 60 and any("^" * 40 in line for line in framed)


def test_the_width_of_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert columns(sys.stdout) == PIPED
    for said, width in (("72", 72), ("7", LEAST), ("", PIPED), ("0", PIPED), ("x", PIPED)):
        monkeypatch.setenv("COLUMNS", said)
        assert columns(sys.stdout) == width


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
def test_the_width_of_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl
    import pty
    import struct
    import termios

    monkeypatch.delenv("COLUMNS", raising=False)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 66, 0, 0))
    with open(slave, "w") as terminal:
        assert columns(terminal) == 66
    os.close(master)


def test_what_is_left_out_is_said(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "net.yaml").write_text(WIRED, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    assert (
        convlint("show", "net.yaml").out
        == """\
net.yaml (input 8x16x16)

layer               type    from                           output  parameters
halves              Chunk                        4x16x16, 4x16x16           0
block               group   halves.1                      4x16x16         296
  block.0.conv x 2  Conv2d                                4x16x16         148
  - x 2             ReLU                                  4x16x16           0
  - x 2             Add     block.0.conv, input           4x16x16           0
-                   ReLU                                  4x16x16           0
-                   Concat  block, halves.0               8x16x16           0
total                                                                     296
left out for want of room: 3-D kernels, elements, weight, 2-D kernels, field,
  MACs, arguments (--wide shows all, --columns some)

activations alive at once: at most 4,096 elements, while halves runs
k kernel_size, s stride, p padding, d dilation, g groups; field: receptive
  field; ?: unknown
"""
    )
    assert "3-D kernels" in convlint("show", "--wide", "net.yaml").out.splitlines()[2]


def test_columns(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(WIRED, encoding="utf-8")
    heads = convlint("show", "--columns=output, layer,alive", "net.yaml").out.splitlines()[2]
    assert heads.split() == ["output", "layer", "alive"]
    heads = convlint("show", "--columns", ",".join(COLUMNS), "net.yaml").out.splitlines()[2]
    assert len(heads.split("  ")) >= len(COLUMNS)
    assert convlint("show", "--columns=colour", "net.yaml").err == (
        f"convlint: argument --columns: `colour` is no column; there are {', '.join(COLUMNS)} "
        "(see convlint show --help)\n"
    )
    rows = convlint("show", "--scale=t", "--columns=layer,type,macs", str(EXAMPLES / "yolo-small.yaml")).out
    assert rows.splitlines()[2].split() == ["row", "module", "GFLOPs"]


def test_a_narrow_list_of_rows_cuts_arguments(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    lines = convlint("show", "--scale=t", str(EXAMPLES / "yolo-small.yaml")).out.splitlines()
    assert "arguments" in lines[2] and any("...]" in line for line in lines)
    assert max(map(len, lines)) <= 110 and not any("left out" in line for line in lines)


def test_memory(convlint: Convlint, folder: Path) -> None:
    text = "convlint: 1\ninput: [1, 32, 32]\nlayers:\n  - {name: c, type: Conv2d, out_channels: 4, kernel_size: 1}\n"
    (folder / "net.yaml").write_text(text + "  - {type: MaxPool2d, kernel_size: 2}\n", encoding="utf-8")
    lines = convlint("show", "--memory", "net.yaml").out.splitlines()
    assert [line.split()[-6:] for line in lines[3:5]] == [
        ["16.0", "KiB", "20.0", "KiB", "32", "B"],
        ["4.0", "KiB", "20.0", "KiB", "0", "B"],
    ]
    assert (
        "memory for 1 example in float32: activations 20.0 KiB in all (training keeps them), "
        "at most 20.0 KiB alive at once in order of execution; parameters 32 B"
    ) in lines
    (network,) = json.loads(convlint("show", "--format=json", "--batch=8", "--dtype=float16", "net.yaml").out)[
        "networks"
    ]
    assert network["memory"] == {
        "batch": 8,
        "dtype": "float16",
        "activations": 8 * 2 * (4 * 1024 + 4 * 256),
        "alive": 8 * 2 * (1024 + 4 * 1024),
        "parameters": 2 * 8,
    }
    assert convlint("show", "--batch=0", "net.yaml").code == 2


def test_memory_that_is_not_known(convlint: Convlint, folder: Path) -> None:
    text = "convlint: 1\ninput: [1, null, 32]\nlayers:\n  - {type: ReLU}\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    assert "activations ? in all" in convlint("show", "--memory", "net.yaml").out


def test_memory_counts_every_copy(convlint: Convlint, folder: Path) -> None:
    layer = "      - {type: Conv2d, out_channels: 4, kernel_size: 1}\n"
    text = f"convlint: 1\ninput: [4, 32, 32]\nlayers:\n  - repeat: 50\n    layers:\n{layer}"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    (network,) = json.loads(convlint("show", "--format=json", "--memory", "net.yaml").out)["networks"]
    assert network["memory"]["activations"] == 50 * 4 * 4 * 1024
