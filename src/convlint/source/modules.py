"""Objects of ``torch.nn.Module``: layers, containers, parameters and their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from convlint.model.torch_nn.binding import Misfit, bind
from convlint.source import einops, layers, resizing
from convlint.source.layers import LAYERS
from convlint.source.values import (
    MAX_ITEMS,
    MISSING,
    Class,
    Instance,
    Native,
    Outside,
    Raised,
    Sizes,
    Tensor,
    Unknown,
    class_name,
)

if TYPE_CHECKING:
    from convlint.source.running import Running

MODULE = Outside("torch.nn.Module")
_NN = "torch.nn."
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict")
#: Layers that are known here alone: the model has another for them, or none.
OTHERS = ("Embedding", "SyncBatchNorm")
#: The classes of torch.nn that are known, besides those of the table of layers.
CLASSES = ("Module", *_CONTAINERS, *OTHERS)
#: Classes of torch.nn that others are derived from.
_BEHIND = {
    "Conv1d": "_ConvNd", "Conv2d": "_ConvNd", "Conv3d": "_ConvNd", "ConvTranspose1d": "_ConvNd",
    "ConvTranspose2d": "_ConvNd", "ConvTranspose3d": "_ConvNd", "BatchNorm1d": "_BatchNorm",
    "BatchNorm2d": "_BatchNorm", "BatchNorm3d": "_BatchNorm",
}  # fmt: skip


def is_known_class(one: Outside) -> bool:
    """Whether objects of a class from outside are known whole."""
    path = one.path
    if path.startswith("builtins.") or path in ("abc.ABC", "typing.Generic"):
        return True
    return is_module_class(one)


def is_module_class(one: Outside) -> bool:
    """Whether a class from outside is one of ``torch.nn`` that is known."""
    path = one.path
    return path.startswith(_NN) and (path[len(_NN) :] in LAYERS or path[len(_NN) :] in CLASSES)


def is_module(value: Any) -> bool:
    """Whether something is an object of ``torch.nn.Module``."""
    if not isinstance(value, Instance):
        return False
    order = value.cls.order if isinstance(value.cls, Class) else [value.cls]
    return any(isinstance(one, Outside) and one.path.startswith(_NN) for one in order)


def classes_behind(one: Outside) -> tuple[Outside, ...]:
    """The classes from which a class of ``torch.nn`` is derived, as far as anybody asks for them."""
    name = one.path.removeprefix(_NN)
    found = [Outside("torch.nn.Module")] if one.path.startswith(_NN) else []
    if name in _BEHIND:
        found += [Outside(f"torch.nn.{_BEHIND[name]}"), Outside("torch.nn._NormBase")][: 2 if "Norm" in name else 1]
    return tuple(found)


def prepare(instance: Instance) -> None:
    """Give a new object the store of a container, if its class is derived from one."""
    order = instance.cls.order if isinstance(instance.cls, Class) else [instance.cls]
    if any(isinstance(one, Outside) and one.path.removeprefix(_NN) in _CONTAINERS for one in order):
        instance.items = {}


def made(run: Running, cls: Outside, arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
    """An object of a class of ``torch.nn``."""
    instance = Instance(cls)
    prepare(instance)
    initialise(run, instance, cls.path.removeprefix(_NN), arguments, keywords)
    return instance


def initialise(run: Running, instance: Instance, name: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> None:
    """``__init__`` of a class of ``torch.nn``."""
    if name == "Module":
        return
    if name == "SyncBatchNorm":
        name = "BatchNorm2d"
    if name in ("Sequential", "ModuleList", "ModuleDict"):
        fill(run, instance, name, arguments)
        return
    if name in ("ParameterList", "ParameterDict"):
        instance.items = None
        values = arguments[0] if arguments else []
        pairs = values.items() if isinstance(values, dict) else enumerate(run.iterate(values))
        for key, value in pairs:
            set_field(run, instance, str(key), value)
        return
    if name == "Embedding":
        embedding(instance, *arguments, **keywords)
        return
    if any(isinstance(value, Unknown) for value in (*arguments, *keywords.values())):
        layer_of_unknown(instance, name, arguments, keywords)
        return
    try:
        given = bind(
            name, [plain(value) for value in arguments], {key: plain(value) for key, value in keywords.items()}
        )
    except Misfit as misfit:
        if misfit.problem == "range" and misfit.argument in ("in_channels", "out_channels"):
            # torch makes a layer of no channels, and refuses to run it.
            instance.fields["refuses"] = f"Given groups=1, expected weight to be at least 1: {misfit}"
            return
        if name == "Linear" and without_features(instance, [*arguments], keywords):
            return
        kind = TypeError if misfit.problem in ("missing", "too many", "unknown", "twice", "kind") else ValueError
        raise Raised(kind, f"{name}: {misfit}") from None
    operation = LAYERS[name].lower(given)
    instance.layer = (name, operation, given)
    instance.fields.update({key: value for key, value in vars(given).items() if key not in ("bias", "device", "dtype")})
    groups = getattr(given, "groups", None)
    if type(groups) is int and groups > 0 and name.startswith("Conv"):
        if given.in_channels % groups:
            raise Raised(ValueError, "in_channels must be divisible by groups")
        if given.out_channels % groups:
            raise Raised(ValueError, "out_channels must be divisible by groups")
    if name == "GroupNorm" and given.num_channels % given.num_groups:
        raise Raised(ValueError, "num_channels must be divisible by num_groups")
    for key, shape in layers.parameters(name, given).items():
        put(instance, key, Tensor(shape, trained=True))
    for key, shape in layers.buffers(name, given).items():
        instance.buffers[key] = Tensor(shape)
    if hasattr(given, "bias") and "bias" not in instance.parameters:
        instance.fields["bias"] = None
    if getattr(given, "affine", True) is False:
        instance.fields["weight"] = None


def without_features(instance: Instance, arguments: Sequence[Any], keywords: dict[str, Any]) -> bool:
    """Make ``nn.Linear`` of no features, if that is asked for: torch makes it, and runs it."""
    given = dict(zip(("in_features", "out_features", "bias"), arguments, strict=False)) | keywords
    features, made = given.get("in_features"), given.get("out_features")
    if type(features) is not int or type(made) is not int or features < 0 or made < 0:
        return False
    instance.fields.update(in_features=features, out_features=made)
    instance.parameters["weight"] = Tensor((made, features), trained=True)
    if given.get("bias", True):
        instance.parameters["bias"] = Tensor((made,), trained=True)
    else:
        instance.fields["bias"] = None

    def run_it(run: Running, value: Any) -> Any:
        shape = value.shape if isinstance(value, Tensor) else None
        if not isinstance(value, Tensor):
            return Unknown("a layer of something that is no tensor")
        return run.trace.function("linear", [value], None if shape is None else (*shape[:-1], made))

    instance.fields["forward"] = Native("Linear.forward", run_it)
    return True


def embedding(instance: Instance, num_embeddings: Any, embedding_dim: Any, *more: Any, **words: Any) -> None:
    """``nn.Embedding``: a row of numbers for every index."""
    sizes = num_embeddings, embedding_dim
    instance.fields.update(num_embeddings=num_embeddings, embedding_dim=embedding_dim)
    rows, width = [size if type(size) is int else None for size in sizes]
    instance.parameters["weight"] = Tensor((rows, width), trained=True)


def embedded(run: Running, instance: Instance, indices: Any) -> Any:
    """``forward`` of ``nn.Embedding``."""
    return resizing.embedding(run.trace, indices, instance.parameters["weight"])


def put(instance: Instance, name: str, tensor: Tensor) -> None:
    """A parameter under a name; a name with dots goes into modules inside (``out_proj.weight``)."""
    first, dot, rest = name.partition(".")
    if dot:
        inner = instance.fields.get(first)
        if not isinstance(inner, Instance):
            inner = instance.fields[first] = Instance(Outside("torch.nn.Linear"))
        put(inner, rest, tensor)
    else:
        instance.parameters[name] = tensor


def plain(value: Any) -> Any:
    """A value as the table of torch.nn takes it."""
    if isinstance(value, Tensor) and value.data is not None and len(value.data) == 1:
        return value.data[0]
    if isinstance(value, Outside | Class):
        return None
    return value


def layer_of_unknown(instance: Instance, name: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> None:
    """A layer with an argument that is not known: what it makes is unknown, but for what does not hang on it."""
    if LAYERS[name].arguments and name not in ("Dropout", "Dropout2d", "Dropout3d"):
        unknown = next(value for value in (*arguments, *keywords.values()) if isinstance(value, Unknown))
        instance.partial = unknown.why
        return
    given = bind(name, [])
    instance.layer = (name, LAYERS[name].lower(given), given)


def fill(run: Running, instance: Instance, name: str, arguments: Sequence[Any]) -> None:
    """The modules of a container from what its constructor gets."""
    items: dict[str, Any] = {}
    if name == "Sequential":
        if len(arguments) == 1 and isinstance(arguments[0], dict):
            items = dict(arguments[0])
        else:
            items = {str(number): value for number, value in enumerate(arguments)}
    elif arguments and arguments[0] is not None:
        value = arguments[0]
        if isinstance(value, Unknown):
            instance.partial = value.why
        elif name == "ModuleDict":
            items = dict(value) if isinstance(value, dict) else {}
        else:
            items = {str(number): one for number, one in enumerate(run.iterate(value))}
    for one in items.values():
        if isinstance(one, Unknown):
            instance.partial = one.why
        elif one is not None and not isinstance(one, Instance):
            kind = class_name(one) if isinstance(one, Class | Outside) else type(one).__name__
            raise Raised(TypeError, f"{kind} is not a Module subclass")
    instance.items = items


def set_field(run: Running, holder: Instance, name: str, value: Any) -> None:
    """``object.name = value``."""
    if isinstance(holder.cls, Class):
        for one in holder.cls.order:
            setter = one.fields.get("__setattr__") if isinstance(one, Class) else None
            if setter is not None:
                holder.partial = holder.partial or "a class with __setattr__"
    if isinstance(value, Tensor) and value.trained and is_module(holder):
        home = holder.parameters
    elif isinstance(value, Tensor) and name in holder.buffers:
        home = holder.buffers
    else:
        home = holder.fields
    for own in (holder.fields, holder.parameters, holder.buffers):
        # What is set anew keeps its place among the others.
        if own is not home:
            own.pop(name, None)
    home[name] = value


def set_field_of(run: Running, holder: Instance, name: Any, value: Any) -> None:
    """``object.__setattr__(name, value)``."""
    if isinstance(name, str):
        set_field(run, holder, name, value)
    else:
        holder.partial = holder.partial or "an attribute whose name is not known"


# What is inside -------------------------------------------------------------------------------------------------


def children(instance: Instance) -> Iterator[tuple[str, Instance]]:
    """The modules directly inside, with their names."""
    for name, value in instance.fields.items():
        if isinstance(value, Instance) and is_module(value):
            yield name, value
    for name, value in (instance.items or {}).items():
        if isinstance(value, Instance):
            yield name, value


def walk(instance: Instance, prefix: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Instance]]:
    """A module and all inside, each once, with their names."""
    seen = set() if seen is None else seen
    if id(instance) in seen:
        return
    seen.add(id(instance))
    yield prefix, instance
    for name, child in children(instance):
        yield from walk(child, f"{prefix}.{name}" if prefix else name, seen)


def parameters(instance: Instance) -> list[tuple[str, Tensor]]:
    """All parameters by the names of ``state_dict``, each once."""
    found: list[tuple[str, Tensor]] = []
    seen: set[int] = set()
    for prefix, module in walk(instance):
        for name, tensor in module.parameters.items():
            if isinstance(tensor, Tensor) and id(tensor) not in seen:
                seen.add(id(tensor))
                found.append((f"{prefix}.{name}" if prefix else name, tensor))
    return found


def state(instance: Instance) -> list[tuple[str, Sizes]] | None:
    """The names and shapes of all tensors that ``state_dict()`` has, in its order; None if they are not all known.

    A module that stands in several places is there under each of its names.
    """
    if unknown_inside(instance) is not None:
        return None
    found: list[tuple[str, Sizes]] = []
    #: What is still to be gone through, the next one last, with the modules around it.
    waiting: list[tuple[str, Instance, frozenset[int]]] = [("", instance, frozenset())]
    seen = 0
    while waiting:
        prefix, module, around = waiting.pop()
        seen += 1
        if seen > MAX_ITEMS:
            return None
        kept = {name: tensor for name, tensor in module.buffers.items() if name not in module.unsaved}
        for name, tensor in (*module.parameters.items(), *kept.items()):
            if tensor is None:
                continue
            if not isinstance(tensor, Tensor) or tensor.shape is None:
                return None
            found.append((prefix + name, tensor.shape))
        if id(module) not in around:
            inside = around | {id(module)}
            waiting += reversed([(f"{prefix}{name}.", child, inside) for name, child in children(module)])
    return found


def unknown_inside(instance: Instance) -> str | None:
    """Why the parameters of a module are not all known; None if they are."""
    for _, module in walk(instance):
        if module.partial is not None:
            return module.partial
        for value in (*module.fields.values(), *(module.items or {}).values(), *module.parameters.values()):
            if isinstance(value, Unknown):
                # It may be a module.
                return value.why
    return None


def parameter_count(instance: Instance) -> int | None:
    """How many numbers are in the parameters of a module; None if that is not known."""
    if unknown_inside(instance) is not None:
        return None
    total = 0
    for _, tensor in parameters(instance):
        count = tensor.count
        if count is None:
            return None
        total += count
    return total


def copied(value: Any, memo: dict[int, Any]) -> Any:
    """``copy.deepcopy``."""
    known = memo.get(id(value))
    if known is not None:
        return known
    if isinstance(value, list):
        result: Any = []
        memo[id(value)] = result
        result.extend(copied(one, memo) for one in value)
        return result
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple([copied(one, memo) for one in value])
    if isinstance(value, dict):
        result = type(value)()
        memo[id(value)] = result
        for key, one in value.items():
            result[key] = copied(one, memo)
        return result
    if isinstance(value, Tensor):
        result = memo[id(value)] = Tensor(value.shape, value.source, value.data, value.trained)
        return result
    if isinstance(value, Instance):
        result = memo[id(value)] = Instance(value.cls)
        result.layer, result.partial, result.unsaved = value.layer, value.partial, value.unsaved
        for name in ("fields", "parameters", "buffers", "items"):
            setattr(result, name, copied(getattr(value, name), memo))
        return result
    return value


# Items of containers --------------------------------------------------------------------------------------------


def _key(holder: Instance, index: Any) -> str | None:
    """The name under which a container holds an item."""
    items = holder.items or {}
    if isinstance(index, bool) or not isinstance(index, int):
        return index if isinstance(index, str) and index in items else None
    keys = list(items)
    return keys[index] if -len(keys) <= index < len(keys) else None


def item(run: Running, holder: Instance, index: Any) -> Any:
    """``object[index]``."""
    if holder.items is None:
        found = run.attribute(holder, "__getitem__", None)
        if found is not None:
            return run.call(found, [index], {})
        key = str(index)
        if key in holder.parameters:
            return holder.parameters[key]
        if isinstance(index, int) and index < 0 and holder.parameters:
            return list(holder.parameters.values())[index]
        if holder.partial is not None:
            return Unknown(holder.partial)
        raise Raised(TypeError, f"'{class_name(holder.cls)}' object is not subscriptable")
    if holder.partial is not None:
        return Unknown(holder.partial)
    if isinstance(index, slice):
        if any(isinstance(part, Unknown) for part in (index.start, index.stop, index.step)):
            return Unknown("a slice whose ends are not known")
        made = Instance(Outside("torch.nn.Sequential") if _is_sequential(holder) else Outside("torch.nn.ModuleList"))
        values = list(holder.items.items())[index]
        made.items = dict(values) if _is_sequential(holder) else {str(n): value for n, (_, value) in enumerate(values)}
        return made
    found = _key(holder, index)
    if found is None:
        if isinstance(index, str):
            raise Raised(KeyError, repr(index))
        raise Raised(IndexError, f"index {index} is out of range")
    return holder.items[found]


def _is_sequential(holder: Instance) -> bool:
    order = holder.cls.order if isinstance(holder.cls, Class) else [holder.cls]
    return Outside("torch.nn.Sequential") in order


def store_item(run: Running, holder: Instance, index: Any, value: Any) -> None:
    """``object[index] = value``."""
    if holder.items is None:
        if holder.parameters and not isinstance(index, Unknown):
            holder.parameters[str(index)] = value
        return
    key = _key(holder, index)
    if key is None and isinstance(index, str):
        key = index
    if key is None:
        raise Raised(IndexError, f"index {index} is out of range")
    holder.items[key] = value


def delete_item(run: Running, holder: Instance, index: Any) -> None:
    """``del object[index]``."""
    if holder.items is None:
        return
    single = _key(holder, index)
    gone = list(holder.items)[index] if isinstance(index, slice) else [single] if single is not None else []
    for name in gone:
        del holder.items[name]
    if all(name.isdigit() for name in holder.items):
        holder.items = {str(number): value for number, value in enumerate(holder.items.values())}


# Methods --------------------------------------------------------------------------------------------------------


def method(cls: Outside, name: str) -> Any:
    """A method of a class of ``torch.nn``."""
    short = cls.path.removeprefix(_NN)
    if name == "__init__":
        if short in LAYERS or short in CLASSES:
            return Native(
                f"{short}.__init__",
                lambda run, instance, *given, **words: initialise(run, instance, short, given, words),
            )
        return MISSING
    if name == "forward":
        if short in LAYERS or short == "SyncBatchNorm":
            return Native(f"{short}.forward", forward)
        if short == "Embedding":
            return Native("Embedding.forward", embedded)
        if short == "Sequential":
            return Native("Sequential.forward", _sequential)
    if short in _CONTAINERS and name in _CONTAINER_METHODS:
        return Native(f"{short}.{name}", _CONTAINER_METHODS[name])
    if short in ("Conv1d", "Conv2d", "Conv3d") and name == "_conv_forward":
        return Native("_conv_forward", _conv_forward)
    if name in _METHODS:
        return Native(f"Module.{name}", _METHODS[name])
    if name == "training":
        return True
    return MISSING


def forward(run: Running, instance: Instance, *given: Any, **words: Any) -> Any:
    """``forward`` of a layer of ``torch.nn``."""
    if instance.layer is None:
        if isinstance(instance.fields.get("refuses"), str):
            raise Raised(RuntimeError, instance.fields["refuses"])
        return Unknown(instance.partial or "a layer that is not known")
    name, operation, arguments = instance.layer
    if name == "Identity":
        return given[0]
    inputs = [value if isinstance(value, Tensor) else Tensor(None) for value in given]
    for value in given[:1]:
        if isinstance(value, list | tuple | None | str | int | float | dict):
            kind = "NoneType" if value is None else type(value).__name__
            if name.startswith(("Conv", "Linear")):
                raise Raised(TypeError, f"{name}(): argument 'input' (position 1) must be Tensor, not {kind}")
            raise Raised(AttributeError, f"'{kind}' object has no attribute 'size'")
        if isinstance(value, Instance | Class):
            return Unknown(f"{name} of an object")
    if not inputs:
        return Unknown(f"{name} of nothing")
    if name.startswith("Conv") and not _has_own_weight(instance):
        return Unknown(f"{name} with a weight that was put in its place")
    made = layers.output(name, operation, arguments, [one.shape for one in inputs])
    if name == "MultiheadAttention":
        query = inputs[0]
        out = run.trace.functions("MultiheadAttention", inputs[:3], [query.shape], None)[0]
        return (out, Tensor(None))
    shapes: list[Sizes | None] = made if isinstance(made, list) else [made]
    wanted = words.get("output_size", given[1] if len(given) > 1 else None)
    if name.startswith("ConvTranspose") and wanted is not None:
        results = run.trace.functions(name, inputs[:1], [_asked_for(shapes[0], wanted)], None)
    elif inputs[0].source is None:
        results = [Tensor(shape) for shape in shapes]
    elif _batched(name, inputs[0].shape):
        results = run.trace.add(instance, name, operation, inputs[:1], shapes)
    else:
        results = run.trace.functions(name, inputs[:1], shapes, None)
    return results[0] if len(results) == 1 else tuple(results)


def _asked_for(shape: Sizes | None, wanted: Any) -> Sizes | None:
    """The shape of a transposed convolution that is told its output's sizes, with or without those of all axes."""
    sizes = tuple(wanted) if isinstance(wanted, list | tuple) else ()
    spatial = 0 if shape is None else len(shape) - 2
    if shape is None or spatial < 1 or len(sizes) not in (spatial, spatial + 2):
        return None if shape is None else (*shape[:2], *[None] * spatial)
    return (*shape[:2], *[size if type(size) is int else None for size in sizes[-spatial:]])


def _has_own_weight(instance: Instance) -> bool:
    """Whether a convolution has the weight that its arguments say; another may be put in its place."""
    if instance.layer is None:
        return False
    name, _, given = instance.layer
    weight = instance.parameters.get("weight")
    return isinstance(weight, Tensor) and weight.shape == layers.parameters(name, given)["weight"]


def _batched(name: str, shape: Sizes | None) -> bool:
    """Whether a layer gets its input with a batch axis, as the model has it."""
    rank = LAYERS[name].rank
    return (
        shape is not None
        and len(shape) > 1
        and (rank is None or name.startswith("BatchNorm") or len(shape) == rank + 2)
    )


def _sequential(run: Running, instance: Instance, value: Any) -> Any:
    if instance.partial is not None:
        return Unknown(instance.partial)
    for module in list((instance.items or {}).values()):
        value = run.call(module, [value], {})
    return value


def _conv_forward(run: Running, instance: Instance, value: Any, weight: Any, bias: Any = None) -> Any:
    return forward(run, instance, value)


def _modules(run: Running, instance: Instance, *given: Any, **words: Any) -> Any:
    return [module for _, module in walk(instance)]


def _named_modules(run: Running, instance: Instance, *given: Any, **words: Any) -> Any:
    return list(walk(instance))


def _parameters(run: Running, instance: Instance, *given: Any, **words: Any) -> Any:
    why = unknown_inside(instance)
    return Unknown(why) if why is not None else [tensor for _, tensor in parameters(instance)]


def _register_buffer(run: Running, instance: Instance, name: Any, tensor: Any, persistent: Any = True) -> None:
    instance.fields.pop(name, None)
    instance.buffers[name] = tensor
    instance.unsaved = instance.unsaved - {name} if persistent else instance.unsaved | {name}


def _register_parameter(run: Running, instance: Instance, name: Any, param: Any) -> None:
    if param is None:
        instance.fields[name] = None
    else:
        set_field_of(run, instance, name, param)


def _add_module(run: Running, instance: Instance, name: Any, module: Any) -> None:
    if instance.items is not None and isinstance(name, str):
        instance.items[name] = module
    else:
        set_field_of(run, instance, name, module)


def _self(run: Running, instance: Instance, *given: Any, **words: Any) -> Instance:
    return instance


def _apply(run: Running, instance: Instance, function: Any) -> Instance:
    """``Module.apply``: used to initialise weights, which changes no shape."""
    return instance


def _train(run: Running, instance: Instance, mode: Any = True) -> Instance:
    for _, module in walk(instance):
        module.fields["training"] = mode
    return instance


def _eval(run: Running, instance: Instance) -> Instance:
    return _train(run, instance, False)


def _nothing(run: Running, instance: Instance, *given: Any, **words: Any) -> None:
    return None


def _state_dict(run: Running, instance: Instance, *given: Any, **words: Any) -> Any:
    return Unknown("a state_dict")


def _append(run: Running, instance: Instance, value: Any) -> Instance:
    if instance.items is None:
        set_field(run, instance, str(len(instance.parameters)), value)
        return instance
    if isinstance(value, Unknown):
        instance.partial = value.why
        return instance
    instance.items[str(len(instance.items))] = value
    return instance


def _extend(run: Running, instance: Instance, values: Any) -> Instance:
    for value in run.iterate(values):
        _append(run, instance, value)
    return instance


def _insert(run: Running, instance: Instance, index: Any, value: Any) -> None:
    values = list((instance.items or {}).values())
    values.insert(index, value)
    instance.items = {str(number): one for number, one in enumerate(values)}


def _update(run: Running, instance: Instance, values: Any) -> None:
    if isinstance(values, dict) and instance.items is not None:
        instance.items.update(values)


def _length(run: Running, instance: Instance) -> Any:
    return len(instance.items) if instance.items is not None else len(instance.parameters)


_CONTAINER_METHODS: dict[str, Any] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "update": _update,
    "keys": lambda run, instance: list(instance.items or {}),
    "values": lambda run, instance: list((instance.items or {}).values()),
    "items": lambda run, instance: [tuple(pair) for pair in (instance.items or {}).items()],
    "pop": lambda run, instance, key: (instance.items or {}).pop(str(key)),
    "__len__": _length,
    "__getitem__": lambda run, instance, index: item(run, instance, index),
    "__setitem__": lambda run, instance, index, value: store_item(run, instance, index, value),
    "__delitem__": lambda run, instance, index: delete_item(run, instance, index),
    "__iter__": lambda run, instance: list(run.iterate(instance)),
    "__contains__": lambda run, instance, key: key in (instance.items or {}),
}


def _get(run: Running, instance: Instance, name: Any) -> Any:
    return run.attribute(instance, name) if isinstance(name, str) else Unknown("an attribute whose name is not known")


_METHODS: dict[str, Any] = {
    "__setattr__": set_field_of,
    "__getattr__": _get,
    "modules": _modules,
    "named_modules": _named_modules,
    "children": lambda run, instance: [child for _, child in children(instance)],
    "named_children": lambda run, instance: list(children(instance)),
    "parameters": _parameters,
    "named_parameters": lambda run, instance, *given, **words: parameters(instance),
    "buffers": lambda run, instance, *given, **words: [
        tensor for _, module in walk(instance) for tensor in module.buffers.values()
    ],
    "state_dict": _state_dict,
    "load_state_dict": _nothing,
    "register_buffer": _register_buffer,
    "register_parameter": _register_parameter,
    "register_module": _add_module,
    "add_module": _add_module,
    **dict.fromkeys(
        (
            *("register_forward_hook", "register_forward_pre_hook", "register_backward_hook"),
            *("register_full_backward_hook", "register_full_backward_pre_hook", "register_state_dict_pre_hook"),
            *("register_load_state_dict_post_hook", "register_load_state_dict_pre_hook"),
            *("_register_load_state_dict_pre_hook", "_register_state_dict_hook", "compile"),
        ),
        _nothing,
    ),
    "apply": _apply,
    "train": _train,
    "eval": _eval,
    "reset_parameters": _nothing,
    "init_weights": _nothing,
    "zero_grad": _nothing,
    "requires_grad_": _self,
    "extra_repr": lambda run, instance: "",
    **dict.fromkeys(("__repr__", "__str__"), lambda run, instance: f"{class_name(instance.cls)}()"),
    **dict.fromkeys(("__hash__", "__sizeof__"), lambda run, instance: Unknown("an address")),
    "__dir__": lambda run, instance: Unknown("the names of a module"),
    "get_submodule": lambda run, instance, name: dict(walk(instance)).get(name, Unknown("a module inside")),
    **dict.fromkeys(("to", "cuda", "cpu", "float", "half", "double", "type", "share_memory", "bfloat16"), _self),
}


def rearranged(run: Running, kind: str, pattern: Any, lengths: dict[str, Any]) -> Any:
    """A layer of ``einops.layers.torch``."""
    made = Instance(Outside("torch.nn.Module"))
    made.fields["forward"] = Native(
        f"einops.{kind}", lambda inner, value: einops.apply(inner.trace, kind, value, pattern, lengths)
    )
    return made


def parameter(run: Running, data: Any = None, requires_grad: Any = True) -> Any:
    """``nn.Parameter``."""
    if isinstance(data, Unknown):
        return data
    if data is None:
        return Tensor((0,), trained=True)
    if not isinstance(data, Tensor):
        return Unknown("a parameter of something that is no tensor")
    return Tensor(data.shape, trained=True)
