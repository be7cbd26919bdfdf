"""Parameters, multiply-adds and receptive field of a layer, with the numbers put in."""

from __future__ import annotations

from math import prod

from convlint.derive.state import Derived
from convlint.explain.windows import groups
from convlint.explain.words import Part, Section, size
from convlint.model import operations as op
from convlint.words.text import axes, joined, number, number_of, product


def convolution_parameters(at: Derived) -> Section:
    """Weights and biases."""
    operation = at.layer.operation
    assert isinstance(operation, op.Convolution | op.TransposedConvolution)
    if at.params is None or at.kernels_2d is None:
        return Section("Parameters", "Unknown, because the number of kernels is.")
    weights = at.kernels_2d * prod(operation.kernel_size)
    kernels = number_of(at.kernels_2d, "kernel")
    line = f"{kernels} x {product(operation.kernel_size)} = {number_of(weights, 'weight')}"
    biases = operation.out_channels if operation.bias else 0
    if not operation.trained:
        also = f" and {number_of(biases, 'bias', 'biases')}" if biases else ""
        return Section("Parameters", "None: these numbers are not trained.", [f"  {line}{also}"])
    return Section("Parameters", *sum_lines(line, biases, at.params))


def sum_lines(weights: str, biases: int, total: int) -> list[Part]:
    """Weights, biases and their sum."""
    if not biases:
        return [[f"  {weights}; there are no biases"]]
    added = "1 bias, for the one output" if biases == 1 else f"{number(biases)} biases, one for each output"
    return [[f"  {weights}", f"  + {added}", f"  = {number(total)} parameters"]]


def convolution_macs(at: Derived) -> Section:
    """Multiply-adds: every weight once for every position of its window."""
    operation = at.layer.operation
    if at.macs is None or at.kernels_2d is None:
        return Section(
            "Multiply-adds", f"Unknown, because {'a size' if at.kernels_2d else 'the number of kernels'} is."
        )
    assert isinstance(operation, op.Convolution | op.TransposedConvolution)
    weights = at.kernels_2d * prod(operation.kernel_size)
    transposed = isinstance(operation, op.TransposedConvolution)
    shape = (at.inputs[0] if transposed else at.output).shape
    assert shape is not None
    cells = shape[1:]
    whose = "input" if transposed else "output"
    return Section(
        "Multiply-adds",
        f"Every weight is used once for every cell of an {whose} map ({size(cells)}):",
        [f"  {number(weights)} x {product(cells)} = {number(at.macs)}"],
    )


def field_section(
    at: Derived, kernel_size: tuple[int, ...], dilation: tuple[int, ...], stride: tuple[int, ...]
) -> Section | None:
    """How far a cell sees into the network's input; None if that is not known."""
    before, after = at.inputs[0], at.output
    if after.field is None or after.jump is None or before.field is None or before.jump is None:
        return None
    names = axes(len(after.field))
    seen = []
    for axis in range(len(names)):
        reach = dilation[axis] * (kernel_size[axis] - 1) + 1
        field, jump = before.field[axis], before.jump[axis]
        seen.append((field, jump, reach, stride[axis], after.field[axis], after.jump[axis]))
    lines = []
    for (field, jump, reach, s, wider, further), at_axes in groups(seen, names):
        lines += [f"  {joined(at_axes)}:"] if len(set(seen)) > 1 else []
        lines.append(f"  F' = F + (K - 1)*J = {field} + ({reach} - 1)*{jump} = {wider}")
        lines.append(f"  J' = J*S = {jump}*{s} = {further}")
    known = groups([(field, jump) for field, jump, *_ in seen], names)
    several = len(known) > 1
    counts = [f"F = {f}, J = {j}" + (f" ({joined(where)})" if several else "") for (f, j), where in known]
    return Section(
        "Receptive field",
        "Along an axis, every cell that comes in has seen F cells of the network's input, and its neighbour as many, J "
        f"cells further on: {joined(counts)}. For windows of K such cells, S apart:",
        lines,
    )


def no_field(at: Derived) -> Section:
    """Say that there is none."""
    before = at.inputs[0] if at.inputs else None
    if before is not None and before.field is None:
        return Section(
            "Receptive field",
            "Not told, because it is not known for what comes in (it has no meaning behind an upsampling, a dense "
            "layer or a join of branches with different strides).",
        )
    known = at.output.shape is not None and None not in at.output.shape
    if known and isinstance(at.layer.operation, op.Convolution | op.Pool | op.Subsampling):
        return Section("Receptive field", "Not told: together with the stride it is larger than any computer counts.")
    return Section("Receptive field", "Not told: no one window of the network's input belongs to a cell of the output.")
