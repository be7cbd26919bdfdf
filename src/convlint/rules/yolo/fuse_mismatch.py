"""Parts of CBLinear that CBFuse cannot add.

## What it does

Finds a CBFuse whose chosen part does not exist or has other channels than the map that it is added to, and rows that
read the list that a CBLinear or a head makes.

## Why it matters

The channels of CBLinear are not scaled by the width: after a change of `width_multiple` the framework stops with
`stack expects each tensor to be equal size`.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, nn.Identity, []]
  - [0, 1, Conv, [16, 3, 2]]
  - [-1, 1, CBLinear, [[24]]]
  - [0, 1, Conv, [16, 3, 2]]
  - [[2, -1], 1, CBFuse, [[0]]]
head:
  - [[4], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, nn.Identity, []]
  - [0, 1, Conv, [16, 3, 2]]
  - [-1, 1, CBLinear, [[16]]]
  - [0, 1, Conv, [16, 3, 2]]
  - [[2, -1], 1, CBFuse, [[0]]]
head:
  - [[4], 1, Detect, [nc]]
```

## Source

yolov9#183.
"""
