"""Input channels are written out, and others arrive.

## What it does

Finds a ResNetLayer whose first argument is not the channel count of the row that it reads, and a declared module whose
channel argument differs from what arrives.

## Why it matters

These modules are built from the number as written. RT-DETR and classification models are not run when they are built,
so the mistake shows at first use only.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, ResNetLayer, [3, 64, 1, True, 1]]
  - [-1, 1, ResNetLayer, [32, 64, 1, False, 3]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, ResNetLayer, [3, 64, 1, True, 1]]
  - [-1, 1, ResNetLayer, [64, 64, 1, False, 3]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics, `parse_model`.
"""
