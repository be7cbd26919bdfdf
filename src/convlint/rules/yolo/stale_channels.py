"""A module records the channels of the row before.

## What it does

Finds AIFI and nn.BatchNorm2d that read another row than the one before, with other channels.

## Why it matters

For these two the parser records the output channels of the previous row, whatever they read. Later rows are built for
channels that never arrive.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 1]]
  - [0, 1, AIFI, [64, 8]]
  - [[-1, 1], 1, Concat, [1]]
head:
  - [-1, 1, C2f, [32]]
  - [[-1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, AIFI, [64, 8]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""
