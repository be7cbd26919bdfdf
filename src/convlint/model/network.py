"""Networks, layers, and the numbers that their author claims about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, Protocol, TypeAlias

from convlint.document import Span
from convlint.model.changes import Change, Source, Written
from convlint.model.operations import Group, Operation

#: Sizes without the batch axis, channels first; None is an unknown size.
Shape: TypeAlias = tuple[int | None, ...]
#: A value of the network: the number of the layer (or input) that makes it, and which of its outputs.
Ref: TypeAlias = tuple[int, int]
#: Names and shapes of tensors that a checkpoint holds; () is the shape of a single number.
Stored: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]


#: PyTorch works on no more axes than this.
MAX_AXES = 64
#: PyTorch counts cells in 64 bits.
MAX_SIZE = 2**63 - 1


class Field(NamedTuple):
    """Something that is written of a layer, or of a network beside its layers.

    ``meant`` is equal for two texts that mean the same.  ``reads`` says that it tells what the layer reads, ``word`` is
    how to call it where the name is but its place.
    """

    name: str
    text: str
    meant: str
    reads: bool = False
    word: str = ""


class Place(Protocol):
    """Where the fields of a layer are written; every format has its own."""

    def key_span(self, name: str) -> Span | None:
        """Where the name of a field is written, None if it is not."""

    def value_span(self, name: str) -> Span | None:
        """Where the value of a field is written, None if it is not."""

    @property
    def span(self) -> Span:
        """The layer as a whole, or its beginning."""

    @property
    def extent(self) -> Span:
        """All that is written of the layer, over as many lines as it takes."""

    def fields(self) -> list[Field]:
        """All that is written of the layer but its type, in order; not the layers in it."""

    def source(self, index: int) -> Source | None:
        """How and where one of the layer's inputs is written, None if it is not, or not one by one."""

    def written(self, change: Change) -> Written | None:
        """How a change of the layer is written in this file; None if it cannot be said here."""


class _Nowhere:
    """The place of a layer that stands in no file."""

    span = extent = (0, 0)

    def key_span(self, name: str) -> None:
        """Not written."""

    def value_span(self, name: str) -> None:
        """Not written."""

    def fields(self) -> list[Field]:
        """Nothing is written."""
        return []

    def source(self, index: int) -> None:
        """Not written."""

    def written(self, change: Change) -> None:
        """Nothing can be written there."""


NOWHERE: Place = _Nowhere()


class Amount:
    """A count as an author wrote it: exact (``363237``) or rounded (``61M``, ``2.7K``)."""

    __slots__ = ("decimals", "digits", "text", "unit")
    UNITS = ("", "K", "M", "G", "T")

    def __init__(self, text: str, digits: Decimal, unit: str) -> None:
        self.text = text
        self.digits = digits
        self.unit = unit
        exponent = digits.as_tuple().exponent
        self.decimals = -exponent if isinstance(exponent, int) else 0

    @classmethod
    def parse(cls, text: str) -> Amount | None:
        """Read ``61M``, ``2.7 K``, ``1.5B`` (= G), ``12``; None if it is no such number."""
        body = text.strip()
        unit = ""
        if body and body[-1] in "kKmMgGbBtT":
            unit = {"B": "G"}.get(body[-1].upper(), body[-1].upper())
            body = body[:-1].rstrip()
        if len(body) > 30 or not body.replace(".", "", 1).isascii() or not body.replace(".", "", 1).isdigit():
            return None
        if not unit and "." in body:
            return None
        return cls(text.strip(), Decimal(body), unit)

    def fits(self, derived: int) -> bool:
        """Whether a derived count, rounded half up in powers of 1000 or of 1024, gives the digits written."""
        if not self.unit:
            return derived == self.digits
        return any(self._in_last_digits(2 * derived, base, 1) == self._written for base in (1000, 1024))

    def cut_off(self, derived: int) -> bool:
        """Whether the digits are those of a derived count that was cut off, in powers of 1000 or of 1024."""
        return bool(self.unit) and any(
            self._in_last_digits(2 * derived, base, 0) == self._written for base in (1000, 1024)
        )

    def rounded(self, derived: int) -> tuple[str, str]:
        """A derived count to as many digits as were written, in powers of 1000 and of 1024."""
        thousands, binary = (self._shown(self._in_last_digits(2 * derived, base, 1)) for base in (1000, 1024))
        return thousands, binary

    def instead(self, derived: int) -> str:
        """A derived count as its author would have written it: rounded likewise, unless nothing would be left of it."""
        return self.rounded(derived)[0] if self.unit and self._in_last_digits(2 * derived, 1000, 1) else str(derived)

    @property
    def _written(self) -> int:
        """The digits without their point."""
        return int("".join(map(str, self.digits.as_tuple().digits)))

    def _in_last_digits(self, twice: int, base: int, halves: int) -> int:
        """Twice a count, in units of the last digit written, rounded down after adding some halves of such a unit."""
        unit: int = base ** self.UNITS.index(self.unit)
        return int((twice * 10**self.decimals + halves * unit) // (2 * unit))

    def _shown(self, last_digits: int) -> str:
        """A count in units of the last digit written, with its point and unit."""
        whole, fraction = divmod(last_digits, 10**self.decimals)
        return f"{whole}.{fraction:0{self.decimals}}{self.unit}" if self.decimals else f"{whole}{self.unit}"


class Claim:
    """A number that somebody wrote and that can be derived.

    ``kind``: kernels, kernels_2d, kernels_3d, output, weight, params, macs, receptive_field.  ``exact`` says that the
    span is the value itself, so that it may be replaced (the span of a block list is its key).
    """

    __slots__ = ("exact", "kind", "span", "value")

    def __init__(self, kind: str, value: Any, span: Span, exact: bool = False) -> None:
        self.kind = kind
        self.value = value
        self.span = span
        self.exact = exact


class Layer:
    """One step of a network. ``number`` names its output for others; ``name`` is None if its author gave none.

    ``stored`` are the tensors in which its numbers are kept, trained or not, with their names beside ``name``; it is
    set where they are not those of torch's layer that does the same.
    """

    __slots__ = ("claims", "inputs", "name", "number", "operation", "place", "stored", "type")

    def __init__(
        self,
        number: int,
        name: str | None,
        type: str,
        operation: Operation,
        inputs: tuple[Ref, ...],
        place: Place,
        claims: tuple[Claim, ...] = (),
        stored: Stored | None = None,
    ) -> None:
        self.number = number
        self.name = name
        self.stored = stored
        self.type = type
        self.operation = operation
        self.inputs = inputs
        self.place = place
        self.claims = claims


class Input:
    """A network input; the shape has no batch axis."""

    __slots__ = ("name", "number", "shape", "span")

    def __init__(self, number: int, name: str, shape: Shape | None, span: Span) -> None:
        self.number = number
        self.name = name
        self.shape = shape
        self.span = span


class ListedRow:
    """A row of a file as its framework lists it while it builds the network, for those who compare the two.

    ``repeats`` and ``arguments`` are those after scaling, with what the framework puts between them; None if the row
    cannot be built.
    """

    __slots__ = ("arguments", "index", "module", "repeats", "source")

    def __init__(self, index: int, source: Any, module: str) -> None:
        self.index = index
        self.source = source
        self.module = module
        self.repeats: Any = None
        self.arguments: list[Any] | None = None


class Loading(NamedTuple):
    """How a framework loads a checkpoint into a network that is not quite the one it was trained as.

    By the name and shape of each tensor, or number by number ``in_order``.  Tensors whose name holds ``excluded`` are
    never loaded (nothing, if that is empty).  ``first`` is the tensor that is filled in part where its channels differ,
    ``rebuilt`` are the branches of a detection head that are built anew as wide as in the checkpoint; ``besides`` says
    so in words.
    """

    framework: str
    in_order: bool = False
    excluded: str = ""
    first: str = ""
    rebuilt: tuple[str, ...] = ()
    besides: str = ""


class Network:
    """What a document describes.

    ``numbers`` is how many value numbers its inputs and layers (those inside groups too) use.  ``complete`` is False
    when mistakes of notation left layers out, so that what is missing must not be judged.  ``assumes`` says that some
    layer makes what nobody knows (``Opaque.assumed``).  ``trial`` is set for a network that exists only because the
    framework tries it at another input size: what it is for, in words.  ``assumed_input`` is set if the file does not
    say how large its input is: where the size comes from, in words.  ``rows`` are the layers as the framework lists
    them, where it does.  ``stored`` is set where a file of trained numbers holds running statistics too: what their
    number together is called.  ``only_here`` says that some layers were worked out for this input size alone.
    ``variant_word`` is what the format calls a ``variant``.  ``loading`` says how its framework loads a checkpoint,
    where it has a rule for that.
    """

    __slots__ = (
        "assumed_input", "assumes", "claims", "complete", "inputs", "kernel_convention", "layers", "loading", "name",
        "numbers", "only_here", "outputs", "place", "rows", "stored", "trial", "variant", "variant_word",
    )  # fmt: skip

    def __init__(
        self,
        name: str | None,
        inputs: list[Input],
        layers: list[Layer],
        outputs: list[Ref],
        numbers: int,
        place: Place,
        claims: tuple[Claim, ...] = (),
        kernel_convention: str | None = None,
        complete: bool = True,
        variant: str | None = None,
        assumes: bool = False,
        trial: str | None = None,
        assumed_input: str | None = None,
        rows: list[ListedRow] | None = None,
        stored: str | None = None,
        only_here: bool = False,
        variant_word: str = "variant",
        loading: Loading | None = None,
    ) -> None:
        self.name = name
        self.inputs = inputs
        self.layers = layers
        self.outputs = outputs
        self.numbers = numbers
        self.place = place
        self.claims = claims
        self.kernel_convention = kernel_convention
        self.complete = complete
        self.variant = variant
        self.assumes = assumes
        self.trial = trial
        self.assumed_input = assumed_input
        self.rows = rows
        self.stored = stored
        self.only_here = only_here
        self.variant_word = variant_word
        self.loading = loading


def walk(layers: list[Layer]) -> list[Layer]:
    """All layers, those inside groups (but for closed ones) behind their group."""
    found: list[Layer] = []
    for layer in layers:
        found.append(layer)
        if isinstance(layer.operation, Group) and layer.operation.numbers is None:
            found.extend(walk(layer.operation.layers))
    return found
