"""What a layer does, in the vocabulary of ``torch.nn`` and independent of any file format.

Every argument is resolved: one entry per spatial axis, paddings as (before, after), defaults filled in.  Values may
still be nonsense (a stride of 0); deriving records that as an irregularity.  ``None`` means derived or unknown.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, dataclass_transform

if TYPE_CHECKING:
    from convlint.model.network import Layer, Ref, Shape

Axes: TypeAlias = tuple[int, ...]
Padding: TypeAlias = tuple[tuple[int, int], ...]


@dataclass_transform(eq_default=False)
class Operation:
    """Base of all operations: a record whose arguments are the annotations of its class, in order.

    Forty dataclasses would be a twentieth of the time in which a small file is checked, for each is compiled anew when
    the program starts.  Defaults stay where they are written, on the class.
    """

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(zip(self.__class__.__annotations__, values, strict=False), **named)


class Unknown(Operation):
    """A layer whose description is wrong: nothing is known about what it makes."""


class Convolution(Operation):
    """Conv1d/2d/3d. ``padding_word`` keeps 'same' or 'valid'; ``padding`` then holds what the word means.

    At most one of ``groups`` > 1, ``fan_in`` and ``connections`` restricts which input maps an output map reads.
    ``truncates`` says that sizes are divided towards zero: while a map lacks less than a stride, there is one window.
    What is not ``trained`` has weights, but no parameters.
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
    truncates: bool = False
    trained: bool = True


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
    trained: bool = True


class Pool(Operation):
    """MaxPool, AvgPool, LPPool; ``kind`` is 'max', 'average' or 'lp', ``truncates`` as in Convolution."""

    kind: str
    rank: int
    kernel_size: Axes
    stride: Axes
    padding: Padding
    dilation: Axes
    ceil_mode: bool = False
    truncates: bool = False


class Subsampling(Operation):
    """LeNet-5's S2: average of each window times a trainable coefficient plus a trainable bias, 2 numbers per map.

    ``kernel_size`` and ``stride`` hold one entry for all axes, or one per axis.
    """

    kernel_size: Axes
    stride: Axes


class AdaptivePool(Operation):
    """AdaptiveAvgPool, AdaptiveMaxPool; an axis of None keeps its size."""

    kind: str
    rank: int
    output_size: tuple[int | None, ...]


class Linear(Operation):
    """Linear, on the last axis."""

    out_features: int
    in_features: int | None = None
    bias: bool = True


class Flatten(Operation):
    """Axes ``start_dim`` to ``end_dim`` (counted with the batch axis) become one."""

    start_dim: int = 1
    end_dim: int = -1


class Unflatten(Operation):
    """One axis (counted with the batch axis) becomes several; one of them may be -1."""

    dim: int
    sizes: Axes


class Reshape(Operation):
    """The whole map (without the batch axis) gets a new shape; one size may be -1."""

    shape: Axes


class Permute(Operation):
    """The axes (counted with the batch axis, which stays first) in a new order."""

    dims: Axes


class CenterCrop(Operation):
    """The middle of every spatial axis; None keeps an axis."""

    size: tuple[int | None, ...]


class Elementwise(Operation):
    """Keeps the shape and has no window. ``keeps_zero``: f(0) = 0; ``kind``: 'activation', 'dropout' or 'other'.

    ``axes`` are the least and the largest number of axes that it takes, None if it takes any.
    """

    keeps_zero: bool = False
    kind: str = "other"
    axes: tuple[int, int] | None = None


class AlongAxis(Operation):
    """Keeps the shape but must find its axis (counted with the batch axis): Softmax."""

    dim: int | None = None


class GLU(Operation):
    """Halves one axis (counted with the batch axis)."""

    dim: int = -1


class PReLU(Operation):
    """One slope for all maps, or one for each."""

    num_parameters: int = 1


class ChannelNorm(Operation):
    """BatchNorm1d/2d/3d and SyncBatchNorm (``kind`` 'batch'), InstanceNorm1d/2d/3d (``kind`` 'instance').

    SyncBatchNorm has no ``rank``: it reads channels and any other axes.
    """

    kind: str
    rank: int | None
    num_features: int | None = None
    affine: bool = True
    track_running_stats: bool = True
    bias: bool = True


class GroupNorm(Operation):
    """GroupNorm."""

    num_groups: int
    num_channels: int | None = None
    affine: bool = True
    bias: bool = True


class LayerNorm(Operation):
    """LayerNorm over the last axes; None: the last axis, whatever its size."""

    normalized_shape: tuple[int, ...] | None = None
    affine: bool = True
    bias: bool = True


class LocalNorm(Operation):
    """LocalResponseNorm over ``size`` neighbouring channels."""

    size: int


class Upsample(Operation):
    """Upsample / interpolate; ``size`` and ``scale_factor`` hold one entry (for all axes) or one per axis.

    ``listed`` says that one entry was written as a list, and so stands for one axis only.
    """

    size: Axes | None = None
    scale_factor: tuple[float, ...] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None
    listed: bool = False


class PixelShuffle(Operation):
    """PixelShuffle, or PixelUnshuffle if ``down``."""

    factor: int
    down: bool = False


class ChannelShuffle(Operation):
    """ChannelShuffle."""

    groups: int


class Pad(Operation):
    """The padding layers; ``padding`` is (before, after) per spatial axis, first axis first; negative crops.

    ``mode`` is 'zeros', 'constant', 'reflect', 'replicate' or 'circular'; ``value`` is that of 'constant'.
    """

    rank: int
    mode: str
    padding: Padding
    value: float = 0


class Unfold(Operation):
    """Unfold: every window of a 2-D map becomes a column."""

    kernel_size: Axes
    stride: Axes
    padding: Axes
    dilation: Axes


class Fold(Operation):
    """Fold: the columns of Unfold summed back into a map of ``output_size``."""

    output_size: Axes
    kernel_size: Axes
    stride: Axes
    padding: Axes
    dilation: Axes


class MultiheadAttention(Operation):
    """Self-attention over a (length, embed_dim) input; ``kdim`` and ``vdim`` are the widths of keys and values.

    Keys and values come from the same input, so a layer with other widths than ``embed_dim`` does not run.
    """

    embed_dim: int
    num_heads: int
    bias: bool = True
    add_bias_kv: bool = False
    kdim: int | None = None
    vdim: int | None = None


class TransformerEncoderLayer(Operation):
    """Self-attention and two dense layers over a (length, d_model) input, each added to what it read and normalised."""

    d_model: int
    nhead: int
    dim_feedforward: int
    bias: bool = True


class Recurrent(Operation):
    """LSTM, GRU and RNN over a (length, input_size) input; what the last layer makes at every position comes out.

    ``gates`` is 4, 3 or 1, ``hidden_size`` times which a weight has rows.  With a ``proj_size`` other than 0 an LSTM
    hands on so many numbers.
    """

    gates: int
    input_size: int
    hidden_size: int
    num_layers: int = 1
    bias: bool = True
    bidirectional: bool = False
    proj_size: int = 0

    @property
    def made(self) -> int:
        """What one direction of a layer makes at every position."""
        return self.proj_size or self.hidden_size

    @property
    def directions(self) -> int:
        """How often the sequence is gone through."""
        return 2 if self.bidirectional else 1


class Merge(Operation):
    """Element by element: ``kind`` 'add', 'multiply', 'subtract', 'divide', 'maximum' or 'minimum'.

    Of the last four there are two inputs, and the second is subtracted from the first, or divides it.  ``free`` are the
    indexes of inputs without a batch axis (parameters), whose last axis stands at that of the others, as in PyTorch.
    """

    kind: str
    free: Axes = ()


class Reduce(Operation):
    """One value of all along some axes (counted with the batch axis), which get size 1, or are gone.

    ``kind`` is 'mean', 'sum', 'amax', 'amin', 'std' or 'var'.
    """

    kind: str
    dims: Axes
    keepdim: bool = False


class Concat(Operation):
    """Concatenation along an axis (counted with the batch axis: channels are 1)."""

    dim: int = 1


class Split(Operation):
    """torch.split (``sizes``, or ``size`` of every part but the last) or torch.chunk (``chunks``)."""

    dim: int = 1
    size: int | None = None
    sizes: Axes | None = None
    chunks: int | None = None


class MatMul(Operation):
    """The matrices of two maps multiplied (``torch.matmul``): (..., n, k) and (..., k, m) give (..., n, m).

    Axes in front of the last two are broadcast.  ``free`` are the indexes of inputs without a batch axis, as in Merge.
    """

    free: Axes = ()


class Stack(Operation):
    """Equal maps side by side along a new axis (counted with the batch axis in what comes out)."""

    dim: int


class Slice(Operation):
    """The cells of an axis (counted with the batch axis) that Python's ``start:end:step`` takes."""

    dim: int
    start: int | None = None
    end: int | None = None
    step: int = 1


class Narrow(Operation):
    """``length`` cells of an axis (counted with the batch axis) from ``start`` on, from the end if it is negative."""

    dim: int
    start: int
    length: int


class Flip(Operation):
    """The cells in the opposite order along some axes (counted with the batch axis)."""

    dims: Axes


class Roll(Operation):
    """The cells moved by ``shifts`` along some axes (counted with the batch axis), round the end."""

    shifts: Axes
    dims: Axes


class ResizeLike(Operation):
    """The first map, resized (nearest neighbour) to the spatial size of the second."""


class SelfAttention(Operation):
    """Every cell of a map attends to all others, or to those of its own of ``area`` equal parts.

    Reads (heads * (2*key + value), H, W): queries, keys and values of each head; makes (heads * value, H, W).
    No parameters; with N = H*W cells N*N/area * heads * (key + value) multiply-adds.
    """

    heads: int
    key_channels: int
    value_channels: int
    area: int = 1


class Parameters(Operation):
    """Trainable numbers that belong to no operation (a scale, an embedding); what comes in goes out."""

    count: int


class ParameterTensor(Operation):
    """A tensor of numbers of the network's own (``torch.nn.Parameter``), which reads nothing.

    ``shape`` is all of it, for it has no batch axis; ``trained`` says whether its numbers are.
    """

    shape: Axes
    trained: bool = True


class Levels(Operation):
    """The maps that a detection head reads: each group of ``size`` of them goes from fine to coarse.

    Every map goes out as it came in; ``extra`` maps at the end belong to no group.
    """

    size: int
    extra: int = 0


class Opaque(Operation):
    """A layer whose inside is not known: what it makes is declared, or ``assumed`` when nobody said anything.

    ``outputs`` holds a shape for each output; None stands for the shape of the first input.  With ``keeps_size`` the
    first input's height and width, times the fraction ``scale``, fill in what a shape leaves open.  MACs are not known.
    """

    outputs: tuple[Shape | None, ...]
    params: int | None = None
    assumed: bool = False
    keeps_size: bool = False
    scale: tuple[int, int] = (1, 1)


class Evaluated(Operation):
    """What a tensor function makes of the shapes that arrive, worked out by whoever wrote the layer down.

    ``outputs`` holds a shape for each output, None where not even its axes are known.
    """

    outputs: tuple[Shape | None, ...]
    macs: int | None = 0


class Group(Operation):
    """Layers used as one, ``repeat`` times in a row.

    ``inputs`` are the value numbers under which its layers read what the group reads, ``outputs`` the values that leave
    it.  What is repeated has one input and one output.

    With ``numbers`` (how many value numbers its layers use, counted from 0) a group is closed: its layers read nothing
    else, so that one object can stand in many places.  It is derived once for equal input shapes (``known`` keeps what
    came of it) and its layers take the place of the layer that uses it.  ``counted`` holds how many trainable
    numbers a closed group has in all (None if that is not known), where its layers do not tell: one may be used twice,
    another never.
    """

    layers: list[Layer]
    inputs: tuple[int, ...]
    outputs: tuple[Ref, ...]
    repeat: int = 1
    numbers: int | None = None
    counted: tuple[int | None] | None = None

    @cached_property
    def known(self) -> dict[Any, Any]:
        """What came of a closed group, by the shapes that it read."""
        return {}
