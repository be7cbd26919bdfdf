"""What the errors of the pydantic models mean in a native file."""

from __future__ import annotations

from pydantic import ValidationError

from convlint.document import Mapping, Node, Scalar, Sequence, python_value
from convlint.findings import Edit, Fix
from convlint.formats.native import schema, slips
from convlint.formats.native.keys import Keys
from convlint.formats.native.mistakes import Mistakes, beginning
from convlint.formats.native.wording import cut, quoted


class ModelErrors:
    """Reports what a model found wrong, in a person's words and at the place of the value."""

    def __init__(self, mistakes: Mistakes, keys: Keys) -> None:
        self.mistakes = mistakes
        self.keys = keys

    def report(
        self, error: ValidationError, node: Mapping, arguments: dict[str, Node], type_name: str, known: list[str]
    ) -> dict[str, str | None] | None:
        """Report what pydantic found.

        If only keys are wrong the unknown ones with what they probably mean (or None); if more is wrong, None.
        """
        errors = error.errors(include_url=False, include_context=True, include_input=False)
        broken = list(slips.tuples(node))
        for one in broken:
            self._report_tuple(one)
        pieces = {piece for one in broken for piece in (one.key, *one.pieces)}
        errors = [item for item in errors if str(item["loc"][0]) not in pieces]
        unknown = [str(item["loc"][0]) for item in errors if item["type"] == "extra_forbidden"]
        missing = [str(item["loc"][0]) for item in errors if item["type"] == "missing"]
        readable = known if type_name == "expect" else [*known, *schema.LAYER_KEYS]
        unknown.sort(key=lambda name: node.key_span(name) or (0, 0))
        meant = self.keys.meant(unknown, [key for key in readable if key not in node.fields], missing)
        renamed: dict[str, str | None] = {}
        for name in unknown:
            near, sure = meant.get(name, (None, False))
            self.keys.report_unknown(node, name, readable, near, sure, type_name)
            renamed[name] = near
            if near in missing:
                missing.remove(near)
        if missing:
            span = node.value_span("type") or beginning(node)
            help = f"add `{', '.join(f'{name}: ...' for name in missing)}`"
            self.mistakes.report("CL006", f"{type_name} needs {quoted(missing)}", span, help=help)
        others = [item for item in errors if item["type"] not in ("extra_forbidden", "missing")]
        for item in others:
            name = str(item["loc"][0])
            context = item.get("ctx", {})
            if item["type"] == "CL007":
                self._report_number_of_values(node, name, arguments[name], context["given"], context["axes"], type_name)
            else:
                self.mistakes.wrong_type(name, arguments[name], context["what"], node, context["path"])
        return None if missing or others or broken else renamed

    def _report_tuple(self, one: slips.Tuple) -> None:
        instead = f"[{', '.join(one.numbers)}]"
        message = f"`{cut(one.key)}` is a list in square brackets, not `({', '.join(one.numbers)})`"
        fixes = [Fix(f"Write `{instead}`", [Edit(one.span, instead)], safe=True)]
        self.mistakes.report("CL005", message, one.span, help=f"write `{instead}`", fixes=fixes)

    def _report_number_of_values(
        self, node: Mapping, name: str, value: Node, given: int, wanted: int, type_name: str
    ) -> None:
        numbers = "1 number" if wanted == 1 else f"{wanted} numbers"
        message = f"`{name}` of {type_name} takes {numbers}, not {given}"
        axes = {"1": ("length",), "2": ("height", "width"), "3": ("depth", "height", "width")}.get(type_name[-2:-1], ())
        help = None
        fixes = []
        items = value.items if isinstance(value, Sequence) else []
        if "Pad" in type_name:
            sides = ("left", "right", "top", "bottom", "front", "back")[:wanted]
            help = f"the last axis comes first: {', '.join(sides)}; one number pads all sides alike"
        elif len({python_value(item) for item in items}) == 1 and isinstance(items[0], Scalar):
            help = f"write `{name}: {items[0].text}` for all axes"
            if value.flow:  # type: ignore[union-attr]
                fixes = [Fix(f"Write `{name}: {items[0].text}`", [Edit(value.span, items[0].text)])]
        elif len(axes) > 1:
            help = f"write one number for all axes, or one each for {', '.join(axes[:-1])} and {axes[-1]}"
        else:
            help = "write one number"
        label = f"{given} number{'' if given == 1 else 's'}"
        self.mistakes.report("CL007", message, node.value_span(name) or beginning(node), label, help=help, fixes=fixes)
