"""What the evaluator computes with, besides Python's own numbers, texts, lists, tuples, dicts, sets and slices."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from convlint.model.operations import Operation
    from convlint.source.text import SourceFile

#: Sizes of a tensor with its batch axis; None where one is not known.
Sizes: TypeAlias = tuple[int | None, ...]


class Unknown:
    """A value of which nothing is known; it spreads to all that is computed with it. ``why`` is for people.

    ``fields`` are the attributes that the text gave it, None if none.
    """

    __slots__ = ("fields", "why")

    def __init__(self, why: str) -> None:
        self.why = why
        self.fields: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<unknown: {self.why}>"


class Outside:
    """A module, class or function outside of the repository: equal to itself, known by its path alone."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outside) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        return f"<{self.path}>"


class Native:
    """A function that the evaluator has itself. ``function`` takes the run, positional values and keywords."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.function = function


class Function:
    """A function of the text, with the scopes around it and the values of its defaults."""

    __slots__ = ("defaults", "fields", "file", "keyword_defaults", "name", "node", "owner", "scopes")

    def __init__(
        self,
        name: str,
        node: ast.FunctionDef | ast.Lambda,
        file: SourceFile,
        scopes: tuple[dict[str, Any], ...],
        defaults: list[Any],
        keyword_defaults: dict[str, Any],
    ) -> None:
        self.name = name
        self.node = node
        self.file = file
        self.scopes = scopes
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        #: The class in whose body it stands.
        self.owner: Class | None = None
        self.fields: dict[str, Any] = {}


class Bound:
    """A function with its first argument."""

    __slots__ = ("first", "function")

    def __init__(self, function: Any, first: Any) -> None:
        self.function = function
        self.first = first


class Property:
    """What ``@property`` makes of a function."""

    __slots__ = ("getter",)

    def __init__(self, getter: Any) -> None:
        self.getter = getter


class Static:
    """What ``@staticmethod`` makes of a function, or ``@classmethod`` with ``of_class``."""

    __slots__ = ("function", "of_class")

    def __init__(self, function: Any, of_class: bool) -> None:
        self.function = function
        self.of_class = of_class


class Class:
    """A class of the text. ``order`` is its method resolution order: classes of the text and from outside."""

    __slots__ = ("bases", "fields", "file", "name", "order", "qualified")

    def __init__(self, name: str, qualified: str, file: SourceFile | None, bases: Sequence[Any]) -> None:
        self.name = name
        self.qualified = qualified
        self.file = file
        self.bases = bases
        self.fields: dict[str, Any] = {}
        self.order: list[Any] = [self, *linear(bases)]

    def __repr__(self) -> str:
        return f"<class '{self.qualified}'>"


def linear(bases: Sequence[Any]) -> list[Any]:
    """The classes behind a class, each once and behind those that are derived from it."""
    found: list[Any] = []
    for base in bases:
        for one in base.order if isinstance(base, Class) else [base]:
            if one in found:
                found.remove(one)
            found.append(one)
    return found


class Super:
    """What ``super()`` gives: the classes behind ``owner`` in the order of the class of ``self``."""

    __slots__ = ("first", "owner")

    def __init__(self, owner: Class, first: Any) -> None:
        self.owner = owner
        self.first = first


class Instance:
    """An object. ``cls`` is a class of the text or one from outside that is known.

    For a module, ``layer`` is its type in ``torch.nn`` with the operation it becomes, ``parameters`` and ``buffers``
    hold its own tensors by name, ``unsaved`` the names of buffers that no checkpoint has, ``items`` the modules of a
    container by key.  ``partial`` says why it is not known whole.
    """

    __slots__ = ("buffers", "cls", "fields", "items", "layer", "parameters", "partial", "unsaved")

    def __init__(self, cls: Any) -> None:
        self.cls = cls
        self.fields: dict[str, Any] = {}
        self.parameters: dict[str, Any] = {}
        self.buffers: dict[str, Any] = {}
        self.unsaved: frozenset[str] = frozenset()
        self.items: dict[str, Any] | None = None
        self.layer: tuple[str, Operation, Any] | None = None
        self.partial: str | None = None

    def __repr__(self) -> str:
        return f"<{class_name(self.cls)} object>"


def class_name(cls: Any) -> str:
    """The short name of a class."""
    return cls.name if isinstance(cls, Class) else cls.path.rpartition(".")[2] if isinstance(cls, Outside) else str(cls)


class Tensor:
    """A tensor: the sizes of its axes with the batch axis first; None where not even their number is known.

    ``source`` is where it was made in a trace, None for what flows in from nowhere (a parameter, ``torch.zeros``).
    ``data`` are the numbers of a small constant with one axis or none, where they are known.
    """

    __slots__ = ("data", "shape", "source", "trained")

    def __init__(
        self,
        shape: Sizes | None,
        source: tuple[int, int] | None = None,
        data: tuple[Any, ...] | None = None,
        trained: bool = False,
    ) -> None:
        self.shape = shape
        self.source = source
        self.data = data
        self.trained = trained

    @property
    def count(self) -> int | None:
        """How many numbers it holds."""
        if self.shape is None:
            return None
        total = 1
        for size in self.shape:
            if size is None:
                return None
            total *= size
        return total

    def __repr__(self) -> str:
        return f"<tensor {self.shape}>"


class Raised(Exception):
    """The evaluated code raises: ``kind`` is one of Python's exception classes, or a class of the text."""

    def __init__(self, kind: Any, message: str, value: Any = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        #: The exception object of the evaluated code, if it made one.
        self.value = value
        #: The outermost call of a class in which it was raised: the class, what it was called with, by name too.
        self.made: tuple[Class | Outside, list[Any], dict[str, Any]] | None = None

    @property
    def words(self) -> str:
        """As the last line of a traceback."""
        name = self.kind.__name__ if isinstance(self.kind, type) else class_name(self.kind)
        return f"{name}: {self.message}" if self.message else name


class Undecided(Exception):
    """The code asks something that is not known here; the function that asks gives an unknown value."""


class Exhausted(Exception):
    """The work that one run may cost is used up."""


def is_unknown(*values: Any) -> bool:
    """Whether one of some values is unknown."""
    return any(isinstance(value, Unknown) for value in values)


class Module:
    """A module or package of the repository."""

    __slots__ = ("file", "name")

    def __init__(self, name: str, file: SourceFile | None) -> None:
        self.name = name
        self.file = file


class Partial:
    """A call that waits for its last arguments: ``functools.partial``."""

    __slots__ = ("arguments", "function", "keywords")

    def __init__(self, function: Any, arguments: Sequence[Any], keywords: dict[str, Any]) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords


class Lazy:
    """A generator: its items are made when they are asked for, once."""

    __slots__ = ("items",)

    def __init__(self, items: Iterator[Any]) -> None:
        self.items = items


class Missing:
    """There is nothing under a name."""

    __slots__ = ()


MISSING = Missing()

#: Items that a list, characters that a text may have.
MAX_ITEMS = 200_000


#: Bits of the largest whole number that is worked with.
MAX_BITS = 512
#: Values inside values, and items that a key may hold.
MAX_NESTING = 100
MAX_KEY = 1000
#: Items that are gone over, or made, for the work of one step.
ITEMS_A_STEP = 4

_HOLDERS = (list, tuple, dict, set, frozenset)


def weight(value: Any) -> int:
    """How many items a value holds, and all that it holds; what it holds several times counts as often.

    The end of the run if that is too much, or too deep.  Asked before Python itself goes over a value that may hold
    others: it would go as often, as deep, or for ever.
    """
    total = 0
    waiting = [(value, 0)] if isinstance(value, _HOLDERS) else []
    while waiting:
        holder, depth = waiting.pop()
        total += len(holder)
        if total > MAX_ITEMS or depth > MAX_NESTING:
            raise Exhausted("a value that holds too much")
        waiting += [(one, depth + 1) for one in holder if isinstance(one, _HOLDERS)]
        if isinstance(holder, dict):
            waiting += [(one, depth + 1) for one in holder.values() if isinstance(one, _HOLDERS)]
    return total


def bounded(value: Any) -> Any:
    """A text or list, or the end of the run if it is larger than anything that a network needs."""
    if len(value) > MAX_ITEMS:
        raise Exhausted(f"a value of more than {MAX_ITEMS:,} items")
    return value
