"""What the help of a finding proposes, done: the finding is gone, and nothing worse comes of it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from convlint import catalogue
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.findings.edits import apply
from convlint.formats.yolo.options import Options
from convlint.lint import lint
from tests.conftest import Slice

SELECTION = catalogue.selection()
VALUE = r"(\d+|\[[^\]]*\])"
#: `padding: 1`, kernel_size 2 or [4, 3]; with what has to be changed at the same time before or behind it.
PROPOSAL = re.compile(
    rf"(?:with `dilation: (?P<before>{VALUE})` )?"
    rf"`?(?P<name>kernel_size|stride|dilation|padding):? (?P<value>{VALUE})(?: or (?P<other>{VALUE}))?`?"
    rf"(?: \(with (?P<with>[^)]*)\))?(?: at `dilation: (?P<behind>{VALUE})`)?"
)


def findings(size: list[int | None], rows: list[dict[str, Any]]) -> list[Diagnostic]:
    written = "".join("  - " + json.dumps(row).replace('"', "") + "\n" for row in rows)
    return lint(Source("net.yaml", f"convlint: 1\ninput: {json.dumps(size)}\nlayers:\n{written}"), SELECTION).findings


def serious(found: list[Diagnostic]) -> set[str]:
    return {one.code for one in found if (one.severity or Severity.INFO) > Severity.INFO}


def one_window(rnd: random.Random) -> tuple[list[int | None], dict[str, Any]]:
    """An input and a layer with a window that may not fit it."""
    rank = rnd.choice([1, 2, 2, 3])

    def axes(least: int, most: int) -> Any:
        values = [rnd.randint(least, most) for _ in range(rank)]
        return values if rnd.random() < 0.6 else values[0]

    kind = rnd.choice(["Conv", "MaxPool", "AvgPool", "ConvTranspose"])
    sizes = [rnd.randint(1, 40) for _ in range(rank)]
    row: dict[str, Any] = {"type": f"{kind}{rank}d", "kernel_size": axes(1, 6), "stride": axes(1, 5)}
    if rnd.random() < 0.6:
        row["padding"] = axes(0, 3)
    if kind != "AvgPool" and rnd.random() < 0.5:
        row["dilation"] = axes(1, 3)
    if kind.startswith("Conv"):
        row["out_channels"] = 4
    if kind == "ConvTranspose" and rnd.random() < 0.4:
        row["output_size"] = [rnd.randint(n, n * 4) for n in sizes]
    return [4, *sizes], row


def proposed(row: dict[str, Any], proposal: re.Match[str]) -> list[dict[str, Any]]:
    """The layer with what a proposal says."""
    found = []
    for value in filter(None, (proposal["value"], proposal["other"])):
        changed = row | {proposal["name"]: json.loads(value)}
        dilation = proposal["before"] or proposal["behind"]
        if dilation:
            changed["dilation"] = json.loads(dilation)
        for name, more in re.findall(rf"\b(padding|output_padding) {VALUE}", proposal["with"] or ""):
            changed[name] = json.loads(more)
        found.append(changed)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_proposed_argument_of_a_window_works(seed: int) -> None:
    rnd = random.Random(seed)
    tried = 0
    for _ in range(200):
        size, row = one_window(rnd)
        now = findings(size, [row])
        for finding in now:
            # CL120 proposes the kernel of 1 for a map of one cell, which is another finding where a stride is left.
            if finding.code == "CL120" or finding.help is None:
                continue
            text = re.sub(r"at (dilation|stride) (\d+|\[[^\]]*\])", "", finding.help)
            for proposal in PROPOSAL.finditer(text):
                for changed in proposed(row, proposal):
                    tried += 1
                    after = findings(size, [changed])
                    worse = serious(after) if "CL102" in serious(now) else serious(after) - serious(now)
                    if any(one.severity is Severity.ERROR for one in now):
                        worse = {one.code for one in after if one.severity is Severity.ERROR}
                    # Where nothing reads every cell, a kernel may still leave none out between the windows.
                    left = "leaves no cell between" not in finding.help and finding.code in {one.code for one in after}
                    assert not worse and not left, (size, row, finding.help, changed)
    assert tried > 100


def one_row(rnd: random.Random) -> str:
    """A row with a window that may not fit its map, of a module that takes the arguments of the window."""

    def maybe(*values: Any) -> list[Any]:
        return list(values[: rnd.randint(0, len(values))])

    kernel, stride, padding, dilation = rnd.randint(1, 6), rnd.randint(1, 5), rnd.randint(0, 4), rnd.randint(1, 3)
    module, arguments = rnd.choice(
        [
            ("Conv", [16, kernel, *maybe(stride, padding, 1, dilation)]),
            ("ConvTranspose", [16, kernel, *maybe(stride, padding)]),
            ("nn.Conv2d", [16, 16, kernel, *maybe(stride, rnd.choice([padding, "same"]), dilation)]),
            ("nn.ConvTranspose2d", [16, kernel, *maybe(stride, padding, rnd.randint(0, 3))]),
            ("nn.MaxPool2d", [kernel, *maybe(stride, padding, dilation)]),
            ("nn.AvgPool2d", [kernel, *maybe(stride, padding)]),
        ]
    )
    return f"[-1, 1, {module}, {json.dumps(arguments)}]".replace('"', "")


@pytest.mark.parametrize("seed", range(4))
def test_a_proposed_row_works(seed: int) -> None:
    rnd = random.Random(seed)
    tried = fixed = 0
    for _ in range(150):
        row, size = one_row(rnd), (3, rnd.randint(4, 80), rnd.randint(4, 80))

        def check(row: str, size: tuple[int, int, int] = size) -> tuple[str, list[Diagnostic]]:
            rows = f"backbone:\n  - [-1, 1, Conv, [16, 1]]\n  - {row}\nhead:\n  - [-1, 1, Classify, [nc]]\n"
            text = f"nc: 4\n{rows}"
            return text, lint(Source("net.yaml", text), SELECTION, options={"yolo": Options(input=size)}).findings

        text, now = check(row)
        for finding in (one for one in now if (one.layer or "").startswith("model.1")):
            help = finding.help or ""
            for proposal in re.findall(r"`(\[-1, 1, [^`]*\]\])`", help):
                tried += 1
                after = serious(check(proposal)[1])
                worse = after if finding.severity is Severity.ERROR else after - serious(now)
                left = finding.code in after and "leaves no cell between" not in help
                assert not left and not worse & {one.code for one in now if one.severity is Severity.ERROR}, (row, help)
                assert not worse - serious(now) or finding.severity is Severity.ERROR, (size, row, help, after)
            for fix in finding.fixes:
                fixed += 1
                assert fix.title in help or fix.title.removeprefix("Write ") in help
                assert check(row)[0] == text and proposal_of(fix.title) in apply(fix.edits, text)
    assert tried > 40 and fixed > 0


def proposal_of(title: str) -> str:
    """The row that a fix says it writes."""
    return title.removeprefix("Write `").removesuffix("`")


def one_layer(rnd: random.Random, rank: int, channels: int, name: str) -> dict[str, Any]:
    """A layer that keeps the channels."""

    def axes(least: int, most: int) -> Any:
        values = [rnd.randint(least, most) for _ in range(rank)]
        return values if rnd.random() < 0.4 else values[0]

    conv = {"name": name, "type": f"Conv{rank}d", "out_channels": channels, "kernel_size": 3}
    up = {"name": name, "type": f"ConvTranspose{rank}d", "out_channels": channels, "stride": 2, "kernel_size": 2}
    choices: list[dict[str, Any]] = [
        {"name": name, "type": f"{rnd.choice(['Max', 'Avg'])}Pool{rank}d", "kernel_size": axes(2, 3)},
        {"name": name, "type": f"MaxPool{rank}d", "kernel_size": 2},
        {"name": name, "type": "Subsampling", "kernel_size": 2, "stride": 2},
        conv | {"kernel_size": axes(1, 4), "stride": axes(1, 2), "padding": rnd.randint(0, 1)},
        conv,
        conv | {"kernel_size": axes(2, 4), "padding": "same"},
        conv | {"padding": rnd.randint(0, 1), "padding_mode": rnd.choice(["reflect", "circular", "replicate"])},
        conv | {"out_channels": 16, "padding": rnd.randint(0, 1)},
        up,
        up | {"kernel_size": 3, "padding": 1},
        {"name": name, "type": "Upsample", "scale_factor": 2},
        {"name": name, "type": "Upsample", "size": axes(6, 60)},
        {"name": name, "type": f"AdaptiveAvgPool{rank}d", "output_size": axes(3, 20)},
        {"name": name, "type": f"BatchNorm{rank}d"},
    ]
    return rnd.choice(choices)


def branches(rnd: random.Random) -> tuple[list[int | None], list[dict[str, Any]]]:
    """A way that goes down and up, and meets where it began: with groups, splits, a third input, unknown sizes."""
    rank, channels = rnd.choice([1, 2, 2, 2, 3]), rnd.choice([4, 8])
    size: list[int | None] = [channels, *(rnd.randint(6, 60) for _ in range(rank))]
    if rnd.random() < 0.1:
        size[rnd.randint(1, rank)] = None
    trunk = {"name": "trunk", "type": f"Conv{rank}d", "out_channels": channels, "kernel_size": 3, "padding": 1}
    rows: list[dict[str, Any]] = [trunk]
    for number in range(rnd.randint(1, 6)):
        name = f"way{number}"
        if rnd.random() < 0.15:
            inner = [one_layer(rnd, rank, channels, f"{name}_{place}") for place in range(rnd.randint(1, 2))]
            rows.append({"name": name, "repeat": rnd.randint(1, 3), "layers": inner})
        elif rnd.random() < 0.15:
            before = rows[-1]["name"]
            rows.append(trunk | {"name": name})
            rows.append({"name": f"{name}_sum", "type": "Add", "from": [before, name]})
        else:
            rows.append(one_layer(rnd, rank, channels, name))
    ends = [rows[-1]["name"], "trunk"]
    if rnd.random() < 0.25:
        rows.append(trunk | {"name": "third", "from": "trunk"})
        ends.append("third")
    elif rnd.random() < 0.2:
        rows += [
            {"name": f"half{place}", "type": "Split", "split_size": channels // 2, "from": end}
            for place, end in enumerate(ends)
        ]
        ends = ["half0.0", "half1.1"]
    rnd.shuffle(ends)
    join: dict[str, Any] = {"name": "join", "type": rnd.choice(["Add", "Concat", "Mul"]), "from": ends}
    if join["type"] == "Concat" and rnd.random() < 0.2:
        join["dim"] = rnd.randint(1, rank + 1)
    return size, [*rows, join]


def every(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All rows, those inside groups too."""
    for row in rows:
        yield row
        yield from every(row.get("layers", []))


def repaired(rows: list[dict[str, Any]], text: str) -> Iterator[list[dict[str, Any]]]:
    """The network with each proposal of a text; of two that go together the one about the size."""
    together = "and then" in text or "differ too" in text
    for name, value, layer in re.findall(r"`(\w+): ([^`]*)` in `([\w.]+)`", text):
        if name != "out_channels" or not together:
            again = json.loads(json.dumps(rows))
            next(row for row in every(again) if row["name"] == layer.rpartition(".")[2])[name] = json.loads(value)
            yield again
    for row, names in re.findall(r"insert `- (\{.*?\})` before, and read `from: \[(.*?)\]`", text):
        again = json.loads(json.dumps(rows))
        again.insert(-1, yaml.safe_load(row))
        again[-1]["from"] = names.split(", ")
        yield again
    for right, wrong in re.findall(r"read `([\w.]+)` instead of `([\w.]+)`", text):
        again = json.loads(json.dumps(rows))
        again[-1]["from"] = [right if name == wrong else name for name in again[-1]["from"]]
        yield again


@pytest.mark.no_cover  # long, and what it reaches other tests reach
@pytest.mark.parametrize("seed", range(10))
def test_what_is_proposed_for_branches_makes_them_join(seed: int, checked_here: Slice) -> None:
    rnd = random.Random(seed)
    tried = 0
    draws = checked_here.draws(250)
    for _ in draws:
        size, rows = branches(rnd)
        now = findings(size, rows)
        errors = {one.code for one in now if one.severity is Severity.ERROR}
        for finding in now:
            # A join inside a way is the reason of what comes behind it.
            if not finding.code.startswith("CL4") or (finding.layer or "") != "join":
                continue
            texts = [text for text in (*finding.notes, finding.help or "") if "would come up" not in text]
            if any("differ too" in text and "write" not in text for text in texts):
                continue  # what is proposed repairs the size alone
            together = [text for text in texts if "and then" in text or "differ too" in text]
            channels = re.findall(r"`out_channels: (\d+)` in `([\w.]+)`", " ".join(together))
            for again in (again for text in texts for again in repaired(rows, text)):
                for count, layer in channels[:1]:
                    row = next(row for row in every(again) if row["name"] == layer.rpartition(".")[2])
                    row["out_channels"] = int(count)
                tried += 1
                left = {one.code for one in findings(size, again) if one.severity is Severity.ERROR}
                joins = {code for code in left if code.startswith("CL4")}
                assert not joins and left <= errors, (size, rows, texts, again)
    assert tried * 4 > len(draws)
