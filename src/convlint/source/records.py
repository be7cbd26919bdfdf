"""``dataclasses``: what ``@dataclass`` makes of a class of the text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from convlint.source.values import MISSING, Class, Instance, Native, Outside, Raised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convlint.source.running import Running

DATACLASS = Outside("dataclasses.dataclass")
#: Where a class keeps its fields, as Python does.
_FIELDS = "__dataclass_fields__"


class Made:
    """A default that is made anew for every object."""

    __slots__ = ("factory",)

    def __init__(self, factory: Any) -> None:
        self.factory = factory


def field(run: Running, *, default: Any = MISSING, default_factory: Any = MISSING, **more: Any) -> Any:
    """``dataclasses.field``: the default of a field, ``MISSING`` if it has none."""
    return default if default_factory is MISSING else Made(default_factory)


def become(cls: Class, body: Sequence[ast.stmt]) -> None:
    """Give a class the ``__init__`` that its annotated fields, and those of its bases, ask for."""
    defaults: dict[str, Any] = {}
    for one in reversed(cls.order):
        if isinstance(one, Class):
            defaults |= one.fields.get(_FIELDS, {})
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            if "ClassVar" in ast.unparse(statement.annotation):
                continue
            defaults[name] = cls.fields.get(name, MISSING)
            if defaults[name] is MISSING or isinstance(defaults[name], Made):
                cls.fields.pop(name, None)
    cls.fields[_FIELDS] = defaults
    cls.fields.setdefault("__init__", Native(f"{cls.name}.__init__", _initialiser(cls.name, defaults)))


def _initialiser(title: str, defaults: dict[str, Any]) -> Any:
    def initialise(run: Running, instance: Instance, *given: Any, **words: Any) -> None:
        if len(given) > len(defaults):
            most = len(defaults) + 1
            message = f"{title}.__init__() takes {most} positional arguments but {len(given) + 1} were given"
            raise Raised(TypeError, message)
        values = dict(zip(defaults, given, strict=False))
        for name, value in words.items():
            if name not in defaults:
                raise Raised(TypeError, f"{title}.__init__() got an unexpected keyword argument '{name}'")
            values[name] = value
        for name, default in defaults.items():
            value = values.get(name, default)
            if value is MISSING:
                raise Raised(TypeError, f"{title}.__init__() missing 1 required positional argument: '{name}'")
            run.set_attribute(instance, name, run.call(value.factory, [], {}) if isinstance(value, Made) else value)
        after = run.attribute(instance, "__post_init__", None)
        if after is not None:
            run.call(after, [], {})

    return initialise
