"""Patterns of paths mean what they mean to git."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from convlint.session.patterns import Pattern, Patterns


@pytest.mark.parametrize(
    ("expected", "pattern", "path"),
    [
        (True, "a.yaml", "a.yaml"),
        (True, "a.yaml", "x/y/a.yaml"),
        (False, "a.yaml", "aXyaml"),
        (True, "*.yaml", "x/a.yaml"),
        (False, "*.yaml", "x/a.yml"),
        (True, "vendor", "vendor/x/a.yaml"),
        (True, "vendor/", "vendor/x/a.yaml"),
        (True, "vendor", "x/vendor/a.yaml"),
        (False, "vendor", "vendors/a.yaml"),
        (True, "/vendor", "vendor/a.yaml"),
        (True, "./nets/*.yaml", "nets/a.yaml"),
        (True, "nets/*.yaml", "nets/a.yaml"),
        (False, "nets/*.yaml", "nets/x/a.yaml"),
        (False, "nets/*.yaml", "x/nets/a.yaml"),
        (True, "nets/**", "nets/x/a.yaml"),
        (True, "nets/**/a.yaml", "nets/a.yaml"),
        (True, "nets/**/a.yaml", "nets/x/y/a.yaml"),
        (True, "**/old/*.yaml", "old/a.yaml"),
        (True, "**/old/*.yaml", "x/old/a.yaml"),
        (True, "net?.yaml", "net1.yaml"),
        (False, "net?.yaml", "net/.yaml"),
        (True, "net[0-9].yaml", "net1.yaml"),
        (False, "net[!0-9].yaml", "net1.yaml"),
        (True, "net[!0-9].yaml", "netx.yaml"),
        (False, "a/net[!0-9]b", "a/net/b"),
        (True, "[[]x].yaml", "[x].yaml"),
        (True, "a(b|c)+.yaml", "a(b|c)+.yaml"),
        (True, "*", "a\nb"),
        (False, "nets/*.yaml", "../nets/a.yaml"),
        (True, "*.yaml", "../nets/a.yaml"),
    ],
)
def test_patterns(expected: bool, pattern: str, path: str) -> None:
    assert Patterns([pattern]).match(path) is expected


@pytest.mark.parametrize(
    "text", ["", " ", "/", "!", "!/", "# a comment", "[z-a]", "[a", "[", "[]", "a\\", "[[:colour:]]", "[a\\"]
)
def test_no_patterns(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no pattern$"):
        Pattern(text)


def test_the_last_pattern_that_means_a_path_decides() -> None:
    patterns = Patterns(["*.yaml", "!good.yaml", "/nets/bad/", "!/nets/bad/good.yaml"])
    assert patterns.match("a.yaml")
    assert not patterns.match("good.yaml")
    assert not patterns.match("nets/good.yaml")
    # Out of a folder that is left out nothing is taken back.
    assert patterns.match("nets/bad/good.yaml")
    assert patterns.match("nets/bad", folder=True)
    assert not patterns.match("nets/bad")


def test_no_pattern_costs_more_than_its_length_times_that_of_the_path() -> None:
    class Counted(str):
        """A character that counts how often it is compared."""

        asked = 0

        def __eq__(self, other: object) -> bool:
            Counted.asked += 1
            return str.__eq__(self, other)  # type: ignore[arg-type]

        __hash__ = str.__hash__

    from convlint.session.patterns import _matches, _sign_matches, _signs

    signs = [Counted(sign) if isinstance(sign, str) else sign for sign in _signs("*a" * 50 + "b")]
    name = "a" * 1000
    assert not _matches(signs, name, _sign_matches)
    assert 0 < Counted.asked <= len(signs) * len(name)
    assert not Patterns(["**/a/" * 50 + "x"]).match("a/" * 300 + "b")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
@pytest.mark.parametrize("seed", range(3))
def test_what_git_says(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)

    def pattern() -> str:
        return "".join(draw.choice("ab*?/[]!-\\c.ab**//") for _ in range(draw.randint(1, 7)))

    def path() -> str:
        names = ["".join(draw.choice("abc.") for _ in range(draw.randint(1, 2))) for _ in range(draw.randint(1, 4))]
        return "/".join(name if name.strip(".") else "a" for name in names)

    def meant_by_git(patterns: list[str], paths: list[str]) -> set[str]:
        (tmp_path / ".gitignore").write_text("\n".join(patterns) + "\n")
        done = subprocess.run(
            ["git", "-C", str(tmp_path), "check-ignore", "--no-index", "-z", "--stdin"],
            input="\0".join(paths).encode(), capture_output=True, check=False,
        )  # fmt: skip
        return set(done.stdout.decode().split("\0")) - {""}

    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    meant = 0
    for _ in range(60):
        texts = [pattern() for _ in range(draw.randint(1, 3))]
        if any(text.removeprefix("!").startswith("./") for text in texts):
            continue  # means nothing to git, and the folder of the settings here
        try:
            patterns = Patterns(texts)
        except ValueError:
            continue
        paths = sorted({path() for _ in range(60)})
        found = {one for one in paths if patterns.match(one)}
        assert found == meant_by_git(texts, paths), texts
        meant += len(found)
    assert meant > 100
