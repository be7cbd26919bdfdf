"""The head reads a Concat or an Upsample.

## What it does

Finds levels of a detection head that are put together or enlarged and not yet convolved.

## Why it matters

It happens when row numbers are off by one: the block that should be read is computed for nobody.
No stock file does it.

## Example

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, C2f, [32]]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, C2f, [64]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, C2f, [32]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [[-1, 4], 1, Concat, [1]]
  - [-1, 1, C2f, [64]]
  - [[6, 10], 1, Detect, [nc]]
```

## Use instead

```yaml
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, C2f, [32]]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, C2f, [64]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, C2f, [32]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [[-1, 4], 1, Concat, [1]]
  - [-1, 1, C2f, [64]]
  - [[7, 10], 1, Detect, [nc]]
```

## Source

0 of 143 stock files; 62 of 62 files with an inserted row.
"""
