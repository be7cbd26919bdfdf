"""The text of a native file, from a list of steps.

Whoever knows a network as steps in the order in which they run (the torch bridge does) gets a file from here: names
that nothing else has, ``from`` only where a layer reads another than the one before it, equal copies as one group with
``repeat`` (``folding.py``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

#: What is read: the number of an input of the network or of a step, and which of its outputs.
Read: TypeAlias = tuple[int, int]


class Call(NamedTuple):
    """A module at work: its path in the tree of modules, and a number that tells this call of it from others."""

    path: str
    number: int


class Step(NamedTuple):
    """One layer of a network.

    ``number`` is read by later steps; inputs of the network have numbers too.  ``path`` is the name wished for, or
    empty: then the layer has one only if somebody reads it by name.  ``calls`` are the modules inside of which the step
    runs, outermost first.  ``parts`` is how many outputs a Split or a Chunk has, None for all others.  ``expect`` holds
    claims.
    """

    number: int
    type: str
    arguments: Mapping[str, Any]
    reads: tuple[Read, ...]
    path: str = ""
    calls: tuple[Call, ...] = ()
    parts: int | None = None
    expect: Mapping[str, Any] | None = None


class Block(NamedTuple):
    """Steps (and blocks) that are used as one, ``repeat`` times in a row.

    ``path`` is its name; names inside lose ``prefix``.  ``entry`` is what the first copy reads, which the layers inside
    call ``input``; ``number`` is that of the last step of the last copy, which is what others read.
    """

    number: int
    path: str
    repeat: int
    prefix: str
    entry: Read
    body: tuple[Step | Block, ...]


Item: TypeAlias = Step | Block
#: Words and numbers of YAML that a name must not look like.
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"])
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


def text_of(
    name: str | None,
    inputs: Mapping[str, tuple[int, Sequence[int | None]]],
    items: Sequence[Item],
    outputs: Sequence[Read],
    expect: Mapping[str, Any] | None = None,
    remarks: Sequence[str] = (),
) -> str:
    """The file.  ``inputs`` are number and shape by name; ``remarks`` become comments behind the first line."""
    lines = ["convlint: 1", *[f"# {remark}" for remark in remarks]]
    if name:
        lines.append(f"name: {spelt(name)}")
    if list(inputs) == ["input"]:
        lines.append(f"input: {spelt(inputs['input'][1])}")
    else:
        lines.append(f"input: {spelt({key: shape for key, (_, shape) in inputs.items()})}")
    lines.append("layers:" if items else "layers: []")
    scope = _Scope({(number, 0): key for key, (number, _) in inputs.items()}, "")
    scope.default = next(iter(scope.names)) if len(inputs) == 1 else None
    wanted = _read_by_name(items, scope.default, outputs)
    lines += scope.lines(items, wanted, "  ")
    last = items[-1].number if items else None
    if list(outputs) != [(last, 0)]:
        lines.append(f"output: {spelt([scope.names[read] for read in outputs])}")
    if expect:
        lines.append(f"expect: {spelt(expect)}")
    return "\n".join(lines) + "\n"


def _read_by_name(items: Sequence[Item], default: Read | None, outputs: Sequence[Read] = ()) -> set[int]:
    """Numbers of what is read by its name, in one list of layers."""
    found: set[int] = set()
    for item in items:
        reads = item.reads if isinstance(item, Step) else (item.entry,)
        if reads and reads != (default,):
            found.update(number for number, _ in reads)
        default = _left_by(item)
    if list(outputs) != [default]:
        found.update(number for number, _ in outputs)
    return found


def _left_by(item: Item) -> Read | None:
    """What the next layer reads if it does not say: nothing behind a layer with several parts."""
    return None if isinstance(item, Step) and item.parts is not None else (item.number, 0)


class _Scope:
    """Writes the layers of one list."""

    def __init__(self, names: dict[Read, str], prefix: str) -> None:
        self.names = names
        self.prefix = prefix
        self.taken = set(names.values())
        self.default: Read | None = None

    def lines(self, items: Sequence[Item], wanted: set[int], indent: str) -> Iterator[str]:
        for item in items:
            name = self.name(item, item.number in wanted)
            if isinstance(item, Step):
                fields: dict[str, Any] = {} if name is None else {"name": name}
                fields["type"] = item.type
                fields.update(item.arguments)
                if item.reads and item.reads != (self.default,):
                    read = [self.names[one] for one in item.reads]
                    fields["from"] = read if len(read) > 1 else read[0]
                if item.expect:
                    fields["expect"] = item.expect
                yield f"{indent}- {spelt(fields)}"
            else:
                yield from self.block(item, name, indent)
            self.default = _left_by(item)

    def block(self, block: Block, name: str | None, indent: str) -> Iterator[str]:
        yield f"{indent}- name: {spelt(name)}"
        yield f"{indent}  repeat: {block.repeat}"
        if block.entry != self.default:
            yield f"{indent}  from: {spelt(self.names[block.entry])}"
        yield f"{indent}  layers:"
        inner = _Scope({block.entry: "input"}, block.prefix)
        inner.default = block.entry
        yield from inner.lines(block.body, _read_by_name(block.body, block.entry), indent + "    ")

    def name(self, item: Item, wanted: bool) -> str | None:
        """A name of its own, if the layer needs or wishes one; it is known to later layers then."""
        path = item.path
        if not path:
            if not wanted:
                return None
            assert isinstance(item, Step)
            around = item.calls[-1].path if item.calls else ""
            path = f"{around}.{item.type.lower()}" if around else item.type.lower()
        base = path.removeprefix(self.prefix) or path
        parts = item.parts if isinstance(item, Step) else None
        name, count = base, 0
        while not self.taken.isdisjoint(_names(name, parts)):
            count += 1
            name = f"{base}_{count}"
        self.taken.update(_names(name, parts))
        for part in range(1 if parts is None else parts):
            self.names[item.number, part] = name if parts is None else f"{name}.{part}"
        return name


def _names(name: str, parts: int | None) -> list[str]:
    """All that a layer is read by: of one with several parts the parts too."""
    return [name, *[f"{name}.{part}" for part in range(parts or 0)]]


def spelt(value: Any) -> str:
    """A value in YAML's flow style, as convlint reads it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{spelt(key)}: {spelt(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(spelt, value)) + "]"


def _number(value: float) -> str:
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    if math.isnan(value):
        return ".nan"
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    written = repr(value)
    mantissa, exponent, power = written.partition("e")
    if exponent and "." not in mantissa:
        mantissa += ".0"  # YAML takes 1e-05 for a word
    return mantissa + exponent + power
