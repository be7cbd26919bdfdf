"""Which files are meant by the paths of a command line."""

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import GOOD, OTHER, WARNED, Convlint

LINE = "{}:5:13: warning: `convlint: nonsense` is unknown [CL024 unknown-suppression]"
posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX file system")
unprivileged = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")


def found(convlint: Convlint, *argv: str) -> list[str]:
    """The files in which the planted mistake was found, in order."""
    printed = json.loads(convlint(*argv, "--format=json").out)
    return [Path(finding["path"]).as_posix() for finding in printed["findings"]]


def plant(folder: Path, *names: str, text: str = WARNED) -> None:
    """Files with a mistake."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_walking_is_sorted_and_leaves_out_other_peoples_folders(convlint: Convlint, folder: Path) -> None:
    plant(folder, "b.yml", "a/2.yaml", "a/10.json", "a/b/c.YAML", "z.yaml", ".hidden.yaml", "venv-notes.yaml")
    plant(folder, ".git/x.yaml", ".venv/x.yaml", "node_modules/p/x.json", "__pycache__/x.yaml", "venv/x.yaml")
    plant(folder, "myenv/pyvenv.cfg", "myenv/lib/x.yaml", "lib/site-packages/x.yaml", "notes.txt", "net.yaml.bak")
    expected = [".hidden.yaml", "a/10.json", "a/2.yaml", "a/b/c.YAML", "b.yml", "venv-notes.yaml", "z.yaml"]
    assert found(convlint) == expected
    assert found(convlint, ".") == expected
    assert found(convlint, str(folder)) == [(folder / name).as_posix() for name in expected]
    assert found(convlint, "a/", "b.yml") == ["a/10.json", "a/2.yaml", "a/b/c.YAML", "b.yml"]
    assert found(convlint, "node_modules", "myenv") == ["node_modules/p/x.json", "myenv/lib/x.yaml"]


def test_what_is_no_network_is_counted(convlint: Convlint, folder: Path) -> None:
    plant(folder, "other.yaml", "package.json", text=OTHER)
    plant(folder, "template.yaml", text="{{ if }}\n  a: [\n")
    plant(folder, "bare.yaml", text=GOOD.replace("convlint: 1\n", ""))
    assert convlint() == (0, "All good: 1 file checked; 3 skipped (--show-files says why).\n", "")
    assert convlint("-q", ".") == (0, "", "")
    plant(folder, "net.yaml", text=GOOD)
    assert convlint(".") == (0, "All good: 2 files checked; 3 skipped (--show-files says why).\n", "")
    assert convlint("bare.yaml", ".").out == "All good: 2 files checked; 3 skipped (--show-files says why).\n"
    assert convlint(".", "bare.yaml").out == "All good: 2 files checked; 3 skipped (--show-files says why).\n"


def test_an_empty_folder(convlint: Convlint, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert convlint("empty") == (0, "", "convlint: nothing to check in empty: 0 skipped\n")


def test_a_broken_network_met_while_walking_is_found(convlint: Convlint, folder: Path) -> None:
    plant(folder, "broken.yaml", text="convlint: 1\nlayers: [\n")
    assert convlint(".").code == 1


def test_a_file_is_checked_once(convlint: Convlint, folder: Path) -> None:
    plant(folder, "a/net.yaml")
    assert found(convlint, "a/net.yaml", "a", "./a/net.yaml", str(folder / "a/net.yaml"), ".") == ["a/net.yaml"]
    assert found(convlint, "a", "a/../a/net.yaml") == ["a/../a/net.yaml"]


@posix
def test_links(convlint: Convlint, folder: Path) -> None:
    plant(folder, "real/net.yaml", "elsewhere/more.yaml")
    (folder / "link.yaml").symlink_to("real/net.yaml")
    (folder / "real" / "self").symlink_to(folder)
    (folder / "broken.yaml").symlink_to("nowhere")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    assert found(convlint, "elsewhere", "link.yaml", ".") == ["elsewhere/more.yaml", "link.yaml"]
    assert convlint("broken.yaml").err == "convlint: broken.yaml: the symbolic link leads nowhere\n"
    assert convlint("loop.yaml").err.startswith("convlint: loop.yaml: too many levels of symbolic links")
    assert found(convlint, "real/self/real") == ["real/self/real/net.yaml"]


@posix
def test_what_is_no_file(convlint: Convlint, folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert convlint("pipe.yaml", "/dev/null") == (
        2,
        "No findings in 0 files; 2 not checked\n",
        "convlint: pipe.yaml: not a regular file but a named pipe\n"
        "convlint: /dev/null: not a regular file but a device\n",
    )
    assert convlint(".") == (0, "", "convlint: nothing to check in .: 0 skipped\n")


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="needs /dev/fd")
def test_what_a_shell_pipes_in(convlint: Convlint) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "w") as pipe:
            pipe.write(WARNED)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert convlint(f"/dev/fd/{reading}", "-q", "--format=concise").out == LINE.format(f"/dev/fd/{reading}") + "\n"
    finally:
        writer.join()
        os.close(reading)


@unprivileged
def test_what_may_not_be_read(convlint: Convlint, folder: Path) -> None:
    plant(folder, "net.yaml", "closed/net.yaml")
    (folder / "net.yaml").chmod(0)
    (folder / "closed").chmod(0)
    try:
        assert convlint("net.yaml", "closed", ".").err.splitlines() == [
            "convlint: closed: cannot read this folder: permission denied",
            "convlint: closed: cannot read this folder: permission denied",
            "convlint: net.yaml: cannot be read: permission denied",
        ]
    finally:
        (folder / "closed").chmod(0o700)


def test_a_folder_that_cannot_be_listed(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert convlint(".") == (
        2,
        "No findings in 0 files; 1 not checked\n",
        "convlint: .: cannot read this folder: permission denied\n",
    )


def test_a_file_that_cannot_be_read(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, mode: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    plant(folder, "net.yaml")
    monkeypatch.setattr("convlint.session.paths.open", refuse, raising=False)
    assert convlint("net.yaml").err == "convlint: net.yaml: cannot be read: permission denied\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "convlint: : no such file or directory\n"),
        ("gone", "convlint: gone: no such file or directory\n"),
        ("a\0b", "convlint: a\\x00b: no path can look like this\n"),
        pytest.param(
            "\x1b[31m\n::error::x", "convlint: \\x1b[31m\\n::error::x: no such file or directory\n", marks=posix
        ),
    ],
)
def test_paths_that_cannot_be(convlint: Convlint, path: str, message: str) -> None:
    assert convlint(path) == (2, "No findings in 0 files; 1 not checked\n", message)


@posix
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\n::error::pwned\x1b[31m.yaml", "a\\n::error::pwned\\x1b[31m.yaml"),
        ("\u202eevil\u2066.yaml".encode(), "\\u202eevil\\u2066.yaml"),
    ],
)
@pytest.mark.parametrize("format", ["concise", "full", "github"])
def test_hostile_names(convlint: Convlint, folder: Path, name: bytes, shown: str, format: str) -> None:
    (folder / os.fsdecode(name)).write_text(WARNED, encoding="utf-8")
    out = convlint(".", f"--format={format}").out
    assert shown.replace("::", "%3A%3A") in out if format == "github" else shown in out
    assert not any(character in out for character in "\x1b\u202e\u2066")
    allowed = ("::warning file=", "::stop-commands::", "::") if format == "github" else ()
    assert all(line.startswith(allowed) for line in out.splitlines() if line.startswith("::"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_undecodable_names(convlint: Convlint, folder: Path) -> None:
    plant(folder, "caf\udce9.yaml")
    assert convlint(".", "--format=concise", "-q").out == LINE.format("caf\\udce9.yaml") + "\n"
    assert convlint("caf\udce9.yaml", "--format=concise", "-q").out == LINE.format("caf\\udce9.yaml") + "\n"
    assert '"path": "caf\\\\udce9.yaml"' in convlint(".", "--format=json").out


def test_a_deep_tree(convlint: Convlint, folder: Path) -> None:
    deep = folder
    for _ in range(60):
        deep = deep / "d"
    plant(folder, str(deep.relative_to(folder) / "net.yaml"))
    assert found(convlint) == ["d/" * 60 + "net.yaml"]


def test_excluded_files(convlint: Convlint, folder: Path) -> None:
    plant(folder, "a.yaml", "vendor/b.yaml", "nets/old/c.yaml", "nets/d.yaml")
    (folder / "convlint.toml").write_text('exclude = ["vendor", "nets/old/*"]\n', encoding="utf-8")
    assert found(convlint) == ["a.yaml", "nets/d.yaml"]
    assert found(convlint, "vendor/b.yaml") == ["vendor/b.yaml"]
    assert found(convlint, "vendor/b.yaml", "a.yaml", "--skip-unrecognised") == ["a.yaml"]
    assert found(convlint, "--isolated", "nets") == ["nets/d.yaml", "nets/old/c.yaml"]
