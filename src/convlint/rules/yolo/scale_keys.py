"""A scale is missing or is not [depth, width, max_channels].

## What it does

Finds entries of `scales` with another number of values or values that are no numbers, and a scale that the file name
or the command line asks for and the file has not.

## Why it matters

The framework stops with `KeyError: 's'` or in the middle of building.

## Example

```yaml
nc: 4
scales:
  n: [0.5, 1.0]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
scales:
  n: [0.5, 1.0, 1024]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""
