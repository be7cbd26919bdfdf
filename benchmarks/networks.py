"""Writes network descriptions to measure with: right ones, as large and as varied as wanted, always the same."""

from __future__ import annotations

from random import Random

#: The 20-layer file of the start-up measurement: a plain network as people write it by hand.
SMALL = """\
convlint: 1
name: small
input: [3, 64, 64]
layers:
  - {name: conv1, type: Conv2d, in_channels: 3, out_channels: 32, kernel_size: 3, padding: 1, bias: false}
  - {name: bn1, type: BatchNorm2d, num_features: 32}
  - {name: relu1, type: ReLU, inplace: true}
  - {name: conv2, type: Conv2d, in_channels: 32, out_channels: 32, kernel_size: 3, padding: 1, bias: false}
  - {name: bn2, type: BatchNorm2d, num_features: 32}
  - {name: relu2, type: ReLU, inplace: true}
  - {name: pool1, type: MaxPool2d, kernel_size: 2, expect: {output: [32, 32, 32]}}
  - {name: conv3, type: Conv2d, in_channels: 32, out_channels: 64, kernel_size: 3, padding: 1, bias: false}
  - {name: bn3, type: BatchNorm2d, num_features: 64}
  - {name: relu3, type: ReLU, inplace: true}
  - {name: conv4, type: Conv2d, in_channels: 64, out_channels: 64, kernel_size: 3, padding: 1, bias: false}
  - {name: bn4, type: BatchNorm2d, num_features: 64}
  - {name: shortcut, type: Conv2d, from: pool1, in_channels: 32, out_channels: 64, kernel_size: 1}
  - {name: add, type: Add, from: [bn4, shortcut]}
  - {name: relu4, type: ReLU, inplace: true}
  - {name: pool2, type: AdaptiveAvgPool2d, output_size: 4}
  - {name: flatten, type: Flatten}
  - {name: dropout, type: Dropout, p: 0.5}
  - {name: fc1, type: Linear, in_features: 1024, out_features: 100}
  - {name: softmax, type: Softmax, dim: 1}
"""


class _Writer:
    """Writes layer after layer and remembers the shape that flows, so that claims and joins are right."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = Random(seed)
        self.lines: list[str] = []
        self.layers = 0
        self.last = ""
        self.channels = 3
        self.size = size

    def layer(self, name: str, type: str, **arguments: object) -> str:
        """Write one layer, mostly in flow style; returns the name under which it can be read."""
        name = f"stage{self.layers // 50}_block{self.layers // 10}_{name}_{self.layers}"
        self.layers += 1
        self.last = name
        fields = {"name": name, "type": type, **arguments}
        if self.random.random() < 0.1:
            self.lines += [
                f"{'  - ' if index == 0 else '    '}{key}: {value}" for index, (key, value) in enumerate(fields.items())
            ]
        else:
            self.lines.append(f"  - {{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}")
        if self.random.random() < 0.02:
            self.lines[-1] += "  # see the paper, table 3"
        return name

    def convolution(self, channels: int, kernel: int = 3, stride: int = 1, **more: object) -> str:
        """A convolution that divides the size by its stride; half of them have no bias unless it is said."""
        dilation = 2 if kernel == 3 and stride == 1 and self.random.random() < 0.1 else 1
        arguments: dict[str, object] = {**more}
        if self.random.random() < 0.7:
            arguments["in_channels"] = self.channels
        arguments |= {"out_channels": channels, "kernel_size": kernel}
        if stride > 1:
            arguments["stride"] = stride
        if kernel > 1:
            arguments["padding"] = dilation * (kernel // 2)
        if dilation > 1:
            arguments["dilation"] = dilation
        if self.channels >= 16 and channels >= 16 and self.random.random() < 0.2:
            arguments["groups"] = self.random.choice((2, 4, 8))
        if "bias" not in more and self.random.random() < 0.5:
            arguments["bias"] = "false"
        self.channels = channels
        self.size //= stride
        if self.random.random() < 0.1:
            arguments["expect"] = f"{{output: [{channels}, {self.size}, {self.size}]}}"
        return self.layer("conv", "Conv2d", **arguments)

    def norm(self) -> str:
        """One of the usual normalisations."""
        draw = self.random.random()
        if draw < 0.8:
            return self.layer("bn", "BatchNorm2d", num_features=self.channels)
        if draw < 0.9:
            return self.layer("gn", "GroupNorm", num_groups=8, num_channels=self.channels)
        return self.layer("in", "InstanceNorm2d", num_features=self.channels, affine="true")

    def activation(self) -> str:
        """One of the usual activations."""
        type, arguments = self.random.choice(
            (
                ("ReLU", {"inplace": "true"}),
                ("ReLU", {}),
                ("SiLU", {}),
                ("LeakyReLU", {"negative_slope": 0.1}),
                ("GELU", {}),
                ("PReLU", {"num_parameters": self.channels}),
            )
        )
        return self.layer("act", type, **arguments)

    def width(self) -> int:
        """A number of channels."""
        return 8 * self.random.randint(2, 64)

    def plain(self) -> None:
        """Convolution, normalisation, activation."""
        self.convolution(self.width(), self.random.choice((1, 3, 3, 3, 5, 7)), bias="false")
        self.norm()
        self.activation()

    def residual(self) -> None:
        """Two convolutions and the map before them, added."""
        channels = self.channels
        shortcut = self.last
        self.convolution(channels, 3, bias="false")
        self.norm()
        self.activation()
        self.convolution(channels, 3, bias="false")
        main = self.norm()
        self.layer("add", "Add", **{"from": f"[{main}, {shortcut}]"})
        self.activation()

    def branches(self) -> None:
        """Several convolutions side by side, concatenated."""
        origin = self.last
        channels, names, total = self.channels, [], 0
        for kernel in self.random.choice(((1, 3), (1, 3, 5), (3, 5, 7, 1))):
            self.channels = channels
            names.append(self.convolution(self.width() // 4 // 8 * 8 + 8, kernel, **{"from": origin}))
            total += self.channels
        self.channels = total
        self.layer("concat", "Concat", **{"from": f"[{', '.join(names)}]"})
        self.convolution(self.width(), 1)
        self.activation()

    def resize(self) -> None:
        """Up where the map is small, else down."""
        if self.size <= 8:
            self.size *= 2
            self.layer("up", "Upsample", scale_factor=2, mode=self.random.choice(("nearest", "bilinear")))
        elif self.random.random() < 0.5:
            self.size //= 2
            self.layer("pool", self.random.choice(("MaxPool2d", "AvgPool2d")), kernel_size=2)
        else:
            self.convolution(self.width(), 3, stride=2)


def network(layers: int, seed: int = 1) -> str:
    """A right network of at least so many layers (at most 14 more), about 100 bytes each, no two parts alike."""
    writer = _Writer(seed, 64)
    writer.convolution(32, 7)
    while writer.layers < layers:
        part = writer.random.random()
        if part < 0.45:
            writer.plain()
        elif part < 0.75:
            writer.residual()
        elif part < 0.95:
            writer.branches()
        else:
            writer.resize()
    header = ["convlint: 1", "name: generated", "input: [3, 64, 64]", "layers:"]
    return "\n".join((*header, *writer.lines, ""))


def repeated(repeat: int) -> str:
    """One block, repeated."""
    return (
        "convlint: 1\ninput: [16, 64, 64]\nlayers:\n"
        f"  - name: stage\n    repeat: {repeat}\n    layers:\n"
        "      - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}\n"
        "      - {name: relu, type: ReLU}\n"
        "      - {type: Add, from: [relu, input]}\n"
    )


def shrinking(repeat: int) -> str:
    """One block that takes a row and a column off each time, so that no copy is like the other."""
    return (
        f"convlint: 1\ninput: [4, 200000, 200000]\nlayers:\n  - name: stage\n    repeat: {repeat}\n    layers:\n"
        "      - {type: Conv2d, out_channels: 4, kernel_size: 2}\n      - {type: ReLU}\n"
    )


def wide_concat(inputs: int) -> str:
    """So many convolutions on one map, and a Concat of them all."""
    names = [f"branch{number}" for number in range(inputs)]
    lines = ["convlint: 1", "input: [3, 32, 32]", "layers:", "  - {name: stem, type: Identity}"]
    lines += [f"  - {{name: {name}, type: Conv2d, from: stem, out_channels: 4, kernel_size: 1}}" for name in names]
    lines.append(f"  - {{type: Concat, from: [{', '.join(names)}]}}")
    return "\n".join((*lines, ""))


def many_keys(keys: int) -> str:
    """A layer with so many keys that nobody knows."""
    lines = ["convlint: 1", "input: [3, 32, 32]", "layers:", "  - type: Conv2d", "    out_channels: 4"]
    lines += ["    kernel_size: 3", *(f"    key{number}: {number}" for number in range(keys))]
    return "\n".join((*lines, ""))


def many_claims(claims: int) -> str:
    """Convolutions with three claims each, all true but for the totals of every tenth."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    for number in range(claims // 3):
        params = 2320 + (number % 10 == 9)
        lines.append(
            "  - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, "
            f"kernels: 256, expect: {{params: {params}, output: [16, 32, 32]}}}}"
        )
    return "\n".join((*lines, ""))


def failing(layers: int) -> str:
    """So many layers, each with a wrong in_channels."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += [
        f"  - {{name: conv{number}, type: Conv2d, in_channels: {17 + number % 5}, out_channels: 16, kernel_size: 1}}"
        for number in range(layers)
    ]
    return "\n".join((*lines, ""))


def failing_joins(joins: int) -> str:
    """A long chain in which every third layer adds maps of different sizes."""
    lines = ["convlint: 1", "input: [16, 64, 64]", "layers:", "  - {name: add0, type: Identity}"]
    for number in range(1, joins + 1):
        lines.append(
            f"  - {{name: conv{number}, type: Conv2d, from: add{number - 1}, out_channels: 16, kernel_size: 1}}"
        )
        lines.append(f"  - {{name: pad{number}, type: ZeroPad2d, padding: 1}}")
        lines.append(f"  - {{name: add{number}, type: Add, from: [conv{number}, pad{number}]}}")
    return "\n".join((*lines, ""))


def nested(depth: int) -> str:
    """Groups in groups."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    indent = "  "
    for number in range(depth):
        lines += [f"{indent}- name: group{number}", f"{indent}  layers:"]
        indent += "  "
    lines.append(f"{indent}- {{type: Conv2d, out_channels: 16, kernel_size: 1}}")
    return "\n".join((*lines, ""))


def unknown_names(layers: int) -> str:
    """So many layers that each read a name that is nowhere."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += [f"  - {{name: conv{number}, type: ReLU, from: con{number}}}" for number in range(layers)]
    return "\n".join((*lines, ""))


def unknown_types(layers: int) -> str:
    """So many layers, each of a type of its own that nobody knows."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += [f"  - {{type: Conv2d{number}, out_channels: 16, kernel_size: 1}}" for number in range(layers)]
    return "\n".join((*lines, ""))


def unknown_keys(layers: int) -> str:
    """So many layers, each with a misspelt key and a value of the wrong kind."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += [
        f"  - {{type: Conv2d, out_chanels: 16, kernel_size: 1, padding: 0{number % 8}}}" for number in range(layers)
    ]
    return "\n".join((*lines, ""))


def dead(layers: int) -> str:
    """So many layers that nothing reads."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += [f"  - {{name: relu{number}, type: ReLU, from: input}}" for number in range(layers)]
    return "\n".join((*lines, ""))


def suppressed(layers: int) -> str:
    """So many findings, each suppressed, and half as many suppressions of nothing."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += [
        f"  - {{type: Conv2d, in_channels: {16 + number % 3}, out_channels: 16, kernel_size: 1}}"
        "  # convlint: ignore[channel-mismatch]"
        for number in range(layers)
    ]
    return "\n".join((*lines, ""))


def one_line(layers: int) -> str:
    """So many layers with a wrong in_channels, all in one line."""
    items = [
        f"{{type: Conv2d, in_channels: {17 + number % 5}, out_channels: 16, kernel_size: 1}}"
        for number in range(layers)
    ]
    return f"convlint: 1\ninput: [16, 32, 32]\nlayers: [{', '.join(items)}]\n"


def same_names(layers: int) -> str:
    """So many layers of one name."""
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:"]
    lines += ["  - {name: layer, type: ReLU}" for _ in range(layers)]
    return "\n".join((*lines, ""))


def far_joins(joins: int) -> str:
    """Two long chains of maps of different sizes, and joins of each with each, all of them wrong."""
    lines = ["convlint: 1", "input: [16, 64, 64]", "layers:"]
    lines += ["  - {name: a0, type: Identity}", "  - {name: b0, type: Conv2d, out_channels: 16, kernel_size: 3}"]
    for number in range(1, joins + 1):
        lines.append(f"  - {{name: a{number}, type: ReLU, from: a{number - 1}}}")
        lines.append(f"  - {{name: b{number}, type: Conv2d, from: b{number - 1}, out_channels: 16, kernel_size: 1}}")
        lines.append(f"  - {{name: c{number}, type: Concat, from: [a{number}, b{number}]}}")
    return "\n".join((*lines, ""))


def long_name(size: int) -> str:
    """A name of so many characters, which a hundred layers read and forty misspell."""
    name = "x" * size
    lines = ["convlint: 1", "input: [16, 32, 32]", "layers:", f"  - {{name: &name {name}, type: ReLU}}"]
    lines += ["  - {type: Conv2d, from: *name, in_channels: 3, out_channels: 16, kernel_size: 1}"] * 100
    lines += [f"  - {{type: ReLU, from: {name[:-1]}y}}"] * 40
    return "\n".join((*lines, ""))


def long_table(rows: int) -> str:
    """A connection table of so many rows."""
    lines = ["convlint: 1", "input: [64, 32, 32]", "layers:", f"  - type: Conv2d\n    out_channels: {rows}"]
    lines += ["    kernel_size: 1", "    connections:"]
    lines += [f"      - [{', '.join(str((row + step) % 64) for step in range(0, 64, 4))}]" for row in range(rows)]
    return "\n".join((*lines, ""))
