"""What docs/editors.md says to copy can be read by what it is for, and starts the server."""

import json
import re
import tomllib

from tests.conftest import ROOT

PAGE = (ROOT / "docs/editors.md").read_text(encoding="utf-8")


def test_toml() -> None:
    servers, display = (tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
    server = servers["language-server"]["convlint"]
    assert [server["command"], *server["args"]] == ["convlint", "lsp"]
    assert all("convlint" in language["language-servers"] for language in servers["language"])
    assert display["editor"]["lsp"]["display-inlay-hints"] is True


def test_options() -> None:
    (said,) = re.findall(r"Initialization options\*[^`]*`([^`]+)`", PAGE)
    assert json.loads(said) == {"scale": "s"}
