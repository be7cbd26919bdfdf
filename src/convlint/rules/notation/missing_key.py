"""A required key is missing.

## What it does

Finds layers without an argument that has no default, layers without `type`, a file or a group without `layers`, and a
first layer that does not say which of several inputs it reads.

## Why it matters

PyTorch refuses to build the layer: `missing 1 required positional argument: 'kernel_size'`.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
```

## Source

The signatures of `torch.nn`.
"""
