"""Python's built-in functions, types, exceptions and the methods of its plain values."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from convlint.source import modules
from convlint.source.operators import binary, equal, hashed, key
from convlint.source.values import (
    MAX_BITS,
    MAX_ITEMS,
    MISSING,
    Bound,
    Class,
    Exhausted,
    Function,
    Instance,
    Lazy,
    Native,
    Outside,
    Partial,
    Raised,
    Super,
    Tensor,
    Undecided,
    Unknown,
    bounded,
    weight,
)

if TYPE_CHECKING:
    from convlint.source.running import Frame, Running

#: Values whose missing attributes are certainly missing.
METHOD_HOLDERS = (int, float, str, list, tuple, dict, set, type(None))

_EXCEPTIONS = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
_TYPES = ("int", "float", "str", "bool", "list", "tuple", "dict", "set", "frozenset", "bytes", "object", "complex",
          "type", "range", "slice", "property", "staticmethod", "classmethod")  # fmt: skip


class ExceptionObject:
    """An exception of Python that the text made."""

    __slots__ = ("arguments", "kind", "message")

    def __init__(self, kind: type[BaseException], message: str, arguments: tuple[Any, ...]) -> None:
        self.kind = kind
        self.message = message
        self.arguments = arguments


class Suppress:
    """What ``contextlib.suppress`` gives."""

    __slots__ = ("kinds",)

    def __init__(self, kinds: Sequence[Any]) -> None:
        self.kinds = kinds


class Globals:
    """What ``globals()`` gives."""

    __slots__ = ("frame", "run")

    def __init__(self, run: Any, frame: Frame) -> None:
        self.run = run
        self.frame = frame

    def item(self, name: str) -> Any:
        """The value of a name."""
        try:
            return self.run.global_name(self.frame.file, name)
        except Raised as raised:
            if raised.kind is NameError:
                raise Raised(KeyError, repr(name)) from None
            raise

    def contains(self, name: str) -> bool:
        """Whether the name is bound."""
        try:
            self.item(name)
        except Raised:
            return False
        return True


def is_exception(value: Outside) -> bool:
    """Whether something built in is a class of exceptions."""
    return value.path.rpartition(".")[2] in _EXCEPTIONS


def exception_class(value: Outside) -> type[BaseException]:
    """Python's own class of exceptions of that name."""
    return _EXCEPTIONS.get(value.path.rpartition(".")[2], Exception)


def exception_object(raised: Raised) -> Any:
    """The object that ``except ... as name`` binds."""
    kind = raised.kind if isinstance(raised.kind, type) else Exception
    return ExceptionObject(kind, raised.message, (raised.message,))


def is_kind(kind: Any, wanted: Any) -> bool:
    """Whether an exception is one of a class."""
    if isinstance(wanted, Outside):
        if not is_exception(wanted):
            return False
        wanted = exception_class(wanted)
    if isinstance(kind, Class):
        if isinstance(wanted, Class):
            return wanted in kind.order
        return any(isinstance(one, Outside) and is_exception(one) and issubclass(exception_class(one), wanted)
                   for one in kind.order)  # fmt: skip
    return isinstance(kind, type) and isinstance(wanted, type) and issubclass(kind, wanted)


# Types ----------------------------------------------------------------------------------------------------------

_PLAIN: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (float,), "str": (str,), "bool": (bool,), "list": (list,), "tuple": (tuple,),
    "dict": (dict,), "set": (set,), "frozenset": (frozenset,), "bytes": (bytes,), "complex": (complex,),
    "range": (range,), "slice": (slice,),
}  # fmt: skip


#: Where abstract classes are kept: values of Python are of these without being derived from them.
_ABSTRACT_LIBRARIES = (
    *("collections", "collections.abc", "numbers", "torch._six", "torch._six.container_abcs", "types", "typing"),
)
_ABSTRACT: dict[str, tuple[type, ...]] = {
    "Integral": (int,), "Rational": (int,), "Real": (int, float), "Complex": (int, float), "Number": (int, float),
    "Iterable": (list, tuple, dict, set, str, range, Tensor), "Sequence": (list, tuple, str, range),
    "Mapping": (dict,), "MutableSequence": (list,), "MutableMapping": (dict,), "Set": (set, frozenset),
    "int_classes": (int,), "string_classes": (str,),
}  # fmt: skip


def is_of_type(value: Any, cls: Outside) -> bool | Unknown:
    """``isinstance(value, cls)`` of a value that is no object of a class of the text."""
    path = cls.path
    if path.startswith("builtins."):
        name = path[9:]
        if name in _PLAIN:
            return isinstance(value, _PLAIN[name])
        if name == "object":
            return True
        if name == "type":
            return isinstance(value, Class) or (isinstance(value, Outside) and value.path[:1].isupper())
        if name in _EXCEPTIONS:
            return isinstance(value, ExceptionObject) and is_kind(value.kind, cls)
    if path in ("torch.Tensor", "torch.FloatTensor"):
        return isinstance(value, Tensor)
    if path == "torch.nn.Parameter":
        return isinstance(value, Tensor) and value.trained
    library, _, name = path.rpartition(".")
    if library in _ABSTRACT_LIBRARIES:
        kinds = _ABSTRACT.get(name)
        if kinds is not None:
            return isinstance(value, kinds)
    if path in ("typing.List", "typing.Tuple", "typing.Dict"):
        return isinstance(value, {"L": list, "T": tuple, "D": dict}[path[7]])
    if path == "collections.OrderedDict":
        return isinstance(value, dict)
    if path.startswith(("torch.nn.", "numpy.", "pathlib.", "torch.Size")) and isinstance(value, METHOD_HOLDERS):
        return path == "torch.Size" and isinstance(value, tuple)
    if isinstance(value, METHOD_HOLDERS) and library not in _ABSTRACT_LIBRARIES:
        return False
    return Unknown(f"whether something is a {path}")


def instance_of(run: Running, value: Any, cls: Any) -> bool | Unknown:
    """``isinstance(value, cls)``."""
    if isinstance(cls, tuple):
        unknown: Unknown | None = None
        for one in cls:
            found = instance_of(run, value, one)
            if isinstance(found, Unknown):
                unknown = found
            elif found:
                return True
        return False if unknown is None else unknown
    if isinstance(value, Unknown):
        return value
    if isinstance(cls, Unknown):
        return cls
    if isinstance(value, Instance):
        order = [value.cls] if isinstance(value.cls, Outside) else value.cls.order
        if cls in order or cls == Outside("builtins.object"):
            return True
        if isinstance(cls, Outside):
            if cls == modules.MODULE:
                return modules.is_module(value)
            if isinstance(value.cls, Outside):
                return cls in modules.classes_behind(value.cls)
            if any(cls in modules.classes_behind(one) for one in order if isinstance(one, Outside)):
                return True
            if not modules.is_known_class(cls) and any(
                isinstance(one, Outside) and not modules.is_known_class(one) for one in order
            ):
                return Unknown(f"whether something is a {cls.path}")
        return False
    if isinstance(cls, Outside):
        return is_of_type(value, cls)
    return False


def leave(run: Running, code: Any = None) -> Any:
    """``exit``: the framework ends, and builds nothing more."""
    raise Raised(SystemExit, "" if code is None or isinstance(code, Unknown) else str(code)[:100])


def type_of(run: Running, value: Any) -> Any:
    """``type(value)``."""
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, Tensor):
        return Outside("torch.nn.Parameter" if value.trained else "torch.Tensor")
    if isinstance(value, Unknown):
        return value
    if isinstance(value, ExceptionObject):
        return Outside(f"builtins.{value.kind.__name__}")
    for name, kinds in _PLAIN.items():
        if type(value) in kinds:
            return Outside(f"builtins.{name}")
    return Unknown("the type of something")


def hashed_in_order(run: Running, values: Any) -> list[Any]:
    """Values as keys."""
    return [key(one) for one in run.iterate(values)]


def type_attribute(value: Outside, name: str) -> Any:
    """``int.name`` and its like."""
    if value.path == "builtins.dict" and name == "fromkeys":
        return Native("dict.fromkeys", lambda run, keys, item=None: dict.fromkeys(hashed_in_order(run, keys), item))
    if value.path == "builtins.object" and name == "__init__":
        return Native("object.__init__", lambda run, *given, **words: None)
    kinds = _PLAIN.get(value.path[9:])
    if kinds is not None and hasattr(kinds[0], name):
        return Native(
            name, lambda run, first, *given, **words: run.call(run.attribute(first, name), list(given), words)
        )
    return Unknown(f"{value.path}.{name}")


# Texts ----------------------------------------------------------------------------------------------------------


def text(run: Running, value: Any) -> Any:
    """``str(value)``."""
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        return value
    if isinstance(value, int | float | None):
        return str(value)
    if isinstance(value, Class):
        return f"<class '{value.qualified}'>"
    if isinstance(value, Outside):
        name = value.path.removeprefix("builtins.")
        return f"<class '{name}'>"
    if isinstance(value, list | tuple):
        if run is not None:
            run.weigh(value)
        else:
            weight(value)
        parts = [value_text(one) for one in value]
        if any(isinstance(part, Unknown) for part in parts):
            return Unknown("the text of a list")
        joined = bounded(", ".join(parts))
        return f"[{joined}]" if isinstance(value, list) else f"({joined}{',' if len(parts) == 1 else ''})"
    if isinstance(value, ExceptionObject):
        return value.message
    return Unknown("the text of something")


def value_text(value: Any) -> Any:
    """``repr(value)``."""
    if isinstance(value, str | int | float | type(None)):
        return bounded(repr(value))
    if isinstance(value, list | tuple):
        return text(None, value)  # type: ignore[arg-type]
    if isinstance(value, Class | Outside):
        return text(None, value)  # type: ignore[arg-type]
    return Unknown("the text of something")


def formatted(run: Running, value: Any, spec: Any, conversion: int = -1) -> Any:
    """A value in an f-string."""
    if isinstance(value, Unknown) or isinstance(spec, Unknown):
        return Unknown("a text with something unknown in it")
    if conversion == ord("r"):
        value = value_text(value)
    elif not isinstance(value, int | float | str):
        value = text(run, value)
    if isinstance(value, Unknown) or not isinstance(spec, str):
        return Unknown("a text with something unknown in it")
    if len(spec) > 12 or any(part.isdigit() and len(part) > 3 for part in spec.replace(".", " ").split()):
        return Unknown("a text with a long format")
    try:
        return bounded(format(value, spec))
    except (ValueError, TypeError) as error:
        raise Raised(type(error), str(error)) from None


# Functions ------------------------------------------------------------------------------------------------------

Given = Callable[..., Any]


def consuming(function: Given) -> Given:
    """A function that goes over its values: unknown where what is gone over is not known."""

    def call(run: Running, *given: Any, **words: Any) -> Any:
        try:
            return function(run, *given, **words)
        except Undecided as undecided:
            return Unknown(str(undecided))

    return call


def _numbers(values: Sequence[Any]) -> Unknown | None:
    return next((value for value in values if isinstance(value, Unknown)), None)


def plain(name: str, function: Given) -> Given:
    """A function of Python of plain values; unknown where one of them is, and Python's own errors."""

    def call(run: Running, *given: Any) -> Any:
        unknown = _numbers(given)
        if unknown is not None:
            return unknown
        given = tuple([_constant(value) for value in given])
        if any(isinstance(value, Tensor | Instance) for value in given):
            return Unknown(f"{name} of a tensor or an object")
        try:
            made = function(*given)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
            raise Raised(type(error), str(error)) from None
        if isinstance(made, int) and made.bit_length() > MAX_BITS:
            raise Exhausted("a number of hundreds of digits")
        return made

    return call


def _constant(value: Any) -> Any:
    """The number of a constant tensor that holds one."""
    if isinstance(value, Tensor) and value.data is not None and len(value.data) == 1:
        return value.data[0]
    return value


def _int(run: Running, value: Any = 0, base: Any = None) -> Any:
    return plain("int", int)(run, value) if base is None else plain("int", int)(run, value, base)


def _bool(run: Running, value: Any = False) -> Any:
    try:
        return run.truth(value)
    except Undecided as undecided:
        return Unknown(str(undecided))


@consuming
def _list(run: Running, value: Any = ()) -> Any:
    return value if isinstance(value, Unknown) else list(run.iterate(value))


@consuming
def _tuple(run: Running, value: Any = ()) -> Any:
    return value if isinstance(value, Unknown) else tuple(run.iterate(value))


@consuming
def _set(run: Running, value: Any = ()) -> Any:
    return value if isinstance(value, Unknown) else hashed(run.iterate(value))


@consuming
def _dict(run: Running, value: Any = (), /, **more: Any) -> Any:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict):
        return {**value, **more}
    if isinstance(value, Instance):
        return Unknown("a mapping of an object")
    return {**{key(one): item for one, item in (tuple(run.iterate(pair)) for pair in run.iterate(value))}, **more}


def _len(run: Running, value: Any) -> Any:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Tensor):
        return Unknown("the length of a tensor") if not value.shape or value.shape[0] is None else value.shape[0]
    if isinstance(value, Instance):
        if value.items is not None:
            return len(value.items)
        found = run.attribute(value, "__len__", None)
        return run.call(found, [], {}) if found is not None else Unknown("the length of an object")
    if isinstance(value, list | tuple | dict | set | str | range | frozenset):
        return len(value)
    if value is None or isinstance(value, int | float):
        name = "NoneType" if value is None else type(value).__name__
        raise Raised(TypeError, f"object of type '{name}' has no len()")
    return Unknown("the length of something")


def made_range(run: Running, *given: Any) -> Any:
    """``range``, of no more rounds than a loop may have."""
    made = plain("range", range)(run, *given)
    if isinstance(made, range) and len(made) > MAX_ITEMS:
        raise Exhausted(f"a loop of {len(made):,} rounds")
    return made


@consuming
def _enumerate(run: Running, value: Any, start: Any = 0) -> Any:
    if isinstance(value, Unknown) or isinstance(start, Unknown):
        return Unknown("the items of something unknown")
    return list(enumerate(run.iterate(value), start))


@consuming
def _zip(run: Running, *values: Any, strict: Any = False) -> Any:
    unknown = _numbers(values)
    if unknown is not None:
        return unknown
    return list(zip(*[list(run.iterate(value)) for value in values], strict=False))


@consuming
def _map(run: Running, function: Any, *values: Any) -> Any:
    unknown = _numbers(values)
    if unknown is not None:
        return unknown
    return [run.call(function, list(items), {}) for items in zip(*[list(run.iterate(v)) for v in values], strict=False)]


@consuming
def _filter(run: Running, function: Any, value: Any) -> Any:
    return [one for one in run.iterate(value) if run.truth(one if function is None else run.call(function, [one], {}))]


@consuming
def _sum(run: Running, values: Any, start: Any = 0) -> Any:
    if isinstance(values, Unknown):
        return values
    total = start
    for value in run.iterate(values):
        total = binary(run, ast.Add(), total, value)
    return total


def _extreme(name: str, function: Given) -> Given:
    def call(run: Running, *given: Any, key: Any = None, default: Any = MISSING) -> Any:
        unknown = _numbers(given)
        if unknown is not None:
            return unknown
        items = list(run.iterate(given[0])) if len(given) == 1 else list(given)
        if not items:
            if default is not MISSING:
                return default
            raise Raised(ValueError, f"{name}() iterable argument is empty")
        weights = items if key is None else [run.call(key, [item], {}) for item in items]
        unknown = _numbers(weights)
        if unknown is not None:
            return unknown
        weights = [_constant(weight) for weight in weights]
        if any(isinstance(weight, Tensor | Instance) for weight in weights):
            return Unknown(f"{name} of tensors or objects")
        try:
            return items[weights.index(function(run.weigh(weights)))]
        except TypeError as error:
            raise Raised(TypeError, str(error)) from None

    return call


@consuming
def _sorted(run: Running, value: Any, *, key: Any = None, reverse: Any = False) -> Any:
    if isinstance(value, Unknown):
        return value
    items = list(run.iterate(value))
    weights = items if key is None else [run.call(key, [item], {}) for item in items]
    if _numbers(weights) is not None or any(isinstance(one, Instance | Tensor) for one in weights):
        return Unknown("the order of something unknown")
    try:
        run.weigh(weights)
        run.spend(len(items) * 16)
        order = sorted(range(len(items)), key=lambda number: weights[number], reverse=bool(reverse))
    except TypeError as error:
        raise Raised(TypeError, str(error)) from None
    return [items[number] for number in order]


def _any_or_all(stops: bool) -> Given:
    def call(run: Running, values: Any) -> Any:
        if isinstance(values, Unknown):
            return values
        unknown: Unknown | None = None
        for value in run.iterate(values):
            try:
                if run.truth(value) == stops:
                    return stops
            except Undecided as undecided:
                unknown = Unknown(str(undecided))
        return not stops if unknown is None else unknown

    return call


def _isinstance(run: Running, value: Any, cls: Any) -> Any:
    return instance_of(run, value, cls)


def _issubclass(run: Running, cls: Any, wanted: Any) -> Any:
    if isinstance(wanted, tuple):
        return any(_issubclass(run, cls, one) is True for one in wanted)
    if isinstance(cls, Class):
        return wanted in cls.order
    return cls == wanted if isinstance(cls, Outside) else Unknown("whether a class is derived from another")


def _hasattr(run: Running, value: Any, name: Any) -> Any:
    if isinstance(value, Unknown) or not isinstance(name, str):
        return Unknown("whether something has an attribute")
    if isinstance(value, Outside):
        return Unknown(f"whether {value.path} has `{name}`")
    found = run.find_attribute(value, name)
    if found is MISSING and isinstance(value, Instance) and value.partial is not None:
        return Unknown(value.partial)
    return found is not MISSING


def _getattr(run: Running, value: Any, name: Any, *default: Any) -> Any:
    if not isinstance(name, str):
        return Unknown("an attribute whose name is not known")
    return run.attribute(value, name, *default)


def _setattr(run: Running, value: Any, name: Any, given: Any) -> None:
    if isinstance(name, str):
        run.set_attribute(value, name, given)
    elif isinstance(value, Instance):
        value.partial = value.partial or "an attribute whose name is not known"


def _type(run: Running, value: Any, *more: Any) -> Any:
    return Unknown("a class that is made by a call") if more else type_of(run, value)


def _pow(run: Running, base: Any, exponent: Any, *modulus: Any) -> Any:
    return Unknown("a power with a modulus") if modulus else binary(run, ast.Pow(), base, exponent)


def _round(run: Running, value: Any, digits: Any = None) -> Any:
    return plain("round", round)(run, value) if digits is None else plain("round", round)(run, value, digits)


def _iter(run: Running, value: Any) -> Any:
    return Iterator(list(run.iterate(value)))


class Iterator:
    """What ``iter`` gives."""

    __slots__ = ("left",)

    def __init__(self, items: list[Any]) -> None:
        self.left = items

    def iterated(self) -> list[Any]:
        """The items that are left."""
        items, self.left = self.left, []
        return items


def _next(run: Running, value: Any, *default: Any) -> Any:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Lazy):
        for item in value.items:
            return item
    elif isinstance(value, Iterator):
        if value.left:
            return value.left.pop(0)
    elif isinstance(value, list | tuple):
        # What is written as a generator is a list here.
        if value:
            return value.pop(0) if isinstance(value, list) else value[0]
    else:
        return Unknown("the next of something")
    if default:
        return default[0]
    raise Raised(StopIteration, "")


def _super(run: Running, frame: Frame, *given: Any) -> Any:
    if len(given) == 2 and isinstance(given[0], Class):
        return Super(given[0], given[1])
    if given or frame.function is None or frame.function.owner is None:
        return Unknown("super()")
    return Super(frame.function.owner, frame.first)


def _locals(run: Running, frame: Frame) -> Any:
    return frame.locals


def _eval(run: Any, frame: Frame, source: Any = None, *spaces: Any) -> Any:
    if not isinstance(source, str):
        return source if isinstance(source, Unknown) else Unknown("eval of something that is no text")
    if len(source) > 2000:
        return Unknown("eval of a long text")
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Raised(SyntaxError, "invalid syntax") from None
    return run.evaluate(tree.body, frame)


#: Functions that look at the variables of who calls them.
FRAME_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "builtins.super": _super,
    "builtins.locals": _locals,
    "builtins.vars": _locals,
    "builtins.globals": lambda run, frame: Globals(run, frame),
    "builtins.eval": _eval,
}

_FUNCTIONS: dict[str, Given] = {
    "len": _len, "range": made_range, "enumerate": _enumerate, "zip": _zip, "map": _map, "filter": _filter, "sum": _sum,
    "max": consuming(_extreme("max", max)), "min": consuming(_extreme("min", min)), "sorted": _sorted,
    "any": consuming(_any_or_all(True)),
    "all": consuming(_any_or_all(False)), "isinstance": _isinstance, "issubclass": _issubclass, "hasattr": _hasattr,
    "getattr": _getattr, "setattr": _setattr, "round": _round, "iter": _iter, "next": _next,
    "abs": plain("abs", abs), "divmod": plain("divmod", divmod), "pow": _pow,
    "chr": plain("chr", chr), "ord": plain("ord", ord), "hash": lambda run, value: Unknown("a hash"),
    "id": lambda run, value: Unknown("an address"), "print": lambda run, *given, **words: None,
    "repr": lambda run, value: value_text(value), "callable": lambda run, value: isinstance(
        value, Function | Bound | Native | Class | Partial | Outside) or (
        isinstance(value, Instance) and run.attribute(value, "forward", None) is not None),
    "reversed": lambda run, value: list(run.iterate(value))[::-1],
    "open": lambda run, *given, **words: Unknown("a file"), "input": lambda run, *given: Unknown("an input"),
    "delattr": lambda run, value, name: run.delete_attribute(value, name),
    "format": lambda run, value, spec="": formatted(run, value, spec),
    "exit": leave, "quit": leave,
}  # fmt: skip

#: The built-in types that can be called.
TYPES: dict[str, Given] = {
    "builtins.int": _int,
    "builtins.float": lambda run, value=0.0: plain("float", float)(run, value),
    "builtins.str": lambda run, value="": text(run, value),
    "builtins.bool": _bool,
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "builtins.type": _type,
    "builtins.range": made_range,
    "builtins.slice": lambda run, *given: slice(*given),
    "builtins.object": lambda run: Instance(Outside("builtins.object")),
    "builtins.complex": lambda run, *given: Unknown("a complex number"),
    "builtins.bytes": lambda run, *given: Unknown("bytes"),
    "builtins.property": lambda run, getter, *more: Unknown("a property made by a call"),
    "builtins.staticmethod": lambda run, function: function,
    "builtins.classmethod": lambda run, function: Unknown("a class method made by a call"),
}

BUILTINS: dict[str, Any] = {
    **{name: Native(name, function) for name, function in _FUNCTIONS.items()},
    **{
        name: Outside(f"builtins.{name}")
        for name in (*_TYPES, *_EXCEPTIONS, "super", "locals", "globals", "eval", "vars")
    },
    "NotImplemented": Unknown("NotImplemented"),
    "Ellipsis": ...,
    "__import__": Unknown("__import__"),
    "exec": Unknown("exec"),
    "compile": Unknown("compile"),
}


# Methods of plain values ----------------------------------------------------------------------------------------

_TEXT = frozenset(
    ["lower", "upper", "strip", "lstrip", "rstrip", "split", "rsplit", "startswith", "endswith", "replace", "find",
     "rfind", "index", "count", "isdigit", "isalpha", "isalnum", "isnumeric", "isupper", "islower", "title",
     "capitalize", "partition", "rpartition", "removeprefix", "removesuffix", "isdecimal", "isidentifier",
     "splitlines", "swapcase", "casefold"]
)  # fmt: skip
_LIST = frozenset(["append", "extend", "insert", "pop", "remove", "index", "count", "reverse", "copy", "clear", "sort"])
_DICT = frozenset(["get", "items", "keys", "values", "update", "pop", "setdefault", "copy", "clear", "popitem",
                   "move_to_end"])  # fmt: skip
_SET = frozenset(["add", "update", "remove", "discard", "union", "intersection", "difference", "issubset", "issuperset",
                  "copy", "pop", "clear", "symmetric_difference"])  # fmt: skip


def attribute(run: Running, value: Any, name: str) -> Any:
    """An attribute of a plain value, ``MISSING`` if there is none."""
    kind = type(value)
    if kind is str and (name in _TEXT or name in ("join", "format", "encode")):
        return Native(f"str.{name}", lambda inner, *given, **words: _text_method(inner, value, name, given, words))
    if isinstance(value, list) and name in _LIST:
        return Native(f"list.{name}", lambda inner, *given, **words: _list_method(inner, value, name, given, words))
    if isinstance(value, dict) and name in _DICT:
        return Native(f"dict.{name}", lambda inner, *given, **words: _dict_method(inner, value, name, given, words))
    if isinstance(value, set) and name in _SET:
        return Native(f"set.{name}", lambda inner, *given: _set_method(inner, value, name, given))
    if isinstance(value, tuple):
        if name in ("index", "count"):
            return Native(f"tuple.{name}", lambda inner, *given: _list_method(inner, list(value), name, given, {}))
        if name == "numel":
            return Native("Size.numel", lambda inner: product(value))
        named = getattr(value, name, MISSING) if name in ("values", "indices") and type(value) is not tuple else MISSING
        return named
    if kind in (int, float, bool):
        if name in ("real", "numerator"):
            return value
        if name == "is_integer":
            return Native("is_integer", lambda inner: float(value).is_integer())
        if name == "bit_length" and kind is int:
            return Native("bit_length", lambda inner: value.bit_length())
        if name == "item":
            return MISSING
    if isinstance(value, ExceptionObject) and name == "args":
        return value.arguments
    if name == "__class__":
        return type_of(run, value)
    if name == "__name__" and isinstance(value, Native):
        return value.name
    if isinstance(value, Partial):
        return {"func": value.function, "args": tuple(value.arguments), "keywords": value.keywords}.get(name, MISSING)
    return MISSING


def product(values: Iterable[Any]) -> Any:
    """The product of numbers; unknown where one of them is."""
    total = 1
    for value in values:
        if isinstance(value, Unknown):
            return value
        total *= value
        if isinstance(total, int) and total.bit_length() > MAX_BITS:
            raise Exhausted("a number of hundreds of digits")
    return total


def _text_method(run: Running, value: str, name: str, given: tuple[Any, ...], words: dict[str, Any]) -> Any:
    unknown = _numbers(given)
    if unknown is not None:
        return unknown
    run.spend(len(value))
    if name == "join":
        parts = list(run.iterate(given[0]))
        unknown = _numbers(parts)
        if unknown is not None:
            return unknown
        if all(isinstance(part, str) for part in parts):
            if sum(map(len, parts)) + len(value) * len(parts) > MAX_ITEMS:
                raise Exhausted("a long text")
            return value.join(parts)
        raise Raised(TypeError, "sequence item 0: expected str instance")
    if name == "format":
        return _format_method(run, value, given, words)
    if name == "encode":
        return Unknown("bytes")
    if name == "replace" and (len(value) + 1) * len(str(given[1])) > MAX_ITEMS:
        raise Exhausted("a long text")
    try:
        return getattr(value, name)(*given, **words)
    except (TypeError, ValueError) as error:
        raise Raised(type(error), str(error)) from None


def _format_method(run: Running, value: str, given: tuple[Any, ...], words: dict[str, Any]) -> Any:
    """``text.format(...)`` of fields that are numbers or names; one that looks into a value is not understood."""
    from string import Formatter

    parts: list[str] = []
    try:
        fields = list(Formatter().parse(value))
    except ValueError as error:
        raise Raised(ValueError, str(error)) from None
    for number, (text_before, name, spec, conversion) in enumerate(fields):
        parts.append(text_before)
        if name is None:
            continue
        if name == "" or name.isdecimal():
            place = int(name) if name else sum(field == "" for _, field, _, _ in fields[:number])
            if place >= len(given):
                raise Raised(IndexError, f"Replacement index {place} out of range for positional args tuple")
            field = given[place]
        elif name in words:
            field = words[name]
        else:
            return Unknown("a formatted text")
        if "{" in (spec or ""):
            return Unknown("a formatted text")
        made = formatted(run, field, spec or "", ord(conversion) if conversion else -1)
        if not isinstance(made, str):
            return Unknown("a formatted text")
        parts.append(made)
    return bounded("".join(parts))


def _list_method(run: Running, value: list[Any], name: str, given: tuple[Any, ...], words: dict[str, Any]) -> Any:
    if name != "append" and name != "extend" and not (name == "pop" and not given):
        run.spend(len(value))
    if name == "append":
        value.append(*given)
        bounded(value)
        return None
    if name == "extend":
        if isinstance(given[0], Unknown):
            raise Undecided(given[0].why)
        for item in list(given[0]) if isinstance(given[0], list) else run.iterate(given[0]):
            value.append(item)
            bounded(value)
        return None
    if name == "insert":
        if isinstance(given[0], Unknown):
            raise Undecided(given[0].why)
        value.insert(*given)
        bounded(value)
        return None
    if name == "pop":
        if given and isinstance(given[0], Unknown):
            raise Undecided(given[0].why)
        try:
            return value.pop(*given)
        except IndexError as error:
            raise Raised(IndexError, str(error)) from None
    if name in ("index", "remove", "count"):
        places = []
        for number, one in enumerate(value):
            run.step()
            same = one is given[0] or equal(run, one, given[0])
            if isinstance(same, Unknown):
                return same
            if same:
                places.append(number)
        if name == "count":
            return len(places)
        if not places:
            raise Raised(ValueError, "list.remove(x): x not in list" if name == "remove" else "value is not in list")
        if name == "index":
            return places[0]
        del value[places[0]]
        return None
    if name == "sort":
        value[:] = (
            found if isinstance(found := _sorted(run, value, **words), list) else [Unknown("an order")] * len(value)
        )
        return None
    if name == "reverse":
        value.reverse()
        return None
    if name == "clear":
        value.clear()
        return None
    return list(value)


def _dict_method(run: Running, value: dict[Any, Any], name: str, given: tuple[Any, ...], words: dict[str, Any]) -> Any:
    if name in ("get", "pop", "setdefault"):
        if isinstance(given[0], Unknown):
            return given[0]
        wanted = key(given[0])
        if name == "get":
            return value.get(wanted, *given[1:])
        if name == "setdefault":
            return value.setdefault(wanted, *given[1:])
        if wanted not in value and len(given) < 2:
            raise Raised(KeyError, repr(wanted))
        return value.pop(wanted, *given[1:])
    if name == "items":
        return [tuple(pair) for pair in value.items()]
    if name == "keys":
        return list(value)
    if name == "values":
        return list(value.values())
    if name == "update":
        for more in given:
            if isinstance(more, Unknown):
                raise Undecided(more.why)
            value.update(more if isinstance(more, dict) else dict(run.iterate(more)))
        value.update(words)
        bounded(value)
        return None
    if name == "copy":
        return dict(value)
    if name == "clear":
        value.clear()
        return None
    if name == "popitem":
        if not value:
            raise Raised(KeyError, "'popitem(): dictionary is empty'")
        return value.popitem()
    return None


def _set_method(run: Running, value: set[Any], name: str, given: tuple[Any, ...]) -> Any:
    if name not in ("add", "discard", "remove"):
        run.spend(len(value))
    if name in ("add", "discard", "remove"):
        getattr(value, "discard" if name == "remove" else name)(key(given[0]))
        return None
    if name == "pop":
        return Unknown("any item of a set")
    if name == "clear":
        value.clear()
        return None
    return getattr(value, name)(*[hashed(run.iterate(one)) for one in given])
