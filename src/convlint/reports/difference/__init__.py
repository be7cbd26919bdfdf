"""``convlint diff``: what changed between two networks, in four output formats."""
