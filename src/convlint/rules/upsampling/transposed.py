"""The arithmetic of transposed convolutions in words."""

from __future__ import annotations

from convlint.model.window import TransposedWindow


def formula(window: TransposedWindow, output_padding: int = 0) -> str:
    """The size with its numbers: ``(16 - 1)*2 + 4 - 2*1 = 32``."""
    kernel = str(window.kernel) if window.dilation == 1 else f"({window.dilation}*({window.kernel}-1)+1)"
    padding = f" - 2*{window.padding}" if window.padding else ""
    extra = f" + {output_padding}" if output_padding > 0 else f" - {-output_padding}" if output_padding else ""
    made = window.least + output_padding
    return f"({window.size} - 1)*{window.stride} + {kernel}{padding}{extra} = {made}"
