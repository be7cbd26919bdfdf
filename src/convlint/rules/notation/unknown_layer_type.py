"""A layer type that does not exist.

## What it does

Finds layer types that are neither in `torch.nn` nor among those of this format (`Add`, `Mul`, `Concat`, `Split`,
`Chunk`, `Reshape`, `Permute`, `CenterCrop`, `Subsampling`).
It names the type that was probably meant, also where Keras or Caffe call it otherwise.
A type that occurs often is reported once.

## Why it matters

What such a layer makes is unknown, and so is everything behind it: sizes are not checked until it is known again.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2D, out_channels: 16, kernel_size: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
```

## Source

The layers of `torch.nn`.
"""
