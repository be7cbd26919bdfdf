"""A row reads a row that does not exist, or not yet.

## What it does

Finds numbers in `from` that point at the row itself, behind it, or before the first row.
Row numbers count from 0 and run on from `backbone` into `head`; negative ones count back from the row.

## Why it matters

The framework stops with `IndexError: list index out of range`, without a line.
The usual causes are a deleted row and numbers copied from another file.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[4], 1, Detect, [nc]]
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

ultralytics, `parse_model`; ultralytics#7475, yolov7#1253.
"""
