"""A comment names another row number than the row's.

## What it does

Compares comments such as `# 9` or `# 9-P5/32` behind a row with the number of that row.

## Why it matters

In 1,927 such comments of stock files none is wrong, so a mismatch nearly always marks an edit.
The numbers in `from` usually need the same correction, and nothing else tells that they do.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, Conv, [32, 3, 2]] # 3-P2/4
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, Conv, [32, 3, 2]] # 1-P2/4
head:
  - [[1], 1, Detect, [nc]]
```

## Source

A census of the model files of ultralytics, YOLOv5, YOLOv7 and YOLOv9.
"""
