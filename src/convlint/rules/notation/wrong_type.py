"""A value of the wrong kind, or one that YAML reads as something else.

## What it does

Finds values that are not what their key wants, and says what YAML made of them: `012` is the octal number 10, `1:30`
is the base-60 number 90, `yes` is true, `1e3` and `3x3` are text, `4.0` is no integer, and neither is `"64"`.
Of a list it points at the item.

## Why it matters

YAML 1.1, which PyYAML reads, has surprises that no framework explains: a kernel of `012` is a kernel of 10.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 012, kernel_size: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 12, kernel_size: 3}
```

## Source

YAML 1.1, "Integer", "Boolean" and "Float" language-independent types.
"""
