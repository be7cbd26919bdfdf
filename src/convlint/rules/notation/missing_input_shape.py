"""The network's input is not given.

## What it does

Finds a file without `input`.

## Why it matters

Without the size of the input no size can be derived, and the rules about windows, joins and dense layers stay silent.
A file that says `input: null` says on purpose that the size is unknown; then nothing is reported.
A single unknown size is written as null as well: `input: [3, null, null]`.

## Example

```yaml
convlint: 1
layers:
  - {type: Conv2d, in_channels: 3, out_channels: 16, kernel_size: 3}
```

## Use instead

```yaml
convlint: 1
input: [3, 32, 32]
layers:
  - {type: Conv2d, in_channels: 3, out_channels: 16, kernel_size: 3}
```

## Source

Caffe, Keras and ONNX models name their inputs; a PyTorch module does not, which is why it fails at the first batch.
"""
