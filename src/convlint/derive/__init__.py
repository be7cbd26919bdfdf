"""Everything that follows from a network: shapes, kernels, parameters, MACs, receptive fields, irregularities.

Deriving is total: it never raises on a bad network and never judges.  What cannot be, or is worth knowing, is recorded
as an ``Irregularity`` whose kind is the name of the one rule that puts it into words.
"""

from convlint.derive.state import Derivation, Derived, Irregularity, Map
from convlint.derive.walk import derive

__all__ = ["Derivation", "Derived", "Irregularity", "Map", "derive"]
