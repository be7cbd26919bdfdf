"""From a module to the text of a native file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from torch import nn
from torch.utils._pytree import tree_flatten

from convlint.formats.native.folding import folded
from convlint.formats.native.writing import text_of
from convlint.torch.running import run, without_data
from convlint.torch.tracing import Trace
from convlint.torch.values import Cannot, Undescribable


def describe(
    module: nn.Module,
    input_size: Sequence[int] | Mapping[str, Sequence[int]],
    *,
    expect: Literal[False, True, "layers"] = False,
    name: str | None = None,
) -> str:
    """The native file of a module.

    ``input_size`` is the shape of one example, channels first, without the batch axis: ``(3, 224, 224)``; of a module
    with several inputs a mapping from the names of the inputs to their shapes, in the order of ``forward``.  ``expect``
    adds claims, counted by PyTorch: True those of the whole network (parameters, MACs, the output's shape), "layers"
    also the shape of every layer.  ``name`` is the network's, else that of the module's class.

    The module is run once, in evaluation mode, on tensors without data: that takes no time, and changes nothing of
    it.  Raises ``Undescribable`` with the path of the module and the operation that no layer of the format does.
    """
    shapes = dict(input_size) if isinstance(input_size, Mapping) else {"input": input_size}
    trace = Trace(module, expecting=expect == "layers")
    inputs = [without_data(shape, module) for shape in shapes.values()]
    numbers = {key: (trace.input(tensor), list(shapes[key])) for key, tensor in zip(shapes, inputs, strict=True)}
    output, macs = _run(trace, inputs, bool(expect))
    outputs = []
    for made in tree_flatten(output)[0]:
        if isinstance(made, torch.Tensor):
            with trace.told("the output", ""):
                flow = trace.flow(made)
                if not flow.plain:
                    raise Cannot("is not one map for each example")
                if flow.number in [number for number, _ in numbers.values()]:
                    number = trace.step("Identity", {}, [flow])
                    outputs.append(((number, 0), flow.sizes))
                else:
                    outputs.append(((flow.number, flow.part), flow.sizes))
    if not outputs:
        raise Undescribable("", "forward", "returns no tensor")
    claims: dict[str, Any] = {}
    if expect:
        sizes = {name: parameter.numel() for name, parameter in module.named_parameters()}
        claims["params"] = sum(sizes.get(path, 0) for path in trace.used)
        claims["macs"] = macs
        if len(outputs) == 1:
            claims["output"] = list(outputs[0][1])
    items = folded(trace.steps, [read for read, _ in outputs])
    return text_of(name or type(module).__name__, numbers, items, [read for read, _ in outputs], claims, _unused(trace))


def _run(trace: Trace, inputs: list[torch.Tensor], counting: bool) -> tuple[Any, int]:
    """What the module returns, and the multiply-adds of one example, if they are to be counted."""
    if not counting:
        return run(trace, inputs), 0
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        output = run(trace, inputs)
    return output, counter.get_total_flops() // 2 // len(inputs[0])


def _unused(trace: Trace) -> list[str]:
    """A remark about parameters that no layer has: what runs in training only."""
    left: dict[str, int] = {}
    for path, parameter in trace.module.named_parameters():
        if path not in trace.used:
            top = path.partition(".")[0]
            left[top] = left.get(top, 0) + parameter.numel()
    if not left:
        return []
    return [f"Not run in evaluation: {', '.join(left)} ({sum(left.values())} parameters)"]
