"""Rules about counts: kernels, parameters, MACs."""
