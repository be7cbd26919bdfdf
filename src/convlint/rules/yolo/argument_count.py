"""Too few or too many arguments.

## What it does

Finds modules with fewer arguments than their constructor needs or more than it takes, besides those that the parser
injects. An HGBlock without a kernel size is a warning where it runs: the repeats are taken for the size.

## Why it matters

The framework stops with `missing 1 required positional argument`, without a line.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, SCDown, [32, 3]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, SCDown, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""
