"""A connection table that cannot be, or that leaves an input map unread.

## What it does

Checks `connections`: one row for each output map, each row the numbers of the input maps that it reads, counted from
0, without repeats. It also warns of an input map that no row names, of a table beside `groups` or `fan_in`, and of two
rows that read the same maps if most rows have no twin; and it says (`--info`) that a table is what `groups` would say.

## Why it matters

A table is easy to mistype and no framework reads one; LeNet-5's C3 has 16 rows and 60 entries.

## Example

```yaml
convlint: 1
input: [3, 14, 14]
layers:
  - {type: Conv2d, out_channels: 2, kernel_size: 5, connections: [[0, 1], [2, 3]]}
```

## Use instead

```yaml
convlint: 1
input: [3, 14, 14]
layers:
  - {type: Conv2d, out_channels: 2, kernel_size: 5, connections: [[0, 1], [1, 2]]}
```

## Source

LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998), Table I.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.rules import advice
from convlint.rules.wording import finding
from convlint.words.text import joined, many

if TYPE_CHECKING:
    from convlint.derive.irregularities import ConnectionTable

#: Rows and maps that a message names.
MOST_NAMED = 8


def word(irregularity: Irregularity[ConnectionTable], derivation: Derivation) -> Diagnostic:
    """Say which row is wrong, counting rows as the file does: from 0."""
    numbers = irregularity.numbers
    problem, place = numbers["problem"], irregularity.at.layer.place
    help = None
    if problem == "contradiction":
        message = f"a connection table and {advice.named(place, numbers['other'])} both say what an output map reads"
        names = [advice.named(place, name) for name in ("connections", numbers["other"])]
        help = f"keep one of them: {joined(names, 'or')}"
    elif problem == "rows":
        message = f"{many(numbers['rows'], 'row')} for {many(numbers['out_channels'], 'output map')}"
        written = advice.spelt(place, out_channels=numbers["rows"])
        help = f"write {many(numbers['out_channels'], 'row')}, or {written}"
    elif problem == "repeat":
        twice = next(index for index in numbers["maps"] if numbers["maps"].count(index) > 1)
        message = f"row {numbers['row']} of the table names input map {twice} twice"
        help = "name each input map once"
    elif problem == "index":
        channels = numbers["channels"]
        message = f"row {numbers['row']} of the table names input map {numbers['index']}"
        message += f", but there are maps 0 to {channels - 1}" if channels is not None else ", which cannot be"
        help = "count input maps from 0"
    elif problem == "empty":
        message = f"row {numbers['row']} of the table is empty: this output map reads nothing"
    elif problem == "twins":
        rows = [str(row) for row in numbers["twins"]]
        maps = [str(index) for index in numbers["maps"]]
        message = f"rows {joined(rows[:MOST_NAMED])} of the table read the same input maps"
        if len(maps) <= MOST_NAMED:
            message += f", {joined(maps)}"
        help = "if one of them was copied, name the maps that it is to read"
    elif problem == "groups":
        groups = numbers["groups"]
        message = f"the table says what {advice.spelt(place, groups=groups)} says"
        if groups == 1:
            message = "every row of the table reads every input map, as without a table"
        help = f"write {advice.spelt(place, groups=groups)} instead"
        if groups == 1:
            help = f"leave {advice.named(place, 'connections')} out"
    else:
        maps = [str(index) for index in numbers["maps"]]
        if numbers["unread"] > len(maps):
            maps.append(f"{numbers['unread'] - len(maps):,} more")
        message = f"no row of the table reads input map{'s' if len(maps) > 1 else ''} {joined(maps)}"
        help = "let a row read it, or make fewer input maps"
    found = finding(irregularity, message, "connections")
    found.help = help
    return found
