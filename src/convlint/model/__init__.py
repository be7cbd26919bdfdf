"""The network that every format becomes: operations, layers, claims, and the arithmetic of one window."""
