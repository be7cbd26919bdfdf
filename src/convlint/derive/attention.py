"""Attention between the cells of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive.state import Derived, Map
from convlint.model.operations import SelfAttention

if TYPE_CHECKING:
    from convlint.derive.irregularities import Note


def self_attention(operation: SelfAttention, inputs: list[Map], at: Derived, note: Note) -> tuple[Map, ...]:
    """Queries, keys and values in, values out: (heads*(2*key + value), H, W) -> (heads*value, H, W)."""
    heads, key, value, area = operation.heads, operation.key_channels, operation.value_channels, operation.area
    shape = inputs[0].shape
    at.macs = None
    if shape is None or len(shape) != 3:
        return (Map(None, at),)
    height, width = shape[1:]
    if height is not None and width is not None:
        cells = height * width
        if area > 1 and cells % area:
            note("block-width", height=height, width=width, area=area)
        else:
            at.macs = cells * (cells // max(area, 1)) * heads * (key + value)
    return (Map((heads * value, height, width), at),)
