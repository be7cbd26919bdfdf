"""What lies outside of the repository and is known: ``torch``, ``torch.nn``, parts of Python's library, a few helpers.

Everything else from outside is a path that is equal to itself; what a call of it gives is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.source import library, modules, python, tensors
from convlint.source.layers import LAYERS
from convlint.source.stand_ins import PACKAGES
from convlint.source.values import MISSING, Native, Outside, Unknown

if TYPE_CHECKING:
    from convlint.source.running import Running

MODULE_DICT = Outside("torch.nn.ModuleDict")
_NN = "torch.nn."

#: Where a library keeps what it offers under a shorter path.
_MOVED = (
    ("torch.nn.modules.utils.", "torch.nn.modules.utils."),
    ("torch.nn.parameter.", "torch.nn."),
    ("torch.functional.", "torch."),
    ("torch.autograd.Variable", "torch.autograd.Variable"),
    ("timm.models.layers.", "timm.layers."),
    ("timm.models.registry.", "timm.layers."),
    ("timm.models.register_model", "timm.layers.register_model"),
    ("timm.models.helpers.named_apply", "timm.layers.named_apply"),
    ("timm.models.named_apply", "timm.layers.named_apply"),
    ("timm.models.vision_transformer.Mlp", "timm.layers.Mlp"),
    ("timm.layers.", "timm.layers."),
    ("torchvision.ops.", "torchvision.ops."),
    ("mmcv.ops.", "mmcv.ops."),
    ("mmcv.cnn.", "mmcv.cnn."),
    ("mmcv.runner.", "mmengine.model."),
    ("mmengine.model.", "mmengine.model."),
    ("einops.einops.", "einops."),
    ("numpy.core.", "numpy."),
)


def canonical(path: str) -> str:
    """One path for what a library offers under several."""
    for old, new in _MOVED:
        if path.startswith(old):
            rest = path[len(old) :]
            return new + (rest.rpartition(".")[2] if new[:-1] in PACKAGES else rest)
    if path.startswith("torch.nn.modules."):
        last = path.rpartition(".")[2]
        if last[:1].isupper() or last.startswith("_"):
            return _NN + last
    return path


def names_of(module: str) -> frozenset[str] | None:
    """The names that ``import *`` takes from a module outside, None if it is not known."""
    if module in ("torch.nn", "torch.nn.modules"):
        return frozenset([*LAYERS, *modules.CLASSES, "Parameter", "functional", "init"])
    if module == "math":
        return frozenset(name for name in library.MATH if not name.startswith("_"))
    if module == "typing":
        return frozenset(["Any", "Dict", "List", "Optional", "Sequence", "Tuple", "Type", "Union", "Callable"])
    if module == "einops":
        return frozenset(["rearrange", "reduce", "repeat", "einsum", "pack", "unpack"])
    return None


def class_field(one: Any, name: str) -> Any:
    """A method of a class from outside."""
    if not isinstance(one, Outside):
        return MISSING
    if one.path.startswith(_NN):
        return modules.method(one, name)
    if name == "__init__" and one.path in ("builtins.object", "abc.ABC", "typing.Generic"):
        return Native("object.__init__", lambda run, instance, *given, **words: None)
    return MISSING


def attribute(value: Outside, name: str) -> Any:
    """``module.name`` of something outside."""
    path = value.path
    if name in ("__name__", "__qualname__"):
        return path.rpartition(".")[2]
    if name == "__module__":
        return path.rpartition(".")[0]
    if modules.is_known_class(value):
        found = class_field(value, name)
        if found is not MISSING:
            return found
        if path.startswith("builtins."):
            return python.type_attribute(value, name)
    below = canonical(f"{path}.{name}")
    if below in library.CONSTANTS:
        return library.CONSTANTS[below]
    if path == "torch.Tensor" and name in tensors.METHODS:
        method = tensors.METHODS[name]
        return Native(f"Tensor.{name}", lambda run, tensor, *given, **words: method(run.trace, tensor, *given, **words))
    return Outside(below)


def call(run: Running, called: Outside, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """What a call of something outside gives."""
    path = called.path
    if path.startswith(_NN):
        name = path[len(_NN) :]
        if name in LAYERS or name in modules.CLASSES:
            return modules.made(run, called, arguments, keywords)
    function = tensors.FUNCTIONS.get(path)
    if function is not None:
        return guarded(
            path, lambda inner, *given, **words: function(inner.trace, *given, **words), run, arguments, keywords
        )
    own = library.FUNCTIONS.get(path) or python.TYPES.get(path)
    if own is not None:
        return guarded(path, own, run, arguments, keywords)
    if path.startswith("builtins.") and python.is_exception(called):
        message = arguments[0] if arguments and isinstance(arguments[0], str) else ""
        return python.ExceptionObject(python.exception_class(called), message, tuple(arguments))
    return Unknown(f"what {path} gives")


#: Methods that do not look into what they are given.
_CHEAP = ("list.", "dict.", "set.", "Module.")


def guarded(
    name: str, function: Callable[..., Any], run: Running, arguments: list[Any], keywords: dict[str, Any]
) -> Any:
    """Call a function of ours with values of the text.

    Python's own errors there mean values for which the table was not made, and then nothing is known.
    """
    if not name.startswith(_CHEAP):
        for value in (*arguments, *keywords.values()):
            run.weigh(value)
    try:
        return function(run, *arguments, **keywords)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        return Unknown(f"{name} with values that are not understood ({error})")
