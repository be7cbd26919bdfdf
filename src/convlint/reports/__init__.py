"""How findings and networks are printed: one module an output format."""
