"""The network of a native file, with every copy of a repeated layer, for those who want to run or compare it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from convlint.catalogue import selection
from convlint.derive import Derivation, derive
from convlint.derive.state import Derived
from convlint.document import Source, python_value, read
from convlint.findings import Severity
from convlint.formats import native
from convlint.formats.native.folding import RANGE
from convlint.formats.native.place import Fields
from convlint.formats.native.schema import LAYER_KEYS
from convlint.lint import lint
from convlint.model import operations as op
from convlint.model.network import Ref
from convlint.session.paths import STDIN, Target, load


class Unbuildable(ValueError):
    """A file of which no module can be made: it has errors, or is no native file of one network."""


class Built(NamedTuple):
    """One layer, or one copy of it.

    ``number`` is what it makes, for those that read it later.  ``name`` is its path; of copies of `blocks.2-4` those
    are `blocks.2` to `blocks.4`.  ``arguments`` are what the file says.  ``widened`` are the indexes of the inputs that
    have no batch axis and get one, for the layer reads them as if every example had them.
    """

    number: int
    name: str | None
    derived: Derived
    arguments: dict[str, Any]
    widened: tuple[int, ...]

    @property
    def type(self) -> str:
        """The layer type."""
        return self.derived.layer.type

    @property
    def reads(self) -> tuple[Ref, ...]:
        """What it reads."""
        return self.derived.layer.inputs


class Passed(NamedTuple):
    """A value that is known under another number from now on: what goes into a group, or comes out of it.

    It has a batch axis then, as ``widened`` in ``Built``.
    """

    number: int
    reads: tuple[Ref]
    widened: tuple[int, ...]


Instruction: TypeAlias = Built | Passed


class Loaded(NamedTuple):
    """A network as instructions: they may use a number again, for copies run one after the other."""

    source: Source
    derivation: Derivation
    instructions: list[Instruction]


def loaded(path: str | os.PathLike[str]) -> Loaded:
    """The network of a file; raises ``Unbuildable``, or ``OSError`` if there is nothing to read."""
    name = os.fspath(path)
    source, problem = load(Target(os.path.join(os.curdir, name) if name == STDIN else name, True), "")
    if problem is not None:
        raise Unbuildable(f"{name}: {problem.message}")
    return loaded_text(source)


def loaded_text(source: Source) -> Loaded:
    """The network of a text."""
    errors = []
    for finding in lint(source, selection()).findings:
        if finding.severity is Severity.ERROR:
            line, column = source.position(finding.span[0])
            errors.append(f"{source.path}:{line}:{column}: {finding.message} ({finding.code})")
    if errors:
        raise Unbuildable("\n".join(errors))
    documents = [document for document in read(source).documents if native.recognise(document, True)]
    if len(documents) != 1:
        raise Unbuildable(f"{source.path}: no native file of one network (it would have the key `convlint`)")
    (network,) = native.lower(documents[0]).networks
    derivation = derive(network, unfold=True)
    return Loaded(source, derivation, list(_instructions(derivation.layers, "", set())))


def _instructions(layers: list[Derived], prefix: str, free: set[int]) -> Iterator[Instruction]:
    """What is done in order; ``free`` are the numbers of values that have no batch axis."""
    for derived in layers:
        layer = derived.layer
        name = None if layer.name is None else prefix + layer.name
        operation = layer.operation
        if isinstance(operation, op.Group):
            read = layer.inputs[0]
            size = len(operation.layers)
            for copy in range(operation.repeat):
                yield _passed(operation.inputs[0], read, free)
                inside = f"{prefix}{_copy_name(layer.name or 'group', copy, operation.repeat)}."
                yield from _instructions(derived.children[copy * size : (copy + 1) * size], inside, free)
                (read,) = operation.outputs
            yield _passed(layer.number, read, free)
            continue
        assert isinstance(layer.place, Fields)
        fields = layer.place.node.fields
        arguments = {key: python_value(node) for key, node in fields.items() if key not in LAYER_KEYS}
        bare = tuple([index for index, (number, _) in enumerate(layer.inputs) if number in free])
        alone = bool(bare) and len(bare) == len(layer.inputs)
        merges = isinstance(operation, op.Merge)
        keeps = merges or (isinstance(operation, op.Elementwise) and operation.axes is None)
        free.discard(layer.number)
        if isinstance(operation, op.ParameterTensor) or (alone and keeps):
            free.add(layer.number)
            bare = ()
        elif not alone and (merges or isinstance(operation, op.MatMul)):
            bare = ()  # PyTorch's broadcasting is what the file means
        yield Built(layer.number, name, derived, arguments, bare)


def _passed(number: int, read: Ref, free: set[int]) -> Passed:
    free.discard(number)
    return Passed(number, (read,), (0,) if read[0] in free else ())


def _copy_name(name: str, copy: int, repeat: int) -> str:
    """What a copy of a group is called: `blocks.1`, or the number that a range names."""
    if repeat == 1:
        return name
    numbers = RANGE.fullmatch(name)
    if numbers is not None and int(numbers[3]) - int(numbers[2]) + 1 == repeat:
        return f"{numbers[1]}{int(numbers[2]) + copy}"
    return f"{name}.{copy}"
