"""What a layer does, in the vocabulary of ``torch.nn`` and independent of any file format.

Every argument is resolved: one entry per spatial axis, paddings as (before, after), defaults filled in.  Values may
still be nonsense (a stride of 0); deriving records that as an irregularity.  ``None`` means derived or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from convlint.model.network import Layer, Ref, Shape

Axes: TypeAlias = tuple[int, ...]
Padding: TypeAlias = tuple[tuple[int, int], ...]


class Operation:
    """Base of all operations."""

    __slots__ = ()


class Unknown(Operation):
    """A layer whose description is wrong: nothing is known about what it makes."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class Convolution(Operation):
    """Conv1d/2d/3d. ``padding_word`` keeps 'same' or 'valid'; ``padding`` then holds what the word means.

    At most one of ``groups`` > 1, ``fan_in`` and ``connections`` restricts which input maps an output map reads.
    """

    rank: int
    out_channels: int
    kernel_size: Axes
    stride: Axes
    padding: Padding
    dilation: Axes
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"
    padding_word: str | None = None
    in_channels: int | None = None
    fan_in: int | None = None
    connections: tuple[Axes, ...] | None = None


@dataclass(slots=True, eq=False, repr=False)
class TransposedConvolution(Operation):
    """ConvTranspose1d/2d/3d. ``output_size`` is the size asked for; None means that ``output_padding`` decides."""

    rank: int
    out_channels: int
    kernel_size: Axes
    stride: Axes
    padding: Padding
    output_padding: Axes
    dilation: Axes
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"
    padding_word: str | None = None
    in_channels: int | None = None
    output_size: Axes | None = None


@dataclass(slots=True, eq=False, repr=False)
class Pool(Operation):
    """MaxPool, AvgPool, LPPool; ``kind`` is 'max', 'average' or 'lp'."""

    kind: str
    rank: int
    kernel_size: Axes
    stride: Axes
    padding: Axes
    dilation: Axes
    ceil_mode: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Subsampling(Operation):
    """LeNet-5's S2: average of each window times a trainable coefficient plus a trainable bias, 2 numbers per map.

    ``kernel_size`` and ``stride`` hold one entry for all axes, or one per axis.
    """

    kernel_size: Axes
    stride: Axes


@dataclass(slots=True, eq=False, repr=False)
class AdaptivePool(Operation):
    """AdaptiveAvgPool, AdaptiveMaxPool; an axis of None keeps its size."""

    kind: str
    rank: int
    output_size: tuple[int | None, ...]


@dataclass(slots=True, eq=False, repr=False)
class Linear(Operation):
    """Linear, on the last axis."""

    out_features: int
    in_features: int | None = None
    bias: bool = True


@dataclass(slots=True, eq=False, repr=False)
class Flatten(Operation):
    """Axes ``start_dim`` to ``end_dim`` (counted with the batch axis) become one."""

    start_dim: int = 1
    end_dim: int = -1


@dataclass(slots=True, eq=False, repr=False)
class Unflatten(Operation):
    """One axis (counted with the batch axis) becomes several; one of them may be -1."""

    dim: int
    sizes: Axes


@dataclass(slots=True, eq=False, repr=False)
class Reshape(Operation):
    """The whole map (without the batch axis) gets a new shape; one size may be -1."""

    shape: Axes


@dataclass(slots=True, eq=False, repr=False)
class Permute(Operation):
    """The axes (counted with the batch axis, which stays first) in a new order."""

    dims: Axes


@dataclass(slots=True, eq=False, repr=False)
class CenterCrop(Operation):
    """The middle of every spatial axis; None keeps an axis."""

    size: tuple[int | None, ...]


@dataclass(slots=True, eq=False, repr=False)
class Elementwise(Operation):
    """Keeps the shape and has no window. ``keeps_zero``: f(0) = 0; ``kind``: 'activation', 'dropout' or 'other'."""

    keeps_zero: bool = False
    kind: str = "other"


@dataclass(slots=True, eq=False, repr=False)
class AlongAxis(Operation):
    """Keeps the shape but must find its axis (counted with the batch axis): Softmax."""

    dim: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class GLU(Operation):
    """Halves one axis (counted with the batch axis)."""

    dim: int = -1


@dataclass(slots=True, eq=False, repr=False)
class PReLU(Operation):
    """One slope for all maps, or one for each."""

    num_parameters: int = 1


@dataclass(slots=True, eq=False, repr=False)
class ChannelNorm(Operation):
    """BatchNorm1d/2d/3d (``kind`` 'batch') and InstanceNorm1d/2d/3d (``kind`` 'instance')."""

    kind: str
    rank: int
    num_features: int | None = None
    affine: bool = True
    track_running_stats: bool = True


@dataclass(slots=True, eq=False, repr=False)
class GroupNorm(Operation):
    """GroupNorm."""

    num_groups: int
    num_channels: int | None = None
    affine: bool = True


@dataclass(slots=True, eq=False, repr=False)
class LayerNorm(Operation):
    """LayerNorm over the last axes; None: the last axis, whatever its size."""

    normalized_shape: tuple[int, ...] | None = None
    affine: bool = True
    bias: bool = True


@dataclass(slots=True, eq=False, repr=False)
class LocalNorm(Operation):
    """LocalResponseNorm over ``size`` neighbouring channels."""

    size: int


@dataclass(slots=True, eq=False, repr=False)
class Upsample(Operation):
    """Upsample / interpolate; ``size`` and ``scale_factor`` hold one entry (for all axes) or one per axis."""

    size: Axes | None = None
    scale_factor: tuple[float, ...] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None


@dataclass(slots=True, eq=False, repr=False)
class PixelShuffle(Operation):
    """PixelShuffle, or PixelUnshuffle if ``down``."""

    factor: int
    down: bool = False


@dataclass(slots=True, eq=False, repr=False)
class ChannelShuffle(Operation):
    """ChannelShuffle."""

    groups: int


@dataclass(slots=True, eq=False, repr=False)
class Pad(Operation):
    """The padding layers; ``padding`` is (before, after) per spatial axis, first axis first; negative crops.

    ``mode`` is 'zeros', 'constant', 'reflect', 'replicate' or 'circular'.
    """

    rank: int
    mode: str
    padding: Padding


@dataclass(slots=True, eq=False, repr=False)
class Unfold(Operation):
    """Unfold: every window of a 2-D map becomes a column."""

    kernel_size: Axes
    stride: Axes
    padding: Axes
    dilation: Axes


@dataclass(slots=True, eq=False, repr=False)
class Fold(Operation):
    """Fold: the columns of Unfold summed back into a map of ``output_size``."""

    output_size: Axes
    kernel_size: Axes
    stride: Axes
    padding: Axes
    dilation: Axes


@dataclass(slots=True, eq=False, repr=False)
class MultiheadAttention(Operation):
    """Self-attention over a (length, embed_dim) input."""

    embed_dim: int
    num_heads: int
    bias: bool = True
    add_bias_kv: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Merge(Operation):
    """Element by element: ``kind`` 'add' or 'multiply'."""

    kind: str


@dataclass(slots=True, eq=False, repr=False)
class Concat(Operation):
    """Concatenation along an axis (counted with the batch axis: channels are 1)."""

    dim: int = 1


@dataclass(slots=True, eq=False, repr=False)
class Split(Operation):
    """torch.split (``sizes``, or ``size`` of every part but the last) or torch.chunk (``chunks``)."""

    dim: int = 1
    size: int | None = None
    sizes: Axes | None = None
    chunks: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class ResizeLike(Operation):
    """The first map, resized (nearest neighbour) to the spatial size of the second."""


@dataclass(slots=True, eq=False, repr=False)
class SelfAttention(Operation):
    """Every cell of a map attends to all others, or to those of its own of ``area`` equal parts.

    Reads (heads * (2*key + value), H, W): queries, keys and values of each head; makes (heads * value, H, W).
    No parameters; with N = H*W cells N*N/area * heads * (key + value) multiply-adds.
    """

    heads: int
    key_channels: int
    value_channels: int
    area: int = 1


@dataclass(slots=True, eq=False, repr=False)
class Parameters(Operation):
    """Trainable numbers that belong to no operation (a scale, an embedding); what comes in goes out."""

    count: int


@dataclass(slots=True, eq=False, repr=False)
class Levels(Operation):
    """The maps that a detection head reads: each group of ``size`` of them goes from fine to coarse.

    Every map goes out as it came in; ``extra`` maps at the end belong to no group.
    """

    size: int
    extra: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Opaque(Operation):
    """A layer whose inside is not known: what it makes is declared, or ``assumed`` when nobody said anything.

    ``outputs`` holds a shape for each output; None stands for the shape of the first input.  With ``keeps_size`` the
    first input's size, times the fraction ``scale``, fills in what a shape leaves open.  MACs are not known.
    """

    outputs: tuple[Shape | None, ...]
    params: int | None = None
    assumed: bool = False
    keeps_size: bool = False
    scale: tuple[int, int] = (1, 1)


@dataclass(slots=True, eq=False, repr=False)
class Group(Operation):
    """Layers used as one, ``repeat`` times in a row.

    ``inputs`` are the value numbers under which its layers read what the group reads, ``outputs`` the values that leave
    it.  What is repeated has one input and one output.

    With ``numbers`` (how many value numbers its layers use, counted from 0) a group is closed: its layers read nothing
    else, so that one object can stand in many places.  It is derived once for equal input shapes (``known`` keeps what
    came of it) and its layers take the place of the layer that uses it.
    """

    layers: list[Layer]
    inputs: tuple[int, ...]
    outputs: tuple[Ref, ...]
    repeat: int = 1
    numbers: int | None = None
    known: dict[Any, Any] = field(default_factory=dict)
