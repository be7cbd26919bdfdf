"""A key without which there is no model.

## What it does

Finds files without `backbone`, `head`, `nc`, or with something else there than a list of rows; in YOLOv5, v7 and v9
also without the two multiples.

## Why it matters

The framework stops with `KeyError: 'head'`, or with `unsupported operand type(s) for +: 'NoneType' and 'int'`.

## Example

```yaml
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
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

ultralytics, `parse_model`; ultralytics#21132.
"""
