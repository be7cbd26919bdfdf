"""What each kind of irregularity carries: one ``TypedDict`` a kind, called like the rule that words it.

Nothing here is there at run time but for the tests: the numbers are plain dictionaries.  ``Note`` is what records an
irregularity, so mypy compares what is written where something is found with these types; a rule says
``Irregularity[DroppedInput]`` and is compared with them where it reads.

Throughout: ``axis`` counts spatial axes from 0, ``dim`` counts as in PyTorch (0 = the batch), and the entries of a
``shape`` are channels first, then sizes in cells, without the batch, None where unknown.  ``declared`` is what is
written, ``derived`` what arrives.  Channels, features, groups and cells are counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired, Protocol, TypedDict, Unpack, overload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convlint.derive.provenance import Fork, Step
    from convlint.derive.state import Derived, Map
    from convlint.model.network import Shape
    from convlint.model.window import TransposedWindow, Window


class Windowed(TypedDict):
    """The window on every axis of known size, whether or not it is the one that is irregular."""

    windows: list[tuple[int, Window]]


class OnAxis(TypedDict):
    """What all numbers with an ``axis`` have."""

    axis: int


class Declaring(TypedDict):
    """A layer that declares another number than what arrives; ``agree`` are later ones that declare the same of it."""

    declared: int
    derived: int
    agree: NotRequired[list[Derived]]


class Compared(TypedDict, total=False):
    """Two inputs of a join that differ.

    ``shapes`` are those of all inputs, ``pair`` the indexes of the two, lower first; ``odd`` is the one of more than
    two that differs from several equal ones, else None; ``axes`` are the entries of the shapes (0 = channels) that
    differ.
    """

    shapes: list[Shape]
    pair: tuple[int, int]
    odd: int | None
    axes: list[int]


class Explained(Compared, total=False):
    """Why they differ, as far as it is known.

    ``fork`` is where they came from, None if unknown; ``fitting`` an input and the earlier map that would fit in its
    place, or None.  Where one of the two went down and up again, ``upsampled`` is its index and ``skip`` that of the
    other; ``trims`` are the layers that took cells off the edges, ``level`` is the first whose stride did not divide.
    ``main`` and ``shortcut`` are the indexes at a residual addition, ``strides`` those that a projection needs.
    """

    fork: Fork | None
    fitting: tuple[int, Map] | None
    upsampled: int
    skip: int
    trims: list[Step]
    level: Step
    main: int
    shortcut: int
    strides: tuple[int, ...]


JoinKind = Literal["concat-size", "add-shape", "odd-skip", "crop-needed", "missing-projection"]
JoinProblem = Literal["rank", "size", "broadcast", "batch", "batches", "inner"]


class Join(Explained, total=False):
    """A join whose inputs do not fit together.

    ``problem``: other numbers of axes ("rank", with what ``arrived`` where some are unknown), other sizes ("size"),
    repeated without a word ("broadcast": what ``Compared`` has), along the batch ("batch"), or inputs of other numbers
    of batches ("batches", whose numbers are ``counts``).  ``merge`` is "concat", "stack", "matmul" or the kind of
    the merge; ``dim`` is that of a concatenation.  The columns of one matrix are not the rows of the other ("inner").
    """

    problem: JoinProblem
    merge: str
    dim: int
    arrived: list[Shape | None]
    counts: list[int]


class WrongArity(TypedDict):
    """How many numbers an argument has (``given``), and how many axes there are (``wanted``)."""

    argument: str
    given: int
    wanted: int


class UnknownReference(TypedDict):
    """The part that is read (0 = first) of a layer that makes ``parts``; None made it if it is an input."""

    part: int
    parts: int
    made_by: Derived | None


class WrongInputCount(TypedDict):
    """How many inputs there are, and how many there must be at least."""

    given: int
    least: int


class RankMismatch(TypedDict):
    """How many axes are wanted, channels included, and what arrives."""

    wanted: int
    shape: Shape


class LimitExceeded(TypedDict):
    """More parts of splits, axes or cells of a shape, or copies of a group than are worked with."""

    problem: Literal["parts", "shape", "repeat"]
    parts: NotRequired[int]
    axes: NotRequired[int]
    repeat: NotRequired[int]


class AxisRange(TypedDict):
    """A ``dim`` (or several, of a permutation) that is no axis of ``rank``, the batch included.

    ``start`` is the first axis to flatten where the last comes before it; ``batch`` says that it is the batch,
    ``twice`` that it was named before.
    """

    argument: str
    dim: int | tuple[int, ...]
    rank: int
    shape: Shape
    start: NotRequired[int]
    batch: NotRequired[bool]
    twice: NotRequired[bool]


class LevelOrder(TypedDict):
    """The heights in cells of a group of levels, and the index of its first input."""

    heights: list[int | None]
    start: int


class BlockWidth(TypedDict):
    """Height and width in cells, and in how many areas they were to be divided."""

    height: int
    width: int
    area: int


class InvalidWindow(TypedDict):
    """An argument that is below ``least`` on an axis."""

    argument: str
    value: int
    axis: int
    least: int


class KernelTooLarge(Windowed):
    """``bare`` says that the kernel must fit into the map without its padding, as 3-D average pools want it."""

    bare: NotRequired[bool]


class DroppedInput(Windowed):
    """A convolution that leaves input unread."""


class DroppedPadding(Windowed):
    """A window that leaves padding unread."""


class PoolDropsInput(Windowed):
    """A pool that leaves input unread."""


class StrideSkipsInput(Windowed):
    """A stride larger than the kernel."""


class StrideDilationGap(Windowed):
    """Stride and dilation that share a factor."""


class PoolPadding(TypedDict):
    """Cells of padding, the larger of both ends, and of the kernel."""

    axis: int
    padding: int
    kernel: int


class PaddingExceedsKernel(Windowed):
    """Whole windows in the padding."""


class ReflectPadding(TypedDict):
    """Padding by what is there of more than there is.

    Of a convolution the ``windows``; of a padding layer axis, size and the larger padding, in cells.
    """

    mode: str
    windows: NotRequired[list[tuple[int, Window]]]
    axis: NotRequired[int]
    size: NotRequired[int]
    padding: NotRequired[int]


class CropTooLarge(TypedDict):
    """Size and padding at both ends, negative where it crops, in cells; ``empty`` if an empty map is left."""

    axis: int
    size: int
    before: int
    after: int
    empty: NotRequired[bool]


class AsymmetricSame(Windowed):
    """Padding ``same`` with another number of cells at either end."""


class SameWithStride(Windowed):
    """The strides of all axes."""

    stride: tuple[int, ...]


class CeilWindowDropped(Windowed):
    """A last window that would begin behind the input."""


class PartialWindow(Windowed):
    """A last window that hangs over the input."""


class AdaptiveSize(TypedDict):
    """The size that is wanted along an axis, and the one that is there."""

    axis: int
    wanted: int
    size: int | None


class WindowOnOneCell(Windowed):
    """All axes have one cell."""


class ChannelMismatch(TypedDict):
    """``agree`` are later layers that declare the same channels for the same map."""

    declared: int
    derived: int
    agree: NotRequired[list[Derived]]


class GroupsDivideInput(TypedDict):
    """Groups that do not divide the channels that are read."""

    channels: int
    groups: int
    out_channels: int


class GroupsDivideOutput(TypedDict):
    """Groups that do not divide the channels that are made; those read are None if unknown."""

    channels: int | None
    groups: int
    out_channels: int


class InvalidChannels(TypedDict):
    """The argument and its value."""

    argument: str
    value: int


class DepthwiseMultiplier(TypedDict):
    """As many groups as channels are read, but no multiple of channels made."""

    channels: int
    groups: int
    out_channels: int


class AlmostDepthwise(TypedDict):
    """As many groups as channels are made, and a multiple read."""

    channels: int
    groups: int
    out_channels: int


class ShuffleFactor(TypedDict):
    """A factor below 1 ("factor"), or one that does not divide a size in cells ("size") or the channels.

    ``axis`` is 0 for the height and 1 for the width.
    """

    problem: Literal["factor", "size", "channels"]
    factor: int
    down: bool
    axis: NotRequired[int]
    size: NotRequired[int]
    channels: NotRequired[int]


class SplitDivides(TypedDict):
    """A division along ``dim`` that leaves a rest.

    ``size`` is the number of channels or cells along it, None if unknown; a Split has ``sizes``, or ``parts`` of so
    many; a Chunk, GLU or ChannelShuffle makes so many ``parts``.  ``invalid``: a number below 1.  ``uneven``: it runs,
    and ``made`` are the first five and the last of the sizes of ``total`` parts.  ``problem``: ``dim`` is the batch.
    A Narrow takes ``length`` from ``start`` on, which are not there.
    """

    dim: int
    problem: NotRequired[Literal["batch"]]
    what: NotRequired[Literal["Split", "Chunk", "GLU", "ChannelShuffle", "Narrow"]]
    size: NotRequired[int | None]
    sizes: NotRequired[tuple[int, ...]]
    parts: NotRequired[int]
    invalid: NotRequired[bool]
    uneven: NotRequired[bool]
    made: NotRequired[list[int | None]]
    total: NotRequired[int]
    start: NotRequired[int]
    length: NotRequired[int]


class UselessShuffle(TypedDict):
    """As many groups as channels, or one."""

    groups: int
    channels: int


class ConnectionTable(TypedDict):
    """A table that cannot be, or that says what groups say.

    ``other`` argument ("contradiction"); ``rows`` for so many ``out_channels`` ("rows"); a ``row`` and its ``maps``
    ("repeat"), its ``index`` beside the ``channels`` ("index"), or that it is empty ("empty"); how many are ``unread``,
    and the first ``maps`` of them ("unread"); ``groups`` that say the same ("groups"); the ``twins`` that read the same
    ``maps`` ("twins").  Rows and maps count from 0.
    """

    problem: Literal["contradiction", "rows", "repeat", "index", "empty", "unread", "groups", "twins"]
    other: NotRequired[str]
    rows: NotRequired[int]
    out_channels: NotRequired[int]
    row: NotRequired[int]
    maps: NotRequired[Sequence[int]]
    index: NotRequired[int]
    channels: NotRequired[int | None]
    groups: NotRequired[int]
    twins: NotRequired[list[int]]
    unread: NotRequired[int]


class FanInMismatch(TypedDict):
    """How many maps each map reads, and how many there are."""

    fan_in: int
    channels: int | None
    groups: int


class ConcatSize(Join, total=False):
    """A concatenation of other sizes."""


class AddShape(Join, total=False):
    """A merge of other shapes."""


class OddSkip(Join, total=False):
    """A size on the way down that the stride did not divide."""


class CropNeeded(Join, total=False):
    """A branch that lost its edges; of a layer that crops, an axis and the sizes ``wanted`` and there, in cells."""

    axis: int
    wanted: int
    size: int | None


class MissingProjection(Join, total=False):
    """A shortcut that is the map where the branch began."""


class OutputPadding(TypedDict):
    """Cells of output padding on an axis, and the window there, of size 0 if unknown."""

    axis: int
    output_padding: int
    window: TransposedWindow


class NegativeOutputPadding(TypedDict):
    """Cells of output padding on an axis, and the window there, of size 0 if unknown."""

    axis: int
    output_padding: int
    window: TransposedWindow


class UpsampleEmpty(TypedDict):
    """The output size in cells, below 1, and the window."""

    axis: int
    output: int
    window: TransposedWindow


class OutputSizeRange(TypedDict):
    """The output size that is wanted, in cells, and the window."""

    axis: int
    wanted: int
    window: TransposedWindow


class Checkerboard(TypedDict):
    """The windows on all axes, of size 0 where unknown."""

    windows: list[tuple[int, TransposedWindow]]


class UpsampleHoles(TypedDict):
    """The windows on all axes, of size 0 where unknown."""

    windows: list[tuple[int, TransposedWindow]]


class SizeAndScale(TypedDict):
    """Whether both are written, or neither."""

    both: bool


class FractionalScale(TypedDict):
    """Sizes in cells before and after, and the factor."""

    axis: int
    size: int
    scale: float
    output: int


class UpsampleModeRank(TypedDict):
    """A mode for other numbers of spatial axes than ``rank``, or (rank None) one that takes no ``align_corners``."""

    mode: str
    align_corners: bool | None
    rank: int | None


class InvalidScale(TypedDict):
    """A size or factor that leaves nothing, by itself or of a ``size`` in cells along an ``axis``."""

    argument: str
    value: float
    size: NotRequired[int]
    axis: NotRequired[int]


class FoldBlocks(TypedDict):
    """Blocks that do not fit.

    "empty": ``blocks`` along each axis, one below 1, on a map of ``sizes`` cells; "channels" that are no multiple of
    the ``cells`` of a block; "count": another number of ``columns`` than the ``count`` of blocks.
    """

    problem: Literal["empty", "channels", "count"]
    blocks: NotRequired[list[int | None]]
    sizes: NotRequired[Shape]
    channels: NotRequired[int]
    cells: NotRequired[int]
    columns: NotRequired[int]
    count: NotRequired[int]


class TransposedPaddingMode(TypedDict):
    """The padding word, if one is written, and the mode."""

    word: str | None
    mode: str


class NormFeatures(TypedDict):
    """``unused`` says that the layer never uses the number; ``agree`` are later layers that declare the same."""

    argument: str
    declared: int
    derived: int
    unused: bool
    agree: NotRequired[list[Derived]]


class NormOneValue(TypedDict):
    """Batch or instance, and whether it is refused at any batch, training or not (``always``)."""

    kind: str
    shape: Shape
    always: bool


class GroupNormDivides(TypedDict):
    """Groups that do not divide the channels."""

    channels: int
    groups: int


class LayerNormShape(TypedDict):
    """The sizes of the last axes that are declared."""

    declared: tuple[int, ...]
    shape: Shape


class DenseFeatures(TypedDict):
    """``agree`` are later layers that declare the same features for the same value.

    ``argument`` is the width of the keys or values that differs from the embedding, where it is that.
    """

    declared: int
    derived: int
    shape: Shape
    argument: NotRequired[str]
    agree: NotRequired[list[Derived]]


class DenseOnMap(TypedDict):
    """A dense layer on a map."""

    shape: Shape


class HeadsDivide(TypedDict):
    """Heads that do not divide the embedding."""

    embed_dim: int
    num_heads: int


class PreluParameters(TypedDict):
    """Another number of parameters than 1 and the channels, which are None if unknown."""

    num_parameters: int
    channels: int | None


class BiasBeforeNorm(TypedDict):
    """The convolution ``before``."""

    before: Derived


class DoubleActivation(TypedDict):
    """The activation ``before``."""

    before: Derived


class DropoutBeforeNorm(TypedDict):
    """The dropout ``before``."""

    before: Derived


class PointwiseOnOneCell(Windowed):
    """All axes have one cell."""


class GroupNormOneValue(TypedDict):
    """Groups of one value."""

    channels: int
    groups: int
    shape: Shape


class ReshapeSize(TypedDict):
    """Sizes (-1: what is left) that do not make the ``total`` of values: several left open, below -1, or a product."""

    problem: Literal["free", "negative", "product"]
    sizes: tuple[int, ...]
    total: int | None
    shape: Shape | None


class Note(Protocol):
    """Records an irregularity of a kind at the layer that is being derived.

    ``fatal`` where it is not always so that the framework refuses, ``harmless`` where it computes what was meant.
    """

    @overload
    def __call__(
        self,
        kind: Literal["wrong-arity"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[WrongArity],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["unknown-reference"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[UnknownReference],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["wrong-input-count"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[WrongInputCount],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["rank-mismatch"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[RankMismatch],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["limit-exceeded"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[LimitExceeded],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["axis-range"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[AxisRange],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["level-order"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[LevelOrder],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["block-width"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[BlockWidth],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["invalid-window"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[InvalidWindow],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["kernel-too-large"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[KernelTooLarge],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["dropped-input"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DroppedInput],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["dropped-padding"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DroppedPadding],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["pool-drops-input"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[PoolDropsInput],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["stride-skips-input"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[StrideSkipsInput],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["stride-dilation-gap"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[StrideDilationGap],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["pool-padding"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[PoolPadding],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["padding-exceeds-kernel"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[PaddingExceedsKernel],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["reflect-padding"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[ReflectPadding],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["crop-too-large"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[CropTooLarge],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["asymmetric-same"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[AsymmetricSame],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["same-with-stride"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[SameWithStride],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["ceil-window-dropped"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[CeilWindowDropped],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["partial-window"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[PartialWindow],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["adaptive-size"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[AdaptiveSize],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["window-on-one-cell"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[WindowOnOneCell],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["channel-mismatch"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[ChannelMismatch],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["groups-divide-input"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[GroupsDivideInput],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["groups-divide-output"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[GroupsDivideOutput],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["invalid-channels"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[InvalidChannels],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["depthwise-multiplier"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DepthwiseMultiplier],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["almost-depthwise"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[AlmostDepthwise],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["shuffle-factor"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[ShuffleFactor],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["split-divides"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[SplitDivides],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["useless-shuffle"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[UselessShuffle],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["connection-table"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[ConnectionTable],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["fan-in-mismatch"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[FanInMismatch],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["concat-size"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[ConcatSize],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["add-shape"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[AddShape],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["odd-skip"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[OddSkip],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["crop-needed"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[CropNeeded],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["missing-projection"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[MissingProjection],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["output-padding"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[OutputPadding],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["negative-output-padding"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[NegativeOutputPadding],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["upsample-empty"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[UpsampleEmpty],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["output-size-range"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[OutputSizeRange],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["checkerboard"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[Checkerboard],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["upsample-holes"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[UpsampleHoles],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["size-and-scale"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[SizeAndScale],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["fractional-scale"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[FractionalScale],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["upsample-mode-rank"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[UpsampleModeRank],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["invalid-scale"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[InvalidScale],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["fold-blocks"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[FoldBlocks],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["transposed-padding-mode"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[TransposedPaddingMode],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["norm-features"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[NormFeatures],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["norm-one-value"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[NormOneValue],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["group-norm-divides"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[GroupNormDivides],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["layer-norm-shape"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[LayerNormShape],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["dense-features"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DenseFeatures],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["dense-on-map"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DenseOnMap],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["heads-divide"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[HeadsDivide],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["prelu-parameters"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[PreluParameters],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["bias-before-norm"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[BiasBeforeNorm],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["double-activation"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DoubleActivation],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["dropout-before-norm"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[DropoutBeforeNorm],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["pointwise-on-one-cell"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[PointwiseOnOneCell],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["group-norm-one-value"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[GroupNormOneValue],
    ) -> None: ...
    @overload
    def __call__(
        self,
        kind: Literal["reshape-size"],
        /,
        fatal: bool | None = None,
        harmless: bool = False,
        **numbers: Unpack[ReshapeSize],
    ) -> None: ...
    @overload
    def __call__(
        self, kind: JoinKind, /, fatal: bool | None = None, harmless: bool = False, **numbers: Unpack[Join]
    ) -> None: ...
