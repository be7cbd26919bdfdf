"""Input channels are written although they are injected.

## What it does

Finds convolutions whose second argument looks like a channel count: the parser injects the input channels, so the
second argument is the kernel size.

## Why it matters

`Conv, [16, 32, 3, 2]` is a convolution to 16 channels with a kernel of 32 x 32, stride 3 and padding 2
(ultralytics#5012).

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [16, 33, 3]]
head:
  - [[1], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [16, 3, 2]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

ultralytics#5012.
"""
