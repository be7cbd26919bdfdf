"""``convlint check``: options, exit codes and what is printed."""

import gc
import io
import json
import os
import sys
from pathlib import Path

import pytest

from convlint import __version__
from convlint.cli import check, main, options, script
from convlint.session import running, session
from tests.cli.conftest import GOOD, INFORMED, OTHER, WARNED, WRONG, Convlint

NONSENSE = """\
warning[CL024] unknown-suppression: `convlint: nonsense` is unknown
  --> net.yaml:5:13
   |
 5 | # convlint: nonsense
   |             ^^^^^^^^
   |
   = help: write `# convlint: ignore[CL103]` or `# convlint: ignore-file[CL103]`

"""
MORE = "More on CL024: `convlint explain CL024`.\n"


@pytest.fixture(autouse=True)
def _files(folder: Path) -> None:
    for name, text in (("good", GOOD), ("net", WARNED), ("wrong", WRONG), ("informed", INFORMED), ("other", OTHER)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_clean_file(convlint: Convlint) -> None:
    assert convlint("good.yaml") == (0, "All good: 1 file checked.\n", "")


def test_a_warning(convlint: Convlint) -> None:
    assert convlint("net.yaml") == (1, NONSENSE + MORE + "1 warning in 1 file\n", "")
    assert convlint("check", "net.yaml") == (1, NONSENSE + MORE + "1 warning in 1 file\n", "")


def test_an_error(convlint: Convlint) -> None:
    code, out, err = convlint("wrong.yaml", "--format", "concise")
    assert (code, err) == (1, "")
    assert out.startswith("wrong.yaml:4:")
    assert out.endswith("[CL301 kernel-count-mismatch]\n1 error in 1 file; 1 fixable with --fix --unsafe-fixes\n")


def test_an_info_is_counted_and_shown_on_demand(convlint: Convlint) -> None:
    assert convlint("informed.yaml") == (0, "All good: 1 file checked; 1 info (shown with --info).\n", "")
    code, out, _ = convlint("--info", "informed.yaml")
    assert (code, out.splitlines()[-1]) == (0, "1 info in 1 file")
    assert out.startswith("info[CL105]")


@pytest.mark.parametrize(
    ("level", "codes"),
    [("error", [0, 0, 0, 1]), ("warning", [0, 0, 1, 1]), ("info", [0, 1, 1, 1])],
)
def test_fail_on(convlint: Convlint, level: str, codes: list[int]) -> None:
    names = ["good.yaml", "informed.yaml", "net.yaml", "wrong.yaml"]
    assert [convlint("--fail-on", level, name).code for name in names] == codes


def test_what_fails_is_shown(convlint: Convlint) -> None:
    assert convlint("--fail-on=info", "informed.yaml").out.startswith("info[CL105]")


def test_exit_zero(convlint: Convlint) -> None:
    assert convlint("--exit-zero", "net.yaml") == (0, NONSENSE + MORE + "1 warning in 1 file\n", "")
    assert convlint("--exit-zero", "gone.yaml").code == 2


def test_quiet(convlint: Convlint) -> None:
    assert convlint("-q", "net.yaml") == (1, NONSENSE, "")
    assert convlint("--quiet", "good.yaml") == (0, "", "")
    assert convlint("--quiet", "gone.yaml") == (2, "", "convlint: gone.yaml: no such file or directory\n")


def test_statistics(convlint: Convlint) -> None:
    assert convlint("net.yaml", "--statistics") == (
        1,
        NONSENSE + "1  CL024 unknown-suppression\n" + MORE + "1 warning in 1 file\n",
        "",
    )
    assert convlint("good.yaml", "--statistics").out == "All good: 1 file checked.\n"


def test_several_files_and_one_that_is_missing(convlint: Convlint) -> None:
    assert convlint("good.yaml", "net.yaml", "gone.yaml") == (
        2,
        NONSENSE + MORE + "1 warning in 2 files; 1 not checked\n",
        "convlint: gone.yaml: no such file or directory\n",
    )


def test_a_named_file_that_is_no_network(convlint: Convlint) -> None:
    code, out, err = convlint("other.yaml")
    assert (code, out) == (2, "No findings in 0 files; 1 not checked\n")
    assert err.startswith("convlint: other.yaml: describes no network (looked for a top-level key `convlint`")
    assert convlint("--skip-unrecognised", "other.yaml", "good.yaml") == (
        0,
        "All good: 1 file checked; 1 skipped (--show-files says why).\n",
        "",
    )
    assert convlint("--skip-unrecognised", "other.yaml") == (
        0,
        "",
        "convlint: nothing to check in other.yaml: 1 skipped (--show-files says why)\n",
    )


def test_a_named_file_needs_less_proof(convlint: Convlint, folder: Path) -> None:
    (folder / "bare.yaml").write_text(GOOD.replace("convlint: 1\n", ""), encoding="utf-8")
    assert convlint("bare.yaml").out == "All good: 1 file checked.\n"
    unknown = GOOD.replace("convlint: 1\n", "").replace("Conv2d", "Conv2D")
    (folder / "bare.yaml").write_text(unknown, encoding="utf-8")
    assert convlint("bare.yaml").code == 1
    skipped = "convlint: nothing to check in bare.yaml: 1 skipped (--show-files says why)\n"
    assert convlint("--skip-unrecognised", "bare.yaml").err == skipped


def test_syntax_and_encoding_errors_are_findings(convlint: Convlint, folder: Path) -> None:
    (folder / "syntax.yaml").write_text("convlint: [\n", encoding="utf-8")
    (folder / "latin.yaml").write_bytes(b"convlint: 1\nname: caf\xe9\n")
    (folder / "template.yaml").write_text("{{- if .Values.web }}\nkind: Service\n", encoding="utf-8")
    code, out, _ = convlint("syntax.yaml", "latin.yaml", "template.yaml", "--format=concise")
    assert code == 1
    assert [line.rsplit(" [", 1)[1] for line in out.splitlines()[:-1]] == ["CL001 syntax-error]"] * 3
    assert "latin.yaml:2:10: error: byte 0xe9 is not UTF-8; save the file as UTF-8 [CL001 syntax-error]" in out
    assert convlint("--skip-unrecognised", "template.yaml").code == 0


@pytest.mark.parametrize("option", ["--select=CL1", "--ignore=ALL", "--ignore=CL001,CL022"])
def test_what_cannot_be_read_is_never_all_right(convlint: Convlint, folder: Path, option: str) -> None:
    (folder / "syntax.yaml").write_text("convlint: [\n", encoding="utf-8")
    assert convlint(option, "syntax.yaml").code == 1


def test_a_file_beyond_the_limit(convlint: Convlint, folder: Path) -> None:
    with open(folder / "big.yaml", "wb") as big:
        big.write(GOOD.encode())
        big.truncate(16 * 1024 * 1024 + 1)
    code, out, _ = convlint("big.yaml", "--format=concise")
    assert (code, out.splitlines()) == (
        1,
        [
            "big.yaml:1:1: error: the file is longer than 16 MiB and is not read [CL022 limit-exceeded]",
            "1 error in 1 file",
        ],
    )
    (folder / "big.yaml").rename(folder / "big.json")
    with open(folder / "other.json", "wb") as big:
        big.truncate(16 * 1024 * 1024 + 1)
    assert (
        convlint("--select=CL3", ".", "--ignore=CL3").out.splitlines()[-1]
        == "1 error in 5 files; 2 skipped (--show-files says why)"
    )


def test_select_and_ignore(convlint: Convlint) -> None:
    assert convlint("net.yaml", "--ignore", "CL024").code == 0
    assert convlint("net.yaml", "--ignore", "cl023,Unknown-Suppression").code == 0
    assert convlint("net.yaml", "--select", "CL1").code == 0
    assert convlint("net.yaml", "--select", "CL1", "--extend-select", "CL024").code == 1
    assert convlint("net.yaml", "--select", "ALL", "--ignore", "CL02").code == 0
    assert convlint("net.yaml", "--select", "CL024", "--ignore", "CL02", "--ignore", "ALL").code == 1
    assert convlint("net.yaml", "--select", "CL1", "--select", "CL02").code == 1


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--select", "CL3O1"], "unknown rule `CL3O1`; did you mean `CL301`?"),
        (["--ignore", "droped-input"], "unknown rule `droped-input`; did you mean `dropped-input`?"),
        (["--extend-select", "CL1,x\x1b[31m\n"], "unknown rule `x\\x1b[31m`"),
        (["--select", ","], "argument --select: expected rules (see convlint --help)"),
        (
            ["--format", "jso"],
            "argument --format: `jso` is no choice; did you mean `json`? (see convlint --help)",
        ),
        (
            ["--fail-on", "never"],
            "argument --fail-on: `never` is no choice; there are error, warning, info (see convlint --help)",
        ),
        (["--nonsense\x1b"], "there is no option --nonsense\\x1b (see convlint --help)"),
        (["--sel", "CL1"], "there is no option --sel; did you mean `--select`? (see convlint --help)"),
        (
            ["--config", "a", "--isolated"],
            "argument --isolated: not allowed with argument --config (see convlint --help)",
        ),
    ],
)
def test_wrong_usage(convlint: Convlint, argv: list[str], message: str) -> None:
    code, out, err = convlint("net.yaml", *argv)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"convlint: {message}")


def test_options_stand_anywhere(convlint: Convlint) -> None:
    assert convlint("good.yaml", "-q", "net.yaml", "--format", "concise", "--", "informed.yaml").out == (
        "net.yaml:5:13: warning: `convlint: nonsense` is unknown [CL024 unknown-suppression]\n"
    )


def test_files_whose_names_look_like_commands_or_options(convlint: Convlint, folder: Path) -> None:
    for name in ("show", "check", "-x.yaml"):
        (folder / name).write_text(GOOD, encoding="utf-8")
    assert convlint("./show").out == "All good: 1 file checked.\n"
    assert convlint("check", "check").out == "All good: 1 file checked.\n"
    assert convlint("--quiet", "--", "show", "-x.yaml") == (0, "", "")
    assert convlint("good.yaml", "show").out == "All good: 2 files checked.\n"


def test_json(convlint: Convlint) -> None:
    code, out, err = convlint("net.yaml", "informed.yaml", "gone.yaml", "--format=json", "--statistics")
    printed = json.loads(out)
    assert (code, err) == (2, "convlint: gone.yaml: no such file or directory\n")
    assert [finding["code"] for finding in printed["findings"]] == ["CL024"]
    assert printed["failures"] == [{"path": "gone.yaml", "message": "no such file or directory"}]
    assert printed["summary"] == {
        "files": 2,
        "skipped": 0,
        "errors": 0,
        "warnings": 1,
        "infos": 1,
        "suppressed": 0,
        "omitted": 0,
    }
    code, out, err = convlint("informed.yaml", "--format=json", "--info")
    assert (code, [finding["severity"] for finding in json.loads(out)["findings"]]) == (0, ["info"])


def test_github(convlint: Convlint) -> None:
    code, out, err = convlint("net.yaml", "gone.yaml", "--format=github")
    lines = out.splitlines()
    assert (code, err) == (2, "")
    assert lines[0] == "::error title=convlint::gone.yaml: no such file or directory"
    assert lines[1].startswith(
        "::warning file=net.yaml,line=5,endLine=5,col=13,endColumn=21,title=CL024 unknown-suppression::"
    )
    assert NONSENSE in out
    assert lines[-1] == "1 warning in 1 file; 1 not checked"
    assert convlint("good.yaml", "--format=github").out == "All good: 1 file checked.\n"


def test_suppressed_findings_are_counted(convlint: Convlint, folder: Path) -> None:
    (folder / "net.yaml").write_text(WRONG.replace("5}", "5}  # convlint: ignore[CL301] measured"), encoding="utf-8")
    assert convlint("net.yaml") == (0, "All good: 1 file checked; 1 suppressed.\n", "")


def test_standard_input(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    given(WARNED.encode())
    assert convlint("-").out == NONSENSE.replace("net.yaml", "<stdin>") + MORE + "1 warning in 1 file\n"
    given(b"\xef\xbb\xbf" + WARNED.encode())
    assert convlint("-", "-", "--stdin-filename", "a/b.yaml").out == (
        NONSENSE.replace("net.yaml", "a/b.yaml") + MORE + "1 warning in 1 file\n"
    )
    given(b"")
    assert convlint("-").err.startswith("convlint: <stdin>: is empty")
    monkeypatch.setattr(sys, "stdin", None)
    assert convlint("-") == (
        2,
        "No findings in 0 files; 1 not checked\n",
        "convlint: <stdin>: cannot be read: standard input is closed\n",
    )


@pytest.mark.parametrize(
    ("colours", "argv", "environment"),
    [
        (False, [], {}),
        (True, [], {"FORCE_COLOR": "1"}),
        (False, [], {"FORCE_COLOR": "0"}),
        (False, [], {"FORCE_COLOR": "1", "NO_COLOR": "1"}),
        (True, ["--color=always"], {"NO_COLOR": "1"}),
        (False, ["--color=never"], {"FORCE_COLOR": "1"}),
        (True, ["--color=auto"], {"FORCE_COLOR": "1", "NO_COLOR": ""}),
    ],
)
def test_colours(
    convlint: Convlint, monkeypatch: pytest.MonkeyPatch, colours: bool, argv: list[str], environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in convlint("net.yaml", *argv).out) is colours
    assert "\x1b[" not in convlint("net.yaml", *argv, "--format=json").out


@pytest.mark.parametrize(("colours", "terminal"), [(True, "xterm"), (False, "dumb")])
def test_colours_in_a_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch, colours: bool, terminal: str) -> None:
    output = io.StringIO()
    output.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["net.yaml"]) == 1
    assert ("\x1b[" in output.getvalue()) is colours


def test_version_and_help(convlint: Convlint) -> None:
    assert convlint("--version") == (0, f"convlint {__version__}\n", "")
    code, out, err = convlint("--help")
    assert (code, err) == (0, "")
    for words in ("--stdin-filename", "exit codes:", "convlint.toml", "show FILE..."):
        assert words in out


def test_a_bug_spoils_one_file_only(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: object, *rest: object, **more: object) -> object:
        if getattr(source, "path", "") == "good.yaml":
            raise RuntimeError("boom \x1b[31m\nnext")
        return lint(source, *rest, **more)  # type: ignore[arg-type]

    lint = session.lint
    monkeypatch.setattr(session, "lint", broken)
    code, out, err = convlint("good.yaml", "net.yaml")
    assert (code, out) == (2, NONSENSE + MORE + "1 warning in 1 file; 1 not checked\n")
    assert err.startswith(
        "convlint: good.yaml: internal error (RuntimeError: boom \\x1b[31m\\nnext at session/session.py:"
    )
    assert err.endswith("; please report it with the file: https://github.com/convlint/convlint/issues\n")
    assert len(err.splitlines()) == 1


def test_a_bug_outside_of_any_file(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "run", lambda options: {}["nothing"])
    code, out, err = convlint("good.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("convlint: internal error (KeyError: 'nothing' at cli/__init__.py:")


def test_a_bug_is_placed_in_the_package_and_not_in_a_folder_of_its_name(
    convlint: Convlint, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = compile("{}['nothing']", "/home/me/convlint/.venv/lib/yaml/reader.py", "exec")
    monkeypatch.setattr(check, "run", lambda options: exec(elsewhere))
    code, out, err = convlint("good.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("convlint: internal error (KeyError: 'nothing' at cli/__init__.py:")


def test_the_process_ends_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Left(BaseException):
        pass

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(gc, "disable", lambda: None)
    monkeypatch.setattr(sys, "argv", ["convlint", "net.yaml"])
    with pytest.raises(Left) as left:
        script()
    assert left.value.args == (1,)
    assert capsys.readouterr().out == NONSENSE + MORE + "1 warning in 1 file\n"


def test_interrupted(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(command: str, argv: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(options, "parse", interrupted)
    assert convlint("good.yaml") == (130, "", "")


def test_an_output_that_cannot_be_written(convlint: Convlint, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(check, "_report", full)
    assert convlint("good.yaml") == (2, "", "convlint: cannot write the output: No space left on device\n")


def test_a_deleted_working_directory(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", gone)
    assert convlint(str(folder / "good.yaml")) == (0, "All good: 1 file checked.\n", "")


def test_many_characters_are_swept_once(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = []
    monkeypatch.setattr(running, "_SWEEP_AFTER", 2 * len(GOOD) - 1)
    monkeypatch.setattr(gc, "isenabled", lambda: False)
    monkeypatch.setattr(gc, "collect", lambda: swept.append(True))
    for name in "abcde":
        (folder / f"{name}.yaml").write_text(GOOD, encoding="utf-8")
    assert convlint("a.yaml", "b.yaml", "c.yaml", "d.yaml").code == 0
    assert len(swept) == 1
    assert convlint("a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml").code == 0
    assert len(swept) == 3
