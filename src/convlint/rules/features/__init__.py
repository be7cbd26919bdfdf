"""Rules about normalisation, dense layers and attention."""
