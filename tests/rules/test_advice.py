"""What the help of a finding proposes, done: the finding is gone, and nothing worse comes of it."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from convlint import catalogue
from convlint.diagnostic import Diagnostic, Severity
from convlint.document import Source
from convlint.lint import lint

SELECTION = catalogue.selection()
VALUE = r"(\d+|\[[^\]]*\])"
#: `padding: 1`, kernel_size 2 or [4, 3]; with what has to be changed at the same time before or behind it.
PROPOSAL = re.compile(
    rf"(?:with `dilation: (?P<before>{VALUE})` )?"
    rf"`?(?P<name>kernel_size|stride|dilation|padding):? (?P<value>{VALUE})(?: or (?P<other>{VALUE}))?`?"
    rf"(?: \(with (?P<with>[^)]*)\))?(?: at `dilation: (?P<behind>{VALUE})`)?"
)


def findings(size: list[int], rows: list[dict[str, Any]]) -> list[Diagnostic]:
    written = "".join("  - " + json.dumps(row).replace('"', "") + "\n" for row in rows)
    return lint(Source("net.yaml", f"convlint: 1\ninput: {size}\nlayers:\n{written}"), SELECTION).findings


def serious(found: list[Diagnostic]) -> set[str]:
    return {one.code for one in found if (one.severity or Severity.INFO) > Severity.INFO}


def one_window(rnd: random.Random) -> tuple[list[int], dict[str, Any]]:
    """An input and a layer with a window that may not fit it."""
    rank = rnd.choice([1, 2, 2, 3])

    def axes(least: int, most: int) -> Any:
        values = [rnd.randint(least, most) for _ in range(rank)]
        return values if rnd.random() < 0.6 else values[0]

    kind = rnd.choice(["Conv", "MaxPool", "AvgPool", "ConvTranspose"])
    size = [4, *(rnd.randint(1, 40) for _ in range(rank))]
    row: dict[str, Any] = {"type": f"{kind}{rank}d", "kernel_size": axes(1, 6), "stride": axes(1, 5)}
    if rnd.random() < 0.6:
        row["padding"] = axes(0, 3)
    if kind != "AvgPool" and rnd.random() < 0.5:
        row["dilation"] = axes(1, 3)
    if kind.startswith("Conv"):
        row["out_channels"] = 4
    if kind == "ConvTranspose" and rnd.random() < 0.4:
        row["output_size"] = [rnd.randint(n, n * 4) for n in size[1:]]
    return size, row


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


def branches(rnd: random.Random) -> tuple[list[int], list[dict[str, Any]]]:
    """A branch that goes down and up again, and meets where it began."""
    rank = rnd.choice([1, 2, 2, 2, 3])
    channels = rnd.choice([4, 8])

    def conv(name: str, **arguments: Any) -> dict[str, Any]:
        return {"name": name, "type": f"Conv{rank}d", "out_channels": channels, "kernel_size": 3} | arguments

    def axes(least: int, most: int) -> Any:
        values = [rnd.randint(least, most) for _ in range(rank)]
        return values if rnd.random() < 0.4 else values[0]

    size = [channels, *(rnd.randint(6, 60) for _ in range(rank))]
    rows = [conv("trunk", padding=1)]
    for level in range(rnd.randint(1, 3)):
        down = [
            {"name": f"down{level}", "type": f"{rnd.choice(['Max', 'Avg'])}Pool{rank}d", "kernel_size": 2},
            conv(f"down{level}", kernel_size=axes(1, 4), stride=axes(1, 2), padding=rnd.randint(0, 1)),
            conv(f"down{level}"),
        ]
        rows.append(rnd.choice(down))
        if rnd.random() < 0.3:
            rows.append({"name": f"norm{level}", "type": f"BatchNorm{rank}d"})
        if rnd.random() < 0.2:
            rows.append({"name": f"act{level}", "type": "ReLU"})
            rows.append(conv(f"body{level}", padding=1))
            rows.append({"name": f"sum{level}", "type": "Add", "from": [f"act{level}", f"body{level}"]})
    for level in range(rnd.randint(0, 3)):
        wide = {"type": f"ConvTranspose{rank}d", "out_channels": channels, "stride": 2}
        up = [
            {"name": f"up{level}", **wide, "kernel_size": 2},
            {"name": f"up{level}", **wide, "kernel_size": 3, "padding": 1},
            {"name": f"up{level}", "type": "Upsample", "scale_factor": 2},
            {"name": f"up{level}", "type": "Upsample", "size": axes(6, 60)},
        ]
        rows.append(rnd.choice(up))
        if rnd.random() < 0.3:
            rows.append(conv(f"conv{level}", out_channels=rnd.choice([channels, 16]), padding=rnd.randint(0, 1)))
    ends = [rows[-1]["name"], "trunk"]
    rnd.shuffle(ends)
    return size, [*rows, {"name": "join", "type": rnd.choice(["Add", "Concat", "Mul"]), "from": ends}]


@pytest.mark.parametrize("seed", range(6))
def test_a_proposed_argument_on_a_branch_makes_it_join(seed: int) -> None:
    rnd = random.Random(seed)
    tried = 0
    for _ in range(250):
        size, rows = branches(rnd)
        for finding in findings(size, rows):
            if not finding.code.startswith("CL4"):
                continue
            texts = [*finding.notes, finding.help or ""]
            named = [re.findall(r"`(\w+): ([^`]*)` in `(\w+)`", text) for text in texts if "would come up" not in text]
            changes = [change for found in named for change in found]
            # Channels that differ too are repaired together with the size.
            channels = next((change for change in changes if change[0] == "out_channels"), None)
            for change in changes:
                if change[0] == "out_channels":
                    continue
                again = [dict(row) for row in rows]
                for name, value, layer in filter(None, (change, channels)):
                    next(row for row in again if row["name"] == layer)[name] = json.loads(value)
                tried += 1
                worse = [one.code for one in findings(size, again) if one.severity is Severity.ERROR]
                assert not worse, (size, rows, texts, change)
    assert tried > 20
