"""An argument is out of the range that its layer takes.

## What it does

Checks numbers that have no bearing on sizes: probabilities of dropout layers (0 to 1), `eps` of batch normalisations
(above 0), `divisor_override` and `norm_type` of pools and `alpha` of CELU (not 0), `lambd` of Softshrink (not
negative), the bounds of RReLU and Hardtanh, and `recompute_scale_factor` beside a `size`.

## Why it matters

PyTorch refuses the layer when it is built or when the first batch comes: `dropout probability has to be between 0 and
1, but got 50`. The dropout of a MultiheadAttention is looked at in training only, and so is an `eps` of 0 where running
statistics stand in for the batch's afterwards: these are warnings.

## Example

```yaml
convlint: 1
input: [512]
layers:
  - {type: Linear, out_features: 256}
  - {type: Dropout, p: 50}
```

## Use instead

```yaml
convlint: 1
input: [512]
layers:
  - {type: Linear, out_features: 256}
  - {type: Dropout, p: 0.5}
```

## Source

PyTorch 2.13: every argument of every layer type was tried with values in and out of its range.
"""
