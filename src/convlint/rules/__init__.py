"""The rules about networks: they put into words what deriving found, and never compute.

``judge`` imports the module of a rule only when there is something for it to say, so a rule that is off, or that has
nothing to say, costs nothing.  A module of a rule offers one of

* ``word(irregularity, derivation) -> Diagnostic | None`` (rules named after an irregularity),
* ``check(derivation) -> Iterable[Diagnostic]`` (rules about a whole network and rules about claims).
"""

from __future__ import annotations

from importlib import import_module

from convlint.catalogue import BY_NAME, RULES, Sort
from convlint.derive import Derivation
from convlint.diagnostic import Diagnostic

_NETWORK_RULES = [rule for rule in RULES if rule.sort is Sort.NETWORK]
#: The rule that compares each kind of claim.
CLAIM_RULES = {
    "kernels_2d": "kernel-count-mismatch",
    "kernels_3d": "filter-count-mismatch",
    "weight": "weight-shape-mismatch",
    "params": "parameter-count-mismatch",
    "macs": "mac-count-mismatch",
    "output": "declared-shape",
    "receptive_field": "receptive-field-mismatch",
}
