"""What is said of the layer under the cursor."""

from convlint.ide.hover import at as layer_at
from convlint.ide.hover import hover
from tests.ide.conftest import NATIVE, YOLO, Look, at


def test_a_row_of_the_chosen_scale(look: Look) -> None:
    found = hover(look(YOLO, chosen="s"), at(YOLO, "[128, 3"))
    assert found is not None and found.title == "model.1 (Conv), scale s"
    assert found.explanation.outputs == ["64x160x160"] and YOLO[slice(*found.span)] == "[-1, 1, Conv, [128, 3, 2]]"


def test_the_innermost_layer(look: Look) -> None:
    found = hover(look(NATIVE), at(NATIVE, "conv, type"))
    assert found is not None and found.title == "body.0.conv (Conv2d)"
    group = hover(look(NATIVE), at(NATIVE, "repeat"))
    assert group is not None and group.title == "body (group)"


def test_findings_there(look: Look) -> None:
    text = NATIVE.replace("padding: 1}\n  - name: body", "padding: 1, kernels: 7}\n  - name: body")
    found = hover(look(text), at(text, "7}"))
    assert found is not None and [one.code for one in found.findings] != []


def test_outside_of_all(look: Look) -> None:
    assert hover(look(YOLO), at(YOLO, "nc: 2")) is None and layer_at(look("a: 1\nconvlint: 1\n"), 1) is None
