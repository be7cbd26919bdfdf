"""A comment suppresses a finding that is not there.

## What it does

Finds `# convlint: ignore[...]` where the rule finds nothing on that line, and `ignore-file[...]` where it finds nothing
in the file. It is silent while an earlier error may be what keeps the rule quiet, and for rules that are off.

## Why it matters

The reason is gone, but the comment stays and will hide the next mistake on that line.

## Example

```yaml
convlint: 1
input: [3, 227, 227]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}  # convlint: ignore[CL103] as in the paper
```

## Use instead

```yaml
convlint: 1
input: [3, 227, 227]
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 11, stride: 4}
```

## Source

ESLint's `--report-unused-disable-directives`, Ruff's `unused-noqa`.
"""
