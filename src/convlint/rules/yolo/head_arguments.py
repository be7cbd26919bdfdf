"""Arguments that a head does not take.

## What it does

Finds heads with too few or too many arguments, YOLOv5's `[nc, anchors]` on an anchor-free head, and values that a head
cannot work with.

## Why it matters

Further arguments are appended by the parser, so their number must be exact: the framework stops with
`takes from 1 to 5 positional arguments but 6 were given`.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc, anchors]]
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

ultralytics, `parse_model`; yolov5#12640.
"""
