"""Two layers have the same name.

## What it does

Finds a name that is used twice at the top level of a file or inside one group, and layers called like an input.
Inside a group a name of the outside may be used again: the inner one is meant there.

## Why it matters

`from: conv1` must mean one layer. In PyTorch the second `self.conv1` silently replaces the first; Keras refuses.

## Example

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv2, type: Conv2d, out_channels: 16, kernel_size: 3}
```

## Source

Keras: `The name "conv1" is used 2 times in the model`; Caffe: "Top blob produced by multiple sources".
"""
