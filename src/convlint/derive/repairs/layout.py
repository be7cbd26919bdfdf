"""Whether an input is written with its channels last, as Keras, NumPy and images have them: [224, 224, 3]."""

from __future__ import annotations

from copy import copy
from functools import lru_cache

from convlint.derive.state import Derivation
from convlint.derive.walk import derive
from convlint.model.network import Input, Shape
from convlint.model.operations import Convolution, Operation
from convlint.work import DERIVED, Budget, affords

#: Channels of images: grey, coloured, with transparency.
_OF_IMAGES = (1, 3, 4)
#: Layers that are derived anew at most.
MAX_ANEW = 200_000
#: No picture is smaller along an axis.
_SMALLEST = 16


def channels_first(shape: Shape) -> Shape:
    """A shape whose channels come last, in the order of PyTorch."""
    return (shape[-1], *shape[:-1])


@lru_cache(maxsize=1)
def channels_last(derivation: Derivation) -> Derivation | None:
    """What follows from the network with its channels first, if its one input looks as if they were last.

    It does if all that reads it are convolutions over as many axes, which either declare as many channels as its last
    number, or slide along that one as along the others, where it is a picture's.  And less is contradicted then, or
    nothing.
    """
    network = derivation.network
    if len(network.inputs) != 1 or network.place.value_span("input") is None:
        return None
    given = network.inputs[0]
    shape = given.shape
    if shape is None or len(shape) < 3 or None in shape or (shape[-1] or 0) >= (shape[0] or 0):
        return None
    readers = [layer.operation for layer in network.layers if any(number == given.number for number, _ in layer.inputs)]
    if not readers or not all(_reads_last(operation, shape) for operation in readers):
        return None
    turned = copy(network)
    turned.inputs = [Input(given.number, given.name, channels_first(shape), given.span)]
    budget = Budget.share(MAX_ANEW * DERIVED)
    with budget:
        found = derive(turned) if affords(DERIVED * len(network.layers)) else None
    if found is None or budget.left < 0:
        return None
    before, after = (sum(one.fatal for one in which.irregularities) for which in (derivation, found))
    return found if after < before or not after else None


def _reads_last(operation: Operation, shape: Shape) -> bool:
    """Whether a layer reads a map as if its last axis were the channels."""
    if not isinstance(operation, Convolution) or operation.rank != len(shape) - 1:
        return False
    if operation.in_channels is not None:
        # What may as well be a wrong number on a small map is left to others.
        looks = shape[-1] in _OF_IMAGES and min(size or 0 for size in shape[:-1]) > shape[-1]
        return operation.in_channels == shape[-1] and (looks or len(set(shape[:-1])) == 1)
    picture = shape[-1] in _OF_IMAGES and all((size or 0) >= _SMALLEST for size in shape[:-1])
    square = len(set(operation.kernel_size)) == 1 and operation.kernel_size[-1] > 1
    return picture and square and operation.groups == 1
