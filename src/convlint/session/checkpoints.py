"""Names and shapes of the tensors in a checkpoint, read from the header of a safetensors file and nothing else.

Format: 8 bytes with the length of the header (little-endian), then the header, a JSON object of tensor names with
``dtype``, ``shape`` and ``data_offsets`` (https://github.com/huggingface/safetensors).  What is pickled is not read:
unpickling runs what the file says.
"""

from __future__ import annotations

import json
import os
from typing import Any

from convlint.session import paths

#: The longest header that is read (that of the library itself is 100 MB), and the most tensors in it.
MOST_BYTES, MOST_TENSORS = 16 * 1024 * 1024, 200_000
_MOST_AXES, _MOST_SIZE = 64, 2**63 - 1
_PICKLED = (".pt", ".pth", ".bin", ".ckpt", ".pkl")


class NoCheckpoint(Exception):
    """A file whose tensors cannot be told; the message is one line."""


def read(path: str) -> dict[str, tuple[int, ...]]:
    """The tensors of a file by name; raises NoCheckpoint."""
    if path.lower().endswith(_PICKLED):
        raise NoCheckpoint(
            "is pickled, and unpickling runs what the file says; save its state_dict() as safetensors "
            "(safetensors.torch.save_file)"
        )
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= size - 8:
                raise NoCheckpoint("is no safetensors file")
            if length > MOST_BYTES:
                raise NoCheckpoint(f"has a header of more than {MOST_BYTES // 1024 // 1024} MiB, which is not read")
            header = json.loads(file.read(length))
    except OSError as error:
        raise NoCheckpoint(f"cannot be read: {paths.reason(error)}") from None
    except (ValueError, RecursionError):
        raise NoCheckpoint("is no safetensors file: its header is not JSON") from None
    if not isinstance(header, dict):
        raise NoCheckpoint("is no safetensors file: its header holds no tensors")
    if len(header) > MOST_TENSORS:
        raise NoCheckpoint(f"has more than {MOST_TENSORS:,} tensors, which are not read")
    return {name: _shape(name, value) for name, value in header.items() if name != "__metadata__"}


def _shape(name: str, value: Any) -> tuple[int, ...]:
    shape = value.get("shape") if isinstance(value, dict) else None
    sizes = shape if isinstance(shape, list) and len(shape) <= _MOST_AXES else [None]
    if not all(type(size) is int and 0 <= size <= _MOST_SIZE for size in sizes):
        raise NoCheckpoint(f"is no safetensors file: the shape of `{name[:80]}` is none")
    return tuple(sizes)
