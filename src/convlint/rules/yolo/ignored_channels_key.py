"""A key for the input channels is ignored.

## What it does

Finds `ch` and, in a detection model, `channels`: ultralytics builds for the channels that its caller gives.

## Why it matters

The network is built for 3 channels, whatever is written (ultralytics#18229).

## Example

```yaml
nc: 4
ch: 6
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
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

ultralytics#18229.
"""
