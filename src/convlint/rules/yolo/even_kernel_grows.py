"""An even kernel whose automatic padding adds a row.

## What it does

Finds convolutions with an even kernel, stride 2 or more and no padding written: half the kernel is padded on both
sides, one cell more than halves the size.

## Why it matters

64 becomes 33, and a later Concat with a map of 32 fails.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 4, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 4, 2, 1]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""
