"""Rules about maps that are put together."""
