"""A head reads another number of maps than it needs.

## What it does

Finds heads with no source, IAuxDetect and Dual heads whose sources are not two for each level, Triple heads whose
sources are not three, YOLOE heads with other than three.

## Why it matters

The framework stops with `index 0 is out of range`, or never gives a result.

## Example

```yaml
nc: 4
depth_multiple: 1.0
width_multiple: 1.0
anchors: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[0, 1, 1], 1, DualDDetect, [nc]]
```

## Use instead

```yaml
nc: 4
depth_multiple: 1.0
width_multiple: 1.0
anchors: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[0, 1, 0, 1], 1, DualDDetect, [nc]]
```

## Source

yolov7, yolov9.
"""
