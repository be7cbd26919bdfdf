"""The text is not YAML, or not UTF-8.

## What it does

Finds a file that cannot be read: a YAML or JSON error, bytes that are not UTF-8, control characters.
libyaml decides, as it does for PyYAML; the sentence says what stands there and what was expected.

## Why it matters

Nothing in the file can be used, and everything else is silent until it can be read.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3
  - {type: ReLU}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: ReLU}
```

## Source

YAML 1.1, as PyYAML and libyaml read it.
"""
