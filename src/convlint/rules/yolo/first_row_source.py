"""The first row reads anything but the image.

## What it does

Finds a row 0 whose `from` is not -1: there is no row that it could read.

## Why it matters

The framework stops with `ZeroDivisionError: integer modulo by zero`.

## Example

```yaml
nc: 4
backbone:
  - [0, 1, Conv, [16, 3, 2]]
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

ultralytics, `parse_model`.
"""
