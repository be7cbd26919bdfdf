"""A transposed convolution has a padding word, or a padding mode other than zeros.

## What it does

Finds `padding: same`, `padding: valid` and any `padding_mode` but `zeros` on transposed convolutions.

## Why it matters

PyTorch refuses all of them: 'Only "zeros" padding mode is supported for ConvTranspose2d'. Here `padding` does not add
cells but takes them away from the output, so there is nothing to reflect.

## Example

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: same}
```

## Use instead

```yaml
convlint: 1
input: [64, 16, 16]
layers:
  - {type: ConvTranspose2d, out_channels: 32, kernel_size: 4, stride: 2, padding: 1}
```

## Source

PyTorch, `torch.nn.ConvTranspose2d`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.derive import Derivation, Irregularity
from convlint.findings import Diagnostic
from convlint.model.operations import TransposedConvolution
from convlint.rules import advice
from convlint.rules.wording import field_labels, finding, per_axis

if TYPE_CHECKING:
    from convlint.derive.irregularities import TransposedPaddingMode


def word(irregularity: Irregularity[TransposedPaddingMode], derivation: Derivation) -> Diagnostic:
    """For `same` the padding that multiplies the size by the stride."""
    at = irregularity.at
    word, mode = irregularity.numbers["word"], irregularity.numbers["mode"]
    operation = at.layer.operation
    assert isinstance(operation, TransposedConvolution)
    place = at.layer.place
    if word is None:
        found = finding(
            irregularity, f"a transposed convolution has no padding_mode {mode}, only zeros", "padding_mode"
        )
        left_out = advice.named(place, "padding_mode")
        found.help = f"leave {left_out} out; to reflect the edges, resize and convolve instead"
        return found
    found = finding(irregularity, f"a transposed convolution has no padding `{word}`, only numbers", "padding")
    found.labels = field_labels(at.layer, kernel_size="", stride="")
    if word == "valid":
        none = advice.spelt(place, padding=0)
        found.notes = [f"derived: `valid` means {none}"]
        found.help = f"write {none}"
        if mode == "zeros":
            found.fixes = advice.fix(place, True, padding=0)
        return found
    # The size times the stride: K - s = 2p - output_padding.
    paddings, extras = [], []
    for kernel, stride, dilation in zip(operation.kernel_size, operation.stride, operation.dilation, strict=True):
        spare = dilation * (kernel - 1) + 1 - stride
        paddings.append(max(0, -(-spare // 2)))
        extras.append(2 * paddings[-1] - spare)
    if any(
        extra < 0 or extra >= max(pair)
        for extra, *pair in zip(extras, operation.stride, operation.dilation, strict=True)
    ):
        found.help = "write the padding as a number"
        return found
    found.notes = ["derived: for the size times the stride, 2*padding - output_padding is the kernel minus the stride"]
    arguments = {"padding": advice.on_axes(paddings)}
    if any(extras) or any(operation.output_padding):
        arguments["output_padding"] = advice.on_axes(extras)
    written = advice.spelt(place, **arguments)
    found.help = f"write {written}: it multiplies the size by {per_axis(operation.stride)}"
    return found
