"""convlint checks files that describe convolutional networks."""

__version__ = "0.1.0"
