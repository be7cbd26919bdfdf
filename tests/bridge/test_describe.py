"""Native files of real modules, against what PyTorch counts itself."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import Result, lint

torch = pytest.importorskip("torch", reason="the bridge needs PyTorch: the extra `torch`")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from convlint.torch import Undescribable, describe  # noqa: E402


class Module(nn.Module):  # type: ignore[misc]
    """A module of some parts and a function."""

    def __init__(self, run: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self.run = run

    def forward(self, *inputs: Any) -> Any:
        return self.run(self, *inputs)


_ENCODER = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)


def written_to(x: Any, value: Any) -> Any:
    x[:, 0] = value[:, 1]
    return x


def checked(text: str) -> Result:
    result = lint(Source("net.yaml", text), selection())
    assert [finding.message for finding in result.findings if finding.severity is Severity.ERROR] == []
    return result


def layers(module: nn.Module, *size: int) -> list[str]:
    """The layers of a description whose claims, counted by PyTorch, hold."""
    checked(describe(module, size, expect="layers"))
    return [line.strip()[2:] for line in describe(module, size).split("layers:\n", 1)[1].splitlines() if line[0] == " "]


def block(channels: int) -> nn.Module:
    return Module(
        lambda self, x: F.relu(x + self.norm(self.conv(x)), inplace=True),
        conv=nn.Conv2d(channels, channels, 3, padding=1, bias=False),
        norm=nn.BatchNorm2d(channels),
    )


def test_a_network_of_layers_functions_and_repeats() -> None:
    net = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Sequential(block(16), block(16)), nn.Flatten(), nn.LazyLinear(10))
    net(torch.zeros(1, 3, 8, 8))
    assert describe(net, (3, 8, 8), expect=True, name="tiny") == (
        "convlint: 1\n"
        "name: tiny\n"
        "input: [3, 8, 8]\n"
        "layers:\n"
        '  - {name: "0", type: Conv2d, out_channels: 16, kernel_size: 3}\n'
        '  - name: "1"\n'
        "    repeat: 2\n"
        "    layers:\n"
        "      - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, bias: false}\n"
        "      - {name: norm, type: BatchNorm2d}\n"
        "      - {type: Add, from: [input, norm]}\n"
        "      - {type: ReLU}\n"
        '  - {name: "2", type: Flatten}\n'
        '  - {name: "3", type: Linear, out_features: 10}\n'
        "expect: {params: 10890, macs: 187200, output: [10]}\n"
    )


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (
            lambda self, x: torch.sigmoid(x) * x,
            ["{name: sigmoid, type: Sigmoid}", "{type: Mul, from: [sigmoid, input]}"],
        ),
        (lambda self, x: F.max_pool2d(x, 2), ["{type: MaxPool2d, kernel_size: 2}"]),
        (lambda self, x: F.avg_pool2d(x, 3, 2, 1), ["{type: AvgPool2d, kernel_size: 3, stride: 2, padding: 1}"]),
        (lambda self, x: F.adaptive_avg_pool2d(x, (1, 1)), ["{type: AdaptiveAvgPool2d, output_size: 1}"]),
        (lambda self, x: F.leaky_relu(x, 0.2), ["{type: LeakyReLU, negative_slope: 0.2}"]),
        (lambda self, x: x.clamp(min=0), ["{type: Hardtanh, min_val: 0, max_val: .inf}"]),
        (lambda self, x: x.mean((2, 3), keepdim=True), ["{type: Mean, dim: [2, 3], keepdim: true}"]),
        (lambda self, x: x.sum(1), ["{type: Sum, dim: 1}"]),
        (lambda self, x: x.flatten(1), ["{type: Flatten}"]),
        (lambda self, x: x.reshape(x.size(0), -1), ["{type: Reshape, shape: [512]}"]),
        (lambda self, x: x.transpose(1, 2), ["{type: Permute, dims: [0, 2, 1, 3]}"]),
        (lambda self, x: x[:, 1:5, ::2], ["{type: Slice, dim: 1, start: 1, end: 5}", "{type: Slice, dim: 2, step: 2}"]),
        (
            lambda self, x: x[:, 0],
            ["{type: Narrow, dim: 1, start: 0, length: 1}", "{type: Reshape, shape: [8, 8]}"],
        ),
        (lambda self, x: x.narrow(1, 2, 3), ["{type: Narrow, dim: 1, start: 2, length: 3}"]),
        (lambda self, x: x.flip(2).roll(1, 3), ["{type: Flip, dims: [2]}", "{type: Roll, shifts: [1], dims: [3]}"]),
        (
            lambda self, x: torch.stack(x.chunk(2, 1), 1),
            ["{name: chunk, type: Chunk, chunks: 2}", "{type: Stack, dim: 1, from: [chunk.0, chunk.1]}"],
        ),
        (
            lambda self, x: torch.cat([x, x.relu_()], 2),
            ["{name: relu, type: ReLU}", "{type: Concat, dim: 2, from: [relu, relu]}"],
        ),
        (lambda self, x: F.unfold(x, 2, stride=2), ["{type: Unfold, kernel_size: 2, stride: 2}"]),
        (lambda self, x: F.max_pool2d(x, 2, 2), ["{type: MaxPool2d, kernel_size: 2}"]),
        (lambda self, x: F.max_pool2d(x, 2, 1), ["{type: MaxPool2d, kernel_size: 2, stride: 1}"]),
        (lambda self, x: F.pad(x, (1, 2, 3, 4)), ["{type: ZeroPad2d, padding: [1, 2, 3, 4]}"]),
        (lambda self, x: F.interpolate(x, scale_factor=2.0), ["{type: Upsample, scale_factor: 2}"]),
        (
            lambda self, x: 1 - x / 8 + x.pow(2),
            [
                "{type: Div, other: 8}",
                "{type: Mul, other: -1}",
                "{name: add, type: Add, other: 1}",
                "{name: pow, type: Pow, exponent: 2, from: input}",
                "{type: Add, from: [add, pow]}",
            ],
        ),
        (lambda self, x: (x + 0) * 1, ["{type: Identity}"]),
        (lambda self, x: x.sqrt().exp().abs(), ["{type: Pow, exponent: 0.5}", "{type: Exp}", "{type: Abs}"]),
        (lambda self, x: 1 / x, ["{type: Pow, exponent: -1}"]),
        (lambda self, x: -x * torch.tensor(0.5), ["{type: Mul, other: -1}", "{type: Mul, other: 0.5}"]),
        (lambda self, x: x.max(1, keepdim=True)[0], ["{type: Amax, dim: 1, keepdim: true}"]),
        (lambda self, x: x.var(1, unbiased=False), ["{type: Var, dim: 1, correction: 0}"]),
        (
            lambda self, x: x * x.mean((2, 3), keepdim=True).expand_as(x),
            ["{name: mean, type: Mean, dim: [2, 3], keepdim: true}", "{type: Mul, from: [input, mean]}"],
        ),
        (
            lambda self, x: F.scaled_dot_product_attention(x, x, x),
            [
                "{name: mul, type: Mul, other: 0.3535533905932738}",
                "{name: permute, type: Permute, dims: [0, 1, 3, 2], from: input}",
                "{type: MatMul, from: [mul, permute]}",
                "{name: softmax, type: Softmax, dim: 3}",
                "{type: MatMul, from: [softmax, input]}",
            ],
        ),
        (lambda self, x: x @ x, ["{type: MatMul, from: [input, input]}"]),
        (lambda self, x: F.softmax(x, dim=-1), ["{type: Softmax, dim: 3}"]),
        (
            lambda self, x: torch.maximum(x, x.tanh()),
            ["{name: tanh, type: Tanh}", "{type: Maximum, from: [input, tanh]}"],
        ),
        (lambda self, x: F.dropout(x, 0.1, self.training), ["{type: Dropout, p: 0.1}"]),
    ],
)
def test_functions_are_layers(run: Callable[..., Any], expected: list[str]) -> None:
    assert layers(Module(run), 8, 8, 8) == expected


def test_weights_of_functions_have_the_name_of_their_module() -> None:
    class Same(nn.Conv2d):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return F.conv2d(F.pad(x, [0, 1, 0, 1]), self.weight, self.bias, self.stride)

    assert layers(nn.Sequential(Same(8, 4, 2)), 8, 8, 8) == [
        "{type: ZeroPad2d, padding: [0, 1, 0, 1]}",
        '{name: "0", type: Conv2d, out_channels: 4, kernel_size: 2}',
    ]


def test_a_kernel_that_is_a_buffer_is_not_trained() -> None:
    module = Module(lambda self, x: F.conv2d(x, self.kernel, groups=8))
    module.register_buffer("kernel", torch.ones(8, 1, 3, 3))
    assert layers(module, 8, 8, 8) == [
        "{name: kernel, type: Conv2d, out_channels: 8, kernel_size: 3, groups: 8, bias: false, requires_grad: false}"
    ]


def test_parameters_are_layers_and_views_of_them_cost_nothing() -> None:
    module = Module(lambda self, x: x * self.scale.view(1, -1, 1, 1), scale=nn.Parameter(torch.ones(8)))
    assert layers(module, 8, 8, 8) == [
        "{name: scale, type: Parameter, shape: [1, 8, 1, 1]}",
        "{type: Mul, from: [input, scale]}",
    ]


def test_a_class_token_is_read_by_every_example() -> None:
    module = Module(
        lambda self, x: torch.cat([self.token.expand(len(x), -1, -1), x], 1), token=nn.Parameter(torch.ones(1, 1, 6))
    )
    assert layers(module, 4, 6) == [
        "{name: token, type: Parameter, shape: [1, 6]}",
        "{type: Concat, from: [token, input]}",
    ]


def test_the_batch_may_stand_elsewhere_in_between() -> None:
    def run(self: Any, x: Any) -> Any:
        q, k, v = x.reshape(len(x), 4, 3, 2, 5).permute(2, 0, 3, 1, 4).unbind(0)
        return (q @ k.transpose(-2, -1)).softmax(-1).matmul(v).transpose(1, 2).reshape(len(x), 4, 10)

    assert [line.split("type: ")[1].split(",")[0] for line in layers(Module(run), 4, 30)] == [
        "Reshape", "Permute", "Split", "Reshape", "Reshape", "Reshape", "Permute", "MatMul", "Softmax", "MatMul",
        "Permute", "Reshape",
    ]  # fmt: skip


def test_windows_may_be_folded_into_the_batch() -> None:
    def run(self: Any, x: Any) -> Any:
        batch = len(x)
        windows = x.view(batch, 2, 4, 2, 4, 6).permute(0, 1, 3, 2, 4, 5).reshape(batch * 4, 16, 6)
        return (
            self.norm(self.dense(windows)).view(batch, 2, 2, 4, 4, 6).permute(0, 1, 3, 2, 4, 5).reshape(batch, 8, 8, 6)
        )

    module = Module(run, dense=nn.Linear(6, 6), norm=nn.LayerNorm(6))
    assert "{name: dense, type: Linear, out_features: 6, in_features: 6}" in layers(module, 8, 8, 6)


def test_several_inputs_and_outputs() -> None:
    module = Module(lambda self, a, b: {"sum": a + b, "first": a.relu()})
    text = describe(module, {"left": (3, 4), "right": (3, 4)})
    checked(text)
    assert text.endswith("output: [add, relu]\n")


def test_what_runs_in_training_only_is_told() -> None:
    module = Module(lambda self, x: self.aux(x) if self.training else x.relu(), aux=nn.Linear(4, 4))
    assert "# Not run in evaluation: aux (20 parameters)\n" in describe(module, (4,))


def test_what_a_module_keeps_of_a_run_is_taken_back() -> None:
    def run(self: Any, x: Any) -> Any:
        self.runs += 1
        self.last = x
        return x.relu()

    module = Module(run)
    module.runs, module.last = 0, None
    describe(module, (3, 8))
    assert (module.runs, module.last) == (0, None)


def test_modules_of_half_precision_are_described() -> None:
    assert describe(nn.Linear(4, 2).half(), (4,)) == describe(nn.Linear(4, 2), (4,))


def test_a_dense_layer_that_works_on_the_last_axis_of_a_map_says_so() -> None:
    module = Module(lambda self, x: self.dense(x.relu()), dense=nn.Linear(6, 5))
    assert layers(module, 4, 4, 6) == ["{type: ReLU}", "{name: dense, type: Linear, out_features: 5, in_features: 6}"]
    result = checked(describe(module, (4, 4, 6)))
    assert [finding.code for finding in result.findings if finding.severity is Severity.WARNING] == []


def test_nothing_of_a_module_is_changed() -> None:
    module = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3), nn.ReLU(inplace=True)).train()
    module[1].eval()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    describe(module, (3, 8, 8))
    assert [each.training for each in module] == [True, False, True]
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert not any(each._forward_hooks or each._forward_pre_hooks for each in module.modules())
    assert module(torch.zeros(2, 3, 8, 8)).device.type == "cpu"


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (
            Module(lambda self, x: torch.fft.fft(x)),
            "the module itself: torch.fft.fft has no layer in the native format",
        ),
        (
            nn.Sequential(Module(lambda self, x: torch.cumsum(x, 1))),
            "0: torch.cumsum has no layer in the native format",
        ),
        (Module(lambda self, x: x.reshape(8, -1)), "mixes the batch with other axes"),
        (Module(lambda self, x: x.mean()), "makes one number of the whole batch"),
        (Module(lambda self, x: x.sum(0)), "works along the batch axis"),
        (Module(lambda self, x: self.a(self.a(x)), a=nn.Linear(8, 8)), "a: Linear shares a.weight with another layer"),
        (Module(lambda self, x: x + torch.arange(8)), "torch.Tensor.add reads what torch.arange makes"),
        (Module(lambda self, x: x[:, int(x) :]), "fails at this input size, on tensors without data"),
        (
            Module(lambda self, x: F.linear(x, self.a - 1), a=nn.Parameter(torch.ones(8, 8))),
            "torch.nn.functional.linear has weights that are computed",
        ),
        (Module(lambda self, x: written_to(x.clone(), x)), "torch.Tensor.__setitem__ writes to a part of a tensor"),
        (
            Module(lambda self, x: x.view(-1, 8, 8, 1).relu_()[..., 0] + x),
            "reads a tensor that was changed in place through a view of it",
        ),
        (
            Module(lambda self, x: x + self.numbers, numbers=torch.ones(8)),
            "reads a tensor that is neither a parameter nor a buffer",
        ),
        (Module(lambda self, x: x.expand(3, -1, -1, -1)), "reads a map that is repeated along an axis"),
        (
            nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(8, 8))),
            "0.parametrizations.weight.0: _weight_norm has no layer",
        ),
        (nn.MultiheadAttention(8, 2), "fails at this input size"),
        (
            Module(lambda self, x: self.a(x, x.relu(), x)[0], a=nn.MultiheadAttention(8, 2, batch_first=True)),
            "a: MultiheadAttention reads queries, keys and values that differ",
        ),
        (
            Module(lambda self, x: self.a(x, x, x)[0], a=nn.MultiheadAttention(8, 2)),
            "a: MultiheadAttention does not have the batch first",
        ),
        (
            Module(lambda self, x: self.a(x, x[:, :1].transpose(0, 1))[0], a=nn.GRU(8, 8, batch_first=True)),
            "a: GRU is called with a state to begin with",
        ),
        (Module(lambda self, x: self.a(x)[0], a=nn.LSTM(8, 8)), "a: LSTM does not have the batch first"),
        (
            Module(lambda self, x: self.a(x[:, 0])[0], a=nn.RNN(8, 8, batch_first=True)),
            "a: RNN reads no sequence for each example",
        ),
        (
            Module(lambda self, x: self.a(x)[1], a=nn.GRU(8, 8, batch_first=True)),
            "the output reads a tensor that no layer of the network makes",
        ),
        (
            Module(lambda self, x: self.a(x, src_mask=self.m), a=_ENCODER, m=nn.Parameter(torch.zeros(8, 8))),
            "a: TransformerEncoderLayer is called with a mask",
        ),
        (
            Module(lambda self, x: self.a(x[:, 0]), a=_ENCODER),
            "a: TransformerEncoderLayer reads no sequence for each example",
        ),
        (Module(lambda self, x: 5), "forward returns no tensor"),
        (nn.LazyLinear(3), "has no shape before it has run"),
    ],
)
def test_what_has_no_layer_is_told_with_its_place(module: nn.Module, words: str) -> None:
    with pytest.raises(Undescribable) as told:
        describe(module, (8, 8))
    assert words in str(told.value)


def test_a_scripted_module_cannot_be_looked_into() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scripted = torch.jit.script(nn.ReLU())
    with pytest.raises(Undescribable, match="0: a scripted module cannot be looked into"):
        describe(nn.Sequential(scripted), (8, 8))
