"""The session of editors/vscode/test by the library that VS Code's client is made of, under Node."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from convlint.catalogue import HOME
from tests.conftest import ROOT

EXTENSION = ROOT / "editors/vscode"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.skipif(not (EXTENSION / "node_modules").is_dir(), reason="`npm ci` was not run in editors/vscode")
def test_the_client_library_of_vs_code() -> None:
    pytest.importorskip("pygls", reason="the extra [lsp] is not installed")
    environment = {**os.environ, "CONVLINT": f"{sys.executable} -m convlint lsp"}
    done = subprocess.run(
        ["node", "--test", "test/"], cwd=EXTENSION, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_extension_says_what_the_page_says() -> None:
    page = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    keys = package["contributes"]["configuration"]["properties"]
    documented = re.findall(r"^\| `(\w+)` \|", page.partition("## Settings")[2].partition("\n## ")[0], re.MULTILINE)
    assert {f"convlint.{key}" for key in documented} == keys.keys() - {"convlint.command"}
    assert package["repository"]["url"] == f"{HOME}.git"
    lock = (EXTENSION / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
