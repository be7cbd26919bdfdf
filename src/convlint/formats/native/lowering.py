"""Operations of what the native format has beyond ``torch.nn``, from validated arguments."""

from __future__ import annotations

from typing import Any

from convlint.model import operations as op
from convlint.model.torch_nn.lowering import Lower


def convolution(lower: Lower) -> Lower:
    """Conv1d/2d/3d with partial connections, which PyTorch does not have, trained or not."""

    def partial(args: Any) -> op.Operation:
        made = lower(args)
        made.__dict__.update(fan_in=args.fan_in, connections=args.connections, trained=args.requires_grad)
        return made

    return partial


def transposed_convolution(lower: Lower) -> Lower:
    """ConvTranspose1d/2d/3d with the size that PyTorch takes when the layer runs, trained or not."""

    def sized(args: Any) -> op.Operation:
        made = lower(args)
        made.__dict__.update(output_size=args.output_size, trained=args.requires_grad)
        return made

    return sized


def subsampling(args: Any) -> op.Operation:
    """LeNet-5's sub-sampling: the stride defaults to the kernel."""
    return op.Subsampling(args.kernel_size, args.stride if args.stride is not None else args.kernel_size)


def reshape(args: Any) -> op.Operation:
    """Reshape."""
    return op.Reshape(args.shape)


def permute(args: Any) -> op.Operation:
    """Permute."""
    return op.Permute(args.dims)


def center_crop(args: Any) -> op.Operation:
    """CenterCrop."""
    return op.CenterCrop(args.size)


def parameter(args: Any) -> op.Operation:
    """Parameter."""
    return op.ParameterTensor(args.shape, args.requires_grad)


def merge(kind: str) -> Lower:
    """Add, Mul, Sub, Div, Maximum, Minimum; with a number in the second map's stead they read one map."""

    def lower(args: Any) -> op.Operation:
        if getattr(args, "other", None) is None:
            return op.Merge(kind)
        return op.Elementwise(keeps_zero=kind in ("multiply", "divide"))

    return lower


def power(args: Any) -> op.Operation:
    """Pow."""
    return op.Elementwise(keeps_zero=args.exponent > 0)


def reduction(kind: str) -> Lower:
    """Mean, Sum, Amax, Amin, Std, Var."""
    return lambda args: op.Reduce(kind, args.dim, args.keepdim)


def concat(args: Any) -> op.Operation:
    """Concat."""
    return op.Concat(args.dim)


def matmul(args: Any) -> op.Operation:
    """MatMul."""
    return op.MatMul()


def stack(args: Any) -> op.Operation:
    """Stack."""
    return op.Stack(args.dim)


def slice_(args: Any) -> op.Operation:
    """Slice."""
    return op.Slice(args.dim, args.start, args.end, args.step)


def narrow(args: Any) -> op.Operation:
    """Narrow."""
    return op.Narrow(args.dim, args.start, args.length)


def flip(args: Any) -> op.Operation:
    """Flip."""
    return op.Flip(args.dims)


def roll(args: Any) -> op.Operation:
    """Roll."""
    return op.Roll(args.shifts, args.dims)


def split(args: Any) -> op.Operation:
    """Split: an integer is the size of every part, a list the size of each."""
    sizes = args.split_size
    return op.Split(args.dim, size=sizes) if isinstance(sizes, int) else op.Split(args.dim, sizes=sizes)


def chunk(args: Any) -> op.Operation:
    """Chunk."""
    return op.Split(args.dim, chunks=args.chunks)
