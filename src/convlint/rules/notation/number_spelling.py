"""A number is written with underscores.

## What it does

Finds numbers such as `1_000` where a number belongs.

## Why it matters

YAML 1.1, and with it PyYAML and convlint, reads 1000. YAML 1.2 took the underscores away: newer readers, and those of
other languages, see a text.

## Example

```yaml
convlint: 1
input: [4_096]
layers:
  - {type: Linear, out_features: 10}
```

## Use instead

```yaml
convlint: 1
input: [4096]
layers:
  - {type: Linear, out_features: 10}
```

## Source

YAML 1.1, "Integer" type; YAML 1.2.2, 10.3.2, "Tag Resolution".
"""
