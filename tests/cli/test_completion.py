"""What shells complete."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from convlint.cli import COMMANDS, completion
from convlint.cli.options import SHELLS, parser_of
from tests.cli.conftest import Convlint

needs = {shell: pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed") for shell in SHELLS}


def completed(script: str, folder: Path, *words: str) -> set[str]:
    """What bash offers for the last word."""
    (folder / "script").write_text(script, encoding="utf-8")
    quoted = " ".join(f"'{word}'" for word in words)
    program = (
        f"source ./script; COMP_WORDS=(convlint {quoted}); COMP_CWORD={len(words)}; _convlint; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", program], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


@needs["bash"]
def test_bash(convlint: Convlint, folder: Path) -> None:
    script = convlint("completion", "bash").out
    (folder / "net.yaml").touch()
    assert {"--format", "--fix", "-q"} <= completed(script, folder, "-")
    assert completed(script, folder, "--form") == {"--format"}
    assert completed(script, folder, "--format", "") >= {"full", "sarif", "auto"}
    assert completed(script, folder, "--format", "=", "js") == {"json", "json-lines"}
    assert completed(script, folder, "--format", "=") >= {"full", "sarif"}
    assert completed(script, folder, "--output", "js") == {"json=", "json-lines="}
    assert completed(script, folder, "--select", "CL10") == {f"CL10{digit}" for digit in range(1, 10)}
    assert completed(script, folder, "--ignore", "odd-") == {"odd-skip"}
    assert completed(script, folder, "--config", "n") == {"net.yaml"}
    assert completed(script, folder, "sho") == {"show"}
    assert completed(script, folder, "ne") == {"net.yaml"}
    assert completed(script, folder, "show", "--format", "") == {"table", "json"}
    assert "--fix" not in completed(script, folder, "show", "--")
    assert completed(script, folder, "explain", "odd-") == {"odd-skip"}
    assert completed(script, folder, "sizes", "n") == {"net.yaml"}
    assert completed(script, folder, "completion", "") >= set(SHELLS)
    assert completed(script, folder, "--jobs", "n") == set()


@needs["zsh"]
def test_zsh(convlint: Convlint, folder: Path) -> None:
    (folder / "_convlint").write_text(convlint("completion", "zsh").out, encoding="utf-8")
    subprocess.run(["zsh", "-n", "_convlint"], cwd=folder, check=True, timeout=60)
    program = "autoload -Uz compinit; compinit -u -D; source ./_convlint; print -r -- $_comps[convlint] ${+functions[_convlint_sizes]}"
    done = subprocess.run(["zsh", "-fc", program], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("_convlint 1\n", "")


@needs["fish"]
def test_fish(convlint: Convlint, folder: Path) -> None:
    (folder / "script").write_text(convlint("completion", "fish").out, encoding="utf-8")

    def offered(line: str) -> set[str]:
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source ./script; complete -C '{line}'"],
            cwd=folder, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert done.stderr == ""
        return {row.partition("\t")[0] for row in done.stdout.splitlines()}

    assert {"sarif", "full"} <= offered("convlint --format ")
    assert offered("convlint show --format ") == {"table", "json"}
    assert "--fix" in offered("convlint --fi") and "--fix" not in offered("convlint show --fi")
    assert "show" in offered("convlint sh")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_is_offered(convlint: Convlint, shell: str) -> None:
    run = convlint("completion", shell)
    assert (run.code, run.err) == (0, "")
    for command in COMMANDS:
        assert command in run.out
        for action in parser_of(command)._actions:
            for flag in action.option_strings:
                long = f"-l {flag[2:]} " if flag.startswith("--") else f"-s {flag[1:]} "
                assert long in run.out if shell == "fish" else flag in run.out


def test_wrong_shells(convlint: Convlint) -> None:
    assert convlint("completion").code == 2
    run = convlint("completion", "tcsh")
    assert run.code == 2 and "`tcsh` is no choice" in run.err
    assert all(completion._about(command) for command in COMMANDS)
