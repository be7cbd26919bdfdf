"""A comment to convlint that cannot be understood.

## What it does

Finds comments that begin with `# convlint:` and name an unknown rule, no rule, or no known instruction.
There are two: `ignore[...]` for a line and `ignore-file[...]` for the whole file.

## Why it matters

Such a comment suppresses nothing, or not what its author thinks.
A bare `ignore` is not accepted: it would hide mistakes that are made later.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}  # convlint: ignore[CL1O3]
```

## Use instead

```yaml
convlint: 1
input: [3, 224, 224]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}  # convlint: ignore[CL103] as in the paper
```

## Source

Ruff's `invalid-rule-code`; mypy's `ignore-without-code`.
"""
