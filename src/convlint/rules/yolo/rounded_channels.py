"""A channel count is rounded up to a multiple of 8.

## What it does

Finds output channels that, multiplied by the width, are no multiple of 8 and are rounded up.

## Why it matters

The network has other channels than the file says; numbers that are written out elsewhere no longer fit.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [30, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

3 of 7,118 rows of stock files.
"""
