"""For which input sizes a network runs: every layer derived for all sizes of an axis at once."""
