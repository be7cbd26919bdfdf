"""What every test may ask for."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository: measured networks and other people's model files."""
    if not SHARED.is_dir():
        pytest.skip("no folder of reference data beside the repository")
    return SHARED
