"""Runs a module once, on tensors without data, and has a trace write down what it does.

Modules of exactly the classes of ``torch.nn`` are one step; everything else is followed down to the functions of torch
that it calls, so that Python's own control flow is no obstacle.  Nothing of the module is changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._pytree import tree_flatten, tree_map

from convlint.formats.native.writing import Call
from convlint.torch.functions import describe_call
from convlint.torch.modules import ELEMENTWISE, arguments_of, check, type_of
from convlint.torch.tracing import Trace
from convlint.torch.values import BATCH, Cannot, Flow, Made, Own, Undescribable


def run(trace: Trace, inputs: Sequence[torch.Tensor]) -> Any:
    """What the module of a trace makes of its inputs, which have no data; the steps are in the trace then."""
    return _Run(trace).run(inputs)


class _Run:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._call_numbers = itertools.count()

    def run(self, inputs: Sequence[torch.Tensor]) -> Any:
        """What the module makes of its inputs, which have no data."""
        state: dict[str, torch.Tensor] = {}
        named = itertools.chain(self.trace.module.named_parameters(), self.trace.module.named_buffers())
        for path, tensor in named:
            if isinstance(tensor, nn.parameter.UninitializedTensorMixin):
                raise Undescribable(path, "a lazy layer", "has no shape before it has run; run the module once before")
            empty = torch.empty_like(tensor, device="meta", requires_grad=False)
            state[path] = nn.Parameter(empty, False) if isinstance(tensor, nn.Parameter) else empty
            self.trace.know(state[path], Own(path, tensor.shape, isinstance(tensor, nn.Parameter)))
        with ExitStack() as stack:
            stack.enter_context(_unchanged(self.trace.module))
            self.trace.module.eval()
            stack.enter_context(torch.no_grad())
            stack.enter_context(_plain_attention())
            self._watch(stack)
            stack.enter_context(Functions(self.trace))
            try:
                return torch.func.functional_call(self.trace.module, state, tuple(inputs))
            except Undescribable:
                raise
            except Exception as error:
                if self.trace.writing:
                    raise  # not the module's mistake
                raise Undescribable(
                    self.trace.here, "forward", f"fails at this input size, on tensors without data: {error}"
                ) from error

    def _watch(self, stack: ExitStack) -> None:
        """See every module begin and end; hooks are taken away again with the stack."""
        for path, module in self.trace.module.named_modules():
            if isinstance(module, torch.jit.ScriptModule):
                raise Undescribable(path, "a scripted module", "cannot be looked into")
            # As the whole network it is told by the layers in it, which have names.
            leaf = None if not path and isinstance(module, nn.TransformerEncoderLayer) else _leaf(module)
            before, after = self._hooks(path, leaf)
            for handle in (
                module.register_forward_pre_hook(before),
                module.register_forward_hook(after, with_kwargs=True),
            ):
                stack.callback(handle.remove)

    def _hooks(self, path: str, leaf: str | None) -> tuple[Callable[..., Any], Callable[..., Any]]:
        def before(module: nn.Module, args: Any) -> None:
            if self.trace.inside == 0 and path:
                self.trace.calls.append(Call(path, next(self._call_numbers)))
            self.trace.inside += leaf is not None

        def after(module: nn.Module, args: Any, kwargs: Any, output: Any) -> Any:
            self.trace.inside -= leaf is not None
            if self.trace.inside:
                return None
            made = None
            if leaf is not None:
                made = self._module(leaf, module, path, args, kwargs, output)
            if path:
                self.trace.calls.pop()
            return made

        return before, after

    def _module(self, type_name: str, module: nn.Module, path: str, args: Any, kwargs: Any, output: Any) -> Any:
        """A layer of ``torch.nn`` has run."""
        with self.trace.told(type_name, path):
            x = args[0] if args else kwargs.get("input")
            arguments = arguments_of(module, type_name)
            output, inner = self._called(module, type_name, args, kwargs, output, arguments)
            source = self.trace.flow(x)
            check(source, type_name, arguments)
            for tensor in itertools.chain(module.parameters(), module.buffers()):
                self.trace.uses(tensor, type_name)
            if "out_channels" in arguments and not list(module.parameters()):
                arguments["requires_grad"] = False
            # The layer is no module inside of which something runs.
            calls = self.trace.calls
            self.trace.calls = calls[:-1] if path else calls
            try:
                value = self.trace.layer(
                    type_name, arguments, [source], output, path=path, free=type_name in ELEMENTWISE
                )
            finally:
                self.trace.calls = calls
            output = self.trace.made(output, value, [x], getattr(module, "inplace", False))
            return output if inner is None else inner(output)

    def _called(
        self, module: nn.Module, type_name: str, args: Any, kwargs: Any, output: Any, arguments: dict[str, Any]
    ) -> tuple[Any, Callable[[Any], Any] | None]:
        """The one tensor that a layer makes, and how the module hands it over, from the way in which it is called."""
        if isinstance(module, nn.MultiheadAttention):
            query, key, value = (args + tuple(kwargs[name] for name in ("query", "key", "value") if name in kwargs))[:3]
            if not (query is key is value):
                raise Cannot("reads queries, keys and values that differ")
            if any(kwargs.get(name) is not None for name in ("key_padding_mask", "attn_mask")) or len(args) > 3:
                raise Cannot("is called with a mask")
            if not module.batch_first:
                raise Cannot("does not have the batch first")
            arguments.pop("batch_first", None)
            return output[0], lambda made: (made, output[1])
        if isinstance(module, nn.TransformerEncoderLayer):
            if any(value is not None and value is not False for value in (*args[1:], *kwargs.values())):
                raise Cannot("is called with a mask")
            if output.dim() != 3:
                raise Cannot("reads no sequence for each example")
            return output, None
        if isinstance(module, nn.RNNBase):
            if len(args) + len(kwargs) > 1:
                raise Cannot("is called with a state to begin with")
            if not module.batch_first:
                raise Cannot("does not have the batch first")
            if output[0].dim() != 3:
                raise Cannot("reads no sequence for each example")
            arguments.pop("batch_first", None)
            return output[0], lambda made: (made, output[1])
        if len(args) + len(kwargs) > 1:
            size = kwargs.get("output_size", args[1] if len(args) > 1 else None)
            if not type_name.startswith("ConvTranspose") or len(args) + len(kwargs) > 2:
                raise Cannot("is called with more than one argument")
            if size is not None:
                arguments["output_size"] = list(size)[-(output.dim() - 2) :]
        if not isinstance(output, torch.Tensor):
            raise Cannot("makes more than one tensor")
        return output, None


class Functions(TorchFunctionMode):
    """Sees every function of torch that a module calls."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self.trace = trace

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        trace = self.trace
        if trace.inside:
            return func(*args, **kwargs)
        # What lies on the module as an attribute, or is made on another device, meets tensors without data.
        args, kwargs = tree_map(lambda one: _without_data(trace, one), (args, kwargs))
        result = func(*args, **kwargs)
        made = [one for one in tree_flatten(result)[0] if isinstance(one, torch.Tensor)]
        name = resolve_name(func) or getattr(func, "__name__", str(func))
        with trace.told(name, trace.here):
            if not made:
                _only_asked(trace, func, args)
                return result
            trace.writing = True
            given = describe_call(trace, func, name, args, kwargs, result, made)
            trace.writing = False
        return given


def _only_asked(trace: Trace, func: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Raise ``Cannot`` if a function that returns no tensor has written to one."""
    writes = getattr(func, "__name__", "") in ("__setitem__", "__set__")
    if writes and any(isinstance(trace.known(one), Flow) for one in args if isinstance(one, torch.Tensor)):
        raise Cannot("writes to a part of a tensor")


def _leaf(module: nn.Module) -> str | None:
    """The layer type of a module that is one layer: exactly of torch.nn, with nothing hooked on."""
    name = type_of(module)
    return None if module._forward_pre_hooks or module._forward_hooks else name


def _without_data(trace: Trace, one: Any) -> Any:
    """Tensors with data become some without; what they are is known still."""
    if not isinstance(one, torch.Tensor) or one.device.type == "meta":
        return one
    empty = torch.empty_like(one, device="meta", requires_grad=False)
    value = trace.known(one)
    if value is None or isinstance(value, Made):
        by = value.by if value is not None else "a tensor that is neither a parameter nor a buffer"
        value = Made(by, one.item() if one.dim() == 0 else None)
    trace.know(empty, value)
    return empty


@contextmanager
def _unchanged(module: nn.Module) -> Iterator[None]:
    """Take back what a module keeps of a run: counters, tensors without data that it made once for all."""
    before = {each: dict(each.__dict__) for each in module.modules()}
    try:
        yield
    finally:
        for each, attributes in before.items():
            each.__dict__.clear()
            each.__dict__.update(attributes)


@contextmanager
def _plain_attention() -> Iterator[None]:
    """Attention layers in their plain way: the fast path is one function without a name."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def without_data(shape: Sequence[int], module: nn.Module) -> torch.Tensor:
    """A batch of inputs of a shape that is given without the batch axis, of the type that a module counts with."""
    types = (parameter.dtype for parameter in module.parameters() if parameter.is_floating_point())
    return torch.empty((BATCH, *shape), device="meta", dtype=next(types, torch.get_default_dtype()))
