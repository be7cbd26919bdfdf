"""What people copy into their repositories works: hooks, the action, the blocks of docs/ci.md, the problem matcher."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from convlint.reports import REPORTS
from tests.cli.conftest import GOOD, WARNED, WRONG
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
BLOCKS: list[Any] = [
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
MATCHER = json.loads((ROOT / ".github" / "convlint-matcher.json").read_text("utf-8"))["problemMatcher"][0]["pattern"][0]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a shell")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of somebody, with a `convlint` and a `pip` that are found."""
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    (work / "good.yaml").write_text(GOOD, encoding="utf-8")
    (work / "warned.yaml").write_text(WARNED, encoding="utf-8")
    (work / "my wrong.yaml").write_text(WRONG, encoding="utf-8")
    program(tmp_path / "bin" / "convlint", f'exec "{sys.executable}" -m convlint "$@"')
    program(tmp_path / "bin" / "pip", "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.chdir(work)
    for name in ("NO_COLOR", "FORCE_COLOR", "TF_BUILD", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    return work


def program(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def shell(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a runner does with a script."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def scripts(block: Any) -> list[str]:
    """All commands in a block, wherever they stand."""
    if isinstance(block, dict):
        found = [text for key in ("run", "script") if isinstance(text := block.get(key), str)]
        found += block["script"] if isinstance(block.get("script"), list) else []
        return [
            *found,
            *(text for value in block.values() if isinstance(value, dict | list) for text in scripts(value)),
        ]
    return (
        [text for one in block if isinstance(one, dict | list) for text in scripts(one)]
        if isinstance(block, list)
        else []
    )


def test_every_block_is_there() -> None:
    assert len(BLOCKS) == 5
    assert [len(scripts(block)) for block in BLOCKS] == [0, 0, 2, 2, 2]


@pytest.mark.parametrize("block", [block for block in BLOCKS if scripts(block)], ids=["github", "gitlab", "azure"])
def test_the_commands_of_a_block_run(folder: Path, block: Any) -> None:
    for script in dict.fromkeys(scripts(block)):
        done = shell(script, GITHUB_STEP_SUMMARY=str(folder / "summary.md"))
        assert done.returncode == (1 if script.startswith("convlint") else 0), done.stderr
        for name, path in re.findall(r"--output ([\w-]+)=(\S+)", script):
            assert name in REPORTS
            written = folder / path.strip('"').replace("$GITHUB_STEP_SUMMARY", "summary.md")
            assert "CL301" in written.read_text("utf-8")


def test_what_blocks_name_exists() -> None:
    hooks, action, own, gitlab, azure = BLOCKS
    assert [hook["id"] for hook in hooks["repos"][0]["hooks"]] == list(HOOKS)
    (step,) = (one for one in action["jobs"]["convlint"]["steps"] if one["uses"].startswith("convlint/"))
    assert step["with"].keys() <= ACTION["inputs"].keys()
    documented = re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE)
    assert documented == list(ACTION["inputs"])
    assert own["jobs"]["convlint"]["steps"][-1]["run"].startswith("convlint ")
    reports = gitlab["networks"]["artifacts"]["reports"]
    script = " ".join(gitlab["networks"]["script"])
    assert f"gitlab={reports['codequality']}" in script and f"junit={reports['junit']}" in script
    assert f"junit={azure['steps'][-1]['inputs']['testResultsFiles']}" in azure["steps"][-2]["script"]


# The action -----------------------------------------------------------------------------------------------------------


def act(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the action's script as GitHub does, and what it puts out for later steps."""
    (step,) = (one for one in ACTION["runs"]["steps"] if one.get("id") == "check")
    values = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | inputs
    environment = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], text)
        for name, text in step["env"].items()
    }
    python = folder.parent / "python"
    program(
        python,
        'mkdir -p "$3/bin"; printf \'#!/bin/sh\\nexit 0\\n\' > "$3/bin/python"; '
        'cp "$(command -v convlint)" "$3/bin/convlint"; chmod +x "$3/bin/python"',
    )
    (folder.parent / "temp").mkdir(exist_ok=True)
    output = folder.parent / "output"
    output.write_text("")
    environment |= {
        "CONVLINT_PYTHON": str(python),
        "RUNNER_TEMP": str(folder.parent / "temp"),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md"),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_ACTIONS": "true",
    }
    return shell(step["run"], **environment), output.read_text("utf-8")


def test_the_action(folder: Path) -> None:
    done, output = act(folder)
    assert done.returncode == 1 and "::error file=my wrong.yaml,line=4" in done.stdout and output == ""
    assert "1 error, 1 warning in 3 files" in (folder.parent / "summary.md").read_text("utf-8")
    done, output = act(folder, paths="good.yaml\r\n\n", sarif="true")
    assert done.returncode == 0 and output == f"sarif={folder.parent}/temp/convlint.sarif\n"
    done, output = act(folder, paths="my wrong.yaml\ngood.yaml", sarif="true", summary="false")
    assert done.returncode == 1 and output.startswith("sarif=")
    log = json.loads((folder.parent / "temp" / "convlint.sarif").read_text("utf-8"))
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["CL301"]
    assert act(folder, paths="warned.yaml", **{"fail-on": "error"})[0].returncode == 0


def test_the_action_takes_nothing_for_a_command(folder: Path) -> None:
    done, _ = act(folder, paths="--exit-zero\n$(touch owned)\n`touch owned`;touch owned", summary="$(touch owned)")
    assert done.returncode == 2 and not (folder / "owned").exists()


def test_steps_of_the_action_are_pinned_and_pass_no_text() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.search(r"@[0-9a-f]{40}$", step["uses"])
    upload = ACTION["runs"]["steps"][-1]
    assert upload["if"] == "${{ !cancelled() && steps.check.outputs.sarif != '' }}"


# Hooks and matchers ---------------------------------------------------------------------------------------------------


def test_hooks(folder: Path) -> None:
    names = ["good.yaml", "warned.yaml", "my wrong.yaml", "other.yaml"]
    (folder / "other.yaml").write_text("a: 1\n")
    quoted = " ".join(f"'{name}'" for name in names)
    for hook in HOOKS.values():
        assert all(re.search(hook["files"], name) for name in names) and not re.search(hook["files"], "net.py")
    (folder / "misspelt.yaml").write_text(GOOD.replace("kernel_size", "kernel_sise"), encoding="utf-8")
    done = shell(f"{HOOKS['convlint']['entry']} {quoted} misspelt.yaml")
    assert done.returncode == 1 and "CL301" in done.stdout and "kernel_sise" in (folder / "misspelt.yaml").read_text()
    done = shell(f"{HOOKS['convlint-fix']['entry']} misspelt.yaml")
    assert done.returncode == 0 and "1 fixed" in done.stdout and (folder / "misspelt.yaml").read_text() == GOOD


def test_the_problem_matcher(folder: Path) -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    task = json.loads(block)["tasks"][0]
    assert task["problemMatcher"]["pattern"] == MATCHER
    lines = shell(task["command"]).stdout.splitlines()
    found = [match for line in lines if (match := re.search(MATCHER["regexp"], line))]
    assert len(found) == 2 and len(lines) == 3
    first = found[0]
    assert [first[MATCHER[key]] for key in ("file", "line", "column", "severity", "message", "code")] == [
        "my wrong.yaml", "4", "62", "error", "5 kernels declared, 2 derived", "CL301",
    ]  # fmt: skip
