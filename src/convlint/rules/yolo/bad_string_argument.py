"""Text among the arguments that is no value.

## What it does

Finds text that is neither a literal nor a plain word (`12O`, a missing comma as in `64 3`), text that captures a
variable of the parser by accident, and an `activation` that is no call of a module.

## Why it matters

The framework stops with `invalid syntax (<unknown>, line 1)`, or computes with a variable that nobody meant.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32 3, 2]]
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
