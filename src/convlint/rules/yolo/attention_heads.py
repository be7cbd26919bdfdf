"""Attention heads do not divide the channels.

## What it does

Finds attention whose number of heads, given or derived from the channels, does not divide the (hidden) channels:
C2PSA, PSA, C3k2 with attention, C2fAttn, AIFI, RTDETRDecoder.

## Why it matters

C2PSA has one head for every 64 hidden channels. At many widths that does not come out: the framework stops with
`shape '[1, 3, 137, 64]' is invalid for input of size 26368`.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [208, 3, 2]]
  - [-1, 1, C2PSA, [208]]
  - [-1, 1, C2PSA, [208, 1.0]]
head:
  - [[2], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [256, 3, 2]]
  - [-1, 1, C2PSA, [256]]
head:
  - [[1], 1, Detect, [nc]]
```

## Source

145 of 145 widths predicted.
"""
