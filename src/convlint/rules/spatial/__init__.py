"""Rules about sizes and windows."""
