"""Values as one line of text: to be shown, and to be compared whatever style they are written in."""

from __future__ import annotations

from convlint.document.nodes import Mapping, Node, Scalar


def flow(node: Node) -> str:
    """A value as it is written, in flow style: ``[64, 3, "nearest"]``."""
    if isinstance(node, Scalar):
        if node.plain:
            return node.text or "null"
        import json

        return json.dumps(node.text, ensure_ascii=False)
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{key.text}: {flow(value)}" for key, value in node.pairs) + "}"
    return f"[{', '.join(map(flow, node.items))}]"


def meant(node: Node) -> str:
    """What a value means, as text: equal for two values that mean the same, ``1_024`` and ``1024``."""
    if isinstance(node, Scalar):
        return repr(node.value)
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{name!r}: {meant(value)}" for name, value in sorted(node.fields.items())) + "}"
    return f"[{', '.join(map(meant, node.items))}]"


def leaves(node: Mapping, skip: frozenset[str] = frozenset(), prefix: str = "") -> list[tuple[str, Node]]:
    """The values of a mapping and of those in it, by their dotted names; ``skip`` leaves out keys of the outer one."""
    found: list[tuple[str, Node]] = []
    for name, value in node.fields.items():
        if name in skip:
            continue
        if isinstance(value, Mapping) and value.fields:
            found += leaves(value, prefix=f"{prefix}{name}.")
        else:
            found.append((prefix + name, value))
    return found
