"""A block adds its input to other channels.

## What it does

Finds blocks that add what they read to what they make and are asked for another number of channels: C2PSA, C2fPSA,
PSA, residual A2C2f, GhostBottleneck without a stride, Shortcut.

## Why it matters

The framework stops with a bare AssertionError, or in its first forward pass. The channels are compared after scaling:
a file may be right at one scale and wrong at another.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, C2PSA, [32]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, C2PSA, [16]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""
