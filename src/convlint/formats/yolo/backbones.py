"""The usual backbones of torchvision, as ``TorchVision`` splits them: plain data.

With ``split`` the parts are the image and what each child of the network makes, the first child unwrapped if it is a
``Sequential``.
"""

from __future__ import annotations


def _resnet(widths: tuple[int, ...]) -> tuple[int, ...]:
    return (3, 64, 64, 64, 64, *widths)


def _convnext(a: int, b: int, c: int, d: int) -> tuple[int, ...]:
    return (3, a, a, b, b, c, c, d, d)


_BASIC, _BOTTLENECK = (64, 128, 256, 512), (256, 512, 1024, 2048)
#: The channels of the parts, from the image (part 0) on.
PARTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("resnet18", "resnet34"), _resnet(_BASIC)),
    **dict.fromkeys(
        ("resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d",
         "wide_resnet50_2", "wide_resnet101_2"),
        _resnet(_BOTTLENECK),
    ),
    **dict.fromkeys(("convnext_tiny", "convnext_small"), _convnext(96, 192, 384, 768)),
    "convnext_base": _convnext(128, 256, 512, 1024),
    "convnext_large": _convnext(192, 384, 768, 1536),
    "efficientnet_b0": (3, 32, 16, 24, 40, 80, 112, 192, 320, 1280),
    "mobilenet_v2": (3, 32, 16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320, 1280),
}  # fmt: skip


def parts(arguments: list[object]) -> tuple[int, ...] | None:
    """The channels of the parts that ``TorchVision`` of these arguments makes; None where nobody knows."""
    values = [*arguments, *(None, None, None, True, 2, False)[len(arguments) :]]
    model, unwrap, split = values[1], values[3], values[5]
    return PARTS.get(model) if isinstance(model, str) and unwrap is True and split is True else None
