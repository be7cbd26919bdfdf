"""A call's variables, and what the parts of the evaluator ask of the run that they belong to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from convlint.source.trace import Trace

if TYPE_CHECKING:
    from convlint.source.text import SourceFile
    from convlint.source.values import Function, Instance


class Frame:
    """The variables of one call. ``scopes`` are those of the functions around it, from the inside out."""

    __slots__ = ("file", "first", "function", "globals", "locals", "on_row", "scopes", "yields")

    def __init__(self, file: SourceFile, variables: dict[str, Any], scopes: tuple[dict[str, Any], ...] = ()) -> None:
        self.file = file
        self.locals = variables
        self.scopes = scopes
        self.function: Function | None = None
        #: The first argument, for ``super()``.
        self.first: Any = None
        #: Names that ``global`` and ``nonlocal`` give to scopes outside.
        self.globals: dict[str, dict[str, Any]] = {}
        self.yields: list[Any] | None = None
        #: Told the number of every round of the outermost loop over a sequence.
        self.on_row: Callable[[int], None] | None = None


class Running(Protocol):
    """What a run offers to those who know operators, built-in functions, libraries and modules."""

    trace: Trace

    def step(self) -> None:
        """Count one step of work."""

    def spend(self, items: int) -> None:
        """Count going over items."""

    def weigh(self, value: Any) -> Any:
        """Count the size of a value that was made, and give it back."""

    def measured(self, value: Any) -> Any:
        """A value that was made at once, after the work for its items is counted."""

    def truth(self, value: Any) -> bool:
        """Whether a value is true."""

    def iterate(self, value: Any) -> Iterable[Any]:
        """The items of a value."""

    def call(self, called: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """What a call gives."""

    def evaluate(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression."""

    def global_name(self, file: SourceFile, name: str) -> Any:
        """What a name of a file stands for."""

    def attribute(self, value: Any, name: str, *default: Any) -> Any:
        """``value.name``."""

    def find_attribute(self, value: Any, name: str) -> Any:
        """``value.name``, ``MISSING`` if there is none."""

    def set_attribute(self, holder: Any, name: str, value: Any) -> None:
        """``holder.name = value``."""

    def delete_attribute(self, holder: Any, name: str) -> None:
        """``del holder.name``."""

    def module_item(self, holder: Instance, index: Any) -> Any:
        """``object[index]``."""

    def store_module_item(self, holder: Instance, index: Any, value: Any) -> None:
        """``object[index] = value``."""

    def delete_module_item(self, holder: Instance, index: Any) -> None:
        """``del object[index]``."""
