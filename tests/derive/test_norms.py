"""Norms: what they count where they do not fit what arrives."""

from __future__ import annotations

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.lint import lint


@pytest.mark.parametrize(
    ("arguments", "params"),
    [("elementwise_affine: false", 0), ("elementwise_affine: true", 14), ("bias: false", 7)],
)
@pytest.mark.parametrize("width", [7, 8])
def test_layer_norms_count_what_they_were_asked_for(arguments: str, params: int, width: int) -> None:
    """Also where the last axis is 8 long, and the layer is refused."""
    layer = f"{{type: LayerNorm, normalized_shape: 7, {arguments}}}"
    result = lint(Source("net.yaml", f"convlint: 1\ninput: [3, {width}]\nlayers:\n  - {layer}\n"), selection())
    assert [found.code for found in result.findings] == ([] if width == 7 else ["CL604"])
    assert result.derivations[0].layers[0].params == params
