"""What a tensor of a running module is in the words of the native format, which never writes the batch axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: The batch that modules are run with: a prime, so that no other axis has its size by chance.
BATCH = 61


class Undescribable(Exception):
    """A module does something that the native format has no layer for.

    ``path`` is the module in which it happens (empty for the outermost one), ``operation`` what it does.
    """

    def __init__(self, path: str, operation: str, reason: str) -> None:
        super().__init__(f"{path or 'the module itself'}: {operation} {reason}")
        self.path = path
        self.operation = operation


class Cannot(Exception):
    """Why one operation cannot be written: a phrase that follows its name."""


class Own:
    """A parameter or buffer of the module, which becomes a layer of its own when something reads it.

    ``sizes`` are those that it is read with: views of it cost no layer.  ``every`` says that each example has it
    (``expand``).
    """

    __slots__ = ("every", "path", "sizes", "trained")

    def __init__(self, path: str, sizes: Sequence[int], trained: bool, every: bool = False) -> None:
        self.path = path
        self.sizes = tuple(sizes)
        self.trained = trained
        self.every = every

    def viewed(self, sizes: Sequence[int], every: bool | None = None) -> Own:
        """The same numbers with other sizes."""
        return Own(self.path, sizes, self.trained, self.every if every is None else every)


class Made:
    """What no layer made, and nothing of the module holds: torch.arange, or an attribute.

    Of a single number ``number`` is its value, where it is known.
    """

    __slots__ = ("by", "number")

    def __init__(self, by: str, number: float | None = None) -> None:
        self.by = by
        self.number = number


class Wide:
    """What a layer makes, with axes of size 1 repeated (``expand``): whatever broadcasts needs no layer for that."""

    __slots__ = ("flow",)

    def __init__(self, flow: Flow) -> None:
        self.flow = flow


class Flow:
    """What a layer of the file makes.

    ``sizes`` are those in the file, without the batch.  The tensor has them too, but for the batch axis at ``batch``,
    into which the first ``folded`` of them are folded (attention windows: `(B * windows, cells, channels)`).  ``batch``
    is None for a tensor without a batch axis; then ``free`` says that the file's value has none either.
    """

    __slots__ = ("batch", "folded", "free", "number", "part", "sizes")

    def __init__(
        self, number: int, part: int, sizes: Sequence[int], batch: int | None, folded: int = 0, free: bool = False
    ) -> None:
        self.number = number
        self.part = part
        self.sizes = tuple(sizes)
        self.batch = batch
        self.folded = folded
        self.free = free

    @property
    def plain(self) -> bool:
        """Whether the tensor is the file's value behind a batch axis."""
        return self.batch == 0 and not self.folded

    @property
    def axes(self) -> int:
        """Axes of the tensor."""
        return len(self.sizes) - self.folded + (self.batch is not None)

    def axis(self, dim: int) -> int:
        """The index in ``sizes`` of an axis of the tensor; ``Cannot`` for the batch axis."""
        dim = dim + self.axes if dim < 0 else dim
        if dim == self.batch:
            raise Cannot("works along the batch axis")
        behind = self.batch is not None and dim > self.batch
        return self.folded + dim - behind

    def dim(self, dim: int) -> int:
        """The number of an axis of the tensor in the file, which counts a batch axis in front."""
        return self.axis(dim) + 1

    def sizes_of(self, shape: Sequence[int]) -> tuple[int, ...]:
        """The sizes in the file of a tensor whose batch axis is that of this one."""
        own = [size for axis, size in enumerate(shape) if axis != self.batch]
        return (*self.sizes[: self.folded], *own)

    def dims(self, dims: int | Iterable[int]) -> list[int]:
        """The numbers of some axes."""
        return [self.dim(dim) for dim in ([dims] if isinstance(dims, int) else dims)]
