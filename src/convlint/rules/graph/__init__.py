"""Rules about how layers hang together."""
