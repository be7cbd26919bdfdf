"""A row was inserted or deleted, and the row numbers behind it were not renumbered.

## What it does

Finds files whose row numbers are odd as they stand (rows that nobody reads, a head that reads a Concat, numbers that
do not exist) and make sense again if one row, or two, had not been inserted or deleted.
The fix writes the renumbered sources.

## Why it matters

It is the commonest mistake in these files, and the framework says nothing: one row inserted in the backbone without
renumbering built without an error in 62 of 62 tries.
The head then reads the wrong layers, and the last block is computed for nobody.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, C2f, [32]]
  - [-1, 1, nn.Identity, []]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, C2f, [64]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, C2f, [32]]
  - [[7, 4], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, C2f, [32]]
  - [-1, 1, nn.Identity, []]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, C2f, [64]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, C2f, [32]]
  - [[8, 5], 1, Detect, [nc]]
```

## Source

Measured with ultralytics 8.4.190; ultralytics#18606, #13284.
"""
