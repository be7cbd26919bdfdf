"""What torch's functions, the methods of its tensors and their attributes do to shapes: the tables.

Functions are called as ``f(trace, *args, **kwargs)``, methods as ``f(trace, tensor, *args, **kwargs)``, attributes as
``f(trace, tensor)``.  A function raises ``Raised``, with torch's own words, only where torch certainly refuses; what it
does not know becomes a size of None, a tensor of no known shape or an ``Unknown``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.source import (
    activations,
    arithmetic,
    blocks,
    conversions,
    deformable,
    diagonals,
    einops,
    einsum,
    fourier,
    joining,
    making,
    picking,
    products,
    recurrent,
    reductions,
    reshaping,
    resizing,
    windows,
)
from convlint.source.arithmetic import binary, in_place, in_place_shape, unary
from convlint.source.indexing import index, iterate, store
from convlint.source.making import first_argument
from convlint.source.reductions import PAIR_ATTRIBUTES, Pair

__all__ = [
    "ATTRIBUTES",
    "FUNCTIONS",
    "METHODS",
    "PAIR_ATTRIBUTES",
    "Pair",
    "binary",
    "index",
    "iterate",
    "store",
    "unary",
]

#: What torch has as a function and as a method.
_BOTH: dict[str, Callable[..., Any]] = {
    **reshaping.BOTH,
    **joining.BOTH,
    **arithmetic.BOTH,
    **conversions.BOTH,
    **diagonals.BOTH,
    **reductions.BOTH,
    **products.BOTH,
    **picking.BOTH,
}

_TORCH: dict[str, Callable[..., Any]] = {
    **_BOTH,
    **reshaping.FUNCTIONS,
    **joining.FUNCTIONS,
    **arithmetic.FUNCTIONS,
    **activations.FUNCTIONS,
    **blocks.FUNCTIONS,
    **einsum.FUNCTIONS,
    **reductions.FUNCTIONS,
    **products.FUNCTIONS,
    **windows.FUNCTIONS,
    **fourier.FUNCTIONS,
    **making.FUNCTIONS,
}

_FUNCTIONAL: dict[str, Callable[..., Any]] = {
    **activations.FUNCTIONAL,
    **blocks.FUNCTIONAL,
    **products.FUNCTIONAL,
    **windows.FUNCTIONAL,
    **resizing.FUNCTIONAL,
}

#: What writes entries into a tensor.
_PUT = (*("index_add", "index_copy", "index_fill", "index_put", "scatter", "scatter_add", "scatter_reduce"),)

#: What changes the axes of a tensor in place.
_MOVED = ("squeeze", "swapaxes", "swapdims", "t", "transpose", "unsqueeze")

#: Functions that fill the tensor that they are given.
_INIT = (
    *("constant_", "dirac_", "eye_", "kaiming_normal_", "kaiming_uniform_", "normal_", "ones_", "orthogonal_"),
    *("sparse_", "trunc_normal_", "uniform_", "xavier_normal_", "xavier_uniform_", "zeros_"),
)

#: Functions by their full path.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"torch.{name}": function for name, function in _TORCH.items()},
    **{f"torch.nn.functional.{name}": function for name, function in _FUNCTIONAL.items()},
    **{f"torch.special.{name}": _BOTH[name] for name in ("erf", "erfc", "exp2", "expm1", "log1p", "logit", "softmax")},
    "torch.special.expit": _BOTH["sigmoid"],
    **{f"torch.nn.init.{name}": first_argument for name in _INIT},
    **{f"einops.{name}": function for name, function in einops.FUNCTIONS.items()},
    **deformable.FUNCTIONS,
    **recurrent.FUNCTIONS,
    "torch.batch_norm": resizing.batch_norm,
    "torch.layer_norm": resizing.layer_norm,
    "torch.group_norm": resizing.group_norm,
    "torch.embedding": lambda trace, weight, indices, *rest: resizing.embedding(trace, indices, weight),
}

#: Methods of a tensor by their name.
METHODS: dict[str, Callable[..., Any]] = {
    **_BOTH,
    **reshaping.METHODS,
    **arithmetic.METHODS,
    **activations.METHODS,
    **conversions.METHODS,
    **making.METHODS,
    **{f"{name}_": in_place(picking.BOTH[name]) for name in _PUT},
    **{f"{name}_": in_place_shape(reshaping.BOTH[name]) for name in _MOVED},
    **{f"{name}_": in_place(products.BOTH[name]) for name in ("addmm", "baddbmm")},
    "tril_": in_place(diagonals.BOTH["tril"]),
    "triu_": in_place(diagonals.BOTH["triu"]),
}

#: Attributes of a tensor by their name.
ATTRIBUTES: dict[str, Callable[..., Any]] = {
    **making.ATTRIBUTES,
    **fourier.ATTRIBUTES,
    "H": reshaping.t,
    "T": reshaping.backwards,
    "mH": reshaping.adjoint,
    "mT": reshaping.adjoint,
}
