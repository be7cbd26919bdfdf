"""Describes real networks, and builds them again: ``python benchmarks/bridge.py [torchvision] [timm=200]``.

Needs torch, and the libraries that are named (torchvision, if none is); ``timm=200`` takes models until 200 are the
same, in turn from all its modules, those of more than 30 million parameters left out.  Of each network it says whether
convlint finds its description right (shapes of all layers, parameters and multiply-adds are claimed as PyTorch counts
them), and by how much what the module of the description makes differs from what the network makes, with the same
weights.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import torch
from torch.utils._pytree import tree_flatten

from convlint.torch import Undescribable, build, describe

#: Outputs that differ by more, in parts of the largest value, are not the same.
NEAR = 1e-5


def torchvision() -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    """All models for classification, segmentation and video, with an input size."""
    from torchvision import models

    image, clip = (3, 224, 224), (3, 16, 224, 224)
    for kind, size in ((models, image), (models.segmentation, image), (models.video, clip)):
        for name in models.list_models(module=kind):
            others = {"weights_backbone": None} if kind is models.segmentation else {}
            yield name, models.get_model(name, weights=None, **others), size


def timm() -> Iterator[tuple[str, Any, tuple[int, ...]]]:
    """Models of timm in turn from its modules, until the caller has had enough of them."""
    import timm as library

    modules = [library.list_models(module=module) for module in library.list_modules()]
    for name in filter(None, chain.from_iterable(zip_longest(*modules))):
        with torch.device("meta"):
            empty = library.create_model(name)
        if sum(each.numel() for each in empty.parameters()) <= 30e6:
            yield name, library.create_model(name), empty.default_cfg["input_size"]


def result(module: torch.nn.Module, size: tuple[int, ...], path: Path) -> str:
    """What became of one network, in a line."""
    try:
        path.write_text(describe(module, size, expect="layers"), encoding="utf-8")
    except Undescribable as error:
        return f"not described: {error}"
    built = build(path).eval()  # which refuses a file with an error
    state = dict(chain(module.named_parameters(), module.named_buffers()))
    missing = built.load_state_dict(state, strict=False).missing_keys
    if missing:
        return f"DIFFERENT: the code has no {missing[0]}"
    x = torch.randn(2, *size)
    with torch.no_grad():
        wanted = [each for each in tree_flatten(module.eval()(x))[0] if isinstance(each, torch.Tensor)]
        made = tree_flatten(built(x))[0]
    off = max(float((a - b).abs().max() / max(1.0, float(a.abs().max()))) for a, b in zip(wanted, made, strict=True))
    return f"{'the same' if off <= NEAR else 'DIFFERENT'} ({off:.1e})"


def main(wanted: list[str]) -> int:
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for what in wanted or ["torchvision"]:
            library, _, number = what.partition("=")
            most = int(number or 200)
            same = 0
            for name, module, size in torchvision() if library == "torchvision" else timm():
                told = result(module, size, Path(folder, "net.yaml"))
                print(f"{library} {name}: {told}", flush=True)
                counts[told.split(" (")[0].split(":")[0]] += 1
                same += told.startswith("the same")
                if library == "timm" and same >= most:
                    break
    print(", ".join(f"{count} {what}" for what, count in counts.most_common()))
    return int(counts["DIFFERENT"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
