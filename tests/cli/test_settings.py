"""Settings in a whole run."""

from pathlib import Path

from tests.cli.conftest import WARNED, Convlint


def written(path: Path, text: str) -> Path:
    """A file, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_in_a_run(convlint: Convlint, folder: Path) -> None:
    for name in ("net.yaml", "sub/net.yaml"):
        written(folder / name, WARNED)
    written(folder / "convlint.toml", 'fail-on = "error"\n[per-file-ignores]\n"sub/*" = ["CL024"]\n')
    assert convlint("-q", "--format=concise", ".") == (
        0,
        "net.yaml:5:13: warning: `convlint: nonsense` is unknown [CL024 unknown-suppression]\n",
        "",
    )
    assert convlint("--fail-on=warning", "net.yaml").code == 1
    assert convlint("--isolated", "sub/net.yaml").code == 1
    assert convlint("sub/net.yaml").out == "All good: 1 file checked.\n"
    other = str(written(folder / "other" / "pyproject.toml", '[tool.convlint]\nignore = ["CL024"]\n'))
    assert (
        convlint("--config", other, "net.yaml").out == "All good: 1 file checked; 1 rule off by other/pyproject.toml.\n"
    )
    written(folder / "convlint.toml", "fail_on = 1\n")
    assert convlint("net.yaml") == (
        2,
        "No findings in 0 files; 1 not checked\n",
        f"convlint: {folder / 'convlint.toml'}:1: unknown key `fail_on`; did you mean `fail-on`?\n",
    )
    assert convlint("--config", "gone.toml", "net.yaml") == (2, "", "convlint: gone.toml: no such file\n")


def test_infos_that_fail_are_shown(convlint: Convlint, folder: Path) -> None:
    written(folder / "net.yaml", WARNED)
    written(folder / "convlint.toml", 'fail-on = "info"\nskip-unrecognised = true\n')
    written(folder / "other.yaml", "a: 1\n")
    assert (
        convlint("net.yaml", "other.yaml", "--format=concise").out.splitlines()[1]
        == "1 warning in 1 file; 1 skipped (--show-files says why)"
    )


def test_the_settings_beside_each_file_hold(convlint: Convlint, folder: Path) -> None:
    for name in ("net.yaml", "a/net.yaml", "b/net.yaml", "b/c/net.yaml", "d/net.yaml"):
        written(folder / name, WARNED)
    written(folder / "a" / "convlint.toml", 'ignore = ["CL024"]\n')
    written(folder / "b" / "pyproject.toml", '[tool.convlint]\nfail-on = "error"\nexclude = ["c"]\n')
    written(folder / "d" / "convlint.toml", 'fail-on = "nothing"\n')
    assert [convlint(f"{name}/net.yaml").code for name in (".", "a", "b", "b/c", "d")] == [1, 0, 0, 0, 2]
    # One file of settings that cannot be used takes only its own files away.
    run = convlint("--format=concise", ".")
    assert [line.split(":")[0] for line in run.out.splitlines()] == [
        "b/net.yaml",
        "net.yaml",
        "2 warnings in 3 files; 1 not checked; 1 rule off by a/convlint.toml",
    ]
    wrong = '`fail-on` must be "error", "warning" or "info"'
    assert run == (2, run.out, f"convlint: {folder / 'd' / 'convlint.toml'}:1: {wrong}\n")
    # The same settings from elsewhere.
    assert convlint(str(folder / "a" / "net.yaml")).out == "All good: 1 file checked; 1 rule off by a/convlint.toml.\n"
    assert (
        convlint("--config", "a/convlint.toml", "b/c/net.yaml").out
        == "All good: 1 file checked; 1 rule off by a/convlint.toml.\n"
    )


def test_several_files_share_what_settings_break(convlint: Convlint, folder: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        written(folder / name, WARNED)
    written(folder / "convlint.toml", "select = 1\n")
    run = convlint("a.yaml", "b.yaml")
    assert (run.code, len(run.err.splitlines())) == (2, 1)
