"""The anchors do not fit the levels of the head.

## What it does

Finds heads with anchors (YOLOv5, YOLOv7) whose number of sources is not the number of rows of `anchors`, rows of
different or odd length, and missing anchors.

## Why it matters

The framework stops with `The size of tensor a (3) must match the size of tensor b (4)`, far from the cause.

## Example

```yaml
nc: 4
depth_multiple: 1.0
width_multiple: 1.0
anchors:
  - [10,13, 16,30]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[0, 1], 1, Detect, [nc, anchors]]
```

## Use instead

```yaml
nc: 4
depth_multiple: 1.0
width_multiple: 1.0
anchors:
  - [10,13, 16,30]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc, anchors]]
```

## Source

yolov5#82.
"""
