"""The last row is no head.

## What it does

Finds files whose last row is neither a detection, segmentation, pose, depth nor classification head.

## Why it matters

ultralytics tells the task of a model from its last row: loading fails with `NotImplementedError`.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [-1, 1, C2f, [32]]
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

ultralytics, `guess_model_task`.
"""
