"""The memory that a network takes, for ``convlint show``."""

from __future__ import annotations

from typing import Any, NamedTuple

from convlint.derive.activations import alive, elements
from convlint.derive.state import Derivation, Derived

UNKNOWN = "?"


class Memory(NamedTuple):
    """So many examples at once, in numbers of so many bytes, which are called ``dtype``."""

    batch: int = 1
    size: int = 4
    dtype: str = "float32"


class Use:
    """The memory that a network takes: what each layer makes, what is alive while it runs, and its parameters."""

    def __init__(self, derivation: Derivation, memory: Memory) -> None:
        self.memory = memory
        self.alive = alive(derivation)
        self.peak = max(self.alive.values(), default=None)
        self.params = derivation.params
        made = [self.made(derived) for derived in derivation.layers]
        self.total = None if None in made else sum(count or 0 for count in made)

    def made(self, derived: Derived) -> int | None:
        """The numbers that a layer makes, in all of its copies, or what is inside of it."""
        counts = [self.made(child) for child in derived.children] or [elements(value) for value in derived.outputs]
        return None if None in counts else sum(count or 0 for count in counts) * derived.times

    def cells(self, derived: Derived) -> dict[str, str]:
        """The columns of a layer."""
        made = [elements(value) for value in derived.outputs]
        return {
            "activations": self.bytes(None if None in made else sum(count or 0 for count in made)),
            "alive": self.bytes(self.most(derived)),
            "weights": self.bytes(derived.params, batch=1),
        }

    def most(self, derived: Derived) -> int | None:
        """The most numbers that are alive while a layer, or one inside of it, runs."""
        inside = [self.most(child) for child in derived.children]
        known = [count for count in (*inside, self.alive.get(id(derived))) if count is not None]
        return max(known, default=None)

    def bytes(self, count: int | None, batch: int | None = None) -> str:
        """So many numbers as bytes, in powers of 1024."""
        if count is None:
            return UNKNOWN
        total = count * self.memory.size * (self.memory.batch if batch is None else batch)
        amount, unit = float(total), "B"
        for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
            if amount < 1024 or unit == "TiB":
                break
            amount /= 1024
        return f"{amount:,.0f} {unit}" if unit == "B" else f"{amount:,.1f} {unit}"


def told(used: Use) -> str:
    """What a network takes, in a sentence."""
    memory = used.memory
    examples = "1 example" if memory.batch == 1 else f"{memory.batch:,} examples"
    return (
        f"memory for {examples} in {memory.dtype}: activations {used.bytes(used.total)} in all (training keeps them), "
        f"at most {used.bytes(used.peak)} alive at once in order of execution; "
        f"parameters {used.bytes(used.params, batch=1)}"
    )


def as_json(used: Use) -> dict[str, Any]:
    """The same as data, in bytes."""
    memory = used.memory

    def total(count: int | None, examples: int) -> int | None:
        return None if count is None else count * memory.size * examples

    return {
        "batch": memory.batch,
        "dtype": memory.dtype,
        "activations": total(used.total, memory.batch),
        "alive": total(used.peak, memory.batch),
        "parameters": total(used.params, 1),
    }
