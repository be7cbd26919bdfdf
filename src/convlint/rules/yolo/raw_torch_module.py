"""A torch.nn module whose output channels are not recorded.

## What it does

Finds `nn.Conv2d` and other modules of `torch.nn` that can change the number of channels, in a dialect whose parser
passes them through.

## Why it matters

The parser uses their arguments as they stand and records the output channels as unchanged.
It works as long as the channels do not change, at one scale.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, nn.Conv2d, [16, 16, 3, 2, 1]]
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

ultralytics, `parse_model`.
"""
