"""From a real ``torch.nn.Module`` to a native file, and back: needs PyTorch (``pip install convlint[torch]``).

This is the only place of convlint that imports torch, and it does so when one of these functions is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convlint.torch.building import build
    from convlint.torch.describing import describe
    from convlint.torch.loading import Unbuildable
    from convlint.torch.matching import assert_matches
    from convlint.torch.values import Undescribable

__all__ = ["Unbuildable", "Undescribable", "assert_matches", "build", "describe"]

_HOMES = {
    "Unbuildable": "loading",
    "Undescribable": "values",
    "assert_matches": "matching",
    "build": "building",
    "describe": "describing",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{home}"), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ModuleNotFoundError(
            f"{__name__}.{name} needs PyTorch: pip install convlint[torch]", name="torch"
        ) from None
