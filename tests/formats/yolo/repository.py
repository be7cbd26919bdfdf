"""A small framework of our own in the shape of ultralytics: a parser, a model that passes maps on, a few modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

VERSION = "8.2.50"
MODULES = """
import torch
import torch.nn as nn


class Conv(nn.Module):
    def __init__(self, c1, c2, k=1, s=1):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Gate(nn.Module):
    def __init__(self, c1, ratio=4):
        super().__init__()
        if c1 % ratio:
            raise ValueError(f"{c1} channels cannot be divided by {ratio}")
        self.squeeze = nn.Linear(c1, c1 // ratio)
        self.excite = nn.Linear(c1 // ratio, c1)

    def forward(self, x):
        b, c, _, _ = x.shape
        weight = self.excite(self.squeeze(x.mean((2, 3))))
        return x * weight.view(b, c, 1, 1)


class Concat(nn.Module):
    def __init__(self, dimension=1):
        super().__init__()
        self.d = dimension

    def forward(self, x):
        return torch.cat(x, self.d)


class Detect(nn.Module):
    def __init__(self, nc=80, ch=()):
        super().__init__()
        self.heads = nn.ModuleList(nn.Conv2d(c, nc, 1) for c in ch)

    def forward(self, x):
        return [head(one) for head, one in zip(self.heads, x)]
""".lstrip()
TASKS = """
import torch
import torch.nn as nn

from ultralytics.nn.modules import Concat, Conv, Detect, Gate


class BaseModel(nn.Module):
    def _predict_once(self, x):
        y = []
        for m in self.model:
            if m.f != -1:
                x = y[m.f] if isinstance(m.f, int) else [x if j == -1 else y[j] for j in m.f]
            x = m(x)
            y.append(x if m.i in self.save else None)
        return x


class DetectionModel(BaseModel):
    def __init__(self, cfg="x.yaml", ch=3, nc=None, verbose=True):
        super().__init__()
        self.yaml = cfg if isinstance(cfg, dict) else {}
        ch = self.yaml["ch"] = self.yaml.get("ch", ch)
        self.model, self.save = parse_model(self.yaml, ch=ch)


def parse_model(d, ch):
    depth, width, most = d["scales"][d["scale"]][:3] if d.get("scales") else (1.0, 1.0, float("inf"))
    ch = [ch]
    layers, save, c2 = [], [], ch[-1]
    for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
        m = getattr(torch.nn, m[3:]) if m.startswith("nn.") else globals()[m]
        for j, a in enumerate(args):
            if isinstance(a, str):
                args[j] = d[a] if a in d else a
        if m is Conv:
            c1, c2 = ch[f], int(min(args[0], most) * width)
            args = [c1, c2, *args[1:]]
        elif m is Gate:
            args = [ch[f], *args]
            c2 = ch[f]
        elif m is Concat:
            c2 = sum(ch[x] for x in f)
        elif m is Detect:
            args.append([ch[x] for x in f])
        else:
            c2 = ch[f]
        made = m(*args)
        made.i, made.f, made.type = i, f, m.__name__
        save.extend(x % i for x in ([f] if isinstance(f, int) else f) if x != -1)
        layers.append(made)
        if i == 0:
            ch = []
        ch.append(c2)
    return nn.Sequential(*layers), sorted(save)
""".lstrip()
FILES: Mapping[str, str] = {
    "ultralytics/__init__.py": f'__version__ = "{VERSION}"\n',
    "ultralytics/nn/__init__.py": "",
    "ultralytics/nn/tasks.py": TASKS,
    "ultralytics/nn/modules/__init__.py": MODULES,
}
NET = """\
nc: 4
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Gate, [4]]
head:
  - [-1, 1, Conv, [64, 3, 2]]
  - [[2, 3], 1, Detect, [nc]]
"""


def written(folder: Path, more: Mapping[str, str | bytes] | None = None) -> Path:
    """A repository with the framework, and more files or others in their place; one with ``net.yaml``."""
    for name, text in {**FILES, "net.yaml": NET, **(more or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / ".git").mkdir(exist_ok=True)
    return folder
