"""A channel count that the width does not scale.

## What it does

Finds a declared module whose channel argument equals the channels as they are written, not as the width scales them.

## Why it matters

Only the modules of the parser's own table are scaled. A module of your own gets its arguments as they stand:
`[512]` is right at one scale and wrong at all others (ultralytics#20707).

## Example

```yaml
# convlint: module CBAM(c1)
nc: 4
scales:
  n: [0.5, 0.5, 1024]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, CBAM, [32]]
head:
  - [[2], 1, Detect, [nc]]
```

## Use instead

```yaml
# convlint: module CBAM(c1)
nc: 4
scales:
  n: [0.5, 0.5, 1024]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, CBAM, [16]]
head:
  - [[2], 1, Detect, [nc]]
```

## Source

ultralytics#20707.
"""
