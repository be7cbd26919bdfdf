"""A channel count that equals a head's output and is left unscaled.

## What it does

Finds channel counts of YOLOv5, v7 and v9 files that equal anchors x (classes + 5): the parsers take them for a head's
output and do not scale them by the width.

## Why it matters

With 3 anchors and 123 classes a Conv of 384 channels stays 384 at every width.

## Example

```yaml
nc: 4
depth_multiple: 1.0
width_multiple: 0.5
anchors:
  - [10,13, 16,30]
backbone:
  - [-1, 1, Conv, [18, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc, anchors]]
```

## Use instead

```yaml
nc: 4
depth_multiple: 1.0
width_multiple: 0.5
anchors:
  - [10,13, 16,30]
backbone:
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc, anchors]]
```

## Source

yolov5, yolov7, yolov9, `parse_model`.
"""
