"""``torch.nn``, written once: the arguments of its layer types, how they are bound, and what the layers do.

``table`` says which arguments a type takes, in what order and of which kinds; ``lowering`` makes an operation of them;
``binding`` does both for values that a Python call would pass.  The native format reads its keys by the same table.
Compared with PyTorch 2.13.0.
"""
