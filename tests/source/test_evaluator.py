"""What the evaluator makes of Python and torch as people write them in modules of their own."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from convlint.source import modules
from convlint.source.evaluator import Run
from convlint.source.networks import tensors_in
from convlint.source.repository import Repository
from convlint.source.trace import Trace
from convlint.source.values import Instance, Raised, Tensor, Unknown

HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F
"""


def shapes_of(value: Any) -> Any:
    """The shapes of what was made without the batch axis: one, or a list where a list came out."""
    shapes = [None if one.shape is None else one.shape[1:] for one in tensors_in(value)]
    return shapes if isinstance(value, list | tuple) else shapes[0] if shapes else None


class Code:
    """A repository whose ``models/yolo.py`` is some text."""

    def __init__(self, folder: Path, text: str) -> None:
        (folder / "models").mkdir()
        (folder / "models" / "yolo.py").write_text(HEAD + dedent(text), encoding="utf-8")
        self.run = Run(Repository(folder, "models.yolo"))

    def call(self, name: str, *arguments: Any) -> Any:
        """What a call of a function or class of the text gives."""
        file = self.run.repository.file("models.yolo")
        assert file is not None
        return self.run.call(self.run.global_name(file, name), list(arguments), {})

    def made(self, *arguments: Any) -> Instance:
        """The module ``M``."""
        made = self.call("M", *arguments)
        assert isinstance(made, Instance)
        return made

    def shape(self, *shape: int) -> Any:
        """What the module ``M`` makes of a tensor of a shape with its batch axis, without that axis."""
        tensor = Tensor(shape)
        self.run.trace = Trace([tensor])
        made = self.run.call(self.made(), [tensor], {})
        return made if isinstance(made, Unknown) else shapes_of(made)


@pytest.fixture
def code(tmp_path: Path) -> Any:
    return lambda text: Code(tmp_path, text)


def names(instance: Instance) -> dict[str, Any]:
    return {name: tensor.shape for name, tensor in modules.parameters(instance)}


# Texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'k{}_{}'.format(5, 1)", "k5_1"),
        ("'{1}-{0}-{name}'.format('a', 'b', name=3)", "b-a-3"),
        ("'{:>3}|{:.2f}|{!r}'.format(7, 1.5, 'x')", "  7|1.50|'x'"),
        ("'{{}}'.format()", "{}"),
    ],
)
def test_a_text_is_formatted_as_python_does(code: Any, expression: str, value: str) -> None:
    assert code(f"def value(): return {expression}").call("value") == value == eval(expression)


@pytest.mark.parametrize("expression", ["'{} {}'.format(1)", "'{'.format(1)"])
def test_a_text_that_cannot_be_formatted_raises_as_python_does(code: Any, expression: str) -> None:
    with pytest.raises((IndexError, ValueError)) as python:
        eval(expression)
    with pytest.raises(Raised) as ours:
        code(f"def value(): return {expression}").call("value")
    assert ours.value.kind is python.type


@pytest.mark.parametrize("expression", ["'{}'.format(input())", "'{0.real}'.format(1)", "'{:{}}'.format(1, 5)"])
def test_a_text_of_what_is_not_known_is_unknown(code: Any, expression: str) -> None:
    assert isinstance(code(f"def value(): return {expression}").call("value"), Unknown)


# Modules inside modules -----------------------------------------------------------------------------------------


def test_modules_set_under_formatted_names_have_their_parameters(code: Any) -> None:
    text = """
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            for k in (3, 5):
                self.__setattr__('branch_{}'.format(k), nn.Conv2d(4, 4, k, padding=k // 2, bias=False))

        def forward(self, x):
            for k in (3, 5):
                x = x + self.__getattr__('branch_{}'.format(k))(x)
            return x
    """
    made = code(text)
    assert names(made.made()) == {"branch_3.weight": (4, 4, 3, 3), "branch_5.weight": (4, 4, 5, 5)}
    assert made.shape(1, 4, 8, 8) == (4, 8, 8)


@pytest.mark.parametrize("name", ["register_parameter", "add_module"])
def test_what_is_registered_under_an_unknown_name_leaves_the_parameters_unknown(code: Any, name: str) -> None:
    text = """
    class M(nn.Module):
        def __init__(self, name):
            super().__init__()
            self.{0}(name, {1})
    """
    value = "nn.Parameter(torch.zeros(3))" if name == "register_parameter" else "nn.Linear(2, 3, bias=False)"
    made = code(text.format(name, value))
    assert modules.parameter_count(made.made("known")) == (3 if name == "register_parameter" else 6)
    assert modules.parameter_count(made.made(Unknown("a name"))) is None


def test_a_field_of_which_nothing_is_known_may_be_a_module(code: Any) -> None:
    text = """
    import os

    class M(nn.Module):
        def __init__(self, known):
            super().__init__()
            self.a = nn.Linear(2, 3, bias=False)
            self.b = make() if known is None else 7

    def make():
        if 'FAST' in os.environ:
            return nn.Linear(2, 2)
        return nn.Linear(2, 4)
    """
    made = code(text)
    assert modules.parameter_count(made.made(1)) == 6
    assert modules.parameter_count(made.made(None)) is None


@pytest.mark.parametrize("access", ["self.m[1]", "self.m.__getitem__(1)", "list(self.m.__iter__())[1]"])
def test_an_item_of_a_list_of_modules_is_read_in_every_way(code: Any, access: str) -> None:
    text = """
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.m = nn.ModuleList([nn.Conv2d(3, 4, 1), nn.Conv2d(3, 8, 1)])

        def forward(self, x):
            return {}(x)
    """
    assert code(text.format(access)).shape(1, 3, 8, 8) == (8, 8, 8)


def test_an_item_that_a_list_of_modules_does_not_have_raises(code: Any) -> None:
    text = """
    class M(nn.Module):
        def forward(self, x):
            return nn.ModuleList([nn.Identity()]).__getitem__(1)(x)
    """
    with pytest.raises(Raised, match="out of range"):
        code(text).shape(1, 3, 8, 8)


@pytest.mark.parametrize("name", ["register_backward_hook", "register_full_backward_hook", "register_forward_hook"])
def test_hooks_are_taken_and_change_nothing(code: Any, name: str) -> None:
    text = """
    class M(nn.Conv2d):
        def __init__(self):
            super().__init__(3, 4, 3)
            self.{}(lambda *given: None)
    """
    assert code(text.format(name)).shape(1, 3, 8, 8) == (4, 6, 6)


# Layers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "made"),
    [("", (4, 7, 7)), (", output_size=(8, 8)", (4, 8, 8)), (", x.size()", (4, 8, 8)), (", [9, 9]", (4, 9, 9))],
)
def test_a_transposed_convolution_makes_the_sizes_that_it_is_asked_for(
    code: Any, size: str, made: tuple[int, ...]
) -> None:
    text = """
    class M(nn.Module):
        def forward(self, x):
            return nn.ConvTranspose2d(4, 4, 3, 2, 1)(nn.Conv2d(3, 4, 3, 2, 1)(x){})
    """
    assert code(text.format(size)).shape(1, 3, 8, 8) == made


def test_an_embedding_has_a_row_for_every_index(code: Any) -> None:
    text = """
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.rows = nn.Embedding(10, 6)

        def forward(self, x):
            return x + self.rows(torch.arange(5)).sum() if x.shape[1] == 2 else self.rows(x)
    """
    made = code(text)
    assert names(made.made()) == {"rows.weight": (10, 6)}
    assert made.shape(1, 3) == (3, 6)
    assert made.shape(1, 2) == (2,)


def test_a_synchronised_norm_is_a_batch_norm(code: Any) -> None:
    text = """
    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.SyncBatchNorm(4)

        def forward(self, x):
            return self.norm(x) if isinstance(self.norm, nn.SyncBatchNorm) else x.mean()
    """
    made = code(text)
    assert names(made.made()) == {"norm.weight": (4,), "norm.bias": (4,)}
    assert made.shape(1, 4, 8, 8) == (4, 8, 8)


# Helpers from elsewhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "divisor", "made"), [(63.2, 8, 64), (64, 8, 64), (1, 8, 8)])
def test_ultralytics_rounds_channels_up(code: Any, value: float, divisor: int, made: int) -> None:
    text = """
    from ultralytics.utils.ops import make_divisible

    def value(x, divisor): return make_divisible(x, divisor)
    """
    run = code(text)
    assert run.call("value", value, divisor) == made
    assert isinstance(run.call("value", Unknown("a width"), divisor), Unknown)


@pytest.mark.parametrize(
    ("cls", "of"),
    [
        ("numbers.Integral", {3}),
        ("numbers.Number", {3, 0.5}),
        ("collections.abc.Iterable", {(1, 2), "text"}),
        ("collections.abc.Sequence", {(1, 2), "text"}),
        ("collections.abc.Mapping", set()),
        ("np.ndarray", set()),
    ],
)
def test_plain_values_are_of_abstract_classes_as_in_python(code: Any, cls: str, of: set[Any]) -> None:
    text = """
    import collections.abc
    import numbers
    import numpy as np

    def value(x): return isinstance(x, {})
    """
    run = code(text.format(cls))
    values = (3, 0.5, (1, 2), "text", None)
    assert {one for one in values if run.call("value", one) is True} == of
    assert all(run.call("value", one) is False for one in values if one not in of)


def test_what_is_of_an_abstract_class_that_is_not_known_is_unknown(code: Any) -> None:
    text = """
    import collections.abc

    def value(x): return isinstance(x, collections.abc.Buffer)
    """
    assert isinstance(code(text).call("value", "text"), Unknown)


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("if x.dtype == torch.float16:\n    x = x.float()\nreturn x", (3, 8, 8)),
        ("if x.dtype != self.weight.dtype:\n    y = torch.zeros_like(x)\n    x = x + y\nreturn x", (3, 8, 8)),
        ("if x.dtype == torch.float16:\n    x = F.relu(x)\nelse:\n    x = x.sigmoid()\nreturn x", (3, 8, 8)),
        ("if x.dtype == torch.float16:\n    k = 2\nelse:\n    k = 2\nreturn x[:, :k]", (2, 8, 8)),
        ("if x.dtype == torch.float16:\n    k = 1\nelse:\n    k = 2\nreturn x[:, :k]", (None, 8, 8)),
        ("if x.dtype == torch.float16:\n    x = x.mean(1, keepdim=True)\nreturn x", None),
        ("y = x\nif x.dtype == torch.float16:\n    x = x.view(1, 5)\nreturn x", None),
    ],
)
def test_a_condition_that_is_not_known_and_changes_no_size(code: Any, body: str, made: Any) -> None:
    """What both ways leave alike is known behind them."""
    lines = body.replace("\n", "\n" + " " * 8)
    source = f"""
class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))

    def forward(self, x):
        {lines}
"""
    found = code(source).shape(1, 3, 8, 8)
    assert (None if isinstance(found, Unknown) else found) == made


def test_of_two_ways_one_is_in_the_trace(code: Any) -> None:
    made = code(
        """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.one, self.two = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3, padding=1)

            def forward(self, x):
                if x.dtype == torch.float16:
                    y = F.relu(self.one(x))
                else:
                    y = self.two(x)
                return y.sigmoid()
        """
    )
    assert made.shape(1, 3, 8, 8) == (4, 8, 8)
    assert [layer.type for layer in made.run.trace.layers] == ["Conv2d", "sigmoid"]
    assert made.run.trace.layers[0].operation.kernel_size == (3, 3)
    assert [layer.inputs for layer in made.run.trace.layers] == [((1, 0),), ((2, 0),)]


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer_of_no_features_is_made_and_run(code: Any, bias: bool) -> None:
    """A reduction of few channels may come to none: torch runs that."""
    found = code(
        f"""
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.down, self.up = nn.Linear(8, 8 // 16, bias={bias}), nn.Linear(0, 8)

            def forward(self, x):
                return self.up(F.relu(self.down(x)))
        """
    )
    assert found.shape(1, 5, 8) == (5, 8)
    shapes = {name: one.shape for name, one in modules.parameters(found.made())}
    down = {"down.weight": (0, 8), "down.bias": (0,)} if bias else {"down.weight": (0, 8)}
    assert shapes == {**down, "up.weight": (8, 0), "up.bias": (8,)}


@pytest.mark.parametrize("leave", ["exit(0)", "quit(0)", "sys.exit(0)"])
def test_code_that_leaves_the_program_raises(code: Any, leave: str) -> None:
    with pytest.raises(Raised, match="0") as raised:
        code(f"import sys\ndef made():\n    try:\n        {leave}\n    except Exception:\n        return 1").call(
            "made"
        )
    assert raised.value.words == "SystemExit: 0"


@pytest.mark.parametrize("size", ["np.array([h // 2, w // 4])", "torch.tensor([h // 2, w // 4])", "np.array([4, 2])"])
def test_a_pool_takes_sizes_as_an_array(code: Any, size: str) -> None:
    found = code(
        f"""
        import numpy as np

        class M(nn.Module):
            def forward(self, x):
                b, c, h, w = x.shape
                return F.adaptive_avg_pool2d(x, {size})
        """
    )
    assert found.shape(1, 3, 8, 8) == (3, 4, 2)


RECORDS = """
from dataclasses import dataclass, field
import dataclasses
from typing import ClassVar, List

@dataclass
class Config:
    d_model: int
    expand: int = 2
    widths: List[int] = field(default_factory=list)
    kind: ClassVar[int] = 7
    bias: bool = dataclasses.field(default=False, repr=False)

    def __post_init__(self):
        self.inner = self.d_model * self.expand

@dataclasses.dataclass(frozen=True)
class More(Config):
    heads: int = 4

def made(*given, **words):
    one = More(*given, **words)
    one.widths.append(3)
    return one.d_model, one.expand, one.widths, one.bias, one.heads, one.inner, one.kind
"""


def test_data_classes(code: Any) -> None:
    found = code(RECORDS)
    assert found.call("made", 8) == found.call("made", 8) == (8, 2, [3], False, 4, 16, 7)
    assert found.call("made", 8, 3, [1], True, 2) == (8, 3, [1, 3], True, 2, 24, 7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("More()", "missing 1 required positional argument: 'd_model'"),
        ("More(1, d=2)", "got an unexpected keyword argument 'd'"),
        ("Config(1, 2, 3, 4, 5)", "takes 5 positional arguments but 6 were given"),
    ],
)
def test_data_classes_refuse_as_python_does(code: Any, call: str, message: str) -> None:
    with pytest.raises(Raised, match=message) as raised:
        code(f"{RECORDS}\ndef wrong():\n    return {call}\n").call("wrong")
    assert raised.value.kind is TypeError


def test_a_name_of_another_file_is_set(tmp_path: Path) -> None:
    made = Code(
        tmp_path, "import models.common as common\ndef f():\n    common.WIDTH = 5\n    return common.WIDTH + 1\n"
    )
    (tmp_path / "models" / "common.py").write_text("WIDTH = 3\n", encoding="utf-8")
    assert made.call("f") == 6


def test_a_module_that_keeps_how_it_is_printed_has_known_parameters(code: Any) -> None:
    found = code(
        """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 4, 1)
                self.shown = self.__repr__()
        """
    )
    assert modules.parameter_count(found.made()) == 16


def test_an_array_may_be_read_backwards(code: Any) -> None:
    """As filters of wavelets are; a tensor may not."""
    text = "import numpy as np\ndef f():\n    return np.array([0.5, 0.25])[::-1]\n"
    assert isinstance(code(text).call("f"), Unknown)


@pytest.mark.parametrize(
    "body",
    [
        "if x.is_cuda:\n    x = F.relu(x)\nelse:\n    raise NotImplementedError\nreturn x",
        "if not x.is_cuda:\n    raise NotImplementedError\nreturn x",
    ],
)
def test_code_that_needs_a_gpu_is_taken_to_have_one(code: Any, body: str) -> None:
    lines = body.replace("\n", "\n" + " " * 8)
    assert code(f"class M(nn.Module):\n    def forward(self, x):\n        {lines}\n").shape(1, 3, 8, 8) == (3, 8, 8)
