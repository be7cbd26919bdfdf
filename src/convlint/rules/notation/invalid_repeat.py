"""A group is repeated less than once.

## What it does

Finds a `repeat` of 0 or below.

## Why it matters

A group that is not there still has a name that other layers may read.
Delete the group, or comment it out, if it is not wanted.

## Example

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - name: stage1
    repeat: 0
    layers:
      - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
```

## Use instead

```yaml
convlint: 1
input: [16, 32, 32]
layers:
  - name: stage1
    repeat: 1
    layers:
      - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
```

## Source

This format.
"""
