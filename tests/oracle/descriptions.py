"""Random whole networks as descriptions, written as native files with one field a line.

A description is what ``yaml.safe_load`` would give: plain dictionaries.  Channels and sizes are followed here by
formulas of their own, well enough that nearly all networks are right; PyTorch has the last word.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

Fields = dict[str, Any]
#: Which layer of a file: its position in ``layers``, and so on inward for groups.
Path = tuple[int, ...]


class Written:
    """The text of a description, and the lines (from 1) of its layers and of their fields."""

    def __init__(self, description: Fields) -> None:
        self.lines: list[str] = []
        self.layers: dict[Path, tuple[int, int]] = {}
        self.fields: dict[tuple[Path, str], int] = {}
        for name, value in description.items():
            if name == "layers":
                self.lines.append("layers:")
                self._layers(value, (), "  ")
            else:
                self.lines.append(f"{name}: {_value(value)}")
                self.fields[(), name] = len(self.lines)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def _layers(self, layers: list[Fields], outer: Path, indent: str) -> None:
        for index, layer in enumerate(layers):
            path = (*outer, index)
            first = len(self.lines) + 1
            dash = "- "
            for name, value in layer.items():
                if name == "layers":
                    self.lines.append(f"{indent}{dash}layers:")
                    self._layers(value, path, indent + "    ")
                else:
                    self.lines.append(f"{indent}{dash}{name}: {_value(value)}")
                    self.fields[path, name] = len(self.lines)
                dash = "  "
            self.layers[path] = (first, len(self.lines))


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value(item)}" for name, item in value.items()) + "}"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "[" + ", ".join(value) + "]"
    return json.dumps(value)


class Draft:
    """A network in the making; ``channels`` and ``sizes`` are those of the latest layer."""

    def __init__(self, random: Random, rank: int) -> None:
        self.random = random
        self.rank = rank
        self.layers: list[Fields] = []
        self.count = 0
        #: Whether this network writes down what could be derived.
        self.explicit = random.random() < 0.6
        self.channels = random.choice([1, 2, 3, 4])
        low, high = {1: (40, 200), 2: (20, 64), 3: (12, 24)}[rank]
        if random.random() < 0.7:
            self.sizes = [random.randrange(low, high + 1, 8)] * rank
        else:
            self.sizes = [random.randint(low, high) for _ in range(rank)]
        self.input = [self.channels, *self.sizes]

    # Bookkeeping --------------------------------------------------------------------------------------------------

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def maybe(self, probability: float) -> bool:
        return self.random.random() < probability

    def add(self, type: str, name: str | None = None, **fields: Any) -> str:
        """Append a layer and return its name."""
        name = name or self.name(type.lower().rstrip("d").rstrip("123"))
        source = fields.pop("source", None)
        layer: Fields = {"name": name, "type": type}
        if source is not None:
            layer["from"] = source
        layer.update({key: value for key, value in fields.items() if value is not None})
        self.layers.append(layer)
        return name

    def state(self) -> tuple[int, list[int]]:
        return self.channels, list(self.sizes)

    def restore(self, state: tuple[int, list[int]]) -> None:
        self.channels, self.sizes = state[0], list(state[1])

    def each(self, value: int) -> Any:
        """A number for all axes, sometimes written as a list."""
        return [value] * self.rank if self.maybe(0.15) else value

    def same_for_all(self, *values: int) -> bool:
        return all(size in values for size in self.sizes)

    @property
    def d(self) -> str:
        return f"{self.rank}d"

    # Layers -------------------------------------------------------------------------------------------------------

    def conv(
        self,
        out: int,
        kernel: int = 3,
        stride: int = 1,
        padding: int | str | None = None,
        dilation: int = 1,
        groups: int = 1,
        source: str | None = None,
        **fields: Any,
    ) -> str:
        """A convolution; without a padding one that keeps the size (or divides it by the stride)."""
        reach = dilation * (kernel - 1)
        if padding is None:
            padding = reach // 2
        declared = {"in_channels": self.channels} if self.explicit or self.maybe(0.1) else {}
        written: Fields = {"out_channels": out, "kernel_size": self.each(kernel)}
        if stride != 1 or self.maybe(0.1):
            written["stride"] = self.each(stride)
        if padding != 0:
            written["padding"] = padding if isinstance(padding, str) else self.each(padding)
        if dilation != 1:
            written["dilation"] = self.each(dilation)
        if groups != 1:
            written["groups"] = groups
        if self.maybe(0.3):
            written["bias"] = self.maybe(0.5)
        name = self.add(f"Conv{self.d}", source=source, **declared, **written, **fields)
        before = reach if padding == "same" else 0 if isinstance(padding, str) else 2 * padding
        self.sizes = [(size + before - reach - 1) // stride + 1 for size in self.sizes]
        self.channels = out
        return name

    def norm(self) -> None:
        kind = self.random.choice(["Batch", "Batch", "Batch", "Instance", "Group", "Local"])
        if kind == "Batch" or (kind == "Instance" and self.sizes != [1] * self.rank):
            declared = {"num_features": self.channels} if self.explicit else {}
            affine = {"affine": True} if kind == "Instance" and self.maybe(0.5) else {}
            self.add(f"{kind}Norm{self.d}", **declared, **affine)
        elif kind == "Group":
            groups = self.random.choice([g for g in (1, 2, 4, 8) if self.channels % g == 0])
            declared = {"num_channels": self.channels} if self.explicit else {}
            self.add("GroupNorm", num_groups=groups, **declared)
        else:
            self.add("LocalResponseNorm", size=self.random.choice([3, 5]))

    def activation(self) -> None:
        kind = self.random.choice(
            ["ReLU", "ReLU", "SiLU", "GELU", "LeakyReLU", "PReLU", "Hardswish", "Tanh", "Dropout"]
        )
        if kind == "PReLU":
            self.add(kind, num_parameters=self.channels if self.maybe(0.5) else None)
        else:
            self.add(kind)

    def tail(self) -> None:
        """Normalisation and activation behind a convolution, as networks have them."""
        if self.maybe(0.7):
            self.norm()
        if self.maybe(0.8):
            self.activation()

    def pool(self, source: str | None = None, keep: bool = False) -> str:
        """A pool that halves, or (``keep``) one that keeps the size."""
        kind = self.random.choice(["Max", "Max", "Avg"])
        if keep:
            return self.add(f"{kind}Pool{self.d}", source=source, kernel_size=3, stride=1, padding=1)
        kernel, padding = self.random.choice([(2, 0), (2, 0), (3, 1)])
        ceil = kernel == 2 and self.maybe(0.15)
        stride = self.each(2) if kernel == 3 or self.maybe(0.5) else None
        name = self.add(
            f"{kind}Pool{self.d}", source=source, kernel_size=self.each(kernel), stride=stride,
            padding=padding or None, ceil_mode=True if ceil else None,
        )  # fmt: skip
        self.sizes = [-(-size // 2) if ceil or kernel == 3 else size // 2 for size in self.sizes]
        return name

    def up(self) -> str:
        """A layer that doubles."""
        kind = self.random.choice(["transposed", "transposed", "upsample", "shuffle"])
        if kind == "shuffle" and self.rank == 2 and self.channels % 4 == 0:
            name = self.add("PixelShuffle", upscale_factor=2)
            self.channels //= 4
        elif kind == "upsample":
            mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[self.rank] if self.maybe(0.3) else None
            name = self.add("Upsample", scale_factor=2, mode=mode)
        else:
            out = max(2, self.channels // 2)
            declared = {"in_channels": self.channels} if self.explicit else {}
            kernel, padding, extra = self.random.choice([(2, None, None), (4, 1, None), (3, 1, 1)])
            name = self.add(
                f"ConvTranspose{self.d}", **declared, out_channels=out, kernel_size=kernel, stride=2, padding=padding,
                output_padding=extra,
            )  # fmt: skip
            self.channels = out
        self.sizes = [2 * size for size in self.sizes]
        return name

    def last(self) -> str:
        return str(self.layers[-1]["name"])

    def head(self) -> None:
        """Flatten and dense layers, or a global pool before them."""
        if self.maybe(0.6) or _product(self.sizes) > 600:
            to = self.random.choice([1, 1, 2])
            self.add(f"Adaptive{self.random.choice(['Avg', 'Max'])}Pool{self.d}", output_size=to)
            self.sizes = [to] * self.rank
        self.add("Flatten")
        features = self.channels * _product(self.sizes)
        for out in (self.random.choice([16, 24]), 10)[self.random.randrange(2) :]:
            self.add("Linear", in_features=features if self.explicit else None, out_features=out)
            features = out
            if out != 10:
                self.add("ReLU")
                if self.maybe(0.3):
                    self.add("LayerNorm", normalized_shape=out)

    def done(self) -> Fields:
        return {"convlint": 1, "input": self.input, "layers": self.layers}


def _product(sizes: list[int]) -> int:
    total = 1
    for size in sizes:
        total *= size
    return total


# Kinds of networks ----------------------------------------------------------------------------------------------------


def plain(draft: Draft) -> None:
    """Convolutions and pools in a row, with all sorts of arguments."""
    random = draft.random
    for _ in range(random.randint(2, 5)):
        out = random.choice([4, 6, 8, 12, 16])
        kernel, stride, padding, dilation = random.choice(
            [(3, 1, None, 1), (3, 1, 0, 1), (5, 2, 2, 1), (3, 1, None, 2), (1, 1, None, 1), (3, 2, 1, 1), (3, 1, "same", 1),
             (2, 2, 0, 1), (4, 2, 1, 1)]
        )  # fmt: skip
        if min(draft.sizes) < 6:
            kernel, stride, padding, dilation = 3, 1, 1, 1
        shares = [g for g in (1, 1, 2, 4) if draft.channels % g == 0 and out % g == 0]
        draft.conv(out, kernel, stride, padding, dilation, groups=random.choice(shares))
        draft.tail()
        if min(draft.sizes) >= 8 and draft.maybe(0.4):
            draft.pool()
        if draft.maybe(0.1):
            draft.add(f"ZeroPad{draft.d}", padding=1)
            draft.sizes = [size + 2 for size in draft.sizes]
    draft.head()


def residual(draft: Draft) -> None:
    """Residual blocks with identity and projection shortcuts; some in repeated groups."""
    random = draft.random
    draft.conv(random.choice([8, 16]), random.choice([3, 5]), source=None)
    draft.tail()
    for _ in range(random.randint(2, 4)):
        if draft.maybe(0.25):
            _repeated_block(draft)
            continue
        entry, before = draft.last(), draft.state()
        stride = 2 if min(draft.sizes) >= 8 and draft.maybe(0.4) else 1
        out = draft.channels if stride == 1 and draft.maybe(0.7) else 2 * draft.channels
        draft.conv(out, 3, stride)
        draft.tail()
        main = draft.conv(out, 3)
        if draft.maybe(0.6):
            draft.norm()
            main = draft.last()
        after = draft.state()
        shortcut = entry
        if (before[0], before[1]) != (after[0], after[1]):
            draft.restore(before)
            shortcut = draft.conv(out, 1, stride, 0, source=entry)
            draft.restore(after)
        sources = [main, shortcut] if draft.maybe(0.5) else [shortcut, main]
        draft.add("Add", source=sources)
        draft.activation()
    draft.head()


def _repeated_block(draft: Draft) -> None:
    outer, draft.layers = draft.layers, []
    declared = {"in_channels": draft.channels} if draft.explicit else {}
    groups = 2 if draft.channels % 2 == 0 and draft.maybe(0.3) else None
    conv = draft.add(f"Conv{draft.d}", **declared, out_channels=draft.channels, kernel_size=3, padding=1, groups=groups)
    if draft.maybe(0.7):
        draft.add(f"BatchNorm{draft.d}", num_features=draft.channels if draft.explicit else None)
        conv = draft.last()
    draft.add("Add", source=[conv, "input"])
    inner, draft.layers = draft.layers, outer
    draft.layers.append({"name": draft.name("stage"), "repeat": draft.random.choice([1, 2, 3]), "layers": inner})


def inception(draft: Draft) -> None:
    """Branches of different kernels, put together."""
    random = draft.random
    draft.conv(random.choice([8, 12]), 3, random.choice([1, 2]))
    draft.tail()
    for _ in range(random.randint(1, 3)):
        entry, before = draft.last(), draft.state()
        ends, total = [], 0
        for kernel in random.sample([1, 3, 5, "double", "pool", "dilated"], random.randint(2, 4)):
            draft.restore(before)
            out = random.choice([4, 6, 8])
            if kernel == "pool":
                pool = draft.pool(source=entry, keep=True)
                end = draft.conv(out, 1, source=pool if draft.maybe(0.5) else None)
            elif kernel == "double":
                draft.conv(4, 1, source=entry)
                draft.activation()
                end = draft.conv(out, 3)
            elif kernel == "dilated":
                end = draft.conv(out, 3, dilation=2, source=entry)
            else:
                end = draft.conv(out, int(kernel), source=entry)
            if draft.maybe(0.3):
                draft.activation()
                end = draft.last()
            ends.append(end)
            total += out
        draft.channels, draft.sizes = total, list(before[1])
        draft.add("Concat", source=ends, dim=1 if draft.maybe(0.2) else None)
        draft.tail()
        if min(draft.sizes) >= 8 and draft.maybe(0.5):
            draft.pool()
    draft.head()


def u_net(draft: Draft) -> None:
    """Down and up with skips: concatenated or added."""
    random = draft.random
    levels = random.randint(1, 3 if draft.rank < 3 else 2)
    unit = 2**levels
    least = {1: 32, 2: 24, 3: 16}[draft.rank]
    draft.sizes = [max(least, size) // unit * unit for size in draft.sizes]
    draft.input[1:] = draft.sizes
    adds = draft.maybe(0.25)
    width = 8
    skips = []
    for level in range(levels):
        draft.conv(width * 2**level)
        draft.tail()
        skips.append((draft.last(), draft.channels))
        if draft.maybe(0.6):
            draft.pool()
        else:
            draft.conv(draft.channels, 3, 2)
    draft.conv(width * 2**levels)
    draft.tail()
    for skip, channels in reversed(skips):
        up = draft.up()
        if adds:
            up = draft.conv(channels, 1)
            draft.add("Add", source=[up, skip])
        else:
            draft.add("Concat", source=[up, skip] if draft.maybe(0.5) else [skip, up])
            draft.channels += channels
        draft.conv(channels)
        draft.tail()
    draft.conv(2, 1)


def unpadded_u_net(draft: Draft) -> None:
    """The original: convolutions without padding, skips that are cropped."""
    draft.sizes = [{1: 76, 2: 44, 3: 28}[draft.rank]] * draft.rank
    draft.input[1:] = draft.sizes
    draft.conv(8, 3, padding=0)
    draft.add("ReLU")
    skip, channels = draft.last(), draft.channels
    draft.add(f"MaxPool{draft.d}", kernel_size=2)
    draft.sizes = [size // 2 for size in draft.sizes]
    draft.conv(16, 3, padding=0)
    draft.conv(16, 3, padding=0)
    draft.add(f"ConvTranspose{draft.d}", name="up", out_channels=8, kernel_size=2, stride=2)
    draft.sizes = [2 * size for size in draft.sizes]
    draft.add("CenterCrop", name="crop", source=skip, size=draft.each(draft.sizes[0]))
    draft.add("Concat", source=["crop", "up"])
    draft.channels = 8 + channels
    draft.conv(8, 3, padding=0)
    draft.conv(2, 1)


def mobile(draft: Draft) -> None:
    """Inverted residuals with depthwise convolutions, some with a gate."""
    random = draft.random
    draft.conv(8, 3, 2)
    draft.tail()
    for _ in range(random.randint(1, 4)):
        entry, before = draft.last(), draft.state()
        wide = draft.channels * random.choice([2, 3])
        stride = 2 if min(draft.sizes) >= 8 and draft.maybe(0.4) else 1
        draft.conv(wide, 1)
        draft.tail()
        kernel = random.choice([3, 5])
        draft.conv(wide, kernel, stride, groups=wide)
        draft.tail()
        if draft.maybe(0.3):
            gated, state = draft.last(), draft.state()
            draft.add(f"AdaptiveAvgPool{draft.d}", output_size=1)
            draft.sizes = [1] * draft.rank
            draft.conv(max(2, wide // 4), 1)
            draft.add("ReLU")
            draft.conv(wide, 1)
            draft.add("Sigmoid")
            gate = draft.last()
            draft.restore(state)
            draft.add("Mul", source=[gated, gate])
        out = before[0] if stride == 1 and draft.maybe(0.7) else random.choice([8, 12, 16])
        draft.conv(out, 1)
        if draft.maybe(0.7):
            draft.norm()
        if stride == 1 and out == before[0]:
            draft.add("Add", source=[draft.last(), entry])
    draft.head()


def shuffled(draft: Draft) -> None:
    """Channels split, worked on in part, put together and shuffled; dense blocks."""
    random = draft.random
    draft.conv(16, 3, 2)
    draft.tail()
    for _ in range(random.randint(1, 3)):
        half = draft.channels // 2
        if draft.maybe(0.5):
            parts = draft.add("Split", split_size=half if draft.maybe(0.5) else [half, draft.channels - half])
        else:
            parts = draft.add("Chunk", chunks=2)
        state = draft.state()
        draft.channels = half
        draft.conv(half, 1, source=f"{parts}.1")
        draft.tail()
        draft.conv(half, 3, groups=half)
        end = draft.conv(half, 1)
        draft.restore(state)
        draft.add("Concat", source=[f"{parts}.0", end])
        draft.add("ChannelShuffle", groups=2)
    grown = [draft.last()]
    for _ in range(random.randint(1, 3)):
        total = draft.channels
        end = draft.conv(4, 3)
        draft.channels = total + 4
        grown.append(end)
        draft.add("Concat", source=list(grown))
    draft.head()


def generator(draft: Draft) -> None:
    """From a vector to a map: dense, unflattened, then upwards."""
    random = draft.random
    features = random.choice([16, 32])
    draft.input = [features]
    draft.channels, size = random.choice([16, 24]), {1: 8, 2: 4, 3: 2}[draft.rank]
    draft.sizes = [size] * draft.rank
    cells = draft.channels * _product(draft.sizes)
    draft.add("Linear", in_features=features if draft.explicit else None, out_features=cells)
    if draft.maybe(0.5):
        draft.add("Unflatten", dim=1, unflattened_size=[draft.channels, *draft.sizes])
    else:
        draft.add("Reshape", shape=[draft.channels, *draft.sizes])
    draft.tail()
    for _ in range(random.randint(1, 3 if draft.rank < 3 else 2)):
        draft.up()
        draft.tail()
        if draft.maybe(0.3):
            mode = random.choice(["Reflection", "Replication", "Zero"])
            draft.add(f"{mode}Pad{draft.d}", padding=1)
            draft.sizes = [size + 2 for size in draft.sizes]
            draft.conv(draft.channels, 3, padding=0)
    draft.conv(random.choice([1, 3]), 3)
    draft.add(random.choice(["Tanh", "Sigmoid"]))


def transformer(draft: Draft) -> None:
    """Patches as a sequence, through attention and dense layers with residuals."""
    random = draft.random
    patch, width = random.choice([2, 4]), random.choice([12, 16, 24])
    draft.sizes = [max(patch, size // patch * patch) for size in draft.sizes]
    draft.input[1:] = draft.sizes
    draft.conv(width, patch, patch, 0)
    draft.add("Flatten", start_dim=2)
    entry = draft.add("Permute", dims=[0, 2, 1])
    for _ in range(random.randint(1, 3)):
        draft.add("LayerNorm", normalized_shape=width, source=entry)
        end = draft.add("MultiheadAttention", embed_dim=width, num_heads=random.choice([1, 2, 4]))
        entry = draft.add("Add", source=[entry, end])
        draft.add("LayerNorm", normalized_shape=width)
        declared = {"in_features": width} if draft.explicit else {}
        draft.add("Linear", **declared, out_features=2 * width)
        if draft.maybe(0.3):
            draft.add("GLU")
            wide = width
        else:
            draft.add("GELU")
            wide = 2 * width
        declared = {"in_features": wide} if draft.explicit else {}
        end = draft.add("Linear", **declared, out_features=width)
        entry = draft.add("Add", source=[end, entry])
    draft.add("Linear", out_features=10)


def two_inputs(draft: Draft) -> None:
    """Two inputs that are fused half-way, early or late."""
    random = draft.random
    other = random.choice([1, 2])
    shapes = {"image": [draft.channels, *draft.sizes], "depth": [other, *draft.sizes]}
    before = draft.state()
    fuse = draft.maybe(0.5)
    ends, total = [], 0
    for name in shapes:
        draft.restore(before)
        draft.channels = shapes[name][0]
        draft.conv(8, 3, source=name)
        draft.tail()
        if fuse:
            draft.pool()
        ends.append(draft.last())
        total += draft.channels
    if draft.maybe(0.5):
        draft.add("Add", source=ends)
    else:
        draft.add("Concat", source=ends)
        draft.channels = total
    draft.conv(8, 3)
    draft.tail()
    draft.head()
    draft.input = shapes  # type: ignore[assignment]


def mixed(draft: Draft) -> None:
    """The rarer layers, one after another."""
    random = draft.random
    draft.conv(8, 3)
    for _ in range(random.randint(3, 6)):
        kind = random.choice(
            ["lp", "pad", "fold", "unshuffle", "adaptive", "glu", "softmax", "crop", "gate", "upsample"]
        )
        if kind == "lp" and min(draft.sizes) >= 4:
            draft.add(f"LPPool{draft.d}", norm_type=2, kernel_size=2)
            draft.sizes = [size // 2 for size in draft.sizes]
        elif kind == "pad":
            mode = random.choice(["Reflection", "Replication", "Circular", "Zero"])
            pairs = [random.choice([0, 1, 2]) for _ in range(2 * draft.rank)]
            draft.add(f"{mode}Pad{draft.d}", padding=pairs)
            draft.sizes = [
                size + pairs[2 * (draft.rank - 1 - axis)] + pairs[2 * (draft.rank - 1 - axis) + 1]
                for axis, size in enumerate(draft.sizes)
            ]
        elif kind == "fold" and draft.rank == 2:
            draft.sizes = [size // 2 * 2 for size in draft.sizes]
            draft.add("AdaptiveAvgPool2d", output_size=list(draft.sizes))
            draft.add("Unfold", kernel_size=2, stride=2)
            draft.add("Fold", output_size=list(draft.sizes), kernel_size=2, stride=2)
        elif kind == "unshuffle" and draft.rank == 2 and all(size % 2 == 0 for size in draft.sizes):
            draft.add("PixelUnshuffle", downscale_factor=2)
            draft.channels *= 4
            draft.sizes = [size // 2 for size in draft.sizes]
            draft.conv(8, 1)
        elif kind == "adaptive":
            draft.sizes = [max(2, size - random.choice([0, 1, 2])) for size in draft.sizes]
            draft.add(f"AdaptiveMaxPool{draft.d}", output_size=list(draft.sizes))
        elif kind == "glu":
            draft.conv(16, 1)
            draft.add("GLU", dim=1)
            draft.channels = 8
        elif kind == "softmax":
            draft.add("Softmax", dim=random.choice([1, 2, -1]))
        elif kind == "crop" and min(draft.sizes) > 6:
            draft.sizes = [size - 2 for size in draft.sizes]
            draft.add("CenterCrop", size=list(draft.sizes))
        elif kind == "gate":
            left, state = draft.last(), draft.state()
            draft.conv(8, 1)
            draft.add("Sigmoid")
            draft.restore(state)
            draft.add("Mul", source=[left, draft.last()])
        elif kind == "upsample":
            draft.sizes = [size + 3 for size in draft.sizes]
            draft.add("Upsample", size=list(draft.sizes))
    draft.head()


KINDS = {
    "plain": plain,
    "residual": residual,
    "inception": inception,
    "u-net": u_net,
    "unpadded-u-net": unpadded_u_net,
    "mobile": mobile,
    "shuffled": shuffled,
    "generator": generator,
    "transformer": transformer,
    "two-inputs": two_inputs,
    "mixed": mixed,
}


def network(seed: int, kind: str | None = None, rank: int | None = None) -> Fields:
    """A random network; the same for the same seed."""
    random = Random(seed)
    kind = kind or random.choice(list(KINDS))
    draft = Draft(random, rank or random.choice([1, 2, 2, 2, 3]))
    KINDS[kind](draft)
    for layer in draft.layers:
        _forget_names(layer, random, _named(draft.layers))
    return draft.done()


def _named(layers: list[Fields]) -> set[str]:
    """The names that some layer reads."""
    found: set[str] = set()
    for layer in layers:
        sources = layer.get("from", [])
        for source in [sources] if isinstance(sources, str) else sources:
            found |= {source, source.rpartition(".")[0]}
        found |= _named(layer.get("layers", []))
    return found


def _forget_names(layer: Fields, random: Random, used: set[str]) -> None:
    if layer["name"] not in used and random.random() < 0.6:
        del layer["name"]
    for inner in layer.get("layers", []):
        _forget_names(inner, random, used)
