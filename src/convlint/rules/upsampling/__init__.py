"""Rules about making maps larger."""
