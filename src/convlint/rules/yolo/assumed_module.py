"""A module whose output is assumed to equal its input.

## What it does

Names modules of `torch.nn` whose effect convlint does not know, and modules that are declared `opaque`: their output
is assumed to have the shape of their input.

## Why it matters

Nothing is said about what rests on the assumption, so something may be missed.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, nn.LPPool2d, [2, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, nn.MaxPool2d, [2, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

convlint's own limits.
"""
