"""A key is written twice in one mapping.

## What it does

Finds a key that occurs twice in the same mapping. What a merge (`<<: *defaults`) brings along does not count: it is
there to be overridden.

## Why it matters

YAML forbids it, but PyYAML and most other readers keep the last value without a word.
The first, which somebody wrote and may have tuned for weeks, does nothing.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - type: Conv2d
    out_channels: 16
    kernel_size: 3
    stride: 2
    padding: 1
    stride: 1
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - type: Conv2d
    out_channels: 16
    kernel_size: 3
    stride: 2
    padding: 1
```

## Source

YAML 1.2, 3.2.1.3; yaml/pyyaml#41 and #165; rbgirshick/yacs#17.
"""
