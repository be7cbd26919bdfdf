"""Rules about channels and groups."""
