"""`python -m convlint` is `convlint`."""

from __future__ import annotations

import os
from typing import NoReturn


def script() -> NoReturn:
    """Be the process; Ctrl-C ends it without a word, also while modules are still being imported."""
    try:
        from convlint.cli import script

        script()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    script()
