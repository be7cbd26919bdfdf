"""Keys that a native file may not have where they stand, and which were meant instead."""

from __future__ import annotations

from convlint.document import Mapping, Node
from convlint.findings import Edit, Fix
from convlint.formats.native import schema
from convlint.formats.native.mistakes import Mistakes, beginning
from convlint.formats.native.slips import said_of_key
from convlint.formats.native.wording import OTHER_KEYS, cut

#: How much less alike a misspelt key may be to one that is missing than to one that is not; and how much less alike all
#: other keys have to be for no doubt.
_MISSING, _MARGIN = 0.1, 0.05


#: What has keys and is no layer.
_NO_LAYERS = ("a network description", "a group of layers", "expect")


class Entry:
    """A layer or a group as it is written: its mapping, and what stands under misspelt keys, by the right ones.

    ``type_key`` is the key that stands for ``type``.
    """

    __slots__ = ("meant", "node", "type_key")

    def __init__(self, node: Mapping, meant: dict[str, Node] | None = None) -> None:
        self.node = node
        self.meant = {} if meant is None else meant
        self.type_key = "type"

    def value(self, key: str) -> Node | None:
        """What is written under a key, be it misspelt."""
        found = self.node.fields.get(key)
        return found if found is not None else self.meant.get(key)


class Keys:
    """Reports unknown keys, and finds out what was meant by them."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes

    def check(self, node: Mapping, known: tuple[str, ...], what: str, extensions: bool = False) -> dict[str, Node]:
        """Report keys that are not known; those that begin with ``x-`` are the author's own at the top level.

        Returns the values of misspelt keys by what they mean.
        """
        unknown = [
            key.text
            for key, value in node.pairs
            if key.text not in known
            and not (extensions and key.text.startswith("x-"))
            and node.fields.get(key.text) is value
        ]
        if not unknown:
            return {}
        found = self.meant(unknown, [key for key in known if key not in node.fields], [])
        meant = {}
        for name in unknown:
            near, sure = found.get(name, (None, False))
            self.report_unknown(node, name, list(known), near, sure, what)
            if near is not None:
                meant[near] = node.fields[name]
        return meant

    def meant(self, unknown: list[str], free: list[str], missing: list[str]) -> dict[str, tuple[str, bool]]:
        """What unknown keys were probably meant to be, and whether that is sure: no other key is as much alike.

        ``free`` are the keys that could have been meant, those ``missing`` first; each is given to one.  Between two
        that are as much alike nothing is chosen.
        """
        found: dict[str, tuple[str, bool]] = {}
        taken: set[str] = set()
        for name in unknown:
            near = next((key for key in OTHER_KEYS.get(name.lower(), ()) if key in free and key not in taken), None)
            if near is not None:
                # Some count a multiplication and its addition as two.
                found[name] = near, name.lower() != "flops"
                taken.add(near)
        pairs = [
            (alike, name, key) for name in unknown if name not in found for alike, key in self.mistakes.near(name, free)
        ]
        # A key that has to be there is meant before one that may be left out, unless it is less alike by much.
        pairs.sort(key=lambda pair: -pair[0] - (_MISSING if pair[2] in missing else 0))
        for alike, name, key in pairs:
            if name in found or key in taken:
                continue
            others = [other for other in pairs if (other[1] == name) != (other[2] == key)]
            if any(other[:2] == (alike, name) and (other[2] in missing) == (key in missing) for other in others):
                continue
            sure = all(other[0] + _MARGIN < alike for other in others) and not self._is_other(name, key, alike)
            found[name] = key, sure
            taken.add(key)
        if not found and len(unknown) == len(missing) == 1:
            found[unknown[0]] = missing[0], False
        return found

    def _is_other(self, name: str, key: str, alike: float) -> bool:
        """Whether a name looks as much like a key of another layer type."""
        words = schema.argument_names() - {key}
        return any(other >= alike for other, _ in self.mistakes.near(name, sorted(words)))

    def report_unknown(
        self, node: Mapping, name: str, known: list[str], near: str | None, sure: bool, what: str
    ) -> None:
        """Report an unknown key; ``near`` is the known and unused one that was probably meant."""
        span = node.key_span(name) or beginning(node)
        message = f"unknown key `{cut(name)}` in {what}"
        if near is None:
            other = self.mistakes.nearest(name, known)
            free = [key for alike, key in self.mistakes.near(name, known) if key not in node.fields]
            said = said_of_key(name, node.fields.get(name), what not in _NO_LAYERS)
            if said is not None:
                help = said
            elif name == "repeat":
                help = "only groups are repeated: write `{repeat: ..., layers: [...]}` around the layer"
            elif name == "type":
                help = f"{what} has no type: delete the key"
            elif len(free) > 1:
                help = f"did you mean `{free[1]}` or `{free[0]}`?"
            elif other:
                help = f"`{other}` is already written"
            else:
                help = f"known keys: {', '.join(known)}"
            self.mistakes.report("CL003", message, span, help=help)
            return
        alike = self.mistakes.near(name, [near]) or near in OTHER_KEYS.get(name.lower(), ())
        help = f"did you mean `{near}`?" if alike else f"did you mean `{near}`, which is missing?"
        once = sum(key.text == name for key, _ in node.pairs) == 1
        fixes = [Fix(f"Rename to `{near}`", [Edit(span, near)], safe=sure)] if once else []
        self.mistakes.report("CL003", message, span, help=help, fixes=fixes)
