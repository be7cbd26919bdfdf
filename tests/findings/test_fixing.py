"""Fixes are text edits: what they do not touch stays as it was, and the finding is gone."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Diagnostic, Edit, Fix, Severity
from convlint.findings.fixing import apply, diff, fix, write
from convlint.lint import Result, lint
from tests.conftest import Slice


def checked(text: str) -> Result:
    return lint(Source("net.yaml", text), selection())


def relint(source: Source) -> Result:
    return lint(source, selection())


MISSPELT = """\
# a comment  with   odd blanks
convlint: 1
input: [3, 32, 32]   # CHW
layers:
  - {type: "Conv2d", out_chanels: 8, kernel_size: 3}   # keep me
  - {type: ReLU}
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_misspelt_key_is_renamed_and_nothing_else_changes(line_end: str) -> None:
    text = MISSPELT.replace("\n", line_end)
    result = checked(text)
    assert [finding.code for finding in result.findings] == ["CL003"]
    fixed = fix(result, relint, unsafe=False)
    assert fixed.source.text == text.replace("out_chanels", "out_channels")
    assert fixed.result.findings == []
    assert [change.title for change in fixed.applied] == ["Rename to `out_channels`"]


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    text = "convlint: 1\ninput: [3, 32, 32]\nlayers:\n  - {type: Conv2D, out_channels: 8, kernel_size: 3}\n"
    result = checked(text)
    assert fix(result, relint, unsafe=False).source.text == text
    assert fix(result, relint, unsafe=True).source.text == text.replace("Conv2D", "Conv2d")


def test_one_fix_may_uncover_another() -> None:
    text = (
        "convlint: 1\ninput: [3, 32, 32]\nlayers:\n"
        "  - {type: Conv2d, out_chanels: 8, kernel_size: 3, expect: {weight: [3, 3, 3, 8]}}\n"
    )
    fixed = fix(checked(text), relint, unsafe=False)
    assert "out_channels: 8" in fixed.source.text
    assert "weight: [8, 3, 3, 3]" in fixed.source.text
    assert fixed.result.findings == []


@pytest.mark.parametrize(("code", "safe", "made"), [("CL605", False, 0), ("CL605", True, 1), ("CL003", False, 1)])
def test_an_unsafe_fix_that_moves_an_error_to_a_new_place_is_taken_back(code: str, safe: bool, made: int) -> None:
    """What a mistake of notation hid may come to light, and what is safe is no guess."""

    def judge(source: Source) -> Result:
        if source.text.startswith("a"):
            fixes = [Fix("x", [Edit((0, 1), "x")], safe)]
            return Result(source, [Diagnostic(code, "", (0, 1), fixes=fixes, severity=Severity.ERROR)])
        return Result(source, [Diagnostic("CL402", "", (2, 3), severity=Severity.ERROR)])

    assert len(fix(judge(Source("net.yaml", "a b")), judge, unsafe=True).applied) == made


def test_fixes_that_touch_each_other_are_applied_one_at_a_time() -> None:
    text = "aa bb"
    findings = [
        Diagnostic("CL003", "first", (0, 2), fixes=[Fix("x", [Edit((0, 2), "x")], safe=True)]),
        Diagnostic("CL003", "second", (0, 5), fixes=[Fix("y", [Edit((1, 5), "y")], safe=True)]),
    ]
    seen: list[str] = []

    def count_down(source: Source) -> Result:
        seen.append(source.text)
        second = Diagnostic("CL003", "second", (0, 4), fixes=[Fix("y", [Edit((1, 4), "y")], safe=True)])
        return Result(source, [second] if len(seen) == 1 else [])

    fixed = fix(Result(Source("net.yaml", text), findings), count_down, unsafe=False)
    assert seen == ["x bb", "xy"]
    assert len(fixed.applied) == 2


def layers(*rows: str) -> str:
    return "convlint: 1\ninput: [3, 32, 32]\nlayers:\n" + "".join(f"  - {row}\n" for row in rows)


def test_fixes_that_do_not_touch_each_other_are_applied_together() -> None:
    text = layers(*["{type: Conv2d, out_chanels: 8, kernel_size: 1}"] * 45)
    rounds = 0

    def counting(source: Source) -> Result:
        nonlocal rounds
        rounds += 1
        return relint(source)

    fixed = fix(checked(text), counting, unsafe=False)
    assert fixed.source.text == text.replace("chanels", "channels") and rounds == 1


def test_a_fix_whose_twin_comes_to_light_is_kept() -> None:
    twice = layers(*["{type: Conv2D, out_channels: 8, kernel_size: 3}"] * 2)
    assert fix(checked(twice), relint, unsafe=True).source.text == twice.replace("Conv2D", "Conv2d")
    quoted = layers('{type: Conv2d, out_channels: 8, kernel_size: ["3", "3"]}')
    assert "kernel_size: [3, 3]" in fix(checked(quoted), relint, unsafe=False).source.text


def test_one_fix_that_does_not_help_keeps_no_other_waiting() -> None:
    bad = Diagnostic("CL010", "bad", (0, 1), fixes=[Fix("y", [Edit((0, 1), "y")], safe=True)])

    def judge(source: Source) -> Result:
        found = [] if source.text.startswith("y") else [bad]
        for offset, letter in enumerate(source.text):
            if letter == "b":
                span = (offset, offset + 1)
                found.append(Diagnostic("CL003", "b", span, fixes=[Fix("x", [Edit(span, "x")], safe=True)]))
        if source.text.startswith("y"):
            found.append(Diagnostic("CL010", "still bad", (0, 1)))
        return Result(source, found)

    fixed = fix(judge(Source("net.yaml", "a " + "b " * 100)), judge, unsafe=False)
    assert fixed.source.text == "a " + "x " * 100
    assert len(fixed.applied) == 100
    assert [found.fixes for found in fixed.result.findings] == [[]]


ALIASED = """\
convlint: 1
input: [3, 32, 32]
x-count: &n 16
layers:
  - {type: Conv2d, out_channels: *n, kernel_size: 3}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, expect: {kernels_3d: *n}}
"""


def test_what_stands_in_several_places_is_not_edited() -> None:
    assert [found.code for found in checked(ALIASED).findings] == ["CL303"]
    assert fix(checked(ALIASED), relint, unsafe=True).source.text == ALIASED
    once = ALIASED.replace("out_channels: *n", "out_channels: 16")
    assert fix(checked(once), relint, unsafe=True).source.text == once.replace("&n 16", "&n 8")
    merged = layers("&c {type: Conv2d, out_chanels: 8, kernel_size: 3}", "{<<: *c, kernel_size: 1}")
    assert fix(checked(merged), relint, unsafe=True).source.text == merged


@pytest.mark.parametrize(
    ("written", "meant", "safe"),
    [
        ("{type: Conv2d, in_chanels: 3, out_chanels: 8, kernel_size: 3}",
         "{type: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}", True),
        ("{type: Conv2d, in_chanels: 3, filters: 8, kernel_size: 3}",
         "{type: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}", True),
        ("{type: Linear, in_feature: 32, out_feature: 10}", "{type: Linear, in_features: 32, out_features: 10}", True),
        # The one that is missing is meant, but who knows.
        ("{type: Conv2d, chanels: 8, kernel_size: 3}", "{type: Conv2d, out_channels: 8, kernel_size: 3}", False),
        # An argument of another layer type.
        ("{type: Conv2d, out_channels: 8, kernel_size: 3, out_padding: 1}",
         "{type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}", False),
    ],
)  # fmt: skip
def test_what_misspelt_keys_are_taken_for(written: str, meant: str, safe: bool) -> None:
    text = layers(written)
    assert fix(checked(text), relint, unsafe=False).source.text == (layers(meant) if safe else text)
    assert fix(checked(text), relint, unsafe=True).source.text == layers(meant)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_words_keep_their_quotes(quote: str) -> None:
    text = layers(f"{{{quote}type{quote}: {quote}Conv2D{quote}, {quote}out_chanels{quote}: 8, kernel_size: 3}}")
    expected = text.replace("Conv2D", "Conv2d").replace("out_chanels", "out_channels")
    assert fix(checked(text), relint, unsafe=True).source.text == expected


def test_json_stays_json() -> None:
    text = json.dumps({
        "convlint": 1,
        "input": [3, 32],
        "layers": [
            {"type": "Conv1d", "out_chanels": 8, "kernel_size": 3, "padding": "SAME", "expect": {"params": "2.7K"}},
            {"type": "Upsample", "scale_factor": 2, "mode": "bilinear"},
        ],
    })  # fmt: skip
    source = Source("net.json", text)
    fixed = fix(relint(source), relint, unsafe=True)
    made = json.loads(fixed.source.text)["layers"]
    assert made[0] == {
        "type": "Conv1d",
        "out_channels": 8,
        "kernel_size": 3,
        "padding": "same",
        "expect": {"params": "0.1K"},
    }
    assert made[1]["mode"] == "linear"


def test_a_fix_that_does_not_help_is_taken_back() -> None:
    finding = Diagnostic("CL003", "stays", (0, 1), fixes=[Fix("x", [Edit((0, 1), "x")], safe=True)])
    result = Result(Source("net.yaml", "a"), [finding])
    fixed = fix(result, lambda source: Result(source, [finding]), unsafe=False)
    assert fixed.source.text == "a"
    assert fixed.applied == []


def test_of_fixes_that_do_not_help_together_the_one_that_helps_is_kept() -> None:
    good = Diagnostic("CL003", "good", (0, 1), fixes=[Fix("x", [Edit((0, 1), "x")], safe=True)])
    bad = Diagnostic("CL003", "bad", (2, 3), fixes=[Fix("y", [Edit((2, 3), "y")], safe=True)])

    def judge(source: Source) -> Result:
        left = [bad, good] if "y" in source.text else [bad] if "x" in source.text else [good, bad]
        return Result(source, left)

    fixed = fix(judge(Source("net.yaml", "a b")), judge, unsafe=False)
    assert fixed.source.text == "x b"


FLOAT = "{type: Conv2d, out_channels: 8, kernel_size: !!float 3}"


def test_many_that_do_not_help_keep_no_other_waiting() -> None:
    bad = [
        Diagnostic("CL002", "", (n, n + 1), fixes=[Fix("y", [Edit((n, n + 1), "y")], True)]) for n in range(0, 160, 2)
    ]

    def judge(source: Source) -> Result:
        found = list(bad)
        for offset, letter in enumerate(source.text):
            if letter == "b":
                span = (offset, offset + 1)
                found.append(Diagnostic("CL003", "b", span, fixes=[Fix("x", [Edit(span, "x")], safe=True)]))
        return Result(source, found)

    fixed = fix(judge(Source("net.yaml", "a " * 80 + "b " * 5)), judge, unsafe=False)
    assert fixed.source.text == "a " * 80 + "x " * 5
    assert len(fixed.applied) == 5


def test_a_fix_that_would_change_nothing_is_not_offered() -> None:
    for row in (FLOAT, "{type: Conv2d, out_channels: 8, kernel_size: 3, bias: !!str false}"):
        assert [(found.code, found.fixes) for found in checked(layers(row)).findings] == [("CL005", [])]


WEIGHT = """\
convlint: 1
input: [3, 32, 32]
layers:
  - type: Conv2d
    out_channels: 8
    kernel_size: 3
    expect:
      weight: [
        3,  # in
        3, 3,
        8   # out
      ]
"""


def test_of_a_list_only_the_items_change() -> None:
    fixed = fix(checked(WEIGHT), relint, unsafe=False)
    assert fixed.source.text == WEIGHT.replace("3,  # in", "8,  # in").replace("8   # out", "3   # out")
    assert fixed.result.findings == []


def test_no_comment_is_deleted() -> None:
    # A list of another length would have to be written anew, with nowhere for its comments.
    text = WEIGHT.replace("weight:", "output:").replace("        3, 3,\n", "")
    assert [found.code for found in checked(text).findings] == ["CL124"]
    assert fix(checked(text), relint, unsafe=True).source.text == text
    bare = text.replace("  # in", "").replace("   # out", "")
    assert "output: [8, 30, 30]\n" in fix(checked(bare), relint, unsafe=True).source.text


def test_an_anchor_that_is_used_elsewhere_stays() -> None:
    text = layers(
        "{type: Conv2d, out_channels: 8, kernel_size: 3, expect: {output: [&n 9, 30, 30]}}",
        "{type: Conv2d, out_channels: *n, kernel_size: 3}",
    )
    assert [found.code for found in checked(text).findings] == ["CL124"]
    assert fix(checked(text), relint, unsafe=True).source.text == text


def test_what_cannot_be_read_elsewhere_keeps_no_fix_waiting() -> None:
    text = "x-one: &n 1\nx-two: &n 2\n" + layers("{type: Conv2d, out_chanels: 8, kernel_size: 3}")
    fixed = fix(checked(text), relint, unsafe=False)
    assert fixed.source.text == text.replace("chanels", "channels")
    assert [found.code for found in fixed.result.findings] == ["CL001"]


def test_no_warning_is_fixed_at_the_price_of_an_error() -> None:
    warning = Diagnostic("CL027", "", (0, 1), fixes=[Fix("x", [Edit((0, 1), "x")])], severity=Severity.WARNING)
    error = Diagnostic("CL401", "", (2, 3), severity=Severity.ERROR)

    def judge(source: Source) -> Result:
        return Result(source, [error] if source.text.startswith("x") else [warning])

    fixed = fix(judge(Source("net.yaml", "a b")), judge, unsafe=True)
    assert (fixed.source.text, fixed.applied) == ("a b", [])


def test_names_that_look_like_other_values_are_quoted() -> None:
    text = layers('{name: "null", type: ReLU}', '{name: "on", type: Identity}', '{type: Add, from: ["nul", onn]}')
    fixed = fix(checked(text), relint, unsafe=True)
    assert fixed.source.text == text.replace('["nul", onn]', '["null", "on"]')
    names = [{"name": "true", "type": "ReLU"}, {"type": "Identity", "from": "tru"}]
    source = Source("net.json", json.dumps({"convlint": 1, "input": [3, 32], "layers": names}))
    assert json.loads(fix(relint(source), relint, unsafe=True).source.text)["layers"][1]["from"] == "true"


def test_a_misspelt_split_is_read_by_its_part() -> None:
    text = layers(
        "{type: Conv2d, out_channels: 8, kernel_size: 1}",
        "{name: partss, type: Chunk, chunks: 2}",
        "{type: Add, from: [parts.0, partss.1]}",
    )
    assert fix(checked(text), relint, unsafe=True).source.text == text.replace("parts.0", "partss.0")


EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


def damaged(text: str, rnd: random.Random) -> str:
    """A text with a few typing mistakes in its words and numbers."""
    for _ in range(rnd.randint(1, 4)):
        words = list(re.finditer(r"[A-Za-z_]{3,}|\d+", text))
        start, end = rnd.choice(words).span()
        word, at = text[start:end], rnd.randrange(end - start)
        other = rnd.choice(["", word[at] * 2, rnd.choice("aeiou0123456789_-'\"#&")])
        text = text[: start + at] + other + text[start + at + 1 :]
    return text


@pytest.mark.no_cover  # long, and what it reaches other tests reach
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_fix_of_a_damaged_file_leaves_one_that_can_be_read(path: Path, checked_here: Slice) -> None:
    rnd = random.Random(path.stem)
    whole = path.read_text(encoding="utf-8")
    offered = 0
    for _ in checked_here.draws(25):
        result = checked(damaged(whole, rnd))
        text = result.source.text
        unreadable = sum(found.code == "CL001" for found in result.findings)
        for finding in result.findings:
            for one in finding.fixes:
                offered += 1
                after = apply(one.edits, text)
                assert after != text
                first, last = min(edit.span for edit in one.edits), max(edit.span for edit in one.edits)
                assert after.startswith(text[: first[0]]) and after.endswith(text[last[1] :])
                again = checked(after)
                assert sum(found.code == "CL001" for found in again.findings) <= unreadable, (finding, one)
        fixed = fix(result, relint, unsafe=True)
        assert fix(fixed.result, relint, unsafe=True).applied == []
    assert offered


@given(st.text(max_size=60), st.data())
def test_edits_change_nothing_outside_their_spans(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [Edit(span, data.draw(st.text(max_size=5))) for span in spans]
    outside, offset = [], 0
    for start, end in spans:
        outside.append(text[offset:start])
        offset = end
    outside.append(text[offset:])
    expected = outside[0] + "".join(edit.text + rest for edit, rest in zip(edits, outside[1:], strict=True))
    assert apply(edits[::-1], text) == expected


def test_a_written_file_keeps_its_mark_and_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    path.chmod(0o640)
    write(str(path), "a: 1\r\n", "b: 1\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfb: 1\r\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [file.name for file in tmp_path.iterdir()] == ["net.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("a: 1\n")
    link.symlink_to(real)
    write(str(link), "a: 1\n", "b: 1\n")
    assert link.is_symlink()
    assert real.read_text() == "b: 1\n"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 2\n")
    with pytest.raises(OSError, match="changed while it was checked"):
        write(str(path), "a: 1\n", "b: 1\n")
    assert path.read_text() == "a: 2\n"


def test_a_failed_replacement_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 1\n")

    def refuse(*_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        write(str(path), "a: 1\n", "b: 1\n")
    assert path.read_text() == "a: 1\n"
    assert [file.name for file in tmp_path.iterdir()] == ["net.yaml"]


def test_a_diff_shows_the_change() -> None:
    assert diff(Source("./net.yaml", "a: 1\nb: 2"), "a: 1\nb: 3") == (
        "--- net.yaml\n+++ net.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n\\ No newline at end of file\n"
        "+b: 3\n\\ No newline at end of file\n"
    )


def test_a_name_with_blanks_ends_with_a_tab() -> None:
    shown = diff(Source("my nets/a b.yaml", "a\n"), "b\n")
    assert shown.startswith("--- my nets/a b.yaml\t\n+++ my nets/a b.yaml\t\n")


def test_a_full_name_is_shown_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inside = diff(Source(str(tmp_path / "nets" / "a.yaml"), "a\n"), "b\n")
    assert inside.startswith("--- nets/a.yaml\n+++ nets/a.yaml\n")
    outside = str(tmp_path.parent / "a.yaml")
    assert diff(Source(outside, "a\n"), "b\n").startswith(f"--- {outside}\n")


def test_a_diff_has_the_lines_that_a_patch_has() -> None:
    text = '{"a\u2028b": 1,\r\n"c": "\x85"}\n'
    made = diff(Source("net.json", text, marked=True), text.replace("1", "2"))
    assert made.split("\n")[3:] == ['-\ufeff{"a\u2028b": 1,\r', '+\ufeff{"a\u2028b": 2,\r', ' "c": "\x85"}', ""]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owners of this kind")
def test_a_file_of_somebody_else_stays_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 1\n")

    def refuse(file: str, user: int, group: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chown", refuse)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(OSError, match="belongs to somebody else"):
        write(str(path), "a: 1\n", "b: 1\n")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("net.yaml", "a: 1\n")]


def test_what_is_saved_while_a_file_is_written_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 1\n")
    fsync = os.fsync

    def save(descriptor: int) -> None:
        fsync(descriptor)
        path.write_text("a: 1\n# from an editor\n")

    monkeypatch.setattr(os, "fsync", save)
    with pytest.raises(OSError, match="changed while it was checked"):
        write(str(path), "a: 1\n", "b: 1\n")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("net.yaml", "a: 1\n# from an editor\n")]


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 1\n")
    path.chmod(0o444)
    with pytest.raises(OSError, match="the file is read-only"):
        write(str(path), "a: 1\n", "b: 1\n")
    assert path.read_text() == "a: 1\n"


def test_hard_links_are_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 1\n")
    os.link(path, tmp_path / "other.yaml")
    with pytest.raises(OSError, match="2 names"):
        write(str(path), "a: 1\n", "b: 1\n")
    assert path.read_text() == "a: 1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking")
def test_what_ends_the_process_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("a: 1\n")
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(os, "fsync", lambda _: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(SystemExit) as raised:
        write(str(path), "a: 1\n", "b: 1\n")
    assert raised.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("net.yaml", "a: 1\n")]
