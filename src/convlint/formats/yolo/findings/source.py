"""What the framework's own code beside the file says."""

from __future__ import annotations

from convlint.document import Span
from convlint.findings import Diagnostic


def framework_raises(title: str, raised: str, label: str, span: Span, call: str | None = None) -> Diagnostic:
    """The framework's code beside the file raises while it builds or runs a row.

    ## What it does

    Where a YOLO file lies in a copy of its framework, convlint reads that copy's parser and modules as data, works out
    what they would compute, and says where they would raise. The exception is quoted as Python would print it, and
    the call of the module is noted, with what the parser has made of the row's arguments.

    ## Why it matters

    Training stops with this exception, with a traceback into the framework and without the row of the file.

    ## Example

    ```python models/common.py
    import torch.nn as nn


    class Gate(nn.Module):
        def __init__(self, c1, ratio):
            super().__init__()
            if c1 % ratio:
                raise ValueError(f"{c1} channels are not divisible by {ratio}")
            self.squeeze = nn.Conv2d(c1, c1 // ratio, 1)
            self.excite = nn.Conv2d(c1 // ratio, c1, 1)

        def forward(self, x):
            return x * self.excite(self.squeeze(x.mean((2, 3), keepdim=True)))
    ```

    ```python models/yolo.py
    import torch.nn as nn

    from models.common import *


    class Detect(nn.Module):
        def __init__(self, nc, ch):
            super().__init__()
            self.m = nn.ModuleList(nn.Conv2d(c, nc, 1) for c in ch)

        def forward(self, x):
            return [m(one) for m, one in zip(self.m, x)]


    class Model(nn.Module):
        def __init__(self, cfg, ch=3):
            super().__init__()
            self.model, self.save = parse_model(cfg, ch=[ch])

        def forward_once(self, x):
            y = []
            for m in self.model:
                if m.f != -1:
                    x = y[m.f] if isinstance(m.f, int) else [x if j == -1 else y[j] for j in m.f]
                x = m(x)
                y.append(x)
            return x


    def parse_model(d, ch):
        layers, save = [], []
        for i, (f, n, m, args) in enumerate(d["backbone"] + d["head"]):
            m = eval(m)
            if m is nn.Conv2d:
                args = [ch[f], *args]
                c2 = args[1]
            elif m is Detect:
                args = [d["nc"], [ch[x + 1] for x in f]]
            else:
                args = [ch[f], *args]
                c2 = ch[f]
            layer = m(*args)
            layer.i, layer.f, layer.type = i, f, str(m)
            layers.append(layer)
            ch.append(c2)
        return nn.Sequential(*layers), save
    ```

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 1.0
    anchors: [[10, 13]]
    backbone:
      - [-1, 1, nn.Conv2d, [32, 3, 2, 1]]
      - [-1, 1, Gate, [5]]
    head:
      - [[1], 1, Detect, [nc, anchors]]
    ```

    ## Use instead

    ```yaml
    nc: 4
    depth_multiple: 1.0
    width_multiple: 1.0
    anchors: [[10, 13]]
    backbone:
      - [-1, 1, nn.Conv2d, [32, 3, 2, 1]]
      - [-1, 1, Gate, [4]]
    head:
      - [[1], 1, Detect, [nc, anchors]]
    ```

    ## Source

    The framework's code in the repository of the file. It is read and never run; see `docs/source.md`.
    """
    quoted = " ".join(raised.split())
    if len(quoted) > 300:
        quoted = quoted[:297] + "..."
    notes = [f"the call is `{call}`"] if call is not None else []
    return Diagnostic("YO001", f"{title} raises `{quoted}`", span, label, notes=notes)


def source_not_followed(title: str, why: str, span: Span) -> Diagnostic:
    """The framework's code beside the file could not be followed to its end.

    ## What it does

    Says once for a file what convlint did not understand in the framework's code beside it. What rests on that is
    unknown, and nothing is said of it.

    ## Why it matters

    Rows behind such a place are not checked. A declaration of the module helps, and so does `--source` with code that
    can be followed.

    ## Example

    ```python ultralytics/nn/tasks.py
    from plugins import build


    def parse_model(d, ch):
        return build(d, ch)
    ```

    ```yaml
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Gate, [4]]
    head:
      - [[0, 1], 1, Detect, [nc]]
    ```

    ## Use instead

    ```yaml
    # convlint: module Gate() spatial=/2
    nc: 4
    backbone:
      - [-1, 1, Conv, [16, 3, 2]]
      - [-1, 1, Gate, [4]]
    head:
      - [[0, 1], 1, Detect, [nc]]
    ```

    ## Source

    `docs/source.md` tells what is understood.
    """
    return Diagnostic("YO002", f"{title} was not followed to its end: {why}", span)
