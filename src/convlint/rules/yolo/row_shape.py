"""A row is not [from, repeats, module, args].

## What it does

Finds rows with another number of items than four, and items of the wrong kind: repeats that are text, arguments that
are no list, sources that are no row numbers.

## Why it matters

The framework stops with `not enough values to unpack (expected 4, got 3)`, without a line.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, Conv, [32, 3, 2]]
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
