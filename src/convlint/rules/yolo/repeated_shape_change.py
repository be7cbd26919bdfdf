"""Repeats of a module that changes its channels.

## What it does

Finds a repeat count above 1 (after scaling by the depth) on a module that does not repeat inside and whose output is
not what it reads: a convolution from 16 to 32 channels, a Concat, a head.

## Why it matters

The copies are put in a row, all built for the same input. The second one gets the output of the first.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 3, Conv, [32, 3, 2]]
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

ultralytics, `parse_model`.
"""
