"""A key that the format does not know.

## What it does

Finds keys that are no argument of their layer, and no key of a group, of `expect` or of the file.
Argument names are those of `torch.nn`; the key that was probably meant is named.
A misspelt key counts as the one that is meant, so it is the only finding.
At the top level keys that begin with `x-` are your own, for instance to hold anchors.

## Why it matters

An argument that nobody reads leaves the default in force: `paddng: 1` is a convolution without padding.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, paddng: 1}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
```

## Source

PyTorch: `unexpected keyword argument`; Darknet only prints "Unused field" and goes on.
"""
