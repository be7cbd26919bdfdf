"""``convlint diff``."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from convlint.session import revisions
from convlint.session.comparing import Operand, operands
from tests.cli.conftest import GOOD, OTHER, WRONG, Convlint

NEW = GOOD.replace("kernel_size: 3", "kernel_size: 5")
YOLO = """\
nc: 2
scales: {n: [1.0, 0.5, 64], s: [1.0, 1.0, 64]}
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, C2f, [16]]
head:
  - [[1], 1, Detect, [nc]]
"""
NO_GIT = shutil.which("git") is None


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def git(folder: Path, *words: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.fixture
def repository(folder: Path) -> Path:
    if NO_GIT:
        pytest.skip("git is not installed")
    git(folder, "init", "-q")
    write(folder, net=GOOD)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    git(folder, "tag", "first")
    write(folder, net=NEW)
    git(folder, "commit", "-qam", "two")
    return folder


def test_files(convlint: Convlint, folder: Path) -> None:
    write(folder, one=GOOD, two=NEW)
    assert convlint("diff", "one.yaml", "two.yaml") == (
        1,
        """\
--- one.yaml
+++ two.yaml

1 changed

~ line 4  Conv2d  kernel_size: 3 -> 5; 2x7x7 -> 2x5x5, parameters 20 -> 52, MACs 882 -> 1,250, field 3x3 -> 5x5

                             before  after          change
  layers                          1      1               =
  parameters                     20     52  +32 (+160.0 %)
  MACs                          882  1,250  +368 (+41.7 %)
  activations alive at once     179    131   -48 (-26.8 %)
""",
        "",
    )
    assert convlint("diff", "one.yaml", "one.yaml") == (0, "--- one.yaml\n+++ one.yaml\nno difference\n", "")
    assert "\x1b[" in convlint("diff", "one.yaml", "two.yaml", "--color=always").out


def test_standard_input(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, two=NEW)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    assert convlint("diff", "-", "two.yaml").code == 1
    assert convlint("diff", "-", "-") == (2, "", "convlint: standard input can be read once only\n")


def test_scales(convlint: Convlint, folder: Path) -> None:
    write(folder, net=YOLO, other=YOLO.replace("[16]", "[24]"), plain=re.sub("scales.*\n", "", YOLO))
    out = convlint("diff", "net.yaml@n", "net.yaml@s").out
    assert out.startswith("--- net.yaml (n)\n+++ net.yaml (s)\n\n3 following\n")
    both = convlint("diff", "net.yaml", "other.yaml").out
    assert re.findall("^scale .*", both, re.MULTILINE) == [
        "scale n: 1 changed, 1 following",
        "scale s: 1 changed, 1 following",
    ]
    assert both.count("c2: 16 -> 24") == 1
    assert "- scales.n: [1.0, 0.5, 64] (gone)" not in both
    assert "~ scales.n: [1.0, 0.5, 64] (gone)" in convlint("diff", "net.yaml", "plain.yaml").out
    assert convlint("diff", "net.yaml@q", "net.yaml@s") == (
        2, "", "convlint: net.yaml (s): has no scale `q`; there are n, s\n",
    )  # fmt: skip
    assert convlint("diff", "plain.yaml@q", "plain.yaml").code == 0


def test_several_networks(convlint: Convlint, folder: Path) -> None:
    write(folder, two=f"{GOOD}---\n{GOOD}", other=f"{GOOD}---\n{NEW}", one=GOOD)
    out = convlint("diff", "two.yaml", "other.yaml").out
    assert "network 1: no difference" in out and "network 2: 1 changed" in out
    assert convlint("diff", "two.yaml", "one.yaml") == (
        2, "", "convlint: one.yaml: cannot be compared one by one: 2 networks before, 1 after\n",
    )  # fmt: skip


def test_json(convlint: Convlint, folder: Path) -> None:
    write(
        folder, one=YOLO, two=YOLO.replace("head:\n", "head:\n  - [-1, 1, Conv, [16, 1]]\n").replace("nc: 2", "nc: 3")
    )
    code, out, _ = convlint("diff", "--format=json", "one.yaml", "two.yaml")
    printed = json.loads(out)
    assert (code, printed["before"], printed["after"]) == (1, "one.yaml", "two.yaml")
    first, second = printed["networks"]
    assert (first["variants"], second["variants"]) == (["n", "n"], ["s", "s"])
    assert first["settings"] == [{"name": "nc", "before": "2", "after": "3"}]
    assert [(one["change"], one["reads"]) for one in first["layers"]] == [("inserted", None), ("affected", None)]
    added = first["layers"][0]["after"]
    assert (added["index"], added["name"], added["line"], added["outputs"]) == (2, "model.2", 7, [[8, 320, 320]])
    assert first["before"]["layers"] == 3 and first["after"]["layers"] == 4
    assert json.loads(convlint("diff", "--format=json", "one.yaml", "one.yaml").out)["networks"][0]["layers"] == []


HOSTILE = """\
convlint: 1
input: [1, 9, 9]
name: "<script>alert(1)</script> | `x` @everyone \\e[31m ##[error]"
layers:
  - {name: "a|`b`</td><img src=x>", type: Conv2d, out_channels: 2, kernel_size: 3}
"""


def test_markdown(convlint: Convlint, folder: Path) -> None:
    write(folder, one=GOOD, two=HOSTILE, yolo=YOLO, wide=YOLO.replace("[16]", "[24]"))
    out = convlint("diff", "--format=markdown", "one.yaml", "two.yaml").out
    assert "| changed | `a" not in out, "a name with a grave accent needs a longer fence"
    outside = re.sub(r"(`+).*?(?<!`)\1(?!`)", "", out)
    assert "<" not in outside and "@" not in outside and "##[" not in out
    assert "No difference." in convlint("diff", "--format=markdown", "one.yaml", "one.yaml").out
    out = convlint("diff", "--format=markdown", "yolo.yaml", "wide.yaml").out
    assert "| changed | `row 1` | `C2f` | `c2: 16 -> 24` |" in out and "| `scale s`: parameters |" in out
    assert "<details><summary>What follows for 1 other layers</summary>" in out


class Page(HTMLParser):
    """What is in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "href", "onclick", "style"} & {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html(convlint: Convlint, folder: Path) -> None:
    write(folder, one=GOOD, two=HOSTILE, yolo=YOLO, wide=YOLO.replace("[16]", "[24]"))
    for first, second in (("one", "two"), ("yolo", "wide"), ("one", "one")):
        out = convlint("diff", "--format=html", f"{first}.yaml", f"{second}.yaml").out
        page = Page()
        page.feed(out)
        assert page.open == [] and not {"script", "img", "link", "iframe"} & set(page.tags)
        assert "default-src 'none'; style-src 'unsafe-inline'" in out
    text = "".join(page.texts)
    assert "No difference." in text


def test_long_pages(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convlint.reports.difference import markdown, page, text

    head, layer = "convlint: 1\ninput: [1, 9, 9]\nlayers:\n", "  - {type: ReLU}\n"
    write(folder, one=head + layer * 40, two=head + layer * 20 + "  - {type: Tanh}\n" + layer * 19)
    monkeypatch.setattr(page, "MOST", 10)
    out = convlint("diff", "--format=html", "one.yaml", "two.yaml").out
    assert out.count('<td colspan="3">') == 2 and out.count("<tr class=") == 7
    write(folder, one=GOOD + layer * 9, two=NEW + layer * 9)
    monkeypatch.setattr(text, "MOST_AFFECTED", 4)
    monkeypatch.setattr(markdown, "MOST", 4)
    assert "  and 5 more\n" in convlint("diff", "one.yaml", "two.yaml").out
    assert "| | and 5 more | | | |" in convlint("diff", "--format=markdown", "one.yaml", "two.yaml").out


def test_what_cannot_be_compared(convlint: Convlint, folder: Path) -> None:
    write(folder, good=GOOD, other=OTHER, wrong=WRONG, broken="convlint: 1\nlayers: [")
    (folder / "there").mkdir()
    assert convlint("diff", "good.yaml", "wrong.yaml").code == 1
    for words, said in (
        (("good.yaml", "gone.yaml"), "gone.yaml: cannot be read: no such file or directory"),
        (("good.yaml", "there"), "there: is a folder, not a file"),
        (("good.yaml", "other.yaml"), "other.yaml: describes no network"),
        (("good.yaml", "broken.yaml"), "broken.yaml: describes no network: CL001 in line 2"),
        (("gone.yaml",), "gone.yaml: no such file or directory"),
        (("there",), "there: is a folder, not a file"),
        (("-",), "standard input has no past to be compared with"),
        (("gone.yaml", "gone.yaml"), "gone.yaml: no such file, and gone.yaml is none"),
    ):
        code, out, err = convlint("diff", *words)
        assert (code, out) == (2, "") and err.startswith(f"convlint: {said}"), err
    assert convlint("diff").code == convlint("diff", "a", "b", "c", "d").code == 2


def test_operands(folder: Path) -> None:
    write(folder, a=GOOD, b=GOOD)
    (folder / "a.yaml@x").write_text(GOOD, encoding="utf-8")
    a, b = Operand("a.yaml"), Operand("b.yaml")
    assert operands(["a.yaml"]) == (a._replace(revision="HEAD"), a)
    assert operands(["a.yaml", "b.yaml"]) == (a, b)
    assert operands(["v1", "b.yaml"]) == (b._replace(revision="v1"), b)
    assert operands(["v1", "v2", "b.yaml"]) == (b._replace(revision="v1"), b._replace(revision="v2"))
    assert operands(["v1:old/a.yaml", "b.yaml"]) == (Operand("old/a.yaml", "v1"), b)
    assert operands(["a.yaml", "v1:old/a.yaml"]) == (a, Operand("old/a.yaml", "v1"))
    assert operands(["a.yaml@n", "a.yaml@x"]) == (Operand("a.yaml", None, "n"), Operand("a.yaml@x"))
    assert operands(["main@{1}", "b.yaml"]) == (b._replace(revision="main@{1}"), b)


def test_revisions(convlint: Convlint, repository: Path) -> None:
    assert convlint("diff", "net.yaml").code == 0
    for words in (("first", "net.yaml"), ("HEAD~1", "HEAD", "net.yaml"), ("first:net.yaml", "net.yaml")):
        out = convlint("diff", *words).out
        assert out.startswith(f"--- net.yaml ({words[0].partition(':')[0]})\n+++ net.yaml")
        assert "kernel_size: 3 -> 5" in out
    write(repository, later=GOOD)
    for words, said in (
        (("later.yaml",), "later.yaml (HEAD): the file is not in that revision"),
        (("nothing", "net.yaml"), "net.yaml (nothing): git knows no revision `nothing`"),
        # No argument is an option of git.
        (("--", "--output=made", "net.yaml"), "net.yaml (--output=made): git knows no revision `--output=made`"),
    ):
        assert convlint("diff", *words) == (2, "", f"convlint: {said}\n")
    assert sorted(path.name for path in repository.iterdir()) == [".git", "later.yaml", "net.yaml"]


def test_a_file_in_a_folder_of_the_repository(convlint: Convlint, repository: Path) -> None:
    (repository / "deep").mkdir()
    write(repository / "deep", net=GOOD)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "three")
    write(repository / "deep", net=NEW)
    assert "kernel_size: 3 -> 5" in convlint("diff", "HEAD", "deep/net.yaml").out


def test_nothing_of_a_repository_is_run(convlint: Convlint, repository: Path) -> None:
    betrayal = repository / "ran"
    tool = repository / "tool"
    tool.write_text(f"#!/bin/sh\ntouch '{betrayal}'\ncat\n", encoding="utf-8")
    tool.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.x.textconv",
        "filter.x.smudge",
        "alias.cat-file",
    ):
        git(repository, "config", key, str(tool))
    (repository / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(tool, repository / ".git" / "hooks" / hook)
    (repository / ".gitattributes").write_text("*.yaml diff=x filter=x\n", encoding="utf-8")
    assert convlint("diff", "first", "net.yaml").code == 1
    assert not betrayal.exists()


def test_git_that_does_not_answer(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, net=GOOD)
    places = folder / "bin"
    places.mkdir()
    monkeypatch.setenv("PATH", str(places))
    said = "convlint: net.yaml (HEAD): the program git is not installed, and without it no revision can be read\n"
    assert convlint("diff", "net.yaml") == (2, "", said)
    # What lies in the working directory is not meant.
    monkeypatch.setenv("PATH", f".{os.pathsep}{places}")
    fake = folder / "git"
    fake.write_text("#!/bin/sh\nexec /bin/sleep 5\n", encoding="utf-8")
    fake.chmod(0o755)
    assert convlint("diff", "net.yaml") == (2, "", said)
    if os.name != "nt":
        shutil.copy(fake, places / "git")
        monkeypatch.setattr(revisions, "TIMEOUT", 0.1)
        assert convlint("diff", "net.yaml").err == "convlint: net.yaml (HEAD): git did not answer within 0.1 seconds\n"
        monkeypatch.setattr(revisions, "TIMEOUT", 60)
        (places / "git").write_text(
            "#!/bin/sh\necho fatal: detected dubious ownership >&2\nexit 128\n", encoding="utf-8"
        )
        assert "belongs to somebody else" in convlint("diff", "net.yaml").err
        (places / "git").write_text("#!/bin/sh\necho nonsense\n", encoding="utf-8")
        assert (
            convlint("diff", "net.yaml").err
            == "convlint: net.yaml (HEAD): git knows no revision `HEAD` where net.yaml is\n"
        )
        (places / "git").write_text("not a program", encoding="utf-8")
        assert convlint("diff", "net.yaml").err.startswith("convlint: net.yaml (HEAD): git cannot be run: ")


def test_no_repository(convlint: Convlint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if NO_GIT:
        pytest.skip("git is not installed")
    write(folder, net=GOOD)
    assert convlint("diff", "net.yaml") == (2, "", "convlint: net.yaml (HEAD): the file is in no git repository\n")


def test_long_files_of_the_past(convlint: Convlint, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "MAX_BYTES", 10)
    assert "is longer than" in convlint("diff", "first", "net.yaml").err


def test_excluded(convlint: Convlint, folder: Path) -> None:
    write(folder, net=GOOD)
    (folder / "convlint.toml").write_text('exclude = ["net.yaml"]\nskip-unrecognised = true\n', encoding="utf-8")
    assert convlint("diff", "net.yaml", "net.yaml") == (2, "", "convlint: net.yaml: is excluded by the settings\n")
