"""What each function of torch is as a layer of the native format."""

from __future__ import annotations

from convlint.torch.functions import axes, elementwise, parts, sums, weighted, windows
from convlint.torch.functions.registry import describe_call

__all__ = ["axes", "describe_call", "elementwise", "parts", "sums", "weighted", "windows"]
