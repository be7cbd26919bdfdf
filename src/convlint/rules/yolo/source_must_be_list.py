"""One source where a list of rows is read.

## What it does

Finds a single number in `from` of a Concat, a head, a CBFuse or another module that reads a list of maps.

## Why it matters

The framework stops with `'int' object is not iterable`.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [1, 1, Detect, [nc]]
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
