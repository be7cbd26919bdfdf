"""Calls, attributes and objects of the evaluator."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from convlint.source import modules, outside, python, tensors
from convlint.source.running import Frame
from convlint.source.stand_ins import stand_in
from convlint.source.trace import Trace
from convlint.source.values import (
    MISSING,
    Bound,
    Class,
    Exhausted,
    Function,
    Instance,
    Lazy,
    Module,
    Native,
    Outside,
    Partial,
    Property,
    Raised,
    Static,
    Super,
    Tensor,
    Undecided,
    Unknown,
    class_name,
)

if TYPE_CHECKING:
    from convlint.source.text import SourceFile

#: Calls inside calls.
MAX_DEPTH = 60


class Calls:
    """What a run does with functions, classes and objects."""

    def __init__(self) -> None:
        #: Where what happens to tensors is written down.
        self.trace = Trace(())
        #: The exception that is being handled.
        self.handled: Raised | None = None
        self.depth = 0
        #: How often a condition hung on something that is not known.
        self.doubts = 0
        #: Takes the place of calls of some modules or functions, by identity.
        self.taken: dict[int, Any] = {}
        #: Told the frame of a function's call before its body runs, by the function's identity.
        self.watched: dict[int, Any] = {}
        self._locals: dict[int, frozenset[str]] = {}

    # What the evaluator offers (see ``evaluator.py``)
    if TYPE_CHECKING:
        names: dict[str, dict[str, Any]]

        def step(self) -> None: ...
        def spend(self, items: int) -> None: ...
        def weigh(self, value: Any) -> Any: ...
        def block(self, statements: Iterable[ast.stmt], frame: Frame) -> tuple[str, Any] | None: ...
        def evaluate(self, node: ast.expr, frame: Frame) -> Any: ...
        def global_name(self, file: SourceFile, name: str) -> Any: ...
        def module_attribute(self, module: Module, name: str) -> Any: ...
        def assign(self, target: ast.expr, value: Any, frame: Frame) -> None: ...

    # Values -----------------------------------------------------------------------------------------------------

    def truth(self, value: Any) -> bool:
        """Whether a value is true; ``Undecided`` if that is not known."""
        if isinstance(value, Unknown):
            self.doubts += 1
            raise Undecided(value.why)
        if isinstance(value, Tensor):
            if value.data is not None and len(value.data) == 1 and not isinstance(value.data[0], Unknown):
                return bool(value.data[0])
            self.doubts += 1
            raise Undecided("the numbers in a tensor")
        if isinstance(value, Instance):
            if value.items is not None:
                return bool(value.items) or value.cls == Outside("torch.nn.Sequential")
            for method in ("__bool__", "__len__"):
                found = self.attribute(value, method, None)
                if found is not None:
                    return self.truth(self.call(found, [], {}))
            return True
        if isinstance(value, list | tuple | dict | set | str | int | float | range | bytes | type(None)):
            return bool(value)
        return True

    def iterate(self, value: Any) -> Iterable[Any]:
        """The items of a value; ``Undecided`` if they are not known."""
        if isinstance(value, list | tuple | dict | str | range | set | frozenset):
            self.spend(len(value))
            return list(value) if isinstance(value, list | dict) else value
        if isinstance(value, Lazy):
            return value.items
        if isinstance(value, Unknown):
            raise Undecided(value.why)
        if isinstance(value, Tensor):
            items: list[Any] | Unknown = tensors.iterate(self.trace, value)
            if isinstance(items, Unknown):
                raise Undecided(items.why)
            return items
        if isinstance(value, Instance):
            if value.items is not None:
                return list(value.items) if value.cls == outside.MODULE_DICT else list(value.items.values())
            found = self.attribute(value, "__iter__", None)
            if found is not None:
                return self.iterate(self.call(found, [], {}))
            found = self.attribute(value, "__getitem__", None)
            if found is not None:
                raise Undecided(f"the items of a {class_name(value.cls)}")
            raise Raised(TypeError, f"'{class_name(value.cls)}' object is not iterable")
        if value is None or isinstance(value, int | float | Function | Class):
            name = "NoneType" if value is None else type(value).__name__
            raise Raised(TypeError, f"'{name}' object is not iterable")
        found = getattr(value, "iterated", None)
        if found is not None:
            items = found()
            if isinstance(items, list):
                return items
        raise Undecided("the items of something that is not understood")

    def text(self, value: Any) -> Any:
        """``str(value)``."""
        return python.text(self, value)

    # Calls ------------------------------------------------------------------------------------------------------

    def call(self, called: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """What a call gives."""
        self.step()
        taken = self.taken.get(id(called))
        if taken is not None:
            return taken(arguments, keywords)
        if isinstance(called, Function):
            return self.invoke(called, arguments, keywords)
        if isinstance(called, Bound):
            return self.call(called.function, [called.first, *arguments], keywords)
        if isinstance(called, Class) or (isinstance(called, Outside) and modules.is_module_class(called)):
            try:
                if isinstance(called, Class):
                    return self.instantiate(called, arguments, keywords)
                return self.measured(outside.call(self, called, arguments, keywords))
            except Raised as raised:
                raised.made = (called, arguments, keywords)
                raise
        if isinstance(called, Instance):
            return self.call_instance(called, arguments, keywords)
        if isinstance(called, Native):
            if called.name.startswith("Module.") and not arguments:
                message = f"{called.name}() missing 1 required positional argument: 'self'"
                raise Raised(TypeError, message)
            return self.measured(outside.guarded(called.name, called.function, self, arguments, keywords))
        if isinstance(called, Outside):
            return self.measured(outside.call(self, called, arguments, keywords))
        if isinstance(called, Partial):
            given = self.measured([*called.arguments, *arguments])
            return self.call(called.function, given, {**called.keywords, **keywords})
        if isinstance(called, Unknown):
            return called
        if isinstance(called, Static):
            return self.call(called.function, arguments, keywords)
        if isinstance(called, int | float | str | list | tuple | dict | set | type(None) | Tensor | Module):
            name = {type(None): "NoneType", Module: "module"}.get(type(called), type(called).__name__)
            raise Raised(TypeError, f"'{name}' object is not callable")
        return Unknown("a call of something that is not understood")

    def measured(self, value: Any) -> Any:
        """A value that was made at once, after the work for its items is counted."""
        if isinstance(value, list | tuple | str | dict | set):
            self.spend(len(value))
        return value

    def invoke(self, function: Function, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """Call a function of the text; unknown if it asks something that is not known."""
        if self.depth >= MAX_DEPTH:
            raise Exhausted(f"calls inside calls, more than {MAX_DEPTH}")
        node = function.node
        frame = Frame(function.file, {}, function.scopes)
        frame.function = function
        self.bind(function, arguments, keywords, frame)
        first = arguments[0] if arguments else None
        frame.first = first
        watched = self.watched.get(id(function))
        if watched is not None:
            watched(frame)
        self.depth += 1
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body, frame)
            if _is_generator(node):
                frame.yields = []
            ended = self.block(node.body, frame)
            if frame.yields is not None:
                return frame.yields
            return None if ended is None else ended[1]
        except Undecided as undecided:
            if function.name == "__init__" and isinstance(first, Instance):
                first.partial = first.partial or str(undecided)
            return Unknown(str(undecided))
        finally:
            self.depth -= 1

    def bind(self, function: Function, arguments: list[Any], keywords: dict[str, Any], frame: Frame) -> None:
        """Give a function's arguments their values, or raise what Python would."""
        spec = function.node.args
        variables = frame.locals
        names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
        called = function.name if function.owner is None else f"{function.owner.name}.{function.name}"
        if len(arguments) > len(names) and spec.vararg is None:
            required = len(names) - len(function.defaults)
            takes = f"{len(names)}" if not function.defaults else f"from {required} to {len(names)}"
            plural = "s" if function.defaults or len(names) != 1 else ""
            was = "was" if len(arguments) == 1 else "were"
            message = f"{called}() takes {takes} positional argument{plural} but {len(arguments)} {was} given"
            raise Raised(TypeError, message)
        variables.update(zip(names, arguments, strict=False))
        if spec.vararg is not None:
            variables[spec.vararg.arg] = tuple(arguments[len(names) :])
        more: dict[str, Any] = {}
        only = {one.arg for one in spec.kwonlyargs}
        positional = {one.arg for one in spec.posonlyargs}
        for name, value in keywords.items():
            if name in only or (name in names and name not in positional):
                if name in variables:
                    raise Raised(TypeError, f"{called}() got multiple values for argument '{name}'")
                variables[name] = value
            elif spec.kwarg is not None:
                more[name] = value
            else:
                raise Raised(TypeError, f"{called}() got an unexpected keyword argument '{name}'")
        if spec.kwarg is not None:
            variables[spec.kwarg.arg] = more
        for name, value in zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True):
            variables.setdefault(name, value)
        for name, value in function.keyword_defaults.items():
            variables.setdefault(name, value)
        missing = [name for name in names if name not in variables]
        if missing:
            plural = "s" if len(missing) > 1 else ""
            listed = " and ".join(
                [", ".join(map(repr, missing[:-1])), repr(missing[-1])] if plural else [repr(missing[0])]
            )
            raise Raised(TypeError, f"{called}() missing {len(missing)} required positional argument{plural}: {listed}")
        missing = [name for name in sorted(only) if name not in variables]
        if missing:
            plural = "s" if len(missing) > 1 else ""
            listed = ", ".join(map(repr, missing))
            raise Raised(
                TypeError, f"{called}() missing {len(missing)} required keyword-only argument{plural}: {listed}"
            )

    def local_names(self, function: Function) -> frozenset[str]:
        """The names that a function binds itself."""
        node = function.node
        found = self._locals.get(id(node))
        if found is None:
            names: set[str] = set()
            body: list[ast.AST] = list(node.body) if isinstance(node.body, list) else []
            while body:
                one = body.pop()
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    names.add(one.id)
                if isinstance(one, ast.FunctionDef | ast.ClassDef):
                    names.add(one.name)
                elif not isinstance(one, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                    body.extend(ast.iter_child_nodes(one))
            found = self._locals[id(node)] = frozenset(names)
        return found

    def instantiate(self, cls: Class, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """An object of a class of the text."""
        made = Instance(cls)
        for one in cls.order:
            if isinstance(one, Outside) and not modules.is_known_class(one):
                made.partial = f"{cls.name} is derived from {one.path}"
        modules.prepare(made)
        init = self.class_attribute(made, "__init__", cls.order)
        if init is MISSING:
            exception = any(isinstance(one, Outside) and python.is_exception(one) for one in cls.order)
            if (arguments or keywords) and made.partial is None and not exception:
                raise Raised(TypeError, f"{cls.name}() takes no arguments")
            return made
        result = self.call(self.bound(init, made), arguments, keywords)
        if isinstance(result, Unknown):
            made.partial = made.partial or result.why
        return made

    def call_instance(self, called: Instance, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """``object(...)``: the ``forward`` of a module, ``__call__`` of others."""
        name = "forward" if modules.is_module(called) else "__call__"
        if name in called.fields:
            return self.call(called.fields[name], arguments, keywords)
        if name == "forward" and isinstance(called.cls, Class):
            own = self.class_attribute(called, "__call__", called.cls.order)
            if own is not MISSING and not isinstance(own, Native):
                return self.call(self.bound(own, called), arguments, keywords)
        found = self.attribute(called, name, None)
        if found is None:
            if called.partial is not None:
                return Unknown(called.partial)
            if name == "forward":
                message = f'Module [{class_name(called.cls)}] is missing the required "forward" function'
                raise Raised(NotImplementedError, message)
            raise Raised(TypeError, f"'{class_name(called.cls)}' object is not callable")
        return self.call(found, arguments, keywords)

    def decorated(self, decorator: Any, function: Any) -> Any:
        """What a decorator makes of a function; those from outside are taken to leave it as it is."""
        if isinstance(decorator, Outside):
            if decorator.path in ("builtins.property", "functools.cached_property"):
                return Property(function)
            if decorator.path in ("builtins.staticmethod", "builtins.classmethod"):
                return Static(function, decorator.path == "builtins.classmethod")
            return function
        if isinstance(decorator, Function | Bound | Partial | Class):
            made = self.call(decorator, [function], {})
            return function if isinstance(made, Unknown) else made
        return function

    def raised(self, value: Any) -> Raised:
        """What ``raise value`` raises."""
        if isinstance(value, Outside) and value.path.startswith("builtins."):
            return Raised(python.exception_class(value), "")
        if isinstance(value, python.ExceptionObject):
            return Raised(value.kind, value.message, value)
        if isinstance(value, Class):
            return Raised(value, "")
        if isinstance(value, Instance):
            return Raised(value.cls, "", value)
        return Raised(Exception, "")

    # Attributes -------------------------------------------------------------------------------------------------

    def bound(self, found: Any, instance: Any) -> Any:
        """What a class's field is when it is read through an object."""
        if isinstance(found, Function):
            return Bound(found, instance)
        if isinstance(found, Native):
            return Bound(found, instance)
        if isinstance(found, Property):
            return self.call(found.getter, [instance], {})
        if isinstance(found, Static):
            return Bound(found.function, instance.cls) if found.of_class else found.function
        return found

    def class_attribute(self, instance: Instance, name: str, order: Sequence[Any]) -> Any:
        """A field of one of some classes, as it stands there."""
        for one in order:
            if isinstance(one, Class):
                if name in one.fields:
                    return one.fields[name]
            else:
                found = outside.class_field(one, name)
                if found is not MISSING:
                    return found
        return MISSING

    def attribute(self, value: Any, name: str, *default: Any) -> Any:
        """``value.name``; a second argument is given where there is none."""
        found = self.find_attribute(value, name)
        if found is not MISSING:
            return found
        if default:
            return default[0]
        if isinstance(value, Instance):
            if value.partial is not None:
                return Unknown(value.partial)
            raise Raised(AttributeError, f"'{class_name(value.cls)}' object has no attribute '{name}'")
        if isinstance(value, Class):
            raise Raised(AttributeError, f"type object '{value.name}' has no attribute '{name}'")
        if isinstance(value, Tensor):
            return Unknown(f"`{name}` of a tensor")
        if isinstance(value, python.METHOD_HOLDERS):
            kind = "NoneType" if value is None else type(value).__name__
            raise Raised(AttributeError, f"'{kind}' object has no attribute '{name}'")
        return Unknown(f"`{name}` of something that is not understood")

    def stood_in(self, value: Any) -> Any:
        """Something from outside, or what a text of ours has in its place."""
        found = stand_in(value.path) if isinstance(value, Outside) else None
        # The names of that text itself are those of the library's other parts.
        return value if found is None else self.global_name(*found)

    def find_attribute(self, value: Any, name: str) -> Any:
        """``value.name``, ``MISSING`` if there is none."""
        if isinstance(value, Unknown):
            return value if value.fields is None else value.fields.get(name, value)
        if isinstance(value, Instance):
            return self.instance_attribute(value, name)
        if isinstance(value, Outside):
            return self.stood_in(outside.attribute(value, name))
        if isinstance(value, Module):
            return self.module_attribute(value, name)
        if isinstance(value, Tensor):
            return tensor_attribute(self, value, name)
        if isinstance(value, Class):
            if name in ("__name__", "__qualname__"):
                return value.name
            if name == "__module__":
                return value.file.name if value.file is not None else ""
            if name == "__mro__":
                return tuple(value.order)
            for one in value.order:
                found = one.fields.get(name, MISSING) if isinstance(one, Class) else outside.class_field(one, name)
                if found is not MISSING:
                    if isinstance(found, Static):
                        return Bound(found.function, value) if found.of_class else found.function
                    return found
            if any(isinstance(one, Outside) and not modules.is_known_class(one) for one in value.order):
                return Unknown(f"`{name}` of a class from outside")
            return MISSING
        if isinstance(value, Super):
            order = (
                value.first.cls.order
                if isinstance(value.first, Instance) and isinstance(value.first.cls, Class)
                else (value.first.order if isinstance(value.first, Class) else value.owner.order)
            )
            behind = order[order.index(value.owner) + 1 :] if value.owner in order else value.owner.order[1:]
            found = self.class_attribute(value.first, name, [*behind, Outside("builtins.object")])
            if found is MISSING:
                return Unknown(f"`{name}` of a class from outside")
            return self.bound(found, value.first)
        if isinstance(value, Function):
            if name in ("__name__", "__qualname__"):
                return value.name
            return value.fields.get(name, Unknown(f"`{name}` of a function"))
        if isinstance(value, Bound):
            if name == "__self__":
                return value.first
            return self.find_attribute(value.function, name)
        return python.attribute(self, value, name)

    def instance_attribute(self, value: Instance, name: str) -> Any:
        """A field or method of an object."""
        if name in value.fields:
            return value.fields[name]
        for own in (value.parameters, value.buffers):
            if name in own:
                return own[name]
        if name == "__class__":
            return value.cls
        if name == "__dict__":
            return value.fields
        order = value.cls.order if isinstance(value.cls, Class) else [value.cls]
        if modules.is_module(value) and modules.MODULE not in order:
            order = [*order, modules.MODULE]
        found = self.class_attribute(value, name, order)
        if found is not MISSING:
            return self.bound(found, value)
        if value.items is not None and name in value.items:
            return value.items[name]
        own_lookup = self.class_attribute(value, "__getattr__", order)
        if isinstance(own_lookup, Function):
            return self.call(own_lookup, [value, name], {})
        return MISSING

    def set_attribute(self, holder: Any, name: str, value: Any) -> None:
        """``holder.name = value``."""
        if isinstance(holder, Instance):
            modules.set_field(self, holder, name, value)
        elif isinstance(holder, Class | Function):
            holder.fields[name] = value
        elif isinstance(holder, Tensor) and name == "data":
            holder.shape = value.shape if isinstance(value, Tensor) else None
        elif isinstance(holder, Module) and holder.file is not None:
            self.names.setdefault(holder.file.name, {})[name] = value
        elif isinstance(holder, Unknown):
            holder.fields = {**(holder.fields or {}), name: value}

    def delete_attribute(self, holder: Any, name: str) -> None:
        """``del holder.name``."""
        if isinstance(holder, Instance):
            for own in (holder.fields, holder.parameters, holder.buffers):
                own.pop(name, None)

    def module_item(self, holder: Instance, index: Any) -> Any:
        """``object[index]``."""
        return modules.item(self, holder, index)

    def store_module_item(self, holder: Instance, index: Any, value: Any) -> None:
        """``object[index] = value``."""
        modules.store_item(self, holder, index, value)

    def delete_module_item(self, holder: Instance, index: Any) -> None:
        """``del object[index]``."""
        modules.delete_item(self, holder, index)


def tensor_attribute(run: Calls, value: Tensor, name: str) -> Any:
    """An attribute or method of a tensor."""
    made = tensors.ATTRIBUTES.get(name)
    if made is not None:
        return made(run.trace, value)
    method = tensors.METHODS.get(name)
    if method is None:
        return MISSING
    return Native(f"Tensor.{name}", lambda inner, *given, **words: method(inner.trace, value, *given, **words))


def _is_generator(node: ast.FunctionDef) -> bool:
    """Whether a function yields."""
    found: bool | None = getattr(node, "generates", None)
    if found is None:
        found = False
        body: list[ast.AST] = list(node.body)
        while body and not found:
            one = body.pop()
            if isinstance(one, ast.Yield | ast.YieldFrom):
                found = True
            elif not isinstance(one, ast.FunctionDef | ast.Lambda | ast.ClassDef):
                body.extend(ast.iter_child_nodes(one))
        node.generates = found  # type: ignore[attr-defined]
    return found
